/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "server/options.h"

G_BEGIN_DECLS

/* Exit statuses of the program. */
enum {
  ENLACE_EXIT_DONE = 0,
  ENLACE_EXIT_FAILED = 1,
  ENLACE_EXIT_USAGE = 2,
  ENLACE_EXIT_HELD = 3,     /* the store is held by another process */
};

/* Finds the command that the arguments name (none: serve) and runs it. Returns the exit status. */
int enlace_command_run    (int           argc,
                           char        **argv);

/* Each command: arguments without the program's and the command's name, after a leading element for the program's name. */
int enlace_command_serve   (int argc, char **argv);
int enlace_command_init    (int argc, char **argv);
int enlace_command_eval    (int argc, char **argv);
int enlace_command_check   (int argc, char **argv);
int enlace_command_migrate (int argc, char **argv);
int enlace_command_export  (int argc, char **argv);
int enlace_command_import  (int argc, char **argv);

/* The options of a command that touches a store, and `more` (nullable). Without `argument` it takes no other arguments; with it exactly one, borrowed, which
 * usage calls FILE. NULL: what was wrong was printed, and `status` is to be the exit status. */
EnlaceOptions *enlace_command_parse_store (int                  argc,
                                           char               **argv,
                                           const GOptionEntry  *more,
                                           const char         **argument,
                                           int                 *status);

/* Prints an error for a person on standard error; gives the exit status that it means. */
int enlace_command_fail   (const GError *error);
int enlace_command_usage  (const char   *format,
                           ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
