/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An HTTP server on a free loopback port: the vendor at the other end. It answers every request 200 {"received":true}, keeps connections
 * alive, and remembers each Idempotency-Key with the body that came under it. */
typedef struct _TestReceiver TestReceiver;

typedef struct {
  char  *key;        /* Idempotency-Key; "" without one */
  char  *body;
  guint  n_times;
} TestReceived;

TestReceiver *test_receiver_new         (void);
/* At a socket that is bound, whether it listens already or not. */
TestReceiver *test_receiver_new_at      (GSocket      *socket);
guint         test_receiver_get_port    (TestReceiver *self);
/* All that came, by key; a body that came under two keys is there twice. Element-type TestReceived; owned by the caller. */
GPtrArray    *test_receiver_list        (TestReceiver *self);
guint         test_receiver_get_count   (TestReceiver *self);
void          test_receiver_free        (TestReceiver *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestReceiver, test_receiver_free)

G_END_DECLS
