/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "common/value/json.h"
#include "server/security/initialise.h"
#include "server/store/organisations.h"
#include "server/workflow/sealed.h"

EnlaceValue *
parse (const char *json)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (json, -1, &error);

  g_assert_no_error (error);
  return value;
}

char *
format (EnlaceValue *value)
{
  g_autoptr(GError) error = NULL;
  char *text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error);

  g_assert_no_error (error);
  return text;
}

void
fixture_open (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  const char *const allowed[] = { "127.0.0.0/8", NULL };
  g_autoptr(EnlaceAddressGuard) guard = enlace_address_guard_new (allowed, &error);

  g_assert_no_error (error);
  self->store = enlace_store_open (self->directory, 0, &error);
  g_assert_no_error (error);
  self->vault = enlace_vault_open (self->store, self->master_key, &error);
  g_assert_no_error (error);
  self->outbound = enlace_outbound_new (guard, &error);
  g_assert_no_error (error);
  self->engine = enlace_engine_new (self->store, self->vault, self->outbound);
  enlace_engine_set_hooks (self->engine, &self->hooks);
}

void
fixture_begin (Fixture *self)
{
  g_autoptr(GError) error = NULL;

  enlace_engine_begin (self->engine, &error);
  g_assert_no_error (error);
}

void
fixture_close (Fixture *self)
{
  if (self->engine != NULL)
    enlace_engine_stop (self->engine, 0);
  g_clear_pointer (&self->engine, enlace_engine_free);
  g_clear_pointer (&self->outbound, enlace_outbound_free);
  g_clear_pointer (&self->vault, enlace_vault_free);
  g_clear_pointer (&self->store, enlace_store_close);
}

void
fixture_set_up (Fixture      *self,
                gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *api_key = NULL;
  g_autoptr(GPtrArray) organisations = NULL;
  EnlaceReader *reader;

  self->directory = g_dir_make_tmp ("enlace-workflow-XXXXXX", &error);
  g_assert_no_error (error);
  memset (self->master_key, 7, sizeof self->master_key);
  enlace_store_initialise (self->directory, "owner@example.org", self->master_key, &api_key, &error);
  g_assert_no_error (error);

  fixture_open (self);
  reader = enlace_store_acquire_reader (self->store);
  organisations = enlace_organisations_list (reader, &error);
  enlace_store_release_reader (self->store, reader);
  g_assert_no_error (error);
  self->organisation_id = ((EnlaceOrganisationRow *) organisations->pdata[0])->id;
}

static void
remove_directory (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

void
fixture_tear_down (Fixture      *self,
                   gconstpointer data)
{
  fixture_close (self);
  remove_directory (self->directory);
  g_clear_pointer (&self->directory, g_free);
}

typedef struct {
  EnlaceWorkflowRow workflow;
  EnlaceVersionRow  version;
} NewWorkflow;

static gboolean
insert_workflow (EnlaceWriter  *writer,
                 gpointer       data,
                 GError       **error)
{
  NewWorkflow *new_workflow = data;

  return enlace_workflows_insert (writer, &new_workflow->workflow, &new_workflow->version, error);
}

EnlacePlan *
fixture_publish (Fixture    *self,
                 const char *token,
                 const char *document)
{
  EnlaceUuid id;

  enlace_uuid_generate (&id);
  return fixture_publish_as (self, &id, token, document);
}

EnlacePlan *
fixture_publish_as (Fixture          *self,
                    const EnlaceUuid *id,
                    const char       *token,
                    const char       *document)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = parse (document);
  NewWorkflow row = { 0 };
  EnlacePlan *plan;

  row.workflow.id = *id;
  row.workflow.organisation_id = self->organisation_id;
  row.workflow.name = (char *) "Orders";
  row.workflow.tags = (char *) "[]";
  row.workflow.trigger_type = (char *) "webhook";
  row.workflow.version = row.workflow.published_version = 1;
  row.workflow.is_active = TRUE;
  row.workflow.token = enlace_sealed_token_write (self->vault, &self->organisation_id, &row.workflow.id, token);
  row.version.workflow_id = row.workflow.id;
  row.version.version = 1;
  row.version.document = enlace_sealed_document_write (self->vault, &self->organisation_id, &row.workflow.id, value);

  enlace_store_submit_and_wait (self->store, insert_workflow, &row, &error);
  g_assert_no_error (error);
  enlace_engine_workflow_changed (self->engine, &row.workflow.id, &row.workflow);
  g_bytes_unref (row.workflow.token);
  g_bytes_unref (row.version.document);

  plan = enlace_engine_find_token (self->engine, token);
  g_assert_nonnull (plan);
  return plan;
}

static void
append_node (GString    *nodes,
             const char *line)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 3);
  guint n = g_strv_length (words);
  const char *parameters = n > 2 ? words[2] : "{}";
  const char *more = n > 2 ? strstr (words[2], " | ") : NULL;

  /* Members of the node beside its parameters come after " | ". */
  if (more != NULL)
    {
      g_autofree char *own = g_strndup (parameters, more - parameters);

      g_string_append_printf (nodes, "%s{\"id\":\"%s\",\"type\":\"%s\",\"name\":\"%s\",\"position\":[0,0],\"parameters\":%s,%s}",
                              nodes->len > 0 ? "," : "", words[0], words[1], words[0], own, more + 3);
    }
  else
    g_string_append_printf (nodes, "%s{\"id\":\"%s\",\"type\":\"%s\",\"name\":\"%s\",\"position\":[0,0],\"parameters\":%s}",
                            nodes->len > 0 ? "," : "", words[0], words[1], words[0], parameters);
}

static void
append_edge (GString    *edges,
             const char *line)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 4);

  g_string_append_printf (edges, "%s{\"from\":\"%s\",\"to\":\"%s\"", edges->len > 0 ? "," : "", words[0], words[2]);
  if (words[3] != NULL)
    g_string_append_printf (edges, ",\"port\":\"%s\"", words[3]);
  g_string_append_c (edges, '}');
}

char *
make_document (const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GString) nodes = g_string_new (NULL);
  g_autoptr(GString) edges = g_string_new (NULL);
  const char *settings = "{}";

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *start = g_strndup (lines[i], strcspn (lines[i], "{"));

      /* An edge is "from > to [port]". */
      if (strstr (start, " > ") != NULL)
        append_edge (edges, lines[i]);
      else if (g_str_has_prefix (lines[i], "settings "))
        settings = lines[i] + strlen ("settings ");
      else if (*lines[i] != '\0')
        append_node (nodes, lines[i]);
    }

  return g_strdup_printf ("{\"schema\":1,\"nodes\":[%s],\"edges\":[%s],\"notes\":[],\"settings\":%s}", nodes->str, edges->str, settings);
}

void
answer_init (Answer *self)
{
  memset (self, 0, sizeof *self);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

void
answer_clear (Answer *self)
{
  g_clear_pointer (&self->headers, g_free);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->error, g_free);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
}

void
answer_func (const EnlaceOutcome *outcome,
             gpointer             data)
{
  Answer *self = data;
  gsize length;

  g_mutex_lock (&self->lock);
  self->n_calls++;
  self->kind = outcome->kind;
  self->event_id = outcome->event_id;
  self->execution_id = outcome->execution_id;
  self->execution_status = outcome->execution_status;
  self->status = outcome->status;
  self->headers = outcome->headers != NULL ? format (outcome->headers) : NULL;
  self->content_type = g_strdup (outcome->content_type);
  self->error = outcome->error != NULL ? g_strdup (outcome->error->message) : NULL;
  if (outcome->body != NULL)
    {
      gconstpointer bytes = g_bytes_get_data (outcome->body, &length);

      self->body = g_strndup (bytes, length);
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
answer_wait (Answer *self)
{
  gint64 deadline = g_get_monotonic_time () + 15 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&self->lock);
  while (self->n_calls == 0)
    g_assert_true (g_cond_wait_until (&self->changed, &self->lock, deadline));
  g_assert_cmpuint (self->n_calls, ==, 1);
  g_mutex_unlock (&self->lock);
}

void
fixture_start (Fixture    *self,
               EnlacePlan *plan,
               const char *trigger,
               const char *event_key,
               EnlaceWait  wait,
               Answer     *answer)
{
  g_autoptr(EnlaceValue) value = parse (trigger);
  EnlaceStart start = { .plan = plan, .trigger = value, .event_key = event_key, .wait = wait, .wait_ms = 10000 };

  enlace_engine_start (self->engine, &start, answer_func, answer);
}

EnlaceExecutionRow *
fixture_read (Fixture          *self,
              const EnlaceUuid *id)
{
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  EnlaceExecutionRow *row = enlace_executions_get (reader, &self->organisation_id, id, &error);

  enlace_store_release_reader (self->store, reader);
  g_assert_no_error (error);
  return row;
}

char *
fixture_read_message (Fixture                  *self,
                      const EnlaceExecutionRow *row)
{
  g_autoptr(GError) error = NULL;
  char *message = NULL;

  if (row->error_message != NULL)
    message = enlace_sealed_message_read (self->vault, &row->organisation_id, &row->id, row->error_message, &error);
  g_assert_no_error (error);

  return message;
}

void
fixture_check_message (Fixture                  *self,
                       const EnlaceExecutionRow *row,
                       const char               *expected)
{
  g_autofree char *message = fixture_read_message (self, row);

  g_assert_cmpstr (message, ==, expected);
}

void
fixture_wait_status (Fixture          *self,
                     const EnlaceUuid *id,
                     EnlaceStatus      status)
{
  gint64 deadline = g_get_monotonic_time () + 15 * G_TIME_SPAN_SECOND;

  for (;;)
    {
      g_autoptr(EnlaceExecutionRow) row = fixture_read (self, id);

      if (row->status == status)
        return;
      if (g_get_monotonic_time () > deadline)
        g_error ("The run is %s, not %s (%s)", enlace_status_get_name (row->status), enlace_status_get_name (status), fixture_read_message (self, row));
      g_usleep (2000);
    }
}

EnlaceValue *
fixture_read_steps (Fixture          *self,
                    const EnlaceUuid *id)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExecutionRow) row = fixture_read (self, id);
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(GPtrArray) journal = enlace_executions_get_journal (reader, id, &error);
  EnlaceValue *steps;

  enlace_store_release_reader (self->store, reader);
  g_assert_no_error (error);
  steps = enlace_engine_read_steps (self->engine, row, journal, &error);
  g_assert_no_error (error);
  return steps;
}

EnlaceValue *
find_step (EnlaceValue *steps,
           const char  *node)
{
  for (gsize i = enlace_value_get_length (steps); i > 0; i--)
    {
      EnlaceValue *step = enlace_value_get_element (steps, i - 1);

      if (g_strcmp0 (enlace_value_get_member_string (step, "node", NULL), node) == 0)
        return step;
    }

  return NULL;
}

guint
fixture_count_runs (Fixture *self)
{
  g_autoptr(GError) error = NULL;
  EnlaceExecutionFilter filter = { .status = -1, .is_test = -1, .limit = 1000 };
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(GPtrArray) rows = enlace_executions_list (reader, &self->organisation_id, &filter, &error);

  enlace_store_release_reader (self->store, reader);
  g_assert_no_error (error);
  return rows->len;
}
