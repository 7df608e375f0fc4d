/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/message.h"

#include "common/value/json.h"

G_DEFINE_QUARK (enlace-message-error-quark, enlace_message_error)

/* Headers of one connection (RFC 9110, 7.6.1) and of the message's framing: the transport's own. */
static const char *const own_headers[] = {
  "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
  "te", "trailer", "transfer-encoding", "upgrade",
};

/* The length of "type/subtype" before any parameters and spaces. */
static gsize
measure_media_type (const char *content_type)
{
  gsize length = strcspn (content_type, ";");

  while (length > 0 && g_ascii_isspace (content_type[length - 1]))
    length--;

  return length;
}

static gboolean
is_type (const char *type,
         gsize       length,
         const char *name)
{
  return strlen (name) == length && g_ascii_strncasecmp (type, name, length) == 0;
}

static gboolean
is_json_type (const char *type,
              gsize       length)
{
  return is_type (type, length, "application/json") || is_type (type, length, "text/json")
         || (length > 5 && g_ascii_strncasecmp (type + length - 5, "+json", 5) == 0);
}

/* Text in UTF-8 is a string; text in another character set cannot be told, so it is left to `body_raw`. */
static EnlaceValue *
read_text (const char *text,
           gsize       length)
{
  return g_utf8_validate_len (text, length, NULL) ? enlace_value_new_string_len (text, length) : enlace_value_new_null ();
}

EnlaceValue *
enlace_message_read_body (const char  *content_type,
                          GBytes      *body,
                          GError     **error)
{
  gsize length = 0, type_length;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (length == 0 || content_type == NULL)
    return enlace_value_new_null ();

  while (g_ascii_isspace (*content_type))
    content_type++;
  type_length = measure_media_type (content_type);

  if (is_json_type (content_type, type_length))
    {
      g_autoptr(GError) reason = NULL;
      EnlaceValue *value = enlace_json_parse (text, length, &reason);

      if (value == NULL)
        g_set_error (error, ENLACE_MESSAGE_ERROR, ENLACE_MESSAGE_ERROR_BODY, "The body is declared as JSON, but is none: %s", reason->message);
      return value;
    }

  if (is_type (content_type, type_length, "application/x-www-form-urlencoded"))
    return enlace_message_read_form (text, length, error);

  if (type_length > 5 && g_ascii_strncasecmp (content_type, "text/", 5) == 0)
    return read_text (text, length);
  if (is_type (content_type, type_length, "application/xml")
      || (type_length > 4 && g_ascii_strncasecmp (content_type + type_length - 4, "+xml", 4) == 0))
    return read_text (text, length);

  return enlace_value_new_null ();
}

static gboolean
write_json (EnlaceValue  *value,
            GBytes      **body,
            GError      **error)
{
  gsize length;
  char *text = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, error);

  if (text == NULL)
    {
      g_prefix_error (error, "The body cannot be written as JSON: ");
      return FALSE;
    }

  *body = g_bytes_new_take (text, length);
  return TRUE;
}

gboolean
enlace_message_write_body (EnlaceValue  *value,
                           GBytes      **body,
                           const char  **content_type,
                           GError      **error)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  gconstpointer data;
  gsize length;

  *body = NULL;
  *content_type = NULL;
  if (kind == ENLACE_KIND_NULL)
    return TRUE;

  if (kind == ENLACE_KIND_STRING)
    {
      data = enlace_value_get_string_len (value, &length);
      *body = g_bytes_new (data, length);
      *content_type = "text/plain; charset=utf-8";
      return TRUE;
    }
  if (kind == ENLACE_KIND_BYTES)
    {
      data = enlace_value_get_bytes (value, &length);
      *body = g_bytes_new (data, length);
      *content_type = "application/octet-stream";
      return TRUE;
    }

  *content_type = "application/json";
  return write_json (value, body, error);
}

static gboolean
is_token (const char *name)
{
  if (*name == '\0')
    return FALSE;

  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("!#$%&'*+-.^_`|~", *at) == NULL)
      return FALSE;

  return TRUE;
}

gboolean
enlace_message_check_header (const char  *name,
                             const char  *value,
                             GError     **error)
{
  if (!is_token (name))
    {
      g_set_error (error, ENLACE_MESSAGE_ERROR, ENLACE_MESSAGE_ERROR_HEADER, "“%s” is no header name", name);
      return FALSE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (own_headers); i++)
    if (g_ascii_strcasecmp (name, own_headers[i]) == 0)
      {
        g_set_error (error, ENLACE_MESSAGE_ERROR, ENLACE_MESSAGE_ERROR_HEADER, "The header “%s” belongs to the connection and cannot be set", name);
        return FALSE;
      }

  for (const guchar *at = (const guchar *) value; *at != '\0'; at++)
    if ((*at < 0x20 && *at != '\t') || *at == 0x7f)
      {
        g_set_error (error, ENLACE_MESSAGE_ERROR, ENLACE_MESSAGE_ERROR_HEADER, "The value of the header “%s” holds a control character", name);
        return FALSE;
      }

  return TRUE;
}

char *
enlace_message_dup_header (const char   *name,
                           EnlaceValue  *value,
                           GError      **error)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  gsize length;
  g_autofree char *text = NULL;

  if (kind == ENLACE_KIND_STRING)
    {
      const char *string = enlace_value_get_string_len (value, &length);

      text = strlen (string) == length ? g_strdup (string) : NULL;
    }
  else if (kind == ENLACE_KIND_BOOL || kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE
           || kind == ENLACE_KIND_TIMESTAMP)
    text = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, NULL);

  if (text == NULL)
    {
      g_set_error (error, ENLACE_MESSAGE_ERROR, ENLACE_MESSAGE_ERROR_HEADER, "The header “%s” must be text", name);
      return NULL;
    }
  if (kind == ENLACE_KIND_TIMESTAMP)
    {
      text[strlen (text) - 1] = '\0';
      memmove (text, text + 1, strlen (text));
    }

  return enlace_message_check_header (name, text, error) ? g_steal_pointer (&text) : NULL;
}

/* Decodes one name or value of a form (WHATWG URL, 5.1). */
static char *
decode_form_part (const char *text,
                  gsize       length,
                  gsize      *decoded_length)
{
  g_autofree char *out = g_malloc (length + 1);
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '+')
        out[n++] = ' ';
      else if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1]) && g_ascii_isxdigit (text[i + 2]))
        {
          out[n++] = (char) (g_ascii_xdigit_value (text[i + 1]) << 4 | g_ascii_xdigit_value (text[i + 2]));
          i += 2;
        }
      else
        out[n++] = text[i];
    }

  out[n] = '\0';
  if (!g_utf8_validate_len (out, n, NULL))
    return NULL;

  *decoded_length = n;
  return g_steal_pointer (&out);
}

EnlaceValue *
enlace_message_read_form (const char  *text,
                          gsize        length,
                          GError     **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  const char *end = text + length;

  for (const char *at = text; at < end;)
    {
      const char *stop = memchr (at, '&', end - at);
      const char *part_end = stop != NULL ? stop : end;
      const char *equals = memchr (at, '=', part_end - at);
      const char *name_end = equals != NULL ? equals : part_end;
      gsize name_length, value_length;

      if (part_end > at)
        {
          g_autofree char *name = decode_form_part (at, name_end - at, &name_length);
          g_autofree char *value = equals != NULL ? decode_form_part (equals + 1, part_end - equals - 1, &value_length) : g_strdup ("");

          if (equals == NULL)
            value_length = 0;
          if (name == NULL || value == NULL)
            {
              g_set_error_literal (error, ENLACE_MESSAGE_ERROR, ENLACE_MESSAGE_ERROR_BODY, "The form in the body is not in UTF-8");
              return NULL;
            }
          enlace_map_builder_take (builder, name, enlace_value_new_string_len (value, value_length));
        }
      at = part_end + 1;
    }

  return enlace_map_builder_end (builder);
}
