/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "server/formats/csv.h"
#include "server/formats/text.h"

static const EnlaceCsvDialect plain = { .delimiter = ",", .quote = '"', .has_header = TRUE };

static void
check_read (const EnlaceCsvDialect *dialect,
            const char             *text,
            const char             *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) rows = enlace_csv_read (dialect, text, strlen (text), NULL, &error);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  json = enlace_json_format (rows, ENLACE_JSON_COMPACT, NULL, &error);
  g_assert_cmpstr (json, ==, expected);
}

static void
check_refused (const EnlaceCsvDialect *dialect,
               const char             *text,
               const char             *message)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_csv_read (dialect, text, strlen (text), NULL, &error));
  g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
check_write (const EnlaceCsvDialect *dialect,
             const char             *json,
             const char             *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) rows = enlace_json_parse (json, -1, &error);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_no_error (error);
  text = enlace_csv_write (dialect, rows, &length, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (length, ==, strlen (text));
}

static void
test_read (void)
{
  check_read (&plain, "a,b\n1,2\r\n3,4\r5,6", "[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"},{\"a\":\"5\",\"b\":\"6\"}]");
  check_read (&plain, "a,b\n\"x,\"\"y\"\"\nz\",\n\n\"\",2\n", "[{\"a\":\"x,\\\"y\\\"\\nz\",\"b\":\"\"},{\"a\":\"\",\"b\":\"2\"}]");
  check_read (&plain, "a,,b\n1,2,3", "[{\"a\":\"1\",\"column_2\":\"2\",\"b\":\"3\"}]");
  check_read (&plain, "a\n\"\"\n", "[{\"a\":\"\"}]");
  check_read (&plain, "\n\na\n1", "[{\"a\":\"1\"}]");
  check_read (&plain, "", "[]");
  check_read (&plain, "a,b\n", "[]");
  check_read (&plain, "a\nx \"y\"", "[{\"a\":\"x \\\"y\\\"\"}]");
}

static void
test_dialects (void)
{
  g_autoptr(EnlaceValue) columns = enlace_json_parse ("[\"x\",\"y\"]", -1, NULL);
  EnlaceCsvDialect dialect = { .delimiter = "→", .quote = '\'', .is_backslash = TRUE, .header = ENLACE_CSV_HEADER_COLUMNS, .columns = columns };

  check_read (&dialect, "'it\\'s \\\\ →'→2", "[{\"x\":\"it's \\\\ →\",\"y\":\"2\"}]");
  dialect = (EnlaceCsvDialect) { .delimiter = ";", .header = ENLACE_CSV_HEADER_NONE };
  check_read (&dialect, "\"1\";2\n3\n", "[[\"\\\"1\\\"\",\"2\"],[\"3\"]]");
}

static void
test_types (void)
{
  EnlaceCsvDialect dialect = plain;

  dialect.infers = TRUE;
  check_read (&dialect, "1,b,c,d,e,f,g\n12,-1.5e3,007,TRUE,,\"7\",+5",
              "[{\"1\":12,\"b\":-1500.0,\"c\":\"007\",\"d\":true,\"e\":null,\"f\":\"7\",\"g\":\"+5\"}]");
  check_read (&dialect, "a,b,c,d\n123456789012345678901234567890,1.,-,1e", "[{\"a\":123456789012345678901234567890,\"b\":\"1.\",\"c\":\"-\",\"d\":\"1e\"}]");
}

static void
test_faults (void)
{
  EnlaceCsvDialect dialect = plain;

  check_refused (&plain, "a,b\n\"1\n2\",3\n4\n", "Line 4: the row has 1 fields, but there are 2 columns");
  check_refused (&plain, "a,b\n1,2,3\n", "Line 2: the row has 3 fields, but there are 2 columns");
  check_refused (&plain, "a,b\n1,\"2\n3", "Line 2: the quote of column 2 is never closed");
  check_refused (&plain, "a\n\"1\"x", "Line 2: text follows the closing quote of column 1");
  check_refused (&plain, "a,b,a\n", "Line 1: two columns are named “a”");
  dialect.fills = TRUE;
  check_read (&dialect, "a,b\n1\n", "[{\"a\":\"1\",\"b\":null}]");
  check_refused (&dialect, "a,b\n1,2,3\n", "Line 2: the row has 3 fields, but there are 2 columns");
}

static void
test_write (void)
{
  g_autoptr(EnlaceValue) columns = enlace_json_parse ("[\"b\",\"z\"]", -1, NULL);
  EnlaceCsvDialect dialect = plain;

  check_write (&plain, "[{\"a\":1,\"b\":\"x,\\\"y\\\"\"},{\"c\":[1],\"a\":null},{\"a\":\" s\"}]",
               "a,b,c\n1,\"x,\"\"y\"\"\",\n,,[1]\n\" s\",,\n");
  check_write (&plain, "[]", "");
  check_write (&plain, "[{\"a\":\"\"}]", "a\n\"\"\n");
  check_write (&plain, "[[1,true],[\"l\\nm\"]]", "1,true\n\"l\nm\"\n");
  dialect.columns = columns;
  dialect.quotes_all = dialect.is_crlf = dialect.is_backslash = TRUE;
  check_write (&dialect, "[{\"a\":1,\"b\":\"x\\\\\\\"\"}]", "\"b\",\"z\"\r\n\"x\\\\\\\"\",\"\"\r\n");
}

static void
test_formulas (void)
{
  EnlaceCsvDialect dialect = plain;

  check_write (&dialect, "[[\"=1+1\",\"-2\",-2]]", "=1+1,-2,-2\n");
  dialect.is_guarded = TRUE;
  check_write (&dialect, "[[\"=1+1\",\"+1\",\"-2\",\"@x\",\"\\tx\",-2,\"a=\"]]", "'=1+1,'+1,'-2,'@x,'\tx,-2,a=\n");
}

static void
test_write_faults (void)
{
  EnlaceCsvDialect dialect = { .delimiter = "," };
  g_autoptr(EnlaceValue) rows = enlace_json_parse ("[[1],7]", -1, NULL);
  g_autoptr(EnlaceValue) commas = enlace_json_parse ("[[1],[\"a,b\"]]", -1, NULL);
  g_autoptr(GError) error = NULL;
  gsize length;

  g_assert_null (enlace_csv_write (&plain, rows, &length, NULL, &error));
  g_assert_cmpstr (error->message, ==, "Row 2: it is neither a record nor a list");
  g_clear_error (&error);
  g_assert_null (enlace_csv_write (&dialect, commas, &length, NULL, &error));
  g_assert_cmpstr (error->message, ==, "Row 2: A value needs quotes, and the dialect has none");
}

/* What is written is read as what it was. */
static void
test_round_trip (void)
{
  static const char pieces[] = ",\"\n\r;x \\'\0";
  EnlaceCsvDialect dialect = { .delimiter = ",", .quote = '"', .header = ENLACE_CSV_HEADER_NONE };

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr(EnlaceListBuilder) rows = enlace_list_builder_new ();
      g_autoptr(EnlaceListBuilder) row = enlace_list_builder_new ();
      g_autoptr(EnlaceValue) value = NULL;
      g_autoptr(EnlaceValue) again = NULL;
      g_autofree char *text = NULL;
      gsize length;

      for (guint j = g_test_rand_int_range (1, 4); j > 0; j--)
        {
          guint n = g_test_rand_int_range (0, 4);
          char field[4];

          for (guint k = 0; k < n; k++)
            field[k] = pieces[g_test_rand_int_range (0, sizeof pieces - 1)];
          enlace_list_builder_take (row, enlace_value_new_string_len (field, n));
        }
      enlace_list_builder_take (rows, enlace_list_builder_end (row));
      value = enlace_list_builder_end (rows);
      dialect.is_backslash = i % 2;
      text = enlace_csv_write (&dialect, value, &length, NULL, NULL);
      again = enlace_csv_read (&dialect, text, length, NULL, NULL);
      g_assert_nonnull (again);
      g_assert_true (enlace_value_equal (value, again));
    }
}

static void
check_decoded (const char *encoding,
               const char *data,
               gsize       size,
               const char *expected)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *text = enlace_text_decode (encoding, data, size, &length, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (text, length, expected, strlen (expected));
}

static void
test_encodings (void)
{
  g_autoptr(GError) error = NULL;
  gsize length;

  check_decoded ("auto", "\xef\xbb\xbf" "a\xc3\xa9", 6, "aé");
  check_decoded ("auto", "\xff\xfe" "a\0\xe9\0", 6, "aé");
  check_decoded ("auto", "\xfe\xff\0a\0\xe9", 6, "aé");
  check_decoded ("auto", "\xff\xfe\0\0" "a\0\0\0", 8, "a");
  check_decoded ("utf-16le", "\xff\xfe" "a\0", 4, "a");
  check_decoded ("utf-16be", "\0a", 2, "a");
  check_decoded ("iso-8859-1", "a\xe9", 2, "aé");
  check_decoded ("windows-1252", "\x80", 1, "€");
  check_decoded ("auto", "", 0, "");
  g_assert_null (enlace_text_decode ("auto", "a\xe9z", 3, &length, &error));
  g_assert_cmpstr (error->message, ==, "The byte at 1 is no text in UTF-8");
  g_clear_error (&error);
  g_assert_null (enlace_text_decode ("shift_jis", "a\x81", 2, &length, &error));
  g_assert_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/csv/read", test_read);
  g_test_add_func ("/csv/dialects", test_dialects);
  g_test_add_func ("/csv/types", test_types);
  g_test_add_func ("/csv/names-the-line-of-a-fault", test_faults);
  g_test_add_func ("/csv/write", test_write);
  g_test_add_func ("/csv/formulas", test_formulas);
  g_test_add_func ("/csv/names-the-row-that-cannot-be-written", test_write_faults);
  g_test_add_func ("/csv/round-trip", test_round_trip);
  g_test_add_func ("/text/encodings", test_encodings);

  return g_test_run ();
}
