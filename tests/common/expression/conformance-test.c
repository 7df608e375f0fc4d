/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <glib.h>

#include "common/expression/cases.h"
#include "common/expression/expression.h"
#include "common/value/json.h"

static const char *const files[] = {
  "basic", "bindings_ext", "conversions", "encoders_ext", "fields", "fp_math", "integer_math", "lists", "logic",
  "macros", "math_ext", "namespace", "optionals", "parse", "plumbing", "string", "string_ext", "timestamps",
};

static char *
case_path (const char *name)
{
  const char *data = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *file = g_strconcat (name, ".json", NULL);

  return g_build_filename (data != NULL ? data : "../shared", "cel-conformance", file, NULL);
}

static void
test_file (gconstpointer data)
{
  g_autofree char *path = case_path (data);
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) cases = NULL;
  g_autoptr(GString) report = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  guint n_passed, n_failed;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    {
      g_test_skip ("the conformance cases are not there");
      return;
    }
  cases = enlace_json_parse (text, length, &error);
  g_assert_no_error (error);
  g_assert_true (enlace_expression_run_cases (cases, report, &n_passed, &n_failed, &error));
  g_assert_no_error (error);
  g_test_message ("%u passed, %u failed\n%s", n_passed, n_failed, report->str);
  g_assert_cmpuint (n_passed, >, 0);
  g_assert_cmpuint (n_failed, ==, 0);
}

static void
test_no_cases (void)
{
  g_autoptr(EnlaceValue) file = enlace_json_parse ("{\"tests\": 1}", -1, NULL);
  g_autoptr(GError) error = NULL;
  guint n_passed, n_failed;

  g_assert_false (enlace_expression_run_cases (file, NULL, &n_passed, &n_failed, &error));
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX);
}

/* The runner itself must be able to fail. */
static void
test_wrong_cases (void)
{
  const char *text = "{\"tests\": ["
                     "{\"expr\": \"1\", \"value\": {\"type\": \"uint\", \"value\": \"1\"}},"
                     "{\"expr\": \"1\", \"error\": [\"x\"]},"
                     "{\"expr\": \"1/0\", \"value\": {\"type\": \"int\", \"value\": \"1\"}},"
                     "{\"expr\": \"-0.0\", \"value\": {\"type\": \"double\", \"value\": \"0\"}},"
                     "{\"expr\": \"[1, 2]\", \"value\": {\"type\": \"list\", \"value\": []}},"
                     "{\"expr\": \"1\"},"
                     "{\"expr\": \"1\", \"value\": {\"type\": \"int\", \"value\": \"1\"}}]}";
  g_autoptr(EnlaceValue) file = enlace_json_parse (text, -1, NULL);
  g_autoptr(GString) report = g_string_new (NULL);
  guint n_passed, n_failed;

  g_assert_true (enlace_expression_run_cases (file, report, &n_passed, &n_failed, NULL));
  g_assert_cmpuint (n_passed, ==, 1);
  g_assert_cmpuint (n_failed, ==, 6);
  g_assert_nonnull (g_strstr_len (report->str, -1, "should fail"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/conformance/refuses-a-file-without-cases", test_no_cases);
  g_test_add_func ("/expression/conformance/finds-wrong-results", test_wrong_cases);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strdup_printf ("/expression/conformance/%s", files[i]);

      g_test_add_data_func (path, files[i], test_file);
    }
  return g_test_run ();
}
