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

static const char *
text_at (EnlaceValue *value,
         const char  *pointer)
{
  return enlace_value_get_string (enlace_json_pointer_get (value, pointer));
}

static void
test_reads_a_bundle (void)
{
  const char *text = "{\"enlace_bundle\":1,\"workflows\":[{\"key\":\"a\",\"name\":\"A\",\"steps\":{\"schema\":1,\"nodes\":[]}},"
                     "{\"key\":\"b\",\"name\":\"B\",\"steps\":{\"schema\":1,\"nodes\":[]}}]}";
  g_autoptr(GBytes) bytes = new_bytes (text);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) whole = enlace_json_parse (text, -1, NULL);
  g_autoptr(EnlaceValue) bundle = enlace_transfer_read (bytes, "x.enlace.json", &error);

  g_assert_no_error (error);
  g_assert_true (enlace_value_equal (bundle, whole));
}

static void
test_reads_a_workflow (void)
{
  g_autoptr(GBytes) bytes = new_bytes ("{\"name\":\"Orders\",\"description\":\"All\",\"steps\":{\"schema\":1,\"more\":18446744073709551615,"
                                       "\"nodes\":[{\"id\":\"a\",\"integration\":\"x\",\"connector\":\"slack\"}]}}");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) bundle = enlace_transfer_read (bytes, "orders.json", &error);

  g_assert_no_error (error);
  g_assert_cmpint (enlace_value_get_member_int (bundle, "enlace_bundle", 0), ==, 1);
  g_assert_cmpstr (text_at (bundle, "/workflows/0/name"), ==, "Orders");
  g_assert_cmpstr (text_at (bundle, "/workflows/0/description"), ==, "All");
  g_assert_cmpstr (text_at (bundle, "/workflows/0/steps/nodes/0/connector"), ==, "slack");
  g_assert_null (enlace_json_pointer_get (bundle, "/workflows/0/steps/nodes/0/integration"));
  g_assert_cmpuint (enlace_value_get_uint (enlace_json_pointer_get (bundle, "/workflows/0/steps/more")), ==, G_MAXUINT64);
}

static void
test_names_a_document_by_its_file (void)
{
  g_autoptr(GBytes) bytes = new_bytes ("{\"schema\":1,\"nodes\":[],\"edges\":[]}");
  g_autoptr(EnlaceValue) plain = enlace_transfer_read (bytes, "My orders.v2.json", NULL);
  g_autoptr(EnlaceValue) named = enlace_transfer_read (bytes, "orders.enlace.json", NULL);

  g_assert_cmpstr (text_at (plain, "/workflows/0/name"), ==, "My orders.v2");
  g_assert_null (text_at (plain, "/workflows/0/description"));
  g_assert_cmpstr (text_at (named, "/workflows/0/name"), ==, "orders");
}

static void
assert_refused (const char *text,
                int         code)
{
  g_autoptr(GBytes) bytes = new_bytes (text);
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_transfer_read (bytes, "x.json", &error));
  g_assert_error (error, ENLACE_TRANSFER_ERROR, code);
  g_assert_nonnull (strstr (error->message, "x.json"));
}

static void
test_refuses_what_is_no_workflow (void)
{
  const char *texts[] = { "", "{", "[]", "{}", "{\"steps\":[]}", "{\"steps\":{}}", "\"nodes\"", "\xff\xfe", "{\"enlace_bundle\":1,\"workflows\":[]}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], ENLACE_TRANSFER_ERROR_NO_WORKFLOW);

  assert_refused ("{\"enlace_bundle\":2,\"workflows\":[]}", ENLACE_TRANSFER_ERROR_BAD_BUNDLE);
  assert_refused ("{\"enlace_bundle\":1}", ENLACE_TRANSFER_ERROR_BAD_BUNDLE);
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

  g_test_add_func ("/workflows/transfer/reads-a-bundle", test_reads_a_bundle);
  g_test_add_func ("/workflows/transfer/reads-a-workflow", test_reads_a_workflow);
  g_test_add_func ("/workflows/transfer/names-a-document-by-its-file", test_names_a_document_by_its_file);
  g_test_add_func ("/workflows/transfer/refuses-what-is-no-workflow", test_refuses_what_is_no_workflow);
  g_test_add_func ("/workflows/example/can-be-published", test_the_example_can_be_published);
  g_test_add_func ("/workflows/example/an-empty-document-can-be-saved", test_an_empty_document_can_be_saved);

  return g_test_run ();
}
