/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <glib/gstdio.h>

#include "server/store/reader.h"
#include "tests/server/store/fixture.h"

char *
make_data_dir (void)
{
  g_autoptr(GError) error = NULL;
  char *data_dir = g_dir_make_tmp ("enlace-store-XXXXXX", &error);

  g_assert_no_error (error);

  return data_dir;
}

void
remove_data_dir (const char *data_dir)
{
  g_autoptr(GDir) dir = g_dir_open (data_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data_dir, name, NULL);

      g_unlink (path);
    }

  g_rmdir (data_dir);
}

void
fixture_apply (Fixture   *fixture,
               ApplyFunc  apply,
               gpointer   data)
{
  g_autoptr(GError) error = NULL;

  enlace_store_submit_and_wait (fixture->store, apply, data, &error);
  g_assert_no_error (error);
}

static gboolean
apply_basics (EnlaceWriter  *writer,
              gpointer       data,
              GError       **error)
{
  Fixture *fixture = data;
  g_autoptr(GBytes) key = g_bytes_new_static ("wrapped", 7);
  EnlaceOrganisationRow organisation = { .id = fixture->organisation_id, .name = (char *) "Acme", .wrapped_key = key, .created_at = 1 };
  EnlaceMemberRow member = {
    .id = fixture->member_id, .organisation_id = fixture->organisation_id, .email = (char *) "ada@example.org", .role = (char *) "owner", .created_at = 1,
  };

  return enlace_organisations_insert (writer, &organisation, error) && enlace_members_insert (writer, &member, error);
}

typedef struct {
  Fixture    *fixture;
  EnlaceUuid  id;
  const char *name;
} NewWorkflow;

static gboolean
apply_workflow (EnlaceWriter  *writer,
                gpointer       data,
                GError       **error)
{
  NewWorkflow *new_workflow = data;
  g_autoptr(GBytes) document = g_bytes_new_static ("document 1", 10);
  EnlaceWorkflowRow row = {
    .id = new_workflow->id, .organisation_id = new_workflow->fixture->organisation_id, .name = (char *) new_workflow->name,
    .tags = (char *) "[]", .trigger_type = (char *) "webhook", .version = 1, .created_by = new_workflow->fixture->member_id,
    .created_at = 5, .updated_at = 5,
  };
  EnlaceVersionRow version = { .workflow_id = row.id, .version = 1, .document = document, .created_by = row.created_by, .created_at = 5 };

  return enlace_workflows_insert (writer, &row, &version, error);
}

EnlaceUuid
fixture_insert_workflow (Fixture    *fixture,
                         const char *name)
{
  NewWorkflow new_workflow = { .fixture = fixture, .name = name };

  enlace_uuid_generate (&new_workflow.id);
  fixture_apply (fixture, apply_workflow, &new_workflow);

  return new_workflow.id;
}

void
insert_basics (Fixture *fixture)
{
  enlace_uuid_generate (&fixture->organisation_id);
  enlace_uuid_generate (&fixture->member_id);
  fixture_apply (fixture, apply_basics, fixture);
  fixture->workflow_id = fixture_insert_workflow (fixture, "Order paid");
}

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->data_dir = make_data_dir ();
  fixture->store = enlace_store_open (fixture->data_dir, ENLACE_STORE_CREATE, &error);
  g_assert_no_error (error);
  insert_basics (fixture);
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_clear_pointer (&fixture->store, enlace_store_close);
  remove_data_dir (fixture->data_dir);
  g_clear_pointer (&fixture->data_dir, g_free);
}

void
fixture_reopen (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&fixture->store, enlace_store_close);
  fixture->store = enlace_store_open (fixture->data_dir, 0, &error);
  g_assert_no_error (error);
}

EnlaceExecutionRow *
make_execution (Fixture      *fixture,
                EnlaceStatus  status)
{
  EnlaceExecutionRow *row = g_new0 (EnlaceExecutionRow, 1);

  enlace_uuid_generate (&row->id);
  enlace_uuid_generate (&row->event_id);
  row->organisation_id = fixture->organisation_id;
  row->workflow_id = fixture->workflow_id;
  row->version = 1;
  row->status = status;
  row->started_at = g_get_real_time ();
  row->epoch = enlace_store_get_epoch (fixture->store);
  row->trigger_data = g_bytes_new_static ("trigger", 7);

  return row;
}

static gboolean
apply_execution (EnlaceWriter  *writer,
                 gpointer       data,
                 GError       **error)
{
  return enlace_executions_insert (writer, data, NULL, error);
}

void
fixture_insert_execution (Fixture            *fixture,
                          EnlaceExecutionRow *row)
{
  fixture_apply (fixture, apply_execution, row);
}

EnlaceExecutionRow *
fixture_get_execution (Fixture          *fixture,
                       const EnlaceUuid *id)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(GError) error = NULL;
  EnlaceExecutionRow *row = enlace_executions_get (reader, &fixture->organisation_id, id, &error);

  enlace_store_release_reader (fixture->store, reader);
  g_assert_no_error (error);

  return row;
}

EnlaceWorkflowRow *
fixture_get_workflow (Fixture          *fixture,
                      const EnlaceUuid *id)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(GError) error = NULL;
  EnlaceWorkflowRow *row = enlace_workflows_get (reader, &fixture->organisation_id, id, &error);

  enlace_store_release_reader (fixture->store, reader);
  g_assert_no_error (error);

  return row;
}

gint64
fixture_count (Fixture    *fixture,
               const char *sql)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  EnlaceConnection *connection = enlace_reader_get_connection (reader, NULL);
  g_autoptr(GError) error = NULL;
  gint64 count = -1;

  g_assert_true (enlace_connection_get_integer (connection, sql, &count, &error));
  g_assert_no_error (error);
  enlace_store_release_reader (fixture->store, reader);

  return count;
}
