/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/lines.h"

#include <string.h>

#include "common/value/json.h"
#include "common/value/utf8.h"
#include "server/formats/members.h"

/* Where a % is followed by no two digits, it stands for itself, as browsers have it. */
static EnlaceValue *
decode (const char  *text,
        gsize        length,
        GError     **error)
{
  g_autoptr(GString) out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]))
      {
        g_string_append_c (out, (char) (g_ascii_xdigit_value (text[i + 1]) * 16 + g_ascii_xdigit_value (text[i + 2])));
        i += 2;
      }
    else
      g_string_append_c (out, text[i] == '+' ? ' ' : text[i]);

  if (enlace_utf8_validate (out->str, out->len))
    return enlace_value_new_string_len (out->str, out->len);

  g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT, "“%.*s” is no text in UTF-8", (int) MIN (length, 40), text);
  return NULL;
}

static gboolean
add_pair (EnlaceMembers  *members,
          const char     *pair,
          gsize           length,
          GError        **error)
{
  const char *sign = memchr (pair, '=', length);
  gsize name_length = sign != NULL ? (gsize) (sign - pair) : length;
  g_autoptr(EnlaceValue) name = decode (pair, name_length, error);
  EnlaceValue *value;

  if (name == NULL)
    return FALSE;

  value = sign != NULL ? decode (sign + 1, length - name_length - 1, error) : enlace_value_new_string ("");
  if (value != NULL)
    enlace_members_take (members, name, value, FALSE);

  return value != NULL;
}

EnlaceValue *
enlace_query_read (const char         *text,
                   gsize               length,
                   EnlaceFormatGuard  *guard,
                   GError            **error)
{
  g_autoptr(EnlaceMembers) members = enlace_members_new ();
  const char *at = text + (length > 0 && *text == '?'), *end = text + length;
  gsize size = 0;

  while (at < end)
    {
      const char *sign = memchr (at, '&', end - at);
      gsize pair = (sign != NULL ? sign : end) - at;

      size += 256 + pair;
      if ((pair > 0 && !add_pair (members, at, pair, error)) || !enlace_format_spend (guard, 1 + pair / 16, size, error))
        return NULL;
      at += pair + 1;
    }

  return enlace_members_end (members);
}

static void
append_encoded (GString    *out,
                const char *text,
                gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (text[i]) || strchr ("-._~", text[i] != '\0' ? text[i] : '%') != NULL)
      g_string_append_c (out, text[i]);
    else
      g_string_append_printf (out, "%%%02X", (guchar) text[i]);
}

static gboolean
append_pair (GString      *out,
             EnlaceValue  *key,
             EnlaceValue  *value,
             GError      **error)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  g_autofree char *json = NULL;
  gsize length, name_length;
  const char *text = enlace_value_get_string_len (value, &length);
  const char *name = enlace_value_get_string_len (key, &name_length);

  if (kind == ENLACE_KIND_NULL)
    return TRUE;
  if (name == NULL || kind == ENLACE_KIND_MAP || kind == ENLACE_KIND_LIST)
    {
      g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "“%s” holds what a query string cannot say", name != NULL ? name : "?");
      return FALSE;
    }
  if (text == NULL)
    {
      text = json = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, error);
      if (json == NULL)
        return FALSE;
      if (*json == '"')
        {
          text++;
          length -= 2;
        }
    }

  if (out->len > 0)
    g_string_append_c (out, '&');
  append_encoded (out, name, name_length);
  g_string_append_c (out, '=');
  append_encoded (out, text, length);
  return TRUE;
}

char *
enlace_query_write (EnlaceValue        *record,
                    gsize              *length,
                    EnlaceFormatGuard  *guard,
                    GError            **error)
{
  g_autoptr(GString) out = g_string_new (NULL);

  for (gsize i = 0; i < enlace_value_get_length (record); i++)
    {
      EnlaceValue *key = enlace_value_get_key (record, i);
      EnlaceValue *value = enlace_value_get_member_value (record, i);
      gboolean is_list = enlace_value_get_kind (value) == ENLACE_KIND_LIST;
      gsize before = out->len;

      for (gsize j = 0; j < (is_list ? enlace_value_get_length (value) : 1); j++)
        if (!append_pair (out, key, is_list ? enlace_value_get_element (value, j) : value, error))
          return NULL;
      if (!enlace_format_spend (guard, 1 + (out->len - before) / 16, out->len, error))
        return NULL;
    }

  *length = out->len;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
