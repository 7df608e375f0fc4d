/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/value/json.h"
#include "server/api/precondition.h"
#include "server/api/target.h"

static void
test_split (void)
{
  g_auto(GStrv) expected = g_strsplit ("a|b/c|ñ||..", "|", -1);
  EnlaceTarget target;
  const char *problem;
  g_autofree char *rest = NULL;

  g_assert_true (enlace_target_parse (&target, "/a/b%2fc/%C3%B1//%2e%2e?q=%2f", &problem));
  g_assert_cmpuint (target.n_segments, ==, g_strv_length (expected));
  for (guint i = 0; i < target.n_segments; i++)
    g_assert_cmpstr (target.segments[i], ==, expected[i]);
  g_assert_true (target.has_dots);
  g_assert_cmpstr (target.query, ==, "q=%2f");
  g_assert_null (target.authority);
  rest = enlace_target_dup_rest (&target, 1);
  g_assert_cmpstr (rest, ==, "b/c/ñ//..");
  enlace_target_clear (&target);
}

static void
test_absolute (void)
{
  EnlaceTarget target;
  const char *problem;

  g_assert_true (enlace_target_parse (&target, "http://host:80/a?b", &problem));
  g_assert_cmpstr (target.authority, ==, "host:80");
  g_assert_cmpuint (target.n_segments, ==, 1);
  g_assert_cmpstr (target.segments[0], ==, "a");
  g_assert_cmpstr (target.query, ==, "b");
  enlace_target_clear (&target);
}

static void
test_wrong (void)
{
  static const char *const wrong[] = { "", "a", "*", "host:80", "http://", "http:///", "http://host", "/%", "/%a", "/%zz", "/%00", "/a?%00", "/a?%g",
                                       "/%ff", "/%c0%80", "/a b", "/a\tb", "/\x7f", "/\xc3\xb1", "/a#b" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      EnlaceTarget target;
      const char *problem = NULL;

      g_test_message ("%s", wrong[i]);
      g_assert_false (enlace_target_parse (&target, wrong[i], &problem));
      g_assert_nonnull (problem);
      enlace_target_clear (&target);
    }
}

static void
test_long (void)
{
  g_autoptr(GString) path = g_string_new (NULL);
  g_autoptr(GString) query = g_string_new ("/?a");
  EnlaceTarget target;
  const char *problem;

  for (guint i = 0; i <= ENLACE_TARGET_MAX_SEGMENTS; i++)
    g_string_append (path, "/a");
  g_assert_true (enlace_target_parse (&target, path->str, &problem));
  g_assert_true (target.is_too_long);
  enlace_target_clear (&target);

  for (guint i = 0; i < ENLACE_QUERY_MAX_VALUES; i++)
    g_string_append (query, "&a");
  g_assert_false (enlace_target_parse (&target, query->str, &problem));
  enlace_target_clear (&target);
}

static void
test_query (void)
{
  static const struct { const char *query; const char *last; const char *all; } queries[] = {
    { NULL, "{}", "{}" },
    { "", "{}", "{}" },
    { "a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}", "{\"a\":[\"1\"],\"b\":[\"2\"]}" },
    { "a=1&a=2", "{\"a\":\"2\"}", "{\"a\":[\"1\",\"2\"]}" },
    { "a&&b=", "{\"a\":\"\",\"b\":\"\"}", "{\"a\":[\"\"],\"b\":[\"\"]}" },
    { "a=b=c&=d", "{\"a\":\"b=c\",\"\":\"d\"}", "{\"a\":[\"b=c\"],\"\":[\"d\"]}" },
    { "%61+b=%2B+%26", "{\"a b\":\"+ &\"}", "{\"a b\":[\"+ &\"]}" },
    { "a=%ff", "{\"a\":\"\xef\xbf\xbd\"}", "{\"a\":[\"\xef\xbf\xbd\"]}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr(EnlaceValue) last = enlace_query_to_map (queries[i].query, FALSE);
      g_autoptr(EnlaceValue) all = enlace_query_to_map (queries[i].query, TRUE);
      g_autofree char *last_text = enlace_json_format (last, 0, NULL, NULL);
      g_autofree char *all_text = enlace_json_format (all, 0, NULL, NULL);

      g_assert_cmpstr (last_text, ==, queries[i].last);
      g_assert_cmpstr (all_text, ==, queries[i].all);
    }
}

static void
test_precondition (void)
{
  EnlacePrecondition precondition;
  GString *many = g_string_new ("\"0\"");

  g_assert_true (enlace_precondition_parse (&precondition, " \"1\" ,W/\"2\" , \"x\",\"3\""));
  g_assert_true (enlace_precondition_holds (&precondition, 1));
  g_assert_false (enlace_precondition_holds (&precondition, 2));
  g_assert_true (enlace_precondition_holds (&precondition, 3));
  g_assert_true (enlace_precondition_parse (&precondition, "* "));
  g_assert_true (enlace_precondition_holds (&precondition, 99));
  g_assert_false (enlace_precondition_parse (&precondition, "\"1\" \"2\""));
  g_assert_false (enlace_precondition_parse (&precondition, "w/\"1\""));
  g_assert_false (enlace_precondition_parse (&precondition, "\"1\", *"));
  g_assert_true (enlace_precondition_parse (&precondition, "\"9999999999999999999999\""));
  g_assert_cmpuint (precondition.n_revisions, ==, 0);
  for (guint i = 1; i < 17; i++)
    g_string_append_printf (many, ",\"%u\"", i);
  g_assert_false (enlace_precondition_parse (&precondition, many->str));
  g_string_free (many, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/target/is-split-before-it-is-decoded", test_split);
  g_test_add_func ("/api/target/may-be-absolute", test_absolute);
  g_test_add_func ("/api/target/refuses-what-is-none", test_wrong);
  g_test_add_func ("/api/target/is-bounded", test_long);
  g_test_add_func ("/api/target/has-a-query", test_query);
  g_test_add_func ("/api/precondition/names-revisions", test_precondition);

  return g_test_run ();
}
