/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/lines.h"

#include <string.h>

static char
get_standard (char c)
{
  return c == '-' ? '+' : c == '_' ? '/' : c;
}

EnlaceValue *
enlace_base64_read (const char  *text,
                    gsize        length,
                    GError     **error)
{
  g_autoptr(GString) plain = g_string_sized_new (length + 4);
  gsize n_padding = 0, size;
  g_autofree guchar *data = NULL;

  for (gsize i = 0; i < length; i++)
    {
      char c = get_standard (text[i]);

      if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
        continue;
      if (c == '=' ? ++n_padding > 2 : n_padding > 0 || !(g_ascii_isalnum (c) || c == '+' || c == '/'))
        {
          g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT, "The character at %" G_GSIZE_FORMAT " is no base64", i);
          return NULL;
        }
      if (c != '=')
        g_string_append_c (plain, c);
    }

  if (plain->len % 4 == 1 || (n_padding > 0 && (plain->len + n_padding) % 4 != 0))
    {
      g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT, "The base64 is cut off");
      return NULL;
    }

  while (plain->len % 4 != 0)
    g_string_append_c (plain, '=');
  data = g_base64_decode (plain->str, &size);

  return enlace_value_new_bytes (data, size);
}

char *
enlace_base64_write (gconstpointer data,
                     gsize         size,
                     gboolean      is_url)
{
  char *text = g_base64_encode (data, size);

  if (!is_url)
    return text;

  for (char *c = text; *c != '\0'; c++)
    *c = *c == '+' ? '-' : *c == '/' ? '_' : *c == '=' ? '\0' : *c;
  return text;
}
