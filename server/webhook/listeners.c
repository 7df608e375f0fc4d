/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/listeners.h"

#include <string.h>

#include "server/security/api-key.h"

#define TOKEN_LENGTH 32
#define MAX_PER_ORGANISATION 20
/* What came stays to be read for so long after the address has closed. */
#define KEPT_USEC (10 * 60 * (gint64) G_USEC_PER_SEC)

struct _EnlaceListeners {
  GMutex     lock;
  GPtrArray *all;     /* element-type EnlaceListener; a few, so that they are searched in turn */
};

EnlaceListeners *
enlace_listeners_new (void)
{
  EnlaceListeners *self = g_new0 (EnlaceListeners, 1);

  g_mutex_init (&self->lock);
  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_listener_free);

  return self;
}

void
enlace_listeners_free (EnlaceListeners *self)
{
  g_ptr_array_unref (self->all);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
enlace_listener_free (EnlaceListener *self)
{
  g_free (self->token);
  enlace_hook_settings_unref (self->settings);
  g_clear_pointer (&self->plan, enlace_plan_unref);
  g_clear_pointer (&self->event, enlace_value_unref);
  g_free (self);
}

static EnlaceListener *
copy (const EnlaceListener *self)
{
  EnlaceListener *other = g_memdup2 (self, sizeof *self);

  other->token = g_strdup (self->token);
  enlace_hook_settings_ref (other->settings);
  if (other->plan != NULL)
    enlace_plan_ref (other->plan);
  if (other->event != NULL)
    enlace_value_ref (other->event);

  return other;
}

/* With the lock held: closes what is late, forgets what was closed long ago. */
static void
tidy (EnlaceListeners *self)
{
  gint64 now = g_get_real_time ();

  for (guint i = self->all->len; i > 0; i--)
    {
      EnlaceListener *listener = g_ptr_array_index (self->all, i - 1);

      if (listener->status == ENLACE_LISTENER_WAITING && listener->expires_at <= now)
        listener->status = ENLACE_LISTENER_EXPIRED;
      if (listener->expires_at + KEPT_USEC < now)
        g_ptr_array_remove_index_fast (self->all, i - 1);
    }
}

/* With the lock held. Borrowed. */
static EnlaceListener *
find_id (EnlaceListeners  *self,
         const EnlaceUuid *id)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      EnlaceListener *listener = g_ptr_array_index (self->all, i);

      if (enlace_uuid_equal (&listener->id, id))
        return listener;
    }

  return NULL;
}

/* With the lock held. Borrowed; NULL where it is another's. */
static EnlaceListener *
find_own (EnlaceListeners  *self,
          const EnlaceUuid *organisation_id,
          const EnlaceUuid *workflow_id,
          const EnlaceUuid *id)
{
  EnlaceListener *listener = find_id (self, id);

  return listener != NULL && enlace_uuid_equal (&listener->organisation_id, organisation_id) &&
         enlace_uuid_equal (&listener->workflow_id, workflow_id) ? listener : NULL;
}

static guint
count (EnlaceListeners  *self,
       const EnlaceUuid *organisation_id)
{
  guint n = 0;

  for (guint i = 0; i < self->all->len; i++)
    n += enlace_uuid_equal (&((EnlaceListener *) g_ptr_array_index (self->all, i))->organisation_id, organisation_id);

  return n;
}

EnlaceListener *
enlace_listeners_add (EnlaceListeners    *self,
                      const EnlaceUuid   *organisation_id,
                      const EnlaceUuid   *workflow_id,
                      EnlaceHookSettings *settings,
                      EnlacePlan         *plan,
                      gint64              seconds)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *random = NULL;
  EnlaceListener *listener;

  tidy (self);
  if (count (self, organisation_id) >= MAX_PER_ORGANISATION)
    return NULL;

  random = enlace_token_generate (TOKEN_LENGTH);
  listener = g_new0 (EnlaceListener, 1);
  enlace_uuid_generate (&listener->id);
  listener->organisation_id = *organisation_id;
  listener->workflow_id = *workflow_id;
  listener->token = g_strconcat (ENLACE_LISTENER_PREFIX, random, NULL);
  listener->settings = enlace_hook_settings_ref (settings);
  listener->plan = plan != NULL ? enlace_plan_ref (plan) : NULL;
  listener->expires_at = g_get_real_time () + seconds * G_USEC_PER_SEC;
  g_ptr_array_add (self->all, listener);

  return copy (listener);
}

EnlaceListener *
enlace_listeners_get (EnlaceListeners  *self,
                      const EnlaceUuid *organisation_id,
                      const EnlaceUuid *workflow_id,
                      const EnlaceUuid *id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  EnlaceListener *listener;

  tidy (self);
  listener = find_own (self, organisation_id, workflow_id, id);

  return listener != NULL ? copy (listener) : NULL;
}

EnlaceListener *
enlace_listeners_find (EnlaceListeners *self,
                       const char      *token)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  tidy (self);
  for (guint i = 0; i < self->all->len; i++)
    {
      EnlaceListener *listener = g_ptr_array_index (self->all, i);

      if (listener->status == ENLACE_LISTENER_WAITING && strcmp (listener->token, token) == 0)
        return copy (listener);
    }

  return NULL;
}

gboolean
enlace_listeners_receive (EnlaceListeners  *self,
                          const EnlaceUuid *id,
                          EnlaceValue      *event)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  EnlaceListener *listener = find_id (self, id);

  if (listener == NULL || listener->status != ENLACE_LISTENER_WAITING)
    return FALSE;

  listener->status = ENLACE_LISTENER_RECEIVED;
  listener->event = enlace_value_ref (event);
  listener->received_at = g_get_real_time ();

  return TRUE;
}

void
enlace_listeners_set_execution (EnlaceListeners  *self,
                                const EnlaceUuid *id,
                                const EnlaceUuid *execution_id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  EnlaceListener *listener = find_id (self, id);

  if (listener == NULL)
    return;

  listener->has_execution = TRUE;
  listener->execution_id = *execution_id;
}

gboolean
enlace_listeners_remove (EnlaceListeners  *self,
                         const EnlaceUuid *organisation_id,
                         const EnlaceUuid *workflow_id,
                         const EnlaceUuid *id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  EnlaceListener *listener = find_own (self, organisation_id, workflow_id, id);

  return listener != NULL && g_ptr_array_remove_fast (self->all, listener);
}
