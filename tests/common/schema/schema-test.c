/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/schema/schema.h"
#include "common/value/json.h"

/* Text with ' in place of ". */
static EnlaceValue *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return value;
}

static EnlaceSchema *
compile (const char *text)
{
  g_autoptr(EnlaceValue) value = parse (text);
  g_autoptr(GError) error = NULL;
  EnlaceSchema *schema = enlace_schema_new (value, &error);

  g_assert_no_error (error);

  return schema;
}

/* The faults as "POINTER DETAIL" in lines. */
static char *
find_faults (const char *schema_text,
             const char *value_text)
{
  g_autoptr(EnlaceSchema) schema = compile (schema_text);
  g_autoptr(EnlaceValue) value = parse (value_text);
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_schema_fault_free);
  g_autoptr(GString) text = g_string_new (NULL);
  gboolean fits = enlace_schema_validate (schema, value, faults);

  g_assert_true (fits == (faults->len == 0));
  g_assert_true (fits == enlace_schema_validate (schema, value, NULL));
  for (guint i = 0; i < faults->len; i++)
    {
      const EnlaceSchemaFault *fault = faults->pdata[i];

      g_string_append_printf (text, "%s%s %s", i > 0 ? "\n" : "", fault->pointer, fault->detail);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const struct
{
  const char *schema;
  const char *value;
  const char *faults;             /* NULL: it fits */
} cases[] = {
  { "true", "1", NULL },
  { "false", "1", " Nothing may stand here" },
  { "{}", "{'a':[1]}", NULL },
  { "{'unknownKeyword':7,'title':'x'}", "1", NULL },
  { "{'type':'string'}", "'a'", NULL },
  { "{'type':'string'}", "1", " This is a whole number where a text belongs" },
  { "{'type':['string','null']}", "null", NULL },
  { "{'type':['string','null']}", "true", " This is true or false where null or a text belongs" },
  { "{'type':'integer'}", "1.0", NULL },
  { "{'type':'integer'}", "1.5", " This is a number where a whole number belongs" },
  { "{'type':'number'}", "1", NULL },
  { "{'type':'array'}", "{}", " This is an object where a list belongs" },
  { "{'enum':[1,'a',null]}", "1.0", NULL },
  { "{'enum':[1,'a',null]}", "'b'", " This is none of: [1,\"a\",null]" },
  { "{'const':{'a':1}}", "{'a':1}", NULL },
  { "{'const':{'a':1}}", "{'a':2}", " This can only be {\"a\":1}" },
  { "{'minimum':2,'maximum':4}", "1", " This is below 2" },
  { "{'minimum':2,'maximum':4}", "4.5", " This is above 4" },
  { "{'exclusiveMinimum':2}", "2", " This is not above 2" },
  { "{'exclusiveMaximum':2}", "2", " This is not below 2" },
  { "{'maximum':9007199254740992}", "9007199254740993", " This is above 9007199254740992" },
  { "{'multipleOf':0.1}", "0.3", NULL },
  { "{'multipleOf':7}", "15", " This is no multiple of 7" },
  { "{'minLength':2}", "'é'", " This has fewer than 2 characters" },
  { "{'minLength':1}", "''", " This is empty" },
  { "{'maxLength':2}", "'éé'", NULL },
  { "{'maxLength':2}", "'ééé'", " This has more than 2 characters" },
  { "{'pattern':'^[a-z]+$'}", "'abc'", NULL },
  { "{'pattern':'b'}", "'abc'", NULL },
  { "{'pattern':'^[a-z]+$'}", "'Abc'", " This does not have the form that is wanted: ^[a-z]+$" },
  { "{'format':'date-time'}", "'2026-01-31T09:30:00+02:00'", NULL },
  { "{'format':'date-time'}", "'2026-02-30T09:30:00Z'", " This is no time such as 2026-01-31T09:30:00Z" },
  { "{'format':'date'}", "'2026-02-28'", NULL },
  { "{'format':'date'}", "'2026-02-29'", " This is no date such as 2026-01-31" },
  { "{'format':'time'}", "'09:30:00Z'", NULL },
  { "{'format':'uri'}", "'https://example.com/a'", NULL },
  { "{'format':'uri'}", "'/a'", " This is no address such as https://example.com/orders" },
  { "{'format':'uri-reference'}", "'/a?b=1'", NULL },
  { "{'format':'email'}", "'ann.o+x@mail.example.com'", NULL },
  { "{'format':'email'}", "'ann..o@example.com'", " This is no mail address" },
  { "{'format':'email'}", "'example.com'", " This is no mail address" },
  { "{'format':'email'}", "'a@-x.com'", " This is no mail address" },
  { "{'format':'uuid'}", "'0190f3a1-7b5c-7def-8000-0123456789ab'", NULL },
  { "{'format':'uuid'}", "'0190f3a1'", " This is no UUID" },
  { "{'format':'ipv4'}", "'10.0.0.1'", NULL },
  { "{'format':'ipv4'}", "'::1'", " This is no IPv4 address" },
  { "{'format':'colour'}", "'red'", NULL },
  { "{'format':'email'}", "7", NULL },
  { "{'required':['a','b/c']}", "{}", "/a “a” is missing\n/b~1c “b/c” is missing" },
  { "{'properties':{'a':{'properties':{'b':{'type':'integer'}}}}}", "{'a':{'b':'x'}}", "/a/b This is a text where a whole number belongs" },
  { "{'properties':{'a':{}},'additionalProperties':false}", "{'a':1,'z':1}", "/z “z” is not known in this place" },
  { "{'additionalProperties':{'type':'integer'}}", "{'a':1,'z':'x'}", "/z This is a text where a whole number belongs" },
  { "{'patternProperties':{'^x-':{'type':'integer'}},'additionalProperties':false}", "{'x-a':1}", NULL },
  { "{'patternProperties':{'^x-':{'type':'integer'}}}", "{'x-a':'b'}", "/x-a This is a text where a whole number belongs" },
  { "{'propertyNames':{'maxLength':2}}", "{'abc':1}", "/abc “abc” is no name that may stand here" },
  { "{'dependentRequired':{'a':['b']}}", "{'c':1}", NULL },
  { "{'dependentRequired':{'a':['b']}}", "{'a':1}", "/b “b” is missing" },
  { "{'minProperties':1,'maxProperties':2}", "{}", " This has fewer than 1 members" },
  { "{'maxProperties':1}", "{'a':1,'b':2}", " This has more than 1 members" },
  { "{'items':{'type':'integer'}}", "[1,'a',2,'b']", "/1 This is a text where a whole number belongs\n/3 This is a text where a whole number belongs" },
  { "{'prefixItems':[{'type':'integer'}],'items':{'type':'string'}}", "[1,'a']", NULL },
  { "{'prefixItems':[{'type':'integer'}],'items':false}", "[1,'a']", "/1 Nothing may stand here" },
  { "{'minItems':1}", "[]", " This list is empty" },
  { "{'maxItems':1}", "[1,2]", " This list has more than 1 elements" },
  { "{'uniqueItems':true}", "[1,{'a':1},2]", NULL },
  { "{'uniqueItems':true}", "[{'a':1,'b':2},1,{'b':2,'a':1}]", " An element is there twice: number 3" },
  { "{'contains':{'type':'string'}}", "[1,'a']", NULL },
  { "{'contains':{'type':'string'}}", "[1]", " Fewer than 1 elements have the form that is wanted" },
  { "{'contains':{'type':'string'},'maxContains':1}", "['a','b']", " More than 1 elements have a certain form" },
  { "{'allOf':[{'minimum':1},{'maximum':3}]}", "0", " This is below 1" },
  { "{'anyOf':[{'type':'string'},{'type':'null'}]}", "null", NULL },
  { "{'anyOf':[{'type':'string'},{'type':'null'}]}", "1", " This has none of the 2 forms that it may have" },
  { "{'oneOf':[{'type':'string'},{'required':['a'],'properties':{'a':{'type':'integer'}},'type':'object'}]}", "{'a':'x'}",
    "/a This is a text where a whole number belongs" },
  { "{'oneOf':[{'minimum':1},{'minimum':2}]}", "3", " This has 2 of the forms of which it may have one" },
  { "{'not':{'type':'string'}}", "'a'", " This has a form that it may not have" },
  { "{'if':{'required':['a']},'then':{'required':['b']},'else':{'required':['c']}}", "{'a':1}", "/b “b” is missing" },
  { "{'if':{'required':['a']},'then':{'required':['b']},'else':{'required':['c']}}", "{}", "/c “c” is missing" },
  { "{'$defs':{'n':{'type':'integer'}},'items':{'$ref':'#/$defs/n'}}", "['a']", "/0 This is a text where a whole number belongs" },
  { "{'$defs':{'a b':{'type':'integer'}},'$ref':'#/$defs/a%20b'}", "'a'", " This is a text where a whole number belongs" },
  { "{'type':'object','properties':{'next':{'$ref':'#'},'v':{'type':'integer'}}}", "{'next':{'next':{'v':'x'}}}",
    "/next/next/v This is a text where a whole number belongs" },
};

static void
test_keywords (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *faults = find_faults (cases[i].schema, cases[i].value);

      if (strcmp (faults, cases[i].faults != NULL ? cases[i].faults : "") != 0)
        g_error ("%s against %s gives “%s”", cases[i].value, cases[i].schema, faults);
    }
}

static void
test_malformed (void)
{
  static const struct { const char *schema; const char *message; } malformed[] = {
    { "7", ": A schema is an object, true or false" },
    { "{'type':'text'}", "/type: “type” is one or several of" },
    { "{'type':[]}", "/type: “type” names one type" },
    { "{'properties':{'a/b':{'minLength':-1}}}", "/properties/a~1b/minLength: “minLength” is a whole number" },
    { "{'properties':{'a':{'pattern':'('}}}", "/properties/a/pattern: This is no regular expression" },
    { "{'required':'a'}", "/required: “required” is a list of names" },
    { "{'anyOf':[]}", "/anyOf: “anyOf” is a list" },
    { "{'anyOf':[{},{'enum':1}]}", "/anyOf/1/enum: “enum” is a list" },
    { "{'$ref':'https://example.com/s'}", "/$ref: “$ref” is #" },
    { "{'$ref':'#/$defs/gone'}", "/$ref: There is nothing at" },
    { "{'$defs':{'x':{'minimum':'1'}},'items':{'$ref':'#/$defs/x'}}", "/$defs/x/minimum: “minimum” is a number" },
    { "{'$defs':{'x':{}},'allOf':[{'$ref':'#/$defs/x'},7]}", "/allOf/1: A schema is an object" },
    { "{'multipleOf':0}", "/multipleOf: “multipleOf” is above 0" },
    { "{'exclusiveMinimum':true}", "/exclusiveMinimum: “exclusiveMinimum” is a number" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr(EnlaceValue) value = parse (malformed[i].schema);
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceSchema) schema = enlace_schema_new (value, &error);

      g_assert_null (schema);
      g_assert_error (error, ENLACE_SCHEMA_ERROR, ENLACE_SCHEMA_ERROR_MALFORMED);
      if (!g_str_has_prefix (error->message, malformed[i].message))
        g_error ("%s gives “%s”", malformed[i].schema, error->message);
    }
}

static void
test_within (void)
{
  g_autoptr(EnlaceValue) root = parse ("{'components':{'schemas':{'id':{'type':'string','format':'uuid'}}},"
                                       "'paths':{'x':{'properties':{'id':{'$ref':'#/components/schemas/id'}}}}}");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSchema) schema = enlace_schema_new_within (root, enlace_json_pointer_get (root, "/paths/x"), &error);
  g_autoptr(EnlaceValue) good = parse ("{'id':'0190f3a1-7b5c-7def-8000-0123456789ab'}");
  g_autoptr(EnlaceValue) bad = parse ("{'id':'x'}");

  g_assert_no_error (error);
  g_assert_true (enlace_schema_validate (schema, good, NULL));
  g_assert_false (enlace_schema_validate (schema, bad, NULL));
}

static void
test_pattern_bomb (void)
{
  g_autofree char *letters = g_strnfill (200, 'a');
  g_autofree char *value = g_strconcat ("'", letters, "b'", NULL);
  g_autofree char *faults = find_faults ("{'pattern':'^(a+)+$'}", value);

  g_assert_cmpstr (faults, ==, " Checking this against the schema’s pattern takes too long");
}

/* Schemas that refer to themselves without going into the value. */
static void
test_reference_bomb (void)
{
  g_autofree char *loop = find_faults ("{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}}}", "1");
  g_autofree char *double_loop = find_faults ("{'allOf':[{'$ref':'#'},{'$ref':'#'}]}", "1");

  g_assert_nonnull (strstr (loop, "This is nested too deeply to be checked"));
  g_assert_nonnull (strstr (double_loop, "nested too deeply to be checked"));
}

/* Forms that are tried one after the other, each with forms in it. */
static void
test_choice_bomb (void)
{
  g_autoptr(GString) schema = g_string_new ("{'$defs':{");
  g_autofree char *faults = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (schema, "'d%u':{'oneOf':[{'$ref':'#/$defs/d%u'},{'$ref':'#/$defs/d%u'}]},", i, i + 1, i + 1);
  g_string_append (schema, "'d40':{'type':'string'}},'$ref':'#/$defs/d0'}");
  faults = find_faults (schema->str, "1");

  g_assert_nonnull (strstr (faults, "too large to be checked"));
}

/* The answer to `not` must not become yes because the question was not finished. */
static void
test_unfinished_not (void)
{
  g_autofree char *faults = find_faults ("{'not':{'allOf':[{'$ref':'#/not'},{'$ref':'#/not'}]}}", "1");

  g_assert_cmpstr (faults, !=, "");
}

static void
test_deep_value (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *faults = NULL;

  for (guint i = 0; i < 400; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 400; i++)
    g_string_append_c (text, ']');
  faults = find_faults ("{'items':{'$ref':'#'}}", text->str);

  g_assert_nonnull (strstr (faults, "nested too deeply"));
}

static void
test_many_faults (void)
{
  g_autoptr(EnlaceSchema) schema = compile ("{'items':{'type':'string'}}");
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_schema_fault_free);
  g_autoptr(EnlaceValue) list = NULL;

  for (guint i = 0; i < 10000; i++)
    enlace_list_builder_take (builder, enlace_value_new_int (i));
  list = enlace_list_builder_end (builder);

  g_assert_false (enlace_schema_validate (schema, list, faults));
  g_assert_cmpuint (faults->len, ==, ENLACE_SCHEMA_MAX_FAULTS);
}

static void
test_other_kinds (void)
{
  g_autoptr(EnlaceSchema) text = compile ("{'type':'string'}");
  g_autoptr(EnlaceValue) bytes = enlace_value_new_bytes ("ab", 2);
  g_autoptr(EnlaceValue) time = enlace_value_new_timestamp (0, 0);
  g_autoptr(EnlaceValue) none = enlace_value_new_optional (NULL);

  g_assert_true (enlace_schema_validate (text, bytes, NULL));
  g_assert_true (enlace_schema_validate (text, time, NULL));
  g_assert_false (enlace_schema_validate (text, none, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schema/knows-the-keywords", test_keywords);
  g_test_add_func ("/schema/refuses-what-is-no-schema", test_malformed);
  g_test_add_func ("/schema/refers-into-the-document-it-stands-in", test_within);
  g_test_add_func ("/schema/gives-up-on-a-pattern-that-never-ends", test_pattern_bomb);
  g_test_add_func ("/schema/gives-up-on-references-that-never-end", test_reference_bomb);
  g_test_add_func ("/schema/gives-up-on-forms-that-multiply", test_choice_bomb);
  g_test_add_func ("/schema/takes-an-unfinished-check-for-a-fault", test_unfinished_not);
  g_test_add_func ("/schema/gives-up-on-a-value-that-is-too-deep", test_deep_value);
  g_test_add_func ("/schema/bounds-the-list-of-faults", test_many_faults);
  g_test_add_func ("/schema/takes-other-kinds-for-what-they-are-in-json", test_other_kinds);

  return g_test_run ();
}
