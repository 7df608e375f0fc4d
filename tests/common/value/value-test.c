/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "common/value/json.h"
#include "common/value/value.h"

#define MANY 100000

static EnlaceValue *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (text, -1, &error);

  g_assert_no_error (error);

  return value;
}

static void
assert_equal (EnlaceValue *a,
              EnlaceValue *b)
{
  g_assert_true (enlace_value_equal (a, b));
  g_assert_true (enlace_value_equal (b, a));
  g_assert_cmpuint (enlace_value_hash (a), ==, enlace_value_hash (b));
  enlace_value_unref (a);
  enlace_value_unref (b);
}

static void
assert_unequal (EnlaceValue *a,
                EnlaceValue *b)
{
  g_assert_false (enlace_value_equal (a, b));
  g_assert_false (enlace_value_equal (b, a));
  enlace_value_unref (a);
  enlace_value_unref (b);
}

static void
test_scalars (void)
{
  static const gint64 ints[] = { G_MININT64, -65, -64, -1, 0, 1, 1023, 1024, G_MAXINT64 };
  g_autoptr(EnlaceValue) timestamp = enlace_value_new_timestamp (-62135596800, 999999999);
  g_autoptr(EnlaceValue) duration = enlace_value_new_duration (-3, -500000000);
  g_autoptr(EnlaceValue) type = enlace_value_new_type ("int");
  g_autoptr(EnlaceValue) number = enlace_value_new_number_text ("18446744073709551616");
  g_autoptr(EnlaceValue) big = enlace_value_new_uint (G_MAXUINT64);

  for (gsize i = 0; i < G_N_ELEMENTS (ints); i++)
    {
      g_autoptr(EnlaceValue) value = enlace_value_new_int (ints[i]);

      g_assert_cmpint (enlace_value_get_kind (value), ==, ENLACE_KIND_INT);
      g_assert_cmpint (enlace_value_get_int (value), ==, ints[i]);
      g_assert_cmpfloat (enlace_value_get_double (value), ==, (double) ints[i]);
    }

  g_assert_cmpint (enlace_value_get_seconds (timestamp), ==, -62135596800);
  g_assert_cmpint (enlace_value_get_nanoseconds (timestamp), ==, 999999999);
  g_assert_cmpint (enlace_value_get_nanoseconds (duration), ==, -500000000);
  g_assert_cmpstr (enlace_value_get_type_name (type), ==, "int");
  g_assert_cmpfloat (enlace_value_get_double (number), ==, 0x1p64);
  g_assert_cmpstr (enlace_value_get_number_text (number), ==, "18446744073709551616");
  g_assert_cmpuint (enlace_value_get_uint (big), ==, G_MAXUINT64);
  g_assert_null (enlace_value_get_number_text (big));
}

static void
test_getters_of_another_kind (void)
{
  g_autoptr(EnlaceValue) text = enlace_value_new_string ("12");
  g_autoptr(EnlaceValue) number = enlace_value_new_int (12345);
  gsize length = 1;

  g_assert_cmpint (enlace_value_get_int (text), ==, 0);
  g_assert_cmpuint (enlace_value_get_uint (number), ==, 0);
  g_assert_false (enlace_value_get_bool (number));
  g_assert_null (enlace_value_get_string (number));
  g_assert_null (enlace_value_get_string_len (number, &length));
  g_assert_cmpuint (length, ==, 0);
  g_assert_null (enlace_value_get_bytes (text, NULL));
  g_assert_null (enlace_value_get_element (text, 0));
  g_assert_null (enlace_value_get_member (text, "a"));
  g_assert_null (enlace_value_get_optional (text));
  g_assert_null (enlace_value_get_type_name (text));
  g_assert_cmpuint (enlace_value_get_length (text), ==, 0);
  g_assert_cmpint (enlace_value_get_seconds (text), ==, 0);
}

static void
test_strings (void)
{
  g_autoptr(EnlaceValue) empty = enlace_value_new_string ("");
  g_autoptr(EnlaceValue) nul = enlace_value_new_string_len ("a\0b", 3);
  g_autoptr(EnlaceValue) taken = enlace_value_new_string_take (g_strdup ("taken"));
  g_autoptr(EnlaceValue) printed = enlace_value_new_string_printf ("%d-%s", 7, "x");
  g_autoptr(EnlaceValue) bytes = enlace_value_new_bytes ("a\0b", 3);
  gsize length;

  g_assert_cmpstr (enlace_value_get_string_len (empty, &length), ==, "");
  g_assert_cmpuint (length, ==, 0);
  g_assert_cmpmem (enlace_value_get_string_len (nul, &length), 3, "a\0b", 3);
  g_assert_cmpuint (length, ==, 3);
  g_assert_cmpstr (enlace_value_get_string (taken), ==, "taken");
  g_assert_cmpstr (enlace_value_get_string (printed), ==, "7-x");
  g_assert_cmpmem (enlace_value_get_bytes (bytes, &length), 3, "a\0b", 3);
  g_assert_false (enlace_value_equal (nul, bytes));
}

static void
test_numbers_across_kinds (void)
{
  assert_equal (enlace_value_new_int (1), enlace_value_new_uint (1));
  assert_equal (enlace_value_new_int (1), enlace_value_new_double (1.0));
  assert_equal (enlace_value_new_uint (1), enlace_value_new_double (1.0));
  assert_equal (enlace_value_new_double (0.0), enlace_value_new_double (-0.0));
  assert_equal (enlace_value_new_int (0), enlace_value_new_double (-0.0));
  assert_equal (enlace_value_new_uint (G_GUINT64_CONSTANT (1) << 63), enlace_value_new_double (0x1p63));
  assert_equal (enlace_value_new_int (G_MININT64), enlace_value_new_double (-0x1p63));
  assert_unequal (enlace_value_new_int (-1), enlace_value_new_uint (G_MAXUINT64));
  assert_unequal (enlace_value_new_int (G_MAXINT64), enlace_value_new_double (0x1p63));
  assert_unequal (enlace_value_new_uint (G_MAXUINT64), enlace_value_new_double (0x1p64));
  assert_unequal (enlace_value_new_int (9007199254740993), enlace_value_new_double (9007199254740992.0));
  assert_unequal (enlace_value_new_int (1), enlace_value_new_double (1.5));
  assert_unequal (enlace_value_new_int (1), enlace_value_new_bool (TRUE));
  assert_unequal (enlace_value_new_int (1), enlace_value_new_string ("1"));
  assert_unequal (enlace_value_new_double (NAN), enlace_value_new_double (NAN));
  assert_unequal (enlace_value_new_int (0), enlace_value_new_double (NAN));
  assert_unequal (enlace_value_new_int (G_MAXINT64), enlace_value_new_double (INFINITY));
}

static void
test_nan_in_a_list_is_unequal_to_itself (void)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) list = NULL;

  enlace_list_builder_take (builder, enlace_value_new_double (NAN));
  list = enlace_list_builder_end (builder);

  g_assert_false (enlace_value_equal (list, list));
}

static void
test_containers_compare_by_content (void)
{
  assert_equal (parse ("{\"a\":1,\"b\":[1,2]}"), parse ("{\"b\":[1.0,2],\"a\":1}"));
  assert_unequal (parse ("{\"a\":1}"), parse ("{\"a\":1,\"b\":2}"));
  assert_unequal (parse ("{\"a\":1,\"c\":2}"), parse ("{\"a\":1,\"b\":2}"));
  assert_unequal (parse ("[1,2]"), parse ("[2,1]"));
  assert_unequal (parse ("[]"), parse ("{}"));
  assert_unequal (parse ("[]"), parse ("null"));
  assert_unequal (parse ("[[[1]]]"), parse ("[[[2]]]"));
}

static void
test_optionals (void)
{
  g_autoptr(EnlaceValue) one = enlace_value_new_int (1);
  g_autoptr(EnlaceValue) none = enlace_value_new_optional (NULL);
  g_autoptr(EnlaceValue) some = enlace_value_new_optional (one);

  g_assert_null (enlace_value_get_optional (none));
  g_assert_true (enlace_value_get_optional (some) == one);
  g_assert_false (enlace_value_equal (none, some));
  g_assert_false (enlace_value_equal (some, one));
  assert_equal (enlace_value_new_optional (NULL), enlace_value_new_optional (NULL));
  assert_equal (enlace_value_new_optional (one), enlace_value_new_optional (one));
}

static void
test_a_later_member_replaces_in_place (void)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) map = NULL;
  g_autoptr(EnlaceValue) empty = NULL;

  enlace_map_builder_add_int (builder, "a", 1);
  enlace_map_builder_add_string (builder, "b", "x");
  enlace_map_builder_add_string (builder, "n", NULL);
  enlace_map_builder_take_string (builder, "a", g_strdup ("later"));
  enlace_map_builder_add_bool (builder, "c", TRUE);
  enlace_map_builder_add_double (builder, "d", 0.5);
  enlace_map_builder_add_null (builder, "e");
  map = enlace_map_builder_end (builder);

  g_assert_cmpuint (enlace_value_get_length (map), ==, 6);
  g_assert_cmpstr (enlace_value_get_string (enlace_value_get_key (map, 0)), ==, "a");
  g_assert_cmpstr (enlace_value_get_string (enlace_value_get_member_value (map, 0)), ==, "later");
  g_assert_true (enlace_value_is_null (enlace_value_get_member (map, "n")));
  g_assert_cmpstr (enlace_value_get_member_string (map, "b", "-"), ==, "x");
  g_assert_cmpstr (enlace_value_get_member_string (map, "c", "-"), ==, "-");
  g_assert_true (enlace_value_get_member_bool (map, "c", FALSE));
  g_assert_cmpfloat (enlace_value_get_member_double (map, "d", 0), ==, 0.5);
  g_assert_cmpint (enlace_value_get_member_int (map, "d", -1), ==, -1);
  g_assert_cmpint (enlace_value_get_member_int (map, "absent", -1), ==, -1);

  empty = enlace_map_builder_end (builder);
  g_assert_cmpuint (enlace_value_get_length (empty), ==, 0);
}

static void
test_keys_of_any_kind (void)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) one = enlace_value_new_int (1);
  g_autoptr(EnlaceValue) unsigned_one = enlace_value_new_uint (1);
  g_autoptr(EnlaceValue) double_one = enlace_value_new_double (1);
  g_autoptr(EnlaceValue) truth = enlace_value_new_bool (TRUE);
  g_autoptr(EnlaceValue) text = enlace_value_new_string ("1");
  g_autoptr(EnlaceValue) map = NULL;

  g_assert_true (enlace_map_builder_insert (builder, one, text));
  g_assert_false (enlace_map_builder_insert (builder, unsigned_one, truth));
  g_assert_true (enlace_map_builder_insert (builder, truth, one));
  g_assert_true (enlace_map_builder_insert (builder, text, truth));
  for (int i = 100; i < 150; i++)
    {
      g_autoptr(EnlaceValue) key = enlace_value_new_uint (i);

      g_assert_true (enlace_map_builder_insert (builder, key, key));
      g_assert_false (enlace_map_builder_insert (builder, key, one));
    }
  map = enlace_map_builder_end (builder);

  g_assert_cmpuint (enlace_value_get_length (map), ==, 53);
  g_assert_true (enlace_value_lookup (map, unsigned_one) == text);
  g_assert_true (enlace_value_lookup (map, double_one) == text);
  g_assert_true (enlace_value_lookup (map, truth) == one);
  g_assert_true (enlace_value_get_member (map, "1") == truth);
  g_assert_null (enlace_value_get_member (map, "2"));
}

static void
test_a_large_map_finds_every_member (void)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) map = NULL;

  for (int i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("member-%d", i);

      enlace_map_builder_add_int (builder, name, i);
    }
  map = enlace_map_builder_end (builder);

  g_assert_cmpuint (enlace_value_get_length (map), ==, MANY);
  for (int i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("member-%d", i);

      g_assert_cmpint (enlace_value_get_member_int (map, name, -1), ==, i);
      g_assert_cmpstr (enlace_value_get_string (enlace_value_get_key (map, i)), ==, name);
    }
  g_assert_null (enlace_value_get_member (map, "member-"));
}

static void
test_with_member (void)
{
  g_autoptr(EnlaceValue) map = parse ("{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8}");
  g_autoptr(EnlaceValue) nine = enlace_value_new_int (9);
  g_autoptr(EnlaceValue) replaced = enlace_value_with_member (map, "b", nine);
  g_autoptr(EnlaceValue) appended = enlace_value_with_member (map, "i", nine);
  g_autoptr(EnlaceValue) removed = enlace_value_with_member (map, "a", NULL);
  g_autoptr(EnlaceValue) same = enlace_value_with_member (map, "absent", NULL);

  g_assert_cmpint (enlace_value_get_member_int (map, "b", 0), ==, 2);
  g_assert_cmpint (enlace_value_get_member_int (replaced, "b", 0), ==, 9);
  g_assert_cmpuint (enlace_value_get_length (replaced), ==, 8);
  g_assert_cmpint (enlace_value_get_member_int (appended, "i", 0), ==, 9);
  g_assert_cmpint (enlace_value_get_member_int (appended, "h", 0), ==, 8);
  g_assert_null (enlace_value_get_member (removed, "a"));
  g_assert_cmpuint (enlace_value_get_length (removed), ==, 7);
  g_assert_true (same == map);
}

static EnlaceValue *
nest (guint depth)
{
  EnlaceValue *value = enlace_value_new_string ("bottom");

  for (guint i = 0; i < depth; i++)
    {
      g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
      g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
      g_autoptr(EnlaceValue) inner = NULL;

      enlace_list_builder_take (list, value);
      enlace_map_builder_take (map, "a", enlace_list_builder_end (list));
      inner = enlace_map_builder_end (map);
      value = enlace_value_new_optional (inner);
    }

  return value;
}

static gpointer
work_on_deep_values (gpointer data)
{
  g_autoptr(EnlaceValue) a = nest (MANY);
  g_autoptr(EnlaceValue) b = nest (MANY);
  g_autoptr(EnlaceValue) c = nest (MANY - 1);

  g_assert_true (enlace_value_equal (a, b));
  g_assert_false (enlace_value_equal (a, c));
  g_assert_cmpuint (enlace_value_hash (a), ==, enlace_value_hash (b));
  g_assert_cmpuint (enlace_value_get_size (a), >, (gsize) MANY * 16);

  return NULL;
}

/* 300,000 levels would overflow any stack if one of these recursed. */
static void
test_depth_needs_no_stack (void)
{
  g_thread_join (g_thread_new ("deep", work_on_deep_values, NULL));
}

/* Doubling a list 200 times makes a value of 2^200 parts, of which only 200 exist. */
static void
test_size_of_shared_parts_is_bounded (void)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) value = enlace_value_new_string ("x");

  for (int i = 0; i < 200; i++)
    {
      enlace_list_builder_add (list, value);
      enlace_list_builder_take (list, g_steal_pointer (&value));
      value = enlace_list_builder_end (list);
    }

  g_assert_cmpuint (enlace_value_get_size (value), >=, ENLACE_VALUE_SIZE_LIMIT);
}

static void
test_size_counts_text (void)
{
  g_autofree char *text = g_strnfill (10000, 'x');
  g_autoptr(EnlaceValue) value = enlace_value_new_string (text);

  g_assert_cmpuint (enlace_value_get_size (value), >=, 10000);
  g_assert_cmpuint (enlace_value_get_size (value), <, 10100);
}

static gpointer
share (gpointer data)
{
  EnlaceValue *map = data;

  for (int i = 0; i < MANY; i++)
    {
      g_autoptr(EnlaceValue) held = enlace_value_ref (map);
      g_autoptr(EnlaceValue) list = enlace_value_ref (enlace_value_get_member (held, "list"));
      EnlaceValue *key = enlace_value_get_key (held, i % 10);

      g_assert_cmpuint (enlace_value_get_length (list), ==, 3);
      g_assert_nonnull (enlace_value_lookup (held, key));
    }

  return NULL;
}

static void
test_threads_share_values (void)
{
  g_autoptr(EnlaceValue) map = parse ("{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,\"g\":6,\"h\":7,\"i\":8,"
                                       "\"list\":[1000000,\"x\",{}]}");
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("share", share, map);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (enlace_value_get_length (map), ==, 10);
}

static void
test_builders_free_what_was_not_ended (void)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  for (int i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d", i);

      enlace_list_builder_take (list, enlace_value_new_string (name));
      enlace_map_builder_add_string (map, name, name);
    }

  g_assert_cmpuint (enlace_list_builder_get_length (list), ==, 100);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/value/scalars-keep-what-they-were-given", test_scalars);
  g_test_add_func ("/value/getters-of-another-kind-give-nothing", test_getters_of_another_kind);
  g_test_add_func ("/value/strings-may-hold-nul", test_strings);
  g_test_add_func ("/value/numbers-compare-exactly-across-kinds", test_numbers_across_kinds);
  g_test_add_func ("/value/nan-in-a-list-is-unequal-to-itself", test_nan_in_a_list_is_unequal_to_itself);
  g_test_add_func ("/value/containers-compare-by-content", test_containers_compare_by_content);
  g_test_add_func ("/value/optionals-hold-or-do-not", test_optionals);
  g_test_add_func ("/value/a-later-member-replaces-in-place", test_a_later_member_replaces_in_place);
  g_test_add_func ("/value/keys-are-found-by-their-value", test_keys_of_any_kind);
  g_test_add_func ("/value/a-large-map-finds-every-member", test_a_large_map_finds_every_member);
  g_test_add_func ("/value/with-member-leaves-the-original-alone", test_with_member);
  g_test_add_func ("/value/depth-needs-no-stack", test_depth_needs_no_stack);
  g_test_add_func ("/value/size-of-shared-parts-is-bounded", test_size_of_shared_parts_is_bounded);
  g_test_add_func ("/value/size-counts-text", test_size_counts_text);
  g_test_add_func ("/value/threads-share-values", test_threads_share_values);
  g_test_add_func ("/value/builders-free-what-was-not-ended", test_builders_free_what_was_not_ended);

  return g_test_run ();
}
