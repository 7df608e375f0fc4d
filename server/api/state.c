/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/state.h"

#include "server/api/openapi.h"

EnlaceApiState *
enlace_api_state_new (const EnlaceServices          *services,
                      const EnlaceRouteTable *const *tables,
                      guint                          n_tables,
                      const EnlaceFeedRender        *renderers)
{
  EnlaceApiState *self = g_new0 (EnlaceApiState, 1);

  self->figures = enlace_figures_new ();
  self->keys = enlace_key_cache_new (services->store);
  self->idempotency = enlace_idempotency_new (services->store, services->vault);
  if (renderers != NULL)
    self->feed = enlace_feed_new (services, self->keys, renderers);
  self->openapi = enlace_openapi_write (tables, n_tables);
  self->docs = enlace_openapi_write_page (self->openapi);
  self->started_at = g_get_real_time ();

  return self;
}

void
enlace_api_state_stop (EnlaceApiState *self)
{
  g_atomic_int_set (&self->is_stopping, TRUE);
  if (self->feed != NULL)
    enlace_feed_stop (self->feed);
}

void
enlace_api_state_free (EnlaceApiState *self)
{
  g_clear_pointer (&self->feed, enlace_feed_free);
  enlace_figures_free (self->figures);
  enlace_key_cache_free (self->keys);
  enlace_idempotency_free (self->idempotency);
  g_bytes_unref (self->openapi);
  g_bytes_unref (self->docs);
  g_free (self);
}
