/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define TEST_KEY "enl_test"

/* A server of the test's own making: it expects requests in an order, and fails the test at any other. */
typedef struct {
  const char *method;
  const char *path;       /* with its query, below /api/integrations/ */
  const char *if_match;   /* NULL: none must be sent */
  const char *body;       /* JSON text as it must be sent, NULL: none */
  guint       status;
  const char *etag;       /* of the reply, nullable */
  const char *reply;      /* nullable */
} TestExchange;

typedef struct {
  SoupServer    *server;
  char          *address;
  GPtrArray     *expected;     /* of TestExchange, not owned */
  guint          n_seen;
  /* The live feed. */
  SoupServerMessage *feed;     /* while one is connected, owned */
  char          *last_event_id; /* what it asked to go on after, NULL: nothing */
  guint          n_feeds;      /* that were connected */
} TestDouble;

TestDouble *test_double_new         (void);
void        test_double_free        (TestDouble         *self);
void        test_double_expect      (TestDouble         *self,
                                     const TestExchange *exchange);
/* Every expected request was made. */
void        test_double_assert_done (TestDouble         *self);
/* Sends bytes over the live feed. */
void        test_double_push        (TestDouble         *self,
                                     const char         *text);
/* Ends the live feed's connection. */
void        test_double_break       (TestDouble         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestDouble, test_double_free)

G_END_DECLS
