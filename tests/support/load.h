/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/support/receiver.h"
#include "tests/support/server.h"

G_BEGIN_DECLS

/* Senders that post events to a workflow without pause. Each sends its event anew, under the same id, until it gets a 2xx: no reply, 503 and
 * 504 mean again, anything else fails the test. */
typedef struct _TestLoad TestLoad;

TestLoad *test_load_start        (TestServer   *server,
                                  const char   *address,
                                  guint         n_senders);
/* Ends it: each sender until its event is accepted. */
void      test_load_stop         (TestLoad     *self);
guint     test_load_get_accepted (TestLoad     *self);
guint     test_load_get_refused  (TestLoad     *self);   /* replies of 503 so far */
/* Every event that was accepted has run to its end, once, and there is no other run. With a receiver: it saw each under one key, that of `node`. */
void      test_load_check        (TestLoad     *self,
                                  TestReceiver *receiver,
                                  const char   *node);
void      test_load_free         (TestLoad     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestLoad, test_load_free)

G_END_DECLS
