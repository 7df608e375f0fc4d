/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* The other end of http.request: a small HTTP server on a loopback port that notes what it is sent. What it does with a request is in the path:
 *   /ok            200 {"received":true}
 *   /echo          200 with the request's body and content type
 *   /fail/N        503 to the first N requests of this path, then as /ok
 *   /busy/N        429 with Retry-After: N, once; then as /ok
 *   /later/N       503 with the date in N seconds as Retry-After, once; then as /ok
 *   /status/N      N with the body {"code":N}
 *   /text          200 text
 *   /bad-json      200, declared as JSON, malformed
 *   /drop          closes the connection without an answer, once for each key; then as /ok
 *   /list          200 with what receiver_set_list() said; the query does not matter
 *   /hang          does not answer until receiver_release() or the other end gives up */
typedef struct _Receiver Receiver;

typedef struct {
  char *method;
  char *path;
  char *key;            /* Idempotency-Key, nullable */
  char *content_type;   /* nullable */
  char *body;
} Received;

Receiver   *receiver_new         (void);
void        receiver_free        (Receiver       *self);
guint       receiver_get_port    (Receiver       *self);
char       *receiver_dup_url     (Receiver       *self,
                                  const char     *path);
/* The requests so far; the copies of `Received` belong to the receiver. */
guint       receiver_count       (Receiver       *self);
const Received *receiver_get     (Receiver       *self,
                                  guint           index);
/* Returns once it has been sent `n` requests. Fails the test after ten seconds. */
void        receiver_wait_for    (Receiver       *self,
                                  guint           n);
/* How many connections had requests under way at the same time, at most. */
guint       receiver_get_most_at_once (Receiver  *self);
void        receiver_set_list    (Receiver       *self,
                                  const char     *json);
/* Answers what hangs, now and from now on. */
void        receiver_release     (Receiver       *self);
