/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <string.h>

#include "tests/common/expression/support.h"

#define SCOPE "{\"trigger\": {\"body\": {\"amount\": 100.5, \"count\": 3, \"name\": \"Ana\", \"lines\": [{\"sku\": \"a\"}], " \
              "\"none\": null, \"odd key\": 1, \"big\": 12345678901234567890123, \"huge\": 18446744073709551615}}}"

static void
assert_path (const char *text,
             const char *message)
{
  assert_fails (text, SCOPE, ENLACE_EXPRESSION_ERROR_PATH, message);
}

static void
assert_evaluation (const char *text,
                   const char *message)
{
  assert_fails (text, SCOPE, ENLACE_EXPRESSION_ERROR_EVALUATION, message);
}

static void
test_paths (void)
{
  assert_json ("trigger.body.amount * 2", SCOPE, "201.0");
  assert_json ("trigger['body'].lines[0].sku", SCOPE, "\"a\"");
  assert_json ("trigger.body.`odd key`", SCOPE, "1");
  assert_json ("has(trigger.body.name) && !has(trigger.body.nam)", SCOPE, "true");
  assert_json ("trigger.body.big", SCOPE, "12345678901234567890123");
  assert_json ("trigger.body.big > 1.0", SCOPE, "true");
  assert_json ("type(trigger.body.huge) == uint", SCOPE, "true");
}

static void
test_wrong_paths (void)
{
  assert_path ("trigger.body.amout", "trigger.body.amout does not exist; did you mean trigger.body.amount?");
  assert_path ("triger.body", "triger does not exist; did you mean trigger?");
  assert_path ("zzz", "zzz does not exist");
  assert_path ("1 + trigger . bdy\n.x", "trigger . bdy does not exist; did you mean trigger.body?");
  assert_path ("trigger.body['Name']", "trigger.body['Name'] does not exist; did you mean trigger.body.name?");
  assert_path ("trigger.body.odd_key", "trigger.body.odd_key does not exist; did you mean trigger.body[\"odd key\"]?");
  assert_path ("trigger.body['na' + 'me2']", "trigger.body[\"name2\"] does not exist; did you mean trigger.body.name?");
  assert_path ("trigger.body.lines[1].sku", "trigger.body.lines[1] does not exist: the list has 1 element");
  assert_path ("trigger.body.lines[size(trigger.body.lines) + 4]", "trigger.body.lines[5] does not exist: the list has 1 element");
  assert_path ("trigger.body.lines[-1]", "trigger.body.lines[-1] does not exist: the list has 1 element");
  assert_path ("trigger.body.lines.sku", "trigger.body.lines.sku does not exist: trigger.body.lines is a list of 1 element");
  assert_path ("trigger.body.none.x", "trigger.body.none.x does not exist: trigger.body.none is null");
  assert_path ("trigger.body.name.first", "trigger.body.name.first does not exist: trigger.body.name is of type string");
  assert_path ("trigger.body.lines.map(l, l.skv)", "l.skv does not exist; did you mean l.sku?");
  assert_path ("{}.a", "{}.a does not exist; {} is empty");
  assert_path ("(trigger.body).nme", "(trigger.body).nme does not exist; did you mean trigger.body.name?");
  assert_path ("has(trigger.bdy.name)", "trigger.bdy does not exist; did you mean trigger.body?");
  assert_evaluation ("trigger.body.lines['x']", "the index of a list is a whole number, not string");
}

static void
test_mixed_arithmetic (void)
{
  assert_json ("3 * 1.5", NULL, "4.5");
  assert_json ("1.5 + 3", NULL, "4.5");
  assert_json ("3 - 0.5", NULL, "2.5");
  assert_json ("3 / 2.0", NULL, "1.5");
  assert_json ("7 / 2", NULL, "3");
  assert_json ("divide(7, 2)", NULL, "3.5");
  assert_evaluation ("7 % 2.0", "“%” has no form that takes int and double");
  assert_evaluation ("1 + 1u", "“+” has no form that takes int and uint");
  assert_evaluation ("1.0 * 2u", NULL);
  assert_evaluation ("'a' + 1", "“+” has no form that takes string and int");
  assert_evaluation ("divide(1, 0)", "division by zero");
  assert_evaluation ("1 % 0", "modulus by zero");
  assert_evaluation ("9223372036854775807 + 1", "“+” passes the range of int");
}

static void
test_rounding (void)
{
  assert_json ("round(2.675, 2)", NULL, "2.68");
  assert_json ("round(1.005, 2)", NULL, "1.01");
  assert_json ("round(-2.5, 0)", NULL, "-3.0");
  assert_json ("round(9.995, 2)", NULL, "10.0");
  assert_json ("round(999.9999, 3)", NULL, "1000.0");
  assert_json ("round(1234.5, -2)", NULL, "1200.0");
  assert_json ("round(0.4)", NULL, "0.0");
  assert_json ("round(0.5)", NULL, "1.0");
  assert_json ("round(5, 2)", NULL, "5");
  assert_json ("round(1250, -2)", NULL, "1300.0");
  assert_json ("round(1e300, 5) == 1e300", NULL, "true");
  assert_json ("round(1e-320, 320) > 0.0", NULL, "true");
  assert_json ("round(123.456, 9223372036854775807)", NULL, "123.456");
  assert_json ("floor(-1.5) + ceil(1.2) + floor(3)", NULL, "3.0");
}

static void
test_errors_in_logic (void)
{
  assert_json ("trigger.x || true", SCOPE, "true");
  assert_json ("true || trigger.x", SCOPE, "true");
  assert_json ("trigger.x && false", SCOPE, "false");
  assert_json ("[1, 0].exists(x, 1 / x == 1)", NULL, "true");
  assert_json ("[0, 1].all(x, 1 / x == 2)", NULL, "false");
  assert_path ("trigger.x || false", NULL);
  assert_evaluation ("1 || false", "“||” takes a bool, not int");
  assert_evaluation ("1 ? 2 : 3", "“?:” takes a bool, not int");
  assert_evaluation ("!1", "“!” takes a bool, not int");
  /* The first failure is the one that is told. */
  assert_evaluation ("1 / 0 > 0 || trigger.x", "division by zero");
}

static void
test_equality (void)
{
  assert_json ("1 == 1.0 && 1u == 1 && 2.0 == 2u", NULL, "true");
  assert_json ("9007199254740993 == 9007199254740992.0", NULL, "false");
  assert_json ("9007199254740993 > 9007199254740992.0", NULL, "true");
  assert_json ("1 == '1' || null == false || [] == {}", NULL, "false");
  assert_json ("[1, [2, {'a': 3}]] == [1.0, [2u, {'a': 3}]]", NULL, "true");
  assert_json ("-1 < 1u && 1 < 1.5 && 18446744073709551615u > 1e3", NULL, "true");
  assert_json ("'abc' < 'abd' && 'a' < 'aa' && b'a' < b'b' && false < true", NULL, "true");
  assert_json ("double('NaN') == double('NaN') || double('NaN') < 1", NULL, "false");
  assert_evaluation ("1 < 'a'", "“<” has no form that takes int and string");
  assert_evaluation ("[] < []", NULL);
}

static void
test_lists_and_maps (void)
{
  assert_json ("[3, 1, 2].filter(x, x > 1).map(x, x * 10)", NULL, "[30,20]");
  assert_json ("{'b': 1, 'a': 2}", NULL, "{\"b\":1,\"a\":2}");
  assert_json ("{'b': 1, 'a': 2}.map(k, k)", NULL, "[\"b\",\"a\"]");
  assert_json ("[1, 2, 3].map(x, x > 1, x * x)", NULL, "[4,9]");
  assert_json ("[[1, 2], [3]].map(x, x.map(y, y + size(x)))", NULL, "[[3,4],[4]]");
  assert_json ("cel.bind(x, {'a': [1, 2]}, x.a)", NULL, "[1,2]");
  assert_json ("[{'a': [7]}][0].a[0]", NULL, "7");
  assert_json ("true ? {'x': [1]}.x : []", NULL, "[1]");
  assert_json ("dyn([[5]][0])", NULL, "[5]");
  assert_evaluation ("{'a': 1, 'a': 2}", "a map has the same key twice");
  assert_evaluation ("{1.5: 1}", "the key of a map is a bool, int, uint or string, not double");
  assert_evaluation ("1.map(x, x)", "“map” goes over a list or a map, not int");
  assert_evaluation ("[1].filter(x, x)", "the condition of “filter” is a bool, not int");
}

static void
test_two_variables (void)
{
  assert_json ("[1, 2, 3].all(i, v, i < v) && {'a': 1}.exists(k, v, k == 'a' && v == 1)", NULL, "true");
  assert_json ("[1, 5, 3].existsOne(i, v, v > i + 2)", NULL, "true");
  assert_json ("['a', 'b'].transformList(i, v, string(i) + v)", NULL, "[\"0a\",\"1b\"]");
  assert_json ("{'a': 1, 'b': 2}.transformList(k, v, v > 1, k)", NULL, "[\"b\"]");
  assert_json ("{'a': 1, 'b': 2}.transformMap(k, v, v * 10)", NULL, "{\"a\":10,\"b\":20}");
  assert_json ("['x', 'y'].transformMap(i, v, i > 0, v)", NULL, "{\"1\":\"y\"}");
  assert_json ("{'a': 'x', 'b': 'y'}.transformMapEntry(k, v, {v: k})", NULL, "{\"x\":\"a\",\"y\":\"b\"}");
  assert_json ("[[1, 2], [3]].transformList(i, v, v.transformList(j, w, [i, j, w]))", NULL, "[[[0,0,1],[0,1,2]],[[1,0,3]]]");
  assert_evaluation ("{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})", "“transformMapEntry” gives the same key twice");
  assert_evaluation ("[1].transformMapEntry(k, v, v)", "“transformMapEntry” gives a map, not int");
  assert_fails ("[1].all(a, b.c, true)", NULL, ENLACE_EXPRESSION_ERROR_SYNTAX, NULL);
}

static void
test_list_functions (void)
{
  assert_json ("[3, 1, 2.5, 1.0].distinct()", NULL, "[3,1,2.5]");
  assert_json ("[{'a': 1}, {'a': 1.0}, [1], 'x'].distinct()", NULL, "[{\"a\":1},[1],\"x\"]");
  assert_json ("[3, 1, 2].sort() + [3, 1, 2].reverse()", NULL, "[1,2,3,2,1,3]");
  assert_json ("[{'n': 'b', 'k': 1}, {'n': 'a', 'k': 1}, {'n': 'c', 'k': 0}].sortBy(x, x.k).map(x, x.n)", NULL, "[\"c\",\"b\",\"a\"]");
  assert_json ("[1, [2, [3]]].flatten()", NULL, "[1,2,[3]]");
  assert_json ("[1, [2, [3]]].flatten(2)", NULL, "[1,2,3]");
  assert_json ("lists.range(4).slice(1, 3)", NULL, "[1,2]");
  assert_json ("[1, 2].first().value() + [1, 2].last().value() + [].first().orValue(10)", NULL, "13");
  assert_json ("lists.range(-1)", NULL, "[]");
  assert_evaluation ("[1, 'a'].sort()", "“<” has no form that takes int and string");
  assert_evaluation ("[[1]].sort()", NULL);
  assert_evaluation ("{'a': 1}.sortBy(x, x)", "“sortBy” goes over a list, not map");
  assert_evaluation ("[1].slice(0, 2)", "the list has no elements from 0 to 2");
  assert_evaluation ("[1].flatten(-1)", NULL);
}

static void
test_optionals (void)
{
  assert_json ("trigger.body.?name.orValue('?') + trigger.body.?nam.orValue('?')", SCOPE, "\"Ana?\"");
  assert_json ("trigger.?bdy.name.first.orValue(1 / 1)", SCOPE, "1");
  assert_json ("optional.of(1).orValue(1 / 0)", NULL, "1");
  assert_json ("{?'a': optional.none(), ?'b': optional.of(1)}", NULL, "{\"b\":1}");
  assert_json ("optional.of(2).optMap(x, x * 2).value()", NULL, "4");
  assert_evaluation ("optional.none().value()", "the optional holds no value");
  assert_evaluation ("optional.of(1).optFlatMap(x, x)", "“optFlatMap” gives an optional, not int");
  assert_evaluation ("trigger.body.name.or(1)", NULL);
}

static void
test_calendar (void)
{
  assert_json ("timestamp('2024-12-31T23:30:00Z').getDayOfYear()", NULL, "365");
  assert_json ("timestamp('0001-01-01T00:00:00Z').getFullYear() + timestamp('1600-02-29T00:00:00Z').getDayOfMonth()", NULL, "29");
  assert_json ("timestamp('1969-12-31T23:59:59Z').getDayOfWeek()", NULL, "3");
  assert_json ("timestamp('2026-07-01T00:00:00Z').getHours('Europe/Madrid')", NULL, "2");
  assert_json ("duration('-90s').getSeconds() + duration('1.25s').getMilliseconds()", NULL, "160");
  assert_evaluation ("timestamp(0).getHours('Nowhere/At_All')", "there is no such time zone");
  assert_evaluation ("timestamp(0).getHours('../../etc/passwd')", "there is no such time zone");
  assert_evaluation ("timestamp(0).getHours('')", NULL);
  assert_evaluation ("duration('1s').getFullYear()", NULL);
}

static void
test_conversions (void)
{
  assert_json ("string(1e21) + ' ' + string(123456789.0) + ' ' + string(1e-7) + ' ' + string(0.1)", NULL,
               "\"1e+21 123456789 1e-07 0.1\"");
  assert_json ("string(1e20) + ' ' + string(5e-324) + ' ' + string(1.7976931348623157e308)", NULL,
               "\"100000000000000000000 5e-324 1.7976931348623157e+308\"");
  assert_json ("string(-0.0) + string(double('-Infinity')) + string(double('NaN'))", NULL, "\"-0-InfinityNaN\"");
  assert_json ("duration('1h30m') - duration('-1.5s')", NULL, "\"5401.5s\"");
  assert_json ("timestamp('2026-03-01T00:00:00+02:00')", NULL, "\"2026-02-28T22:00:00Z\"");
  assert_json ("timestamp('2026-03-01T00:00:00Z') - timestamp('2026-02-28T23:59:59.5Z') < duration('1s')", NULL, "true");
  assert_evaluation ("int('12x')", "“12x” is no int");
  assert_evaluation ("int(' 12')", NULL);
  assert_evaluation ("int('12\\u0000')", NULL);
  assert_evaluation ("uint('-1')", NULL);
  assert_evaluation ("double('0x10')", NULL);
  assert_evaluation ("int(1e300)", "the number passes the range of int");
  assert_evaluation ("uint(-1)", "the number passes the range of uint");
  assert_evaluation ("duration('1 hour')", "“1 hour” is no duration (as in 1h30m, 2.5s)");
  assert_evaluation ("timestamp('yesterday')", NULL);
  assert_evaluation ("string([1])", "“string” has no form that takes list");
}

static void
test_regular_expressions (void)
{
  assert_json ("'año 2026'.matches('\\\\d{4}$')", NULL, "true");
  assert_json ("'a\\n'.matches('a$')", NULL, "false");
  assert_json ("'ABC'.matches('(?i)b')", NULL, "true");
  assert_json ("'a+b'.matches(r'\\Qa+b\\E') && 'x'.matches('[[:alpha:]]') && 'x'.matches('(?P<n>x)')", NULL, "true");
  assert_json ("matches('abc', 'b' + 'c')", NULL, "true");
  assert_fails ("'a'.matches('(')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('(a)\\\\1')", NULL, ENLACE_EXPRESSION_ERROR_CHECK,
                "line 1, column 13: bad regular expression: back references are not supported");
  assert_fails ("'a'.matches('(?=a)')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('(?<!a)b')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('a++')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('(?R)')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('(*ACCEPT)')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('\\\\Ka')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("'a'.matches('a{2000}')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_evaluation ("'a'.matches('(' + '')", NULL);
}

static void
collect_path (const char *const *segments,
              gpointer           data)
{
  GString *all = data;
  g_autofree char *path = g_strjoinv ("/", (GStrv) segments);

  g_string_append_printf (all, "%s;", path);
}

static void
test_paths_of_an_expression (void)
{
  const char *text = "steps.a.output['x y'][0].z + trigger.list.map(i, i.sku + vars.pre)[now[k.l]].q + has(m.n) + f";
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, NULL);
  g_autoptr(GString) all = g_string_new (NULL);

  enlace_expression_foreach_path (expression, collect_path, all);
  g_assert_cmpstr (all->str, ==, "steps/a/output/x y/0/z;trigger/list;vars/pre;now;k/l;m/n;f;");
}

static guint64
estimate (const char *text)
{
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, NULL);

  return enlace_expression_estimate_cost (expression);
}

static void
test_estimates (void)
{
  static const char *const bounded[] = {
    "trigger.body.amount * 1.21", "steps.map.output.total > 100", "a.b == 'paid'", "a in ['x', 'y']", "a ? 1 : b.c", "a == [] || a != {}", "a in {'x': 1}",
    "!has(a.b) || a.b == null", "-a.b % 3", "double(a) / 2", "[1, 2][0] == 1",
  };
  static const char *const unbounded[] = {
    "a + b", "a == b", "a < b", "a in b", "[a]", "{'x': a}", "a == [1]", "a in [[1]]", "{'x': 1} != a", "a.map(x, 1)", "a.matches('x')", "size(a)", "string(a)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bounded); i++)
    {
      g_autoptr(EnlaceExpression) expression = enlace_expression_compile (bounded[i], -1, NULL);
      g_autoptr(EnlaceValue) members = enlace_json_parse ("{\"trigger\": {\"body\": {\"amount\": 1}}, \"a\": {\"b\": 4},"
                                                          "\"steps\": {\"map\": {\"output\": {\"total\": 5}}}}", -1, NULL);
      g_autoptr(EnlaceValue) value = NULL;
      guint64 bound = enlace_expression_estimate_cost (expression), left = bound;
      EnlaceMapScope scope;
      g_autoptr(GError) error = NULL;

      g_assert_cmpuint (bound, <, 200);
      enlace_map_scope_init (&scope, members);
      value = enlace_expression_evaluate (expression, &scope.scope, &left, &error);
      g_assert_false (g_error_matches (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (unbounded); i++)
    g_assert_cmpuint (estimate (unbounded[i]), ==, G_MAXUINT64);
}

/* Its lookups are counted, and it knows no names. */
typedef struct {
  EnlaceScope  scope;
  EnlaceValue *value;
  guint        n_lookups;
} CountingScope;

static EnlaceValue *
count_lookup (const EnlaceScope *scope,
              const char        *name)
{
  CountingScope *self = (CountingScope *) scope;

  self->n_lookups++;
  return g_str_equal (name, "x") ? self->value : NULL;
}

static void
test_a_name_is_looked_up_once (void)
{
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile ("[1, 2, 3].map(i, x + i)[2] + x", -1, NULL);
  g_autoptr(EnlaceValue) value = enlace_value_new_int (10);
  CountingScope scope = { { count_lookup, NULL }, value, 0 };
  g_autoptr(EnlaceValue) result = enlace_expression_evaluate (expression, &scope.scope, NULL, NULL);
  g_autoptr(EnlaceExpression) wrong = enlace_expression_compile ("y", -1, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (enlace_value_get_int (result), ==, 23);
  g_assert_cmpuint (scope.n_lookups, ==, 1);
  g_assert_null (enlace_expression_evaluate (wrong, &scope.scope, NULL, &error));
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_PATH);
  g_clear_error (&error);
  g_assert_null (enlace_expression_evaluate (wrong, NULL, NULL, &error));
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_PATH);
}

static void
test_values_come_back_as_they_are (void)
{
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile ("a.b", -1, NULL);
  g_autoptr(EnlaceValue) members = enlace_json_parse ("{\"a\": {\"b\": [1, 2]}}", -1, NULL);
  g_autoptr(EnlaceValue) result = NULL;
  EnlaceMapScope scope;

  enlace_map_scope_init (&scope, members);
  result = enlace_expression_evaluate (expression, &scope.scope, NULL, NULL);
  g_assert_true (result == enlace_value_get_member (enlace_value_get_member (members, "a"), "b"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/evaluate/paths", test_paths);
  g_test_add_func ("/expression/evaluate/wrong-paths-are-named", test_wrong_paths);
  g_test_add_func ("/expression/evaluate/int-and-double-mix", test_mixed_arithmetic);
  g_test_add_func ("/expression/evaluate/rounding", test_rounding);
  g_test_add_func ("/expression/evaluate/errors-in-logic", test_errors_in_logic);
  g_test_add_func ("/expression/evaluate/equality-and-order", test_equality);
  g_test_add_func ("/expression/evaluate/lists-and-maps", test_lists_and_maps);
  g_test_add_func ("/expression/evaluate/two-variables", test_two_variables);
  g_test_add_func ("/expression/evaluate/list-functions", test_list_functions);
  g_test_add_func ("/expression/evaluate/optionals", test_optionals);
  g_test_add_func ("/expression/evaluate/calendar", test_calendar);
  g_test_add_func ("/expression/evaluate/conversions", test_conversions);
  g_test_add_func ("/expression/evaluate/regular-expressions", test_regular_expressions);
  g_test_add_func ("/expression/evaluate/paths-of-an-expression", test_paths_of_an_expression);
  g_test_add_func ("/expression/evaluate/estimates-bound-the-cost", test_estimates);
  g_test_add_func ("/expression/evaluate/a-name-is-looked-up-once", test_a_name_is_looked_up_once);
  g_test_add_func ("/expression/evaluate/values-come-back-as-they-are", test_values_come_back_as_they_are);
  return g_test_run ();
}
