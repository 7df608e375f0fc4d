/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/support/server.h"

G_BEGIN_DECLS

/* Waits, up to `seconds`, until an execution has a status, and gives it. */
TestReply  *test_run_await       (TestServer *server,
                                  const char *id,
                                  const char *status,
                                  guint       seconds);
/* The code of the error in the last record of a step ("timeout"), nullable. Caller frees. */
char       *test_run_step_error  (TestServer *server,
                                  const char *id,
                                  const char *node);
/* Waits until every execution has ended. */
void        test_runs_settle     (TestServer *server,
                                  guint       seconds);
/* Every execution: id → status. An id that is there twice fails the test. */
GHashTable *test_runs_list       (TestServer *server);
/* How many there are of one status. */
guint       test_runs_count      (TestServer *server,
                                  const char *status);

G_END_DECLS
