/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-server"

#include "server/housekeeping.h"

#include "server/store/data.h"
#include "server/store/executions.h"
#include "server/store/feed.h"
#include "server/store/idempotency.h"

#define PERIOD_SECONDS (60 * 60)
#define DAY (G_GINT64_CONSTANT (24) * 60 * 60 * G_USEC_PER_SEC)

/* What is kept for how long, and who removes it. */
static const struct {
  gboolean (*expire) (EnlaceWriter *writer, gint64 before, GError **error);
  gint64     keep;
} chores[] = {
  { enlace_idempotency_expire,       1 * DAY },
  { enlace_executions_expire_events, 7 * DAY },
  { enlace_feed_expire,              7 * DAY },
  { enlace_data_expire,              0 },
};

struct _EnlaceHousekeeping {
  EnlaceStore *store;      /* borrowed */
  guint        timer;
};

typedef struct {
  EnlaceChange base;
  gint64       now;
} Round;

static gboolean
apply_cb (EnlaceChange  *change,
          EnlaceWriter  *writer,
          GError       **error)
{
  Round *round = (Round *) change;

  for (gsize i = 0; i < G_N_ELEMENTS (chores); i++)
    if (!chores[i].expire (writer, round->now - chores[i].keep, error))
      return FALSE;

  return TRUE;
}

static void
done_cb (EnlaceChange *change,
         const GError *error)
{
  if (error != NULL)
    g_warning ("What is no longer kept could not be removed: %s", error->message);
  g_free (change);
}

void
enlace_housekeeping_run (EnlaceStore *store,
                         gint64       now)
{
  Round *round = g_new0 (Round, 1);

  round->base.apply = apply_cb;
  round->base.done = done_cb;
  round->now = now;
  enlace_store_submit (store, &round->base);
}

static gboolean
period_cb (gpointer data)
{
  EnlaceHousekeeping *self = data;

  enlace_housekeeping_run (self->store, g_get_real_time ());

  return G_SOURCE_CONTINUE;
}

EnlaceHousekeeping *
enlace_housekeeping_new (EnlaceStore *store)
{
  EnlaceHousekeeping *self = g_new0 (EnlaceHousekeeping, 1);

  self->store = store;
  self->timer = g_timeout_add_seconds (PERIOD_SECONDS, period_cb, self);

  return self;
}

void
enlace_housekeeping_free (EnlaceHousekeeping *self)
{
  g_source_remove (self->timer);
  g_free (self);
}
