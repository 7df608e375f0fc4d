/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/feed.h"
#include "server/api/figures.h"
#include "server/api/idempotency.h"
#include "server/api/key-cache.h"
#include "server/api/route.h"

G_BEGIN_DECLS

/**
 * EnlaceApiState:
 *
 * What the API keeps between requests, in one place that is handed to all: figures, keys seen lately, POSTs under way, the live feed, the OpenAPI document.
 */
struct _EnlaceApiState
{
  EnlaceFigures     *figures;
  EnlaceKeyCache    *keys;
  EnlaceIdempotency *idempotency;
  EnlaceFeed        *feed;        /* NULL without renderers */
  gint64             started_at;  /* microseconds since 1970 */
  int                is_stopping; /* atomic: /readyz says no */

  const EnlaceRouteTable *const *tables;
  guint              n_tables;
  GMutex             lock;
  GBytes            *openapi;     /* NULL until asked for: a start has no time for it */
  GBytes            *page;
};

/* Starts the feed's thread. `services` and `tables` (what the OpenAPI document describes) are borrowed; the caller puts the state into `services`.
 * `renderers` (nullable, borrowed): by EnlaceFeedKind, ENLACE_FEED_DELETED excluded; without them there is no feed. */
EnlaceApiState *enlace_api_state_new  (const EnlaceServices          *services,
                                       const EnlaceRouteTable *const *tables,
                                       guint                          n_tables,
                                       const EnlaceFeedRender        *renderers);
/* After the door has stopped. */
void            enlace_api_state_free (EnlaceApiState                *self);
/* From here on /readyz says no and streams end. */
void            enlace_api_state_stop (EnlaceApiState                *self);

/* The OpenAPI document, and the page that shows it: written when first asked for. Borrowed. */
GBytes         *enlace_api_state_get_openapi (EnlaceApiState         *self);
GBytes         *enlace_api_state_get_page    (EnlaceApiState         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceApiState, enlace_api_state_free)

G_END_DECLS
