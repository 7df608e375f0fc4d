/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/text.h"

#include <string.h>

#include "common/value/utf8.h"

/* Of UTF-32 before those of UTF-16, of which one is the beginning. */
static const struct {
  const char *mark;
  gsize       length;
  const char *encoding;
} marks[] = {
  { "\xff\xfe\0\0", 4, "UTF-32LE" },
  { "\0\0\xfe\xff", 4, "UTF-32BE" },
  { "\xef\xbb\xbf", 3, "UTF-8" },
  { "\xff\xfe", 2, "UTF-16LE" },
  { "\xfe\xff", 2, "UTF-16BE" },
};

/* The mark's bytes, 0 where there is none; "auto" becomes what the mark says. */
static gsize
skip_mark (const char **encoding,
           const char  *data,
           gsize        size)
{
  gboolean is_auto = strcmp (*encoding, "auto") == 0;

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (size >= marks[i].length && memcmp (data, marks[i].mark, marks[i].length) == 0
        && (is_auto || g_ascii_strcasecmp (*encoding, marks[i].encoding) == 0))
      {
        *encoding = marks[i].encoding;
        return marks[i].length;
      }

  if (is_auto)
    *encoding = "UTF-8";
  return 0;
}

static gsize
find_fault (const char *data,
            gsize       size)
{
  gsize at = 0;

  while (at < size)
    {
      guint sequence = enlace_utf8_sequence (data + at, size - at);

      if (sequence == 0)
        break;
      at += sequence;
    }

  return at;
}

static char *
fail (GError     **error,
      const char  *encoding,
      gsize        at)
{
  g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT, "The byte at %" G_GSIZE_FORMAT " is no text in %s", at, encoding);
  return NULL;
}

char *
enlace_text_copy (const char *text,
                  gsize       length)
{
  char *copy = g_malloc (length + 1);

  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

char *
enlace_text_decode (const char     *encoding,
                    gconstpointer   data,
                    gsize           size,
                    gsize          *length,
                    GError        **error)
{
  gsize mark = skip_mark (&encoding, data, size);
  const char *text = (const char *) data + mark;
  g_autoptr(GError) reason = NULL;
  gsize n_read = 0;
  char *decoded;

  if (g_ascii_strcasecmp (encoding, "utf-8") == 0)
    {
      if (!enlace_utf8_validate (text, size - mark))
        return fail (error, encoding, mark + find_fault (text, size - mark));
      *length = size - mark;
      return enlace_text_copy (text, size - mark);
    }

  decoded = g_convert (text, (gssize) (size - mark), "UTF-8", encoding, &n_read, length, &reason);
  if (decoded != NULL && n_read == size - mark)
    return decoded;

  /* A sequence that is cut off at the end is no error to iconv. */
  g_free (decoded);
  if (!g_error_matches (reason, G_CONVERT_ERROR, G_CONVERT_ERROR_NO_CONVERSION))
    return fail (error, encoding, mark + n_read);

  g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_OPTION, "Text in %s cannot be read here", encoding);
  return NULL;
}
