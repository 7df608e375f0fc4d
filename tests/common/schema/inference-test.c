/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/schema/schema.h"
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

/* Samples are the elements of a list. */
static const struct
{
  const char *samples;
  const char *schema;
} cases[] = {
  { "[]", "{}" },
  { "[1,2]", "{'type':'integer'}" },
  { "[1,2.5]", "{'type':'number'}" },
  { "[null,'a']", "{'type':['null','string']}" },
  { "[true,1]", "{'type':['boolean','integer']}" },
  { "['2026-01-31T09:30:00Z','2026-02-01T00:00:00+01:00']", "{'type':'string','format':'date-time'}" },
  { "['2026-01-31T09:30:00Z','soon']", "{'type':'string'}" },
  { "['2026-01-31']", "{'type':'string','format':'date'}" },
  { "['ann@example.com',null]", "{'type':['null','string'],'format':'email'}" },
  { "['https://example.com/a','urn:x:y']", "{'type':'string','format':'uri'}" },
  { "['0190f3a1-7b5c-7def-8000-0123456789ab']", "{'type':'string','format':'uuid'}" },
  { "[{'a':1,'b':'x'},{'a':2.5}]",
    "{'type':'object','properties':{'a':{'type':'number'},'b':{'type':'string'}},'required':['a']}" },
  { "[{},{'a':1}]", "{'type':'object','properties':{'a':{'type':'integer'}}}" },
  { "[{'a':1},null]", "{'type':['null','object'],'properties':{'a':{'type':'integer'}},'required':['a']}" },
  { "[[],[1],['a']]", "{'type':'array','items':{'type':['integer','string']}}" },
  { "[[]]", "{'type':'array'}" },
  { "[{'lines':[{'sku':'a','n':1},{'sku':'b'}]}]",
    "{'type':'object','properties':{'lines':{'type':'array','items':{'type':'object','properties':{'sku':{'type':'string'},"
    "'n':{'type':'integer'}},'required':['sku']}}},'required':['lines']}" },
};

static void
test_samples (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceSchemaInference) inference = enlace_schema_inference_new ();
      g_autoptr(EnlaceValue) samples = parse (cases[i].samples);
      g_autoptr(EnlaceValue) expected = parse (cases[i].schema);
      g_autoptr(EnlaceValue) schema = NULL;
      g_autofree char *text = NULL;

      for (gsize j = 0; j < enlace_value_get_length (samples); j++)
        enlace_schema_inference_add (inference, enlace_value_get_element (samples, j));

      schema = enlace_schema_inference_end (inference);
      text = enlace_json_format (schema, ENLACE_JSON_COMPACT, NULL, NULL);
      if (!enlace_value_equal (schema, expected))
        g_error ("%s gives %s", cases[i].samples, text);
    }
}

static EnlaceValue *make_value (GRand *random, guint depth);

static EnlaceValue *
make_parts (GRand    *random,
            guint     depth,
            gboolean  is_map)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  for (int i = g_rand_int_range (random, 0, 5); i > 0; i--)
    {
      char name[] = { (char) ('a' + g_rand_int_range (random, 0, 4)), '\0' };

      if (is_map)
        enlace_map_builder_take (map, name, make_value (random, depth + 1));
      else
        enlace_list_builder_take (list, make_value (random, depth + 1));
    }

  return is_map ? enlace_map_builder_end (map) : enlace_list_builder_end (list);
}

static EnlaceValue *
make_value (GRand *random,
            guint  depth)
{
  static const char *const texts[] = { "", "a", "2026-01-31", "2026-01-31T09:30:00Z", "ann@example.com", "https://example.com" };

  switch (g_rand_int_range (random, 0, depth < 5 ? 7 : 5))
    {
    case 0: return enlace_value_new_null ();
    case 1: return enlace_value_new_bool (g_rand_boolean (random));
    case 2: return enlace_value_new_int (g_rand_int_range (random, -9, 9));
    case 3: return enlace_value_new_double (g_rand_double (random));
    case 4: return enlace_value_new_string (texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
    case 5: return make_parts (random, depth, FALSE);
    default: return make_parts (random, depth, TRUE);
    }
}

/* Whatever samples there are, each fits the schema that they make. */
static void
test_fits_its_samples (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) random = g_rand_new_with_seed (seed);

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr(EnlaceSchemaInference) inference = enlace_schema_inference_new ();
      g_autoptr(GPtrArray) samples = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);
      g_autoptr(EnlaceValue) value = NULL;
      g_autoptr(EnlaceSchema) schema = NULL;
      g_autoptr(GError) error = NULL;

      for (int i = g_rand_int_range (random, 1, 6); i > 0; i--)
        {
          g_ptr_array_add (samples, make_value (random, 0));
          enlace_schema_inference_add (inference, samples->pdata[samples->len - 1]);
        }

      value = enlace_schema_inference_end (inference);
      schema = enlace_schema_new (value, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < samples->len; i++)
        if (!enlace_schema_validate (schema, samples->pdata[i], NULL))
          g_error ("A sample of round %u with seed %u does not fit its schema", round, seed);
    }
}

static void
test_bounds (void)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) wide = NULL;
  g_autoptr(EnlaceValue) schema = NULL;
  g_autoptr(EnlaceValue) deep = enlace_value_new_int (1);
  g_autoptr(EnlaceValue) deep_schema = NULL;
  EnlaceValue *at;
  guint depth = 0;

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);

      enlace_map_builder_add_int (builder, name, i);
    }
  wide = enlace_map_builder_end (builder);
  schema = enlace_schema_infer (wide);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (schema, "properties")), ==, ENLACE_SCHEMA_INFERENCE_MAX_PROPERTIES);

  for (guint i = 0; i < 300; i++)
    {
      g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

      enlace_list_builder_add (list, deep);
      enlace_value_unref (deep);
      deep = enlace_list_builder_end (list);
    }
  deep_schema = enlace_schema_infer (deep);
  for (at = deep_schema; at != NULL; at = enlace_value_get_member (at, "items"))
    depth++;
  g_assert_cmpuint (depth, ==, ENLACE_SCHEMA_INFERENCE_MAX_DEPTH + 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schema-inference/unites-samples", test_samples);
  g_test_add_func ("/schema-inference/fits-its-samples", test_fits_its_samples);
  g_test_add_func ("/schema-inference/bounds-its-size", test_bounds);

  return g_test_run ();
}
