/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "src/client/secrets.h"

G_BEGIN_DECLS

/**
 * EnlaceServerState:
 * @ENLACE_SERVER_STOPPED: it does not run
 * @ENLACE_SERVER_UNLOCKING: its keys are asked for
 * @ENLACE_SERVER_PREPARING: the store is being made (first start)
 * @ENLACE_SERVER_STARTING: the program runs and is not ready yet
 * @ENLACE_SERVER_READY: it serves
 * @ENLACE_SERVER_RESTARTING: it ended by itself; it is started again after a wait
 * @ENLACE_SERVER_STOPPING: it was told to end
 * @ENLACE_SERVER_FAILED: it is not started again unless asked for, see [method@ServerProcess.get_failure]
 */
typedef enum {
  ENLACE_SERVER_STOPPED,
  ENLACE_SERVER_UNLOCKING,
  ENLACE_SERVER_PREPARING,
  ENLACE_SERVER_STARTING,
  ENLACE_SERVER_READY,
  ENLACE_SERVER_RESTARTING,
  ENLACE_SERVER_STOPPING,
  ENLACE_SERVER_FAILED,
} EnlaceServerState;

#define ENLACE_TYPE_SERVER_STATE (enlace_server_state_get_type ())
GType enlace_server_state_get_type (void);

/**
 * EnlaceServerError:
 * @ENLACE_SERVER_ERROR_PROGRAM: the program is missing or does not start
 * @ENLACE_SERVER_ERROR_HELD: another server holds the store
 * @ENLACE_SERVER_ERROR_KEYS_MISSING: there is a store, but not its keys
 * @ENLACE_SERVER_ERROR_ENDED: it ends again and again; the message is what it said last
 */
typedef enum {
  ENLACE_SERVER_ERROR_PROGRAM,
  ENLACE_SERVER_ERROR_HELD,
  ENLACE_SERVER_ERROR_KEYS_MISSING,
  ENLACE_SERVER_ERROR_ENDED,
} EnlaceServerError;

#define ENLACE_SERVER_ERROR (enlace_server_error_quark ())
GQuark enlace_server_error_quark (void);

/**
 * EnlaceServerProcess:
 *
 * The life of the server that the desktop brings along. It ends with this program, however this program ends: the server holds
 * the other end of a pipe. Its keys are never on a command line nor in the environment.
 *
 * Properties: "state", "port" (the one to use, 0: any free one; read-write), "place" (where keys are kept; read-write).
 * Signals: "moved" (): it serves at another port than "port" asked for, which is another program's now.
 */
#define ENLACE_TYPE_SERVER_PROCESS (enlace_server_process_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceServerProcess, enlace_server_process, ENLACE, SERVER_PROCESS, GObject)

/* @program: path of enlaced. @data_dir: where its store is, or will be. */
EnlaceServerProcess *enlace_server_process_new         (const char          *program,
                                                        const char          *data_dir);
/* Starts it, or tries again after a failure. Does nothing while it runs. */
void                 enlace_server_process_start       (EnlaceServerProcess *self);
/* Resolves to TRUE when it has ended: by itself within its ten seconds, or by force. */
DexFuture           *enlace_server_process_stop        (EnlaceServerProcess *self);

EnlaceServerState    enlace_server_process_get_state   (EnlaceServerProcess *self);
/* While it is ready: "http://127.0.0.1:PORT" and the administrator's key; borrowed. */
const char          *enlace_server_process_get_address (EnlaceServerProcess *self);
const char          *enlace_server_process_get_key     (EnlaceServerProcess *self);
/* Why the state is FAILED: of ENLACE_SERVER_ERROR or ENLACE_SECRETS_ERROR; borrowed. */
const GError        *enlace_server_process_get_failure (EnlaceServerProcess *self);
const char          *enlace_server_process_get_data_dir (EnlaceServerProcess *self);
/* Whether there is data already, so that its keys are somewhere. */
gboolean             enlace_server_process_has_store   (EnlaceServerProcess *self);
/* The process, 0: none. For tests. */
GPid                 enlace_server_process_get_pid     (EnlaceServerProcess *self);

G_END_DECLS
