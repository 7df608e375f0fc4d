/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

G_BEGIN_DECLS

#define ENLACE_MASTER_KEY_SIZE 32

/* One start of the program enlaced: pipes, arguments, and nothing else. */

/* 32 random bytes of the system. */
GBytes      *enlace_server_launch_new_master_key (GError     **error);

/* `enlaced init`: makes a store in @data_dir. Resolves to a string, the administrator's API key. */
DexFuture   *enlace_server_launch_init           (const char  *program,
                                                  const char  *data_dir,
                                                  GBytes      *master_key);

/* `enlaced` on 127.0.0.1:@port. @parent_fd (out): the end of the pipe that keeps it alive, to be closed when it shall end. Its
 * standard output and error are pipes. */
GSubprocess *enlace_server_launch_serve          (const char  *program,
                                                  const char  *data_dir,
                                                  GBytes      *master_key,
                                                  guint        port,
                                                  int         *parent_fd,
                                                  GError     **error);
/* Whether a server can listen there now. */
gboolean     enlace_server_launch_port_is_free   (guint        port);

G_END_DECLS
