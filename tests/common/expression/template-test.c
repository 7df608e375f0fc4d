/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <string.h>

#include "common/expression/template.h"
#include "tests/common/expression/support.h"

#define SCOPE "{\"name\": \"Ana\", \"n\": 3, \"x\": 1.5, \"nothing\": null, \"list\": [1, \"a\"], \"map\": {\"k\": {\"j\": 1}}}"

static EnlaceTemplate *
compile (const char  *json,
         char       **pointer,
         GError     **error)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (json, -1, NULL);

  g_assert_nonnull (value);
  return enlace_template_compile (value, pointer, error);
}

static EnlaceValue *
run (const char  *json,
     guint64     *cost,
     GError     **error)
{
  g_autoptr(EnlaceTemplate) template = compile (json, NULL, error);
  g_autoptr(EnlaceValue) members = enlace_json_parse (SCOPE, -1, NULL);
  EnlaceMapScope scope;

  if (template == NULL)
    return NULL;
  enlace_map_scope_init (&scope, members);
  return enlace_template_evaluate (template, &scope.scope, cost, error);
}

static void
assert_template (const char *json,
                 const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = run (json, NULL, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_refused (const char            *json,
                const char            *expected_pointer,
                EnlaceExpressionError  code)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *pointer = NULL;
  g_autoptr(EnlaceTemplate) template = compile (json, &pointer, &error);

  g_assert_null (template);
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, (int) code);
  g_assert_cmpstr (pointer, ==, expected_pointer);
}

static void
test_whole_strings_keep_their_type (void)
{
  assert_template ("\"{{ n }}\"", "3");
  assert_template ("\"{{n}}\"", "3");
  assert_template ("\" \\n {{ list }}\\t\"", "[1,\"a\"]");
  assert_template ("\"{{ nothing }}\"", "null");
  assert_template ("\"{{ n > 2 }}\"", "true");
  assert_template ("{\"a\": [\"{{ map.k }}\", \"{{ x }}\"]}", "{\"a\":[{\"j\":1},1.5]}");
}

static void
test_text_around_makes_a_string (void)
{
  assert_template ("\"Hello {{ name }}!\"", "\"Hello Ana!\"");
  assert_template ("\"{{ n }}{{ x }}\"", "\"31.5\"");
  assert_template ("\"[{{ nothing }}]\"", "\"[]\"");
  assert_template ("\"{{ list }}, {{ map }} {{ true }}\"", "\"[1,\\\"a\\\"], {\\\"k\\\":{\\\"j\\\":1}} true\"");
  assert_template ("\"{{ n }} {{ n }}\"", "\"3 3\"");
  assert_template ("\"é{{ name }}é\"", "\"éAnaé\"");
  assert_template ("\"{{ b'abc' }}.\"", "\"\\\"YWJj\\\".\"");
}

static void
test_the_lexer_finds_the_end (void)
{
  assert_template ("\"{{ {'a': {'b': 1}} }}\"", "{\"a\":{\"b\":1}}");
  assert_template ("\"{{ {'a': {'b': 1}}}}\"", "{\"a\":{\"b\":1}}");
  assert_template ("\"{{ '}}' }}\"", "\"}}\"");
  assert_template ("\"{{ '}}' }} }}\"", "\"}} }}\"");
  assert_template ("\"{{ \\\"a}}\\\\\\\"b\\\" }}\"", "\"a}}\\\"b\"");
  assert_template ("\"{{ r'\\\\' + '{{' }}\"", "\"\\\\{{\"");
  assert_template ("\"{{ {}}}-{{ {} }}\"", "\"{}-{}\"");
}

static void
test_literal_braces (void)
{
  assert_template ("\"\\\\{{ name }}\"", "\"{{ name }}\"");
  assert_template ("\"a \\\\{{ b }} {{ n }}\"", "\"a {{ b }} 3\"");
  assert_template ("[\"\\\\{{\", 1]", "[\"{{\",1]");
  assert_template ("{\"k\": {\"j\": \"\\\\{{\"}, \"l\": 2}", "{\"k\":{\"j\":\"{{\"},\"l\":2}");
  assert_template ("\"} }} { \\\\ {\"", "\"} }} { \\\\ {\"");
}

static void
test_keys_stay (void)
{
  assert_template ("{\"{{ n }}\": \"{{ n }}\"}", "{\"{{ n }}\":3}");
}

static void
test_failures_are_placed (void)
{
  assert_refused ("{\"a\": [1, {\"b/c\": \"{{ 1 + }}\"}]}", "/a/1/b~1c", ENLACE_EXPRESSION_ERROR_SYNTAX);
  assert_refused ("[\"{{ n\"]", "/0", ENLACE_EXPRESSION_ERROR_SYNTAX);
  assert_refused ("\"{{ 'a }}\"", "", ENLACE_EXPRESSION_ERROR_SYNTAX);
  assert_refused ("\"{{ n } }\"", "", ENLACE_EXPRESSION_ERROR_SYNTAX);
  assert_refused ("\"{{ }}\"", "", ENLACE_EXPRESSION_ERROR_SYNTAX);
  assert_refused ("\"{{ n // }}\"", "", ENLACE_EXPRESSION_ERROR_SYNTAX);
  assert_refused ("\"{{ nofunction() }}\"", "", ENLACE_EXPRESSION_ERROR_CHECK);
}

static void
assert_evaluation_fails (const char            *json,
                         EnlaceExpressionError  code,
                         const char            *message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = run (json, NULL, &error);

  g_assert_null (value);
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, (int) code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
}

static void
test_evaluation_failures (void)
{
  assert_evaluation_fails ("[1, \"Dear {{ nam }}\"]", ENLACE_EXPRESSION_ERROR_PATH, "nam does not exist; did you mean name?");
  assert_evaluation_fails ("\"a {{ 0.0 / 0.0 }}\"", ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
}

static void
test_constants_are_kept (void)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse ("{\"a\": {\"b\": [1, 2, \"x\"]}, \"c\": \"{{ n }}\"}", -1, NULL);
  g_autoptr(EnlaceTemplate) template = enlace_template_compile (value, NULL, NULL);
  g_autoptr(EnlaceTemplate) constant = enlace_template_compile (enlace_value_get_member (value, "a"), NULL, NULL);
  g_autoptr(EnlaceTemplate) escaped = compile ("[\"\\\\{{\", \"a\"]", NULL, NULL);
  g_autoptr(EnlaceValue) members = enlace_json_parse (SCOPE, -1, NULL);
  g_autoptr(EnlaceValue) result = NULL;
  g_autoptr(EnlaceValue) same = NULL;
  EnlaceMapScope scope;

  g_assert_false (enlace_template_is_constant (template));
  g_assert_true (enlace_template_is_constant (constant));
  g_assert_true (enlace_template_is_constant (escaped));
  enlace_map_scope_init (&scope, members);
  result = enlace_template_evaluate (template, &scope.scope, NULL, NULL);
  g_assert_true (enlace_value_get_member (result, "a") == enlace_value_get_member (value, "a"));
  same = enlace_template_evaluate (constant, NULL, NULL, NULL);
  g_assert_true (same == enlace_value_get_member (value, "a"));
}

static void
test_single_expression (void)
{
  g_autoptr(EnlaceTemplate) single = compile ("\"  {{ n > 1 }} \"", NULL, NULL);
  g_autoptr(EnlaceTemplate) text = compile ("\"x {{ n > 1 }}\"", NULL, NULL);
  g_autoptr(EnlaceTemplate) list = compile ("[\"{{ n }}\"]", NULL, NULL);

  g_assert_cmpstr (enlace_expression_get_text (enlace_template_get_expression (single)), ==, " n > 1 ");
  g_assert_null (enlace_template_get_expression (text));
  g_assert_null (enlace_template_get_expression (list));
  g_assert_cmpuint (enlace_template_estimate_cost (single), <, 10);
  g_assert_cmpuint (enlace_template_estimate_cost (list), <, 10);
  g_assert_cmpuint (enlace_template_estimate_cost (text), ==, G_MAXUINT64);
}

static void
collect (EnlaceExpression *expression,
         const char       *pointer,
         gpointer          data)
{
  g_string_append_printf (data, "%s=%s;", pointer, enlace_expression_get_text (expression));
}

static void
test_every_expression_is_visited (void)
{
  g_autoptr(EnlaceTemplate) template = compile ("{\"a\": \"{{x}}\", \"b\": [\"{{y}} {{z}}\", 1], \"c~d\": {\"e\": \"{{w}}\"}}", NULL, NULL);
  g_autoptr(GString) all = g_string_new (NULL);

  enlace_template_foreach_expression (template, collect, all);
  g_assert_cmpstr (all->str, ==, "/a=x;/b/0=y;/b/0=z;/c~0d/e=w;");
}

static void
test_absent_optionals_are_dropped (void)
{
  g_autoptr(EnlaceTemplate) template = compile ("{\"a\": \"{{ none }}\", \"b\": \"{{ some }}\", \"c\": [\"{{ none }}\", 1],"
                                                "\"d\": \"<{{ none }}{{ some }}>\"}", NULL, NULL);
  g_autoptr(EnlaceTemplate) alone = compile ("\"{{ none }}\"", NULL, NULL);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) five = enlace_value_new_int (5);
  g_autoptr(EnlaceValue) members = NULL;
  g_autoptr(EnlaceValue) result = NULL;
  g_autoptr(EnlaceValue) null = NULL;
  g_autofree char *json = NULL;
  EnlaceMapScope scope;

  enlace_map_builder_take (builder, "none", enlace_value_new_optional (NULL));
  enlace_map_builder_take (builder, "some", enlace_value_new_optional (five));
  members = enlace_map_builder_end (builder);
  enlace_map_scope_init (&scope, members);
  result = enlace_template_evaluate (template, &scope.scope, NULL, NULL);
  json = enlace_json_format (result, ENLACE_JSON_COMPACT, NULL, NULL);
  g_assert_cmpstr (json, ==, "{\"b\":5,\"c\":[1],\"d\":\"<5>\"}");
  null = enlace_template_evaluate (alone, &scope.scope, NULL, NULL);
  g_assert_true (enlace_value_is_null (null));
}

static void
test_cost_is_shared (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  guint64 cost = 100;

  value = run ("[\"{{ n }}\", \"{{ n }}\", \"{{ n }}\"]", &cost, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cost, ==, 97);
  cost = 2;
  g_assert_null (run ("[\"{{ n }}\", \"{{ n }}\", \"{{ n }}\"]", &cost, &error));
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST);
}

static void
test_depth (void)
{
  g_autofree char *text = nested (512, "[", "\"{{ n }}\"", "]");
  g_autofree char *expected = nested (512, "[", "3", "]");
  g_autoptr(EnlaceValue) deep = enlace_value_new_string ("{{ n }}");
  g_autoptr(GError) error = NULL;
  g_autofree char *pointer = NULL;

  assert_template (text, expected);
  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

      enlace_list_builder_take (builder, g_steal_pointer (&deep));
      deep = enlace_list_builder_end (builder);
    }
  g_assert_null (enlace_template_compile (deep, &pointer, &error));
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX);
}

static void
test_long_text (void)
{
  g_autofree char *many = nested (20000, "{{ n }} ", "", "");
  g_autofree char *json = g_strdup_printf ("\"%s\"", many);
  g_autofree char *open = nested (500000, "{", "", "");
  g_autofree char *opens = g_strdup_printf ("\"%s\"", open);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = run (json, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (enlace_value_get_string (value)), ==, 40000);
  assert_refused (opens, "", ENLACE_EXPRESSION_ERROR_SYNTAX);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/template/whole-strings-keep-their-type", test_whole_strings_keep_their_type);
  g_test_add_func ("/expression/template/text-around-makes-a-string", test_text_around_makes_a_string);
  g_test_add_func ("/expression/template/the-lexer-finds-the-end", test_the_lexer_finds_the_end);
  g_test_add_func ("/expression/template/literal-braces", test_literal_braces);
  g_test_add_func ("/expression/template/keys-stay", test_keys_stay);
  g_test_add_func ("/expression/template/failures-are-placed", test_failures_are_placed);
  g_test_add_func ("/expression/template/evaluation-failures", test_evaluation_failures);
  g_test_add_func ("/expression/template/constants-are-kept", test_constants_are_kept);
  g_test_add_func ("/expression/template/single-expression", test_single_expression);
  g_test_add_func ("/expression/template/every-expression-is-visited", test_every_expression_is_visited);
  g_test_add_func ("/expression/template/absent-optionals-are-dropped", test_absent_optionals_are_dropped);
  g_test_add_func ("/expression/template/cost-is-shared", test_cost_is_shared);
  g_test_add_func ("/expression/template/depth-is-bounded", test_depth);
  g_test_add_func ("/expression/template/long-text", test_long_text);
  return g_test_run ();
}
