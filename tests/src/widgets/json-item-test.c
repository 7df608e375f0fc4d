/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/widgets/json-item.h"

#include "common/value/json.h"

static EnlaceJsonItem *
new_item (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, &error);

  g_assert_no_error (error);

  return enlace_json_item_new (NULL, value);
}

static void
assert_description (const char *json,
                    const char *expected)
{
  EnlaceJsonItem *item = new_item (json);
  g_autofree char *description = enlace_json_item_describe (item);

  g_assert_cmpstr (description, ==, expected);
  g_assert_finalize_object (item);
}

static void
test_describes_values (void)
{
  assert_description ("null", "null");
  assert_description ("true", "true");
  assert_description ("12", "12");
  assert_description ("18446744073709551615", "18446744073709551615");
  assert_description ("\"a \\\"b\\\"\\n\"", "\"a \\\"b\\\"\\n\"");
  assert_description ("[]", "[ ]");
  assert_description ("{}", "{ }");
  assert_description ("[1,2]", "2 elements");
  assert_description ("{\"a\":1}", "1 field");
}

static void
test_shortens_between_characters (void)
{
  g_autoptr(GString) json = g_string_new ("\"");
  EnlaceJsonItem *item;
  g_autofree char *description = NULL;

  for (int i = 0; i < 5000; i++)
    g_string_append (json, "ñ");
  g_string_append_c (json, '"');
  item = new_item (json->str);
  description = enlace_json_item_describe (item);

  g_assert_true (g_utf8_validate (description, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (description, -1), ==, 401);
  g_assert_true (g_str_has_suffix (description, "…"));
  g_assert_finalize_object (item);
}

static void
test_lists_what_is_in_it (void)
{
  EnlaceJsonItem *item = new_item ("{\"z\":[10,{}],\"a\":\"x\"}");
  g_autoptr(GListModel) members = enlace_json_item_list_children (item);
  g_autoptr(EnlaceJsonItem) first = g_list_model_get_item (members, 0);
  g_autoptr(EnlaceJsonItem) second = g_list_model_get_item (members, 1);
  g_autoptr(GListModel) elements = enlace_json_item_list_children (first);
  g_autoptr(EnlaceJsonItem) element = g_list_model_get_item (elements, 0);
  g_autoptr(EnlaceJsonItem) empty = g_list_model_get_item (elements, 1);

  g_assert_cmpuint (g_list_model_get_n_items (members), ==, 2);
  g_assert_cmpstr (enlace_json_item_get_name (first), ==, "z");
  g_assert_cmpstr (enlace_json_item_get_name (second), ==, "a");
  g_assert_cmpstr (enlace_json_item_get_name (element), ==, "0");
  g_assert_cmpint (enlace_value_get_int (enlace_json_item_get_value (element)), ==, 10);
  g_assert_null (enlace_json_item_list_children (second));
  g_assert_null (enlace_json_item_list_children (empty));
  g_assert_finalize_object (item);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/widgets/json-item/describes-values", test_describes_values);
  g_test_add_func ("/widgets/json-item/shortens-between-characters", test_shortens_between_characters);
  g_test_add_func ("/widgets/json-item/lists-what-is-in-it", test_lists_what_is_in_it);

  return g_test_run ();
}
