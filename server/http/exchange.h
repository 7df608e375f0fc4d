/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <microhttpd.h>

#include "server/http/gate.h"
#include "server/http/peer.h"

G_BEGIN_DECLS

/* Requests under way, so that a stop can wait for them and wake those that sleep. */
typedef struct _EnlaceExchange EnlaceExchange;

typedef struct {
  EnlaceGate        gate;
  GMutex            lock;
  GCond             cond;          /* fewer are under way */
  int               n_under_way;   /* atomic */
  EnlaceExchange   *asleep;        /* those whose connection is suspended until the answer */
  EnlaceExchange   *streaming;     /* those whose answer goes on */
  int               is_stopping;   /* atomic */
} EnlaceExchanges;

/* From the request line on; ends with enlace_exchange_free(). */
EnlaceExchange  *enlace_exchange_new    (EnlaceExchanges       *owner,
                                         struct MHD_Connection *connection,
                                         EnlacePeer            *peer,
                                         const char            *target);
void             enlace_exchange_free   (EnlaceExchange        *self);
/* libmicrohttpd's calls: the head has come, a piece of the body has come, all has come (also after a sleep). */
enum MHD_Result  enlace_exchange_head   (EnlaceExchange        *self,
                                         const char            *method);
enum MHD_Result  enlace_exchange_body   (EnlaceExchange        *self,
                                         const char            *data,
                                         gsize                  length);
enum MHD_Result  enlace_exchange_end    (EnlaceExchange        *self);
gboolean         enlace_exchange_has_head (EnlaceExchange      *self);

void             enlace_exchanges_init  (EnlaceExchanges       *self,
                                         const EnlaceGate      *gate);
void             enlace_exchanges_clear (EnlaceExchanges       *self);
/* Ends streams; waits for those under way, at most `milliseconds`; then answers the sleeping ones 503 until none sleeps. */
void             enlace_exchanges_stop  (EnlaceExchanges       *self,
                                         guint                  milliseconds);

G_END_DECLS
