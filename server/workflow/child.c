/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/child.h"

#include "server/workflow/engine-private.h"
#include "server/workflow/journal.h"
#include "server/workflow/steps/context.h"

/* The version of a workflow that is run: the live one, else the newest. */
static EnlacePlan *
find_plan (EnlaceRun        *parent,
           const EnlaceUuid *workflow_id,
           GError          **error)
{
  EnlaceEngine *engine = parent->engine;
  EnlaceReader *reader = enlace_store_acquire_reader (engine->store);
  g_autoptr(GError) reason = NULL;
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (reader, &parent->organisation_id, workflow_id, &reason);
  g_autoptr(EnlacePlan) plan = NULL;

  enlace_store_release_reader (engine->store, reader);
  if (row != NULL)
    plan = enlace_engine_get_plan (engine, &parent->organisation_id, workflow_id, row->is_active ? row->published_version : row->version, NULL, &reason);

  if (plan == NULL)
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "The workflow cannot be run: %s", reason->message);
  else if (strcmp (enlace_plan_get_trigger_type (plan), "manual") != 0)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "The workflow begins by %s; only one with a manual start can be run by another",
                   enlace_plan_get_trigger_type (plan));
      return NULL;
    }

  return g_steal_pointer (&plan);
}

static gint64
get_depth (EnlaceRun *run)
{
  return run->options != NULL ? enlace_value_get_member_int (run->options, "depth", 0) : 0;
}

static EnlaceValue *
make_options (gint64 depth)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_int (builder, "depth", depth);
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
make_trigger (EnlaceValue *input)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add (builder, "data", input);
  return enlace_map_builder_end (builder);
}

typedef struct {
  EnlaceStepChange  change;
  EnlaceQueuedRow  *row;
} Birth;

static gboolean
birth_apply (EnlaceStepChange  *change,
             EnlaceWriter      *writer,
             GError           **error)
{
  return enlace_queued_row_insert (((Birth *) change)->row, writer, error);
}

static void
birth_done (EnlaceStepChange *change)
{
  enlace_queued_row_done (((Birth *) change)->row, NULL);
}

static void
birth_free (EnlaceStepChange *change)
{
  enlace_queued_row_free (((Birth *) change)->row);
  g_free (change);
}

static EnlaceStepChange *
birth_new (EnlaceRun *child)
{
  Birth *self = g_new0 (Birth, 1);

  self->change.apply = birth_apply;
  self->change.done = birth_done;
  self->change.free = birth_free;
  self->row = enlace_queued_row_new (child);

  return &self->change;
}

gboolean
enlace_child_begin (EnlaceStepContext  *context,
                    const EnlaceUuid   *workflow_id,
                    EnlaceValue        *input,
                    gboolean            waits,
                    EnlaceUuid         *child_id,
                    GError            **error)
{
  EnlaceRun *parent = context->run;
  gint64 depth = get_depth (parent) + 1;
  g_autofree char *key = enlace_step_context_dup_key (context);
  g_autoptr(EnlacePlan) plan = NULL;
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(EnlaceValue) options = NULL;
  EnlaceStart start = { .event_key = key, .is_test = parent->is_test };
  EnlaceRun *child;

  if (depth > ENLACE_CHILD_MAX_DEPTH)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_LIMIT, "More than %d workflows run one another", ENLACE_CHILD_MAX_DEPTH);
      return FALSE;
    }
  if ((plan = find_plan (parent, workflow_id, error)) == NULL)
    return FALSE;

  trigger = make_trigger (input);
  options = make_options (depth);
  start.plan = plan;
  start.trigger = trigger;
  start.options = options;
  child = enlace_engine_make_run (parent->engine, &start);
  child->has_parent = TRUE;
  child->parent_id = parent->id;
  child->parent_key = waits ? enlace_step_context_dup_signal_key (context) : NULL;
  *child_id = child->id;
  enlace_step_context_add_change (context, birth_new (child));

  return TRUE;
}

typedef struct {
  EnlaceEngine *engine;
  EnlaceUuid    organisation_id;
  EnlaceUuid    parent_id;
} Cancellation;

static void
cancelled_cb (const GError *error,
              gpointer      data)
{
  if (error != NULL)
    g_debug ("A run that another waited for was not cancelled: %s", error->message);
}

static void
cancel_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Cancellation *self = data;
  EnlaceReader *reader = enlace_store_acquire_reader (self->engine->store);
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) ids = enlace_executions_list_children (reader, &self->parent_id, &error);

  enlace_store_release_reader (self->engine->store, reader);
  if (ids == NULL)
    g_warning ("The runs that a cancelled one waits for could not be read: %s", error->message);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    enlace_engine_cancel (self->engine, &self->organisation_id, &g_array_index (ids, EnlaceUuid, i), cancelled_cb, NULL);

  enlace_scheduler_end_commit (self->engine);
  g_task_return_boolean (task, TRUE);
}

void
enlace_children_cancel (EnlaceEngine     *engine,
                        const EnlaceUuid *organisation_id,
                        const EnlaceUuid *parent_id)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  Cancellation *self = g_new0 (Cancellation, 1);

  self->engine = engine;
  self->organisation_id = *organisation_id;
  self->parent_id = *parent_id;
  /* The engine waits for it when it stops. */
  enlace_scheduler_begin_commit (engine);
  g_task_set_source_tag (task, enlace_children_cancel);
  g_task_set_task_data (task, self, g_free);
  g_task_run_in_thread (task, cancel_thread);
}
