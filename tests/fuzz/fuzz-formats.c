/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <string.h>

#include "server/formats/csv.h"
#include "server/formats/html.h"
#include "server/formats/lines.h"
#include "server/formats/text.h"
#include "server/formats/xml.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* What was read can be written, and read again as the same. */
static void
check_csv (const EnlaceCsvDialect *dialect,
           const char             *text,
           gsize                   length)
{
  g_autoptr(EnlaceValue) rows = enlace_csv_read (dialect, text, length, NULL, NULL);
  EnlaceCsvDialect quoted = { .delimiter = dialect->delimiter, .quote = dialect->quote, .is_backslash = dialect->is_backslash, .quotes_all = TRUE,
                              .header = ENLACE_CSV_HEADER_NONE };
  g_autoptr(EnlaceValue) lists = NULL;
  g_autoptr(EnlaceValue) again = NULL;
  g_autofree char *written = NULL;
  gsize written_length;

  if (rows == NULL || dialect->header != ENLACE_CSV_HEADER_NONE)
    return;

  written = enlace_csv_write (&quoted, rows, &written_length, NULL, NULL);
  g_assert_nonnull (written);
  again = enlace_csv_read (&quoted, written, written_length, NULL, NULL);
  g_assert_nonnull (again);
  g_assert_true (enlace_value_equal (rows, again));
}

static void
check_xml (const char *text,
           gsize       length)
{
  g_autoptr(EnlaceValue) root = enlace_xml_read (text, length, NULL, NULL, NULL, NULL);
  gsize written_length;
  g_autofree char *written = root != NULL ? enlace_xml_write (root, FALSE, &written_length, NULL, NULL) : NULL;
  g_autoptr(EnlaceValue) again = written != NULL ? enlace_xml_read (written, written_length, NULL, NULL, NULL, NULL) : NULL;

  if (written == NULL)
    return;
  g_assert_nonnull (again);
  g_assert_true (enlace_value_equal (root, again));
}

/* The first line is the selector. */
static void
check_html (const char     *text,
            gsize           length,
            EnlaceHtmlTake  take)
{
  const char *end = memchr (text, '\n', length);
  g_autofree char *select = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  if (end == NULL)
    return;

  select = g_strndup (text, end - text);
  /* XPath is libxml2's own; what is translated must be right. */
  if (*select != '/' && *select != '(')
    {
      g_autofree char *xpath = enlace_selector_to_xpath (select, NULL);
      g_autoptr(EnlaceValue) nothing = xpath != NULL ? enlace_html_read ("<p>", 3, select, take, ENLACE_CSV_HEADER_NONE, NULL, NULL, NULL) : NULL;

      g_assert_true (xpath == NULL || nothing != NULL);
    }
  value = enlace_html_read (end + 1, length - (end + 1 - text), select, take, ENLACE_CSV_HEADER_FIRST_ROW, NULL, NULL, NULL);
}

static void
check_query (const char *text,
             gsize       length)
{
  g_autoptr(EnlaceValue) record = enlace_query_read (text, length, NULL, NULL);
  gsize written_length;
  g_autofree char *written = record != NULL ? enlace_query_write (record, &written_length, NULL, NULL) : NULL;
  g_autoptr(EnlaceValue) again = written != NULL ? enlace_query_read (written, written_length, NULL, NULL) : NULL;

  if (record != NULL)
    g_assert_true (enlace_value_equal (record, again));
}

static void
check_base64 (const char *text,
              gsize       length)
{
  g_autoptr(EnlaceValue) bytes = enlace_base64_read (text, length, NULL);
  g_autoptr(EnlaceValue) again = NULL;
  g_autofree char *written = NULL;
  gconstpointer data;
  gsize size;

  if (bytes == NULL)
    return;

  data = enlace_value_get_bytes (bytes, &size);
  written = enlace_base64_write (data, size, size % 2);
  again = enlace_base64_read (written, strlen (written), NULL);
  g_assert_true (enlace_value_equal (bytes, again));
}

static void
check_text (const char *text,
            gsize       length)
{
  EnlaceCsvDialect plain = { .delimiter = ",", .quote = '"', .header = ENLACE_CSV_HEADER_NONE };
  EnlaceCsvDialect named = { .delimiter = ",", .quote = '"', .infers = TRUE, .fills = TRUE };
  EnlaceCsvDialect backslash = { .delimiter = ";", .quote = '\'', .is_backslash = TRUE, .header = ENLACE_CSV_HEADER_NONE };
  g_autoptr(EnlaceValue) list = NULL;

  switch (*text)
    {
    case 'c':
      check_csv (&plain, text + 1, length - 1);
      check_csv (&named, text + 1, length - 1);
      break;
    case 's':
      check_csv (&backslash, text + 1, length - 1);
      break;
    case 'h':
      check_html (text + 1, length - 1, ENLACE_HTML_ELEMENTS);
      check_html (text + 1, length - 1, ENLACE_HTML_MARKUP);
      break;
    case 't':
      check_html (text + 1, length - 1, ENLACE_HTML_TABLES);
      break;
    case 'l':
      list = enlace_json_lines_read (text + 1, length - 1, NULL, NULL);
      break;
    case 'q':
      check_query (text + 1, length - 1);
      break;
    default:
      break;
    }
}

/* The first letter says what it is read as. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = NULL;
  gsize length;

  if (size == 0)
    return 0;
  if (*data == 'x')
    check_xml ((const char *) data + 1, size - 1);
  if (*data == 'b')
    check_base64 ((const char *) data + 1, size - 1);

  text = enlace_text_decode (*data == 'u' ? "auto" : "utf-8", data + (*data == 'u'), size - (*data == 'u'), &length, NULL);
  if (text != NULL && length > 0)
    check_text (text, length);

  return 0;
}
