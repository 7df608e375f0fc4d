/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-log"

#include "server/log.h"

#include <stdio.h>
#include <string.h>

#include "common/value/json.h"
#include "common/value/time.h"

static const char *
level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "error";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  if (level & G_LOG_LEVEL_DEBUG)
    return "debug";
  return "info";
}

/* The room that a message comes from: its log domain without the program's name. */
static const char *
room_name (const char *domain)
{
  if (domain == NULL)
    return "enlaced";
  return g_str_has_prefix (domain, "enlace-") ? domain + strlen ("enlace-") : domain;
}

static gsize
span_token (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]) || (text[length] != '\0' && strchr ("-._~+/=", text[length]) != NULL))
    length++;

  return length;
}

/* The length of the secret that begins here, 0: none. `*lead` is the readable part before it. */
static gsize
span_secret (const char *text,
             gsize      *lead)
{
  const char *at;

  *lead = 0;
  if (g_str_has_prefix (text, "enl_"))
    {
      *lead = strlen ("enl_");
      return span_token (text + *lead);
    }
  if (g_ascii_strncasecmp (text, "bearer ", 7) == 0)
    {
      *lead = 7;
      return span_token (text + *lead);
    }
  if (g_str_has_prefix (text, "/hooks/") || g_str_has_prefix (text, "/resume/"))
    {
      *lead = strchr (text + 1, '/') - text + 1;
      return strcspn (text + *lead, "/? \t\"'");
    }
  if (g_str_has_prefix (text, "://") && (at = strpbrk (text + 3, "@/ ")) != NULL && *at == '@')
    {
      *lead = 3;
      return at - text - 3;
    }

  return 0;
}

static char *
redact (const char *message)
{
  GString *out = g_string_new (NULL);

  for (const char *p = message; *p != '\0';)
    {
      gsize lead, secret = span_secret (p, &lead);

      if (secret > 0)
        {
          g_string_append_len (out, p, lead);
          g_string_append (out, "•••");
          p += lead + secret;
        }
      else
        g_string_append_c (out, *p++);
    }

  return g_string_free (out, FALSE);
}

static void
append_escaped (GString    *out,
                const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (out, "\\x%02x", (guchar) *p);
    else
      g_string_append_c (out, *p);
}

char *
enlace_log_format (gboolean        is_json,
                   gint64          usec,
                   GLogLevelFlags  level,
                   const char     *domain,
                   const char     *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  g_autofree char *safe = redact (valid);
  g_autofree char *time = enlace_time_format_usec (usec);
  GString *line = g_string_new (NULL);

  if (is_json)
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
      g_autoptr(EnlaceValue) value = NULL;

      enlace_map_builder_add_string (builder, "time", time);
      enlace_map_builder_add_string (builder, "level", level_name (level));
      enlace_map_builder_add_string (builder, "room", room_name (domain));
      enlace_map_builder_add_string (builder, "message", safe);
      value = enlace_map_builder_end (builder);
      enlace_json_append (line, value, ENLACE_JSON_COMPACT, NULL);
    }
  else
    {
      g_string_append_printf (line, "%s %s %s: ", time, level_name (level), room_name (domain));
      append_escaped (line, safe);
    }

  return g_string_free (line, FALSE);
}

static const char *
find_field (const GLogField *fields,
            gsize            n_fields,
            const char      *name)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, name) == 0 && fields[i].length == -1)
      return fields[i].value;

  return NULL;
}

static GLogWriterOutput
write_cb (GLogLevelFlags   level,
          const GLogField *fields,
          gsize            n_fields,
          gpointer         data)
{
  const char *domain = find_field (fields, n_fields, "GLIB_DOMAIN");
  const char *message = find_field (fields, n_fields, "MESSAGE");
  g_autofree char *line = NULL;

  if ((level & G_LOG_LEVEL_DEBUG) && g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;

  line = enlace_log_format (GPOINTER_TO_INT (data), g_get_real_time (), level, domain, message ? message : "");
  fprintf (stderr, "%s\n", line);  /* one call: lines of several threads do not mix */

  return G_LOG_WRITER_HANDLED;
}

void
enlace_log_start (gboolean is_json)
{
  g_log_set_writer_func (write_cb, GINT_TO_POINTER (is_json), NULL);
}
