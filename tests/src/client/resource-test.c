/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "common/value/json.h"
#include "src/client/execution.h"
#include "src/client/step-record.h"
#include "src/client/workflow.h"

static void
update (gpointer    resource,
        const char *text)
{
  g_autoptr(JsonNode) node = json_from_string (text, NULL);

  enlace_resource_update (resource, json_node_get_object (node));
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          GString    *names)
{
  g_string_append_printf (names, "%s ", pspec->name);
}

static void
test_takes_over_members (void)
{
  EnlaceWorkflow *workflow = g_object_new (ENLACE_TYPE_WORKFLOW, "id", "w1", NULL);

  update (workflow, "{\"id\":\"other\",\"name\":\"Orders\",\"trigger_type\":\"webhook\",\"is_active\":true,\"version\":3,"
                    "\"published_version\":2,\"execution_count\":12,\"last_status\":\"failed\",\"steps\":{},\"never_heard_of\":1}");

  g_assert_cmpstr (enlace_resource_get_id (ENLACE_RESOURCE (workflow)), ==, "w1");
  g_assert_cmpstr (enlace_workflow_get_name (workflow), ==, "Orders");
  g_assert_cmpstr (enlace_workflow_get_trigger_type (workflow), ==, "webhook");
  g_assert_true (enlace_workflow_get_is_active (workflow));
  g_assert_cmpint (enlace_workflow_get_version (workflow), ==, 3);
  g_assert_cmpint (enlace_workflow_get_published_version (workflow), ==, 2);
  g_assert_cmpint (enlace_workflow_get_execution_count (workflow), ==, 12);
  g_assert_cmpstr (enlace_workflow_get_last_status (workflow), ==, "failed");

  g_assert_finalize_object (workflow);
}

static void
test_tells_only_of_what_changed (void)
{
  EnlaceWorkflow *workflow = g_object_new (ENLACE_TYPE_WORKFLOW, "id", "w1", NULL);
  g_autoptr(GString) names = g_string_new (NULL);

  update (workflow, "{\"name\":\"Orders\",\"version\":1,\"is_active\":false}");
  g_signal_connect (workflow, "notify", G_CALLBACK (count_cb), names);
  update (workflow, "{\"name\":\"Orders\",\"version\":2,\"is_active\":false}");
  g_assert_cmpstr (names->str, ==, "version ");

  g_assert_finalize_object (workflow);
}

static void
test_null_is_the_default (void)
{
  EnlaceExecution *execution = g_object_new (ENLACE_TYPE_EXECUTION, "id", "e1", NULL);

  update (execution, "{\"error_message\":\"It hangs\",\"duration_ms\":9}");
  update (execution, "{\"error_message\":null,\"duration_ms\":null}");
  g_assert_null (enlace_execution_get_error_message (execution));
  g_assert_cmpint (enlace_execution_get_duration_ms (execution), ==, 0);

  g_assert_finalize_object (execution);
}

static void
test_passes_over_what_does_not_fit (void)
{
  EnlaceWorkflow *workflow = g_object_new (ENLACE_TYPE_WORKFLOW, "id", "w1", NULL);

  update (workflow, "{\"name\":\"Orders\",\"version\":4}");
  update (workflow, "{\"name\":{},\"version\":[1],\"is_active\":\"yes\"}");
  g_assert_cmpstr (enlace_workflow_get_name (workflow), ==, "Orders");
  g_assert_cmpint (enlace_workflow_get_version (workflow), ==, 4);
  g_assert_false (enlace_workflow_get_is_active (workflow));

  g_assert_finalize_object (workflow);
}

static void
test_keeps_documents_exactly (void)
{
  EnlaceWorkflow *workflow = g_object_new (ENLACE_TYPE_WORKFLOW, "id", "w1", NULL);
  const char *text = "{\"steps\":{\"schema\":1,\"big\":18446744073709551615,\"e\":1.0},\"problems\":[],"
                     "\"trigger_config\":{\"url\":\"http://127.0.0.1:1/hooks/x\"}}";
  g_autoptr(EnlaceValue) body = enlace_json_parse (text, -1, NULL);
  g_autofree char *kept = NULL;

  enlace_workflow_load (workflow, body, "\"5\"");
  kept = enlace_json_format (enlace_workflow_get_document (workflow), ENLACE_JSON_COMPACT, NULL, NULL);
  g_assert_cmpstr (kept, ==, "{\"schema\":1,\"big\":18446744073709551615,\"e\":1.0}");
  g_assert_cmpstr (enlace_workflow_get_address (workflow), ==, "http://127.0.0.1:1/hooks/x");
  g_assert_cmpstr (enlace_workflow_get_etag (workflow), ==, "\"5\"");
  g_assert_cmpuint (enlace_value_get_length (enlace_workflow_get_problems (workflow)), ==, 0);

  g_assert_finalize_object (workflow);
}

static void
test_statuses_by_name (void)
{
  const struct { const char *name; EnlaceExecutionStatus status; gboolean is_final; } cases[] = {
    { "queued", ENLACE_EXECUTION_QUEUED, FALSE },
    { "running", ENLACE_EXECUTION_RUNNING, FALSE },
    { "waiting", ENLACE_EXECUTION_WAITING, FALSE },
    { "unknown", ENLACE_EXECUTION_UNKNOWN, FALSE },
    { "completed", ENLACE_EXECUTION_COMPLETED, TRUE },
    { "failed", ENLACE_EXECUTION_FAILED, TRUE },
    { "cancelled", ENLACE_EXECUTION_CANCELLED, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (enlace_execution_status_from_name (cases[i].name, ENLACE_EXECUTION_QUEUED), ==, cases[i].status);
      g_assert_cmpstr (enlace_execution_status_get_name (cases[i].status), ==, cases[i].name);
      g_assert_cmpint (enlace_execution_status_is_final (cases[i].status), ==, cases[i].is_final);
    }
  g_assert_cmpint (enlace_execution_status_from_name ("odd", ENLACE_EXECUTION_WAITING), ==, ENLACE_EXECUTION_WAITING);
}

static void
test_step_records (void)
{
  const char *text = "{\"node\":\"n1\",\"iteration\":0,\"attempt\":2,\"status\":\"failed\",\"duration_ms\":null,\"input\":null,"
                     "\"output\":{\"a\":1},\"error\":{\"code\":\"expression\",\"message\":\"x does not exist\"}}";
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, NULL);
  EnlaceStepRecord *record = enlace_step_record_new (value);

  g_assert_cmpstr (enlace_step_record_get_node (record), ==, "n1");
  g_assert_cmpstr (enlace_step_record_get_iteration (record), ==, "");
  g_assert_cmpint (enlace_step_record_get_attempt (record), ==, 2);
  g_assert_cmpint (enlace_step_record_get_duration_ms (record), ==, -1);
  g_assert_null (enlace_step_record_get_input (record));
  g_assert_nonnull (enlace_step_record_get_output (record));
  g_assert_cmpstr (enlace_step_record_get_error_message (record), ==, "x does not exist");

  g_assert_finalize_object (record);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/resource/takes-over-members", test_takes_over_members);
  g_test_add_func ("/client/resource/tells-only-of-what-changed", test_tells_only_of_what_changed);
  g_test_add_func ("/client/resource/null-is-the-default", test_null_is_the_default);
  g_test_add_func ("/client/resource/passes-over-what-does-not-fit", test_passes_over_what_does_not_fit);
  g_test_add_func ("/client/resource/keeps-documents-exactly", test_keeps_documents_exactly);
  g_test_add_func ("/client/execution/statuses-by-name", test_statuses_by_name);
  g_test_add_func ("/client/step-record/reads-a-record", test_step_records);

  return g_test_run ();
}
