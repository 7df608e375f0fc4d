/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <string.h>

#include "common/expression/completion.h"
#include "common/expression/expression.h"
#include "common/value/json.h"

/* The cursor is at the bar. */

static const char sample_text[] =
  "{'trigger': {'body': {'amount': 12.5, 'address': {'city': 'Lima'}, 'lines': [{'sku': 'A', 'count': 2}], 'when-paid': 1, 'it\\'s': 2},"
  "'headers': {'x-request-id': 'r1', 'host': 'h'}}, 'steps': {'map': {'output': {'total': 3}}}, 'now': null}";

static const char schema_text[] =
  "{'type': 'object', 'properties': {'trigger': {'type': 'object', 'properties': {'body': {'type': 'object', 'properties': {"
  "'currency': {'type': 'string'}, 'amount': {'type': 'number'}, 'tags': {'type': 'array', 'items': {'type': 'object', 'properties': {"
  "'label': {'type': 'string'}}}}}}}}, 'vars': {'type': 'object', 'properties': {'rate': {'type': 'number'}}}}}";

static EnlaceValue *
parse (const char *text)
{
  g_autoptr(GString) json = g_string_new (text);
  g_autoptr(GError) error = NULL;
  EnlaceValue *value;

  g_string_replace (json, "\\'", "\x01", 0);
  g_string_replace (json, "'", "\"", 0);
  g_string_replace (json, "\x01", "'", 0);
  value = enlace_json_parse (json->str, json->len, &error);
  g_assert_no_error (error);

  return value;
}

/* `text` has a bar where the cursor is, which is taken out of it. */
static EnlaceCompletion *
complete (const char  *text,
          char       **plain)
{
  g_autoptr(EnlaceValue) sample = parse (sample_text);
  g_autoptr(EnlaceValue) schema = parse (schema_text);
  const char *bar = strchr (text, '|');

  g_assert_nonnull (bar);
  *plain = g_strdup_printf ("%.*s%s", (int) (bar - text), text, bar + 1);

  return enlace_completion_new (*plain, -1, bar - text, sample, schema);
}

static const EnlaceCompletionItem *
find_item (EnlaceCompletion *completion,
           const char       *label)
{
  for (guint i = 0; i < enlace_completion_get_n_items (completion); i++)
    {
      const EnlaceCompletionItem *item = enlace_completion_get_item (completion, i);

      if (g_str_equal (item->label, label) || (item->kind == ENLACE_COMPLETION_FUNCTION && g_str_has_prefix (item->insert, label)))
        return item;
    }

  return NULL;
}

/* The labels of all that is no function, in order. */
static void
assert_names (const char *text,
              const char *expected)
{
  g_autofree char *plain = NULL;
  g_autoptr(EnlaceCompletion) completion = complete (text, &plain);
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < enlace_completion_get_n_items (completion); i++)
    {
      const EnlaceCompletionItem *item = enlace_completion_get_item (completion, i);

      g_assert_cmpuint (item->start, <=, item->end);
      g_assert_cmpuint (item->end, <=, strlen (plain));
      g_assert_cmpuint (item->cursor, <=, strlen (item->insert));
      if (item->kind == ENLACE_COMPLETION_MEMBER || item->kind == ENLACE_COMPLETION_VARIABLE)
        g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", item->label);
    }
  g_test_message ("%s", text);
  g_assert_cmpstr (names->str, ==, expected);
}

/* What the text becomes when the item is chosen; the cursor is a bar again. */
static void
assert_chosen (const char *text,
               const char *label,
               const char *expected)
{
  g_autofree char *plain = NULL;
  g_autoptr(EnlaceCompletion) completion = complete (text, &plain);
  const EnlaceCompletionItem *item = find_item (completion, label);
  g_autofree char *result = NULL;

  g_test_message ("%s: %s", text, label);
  g_assert_nonnull (item);
  result = g_strdup_printf ("%.*s%.*s|%s%s", (int) item->start, plain, (int) item->cursor, item->insert, item->insert + item->cursor, plain + item->end);
  g_assert_cmpstr (result, ==, expected);
}

static void
assert_offers (const char *text,
               const char *label,
               gboolean    offered)
{
  g_autofree char *plain = NULL;
  g_autoptr(EnlaceCompletion) completion = complete (text, &plain);

  g_test_message ("%s: %s", text, label);
  g_assert_cmpint (find_item (completion, label) != NULL, ==, offered);
}

static void
test_names (void)
{
  assert_names ("|", "trigger steps now vars");
  assert_names ("tr|", "trigger");
  assert_names ("1 + V|", "vars");
  assert_names ("trigger.body.amount > 1 && s|", "steps");
  assert_names ("[1, {'a': n|", "now");
  assert_chosen ("1 + tri|g", "trigger", "1 + trigger|");
  assert_offers ("|", "true", TRUE);
  assert_offers ("js|", "json.parse(", TRUE);
  assert_offers ("base|", "base64.encode(", TRUE);
  assert_chosen ("json.pa|", "parse(", "json.parse(|)");
  assert_chosen ("roun| + 1", "round(", "round(|) + 1");
  assert_chosen ("roun|(1)", "round", "round|(1)");
  assert_chosen ("optional.no|", "none(", "optional.none()|");
}

static void
test_members (void)
{
  assert_names ("trigger.|", "body headers");
  assert_names ("trigger.body.|", "amount address lines when-paid it's currency tags");
  assert_names ("trigger.body.add|", "address");
  assert_names ("trigger.body.address.|", "city");
  assert_names ("trigger.?body.?add|", "address");
  assert_names ("trigger.body.?address.orValue({'x': 1}).|", "city x");
  assert_names ("trigger.body.lines[0].|", "sku count");
  assert_names ("(trigger.body).address.|", "city");
  assert_names ("{'a': 1, 'b': 2}.|", "a b");
  assert_names ("vars.|", "rate");
  assert_names ("nothing.|", "");
  assert_names ("trigger.body.tags[0].|", "label");
  assert_chosen ("trigger.bo| + 1", "body", "trigger.body| + 1");
}

static void
test_quoting (void)
{
  assert_chosen ("trigger.headers.x|", "x-request-id", "trigger.headers[\"x-request-id\"]|");
  assert_chosen ("trigger.headers.?x|", "x-request-id", "trigger.headers[?\"x-request-id\"]|");
  assert_chosen ("trigger.headers[\"x-|", "x-request-id", "trigger.headers[\"x-request-id\"]|");
  assert_chosen ("trigger.headers['|']", "host", "trigger.headers['host']|");
  assert_chosen ("trigger.headers[|", "host", "trigger.headers[\"host\"]|");
  assert_chosen ("trigger.body['it|", "it's", "trigger.body['it\\'s']|");
  assert_chosen ("trigger.body.it|", "it's", "trigger.body[\"it's\"]|");
}

static void
test_variables_of_macros (void)
{
  assert_names ("trigger.body.lines.map(x, x.|", "sku count");
  assert_names ("trigger.body.lines.filter(l, l.count > 1).map(x, x.sk|", "sku");
  assert_names ("trigger.body.lines.all(i, l, l.|", "sku count");
  assert_names ("trigger.body.lines.sortBy(x, x.count)[0].|", "sku count");
  assert_names ("cel.bind(a, trigger.body.address, a.|", "city");
  assert_names ("trigger.body.?address.optMap(a, a.|", "city");
  assert_names ("trigger.body.tags.map(t, t.|", "label");
  assert_names ("trigger.body.lines.map(line, li|", "line");
  assert_names ("[[{'a': 1}]].map(x, x.map(y, y.|", "a");
  assert_names ("trigger.body.lines.map(|", "");
  assert_names ("cel.bind(v, , v.|", "");
}

static void
test_functions_by_receiver (void)
{
  assert_offers ("trigger.body.address.city.|", "startsWith(", TRUE);
  assert_offers ("trigger.body.address.city.|", "distinct(", FALSE);
  assert_offers ("trigger.body.lines.|", "distinct(", TRUE);
  assert_offers ("trigger.body.lines.|", "startsWith(", FALSE);
  assert_offers ("trigger.body.currency.|", "startsWith(", TRUE);
  assert_offers ("trigger.body.currency.|", "distinct(", FALSE);
  assert_chosen ("trigger.body.lines.ma|", "map(", "trigger.body.lines.map(x, |)");
  assert_chosen ("trigger.body.transformM|", "transformMap(", "trigger.body.transformMap(k, v, |)");
  assert_chosen ("'a'.tri|", "trim(", "'a'.trim()|");
}

static void
test_values_and_types (void)
{
  g_autofree char *plain = NULL;
  g_autoptr(EnlaceCompletion) completion = complete ("trigger.body.|", &plain);
  const EnlaceCompletionItem *amount = find_item (completion, "amount"), *currency = find_item (completion, "currency");

  g_assert_nonnull (amount);
  g_assert_cmpstr (amount->type, ==, "double");
  g_assert_cmpfloat (enlace_value_get_double (amount->value), ==, 12.5);
  g_assert_nonnull (currency);
  g_assert_cmpstr (currency->type, ==, "string");
  g_assert_null (currency->value);
  g_assert_cmpint (find_item (completion, "size(")->kind, ==, ENLACE_COMPLETION_FUNCTION);
  g_assert_nonnull (find_item (completion, "size(")->documentation);
}

static void
assert_signature (const char *text,
                  const char *argument,
                  guint       number)
{
  g_autofree char *plain = NULL;
  g_autoptr(EnlaceCompletion) completion = complete (text, &plain);
  gboolean found = FALSE;

  g_test_message ("%s", text);
  for (guint i = 0; i < enlace_completion_get_n_signatures (completion); i++)
    {
      const EnlaceCompletionSignature *signature = enlace_completion_get_signature (completion, i);
      g_autofree char *active = g_strndup (signature->text + signature->active_start, signature->active_end - signature->active_start);

      g_assert_nonnull (signature->documentation);
      found |= g_str_equal (active, argument);
    }
  g_assert_true (found);
  g_assert_cmpuint (enlace_completion_get_argument (completion), ==, number);
}

static void
test_signatures (void)
{
  g_autofree char *plain = NULL;
  g_autoptr(EnlaceCompletion) none = complete ("(1 + |", &plain);

  assert_signature ("round(|", "x: int|double", 0);
  assert_signature ("round(1.5, |", "digits?: int", 1);
  assert_signature ("round(1.5, |2) + 1", "digits?: int", 1);
  assert_signature ("trigger.body.currency.substring(1, |", "end?: int", 1);
  assert_signature ("base64.decode(|", "text: string", 0);
  assert_signature ("math.greatest(1, 2, 3, |", "x…: number|list", 3);
  assert_signature ("round([1, (2), {'a': 3}].size(), |", "digits?: int", 1);
  assert_signature ("trigger.body.lines.map(x, |", "value: any", 1);
  g_assert_cmpuint (enlace_completion_get_n_signatures (none), ==, 0);
}

static void
test_nothing_to_complete (void)
{
  assert_names ("'trig|'", "");
  assert_names ("'trig|", "");
  assert_names ("// tr|", "");
  assert_names ("12|", "");
  assert_names ("trigger |", "");
  assert_names ("trigger.body tr|", "");
  assert_names ("trigger[0].|", "");
  assert_names (")].|", "");
  assert_names ("\"\\|", "");
  assert_names ("@|", "");
}

/* Wherever the cursor is in a text that may be anything, each item can be put in. */
static void
test_any_cursor (void)
{
  static const char *const texts[] = {
    "trigger.body.lines.filter(x, x.count > 1 && x.sku in ['a', \"b\"]).map(y, {'k': y.?sku, ?'m': y[?'n']})[0].k.size() ? -1.5e3 : .now",
    "cel.bind(a, trigger, a.body[\"when-paid\"]) + regex.replace('x', r'\\d+', '''y''') // tr",
    "((([[[{{{...,,,???", "a.b.c(d(e[f(g,", "`a`.`b", "x.map(x, x.map(x, x.map(x, x.", "\xc3\xb1.\xc3\xb1",
    "trigger['\xc3\xb1\xe2\x82\xac",
  };
  g_autoptr(EnlaceValue) sample = parse (sample_text);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (gsize cursor = 0; cursor <= strlen (texts[i]); cursor++)
      {
        g_autoptr(EnlaceCompletion) completion = enlace_completion_new (texts[i], -1, cursor, sample, NULL);

        for (guint j = 0; j < enlace_completion_get_n_items (completion); j++)
          {
            const EnlaceCompletionItem *item = enlace_completion_get_item (completion, j);

            g_assert_cmpuint (item->start, <=, cursor);
            g_assert_true (item->end >= cursor || g_utf8_get_char_validated (texts[i] + cursor, -1) == (gunichar) -1);
            g_assert_cmpuint (item->end, <=, strlen (texts[i]));
            g_assert_cmpuint (item->cursor, <=, strlen (item->insert));
          }
      }
}

/* A sample may be large, and what is typed expensive: the answer comes at once all the same. */
static void
test_large_samples (void)
{
  g_autoptr(EnlaceListBuilder) rows = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) row = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) names = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) sample = NULL;
  g_autoptr(EnlaceCompletion) completion = NULL;
  const char *text = "rows.map(a, rows.map(b, rows.map(c, rows.filter(d, d.number_3 == a.number_4).";
  gint64 start;

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *name = g_strdup_printf ("number_%u", i);

      enlace_map_builder_add_int (row, name, i);
    }
  enlace_list_builder_take (rows, enlace_map_builder_end (row));
  for (guint i = 0; i < 50000; i++)
    {
      enlace_map_builder_add_int (row, "number_3", i);
      enlace_list_builder_take (rows, enlace_map_builder_end (row));
    }
  enlace_map_builder_take (names, "rows", enlace_list_builder_end (rows));
  sample = enlace_map_builder_end (names);

  start = g_get_monotonic_time ();
  completion = enlace_completion_new (text, -1, strlen (text), sample, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_nonnull (find_item (completion, "distinct("));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/completion/names", test_names);
  g_test_add_func ("/expression/completion/members", test_members);
  g_test_add_func ("/expression/completion/odd-names-are-quoted", test_quoting);
  g_test_add_func ("/expression/completion/variables-of-macros", test_variables_of_macros);
  g_test_add_func ("/expression/completion/functions-by-what-they-are-called-on", test_functions_by_receiver);
  g_test_add_func ("/expression/completion/values-and-types", test_values_and_types);
  g_test_add_func ("/expression/completion/signatures", test_signatures);
  g_test_add_func ("/expression/completion/nothing-to-complete", test_nothing_to_complete);
  g_test_add_func ("/expression/completion/any-cursor", test_any_cursor);
  g_test_add_func ("/expression/completion/large-samples", test_large_samples);
  return g_test_run ();
}
