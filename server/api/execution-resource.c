/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/execution-resource.h"

#include "server/api/resource.h"
#include "server/workflow/engine.h"
#include "server/workflow/sealed.h"

static void
add_error_message (EnlaceMapBuilder         *builder,
                   const EnlaceServices     *services,
                   const EnlaceExecutionRow *row)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *message = NULL;

  if (row->error_message != NULL &&
      (message = enlace_sealed_message_read (services->vault, &row->organisation_id, &row->id, row->error_message, &error)) == NULL)
    g_warning ("The error message of an execution cannot be opened: %s", error->message);

  enlace_map_builder_add_string (builder, "error_message", message);
}

static void
add_columns (EnlaceMapBuilder         *builder,
             const EnlaceServices     *services,
             const EnlaceExecutionRow *row)
{
  enlace_resource_add_id (builder, "id", &row->id);
  enlace_resource_add_id (builder, "organization_id", &row->organisation_id);
  enlace_resource_add_id (builder, "workflow_id", &row->workflow_id);
  if (row->version > 0)
    enlace_map_builder_add_int (builder, "version", row->version);
  else
    enlace_map_builder_add_null (builder, "version");
  enlace_resource_add_id (builder, "event_id", &row->event_id);
  enlace_map_builder_add_string (builder, "status", enlace_status_get_name (row->status));
  enlace_map_builder_add_bool (builder, "is_test", row->is_test);
  enlace_resource_add_time (builder, "started_at", row->started_at);
  enlace_resource_add_time (builder, "completed_at", row->completed_at);
  if (row->completed_at != 0)
    enlace_map_builder_add_int (builder, "duration_ms", row->duration_ms);
  else
    enlace_map_builder_add_null (builder, "duration_ms");
  add_error_message (builder, services, row);
  enlace_map_builder_add_int (builder, "retry_count", row->retry_count);
  enlace_resource_add_time (builder, "wake_at", row->wake_at);
}

EnlaceValue *
enlace_execution_to_value (const EnlaceServices     *services,
                           const EnlaceExecutionRow *row)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  add_columns (builder, services, row);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_execution_load_steps (const EnlaceServices      *services,
                             const EnlaceExecutionRow  *row,
                             GError                   **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(GPtrArray) journal = enlace_executions_get_journal (reader, &row->id, error);

  enlace_store_release_reader (services->store, reader);

  return journal != NULL ? enlace_engine_read_steps (services->engine, row, journal, error) : NULL;
}

static EnlaceValue *
summarise_steps (EnlaceValue *steps)
{
  static const char *const members[] = { "status", "output", "error" };
  g_autoptr(EnlaceMapBuilder) all = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) data = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (steps); i++)
    {
      EnlaceValue *step = enlace_value_get_element (steps, i);
      g_autoptr(EnlaceMapBuilder) summary = enlace_map_builder_new ();

      for (gsize j = 0; j < G_N_ELEMENTS (members); j++)
        {
          EnlaceValue *member = enlace_value_get_member (step, members[j]);

          if (member != NULL)
            enlace_map_builder_add (summary, members[j], member);
        }
      enlace_map_builder_take (all, enlace_value_get_member_string (step, "node", ""), enlace_map_builder_end (summary));
    }
  enlace_map_builder_take (data, "steps", enlace_map_builder_end (all));

  return enlace_map_builder_end (data);
}

EnlaceValue *
enlace_execution_load (const EnlaceServices  *services,
                       const EnlaceUuid      *organisation_id,
                       const EnlaceUuid      *id,
                       GError               **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(EnlaceExecutionRow) row = enlace_executions_get (reader, organisation_id, id, error);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(EnlaceValue) steps = NULL;

  enlace_store_release_reader (services->store, reader);
  if (row == NULL ||
      (trigger = enlace_engine_read_trigger (services->engine, row, error)) == NULL ||
      (steps = enlace_execution_load_steps (services, row, error)) == NULL)
    return NULL;

  add_columns (builder, services, row);
  enlace_map_builder_add (builder, "trigger_data", trigger);
  enlace_map_builder_take (builder, "execution_data", summarise_steps (steps));

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_execution_render (const EnlaceServices  *services,
                         EnlaceReader          *reader,
                         const EnlaceUuid      *organisation_id,
                         const EnlaceUuid      *id,
                         gint64                *revision,
                         GError               **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(EnlaceExecutionRow) row = enlace_executions_get (reader, organisation_id, id, &failure);

  if (row == NULL)
    {
      if (!g_error_matches (failure, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }

  *revision = row->change;

  return enlace_execution_to_value (services, row);
}

gboolean
enlace_execution_find (EnlaceRequest  *request,
                       gint64         *revision,
                       GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  EnlaceExecutionRow *row = enlace_executions_get (reader, enlace_request_get_organisation (request), enlace_request_get_id (request), error);

  enlace_store_release_reader (services->store, reader);
  if (row != NULL)
    enlace_request_set_object (request, row, (GDestroyNotify) enlace_execution_row_free);

  return row != NULL;
}

typedef struct {
  EnlaceRequest *request;
  guint          status;
  EnlaceUuid     id;
} Later;

static void
reply_later_cb (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Later *later = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) body = enlace_execution_load (enlace_request_get_services (later->request),
                                                       enlace_request_get_organisation (later->request), &later->id, &error);

  if (body == NULL)
    enlace_request_fail (later->request, g_steal_pointer (&error));
  else
    enlace_request_reply (later->request, enlace_reply_new_json (later->status, body));
  g_task_return_boolean (task, TRUE);
}

void
enlace_execution_reply_later (EnlaceRequest    *request,
                              guint             status,
                              const EnlaceUuid *id)
{
  g_autoptr(GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  Later *later = g_new0 (Later, 1);

  later->request = request;
  later->status = status;
  later->id = *id;
  g_task_set_source_tag (task, enlace_execution_reply_later);
  g_task_set_task_data (task, later, g_free);
  g_task_run_in_thread (task, reply_later_cb);
}
