/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>

#include "common/value/json.h"
#include "common/value/packed.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* What was read must come back the same through text and through the packed form. */
static void
check_value (EnlaceValue *value)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  g_autoptr(EnlaceValue) read = NULL;
  g_autoptr(EnlaceValue) unpacked = NULL;
  g_autoptr(GBytes) packed = enlace_packed_write (value);
  gsize length;

  text = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, &error);
  g_assert_no_error (error);
  read = enlace_json_parse (text, length, &error);
  g_assert_no_error (error);
  g_assert_true (enlace_value_equal (value, read));
  g_assert_cmpuint (enlace_value_hash (value), ==, enlace_value_hash (read));

  unpacked = enlace_packed_read (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), &error);
  g_assert_no_error (error);
  again = enlace_json_format (unpacked, ENLACE_JSON_COMPACT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpuint (enlace_value_get_size (value), >, 0);
}

/* Bytes that begin with the version of the packed form are read as that, all others as JSON. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  if (size > 0 && data[0] == 1)
    {
      g_autoptr(GBytes) packed = NULL;
      g_autoptr(EnlaceValue) again = NULL;

      value = enlace_packed_read (data, size, &error);
      if (value == NULL)
        {
          g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX);
          return 0;
        }

      packed = enlace_packed_write (value);
      again = enlace_packed_read (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), &error);
      g_assert_no_error (error);
      return 0;
    }

  value = enlace_json_parse ((const char *) data, size, &error);
  g_assert_true ((value == NULL) == (error != NULL));
  if (value != NULL)
    check_value (value);

  return 0;
}
