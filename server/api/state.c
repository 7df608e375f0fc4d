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
  self->tables = tables;
  self->n_tables = n_tables;
  g_mutex_init (&self->lock);
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
  g_clear_pointer (&self->openapi, g_bytes_unref);
  g_clear_pointer (&self->page, g_bytes_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* With the lock held. */
static GBytes *
get_openapi (EnlaceApiState *self)
{
  if (self->openapi == NULL)
    self->openapi = enlace_openapi_write (self->tables, self->n_tables);

  return self->openapi;
}

GBytes *
enlace_api_state_get_openapi (EnlaceApiState *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return get_openapi (self);
}

GBytes *
enlace_api_state_get_page (EnlaceApiState *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->page == NULL)
    self->page = enlace_openapi_write_page (get_openapi (self));

  return self->page;
}
