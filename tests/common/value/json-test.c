/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "common/value/json.h"
#include "common/value/utf8.h"

static EnlaceValue *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (text, -1, &error);

  g_assert_no_error (error);

  return value;
}

static char *
format (const EnlaceValue *value,
        EnlaceJsonFlags    flags)
{
  g_autoptr(GError) error = NULL;
  char *text = enlace_json_format (value, flags, NULL, &error);

  g_assert_no_error (error);

  return text;
}

static void
assert_refused (const char      *text,
                gssize           length,
                EnlaceJsonError  code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_json_parse (text, length, &error));
  g_assert_error (error, ENLACE_JSON_ERROR, (int) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
assert_formats (EnlaceValue *value,
                const char  *expected)
{
  g_autofree char *text = format (value, ENLACE_JSON_COMPACT);

  g_assert_cmpstr (text, ==, expected);
  enlace_value_unref (value);
}

/* Texts that are written back to the letter. */
static void
test_comes_back_verbatim (void)
{
  static const char *const texts[] = {
    "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "-9223372036854775809", "123456789012345678901234567890",
    "0.1", "-0.0", "1.5", "5.0", "5e-324", "1.7976931348623157e308", "156.695", "0.30000000000000004",
    "\"\"", "\"a\\u0000b\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001f\"", "\"\x7f\"", "\"é€😀\"", "[]", "{}", "[[],{}]",
    "{\"z\":1,\"a\":2,\"\":3}", "[1,2.0,\"3\",null,[true]]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_formats (parse (texts[i]), texts[i]);
}

static void
test_numbers_have_their_kind (void)
{
  static const struct { const char *text; EnlaceKind kind; } numbers[] = {
    { "0", ENLACE_KIND_INT },
    { "-0", ENLACE_KIND_INT },
    { "9223372036854775807", ENLACE_KIND_INT },
    { "-9223372036854775808", ENLACE_KIND_INT },
    { "9223372036854775808", ENLACE_KIND_UINT },
    { "18446744073709551615", ENLACE_KIND_UINT },
    { "18446744073709551616", ENLACE_KIND_DOUBLE },
    { "1.0", ENLACE_KIND_DOUBLE },
    { "1e2", ENLACE_KIND_DOUBLE },
    { "1E+2", ENLACE_KIND_DOUBLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr(EnlaceValue) value = parse (numbers[i].text);

      g_assert_cmpint (enlace_value_get_kind (value), ==, numbers[i].kind);
    }
}

static void
test_malformed_is_refused (void)
{
  static const char *const texts[] = {
    "", " ", "nul", "NULL", "True", "01", "+1", ".5", "1.", "1e", "-", "0x10", "NaN", "Infinity", "-Infinity",
    "'a'", "\"", "\"\\x\"", "\"\\u12\"", "\"a\nb\"", "\"\t\"", "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}", "{\"a\"}",
    "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}", "1 2", "// x\n1", "/* x */1", "[1]]", "\xef\xbb\xbf" "1", "tru", "\"a\"\"b\"",
    "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], -1, ENLACE_JSON_ERROR_SYNTAX);

  assert_refused ("1\0002", 3, ENLACE_JSON_ERROR_SYNTAX);
  assert_refused ("\"a\0b\"", 5, ENLACE_JSON_ERROR_SYNTAX);
}

static void
test_text_that_is_not_utf8_is_refused (void)
{
  static const char *const texts[] = {
    "\"\xff\"", "\"\x80\"", "\"\xc0\xaf\"", "\"\xe0\x80\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xc3\"",
    "\"\xe2\x82\"", "{\"\xff\":1}", "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      assert_refused (texts[i], -1, ENLACE_JSON_ERROR_SYNTAX);
      g_assert_false (enlace_utf8_validate (texts[i], strlen (texts[i])));
    }
}

static void
test_utf8_agrees_with_glib (void)
{
  for (guint32 bits = 0; bits < 0x1000000; bits += 7)
    {
      char text[12] = "0123456789";

      memcpy (text + 7, &bits, 3);
      if (memchr (text, 0, 10) == NULL)
        g_assert_true (enlace_utf8_validate (text, 10) == g_utf8_validate (text, 10, NULL));
    }

  g_assert_true (enlace_utf8_validate ("a\0b", 3));
  g_assert_true (enlace_utf8_validate ("12345678\xf0\x9f\x98\x80", 12));
}

static void
test_duplicates_are_refused (void)
{
  g_autoptr(GString) wide = g_string_new ("{");
  g_autoptr(GString) name = g_string_new (NULL);
  g_autoptr(GString) long_names = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  assert_refused ("{\"a\":1,\"a\":1}", -1, ENLACE_JSON_ERROR_DUPLICATE);
  assert_refused ("[{\"x\":{\"a\":1,\"b\":2,\"\\u0061\":3}}]", -1, ENLACE_JSON_ERROR_DUPLICATE);

  /* A long name is cut in the message, but not inside a character. */
  for (int i = 0; i < 100; i++)
    g_string_append (name, "€");
  g_string_printf (long_names, "{\"%s\":1,\"%s\":2}", name->str, name->str);
  assert_refused (long_names->str, -1, ENLACE_JSON_ERROR_DUPLICATE);

  for (int i = 0; i < 1000; i++)
    g_string_append_printf (wide, "\"m%d\":%d,", i, i);
  g_string_append (wide, "\"m500\":0}");

  g_assert_null (enlace_json_parse (wide->str, wide->len, &error));
  g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DUPLICATE);
  g_assert_nonnull (strstr (error->message, "m500"));
}

static char *
nest (gsize    depth,
      gboolean closed)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < depth; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"a\":");
  if (closed)
    g_string_append (text, "1");
  for (gsize i = depth; closed && i > 0; i--)
    g_string_append (text, i % 2 == 1 ? "]" : "}");

  return g_string_free_and_steal (text);
}

static void
test_depth_is_limited (void)
{
  static const gsize depths[] = { 513, 10000, 300000 };
  g_autofree char *deepest = nest (512, TRUE);
  g_autofree char *brackets_in_text = g_strdup_printf ("\"%s\\\"%s\" x", deepest, deepest);

  assert_formats (parse (deepest), deepest);
  assert_refused (brackets_in_text, -1, ENLACE_JSON_ERROR_SYNTAX);

  for (gsize i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      g_autofree char *closed = nest (depths[i], TRUE);
      g_autofree char *open = nest (depths[i], FALSE);

      assert_refused (closed, -1, ENLACE_JSON_ERROR_DEPTH);
      assert_refused (open, -1, ENLACE_JSON_ERROR_DEPTH);
    }
}

static void
test_writing_too_deep_is_refused (void)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) value = enlace_value_new_null ();
  g_autoptr(GString) out = g_string_new ("before");
  g_autoptr(GError) error = NULL;

  for (int i = 0; i < 513; i++)
    {
      enlace_list_builder_take (list, g_steal_pointer (&value));
      value = enlace_list_builder_end (list);
    }

  g_assert_false (enlace_json_append (out, value, ENLACE_JSON_SORTED, &error));
  g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DEPTH);
  g_assert_cmpstr (out->str, ==, "before");
}

static void
test_numbers_out_of_range_are_refused (void)
{
  assert_refused ("1e999", -1, ENLACE_JSON_ERROR_VALUE);
  assert_refused ("[-1.5E400]", -1, ENLACE_JSON_ERROR_VALUE);
}

static void
test_a_huge_text (void)
{
  g_autofree char *body = g_strnfill (4 * 1024 * 1024, 'x');
  g_autofree char *text = g_strdup_printf ("{\"body\":\"%s\"}", body);

  assert_formats (parse (text), text);
}

static void
test_many_values (void)
{
  g_autoptr(GString) text = g_string_new ("[0");

  for (int i = 1; i < 200000; i++)
    g_string_append_printf (text, ",%d", i * 31);
  g_string_append_c (text, ']');

  assert_formats (parse (text->str), text->str);
}

static void
test_values_that_json_does_not_have (void)
{
  assert_formats (enlace_value_new_bytes ("\x00\xff\x10", 3), "\"AP8Q\"");
  assert_formats (enlace_value_new_timestamp (1700000000, 500000000), "\"2023-11-14T22:13:20.500Z\"");
  assert_formats (enlace_value_new_duration (3, 500000000), "\"3.5s\"");
  assert_formats (enlace_value_new_type ("list"), "\"list\"");
  assert_formats (enlace_value_new_double (129.5 * 1.21), "156.695");
  assert_formats (enlace_value_new_double (5), "5.0");
  assert_formats (enlace_value_new_double (1e21), "1e21");
}

static void
test_nan_and_infinity_are_errors (void)
{
  static const double numbers[] = { NAN, INFINITY, -INFINITY };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr(EnlaceValue) value = enlace_value_new_double (numbers[i]);
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error));
      g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_VALUE);
    }
}

static void
test_text_that_is_not_utf8_is_not_written (void)
{
  g_autoptr(EnlaceValue) value = enlace_value_new_string ("a\xff");
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error));
  g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_VALUE);
}

static void
test_optionals (void)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) none = enlace_value_new_optional (NULL);
  g_autoptr(EnlaceValue) nested = enlace_value_new_optional (none);
  g_autoptr(EnlaceValue) one = enlace_value_new_int (1);

  enlace_list_builder_add (list, none);
  enlace_list_builder_take (list, enlace_value_new_optional (one));
  enlace_list_builder_add (list, nested);
  enlace_map_builder_add (map, "none", none);
  enlace_map_builder_take (map, "list", enlace_list_builder_end (list));
  enlace_map_builder_add (map, "last", nested);

  assert_formats (enlace_map_builder_end (map), "{\"list\":[1]}");
  assert_formats (enlace_value_new_optional (NULL), "null");
  assert_formats (enlace_value_new_optional (one), "1");
}

static void
test_keys_become_text (void)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) negative = enlace_value_new_int (-5);
  g_autoptr(EnlaceValue) large = enlace_value_new_uint (G_MAXUINT64);
  g_autoptr(EnlaceValue) truth = enlace_value_new_bool (TRUE);

  enlace_map_builder_insert (map, negative, truth);
  enlace_map_builder_insert (map, large, truth);
  enlace_map_builder_insert (map, truth, truth);

  assert_formats (enlace_map_builder_end (map), "{\"-5\":true,\"18446744073709551615\":true,\"true\":true}");
}

static void
test_pretty_and_sorted (void)
{
  g_autoptr(EnlaceValue) value = parse ("{\"b\":[1,{}],\"a\":{\"d\":[],\"c\":null}}");
  g_autofree char *pretty = format (value, ENLACE_JSON_PRETTY);
  g_autofree char *sorted = format (value, ENLACE_JSON_SORTED);

  g_assert_cmpstr (pretty, ==,
                   "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": {\n    \"d\": [],\n    \"c\": null\n  }\n}");
  g_assert_cmpstr (sorted, ==, "{\"a\":{\"c\":null,\"d\":[]},\"b\":[1,{}]}");
}

static void
test_pointers (void)
{
  /* The examples of RFC 6901, section 5. */
  static const struct { const char *pointer; int value; } found[] = {
    { "/", 0 }, { "/a~1b", 1 }, { "/c%d", 2 }, { "/e^f", 3 }, { "/g|h", 4 }, { "/i\\j", 5 }, { "/k\"l", 6 }, { "/ ", 7 },
    { "/m~0n", 8 }, { "/foo/1", 11 },
  };
  static const char *const missing[] = { "foo", "/bar", "/foo/2", "/foo/01", "/foo/-", "/foo/-1", "/foo/0/x", "/~", "/~2" };
  g_autoptr(EnlaceValue) root = parse ("{\"foo\":[10,11],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,"
                                        "\"k\\\"l\":6,\" \":7,\"m~n\":8}");
  g_autoptr(GString) pointer = g_string_new (NULL);

  g_assert_true (enlace_json_pointer_get (root, "") == root);
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    g_assert_cmpint (enlace_value_get_int (enlace_json_pointer_get (root, found[i].pointer)), ==, found[i].value);
  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++)
    g_assert_null (enlace_json_pointer_get (root, missing[i]));

  enlace_json_pointer_append (pointer, "a/b");
  enlace_json_pointer_append (pointer, "m~n");
  g_assert_cmpstr (pointer->str, ==, "/a~1b/m~0n");
}

static EnlaceValue *
random_value (guint depth)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
  gunichar letter = g_test_rand_int_range (0, 0xd800);
  char text[8] = { 0 };
  double number;

  memcpy (&number, &bits, sizeof number);

  switch (g_test_rand_int_range (0, depth > 0 ? 8 : 6))
    {
    case 0:
      return enlace_value_new_bool (bits & 1);

    case 1:
      return enlace_value_new_int ((gint64) bits >> (bits & 63));

    case 2:
      return enlace_value_new_uint (bits | G_GUINT64_CONSTANT (1) << 63);

    case 3:
      return enlace_value_new_double (isfinite (number) ? number : 0.5);

    case 4:
      return enlace_value_new_string_len (text, g_unichar_to_utf8 (letter, text));

    case 5:
      return enlace_value_new_null ();

    case 6:
      for (guint i = g_test_rand_int_range (0, 20); i > 0; i--)
        enlace_list_builder_take (list, random_value (depth - 1));
      return enlace_list_builder_end (list);

    default:
      for (guint i = g_test_rand_int_range (0, 20); i > 0; i--)
        {
          g_snprintf (text, sizeof text, "%d", g_test_rand_int_range (0, 100));
          enlace_map_builder_take (map, text, random_value (depth - 1));
        }
      return enlace_map_builder_end (map);
    }
}

/* Whatever the value: reading what was written gives an equal value of the same kinds, which is written the same. */
static void
test_random_values_come_back (void)
{
  for (int i = 0; i < 2000; i++)
    {
      g_autoptr(EnlaceValue) value = random_value (3);
      g_autofree char *text = format (value, ENLACE_JSON_COMPACT);
      g_autofree char *pretty = format (value, ENLACE_JSON_PRETTY);
      g_autoptr(EnlaceValue) read = parse (text);
      g_autoptr(EnlaceValue) read_pretty = parse (pretty);
      g_autofree char *again = format (read, ENLACE_JSON_COMPACT);

      g_assert_true (enlace_value_equal (value, read));
      g_assert_true (enlace_value_equal (value, read_pretty));
      g_assert_cmpuint (enlace_value_hash (value), ==, enlace_value_hash (read));
      g_assert_cmpstr (text, ==, again);
    }
}

/* Every text cut off anywhere is an error, not a crash. */
static void
test_cut_off_anywhere (void)
{
  static const char text[] = "{\"a\":[1,2.5,\"\\u00e9\\ud83d\\ude00\",true,null],\"b\":{\"c\":{}}}";

  for (gsize length = 0; length < sizeof text - 1; length++)
    {
      g_autofree char *copy = g_memdup2 (text, length);

      assert_refused (copy != NULL ? copy : "", length, ENLACE_JSON_ERROR_SYNTAX);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/comes-back-verbatim", test_comes_back_verbatim);
  g_test_add_func ("/json/numbers-have-their-kind", test_numbers_have_their_kind);
  g_test_add_func ("/json/malformed-is-refused", test_malformed_is_refused);
  g_test_add_func ("/json/text-that-is-not-utf8-is-refused", test_text_that_is_not_utf8_is_refused);
  g_test_add_func ("/json/utf8-agrees-with-glib", test_utf8_agrees_with_glib);
  g_test_add_func ("/json/duplicates-are-refused", test_duplicates_are_refused);
  g_test_add_func ("/json/depth-is-limited", test_depth_is_limited);
  g_test_add_func ("/json/writing-too-deep-is-refused", test_writing_too_deep_is_refused);
  g_test_add_func ("/json/numbers-out-of-range-are-refused", test_numbers_out_of_range_are_refused);
  g_test_add_func ("/json/a-huge-text", test_a_huge_text);
  g_test_add_func ("/json/many-values", test_many_values);
  g_test_add_func ("/json/values-that-json-does-not-have", test_values_that_json_does_not_have);
  g_test_add_func ("/json/nan-and-infinity-are-errors", test_nan_and_infinity_are_errors);
  g_test_add_func ("/json/text-that-is-not-utf8-is-not-written", test_text_that_is_not_utf8_is_not_written);
  g_test_add_func ("/json/optionals-without-a-value-are-dropped", test_optionals);
  g_test_add_func ("/json/keys-become-text", test_keys_become_text);
  g_test_add_func ("/json/pretty-and-sorted", test_pretty_and_sorted);
  g_test_add_func ("/json/pointers-follow-the-rfc", test_pointers);
  g_test_add_func ("/json/random-values-come-back", test_random_values_come_back);
  g_test_add_func ("/json/cut-off-anywhere", test_cut_off_anywhere);

  return g_test_run ();
}
