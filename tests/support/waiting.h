/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/support/receiver.h"
#include "tests/support/server.h"

G_BEGIN_DECLS

/* Runs that wait for their next attempt, because the target of their request is not there yet. */

/* A port that nobody listens at, kept: a receiver can listen at it later. */
GSocket   *test_waiting_reserve  (guint        *port);
/* Publishes a workflow whose step “tell” posts the event's body to that port and tries again after up to `retry_ms`; gives its inbound address. */
char      *test_waiting_publish  (TestServer   *server,
                                  guint         port,
                                  guint         retry_ms);
/* Sends events, waits until the runs of all wait, and gives their ids. */
GPtrArray *test_waiting_send     (TestServer   *server,
                                  const char   *address,
                                  guint         count);
/* Waits until all are completed; the receiver saw as many events. */
void       test_waiting_check    (TestServer   *server,
                                  TestReceiver *receiver,
                                  GPtrArray    *ids,
                                  guint         seconds);

G_END_DECLS
