/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/events.h"

#include <string.h>

#include "server/workflow/engine-private.h"
#include "server/workflow/gate.h"

#define WORKFLOW_SCHEMA \
  "{\"type\":\"object\",\"required\":[\"workflow\",\"execution\"],\"properties\":{" \
  "\"workflow\":{\"type\":\"object\",\"required\":[\"id\",\"name\",\"version\"]," \
  "\"properties\":{\"id\":{\"type\":\"string\"},\"name\":{\"type\":[\"string\",\"null\"]},\"version\":{\"type\":\"integer\"}}}," \
  "\"execution\":{\"type\":\"object\",\"required\":[\"id\",\"status\",\"started_at\",\"duration_ms\",\"error_message\"]," \
  "\"properties\":{\"id\":{\"type\":\"string\"},\"status\":{\"type\":\"string\"},\"started_at\":{\"type\":\"string\"}," \
  "\"duration_ms\":{\"type\":\"integer\"},\"error_message\":{\"type\":[\"string\",\"null\"]}}}}}"

#define INTEGRATION_SCHEMA \
  "{\"type\":\"object\",\"required\":[\"integration\",\"reason\"],\"properties\":{" \
  "\"integration\":{\"type\":\"object\",\"required\":[\"id\",\"name\"],\"properties\":{\"id\":{\"type\":\"string\"},\"name\":{\"type\":\"string\"}}}," \
  "\"reason\":{\"type\":\"string\"}}}"

static const EnlaceEventInfo infos[ENLACE_N_EVENTS] = {
  [ENLACE_EVENT_WORKFLOW_FAILED] = { "workflow.failed", WORKFLOW_SCHEMA },
  [ENLACE_EVENT_WORKFLOW_COMPLETED] = { "workflow.completed", WORKFLOW_SCHEMA },
  [ENLACE_EVENT_INTEGRATION_BROKE] = { "integration.broke", INTEGRATION_SCHEMA },
};

struct _EnlaceEvents {
  GRWLock     lock;
  GHashTable *listeners;      /* EnlaceUuid → EnlacePlan */
  int         n_listeners;    /* atomic: most of the time there is none, and nothing else is looked at */
};

const EnlaceEventInfo *
enlace_event_info (EnlaceEventKind kind)
{
  return &infos[kind];
}

EnlaceEvents *
enlace_events_new (void)
{
  EnlaceEvents *self = g_new0 (EnlaceEvents, 1);

  g_rw_lock_init (&self->lock);
  self->listeners = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, NULL, (GDestroyNotify) enlace_plan_unref);

  return self;
}

void
enlace_events_free (EnlaceEvents *self)
{
  g_clear_pointer (&self->listeners, g_hash_table_unref);
  g_rw_lock_clear (&self->lock);
  g_free (self);
}

void
enlace_events_put (EnlaceEvents *self,
                   EnlacePlan   *plan)
{
  if (strcmp (enlace_plan_get_trigger_type (plan), "event") != 0)
    {
      enlace_events_remove (self, &plan->workflow_id);
      return;
    }

  g_rw_lock_writer_lock (&self->lock);
  g_hash_table_replace (self->listeners, &plan->workflow_id, enlace_plan_ref (plan));
  g_atomic_int_set (&self->n_listeners, (int) g_hash_table_size (self->listeners));
  g_rw_lock_writer_unlock (&self->lock);
}

void
enlace_events_remove (EnlaceEvents     *self,
                      const EnlaceUuid *workflow_id)
{
  g_rw_lock_writer_lock (&self->lock);
  g_hash_table_remove (self->listeners, workflow_id);
  g_atomic_int_set (&self->n_listeners, (int) g_hash_table_size (self->listeners));
  g_rw_lock_writer_unlock (&self->lock);
}

/* Whether a plan begins by it. `cause` (nullable): the workflow whose run is the cause, which never begins itself. */
static gboolean
listens (EnlacePlan       *plan,
         const EnlaceUuid *organisation_id,
         EnlaceEventKind   kind,
         const EnlaceUuid *cause)
{
  const char *wanted = enlace_value_get_member_string (plan->trigger_parameters, "workflow", NULL);
  char id[ENLACE_UUID_TEXT_SIZE] = "";

  if (!enlace_uuid_equal (&plan->organisation_id, organisation_id)
      || strcmp (enlace_value_get_member_string (plan->trigger_parameters, "event", ""), infos[kind].name) != 0)
    return FALSE;
  if (cause != NULL && enlace_uuid_equal (&plan->workflow_id, cause))
    return FALSE;
  if (wanted == NULL || *wanted == '\0')
    return TRUE;
  if (cause != NULL)
    enlace_uuid_format (cause, id);

  return g_ascii_strcasecmp (id, wanted) == 0;
}

static GPtrArray *
list_listeners (EnlaceEvents     *self,
                const EnlaceUuid *organisation_id,
                EnlaceEventKind   kind,
                const EnlaceUuid *cause)
{
  GPtrArray *plans = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_plan_unref);
  GHashTableIter iter;
  EnlacePlan *plan;

  g_rw_lock_reader_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->listeners);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &plan))
    if (listens (plan, organisation_id, kind, cause))
      g_ptr_array_add (plans, enlace_plan_ref (plan));
  g_rw_lock_reader_unlock (&self->lock);

  return plans;
}

static EnlaceValue *
make_time (gint64 usec)
{
  return enlace_value_new_timestamp (usec / G_USEC_PER_SEC, (guint32) (usec % G_USEC_PER_SEC) * 1000);
}

static EnlaceValue *
make_trigger (EnlaceEventKind  kind,
              gint64           depth,
              gint64           occurred_at,
              EnlaceValue     *payload)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "event", infos[kind].name);
  enlace_map_builder_take (builder, "occurred_at", make_time (occurred_at));
  enlace_map_builder_add_int (builder, "depth", depth);
  enlace_map_builder_add (builder, "data", payload);

  return enlace_map_builder_end (builder);
}

static void
emitted_cb (guint         n_begun,
            const GError *error,
            gpointer      data)
{
  if (error != NULL)
    g_warning ("The runs that an event begins could not be written: %s", error->message);
}

void
enlace_events_emit (EnlaceEngine     *engine,
                    const EnlaceUuid *organisation_id,
                    EnlaceEventKind   kind,
                    EnlaceValue      *payload)
{
  g_autoptr(GPtrArray) plans = list_listeners (engine->events, organisation_id, kind, NULL);
  g_autoptr(EnlaceValue) trigger = make_trigger (kind, 1, enlace_engine_get_time (engine), payload);
  g_autofree EnlaceStart *starts = g_new0 (EnlaceStart, plans->len + 1);

  for (guint i = 0; i < plans->len; i++)
    {
      starts[i].plan = plans->pdata[i];
      starts[i].trigger = trigger;
    }
  if (plans->len > 0)
    enlace_engine_accept (engine, starts, plans->len, NULL, emitted_cb, NULL);
}

/* How many runs in a row were begun by an event, up to this one. */
static gint64
get_depth (EnlaceRun *run)
{
  if (run->trigger == NULL || strcmp (enlace_plan_get_trigger_type (run->plan), "event") != 0)
    return 0;

  return enlace_value_get_member_int (run->trigger, "depth", 0);
}

static EnlaceValue *
describe_run (EnlaceRun    *run,
              EnlaceStatus  status,
              gint64        now)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new (), execution = enlace_map_builder_new ();
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&run->id, id);
  enlace_map_builder_add_string (execution, "id", id);
  enlace_map_builder_add_string (execution, "status", enlace_status_get_name (status));
  enlace_map_builder_take (execution, "started_at", make_time (run->started_at));
  enlace_map_builder_add_int (execution, "duration_ms", (now - run->started_at) / 1000);
  enlace_map_builder_add_string (execution, "error_message", run->error_message);
  enlace_map_builder_add (builder, "workflow", run->plan->workflow);
  enlace_map_builder_take (builder, "execution", enlace_map_builder_end (execution));

  return enlace_map_builder_end (builder);
}

static EnlaceQueuedRow *
make_row (EnlaceRun   *cause,
          EnlacePlan  *plan,
          EnlaceValue *trigger)
{
  char id[ENLACE_UUID_TEXT_SIZE];
  g_autofree char *key = NULL;
  EnlaceStart start = { .plan = plan, .trigger = trigger };
  g_autoptr(GError) error = NULL;
  EnlaceRun *run;

  enlace_uuid_format (&cause->id, id);
  start.event_key = key = g_strconcat ("end:", id, NULL);
  run = enlace_engine_make_run (cause->engine, &start);
  run->gate = enlace_gate_compute (run, &error);
  if (error != NULL)
    g_info ("The concurrency key of a run: %s", error->message);
  __atomic_add_fetch (&cause->engine->n_started, 1, __ATOMIC_RELAXED);

  return enlace_queued_row_new (run);
}

GPtrArray *
enlace_events_of_end (EnlaceRun    *run,
                      EnlaceStatus  status)
{
  EnlaceEvents *events = run->engine->events;
  EnlaceEventKind kind = status == ENLACE_STATUS_FAILED ? ENLACE_EVENT_WORKFLOW_FAILED : ENLACE_EVENT_WORKFLOW_COMPLETED;
  gint64 depth, now;
  g_autoptr(GPtrArray) plans = NULL, rows = NULL;
  g_autoptr(EnlaceValue) payload = NULL, trigger = NULL;

  if (g_atomic_int_get (&events->n_listeners) == 0 || (status != ENLACE_STATUS_FAILED && status != ENLACE_STATUS_COMPLETED)
      || run->is_test || run->has_parent || run->plan == NULL)
    return NULL;

  depth = get_depth (run) + 1;
  plans = list_listeners (events, &run->organisation_id, kind, &run->workflow_id);
  if (plans->len == 0)
    return NULL;
  if (depth > ENLACE_EVENT_MAX_DEPTH)
    {
      g_message ("Events have begun %d runs in a row; the end of this one begins no more", ENLACE_EVENT_MAX_DEPTH);
      return NULL;
    }

  now = enlace_engine_get_time (run->engine);
  payload = describe_run (run, status, now);
  trigger = make_trigger (kind, depth, now, payload);
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_queued_row_free);
  for (guint i = 0; i < plans->len; i++)
    g_ptr_array_add (rows, make_row (run, plans->pdata[i], trigger));

  return g_steal_pointer (&rows);
}
