/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <pthread.h>
#include <string.h>

#include "common/expression/template.h"
#include "tests/common/expression/support.h"

/* Three quarters of the stack that a fiber has. A sanitizer makes frames several times as large. */
#ifdef __SANITIZE_ADDRESS__
#define STACK_SIZE (1024 * 1024)
#else
#define STACK_SIZE (192 * 1024)
#endif

static void
assert_costs_too_much (const char *text)
{
  gint64 start = g_get_monotonic_time ();

  assert_fails (text, NULL, ENLACE_EXPRESSION_ERROR_COST, NULL);
  g_test_message ("%.60s: %" G_GINT64_FORMAT " µs", text, g_get_monotonic_time () - start);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

#define TEN "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"

static void
test_nested_comprehensions (void)
{
  assert_costs_too_much ("cel.bind(t, " TEN ".map(a, " TEN ".map(b, " TEN ".map(c, " TEN "))), "
                         "t.map(a, t.map(b, t.map(c, t.map(d, t.map(e, 1)))))) == []");
  assert_costs_too_much ("cel.bind(l, " TEN " + " TEN " + " TEN " + " TEN " + " TEN ", "
                         "cel.bind(m, l + l + l, m.all(x, m.all(y, m.all(z, x + y + z >= 0)))))");
  /* What is too dear is not absorbed. */
  assert_costs_too_much ("cel.bind(l, " TEN " + " TEN " + " TEN " + " TEN " + " TEN ", "
                         "cel.bind(m, l + l + l, m.exists(x, m.exists(y, m.exists(z, x < 0))))) || true");
  assert_costs_too_much ("false && true || cel.bind(l, " TEN " + " TEN " + " TEN " + " TEN " + " TEN ", "
                         "cel.bind(m, l + l + l, m.exists(x, m.exists(y, m.exists(z, x < 0))) ? true : false)) || true");
}

/* x → x + x, thirty times and more. */
static char *
doubled (const char *start,
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
test_doubling (void)
{
  g_autofree char *strings = doubled ("'0123456789abcdef'", "x + x", 40);
  g_autofree char *bytes = doubled ("b'0123456789abcdef'", "x + x", 40);
  g_autofree char *lists = doubled ("[1]", "x + x", 40);
  g_autofree char *trees = doubled ("[1]", "[x, x]", 100);
  g_autofree char *maps = doubled ("{'a': 1}", "{'a': x, 'b': x}", 100);
  g_autofree char *mapped = doubled ("['0123456789abcdef']", "x.map(y, [x, x])", 60);
  g_autofree char *equal = doubled ("[1]", "x == [x] ? [x] : [x, x]", 60);

  assert_costs_too_much (strings);
  assert_costs_too_much (bytes);
  assert_costs_too_much (lists);
  assert_costs_too_much (trees);
  assert_costs_too_much (maps);
  assert_costs_too_much (mapped);
  assert_costs_too_much (equal);
}

/* Functions whose result may be much longer than what they are given. */
static void
test_long_results (void)
{
  g_autofree char *replace = doubled ("'ab'", "x.replace('', x)", 10);
  g_autofree char *join = doubled ("'ab'", "[x, x, x, x].join(x)", 15);
  g_autofree char *format = doubled ("'ab'", "'%s%s%s'.format([x, x, x])", 20);
  g_autofree char *quote = doubled ("'\"'", "strings.quote(x)", 30);
  g_autofree char *split = doubled ("'ab'", "(x + x + x + x).split('').join(x)", 15);

  assert_costs_too_much (replace);
  assert_costs_too_much (join);
  assert_costs_too_much (format);
  assert_costs_too_much (quote);
  assert_costs_too_much (split);
}

/* The functions that are not CEL's own: their results and their work are paid for. */
static void
test_added_functions (void)
{
  static const struct {
    const char *start;
    const char *step;
    guint       n;
  } steps[] = {
    { "{'a': 'b'}", "json.parse(json.format({'a': x, 'b': x}))", 40 },
    { "'%'", "url.encode(x + x)", 40 },
    { "'a'", "query.format({'q': x, 'r': x})", 40 },
    { "'ab'", "hex.encode(x + x)", 40 },
    { "'ab'", "base64url.encode(x + x)", 40 },
    { "'ab'", "(x + x).upper()", 40 },
    { "'ab'", "regex.replace(x, '', x)", 10 },
    { "'ab'", "x.repeat(x.size())", 10 },
    { "[1]", "x.zip(x + x).flatten()", 40 },
    { "[1, 2]", "(x + x).chunk(1).flatten()", 40 },
    { "[{'a': 1}]", "(x + x).pick(['a'])", 40 },
    { "[{'k': 'a'}]", "(x + x).groupBy('k').a", 40 },
    { "[1]", "[(x + x).sum()] + x + x", 40 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *text = doubled (steps[i].start, steps[i].step, steps[i].n);

      assert_costs_too_much (text);
    }
  assert_costs_too_much ("'a'.padStart(9223372036854775807, 'ñ')");
  assert_costs_too_much ("'a'.padEnd(4000000000)");
  assert_costs_too_much ("''.repeat(9223372036854775807)");
  assert_costs_too_much ("cel.bind(l, lists.range(2000), sets.equivalent(l, l.reverse()))");
  assert_costs_too_much ("cel.bind(l, lists.range(2000), l.map(i, {string(i): i}).merge())");
  assert_costs_too_much ("cel.bind(t, 'a'.repeat(50000), regex.extractAll(t, '(?:a|a)*[bc]'))");
  assert_costs_too_much ("cel.bind(t, 'a'.repeat(100000), lists.range(1000).all(i, hash.sha512(t) != b''))");
}

/* A key that no map can have must not be looked for, however large it is. */
static void
test_large_keys (void)
{
  g_autofree char *list = doubled ("[1]", "x + x", 12);
  g_autofree char *keys = g_strdup_printf ("cel.bind(l, %s, l.all(i, !(l in {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9})))", list);
  gint64 start = g_get_monotonic_time ();

  assert_json (keys, NULL, "true");
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
}

static void
test_quadratic_searches (void)
{
  g_autofree char *a = nested (20000, "a", "", "");
  g_autofree char *b = nested (8000, "a", "b", "");
  g_autofree char *last = g_strdup_printf ("cel.bind(t, '%s', [1, 2, 3, 4, 5, 6, 7, 8, 9].all(i, t.lastIndexOf('%s') == -1))", a, b);
  g_autofree char *text = g_strdup_printf ("'%s'.lastIndexOf('%s')", a, b);

  assert_costs_too_much (text);
  assert_costs_too_much (last);
}

static void
assert_match_costs_too_much (const char *pattern,
                             const char *piece,
                             guint       n)
{
  g_autofree char *text = nested (n, piece, "!", "");
  g_autofree char *expression = g_strdup_printf ("'%s'.matches(r'%s')", text, pattern);

  assert_costs_too_much (expression);
}

static void
test_regular_expressions (void)
{
  g_autofree char *ok = nested (10000, "a", "", "");
  g_autofree char *linear = g_strdup_printf ("'%s'.matches('^a*$')", ok);

  assert_match_costs_too_much ("(a+)+$", "a", 40);
  assert_match_costs_too_much ("(a|aa)+$", "a", 60);
  assert_match_costs_too_much ("(.*)(.*)(.*)(.*)(.*)(.*)(.*)[^a!]", "a", 300);
  assert_match_costs_too_much ("(x+x+)+[yz]", "x", 60);
  assert_match_costs_too_much ("[a-z]*[0-9]", "a", 500000);
  assert_match_costs_too_much ("(a?){500}a{500}[bc]", "a", 500);
  assert_json (linear, NULL, "true");
  assert_costs_too_much ("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$') || true");
}

static void
test_many_searches (void)
{
  assert_costs_too_much ("cel.bind(l, " TEN ".map(x, " TEN ".map(y, 'aaaaaaaaaaaaaaaaaaaa')), "
                         "l.all(a, a.all(b, l.all(c, c.all(d, b.matches('(a+)+[!$]') == false)))))");
}

static void
test_the_cost_is_what_is_left (void)
{
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile ("1 + 2", -1, NULL);
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GError) error = NULL;
  guint64 cost = 3;

  value = enlace_expression_evaluate (expression, NULL, &cost, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cost, ==, 0);
  cost = 2;
  g_assert_null (enlace_expression_evaluate (expression, NULL, &cost, &error));
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST);
  g_assert_cmpuint (cost, ==, 0);
}

/* Missing paths that || absorbs must not each cost a search for the nearest name. */
static void
test_absorbed_failures_are_cheap (void)
{
  g_autoptr(GString) scope = g_string_new ("{\"m\": {");
  g_autofree char *text = nested (100, "m.missing || ", "true", "");

  for (guint i = 0; i < 900; i++)
    g_string_append_printf (scope, "%s\"a_long_name_that_is_near_to_none_%u\": 1", i > 0 ? "," : "", i);
  g_string_append (scope, "}}");
  assert_json (text, scope->str, "true");
}

static void *
use_a_small_stack (void *data)
{
  g_autofree char *parens = nested (127, "1 || true && 1 == 1 + 1 * (", "1", ")");
  g_autofree char *lists = nested (128, "[", "1", "]");
  g_autofree char *sums = nested (126, "1 + (", "[1].map(a, a)[0]", ")");
  g_autofree char *maps = nested (127, "[1].map(a, a > 0, ", "1", ")");
  g_autofree char *string = g_strdup_printf ("\"a {{ %s }} b\"", maps);
  g_autofree char *text = nested (512, "[", string, "]");
  g_autofree char *groups = nested (59, "(", "a", ")");
  g_autofree char *pattern = g_strdup_printf ("[1].map(a, 'a'.matches('%s' + ''))", groups);
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, NULL);
  g_autoptr(EnlaceTemplate) template = enlace_template_compile (value, NULL, NULL);
  g_autoptr(EnlaceValue) result = enlace_template_evaluate (template, NULL, NULL, NULL);
  const char *const texts[] = { parens, lists, sums, maps, pattern };

  g_assert_nonnull (result);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) ignored = evaluate (texts[i], NULL, &error);

      g_assert_true (ignored != NULL || error != NULL);
    }
  return NULL;
}

static void
test_the_stack_of_a_fiber (void)
{
  pthread_attr_t attributes;
  pthread_t thread;

  pthread_attr_init (&attributes);
  g_assert_cmpint (pthread_attr_setstacksize (&attributes, STACK_SIZE), ==, 0);
  g_assert_cmpint (pthread_create (&thread, &attributes, use_a_small_stack, NULL), ==, 0);
  pthread_join (thread, NULL);
  pthread_attr_destroy (&attributes);
}

#define N_THREADS 4

static gpointer
evaluate_often (gpointer data)
{
  EnlaceExpression *expression = data;
  g_autoptr(EnlaceValue) members = enlace_json_parse ("{\"l\": [{\"n\": 1, \"t\": \"x1\"}, {\"n\": 2, \"t\": \"y\"}]}", -1, NULL);
  EnlaceMapScope scope;

  enlace_map_scope_init (&scope, members);
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) value = enlace_expression_evaluate (expression, &scope.scope, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (enlace_value_get_int (value), ==, 41);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr(EnlaceExpression) expression = NULL;
  GThread *threads[N_THREADS];
  g_autoptr(GError) error = NULL;

  expression = enlace_expression_compile ("l.filter(x, x.t.matches('^x[0-9]') && 'a' in ['a', 'b'])[0].n + [10, 30].map(y, y)[1] + 10",
                                          -1, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("evaluate", evaluate_often, expression);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/limits/nested-comprehensions", test_nested_comprehensions);
  g_test_add_func ("/expression/limits/doubling", test_doubling);
  g_test_add_func ("/expression/limits/long-results", test_long_results);
  g_test_add_func ("/expression/limits/added-functions", test_added_functions);
  g_test_add_func ("/expression/limits/large-keys", test_large_keys);
  g_test_add_func ("/expression/limits/quadratic-searches", test_quadratic_searches);
  g_test_add_func ("/expression/limits/regular-expressions", test_regular_expressions);
  g_test_add_func ("/expression/limits/many-searches", test_many_searches);
  g_test_add_func ("/expression/limits/the-cost-is-what-is-left", test_the_cost_is_what_is_left);
  g_test_add_func ("/expression/limits/absorbed-failures-are-cheap", test_absorbed_failures_are_cheap);
  g_test_add_func ("/expression/limits/the-stack-of-a-fiber-is-enough", test_the_stack_of_a_fiber);
  g_test_add_func ("/expression/limits/threads-share-an-expression", test_threads);
  return g_test_run ();
}
