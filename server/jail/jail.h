/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "common/value/uuid.h"
#include "server/jail/result.h"

G_BEGIN_DECLS

/**
 * EnlaceJail:
 *
 * Runs JavaScript in processes that can do nothing but answer (enlace-jail): a pool of them, driven by a thread of its own. A process serves one
 * organisation in its life and one call at a time, each call in a fresh runtime; it is replaced after a call that passed a limit, and after many
 * calls. Processes are started when the first call comes, with one to spare. Functions are for any thread.
 */
typedef struct _EnlaceJail EnlaceJail;

/**
 * EnlaceJailCall:
 * @organisation_id: whose data it works on
 * @code: (transfer none): the body of a JavaScript function with the parameter `input`
 * @input: (transfer none): what `input` is
 * @now: what `Date` shows, microseconds since 1970
 * @seed: of `Math.random()`; equal seeds give equal numbers
 * @timeout_ms: how long it may take, 1 to 5000
 */
typedef struct {
  EnlaceUuid    organisation_id;
  const char   *code;
  EnlaceValue  *input;
  gint64        now;
  guint64       seed;
  guint         timeout_ms;
} EnlaceJailCall;

/* Where the program is that belongs to the running one: beside it, installed or not; NULL: it is not there. */
char       *enlace_jail_find_program (void);

/**
 * enlace_jail_new:
 * @program: the path of enlace-jail
 * @max_processes: how many there may be at a time; 0: as many as processors
 *
 * Starts the thread, and no process yet.
 */
EnlaceJail *enlace_jail_new          (const char           *program,
                                      guint                 max_processes);

/**
 * enlace_jail_call:
 *
 * Runs @call. When the future is discarded, since nobody waits for it any more, the process that runs it is killed.
 *
 * Returns: (transfer full): a future of an EnlaceJailResult (dex_await_boxed()), whatever came of the code; rejected with ENLACE_JAIL_ERROR where
 *   nothing could be run
 */
DexFuture  *enlace_jail_call         (EnlaceJail           *self,
                                      const EnlaceJailCall *call);

/* Kills all processes, fails what is under way, and ends the thread. */
void        enlace_jail_free         (EnlaceJail           *self);

/* How many processes there are, those that are starting included. */
guint       enlace_jail_count        (EnlaceJail           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceJail, enlace_jail_free)

G_END_DECLS
