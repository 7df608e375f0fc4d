/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <locale.h>
#include <stdarg.h>
#include <string.h>

#include "common/expression/typecheck.h"
#include "common/value/json.h"

static EnlaceValue *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return value;
}

/* Names by the members of a map type. */
typedef struct {
  EnlaceTypeScope scope;
  EnlaceType *names;
} TestScope;

/* One of many cases failed: the others are tried too. */
static void G_GNUC_PRINTF (1, 2)
fail (const char *format,
      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s", text);
  g_test_fail ();
}

static EnlaceType *
lookup (const EnlaceTypeScope *scope,
        const char            *name)
{
  const EnlaceTypeField *field = enlace_type_find_field (((const TestScope *) scope)->names, name);

  return field != NULL ? enlace_type_ref (field->type) : NULL;
}

static void
note_cb (EnlaceFindingLevel  level,
         const char         *detail,
         guint               start,
         guint               end,
         gpointer            data)
{
  GString *text = data;

  g_assert_cmpuint (start, <=, end);
  g_string_append_printf (text, "%s%s%s", text->len > 0 ? "\n" : "", level == ENLACE_FINDING_WARNING ? "warning: " : "", detail);
}

static EnlaceType *
infer (const char *text,
       EnlaceType *names,
       GString    *findings)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, &error);
  TestScope scope = { { lookup, NULL }, names };

  g_assert_no_error (error);

  return enlace_expression_infer (expression, names != NULL ? &scope.scope : NULL, findings != NULL ? note_cb : NULL, findings);
}

/* Whether the type allows the value: what inference must never be wrong about. */
static gboolean
admits (const EnlaceType *type,
        EnlaceValue      *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (!(enlace_type_get_kinds (type) & ENLACE_KIND_MASK (kind)))
    return FALSE;
  if (kind == ENLACE_KIND_OPTIONAL && enlace_value_get_optional (value) != NULL && enlace_type_get_held (type) != NULL)
    return admits (enlace_type_get_held (type), enlace_value_get_optional (value));

  for (gsize i = 0; kind == ENLACE_KIND_LIST && enlace_type_get_element (type) != NULL && i < enlace_value_get_length (value); i++)
    if (!admits (enlace_type_get_element (type), enlace_value_get_element (value, i)))
      return FALSE;

  for (gsize i = 0; kind == ENLACE_KIND_MAP && i < enlace_value_get_length (value); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      const EnlaceTypeField *field = name != NULL ? enlace_type_find_field (type, name) : NULL;
      EnlaceType *member = field != NULL ? field->type : enlace_type_get_others (type);

      if (field == NULL && enlace_type_get_rest (type) == ENLACE_TYPE_CLOSED)
        return FALSE;
      if (member != NULL && !admits (member, enlace_value_get_member_value (value, i)))
        return FALSE;
    }

  return TRUE;
}

/* `json` is a value of JSON with this schema; `wire` is anything from JSON. */
#define SCHEMA \
  "{'type':'object','properties':{" \
  "'id':{'type':'string'},'amount':{'type':'number'},'paid':{'type':'boolean'},'note':{'type':['string','null']}," \
  "'lines':{'type':'array','items':{'type':'object','properties':{'sku':{'type':'string'},'n':{'type':'integer'}}," \
  "'additionalProperties':false}},'open':{'type':'object','properties':{'a':{'type':'string'}}}," \
  "'counts':{'type':'object','additionalProperties':{'type':'integer'}},'what':{}}," \
  "'required':['id'],'additionalProperties':false}"

static EnlaceType *
make_names (void)
{
  EnlaceType *names = enlace_type_new_map (ENLACE_TYPE_OPEN, NULL);
  g_autoptr(EnlaceValue) schema = parse (SCHEMA);
  g_autoptr(EnlaceValue) sample = parse ("{'type':'object','properties':{'total':{'type':'number'}}}");
  g_autoptr(EnlaceType) json = enlace_type_new_for_schema (schema, NULL, FALSE);
  g_autoptr(EnlaceType) sampled = enlace_type_new_for_schema (sample, NULL, TRUE);
  g_autoptr(EnlaceType) wire = enlace_type_new_any (TRUE);
  g_autoptr(EnlaceType) now = enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_TIMESTAMP));

  enlace_type_add_field (names, "json", json, TRUE);
  enlace_type_add_field (names, "sampled", sampled, TRUE);
  enlace_type_add_field (names, "wire", wire, TRUE);
  enlace_type_add_field (names, "now", now, TRUE);

  return names;
}

#define CUTS "warning: A number from JSON may be whole, and “/” cuts off the fraction of two whole numbers; divide(a, b) does not"

static const struct
{
  const char *expression;
  const char *type;
  const char *findings;
} cases[] = {
  { "json.id", "a text", "" },
  { "json.amount * 2", "an int or a double", "" },
  { "json.note", "null or a text", "" },
  { "json.idd", "anything", "“json” has no member “idd”; did you mean “id”?" },
  { "json.lines[0].skuu", "anything", "“json.lines[0]” has no member “skuu”; did you mean “sku”?" },
  { "json['idd']", "anything", "“json” has no member “idd”; did you mean “id”?" },
  { "json.open.b.c", "anything", "" },
  { "json.counts.x", "a number", "" },
  { "json.what.ever[0]", "anything", "" },
  { "wire.a.b[0].c", "anything", "" },
  { "sampled.totl", "anything", "warning: “sampled” has no member “totl” in the sample; did you mean “total”?" },
  { "has(json.idd)", "a bool", "warning: “json” never has a member “idd”; did you mean “id”?" },
  { "has(json.idd) ? json.idd : 1", "anything", "warning: “json” never has a member “idd”; did you mean “id”?\n"
                                               "warning: “json” never has a member “idd”; did you mean “id”?" },
  { "json.paid || size(json.id) / 0 > 1", "a bool", "" },
  { "json.?idd.orValue(1)", "anything", "warning: “json” never has a member “idd”; did you mean “id”?" },
  { "json.?note.orValue('')", "null or a text", "" },
  { "json.id.x", "anything", "“json.id” is a text, which has no member “x”" },
  { "json.id[0]", "anything", "“json.id” is a text, which has no elements" },
  { "json.lines['a']", "anything", "The index of a list is a whole number from 0 up, but this is a text" },
  { "json.lines[-1]", "anything", "The index of a list is a whole number from 0 up, but this is negative" },
  { "json.lines[0].n + 1", "an int or a double", "" },
  { "json.id + 1", "anything", "“+” does not take a text and an int" },
  { "json.id + string(json.amount)", "a text", "" },
  { "json.note + 'x'", "a text", "" },
  { "json.id > 100", "anything", "“>” does not take a text and an int" },
  { "json.amount > 100", "a bool", "" },
  { "wire.amount > 100", "a bool", "" },
  { "json.amount / 100", "an int or a double", CUTS },
  { "wire.amount / 100", "an int or a double", CUTS },
  { "json.amount / 100.0", "a double", "" },
  { "divide(json.amount, 100)", "a double", "" },
  { "double(json.amount) / 100", "a double", "" },
  { "7 / 2", "an int", "" },
  { "math.round(wire.x)", "a double",
    "warning: A number from JSON may be whole or not, which “math.round” tells apart; double(x) makes it the one for certain" },
  { "math.round(double(wire.x))", "a double", "" },
  { "json.lines.map(l, l.n)", "a list", "" },
  { "json.lines.map(l, l.m)", "a list", "“l” has no member “m”; did you mean “n”?" },
  { "json.lines.filter(l, l.n)", "a list", "The condition is a bool, but this is a number" },
  { "json.lines.filter(l, l.sku)", "a list", "The condition is a bool, but this is a text" },
  { "json.lines.exists(i, l, l.n > i)", "a bool", "" },
  { "json.id.map(c, c)", "anything", "This goes through a list or a map, but here is a text" },
  { "json.counts.map(k, json.counts[k])", "a list", "" },
  { "json.paid ? 1 : 'a'", "an int or a text", "" },
  { "json.id ? 1 : 2", "an int", "What stands before “?” is a bool, but this is a text" },
  { "json.paid && json.id", "a bool", "Each side of “&&” is a bool, but this is a text" },
  { "!json.amount", "a bool", "What “!” turns round is a bool, but this is a number" },
  { "-json.id", "anything", "“-” takes a number, but this is a text" },
  { "json.amount.startsWith('a')", "anything", "“startsWith” is not called on a number" },
  { "json.id.startsWith(1)", "anything", "“startsWith” does not take an int in this place" },
  { "size(json.paid)", "anything", "“size” does not take a bool in this place" },
  { "json.id == 1", "a bool", "warning: This compares a text with an int, which are never equal" },
  { "json.note == null", "a bool", "" },
  { "now - timestamp(json.id)", "a duration", "" },
  { "now + json.id", "anything", "“+” does not take a timestamp and a text" },
  { "now.getHours('Europe/Madrid')", "an int", "" },
  { "json.amount / 0", "an int or a double", CUTS },
  { "size(json.id) / 0", "anything", "This divides by zero" },
  { "int('x')", "an int", "This always fails: " },
  { "[1, 2][5]", "an int", "This always fails: " },
  { "{'a': 1}.b", "anything", "“{'a': 1}” has no member “b”; did you mean “a”?" },
  { "{'a': json.id}.a", "a text", "" },
  { "cel.bind(x, json.id, x + x)", "a text", "" },
  { "cel.bind(x, json.id, x + 1)", "anything", "“+” does not take a text and an int" },
  { "[json.id, ''].first().orValue('x')", "a text", "" },
  { "json.lines.first().sku", "an optional", "" },
  { "optional.of(1).optMap(x, x + 1).value()", "an int", "" },
  { "json.id in [1, 2]", "a bool", "" },
  { "json.id in 'abc'", "anything", "“in” does not take a text and a text" },
  { "unknown.name", "anything", "" },
};

static void
test_findings (void)
{
  g_autoptr(EnlaceType) names = make_names ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) findings = g_string_new (NULL);
      g_autoptr(EnlaceType) type = infer (cases[i].expression, names, findings);
      g_autofree char *words = enlace_type_describe (type);
      gboolean fits = g_str_has_suffix (cases[i].findings, ": ") ? g_str_has_prefix (findings->str, cases[i].findings)
                                                                 : strcmp (findings->str, cases[i].findings) == 0;

      if (!fits || strcmp (words, cases[i].type) != 0)
        fail ("%s is %s with “%s”, not %s with “%s”", cases[i].expression, words, findings->str, cases[i].type, cases[i].findings);
    }
}

static EnlaceValue *
load_cases (const char *name)
{
  const char *data = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autofree char *path = g_build_filename (data != NULL ? data : "../shared", "cel-conformance", file, NULL);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (path, &text, &length, NULL) ? enlace_json_parse (text, length, NULL) : NULL;
}

/* What the conformance cases say succeeds is not said to fail, and gives what was inferred. */
static void
try_case (EnlaceValue *test)
{
  const char *text = enlace_value_get_member_string (test, "expr", "");
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, NULL);
  gboolean bound = enlace_value_get_member (test, "bindings") != NULL || enlace_value_get_member (test, "container") != NULL;
  g_autoptr(GString) findings = g_string_new (NULL);
  g_auto(GStrv) lines = NULL;
  g_autoptr(EnlaceType) type = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  if (expression == NULL || enlace_value_get_member (test, "value") == NULL || enlace_value_get_member (test, "disable_check") != NULL)
    return;

  type = enlace_expression_infer (expression, NULL, note_cb, findings);
  lines = g_strsplit (findings->str, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (!g_str_has_prefix (lines[i], "warning: "))
      fail ("%s is said to fail: %s", text, lines[i]);

  value = bound ? NULL : enlace_expression_evaluate (expression, NULL, NULL, NULL);
  if (value != NULL && !admits (type, value))
    {
      g_autofree char *words = enlace_type_describe (type);

      fail ("%s is not %s", text, words);
    }
}

static void
test_conformance (void)
{
  static const char *const files[] = {
    "basic", "bindings_ext", "conversions", "encoders_ext", "fields", "fp_math", "integer_math", "lists", "logic",
    "macros", "math_ext", "namespace", "optionals", "parse", "plumbing", "string", "string_ext", "timestamps",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr(EnlaceValue) file = load_cases (files[i]);
      EnlaceValue *tests;

      if (file == NULL)
        {
          g_test_skip ("the conformance cases are not there");
          return;
        }
      tests = enlace_value_get_member (file, "tests");
      for (gsize j = 0; j < enlace_value_get_length (tests); j++)
        try_case (enlace_value_get_element (tests, j));
    }
}

/* Values of every kind, by the name that an expression reads them by. */
static EnlaceValue *
make_samples (void)
{
  static const char *const texts[] = {
    "null", "true", "0", "2", "-1", "3u", "1.5", "2.0", "''", "'a'", "'12'", "'1.5'", "'true'", "'2026-01-31T09:30:00Z'", "'3s'", "b'ab'", "'aGk='",
    "[]", "[1, 2]", "['b', 'a']", "[[1], [2]]", "{'a': 1}", "{1: 'x'}", "{}", "timestamp('2026-01-31T09:30:00Z')", "duration('90s')", "int",
    "optional.none()", "optional.of('x')", "'UTC'",
  };
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceExpression) expression = enlace_expression_compile (texts[i], -1, &error);
      g_autofree char *name = g_strdup_printf ("v%" G_GSIZE_FORMAT, i);
      EnlaceValue *value = enlace_expression_evaluate (expression, NULL, NULL, &error);

      g_assert_no_error (error);
      enlace_map_builder_take (builder, name, value);
    }

  return enlace_map_builder_end (builder);
}

static EnlaceType *
types_of (EnlaceValue *samples)
{
  EnlaceType *names = enlace_type_new_map (ENLACE_TYPE_OPEN, NULL);

  for (gsize i = 0; i < enlace_value_get_length (samples); i++)
    {
      g_autoptr(EnlaceType) type = enlace_type_new_for_value (enlace_value_get_member_value (samples, i));

      enlace_type_add_field (names, enlace_value_get_string (enlace_value_get_key (samples, i)), type, TRUE);
    }

  return names;
}

/* What succeeds must not be said to fail, and must be what was inferred. */
static void
try_expression (const char  *text,
                EnlaceValue *samples,
                EnlaceType  *names)
{
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, NULL);
  g_autoptr(GString) findings = g_string_new (NULL);
  g_autoptr(EnlaceType) type = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *words = NULL;
  TestScope types = { { lookup, NULL }, names };
  EnlaceMapScope scope;

  if (expression == NULL)
    return;

  enlace_map_scope_init (&scope, samples);
  type = enlace_expression_infer (expression, &types.scope, note_cb, findings);
  value = enlace_expression_evaluate (expression, &scope.scope, NULL, NULL);
  if (value == NULL)
    return;
  words = enlace_type_describe (type);
  if (!admits (type, value) || (findings->len > 0 && !g_str_has_prefix (findings->str, "warning: ")))
    fail ("%s succeeds, though it should be %s, with “%s”", text, words, findings->str);
}

static void
try_form (const char  *form,
          EnlaceValue *samples,
          EnlaceType  *names)
{
  gsize n = enlace_value_get_length (samples);
  gsize second = strchr (form, 'B') != NULL ? n : 1;
  gsize third = strchr (form, 'C') != NULL ? n : 1;

  for (gsize i = 0; i < n * second * third; i++)
    {
      g_autoptr(GString) text = g_string_new (form);
      g_autofree char *a = g_strdup_printf ("v%" G_GSIZE_FORMAT, i % n);
      g_autofree char *b = g_strdup_printf ("v%" G_GSIZE_FORMAT, i / n % second);
      g_autofree char *c = g_strdup_printf ("v%" G_GSIZE_FORMAT, i / n / second);

      g_string_replace (text, "A", a, 0);
      g_string_replace (text, "B", b, 0);
      g_string_replace (text, "C", c, 0);
      try_expression (text->str, samples, names);
    }
}

/* Not && and ||, which take what is no bool where the other side decides: the checker does not, as CEL's own does not. */
static const char *const forms[] = {
  "A + B", "A - B", "A * B", "A / B", "A % B", "A == B", "A != B", "A < B", "A <= B", "A > B", "A >= B", "A in B", "!A", "-A",
  "A[B]", "A.a", "A[?B]", "A.?a", "has(A.a)", "A ? B : C", "[A, B]", "{'x': A}.x", "A.map(x, x)", "A.filter(x, true)", "A.exists(x, x == B)",
  "A.map(x, [x])", "A.transformMap(k, v, v)", "A.transformList(k, v, k)", "A.sortBy(x, x)", "A.optMap(x, [x])", "A.optFlatMap(x, B)",
  "cel.bind(x, A, [x, B])", "bool(A)", "bytes(A)", "double(A)", "duration(A)", "dyn(A)", "int(A)", "string(A)", "timestamp(A)", "type(A)", "uint(A)",
  "base64.decode(A)", "base64.encode(A)", "ceil(A)", "floor(A)", "round(A)", "round(A, B)", "divide(A, B)", "size(A)", "A.size()", "A.contains(B)",
  "A.startsWith(B)", "A.endsWith(B)", "A.matches(B)", "A.charAt(B)", "A.format(B)", "A.indexOf(B)", "A.indexOf(B, C)", "A.lastIndexOf(B)", "A.join()",
  "A.join(B)", "A.lowerAscii()", "A.upperAscii()", "A.replace(B, C)", "A.reverse()", "A.split(B)", "A.split(B, C)", "strings.quote(A)",
  "A.substring(B)", "A.substring(B, C)", "A.trim()", "A.distinct()", "A.first()", "A.last()", "A.flatten()", "A.flatten(B)", "lists.range(A)",
  "A.slice(B, C)", "A.sort()", "math.abs(A)", "math.bitAnd(A, B)", "math.bitNot(A)", "math.bitOr(A, B)", "math.bitXor(A, B)", "math.bitShiftLeft(A, B)",
  "math.bitShiftRight(A, B)", "math.ceil(A)", "math.floor(A)", "math.round(A)", "math.trunc(A)", "math.isNaN(A)", "math.isInf(A)", "math.isFinite(A)",
  "math.sign(A)", "math.sqrt(A)", "math.greatest(A, B)", "math.least(A)", "A.hasValue()", "A.value()", "A.or(B)", "A.orValue(B)", "optional.of(A)",
  "optional.ofNonZeroValue(A)", "A.getDate()", "A.getDate(B)", "A.getDayOfMonth()", "A.getDayOfWeek()", "A.getDayOfYear()", "A.getFullYear()",
  "A.getHours()", "A.getHours(B)", "A.getMilliseconds()", "A.getMinutes()", "A.getMonth()", "A.getSeconds()",
};

static void
test_soundness (void)
{
  g_autoptr(EnlaceValue) samples = make_samples ();
  g_autoptr(EnlaceType) names = types_of (samples);

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    try_form (forms[i], samples, names);
}

static void
test_schemas (void)
{
  static const struct { const char *schema; const char *type; } schemas[] = {
    { "true", "anything" },
    { "{}", "anything" },
    { "{'type':'integer'}", "a number" },
    { "{'type':['string','null']}", "null or a text" },
    { "{'type':'string','nullable':true}", "null or a text" },
    { "{'enum':['a',1]}", "a number or a text" },
    { "{'const':true}", "a bool" },
    { "{'anyOf':[{'type':'string'},{'type':'array'}]}", "a text or a list" },
    { "{'oneOf':[{'type':'string'},{'description':'whatever'}]}", "anything" },
    { "{'allOf':[{'type':['string','null']},{'type':'string'}]}", "a text" },
    { "{'$ref':'#/$defs/a','$defs':{'a':{'type':'boolean'}}}", "a bool" },
    { "{'$ref':'https://example.com/x'}", "anything" },
    { "{'$ref':'#'}", "anything" },
    { "{'type':7}", "anything" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (schemas); i++)
    {
      g_autoptr(EnlaceValue) schema = parse (schemas[i].schema);
      g_autoptr(EnlaceType) type = enlace_type_new_for_schema (schema, NULL, FALSE);
      g_autofree char *words = enlace_type_describe (type);

      if (strcmp (words, schemas[i].type) != 0)
        g_error ("%s is %s, not %s", schemas[i].schema, words, schemas[i].type);
    }
}

/* A schema that unfolds without end, or into far more than it is itself, is cut short. */
static void
test_schema_bomb (void)
{
  g_autoptr(GString) text = g_string_new ("{'$defs':{");
  g_autoptr(EnlaceValue) schema = NULL;
  g_autoptr(EnlaceType) type = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (text, "'d%u':{'type':'object','properties':{'a':{'$ref':'#/$defs/d%u'},'b':{'$ref':'#/$defs/d%u'}}},", i, i + 1, i + 1);
  g_string_append (text, "'d40':{'$ref':'#/$defs/d0'}},'$ref':'#/$defs/d0'}");
  schema = parse (text->str);
  type = enlace_type_new_for_schema (schema, NULL, FALSE);

  g_assert_cmpuint (enlace_type_get_kinds (type), ==, ENLACE_KIND_MASK (ENLACE_KIND_MAP));
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/typecheck/finds-what-cannot-succeed", test_findings);
  g_test_add_func ("/typecheck/allows-what-the-conformance-cases-do", test_conformance);
  g_test_add_func ("/typecheck/allows-whatever-succeeds", test_soundness);
  g_test_add_func ("/typecheck/reads-schemas", test_schemas);
  g_test_add_func ("/typecheck/bounds-what-a-schema-unfolds-to", test_schema_bomb);

  return g_test_run ();
}
