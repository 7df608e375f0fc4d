/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <locale.h>
#include <string.h>

#include "tests/common/expression/support.h"

/* What functions cost before they do it, and that they do not depend on where they run. */

/* x → step, many times over. */
static char *
repeated (const char *start,
          const char *step,
          guint       n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, "cel.bind(x, ");
  g_string_append (text, start);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, ", %s)", step);

  return g_string_free (text, FALSE);
}

static void
assert_too_dear (const char *text,
                 const char *scope)
{
  gint64 start = g_get_monotonic_time ();

  assert_fails (text, scope, ENLACE_EXPRESSION_ERROR_COST, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

/* A value that holds its parts twice is paid for as it would be written down. */
static void
test_shared_parts (void)
{
  g_autofree char *zip = repeated ("[1]", "x.zip(x)", 100);
  g_autofree char *merge = repeated ("{'a': {'a': 1}}", "{'a': x, 'b': x}.merge({'c': x})", 100);
  g_autofree char *entries = repeated ("{'a': 1}", "{'a': x.entries(), 'b': x}", 60);
  g_autofree char *group = repeated ("['a']", "[x, x].flatten().groupBy(y, y).values()[0]", 60);

  assert_too_dear (zip, NULL);
  assert_too_dear (merge, NULL);
  assert_too_dear (entries, NULL);
  assert_too_dear (group, NULL);
}

/* `n` elements inside `depth` lists, as JSON. */
static char *
deep_list (guint depth,
           guint n)
{
  GString *text = g_string_new ("{\"deep\": ");

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < n; i++)
    g_string_append (text, i > 0 ? ",1" : "1");
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

static void
test_indentation (void)
{
  g_autofree char *deep = deep_list (500, 100000);

  assert_json ("json.format(deep).size()", deep, "200999");
  assert_too_dear ("json.format(deep, true)", deep);
  assert_json ("json.format({'a,[': [{}, []], 'b\"]': 'x\\\\\"{'}, true).size()", NULL, "53");
}

/* Short text of many values. */
static void
test_json_of_text (void)
{
  g_autofree char *ones = g_strnfill (3 * 1000 * 1000, ' ');
  g_autofree char *scope = NULL;

  for (gsize i = 0; ones[i] != '\0'; i++)
    ones[i] = i == 0 ? '[' : i % 2 == 1 ? '1' : ',';
  ones[strlen (ones) - 2] = '1';
  ones[strlen (ones) - 1] = ']';
  scope = g_strdup_printf ("{\"t\": \"%s\"}", ones);
  assert_too_dear ("json.parse(t)", scope);
}

static void
test_case_without_a_locale (void)
{
  static const char *const names[] = { "C", "C.UTF-8", "tr_TR.UTF-8", "lt_LT.UTF-8", "de_DE.UTF-8" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (setlocale (LC_ALL, names[i]) == NULL)
        continue;
      assert_json ("'title I'.upper()", NULL, "\"TITLE I\"");
      assert_json ("'TITLE i'.lower()", NULL, "\"title i\"");
      assert_json ("'straße'.upper()", NULL, "\"STRASSE\"");
      assert_json ("number.format(1234.5, 1)", NULL, "\"1,234.5\"");
      assert_json ("number.parse('1,234.5')", NULL, "1234.5");
      assert_json ("timestamp(0).format('EEE d MMM')", NULL, "\"Thu 1 Jan\"");
    }
  setlocale (LC_ALL, "C");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/costs/parts-that-are-there-twice", test_shared_parts);
  g_test_add_func ("/expression/costs/indentation", test_indentation);
  g_test_add_func ("/expression/costs/text-that-becomes-values", test_json_of_text);
  g_test_add_func ("/expression/costs/no-locale-changes-a-result", test_case_without_a_locale);
  return g_test_run ();
}
