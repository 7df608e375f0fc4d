/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/signal.h"

#include "server/store/signals.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/sealed.h"

#define TABLE "signals"

typedef void (*DoneFunc) (const GError *error,
                          gpointer      data);

static void
keep (EnlaceRun       *run,
      EnlaceSignalRow *row)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *payload = enlace_sealed_value_read (run->engine->vault, &run->organisation_id, TABLE, &run->id, row->key, row->payload, &error);

  if (payload != NULL)
    g_hash_table_insert (run->signals, g_strdup (row->key), payload);
  else
    g_warning ("What a step was told cannot be read: %s", error->message);
}

void
enlace_signal_receive (EnlaceRun *run)
{
  EnlaceEngine *engine = run->engine;
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;

  if (!g_atomic_int_get (&run->is_poked))
    return;

  /* Together: a poke in between would find the old promise, and the next one none to resolve. */
  g_mutex_lock (&engine->lock);
  g_atomic_int_set (&run->is_poked, FALSE);
  dex_clear (&run->poke);
  run->poke = dex_promise_new ();
  g_mutex_unlock (&engine->lock);

  reader = enlace_store_acquire_reader (engine->store);
  rows = enlace_signals_list (reader, &run->id, &error);
  enlace_store_release_reader (engine->store, reader);
  if (rows == NULL)
    {
      g_warning ("What steps were told could not be read: %s", error->message);
      return;
    }

  if (run->signals == NULL)
    run->signals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enlace_value_unref);
  for (guint i = 0; i < rows->len; i++)
    keep (run, rows->pdata[i]);
}

GBytes *
enlace_signal_seal (EnlaceEngine     *engine,
                    const EnlaceUuid *organisation_id,
                    const EnlaceUuid *execution_id,
                    const char       *key,
                    EnlaceValue      *payload)
{
  return enlace_sealed_value_write (engine->vault, organisation_id, TABLE, execution_id, key, payload);
}

GBytes *
enlace_signal_seal_end (EnlaceEngine             *engine,
                        const EnlaceExecutionRow *row,
                        EnlaceStatus              status,
                        EnlaceValue              *output,
                        const char               *message)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) payload = NULL;
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&row->id, id);
  enlace_map_builder_add_string (builder, "execution_id", id);
  enlace_map_builder_add_string (builder, "status", enlace_status_get_name (status));
  if (output != NULL)
    enlace_map_builder_add (builder, "output", output);
  if (message != NULL)
    enlace_map_builder_add_string (builder, "message", message);
  payload = enlace_map_builder_end (builder);

  return enlace_sealed_value_write (engine->vault, &row->organisation_id, TABLE, &row->parent_id, row->parent_key, payload);
}

/* A run that has gone away meanwhile, or was told already, is not told. */
gboolean
enlace_signal_tell_parent (EnlaceWriter      *writer,
                           const EnlaceUuid  *parent_id,
                           const char        *parent_key,
                           GBytes            *told,
                           GError           **error)
{
  g_autoptr(GError) reason = NULL;

  if (told == NULL || enlace_signals_add (writer, parent_id, parent_key, told, &reason)
      || g_error_matches (reason, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT)
      || g_error_matches (reason, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

typedef struct {
  EnlaceStepChange change;
  EnlaceUuid       execution_id;
  char            *key;
} Removal;

static gboolean
removal_apply (EnlaceStepChange  *change,
               EnlaceWriter      *writer,
               GError           **error)
{
  Removal *self = (Removal *) change;

  return enlace_signals_take (writer, &self->execution_id, self->key, error);
}

static gboolean
closing_apply (EnlaceStepChange  *change,
               EnlaceWriter      *writer,
               GError           **error)
{
  Removal *self = (Removal *) change;

  return enlace_signals_close (writer, &self->execution_id, self->key, error);
}

static void
removal_free (EnlaceStepChange *change)
{
  Removal *self = (Removal *) change;

  g_free (self->key);
  g_free (self);
}

static EnlaceStepChange *
new_change (const EnlaceUuid *execution_id,
            const char       *key,
            gboolean        (*apply) (EnlaceStepChange *, EnlaceWriter *, GError **))
{
  Removal *self = g_new0 (Removal, 1);

  self->change.apply = apply;
  self->change.free = removal_free;
  self->execution_id = *execution_id;
  self->key = g_strdup (key);

  return &self->change;
}

EnlaceStepChange *
enlace_signal_new_removal (const EnlaceUuid *execution_id,
                           const char       *key)
{
  return new_change (execution_id, key, removal_apply);
}

EnlaceStepChange *
enlace_signal_new_closing (const EnlaceUuid *execution_id,
                           const char       *key)
{
  return new_change (execution_id, key, closing_apply);
}

/* A signal on its way through the writer. */
typedef struct {
  EnlaceChange  change;
  EnlaceEngine *engine;
  EnlaceUuid    execution_id;
  char         *key;
  GBytes       *payload;
  gboolean    (*extra) (EnlaceWriter *writer, gpointer data, GError **error);
  DoneFunc      func;
  gpointer      data;
} Telling;

static gboolean
telling_apply (EnlaceChange  *change,
               EnlaceWriter  *writer,
               GError       **error)
{
  Telling *self = (Telling *) change;

  return (self->extra == NULL || self->extra (writer, self->data, error))
         && enlace_signals_add (writer, &self->execution_id, self->key, self->payload, error);
}

static void
telling_done (EnlaceChange *change,
              const GError *error)
{
  Telling *self = (Telling *) change;
  EnlaceEngine *engine = self->engine;
  g_autoptr(GError) reason = NULL;

  if (error == NULL)
    enlace_engine_poke (engine, &self->execution_id);
  else if (g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT))
    reason = g_error_new_literal (ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE, "The step has been told already");
  else if (g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    reason = g_error_new_literal (ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE, "The run has ended already");
  else
    reason = g_error_copy (error);
  self->func (reason, self->data);

  g_free (self->key);
  g_bytes_unref (self->payload);
  g_free (self);
  enlace_scheduler_end_commit (engine);
}

void
enlace_engine_signal (EnlaceEngine       *self,
                      const EnlaceUuid   *organisation_id,
                      const EnlaceUuid   *execution_id,
                      const char         *key,
                      EnlaceValue        *payload,
                      EnlaceExtraFunc     extra,
                      EnlaceDoneFunc      func,
                      gpointer            data)
{
  Telling *telling = g_new0 (Telling, 1);

  telling->change.apply = telling_apply;
  telling->change.done = telling_done;
  telling->engine = self;
  telling->execution_id = *execution_id;
  telling->key = g_strdup (key);
  telling->payload = enlace_sealed_value_write (self->vault, organisation_id, TABLE, execution_id, key, payload);
  telling->extra = extra;
  telling->func = func;
  telling->data = data;

  enlace_scheduler_begin_commit (self);
  enlace_store_submit (self->store, &telling->change);
}
