/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/lines.h"

#include <string.h>

#include "common/value/json.h"

static gboolean
is_blank (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')
      return FALSE;

  return TRUE;
}

EnlaceValue *
enlace_json_lines_read (const char         *text,
                        gsize               length,
                        EnlaceFormatGuard  *guard,
                        GError            **error)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  const char *end = text + length;
  gsize size = 0, line = 1;

  for (const char *at = text; at < end; line++)
    {
      const char *line_end = memchr (at, '\n', end - at);
      gsize line_length = (line_end != NULL ? line_end : end) - at;
      g_autoptr(GError) reason = NULL;
      g_autoptr(EnlaceValue) value = NULL;

      if (!is_blank (at, line_length))
        {
          value = enlace_json_parse (at, (gssize) line_length, &reason);
          if (value == NULL)
            {
              enlace_format_fail (guard, error, line, "%s", reason->message);
              return NULL;
            }
          size += enlace_value_get_size (value);
          enlace_list_builder_add (list, value);
        }
      if (!enlace_format_spend (guard, 1 + line_length / 16, size, error))
        return NULL;
      at += line_length + 1;
    }

  return enlace_list_builder_end (list);
}

char *
enlace_json_lines_write (EnlaceValue        *list,
                         gsize              *length,
                         EnlaceFormatGuard  *guard,
                         GError            **error)
{
  g_autoptr(GString) out = g_string_new (NULL);

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      gsize before = out->len;
      g_autoptr(GError) reason = NULL;

      if (!enlace_json_append (out, enlace_value_get_element (list, i), ENLACE_JSON_COMPACT, &reason))
        {
          g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "Row %" G_GSIZE_FORMAT ": %s", i + 1, reason->message);
          return NULL;
        }
      g_string_append_c (out, '\n');
      if (!enlace_format_spend (guard, 1 + (out->len - before) / 16, out->len, error))
        return NULL;
    }

  *length = out->len;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
