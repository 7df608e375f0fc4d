/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <stdio.h>
#include <string.h>

#include "common/expression/function.h"
#include "common/expression/library.h"
#include "tests/common/expression/support.h"

/* The reference of functions: that it is whole and true. */

static void
example_cb (const EnlaceFunctionEntry *entry,
            const char                *group,
            gpointer                   data)
{
  g_test_message ("%s: %s", entry->name, entry->example);
  g_assert_nonnull (strstr (entry->example, entry->name));
  g_assert_true (g_str_has_suffix (entry->documentation, "."));
  assert_json (entry->example, NULL, entry->result);
}

static void
test_examples (void)
{
  enlace_library_foreach (example_cb, NULL);
}

/* The types that a signature names are known ones. */
static void
result_cb (const EnlaceFunctionEntry *entry,
           const char                *group,
           gpointer                   data)
{
  EnlaceSignature signature;

  enlace_signature_read (&signature, entry);
  g_test_message ("%s", entry->signature);
  g_assert_cmpuint (signature.kinds, !=, 0);
  g_assert_true (!signature.member || signature.receiver != 0);
  for (guint i = 0; i < signature.n_arguments; i++)
    g_assert_true (signature.arguments[i].kinds != 0 || enlace_signature_is_macro (&signature));
}

static void
test_signatures (void)
{
  enlace_library_foreach (result_cb, NULL);
}

static gboolean
is_described (const EnlaceFunction *function,
              EnlaceCallStyle       style,
              guint                 n)
{
  g_autoptr(GArray) list = enlace_library_list (function->name);

  for (guint i = 0; i < list->len; i++)
    {
      const EnlaceSignature *signature = &g_array_index (list, EnlaceSignature, i);
      guint receiver = signature->member ? 1 : 0, least, most;

      enlace_signature_get_arity (signature, &least, &most);
      if (receiver == (style == ENLACE_CALL_MEMBER ? 1 : 0) && n >= least + receiver && (most == G_MAXUINT || n <= most + receiver))
        return TRUE;
    }
  return FALSE;
}

/* Each function, in each style, with the fewest and the most arguments that it takes, is described. */
static void
test_all_are_described (void)
{
  for (gsize i = 0; i < enlace_n_libraries; i++)
    for (gsize j = 0; j < enlace_libraries[i]->n; j++)
      {
        const EnlaceFunction *function = &enlace_libraries[i]->functions[j];

        g_test_message ("%s", function->name);
        for (guint style = ENLACE_CALL_GLOBAL; style <= ENLACE_CALL_MEMBER; style <<= 1)
          if (function->styles & style)
            {
              g_assert_true (is_described (function, style, function->min_arguments));
              g_assert_true (is_described (function, style, function->max_arguments));
            }
        if (enlace_libraries[i]->group != NULL)
          g_assert_cmpstr (function->entry.name, ==, function->name);
      }
}

static void
test_page (void)
{
  g_autofree char *page = enlace_library_dup_page ();
  g_autofree char *committed = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (FUNCTIONS_PAGE, &committed, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (committed, ==, page);
}

static void
test_dates (void)
{
  /* The clocks of Madrid go from 2 to 3 on 2026-03-29, and from 3 to 2 on 2026-10-25. */
  assert_json ("date.parse('2026-03-29 02:30', 'yyyy-MM-dd HH:mm', 'Europe/Madrid')", NULL, "\"2026-03-29T01:30:00Z\"");
  assert_json ("date.parse('2026-10-25 02:30', 'yyyy-MM-dd HH:mm', 'Europe/Madrid')", NULL, "\"2026-10-25T00:30:00Z\"");
  assert_json ("timestamp('2026-03-28T12:00:00Z').add(1, 'day', 'Europe/Madrid')", NULL, "\"2026-03-29T11:00:00Z\"");
  assert_json ("timestamp('2026-03-28T12:00:00Z').add(24, 'hours', 'Europe/Madrid')", NULL, "\"2026-03-29T12:00:00Z\"");
  assert_json ("timestamp('2026-03-29T12:00:00Z').startOf('day', 'Europe/Madrid')", NULL, "\"2026-03-28T23:00:00Z\"");
  assert_json ("timestamp('2026-03-29T12:00:00Z').endOf('day', 'Europe/Madrid')", NULL, "\"2026-03-29T21:59:59.999999999Z\"");
  assert_json ("timestamp('2026-03-30T12:00:00Z').diff(timestamp('2026-03-28T12:00:00Z'), 'days', 'Europe/Madrid')", NULL, "2");
  assert_json ("timestamp('2026-12-31T23:59:59.5Z').startOf('second')", NULL, "\"2026-12-31T23:59:59Z\"");
  assert_json ("timestamp('2026-12-31T23:59:59Z').startOf('quarter')", NULL, "\"2026-10-01T00:00:00Z\"");
  assert_json ("timestamp('2026-11-30T10:00:00Z').endOf('quarter')", NULL, "\"2026-12-31T23:59:59.999999999Z\"");
  assert_json ("timestamp('2026-01-31T00:00:00Z').add(-11, 'months')", NULL, "\"2025-02-28T00:00:00Z\"");
  assert_json ("timestamp('2024-02-29T00:00:00Z').add(1, 'year')", NULL, "\"2025-02-28T00:00:00Z\"");
  assert_json ("timestamp('2026-01-15T00:00:00Z').diff(timestamp('2026-03-14T23:00:00Z'), 'months')", NULL, "-1");
  assert_json ("timestamp('1969-12-31T23:59:59.25Z').format('yyyy-MM-dd HH:mm:ss.SSS')", NULL, "\"1969-12-31 23:59:59.250\"");
  assert_json ("timestamp('0001-01-01T00:00:00Z').format('yyyy')", NULL, "\"0001\"");
  assert_json ("timestamp('2026-01-01T00:05:00Z').format(\"h 'o''clock' a, EEEE, D, 'W'ww-e YYYY, QQQ, XXX\", '+05:30')", NULL,
               "\"5 o'clock AM, Thursday, 1, W01-4 2026, Q1, +05:30\"");
  assert_json ("date.parse('Mar 5, 26 12:07 am +0200', 'MMM d, yy h:mm a Z')", NULL, "\"2026-03-04T22:07:00Z\"");
  assert_json ("[date.of(1970, 1, 1), date.of(2000, 2, 29), date.of(1600, 12, 31)].map(d, d.format('yyyy-MM-dd'))", NULL,
               "[\"1970-01-01\",\"2000-02-29\",\"1600-12-31\"]");
  assert_fails ("now.format('yyyy')", NULL, ENLACE_EXPRESSION_ERROR_PATH, NULL);
  assert_fails ("date.of(2026, 2, 29)", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "there is no such day");
  assert_fails ("timestamp(0).format('bbb')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION,
                "“bbb” means nothing in a date pattern; plain letters stand in single quotes");
  assert_fails ("timestamp(0).format('yyyy', 'Europe/Nowhere')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "there is no such time zone");
  assert_fails ("date.parse('2026-02-30', 'yyyy-MM-dd')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "the text is no date of the form “yyyy-MM-dd”");
  assert_fails ("timestamp(0).add(9223372036854775807, 'days')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("timestamp(0).add(9223372036854775807, 'milliseconds')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_json ("timestamp('9999-12-31T00:00:00Z').endOf('year')", NULL, "\"9999-12-31T23:59:59.999999999Z\"");
  assert_fails ("timestamp('9999-12-31T00:00:00Z').add(1, 'day')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
}

/* Each day of many years: to a number and back, with its week. */
static void
test_all_days (void)
{
  assert_json ("lists.range(3000).all(n, date.of(1970, 1, 1).add(n * 17, 'days').diff(date.of(1970, 1, 1), 'days') == n * 17)", NULL, "true");
  assert_json ("lists.range(2000).map(n, date.of(2000, 1, 1).add(n, 'days')).all(d, date.of(d.getFullYear(), d.getMonth() + 1, d.getDate()) == d)",
               NULL, "true");
  assert_json ("['2020-12-31', '2021-01-03', '2021-01-04', '2024-12-30', '2026-12-31'].map(d, date.parse(d, 'yyyy-MM-dd').getIsoWeek())", NULL,
               "[53,53,1,1,53]");
}

static void
test_numbers (void)
{
  assert_json ("number.format(1234.5, 2, 'es')", NULL, "\"1234,50\"");
  assert_json ("number.format(12345.5, 2, 'es')", NULL, "\"12.345,50\"");
  assert_json ("number.format(1234567, 0, 'fr')", NULL, "\"1\u202f234\u202f567\"");
  assert_json ("number.format(-0.004, 2)", NULL, "\"0.00\"");
  assert_json ("number.format(-1234, 1, 'en-GB')", NULL, "\"-1,234.0\"");
  assert_json ("number.format(9223372036854775807, 0)", NULL, "\"9,223,372,036,854,775,807\"");
  assert_json ("number.format(-9223372036854775807 - 1, 0, '.', '')", NULL, "\"-9223372036854775808\"");
  assert_json ("number.format(18446744073709551615u, 0, '.', ' ')", NULL, "\"18 446 744 073 709 551 615\"");
  assert_json ("number.format(1e300, 0).size()", NULL, "401");
  assert_json ("number.format(2.675, 2)", NULL, "\"2.68\"");
  assert_json ("number.currency(1234.5, 'EUR', 'de')", NULL, "\"1.234,50\u00a0€\"");
  assert_json ("number.currency(-1234.5, 'EUR', 'es')", NULL, "\"-1234,50\u00a0€\"");
  assert_json ("number.currency(1234.5, 'JPY', 'en')", NULL, "\"¥1,235\"");
  assert_json ("number.currency(5, 'KWD', 'en')", NULL, "\"KWD\u00a05.000\"");
  assert_json ("number.currency(1234.5, 'BRL', 'pt')", NULL, "\"R$\u00a01.234,50\"");
  assert_json ("number.currency(99, 'USD', 'es_MX')", NULL, "\"$99.00\"");
  assert_json ("number.percent(0.1234, 1, 'de')", NULL, "\"12,3\u00a0%\"");
  assert_json ("number.percent(1)", NULL, "\"100%\"");
  assert_json ("[number.toMinor(1.005, 'EUR'), number.toMinor(19.99, 'USD'), number.toMinor(500, 'JPY'), number.toMinor(1.2345, 'KWD')]", NULL,
               "[101,1999,500,1235]");
  assert_json ("number.parse('1 234,5', 'fr')", NULL, "1234.5");
  assert_json ("number.parse('-1,234.5')", NULL, "-1234.5");
  assert_json ("number.parse('1234')", NULL, "1234.0");
  assert_fails ("number.parse('1,23')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("number.parse('1.234.5', 'es')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("number.parse('')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("number.parse('0x10')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("number.format(0.0 / 0.0, 2)", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("number.format(1, 21)", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "“number.format” takes from 0 to 20 digits");
  assert_fails ("number.format(1, 2, 'xx')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("number.currency(1, 'euro')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
}

static void
test_records (void)
{
  static const char orders[] = "{\"o\": [{\"c\": \"PE\", \"n\": 2, \"t\": {\"v\": 1.5}}, {\"c\": \"ES\", \"n\": 3, \"t\": {\"v\": 2}},"
                               "{\"c\": \"PE\", \"n\": 5, \"t\": {\"v\": 4}}], \"s\": {\"x-y\": [1]}}";

  assert_json ("[].sum()", NULL, "0");
  assert_json ("o.sum('n')", orders, "10");
  assert_json ("o.sum(x, x.n * 2)", orders, "20");
  assert_json ("o.avg(x, x.t.v)", orders, "2.5");
  assert_json ("o.max(x, x.n) + o.min('t.v')", orders, "6.5");
  assert_json ("[duration('1h'), duration('30m')].sum()", NULL, "\"5400s\"");
  assert_json ("o.groupBy(x, x.c).transformMap(k, v, v.sum('n'))", orders, "{\"PE\":7,\"ES\":3}");
  assert_json ("o.groupBy('c') == o.groupBy(x, x.c)", orders, "true");
  assert_json ("o.countBy(x, x.n > 2)", orders, "{\"false\":1,\"true\":2}");
  assert_json ("o.keyBy(x, x.c).PE.n", orders, "5");
  assert_json ("o.pick(['c']).distinct()", orders, "[{\"c\":\"PE\"},{\"c\":\"ES\"}]");
  assert_json ("s.get('[\"x-y\"][0]')", orders, "1");
  assert_json ("s.get('a.b[7]', 'none')", orders, "\"none\"");
  assert_json ("{'a': {'b': {'c': 1, 'd': 2}}}.merge({'a': {'b': {'c': 3}}}, true)", NULL, "{\"a\":{\"b\":{\"c\":3,\"d\":2}}}");
  assert_json ("{'a': {'b': 1}}.merge({'a': {'c': 3}})", NULL, "{\"a\":{\"c\":3}}");
  assert_json ("{'b': 2, 'a': 1}.entries().fromEntries() == {'a': 1, 'b': 2}", NULL, "true");
  assert_fails ("[9223372036854775807, 1].sum()", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("[1, 'a'].sum()", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "“sum” adds numbers or durations, but element 1 is of type string");
  assert_fails ("[].avg()", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "“avg” of an empty list");
  assert_fails ("[].max()", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "“max” of an empty list");
  assert_fails ("o.sum('x')", orders, ENLACE_EXPRESSION_ERROR_EVALUATION, "element 0 of the list has no “x”");
  assert_fails ("o.groupBy(x, x.t)", orders, ENLACE_EXPRESSION_ERROR_EVALUATION, "the key of a map is a bool, int, uint or string, not map");
  assert_fails ("o.get('[0]..b', 0)", orders, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("s.get('nothing')", orders, ENLACE_EXPRESSION_ERROR_EVALUATION, "“nothing” does not exist");
  assert_fails ("[1].chunk(0)", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("[['a', 1], ['a', 2]].fromEntries()", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "a map has the same key twice");
}

static void
test_texts (void)
{
  assert_json ("json.format({'a': [1]}, true)", NULL, "\"{\\n  \\\"a\\\": [\\n    1\\n  ]\\n}\"");
  assert_json ("json.parse(b'[1.0]')", NULL, "[1.0]");
  assert_fails ("json.parse('{\"a\": 1, \"a\": 2}')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("json.format(0.0 / 0.0)", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_json ("query.format(query.parseAll('a=1&b=%C3%B1&a=2&c'))", NULL, "\"a=1&a=2&b=%C3%B1&c=\"");
  assert_json ("url.parse(url.build({'scheme': 'http', 'host': '::1', 'port': 80, 'path': 'a/ñ', 'fragment': 'x y'}))", NULL,
               "{\"scheme\":\"http\",\"user\":null,\"password\":null,\"host\":\"::1\",\"port\":80,\"path\":\"/a/ñ\",\"query\":{},\"fragment\":\"x y\"}");
  assert_fails ("url.parse('no url')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("url.build({'host': 'a/b@c'})", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("url.decode('%zz')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("url.decode('%ff')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_json ("regex.replace('abc', '', '-')", NULL, "\"-a-b-c-\"");
  assert_json ("regex.replace('año', 'a|o', 'x', 1)", NULL, "\"xño\"");
  assert_json ("regex.extract('abc', 'x').hasValue()", NULL, "false");
  assert_json ("regex.extractAll('k=v; l=w', '([a-z])=')", NULL, "[\"k\",\"l\"]");
  assert_fails ("regex.replace('a', 'a', r'\\1')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, "the replacement names a group that the pattern has not");
  assert_fails ("regex.extract('a', '(a)(b)')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("regex.extract('a', '(')", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_json ("['a', 'ab', 'abc'].map(x, x.truncate(2))", NULL, "[\"a\",\"ab\",\"a…\"]");
  assert_json ("'a\\u0000b'.upper().size()", NULL, "3");
  assert_json ("['a@b.c', 'a@b', '@b.c', 'a b@c.d', 'a@-b.c', 'a@b-.c', 'a@b..c', 'a@b.c.'].map(x, x.isEmail())", NULL,
               "[true,false,false,false,false,false,false,false]");
  assert_json ("'ab'.padStart(-1)", NULL, "\"ab\"");
  assert_fails ("'ab'.padEnd(5, '')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("hex.decode('abc')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
  assert_fails ("base64url.decode('a+b/')", NULL, ENLACE_EXPRESSION_ERROR_EVALUATION, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *page = NULL;

  if (argc == 2 && g_str_equal (argv[1], "--page"))
    {
      page = enlace_library_dup_page ();
      fputs (page, stdout);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/functions/examples-give-what-they-say", test_examples);
  g_test_add_func ("/expression/functions/signatures-can-be-read", test_signatures);
  g_test_add_func ("/expression/functions/all-are-described", test_all_are_described);
  g_test_add_func ("/expression/functions/page-is-the-table", test_page);
  g_test_add_func ("/expression/functions/dates", test_dates);
  g_test_add_func ("/expression/functions/all-days", test_all_days);
  g_test_add_func ("/expression/functions/numbers", test_numbers);
  g_test_add_func ("/expression/functions/records", test_records);
  g_test_add_func ("/expression/functions/texts", test_texts);
  return g_test_run ();
}
