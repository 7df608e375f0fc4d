/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/workflows/transfer.h"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/document.h"
#include "resources.h"
#include "src/workflows/example.h"

static GBytes *
new_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
test_exports_without_integrations (void)
{
  const char *text = "{\"steps\":{\"schema\":1,\"more\":18446744073709551615,\"nodes\":[{\"id\":\"a\",\"integration\":\"x\",\"connector\":\"slack\"},"
                     "{\"id\":\"b\"}]}}";
  g_autoptr(EnlaceValue) body = enlace_json_parse (text, -1, NULL);
  g_autoptr(EnlaceValue) file = NULL;
  g_autofree char *written = NULL;
  EnlaceWorkflow *workflow = g_object_new (ENLACE_TYPE_WORKFLOW, "id", "w1", NULL);

  g_object_set (workflow, "name", "Orders", NULL);
  enlace_workflow_load (workflow, body, NULL);
  file = enlace_transfer_export (workflow);
  written = enlace_json_format (file, ENLACE_JSON_COMPACT, NULL, NULL);
  g_assert_cmpstr (written, ==, "{\"name\":\"Orders\",\"steps\":{\"schema\":1,\"more\":18446744073709551615,"
                                "\"nodes\":[{\"id\":\"a\",\"connector\":\"slack\"},{\"id\":\"b\"}]}}");

  g_assert_finalize_object (workflow);
}

static void
test_imports_what_was_exported (void)
{
  g_autoptr(GBytes) bytes = new_bytes ("{\"name\":\"Orders\",\"description\":\"All\",\"steps\":{\"schema\":1,\"nodes\":[]}}");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) document = NULL;
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  g_assert_true (enlace_transfer_import (bytes, "orders.json", &name, &description, &document, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (name, ==, "Orders");
  g_assert_cmpstr (description, ==, "All");
  g_assert_cmpint (enlace_value_get_member_int (document, "schema", 0), ==, 1);
}

static void
test_names_a_document_by_its_file (void)
{
  g_autoptr(GBytes) bytes = new_bytes ("{\"schema\":1,\"nodes\":[],\"edges\":[]}");
  g_autoptr(EnlaceValue) document = NULL;
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  g_assert_true (enlace_transfer_import (bytes, "My orders.v2.json", &name, &description, &document, NULL));
  g_assert_cmpstr (name, ==, "My orders.v2");
  g_assert_null (description);
}

static void
test_refuses_what_is_no_workflow (void)
{
  const char *texts[] = { "", "{", "[]", "{}", "{\"steps\":[]}", "{\"steps\":{}}", "\"nodes\"", "\xff\xfe" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GBytes) bytes = new_bytes (texts[i]);
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) document = NULL;
      g_autofree char *name = NULL;
      g_autofree char *description = NULL;

      g_assert_false (enlace_transfer_import (bytes, "x.json", &name, &description, &document, &error));
      g_assert_error (error, ENLACE_TRANSFER_ERROR, ENLACE_TRANSFER_ERROR_NO_WORKFLOW);
      g_assert_nonnull (strstr (error->message, "x.json"));
      g_assert_null (document);
    }
}

/* What the person gets to try has nothing wrong with it. */
static void
assert_without_refusals (EnlaceValue *value,
                         guint        n_problems)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);
  g_autoptr(GPtrArray) problems = NULL;

  g_assert_cmpuint (refusals->len, ==, 0);
  g_assert_nonnull (document);
  problems = enlace_document_check (document);
  g_assert_cmpuint (problems->len, ==, n_problems);
}

static void
test_the_example_can_be_published (void)
{
  g_autoptr(EnlaceValue) push = enlace_example_new_push ();

  assert_without_refusals (push, 0);
}

static void
test_an_empty_document_can_be_saved (void)
{
  g_autoptr(EnlaceValue) empty = enlace_example_new_empty ();
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (empty, refusals);

  g_assert_cmpuint (refusals->len, ==, 0);
  g_assert_nonnull (document);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enlace_register_resource ();

  g_test_add_func ("/workflows/transfer/exports-without-integrations", test_exports_without_integrations);
  g_test_add_func ("/workflows/transfer/imports-what-was-exported", test_imports_what_was_exported);
  g_test_add_func ("/workflows/transfer/names-a-document-by-its-file", test_names_a_document_by_its_file);
  g_test_add_func ("/workflows/transfer/refuses-what-is-no-workflow", test_refuses_what_is_no_workflow);
  g_test_add_func ("/workflows/example/can-be-published", test_the_example_can_be_published);
  g_test_add_func ("/workflows/example/an-empty-document-can-be-saved", test_an_empty_document_can_be_saved);

  return g_test_run ();
}
