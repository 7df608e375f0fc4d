/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/approval-html.h"

#include <string.h>

#include "enlace-api-resources.h"

#define STYLE "/com/alkitu/Enlace/api/approval.css"

typedef struct {
  const char *language;
  const char *comment;
  const char *approve;
  const char *reject;
  const char *until;            /* with a time */
  const char *pages[ENLACE_APPROVAL_PAGE_MALFORMED + 1];
} Words;

static const Words english = {
  "en", "Comment (optional)", "Approve", "Reject", "To be decided before %s (UTC).",
  {
    [ENLACE_APPROVAL_PAGE_THANKS] = "Thank you. Your decision is kept.",
    [ENLACE_APPROVAL_PAGE_APPROVED] = "This was decided already: it is approved.",
    [ENLACE_APPROVAL_PAGE_REJECTED] = "This was decided already: it is rejected.",
    [ENLACE_APPROVAL_PAGE_EXPIRED] = "The time to decide is over.",
    [ENLACE_APPROVAL_PAGE_CANCELLED] = "There is nothing to decide any more: the run has ended.",
    [ENLACE_APPROVAL_PAGE_UNKNOWN] = "There is nothing to decide at this address.",
    [ENLACE_APPROVAL_PAGE_NO_LINKS] = "This cannot be decided by a link, but in Enlace.",
    [ENLACE_APPROVAL_PAGE_FOREIGN] = "The form was sent by another site, so nothing was decided. Open the link and decide there.",
    [ENLACE_APPROVAL_PAGE_MALFORMED] = "Nothing was decided: the form was not complete, or the comment is too long. Go back and try again.",
  },
};

static const Words spanish = {
  "es", "Comentario (opcional)", "Aprobar", "Rechazar", "Debe decidirse antes del %s (UTC).",
  {
    [ENLACE_APPROVAL_PAGE_THANKS] = "Gracias. Su decisión queda guardada.",
    [ENLACE_APPROVAL_PAGE_APPROVED] = "Ya se decidió: está aprobado.",
    [ENLACE_APPROVAL_PAGE_REJECTED] = "Ya se decidió: está rechazado.",
    [ENLACE_APPROVAL_PAGE_EXPIRED] = "El plazo para decidir ha terminado.",
    [ENLACE_APPROVAL_PAGE_CANCELLED] = "Ya no hay nada que decidir: la ejecución ha terminado.",
    [ENLACE_APPROVAL_PAGE_UNKNOWN] = "No hay nada que decidir en esta dirección.",
    [ENLACE_APPROVAL_PAGE_NO_LINKS] = "Esto no se puede decidir con un enlace, sino en Enlace.",
    [ENLACE_APPROVAL_PAGE_FOREIGN] = "El formulario llegó desde otro sitio, así que no se decidió nada. Abra el enlace y decida allí.",
    [ENLACE_APPROVAL_PAGE_MALFORMED] = "No se decidió nada: el formulario no estaba completo o el comentario es demasiado largo. Vuelva atrás e inténtelo de nuevo.",
  },
};

/* The better of the two by Accept-Language (RFC 9110, 12.5.4). */
static const Words *
choose_words (const char *languages)
{
  g_auto(GStrv) parts = g_strsplit (languages != NULL ? languages : "", ",", 32);
  double best = 0;
  const Words *words = &english;

  for (char **part = parts; *part != NULL; part++)
    {
      const char *tag = g_strstrip (*part);
      const char *weight = strstr (tag, "q=");
      double quality = weight != NULL ? g_ascii_strtod (weight + 2, NULL) : 1;
      const Words *these = g_ascii_strncasecmp (tag, "es", 2) == 0 ? &spanish : g_ascii_strncasecmp (tag, "en", 2) == 0 ? &english : NULL;

      if (these == NULL || g_ascii_isalpha (tag[2]) || quality <= best)
        continue;
      best = quality;
      words = these;
    }

  return words;
}

static void
append_escaped (GString    *page,
                const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (page, escaped);
}

/* One kind of marks, such as ** around bold text, in text that is escaped already. Those without a partner stay as they are. */
static char *
replace_marks (const char *text,
               const char *mark,
               const char *tag)
{
  g_auto(GStrv) parts = g_strsplit (text, mark, -1);
  g_autoptr(GString) result = g_string_new (parts[0]);
  guint n = g_strv_length (parts);

  for (guint i = 1; i < n; i++)
    {
      if (i % 2 == 1 && i + 1 == n)
        g_string_append (result, mark);
      else
        g_string_append_printf (result, i % 2 == 1 ? "<%s>" : "</%s>", tag);
      g_string_append (result, parts[i]);
    }

  return g_string_free_and_steal (g_steal_pointer (&result));
}

static void
append_line (GString    *page,
             const char *line)
{
  g_autofree char *escaped = g_markup_escape_text (line, -1);
  g_auto(GStrv) parts = g_strsplit (escaped, "`", -1);
  guint n = g_strv_length (parts);

  /* What is inside of code is shown as it is. */
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *bold = i % 2 == 0 || i + 1 == n ? replace_marks (parts[i], "**", "strong") : NULL;

      if (bold != NULL)
        g_string_append_printf (page, "%s%s", i % 2 == 1 ? "`" : "", bold);
      else
        g_string_append_printf (page, "<code>%s</code>", parts[i]);
    }
}

typedef enum { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_LIST } Block;

static void
enter_block (GString *page,
             Block   *block,
             Block    next)
{
  static const char *const ends[] = { "", "</p>\n", "</ul>\n" };
  static const char *const begins[] = { "", "<p>", "<ul>\n" };

  if (*block == next)
    return;

  g_string_append (page, ends[*block]);
  g_string_append (page, begins[next]);
  *block = next;
}

/* Paragraphs, line ends, lists, bold and code: nothing that leads anywhere. */
static void
append_text (GString    *page,
             const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  Block block = BLOCK_NONE;

  for (char **at = lines; *at != NULL; at++)
    {
      const char *line = g_strstrip (*at);
      gboolean is_item = g_str_has_prefix (line, "- ") || g_str_has_prefix (line, "* ");

      if (*line == '\0')
        {
          enter_block (page, &block, BLOCK_NONE);
          continue;
        }
      if (block == BLOCK_PARAGRAPH && !is_item)
        g_string_append (page, "<br>\n");
      enter_block (page, &block, is_item ? BLOCK_LIST : BLOCK_PARAGRAPH);
      g_string_append (page, is_item ? "<li>" : "");
      append_line (page, is_item ? line + 2 : line);
      g_string_append (page, is_item ? "</li>\n" : "");
    }
  enter_block (page, &block, BLOCK_NONE);
}

static void
append_form (GString     *page,
             const Words *words,
             gint64       deadline)
{
  g_autoptr(GDateTime) time = deadline != 0 ? g_date_time_new_from_unix_utc (deadline / G_USEC_PER_SEC) : NULL;
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : NULL;

  if (when != NULL)
    {
      g_auto(GStrv) parts = g_strsplit (words->until, "%s", 2);

      g_string_append_printf (page, "<p class=\"note\">%s%s%s</p>\n", parts[0], when, parts[1]);
    }
  g_string_append_printf (page,
                          "<form method=\"post\"><label>%s<textarea name=\"comment\" rows=\"3\" maxlength=\"2000\"></textarea></label>\n"
                          "<button class=\"yes\" name=\"decision\" value=\"approved\">%s</button>"
                          "<button name=\"decision\" value=\"rejected\">%s</button></form>\n",
                          words->comment, words->approve, words->reject);
}

static GBytes *
get_style (void)
{
  GBytes *style = g_resource_lookup_data (enlace_api_get_resource (), STYLE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (style != NULL);

  return style;
}

static char *
write_policy (GBytes *style)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *hash = NULL;
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (style, NULL), (gssize) g_bytes_get_size (style));
  g_checksum_get_digest (checksum, digest, &size);
  hash = g_base64_encode (digest, size);

  return g_strdup_printf ("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", hash);
}

EnlaceReply *
enlace_approval_html_new (guint               status,
                          EnlaceApprovalPage  page,
                          EnlaceValue        *request,
                          gint64              deadline,
                          const char         *languages)
{
  const Words *words = choose_words (languages);
  g_autoptr(GBytes) style = get_style ();
  g_autofree char *policy = write_policy (style);
  g_autoptr(GBytes) body = NULL;
  GString *text = g_string_new ("<!DOCTYPE html>\n");
  EnlaceReply *reply;

  g_string_append_printf (text, "<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>Enlace</title><meta name=\"viewport\" content=\"width=device-width\">"
                          "<meta name=\"robots\" content=\"noindex\"><style>", words->language);
  g_string_append_len (text, g_bytes_get_data (style, NULL), (gssize) g_bytes_get_size (style));
  g_string_append (text, "</style></head>\n<body>\n");
  if (request != NULL)
    {
      g_string_append (text, "<h1>");
      append_escaped (text, enlace_value_get_member_string (request, "title", ""));
      g_string_append (text, "</h1>\n");
    }
  if (page == ENLACE_APPROVAL_PAGE_OPEN && request != NULL)
    {
      append_text (text, enlace_value_get_member_string (request, "text", ""));
      append_form (text, words, deadline);
    }
  else
    g_string_append_printf (text, "<p>%s</p>\n", words->pages[page]);
  g_string_append (text, "</body></html>\n");

  body = g_string_free_to_bytes (text);
  reply = enlace_reply_new_bytes (status, "text/html; charset=utf-8", body);
  enlace_reply_add_header (reply, "Content-Security-Policy", policy);
  enlace_reply_add_header (reply, "Content-Language", words->language);
  enlace_reply_add_header (reply, "Vary", "Accept-Language");
  enlace_reply_add_header (reply, "Referrer-Policy", "no-referrer");
  enlace_reply_add_header (reply, "X-Frame-Options", "DENY");

  return reply;
}
