/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "common/value/json.h"
#include "common/value/packed.h"

static EnlaceValue *
read_back (EnlaceValue *value)
{
  g_autoptr(GBytes) packed = enlace_packed_write (value);
  g_autoptr(GError) error = NULL;
  EnlaceValue *read = enlace_packed_read (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), &error);

  g_assert_no_error (error);

  return read;
}

static void
assert_comes_back (EnlaceValue *value)
{
  g_autoptr(EnlaceValue) read = read_back (value);

  g_assert_cmpint (enlace_value_get_kind (read), ==, enlace_value_get_kind (value));
  g_assert_true (enlace_value_equal (read, value));
  g_assert_cmpstr (enlace_value_get_number_text (read), ==, enlace_value_get_number_text (value));
  enlace_value_unref (value);
}

static void
assert_refused (gconstpointer data,
                gsize         length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_packed_read (copy, length, &error));
  g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX);
}

static EnlaceValue *
every_kind (void)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) one = enlace_value_new_int (1);
  g_autoptr(EnlaceValue) key = enlace_value_new_uint (G_MAXUINT64);

  enlace_list_builder_take (list, enlace_value_new_bytes ("\x00\xff", 2));
  enlace_list_builder_take (list, enlace_value_new_timestamp (-62135596800, 999999999));
  enlace_list_builder_take (list, enlace_value_new_duration (G_MININT64, -999999999));
  enlace_list_builder_take (list, enlace_value_new_type ("google.protobuf.Duration"));
  enlace_list_builder_take (list, enlace_value_new_optional (NULL));
  enlace_list_builder_take (list, enlace_value_new_optional (one));
  enlace_list_builder_take (list, enlace_value_new_number_text ("-123456789012345678901234567890"));
  enlace_map_builder_add_string (map, "text", "a €");
  enlace_map_builder_add_null (map, "null");
  enlace_map_builder_add_bool (map, "no", FALSE);
  enlace_map_builder_add_bool (map, "yes", TRUE);
  enlace_map_builder_add_double (map, "double", -0.1);
  enlace_map_builder_insert (map, key, one);
  enlace_map_builder_insert (map, one, key);
  enlace_map_builder_take (map, "list", enlace_list_builder_end (list));
  enlace_map_builder_add_int (map, "lowest", G_MININT64);
  enlace_map_builder_take (map, "empty", enlace_list_builder_end (list));

  return enlace_map_builder_end (map);
}

static void
test_every_kind_comes_back (void)
{
  static const gint64 ints[] = { G_MININT64, -1, 0, 191, 192, 1000, G_MAXINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (ints); i++)
    assert_comes_back (enlace_value_new_int (ints[i]));

  assert_comes_back (every_kind ());
  assert_comes_back (enlace_value_new_uint (0));
  assert_comes_back (enlace_value_new_double (INFINITY));
  assert_comes_back (enlace_value_new_string_len ("a\0b", 3));
}

static void
test_order_and_bits_are_kept (void)
{
  g_autoptr(EnlaceValue) value = every_kind ();
  g_autoptr(EnlaceValue) nan = enlace_value_new_double (NAN);
  g_autoptr(EnlaceValue) read = read_back (value);
  g_autoptr(EnlaceValue) read_nan = read_back (nan);

  g_assert_true (isnan (enlace_value_get_double (read_nan)));
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    g_assert_true (enlace_value_equal (enlace_value_get_key (value, i), enlace_value_get_key (read, i)));
}

/* A value that was cut off, or that something follows, is damaged at every length. */
static void
test_any_other_length_is_refused (void)
{
  g_autoptr(EnlaceValue) value = every_kind ();
  g_autoptr(GByteArray) packed = g_byte_array_new ();

  enlace_packed_append (packed, value);
  for (gsize length = 0; length < packed->len; length++)
    assert_refused (packed->data, length);

  g_byte_array_append (packed, (const guint8 *) "\0", 1);
  assert_refused (packed->data, packed->len);
}

static void
test_malformed_is_refused (void)
{
  static const struct { const char *data; gsize length; } inputs[] = {
    { "\x00\x00", 2 },                                          /* another version */
    { "\x02\x00", 2 },
    { "\x01\x10", 2 },                                          /* no such tag */
    { "\x01\x3f", 2 },
    { "\x01\x03\x80\x00", 4 },                                  /* a varint that is longer than it needs to be */
    { "\x01\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 12 }, /* beyond 64 bits */
    { "\x01\x07\x02\xc3\x28", 5 },                              /* text that is not UTF-8 */
    { "\x01\x07\xff\xff\xff\xff\x0f", 7 },                      /* text longer than the input */
    { "\x01\x06\x01-", 4 },                                     /* no number */
    { "\x01\x06\x02" "01", 5 },
    { "\x01\x06\x03" "1.5", 6 },
    { "\x01\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12 }, /* lists and maps larger than the input */
    { "\x01\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 11 },
    { "\x01\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x00", 13 },
    { "\x01\x0a\x01\x00\x00", 5 },                              /* null as a key */
    { "\x01\x0a\x01\x09\x01\x00\x00", 7 },                      /* a list as a key */
    { "\x01\x0a\x02\x41\x00\x41\x00", 7 },                      /* a key twice */
    { "\x01\x0a\x02\x41\x00\x04\x01\x00", 8 },                  /* the same number as int and uint */
    { "\x01\x0b\x00\x80\xa8\xd6\xb9\x07", 8 },                  /* a thousand million nanoseconds */
    { "\x01\x0b\x00\x01", 4 },                                  /* a timestamp with negative nanoseconds */
    { "\x01\x0d\x00", 3 },                                      /* a type without a name */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (inputs); i++)
    assert_refused (inputs[i].data, inputs[i].length);
}

/* Lists in lists that each promise all that is left would need memory with the square of the input. */
static void
test_promises_are_counted_together (void)
{
  g_autoptr(GByteArray) packed = g_byte_array_new ();
  gsize half = 512 * 1024;

  g_byte_array_append (packed, (const guint8 *) "\x01", 1);
  for (int i = 0; i < 1000; i++)
    g_byte_array_append (packed, (const guint8 *) "\x09\x80\x80\x20", 4);
  g_byte_array_set_size (packed, packed->len + half);
  memset (packed->data + 4001, 0, half);

  assert_refused (packed->data, packed->len);
}

static void
test_depth_needs_no_stack (void)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  EnlaceValue *value = enlace_value_new_null ();

  for (int i = 0; i < 200000; i++)
    {
      enlace_list_builder_take (list, value);
      value = enlace_list_builder_end (list);
    }

  assert_comes_back (value);
}

/* Whatever a byte becomes: an error, or another value that can be written again. */
static void
test_flipped_bytes (void)
{
  g_autoptr(EnlaceValue) value = every_kind ();
  g_autoptr(GBytes) packed = enlace_packed_write (value);
  gsize length;
  const guint8 *data = g_bytes_get_data (packed, &length);

  for (gsize i = 0; i < length; i++)
    for (int byte = 0; byte < 256; byte++)
      {
        g_autofree guint8 *copy = g_memdup2 (data, length);
        g_autoptr(EnlaceValue) read = NULL;

        copy[i] = byte;
        read = enlace_packed_read (copy, length, NULL);
        if (read != NULL)
          {
            g_autoptr(EnlaceValue) again = read_back (read);

            g_assert_cmpint (enlace_value_get_kind (again), ==, enlace_value_get_kind (read));
          }
      }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packed/every-kind-comes-back", test_every_kind_comes_back);
  g_test_add_func ("/packed/order-and-bits-are-kept", test_order_and_bits_are_kept);
  g_test_add_func ("/packed/any-other-length-is-refused", test_any_other_length_is_refused);
  g_test_add_func ("/packed/malformed-is-refused", test_malformed_is_refused);
  g_test_add_func ("/packed/promises-are-counted-together", test_promises_are_counted_together);
  g_test_add_func ("/packed/depth-needs-no-stack", test_depth_needs_no_stack);
  g_test_add_func ("/packed/flipped-bytes-do-no-harm", test_flipped_bytes);

  return g_test_run ();
}
