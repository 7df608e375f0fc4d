/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fixture.h"

#include "server/store/variables.h"
#include "server/workflow/sealed.h"

typedef struct {
  Fixture           *fixture;
  EnlaceVariableRow  row;
} Insertion;

static gboolean
insert_cb (EnlaceWriter  *writer,
           gpointer       data,
           GError       **error)
{
  return enlace_variables_insert (writer, &((Insertion *) data)->row, error);
}

/* `workflow` and `test_value` are nullable. */
static void
insert (Fixture          *fixture,
        const EnlaceUuid *workflow,
        const char       *name,
        const char       *type,
        const char       *value,
        const char       *test_value)
{
  Insertion insertion = { .fixture = fixture };
  EnlaceVariableRow *row = &insertion.row;
  g_autoptr(EnlaceValue) live = parse (value), test = test_value != NULL ? parse (test_value) : NULL;
  g_autoptr(GError) error = NULL;

  enlace_uuid_generate (&row->id);
  row->organisation_id = fixture->organisation_id;
  if (workflow != NULL)
    {
      row->has_workflow = TRUE;
      row->workflow_id = *workflow;
    }
  row->name = (char *) name;
  row->type = (char *) type;
  row->value = enlace_sealed_value_write (fixture->vault, &row->organisation_id, "variables", &row->id, "value", live);
  if (test != NULL)
    row->test_value = enlace_sealed_value_write (fixture->vault, &row->organisation_id, "variables", &row->id, "test_value", test);
  enlace_store_submit_and_wait (fixture->store, insert_cb, &insertion, &error);
  g_assert_no_error (error);
  g_clear_pointer (&row->value, g_bytes_unref);
  g_clear_pointer (&row->test_value, g_bytes_unref);
}

static void
check (Fixture          *fixture,
       const EnlaceUuid *workflow,
       gboolean          is_test,
       const char       *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) scope = enlace_variables_get_scope (enlace_engine_get_variables (fixture->engine), &fixture->organisation_id, workflow,
                                                             is_test, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = format (scope);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_scope (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *document = make_document ("hook trigger.webhook");
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, "token", document);
  const EnlaceUuid *workflow = enlace_plan_get_workflow_id (plan);
  EnlaceVariables *variables = enlace_engine_get_variables (fixture->engine);
  g_autoptr(EnlaceValue) schema = NULL;
  g_autofree char *schema_text = NULL;

  check (fixture, workflow, FALSE, "{}");
  insert (fixture, NULL, "a", "number", "1", "10");
  insert (fixture, NULL, "b", "string", "\"x\"", NULL);
  insert (fixture, workflow, "a", "json", "{\"own\":true}", NULL);
  /* What was read is kept until it is said to have changed. */
  check (fixture, workflow, FALSE, "{}");
  enlace_variables_changed (variables, &fixture->organisation_id);

  check (fixture, NULL, FALSE, "{\"a\":1,\"b\":\"x\"}");
  check (fixture, NULL, TRUE, "{\"a\":10,\"b\":\"x\"}");
  check (fixture, workflow, FALSE, "{\"a\":{\"own\":true},\"b\":\"x\"}");
  /* The workflow's own hides the organisation's, its test value too. */
  check (fixture, workflow, TRUE, "{\"a\":{\"own\":true},\"b\":\"x\"}");
  check (fixture, workflow, TRUE, "{\"a\":{\"own\":true},\"b\":\"x\"}");

  schema = enlace_variables_get_schema (variables, &fixture->organisation_id, workflow, NULL);
  schema_text = format (schema);
  g_assert_cmpstr (schema_text, ==, "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{\"type\":\"string\"}},\"additionalProperties\":false}");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/workflow/variables/of-a-workflow-hide-the-organisations", Fixture, NULL, fixture_set_up, test_scope, fixture_tear_down);

  return g_test_run ();
}
