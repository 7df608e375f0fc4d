/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/replay.h"

#include <string.h>

#include "common/value/time.h"
#include "server/api/execute.h"
#include "server/api/execution-resource.h"
#include "server/api/fields.h"
#include "server/api/workflow-resource.h"
#include "server/workflow/replay.h"

#define MAX_WAIT_SECONDS 30
/* How many runs one request replays. */
#define MAX_MANY 10000
#define PAGE 200

/* What a body asks for; texts are owned. */
typedef struct {
  EnlaceValue *data;
  EnlaceValue *outputs;
  char        *from;
  char        *only;
  char        *until;
  char        *path;
  char        *version_name;    /* "draft", "live" */
  gint64       version;
  gboolean     is_test;
  gint64       wait_seconds;
} Wish;

static void
wish_clear (Wish *self)
{
  g_free (self->from);
  g_free (self->only);
  g_free (self->until);
  g_free (self->path);
  g_free (self->version_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

static void
take_path (EnlaceFields *fields,
           Wish         *wish)
{
  EnlaceValue *list = NULL;
  g_autoptr(GString) path = g_string_new (NULL);

  if (!enlace_fields_take_value (fields, "path", ENLACE_KIND_LIST, &list) || list == NULL)
    return;

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *number = enlace_value_get_element (list, i);

      if (enlace_value_get_kind (number) != ENLACE_KIND_INT || enlace_value_get_int (number) < 0)
        {
          enlace_fields_add_error (fields, "/path", "This must be a list of numbers from 0");
          return;
        }
      g_string_append_printf (path, "%s%" G_GINT64_FORMAT, i > 0 ? "." : "", enlace_value_get_int (number));
    }
  wish->path = g_string_free (g_steal_pointer (&path), FALSE);
}

static void
take_version (EnlaceFields *fields,
              Wish         *wish,
              gboolean      takes_draft)
{
  EnlaceValue *value = enlace_value_get_member (fields->body, "version");

  if (value == NULL || enlace_value_get_kind (value) != ENLACE_KIND_STRING)
    {
      enlace_fields_take_int (fields, "version", 1, G_MAXINT32, &wish->version);
      return;
    }

  enlace_fields_take_text (fields, "version", 1, 16, &wish->version_name);
  if (g_strcmp0 (wish->version_name, "live") != 0 && !(takes_draft && g_strcmp0 (wish->version_name, "draft") == 0))
    enlace_fields_add_error (fields, "/version", takes_draft ? "This must be a number, “live” or “draft”" : "This must be a number or “live”");
}

static gboolean
read_wish (EnlaceRequest *request,
           Wish          *wish)
{
  EnlaceFields fields;

  enlace_fields_init (&fields, request);
  enlace_fields_take_value (&fields, "data", ENLACE_KIND_NULL, &wish->data);
  enlace_fields_take_value (&fields, "outputs", ENLACE_KIND_MAP, &wish->outputs);
  enlace_fields_take_text (&fields, "from", 1, 64, &wish->from);
  enlace_fields_take_text (&fields, "only", 1, 64, &wish->only);
  enlace_fields_take_text (&fields, "until", 1, 64, &wish->until);
  enlace_fields_take_bool (&fields, "test", &wish->is_test);
  enlace_fields_take_int (&fields, "wait_seconds", 0, MAX_WAIT_SECONDS, &wish->wait_seconds);
  take_path (&fields, wish);
  take_version (&fields, wish, TRUE);
  wish->is_test |= wish->only != NULL || wish->until != NULL || g_strcmp0 (wish->version_name, "draft") == 0;
  if (wish->only != NULL && (wish->from != NULL || wish->until != NULL))
    enlace_fields_add_error (&fields, "/only", "One step alone has neither “from” nor “until”");
  if (wish->path != NULL && wish->from == NULL)
    enlace_fields_add_error (&fields, "/path", "This says where “from” is");

  return enlace_fields_finish (&fields, request);
}

static EnlaceWorkflowRow *
load_workflow (const EnlaceServices     *services,
               const EnlaceExecutionRow *row,
               GError                  **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  EnlaceWorkflowRow *workflow = enlace_workflows_get (reader, &row->organisation_id, &row->workflow_id, error);

  enlace_store_release_reader (services->store, reader);
  return workflow;
}

static gint64
choose_version (const Wish               *wish,
                const EnlaceExecutionRow *row,
                const EnlaceWorkflowRow  *workflow)
{
  if (g_strcmp0 (wish->version_name, "live") == 0)
    return workflow->is_active ? workflow->published_version : workflow->version;

  return wish->version > 0 ? wish->version : row->version;
}

/* The plan that the new run follows: that of the run, unless another version is asked for. */
static EnlacePlan *
make_plan (EnlaceRequest             *request,
           const Wish                *wish,
           const EnlaceExecutionRow  *row,
           EnlaceWorkflowRow         *workflow,
           GError                   **error)
{
  EnlaceEngine *engine = enlace_request_get_services (request)->engine;
  g_autoptr(EnlaceDocument) draft = NULL;
  gint64 version = choose_version (wish, row, workflow);

  if (g_strcmp0 (wish->version_name, "draft") == 0)
    {
      draft = enlace_workflow_load_draft (request, workflow, error);
      return draft != NULL ? enlace_engine_get_plan (engine, &row->organisation_id, &row->workflow_id, 0, draft, error) : NULL;
    }
  if (version == 0)
    return enlace_engine_get_plan_of (engine, row, error);
  if (version > workflow->version)
    {
      g_set_error (error, ENLACE_API_ERROR, 400, "There is no version %" G_GINT64_FORMAT, version);
      return NULL;
    }

  return enlace_engine_get_plan (engine, &row->organisation_id, &row->workflow_id, version, NULL, error);
}

static void
outcome_cb (const EnlaceOutcome *outcome,
            gpointer             data)
{
  EnlaceRequest *request = data;

  if (outcome->kind == ENLACE_OUTCOME_REFUSED)
    return enlace_request_fail (request, g_error_copy (outcome->error));

  enlace_execution_reply_later (request, outcome->kind == ENLACE_OUTCOME_FINISHED ? 200 : 202, &outcome->execution_id);
}

static GPtrArray *
load_journal (const EnlaceServices     *services,
              const EnlaceExecutionRow *row,
              GError                  **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  GPtrArray *journal = enlace_executions_get_journal (reader, &row->id, error);

  enlace_store_release_reader (services->store, reader);
  return journal;
}

void
enlace_executions_replay (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceExecutionRow *row = enlace_request_get_object (request);
  const char *key = enlace_request_get_idempotency_key (request);
  g_autofree char *event_key = key != NULL ? g_strconcat ("replay:", key, NULL) : NULL;
  g_auto(Wish) wish = { .is_test = row->is_test };
  g_autoptr(EnlaceWorkflowRow) workflow = NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(GPtrArray) journal = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReplay replay;

  if (!read_wish (request, &wish))
    return;
  if ((workflow = load_workflow (services, row, &error)) == NULL || (plan = make_plan (request, &wish, row, workflow, &error)) == NULL
      || (journal = load_journal (services, row, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  trigger = wish.data != NULL ? enlace_execute_fill_trigger (plan, wish.data) : NULL;
  replay = (EnlaceReplay) {
    .plan = plan,
    .trigger = trigger,
    .from = wish.from,
    .path = wish.path,
    .only = wish.only,
    .until = wish.until,
    .outputs = wish.outputs,
    .is_test = wish.is_test,
    .event_key = event_key,
    .wait = wish.wait_seconds > 0 ? ENLACE_WAIT_FINISHED : ENLACE_WAIT_DURABLE,
    .wait_ms = wish.wait_seconds * 1000,
  };
  enlace_request_hold (request);
  if (!enlace_engine_replay (services->engine, row, journal, &replay, outcome_cb, request, &error))
    enlace_request_fail (request, g_steal_pointer (&error));
}

/* Many at once */

typedef struct {
  EnlaceRequest         *request;
  Wish                   wish;
  EnlaceUuid             workflow_id;
  EnlaceExecutionFilter  filter;
  gboolean               count_only;
  guint                  count;
  guint                  begun;
  guint                  failed;
  GMutex                 lock;        /* of what follows */
  GCond                  changed;
  guint                  n_open;      /* begun, and not durable yet */
} Many;

static void
many_free (gpointer data)
{
  Many *self = data;

  wish_clear (&self->wish);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
begun_cb (const EnlaceOutcome *outcome,
          gpointer             data)
{
  Many *self = data;

  if (outcome->kind == ENLACE_OUTCOME_REFUSED)
    g_warning ("One of many runs was not replayed: %s", outcome->error->message);

  g_mutex_lock (&self->lock);
  self->n_open--;
  if (outcome->kind == ENLACE_OUTCOME_REFUSED)
    self->failed++;
  else
    self->begun++;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gboolean
replay_one (Many                      *self,
            const EnlaceExecutionRow  *listed,
            EnlaceWorkflowRow         *workflow,
            GError                   **error)
{
  const EnlaceServices *services = enlace_request_get_services (self->request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  g_autoptr(EnlaceExecutionRow) row = enlace_executions_get (reader, &listed->organisation_id, &listed->id, error);
  g_autoptr(GPtrArray) journal = row != NULL ? enlace_executions_get_journal (reader, &listed->id, error) : NULL;
  g_autoptr(EnlacePlan) plan = NULL;
  EnlaceReplay replay;

  enlace_store_release_reader (services->store, reader);
  if (journal == NULL || (plan = make_plan (self->request, &self->wish, row, workflow, error)) == NULL)
    return FALSE;

  replay = (EnlaceReplay) { .plan = plan, .is_test = row->is_test, .wait = ENLACE_WAIT_DURABLE };
  g_mutex_lock (&self->lock);
  self->n_open++;
  g_mutex_unlock (&self->lock);
  if (enlace_engine_replay (services->engine, row, journal, &replay, begun_cb, self, error))
    return TRUE;

  g_mutex_lock (&self->lock);
  self->n_open--;
  g_mutex_unlock (&self->lock);
  return FALSE;
}

static void
replay_page (Many              *self,
             GPtrArray         *rows,
             EnlaceWorkflowRow *workflow)
{
  for (guint i = 0; i < rows->len && self->count < MAX_MANY; i++)
    {
      g_autoptr(GError) error = NULL;

      self->count++;
      if (self->count_only)
        continue;
      if (!replay_one (self, rows->pdata[i], workflow, &error))
        {
          g_mutex_lock (&self->lock);
          self->failed++;
          g_mutex_unlock (&self->lock);
        }
    }
}

static EnlaceValue *
many_to_value (const Many *self)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_int (builder, "count", self->count);
  enlace_map_builder_add_int (builder, "begun", self->begun);
  enlace_map_builder_add_int (builder, "failed", self->failed);

  return enlace_map_builder_end (builder);
}

/* Runs that are begun here have larger ids than those that are listed, and are not met again. */
static gboolean
replay_all (Many    *self,
            GError **error)
{
  const EnlaceServices *services = enlace_request_get_services (self->request);
  const EnlaceUuid *organisation_id = enlace_request_get_organisation (self->request);
  EnlaceExecutionRow key = { .organisation_id = *organisation_id, .workflow_id = self->workflow_id };
  g_autoptr(EnlaceWorkflowRow) workflow = load_workflow (services, &key, error);
  EnlaceUuid before;

  if (workflow == NULL)
    return FALSE;

  self->filter.workflow_id = &self->workflow_id;
  self->filter.limit = PAGE;
  for (gboolean has_more = TRUE; has_more && self->count < MAX_MANY;)
    {
      EnlaceReader *reader = enlace_store_acquire_reader (services->store);
      g_autoptr(GPtrArray) rows = enlace_executions_list (reader, organisation_id, &self->filter, error);

      enlace_store_release_reader (services->store, reader);
      if (rows == NULL)
        return FALSE;
      replay_page (self, rows, workflow);
      has_more = rows->len == PAGE;
      if (has_more)
        before = ((EnlaceExecutionRow *) rows->pdata[rows->len - 1])->id;
      self->filter.before = &before;
    }

  return TRUE;
}

static void
many_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Many *self = data;
  g_autoptr(GError) error = NULL;

  gboolean is_done = replay_all (self, &error);

  /* What is said to have begun is durable. */
  g_mutex_lock (&self->lock);
  while (self->n_open > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);

  if (is_done)
    {
      g_autoptr(EnlaceValue) body = many_to_value (self);

      enlace_request_reply (self->request, enlace_reply_new_json (200, body));
    }
  else
    enlace_request_fail (self->request, g_steal_pointer (&error));
  g_task_return_boolean (task, TRUE);
}

static void
take_filter_time (EnlaceFields *fields,
                  EnlaceValue  *filter,
                  const char   *name,
                  gint64       *usec)
{
  EnlaceValue *value = enlace_value_get_member (filter, name);
  g_autofree char *pointer = g_strconcat ("/filter/", name, NULL);
  gint64 seconds;
  guint32 nanoseconds;

  if (value == NULL)
    return;
  if (enlace_value_get_string (value) == NULL || !enlace_time_parse (enlace_value_get_string (value), &seconds, &nanoseconds))
    enlace_fields_add_error (fields, pointer, "This must be a time such as 2026-01-31T08:00:00Z");
  else
    *usec = seconds * G_USEC_PER_SEC + nanoseconds / 1000;
}

static void
take_filter (EnlaceFields *fields,
             Many         *many)
{
  EnlaceValue *filter = NULL;
  const char *id, *status;
  EnlaceStatus value;

  enlace_fields_require (fields, "filter");
  if (!enlace_fields_take_value (fields, "filter", ENLACE_KIND_MAP, &filter) || filter == NULL)
    return;

  for (gsize i = 0; i < enlace_value_get_length (filter); i++)
    {
      static const char *const known[] = { "workflow_id", "status", "from", "to", NULL };
      const char *name = enlace_value_get_string (enlace_value_get_key (filter, i));

      if (!g_strv_contains (known, name))
        enlace_fields_add_error (fields, "/filter", "There is no filter “%.64s”", name);
    }

  id = enlace_value_get_member_string (filter, "workflow_id", NULL);
  if (id == NULL || !enlace_uuid_parse (id, &many->workflow_id))
    enlace_fields_add_error (fields, "/filter/workflow_id", "This must be the id of a workflow");
  status = enlace_value_get_member_string (filter, "status", "failed");
  if (!enlace_status_from_name (status, &value) || !enlace_status_is_final (value))
    enlace_fields_add_error (fields, "/filter/status", "This must be completed, failed or cancelled");
  else
    many->filter.status = (int) value;
  take_filter_time (fields, filter, "from", &many->filter.from);
  take_filter_time (fields, filter, "to", &many->filter.to);
}

void
enlace_executions_replay_many (EnlaceRequest *request)
{
  g_autoptr(GTask) task = NULL;
  Many *many = g_new0 (Many, 1);
  EnlaceFields fields;

  many->request = request;
  many->count_only = TRUE;
  g_mutex_init (&many->lock);
  g_cond_init (&many->changed);
  many->filter = (EnlaceExecutionFilter) { .status = -1, .is_test = 0 };
  enlace_fields_init (&fields, request);
  take_filter (&fields, many);
  take_version (&fields, &many->wish, FALSE);
  enlace_fields_take_bool (&fields, "count_only", &many->count_only);
  if (!enlace_fields_finish (&fields, request))
    {
      many_free (many);
      return;
    }

  enlace_request_hold (request);
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, enlace_executions_replay_many);
  g_task_set_task_data (task, many, many_free);
  g_task_run_in_thread (task, many_thread);
}
