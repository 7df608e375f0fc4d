/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <string.h>

#include "server/outbound/request-private.h"

/* Names that decide how a message is framed or that belong to one connection (RFC 9110, 7.6.1). */
static const char * const own_headers[] = {
  "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "proxy-authorization",
  "proxy-authenticate", "te", "trailer", "upgrade", "expect", "http2-settings",
};

/* Any header may be a credential of its vendor's making, so the harmless ones are listed and not the others. */
static const struct {
  const char *name;
  EnlaceOutboundHeaderFlags flags;
} known_headers[] = {
  { "accept", ENLACE_OUTBOUND_HEADER_PLAIN },
  { "accept-encoding", ENLACE_OUTBOUND_HEADER_PLAIN },
  { "accept-language", ENLACE_OUTBOUND_HEADER_PLAIN },
  { "content-type", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "content-encoding", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "content-language", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "content-disposition", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "content-md5", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "digest", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "content-digest", ENLACE_OUTBOUND_HEADER_PLAIN | ENLACE_OUTBOUND_HEADER_CONTENT },
  { "idempotency-key", ENLACE_OUTBOUND_HEADER_PLAIN },
  { "traceparent", ENLACE_OUTBOUND_HEADER_PLAIN },
  { "user-agent", ENLACE_OUTBOUND_HEADER_PLAIN },
};

static const char * const repeatable_methods[] = { "GET", "HEAD", "PUT", "DELETE", "OPTIONS", NULL };
static const char * const refused_methods[] = { "CONNECT", "TRACE", NULL };

static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
      return FALSE;

  return TRUE;
}

static gboolean
is_field_value (const char *text)
{
  for (; *text != '\0'; text++)
    if (((guchar) *text < ' ' && *text != '\t') || *text == 0x7f)
      return FALSE;

  return TRUE;
}

static gboolean
is_own_header (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (own_headers); i++)
    if (g_ascii_strcasecmp (name, own_headers[i]) == 0)
      return TRUE;

  return FALSE;
}

static EnlaceOutboundHeaderFlags
find_flags (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_headers); i++)
    if (g_ascii_strcasecmp (name, known_headers[i].name) == 0)
      return known_headers[i].flags;

  return 0;
}

static gboolean
refuse (GError **error, const char *format, const char *subject)
{
  g_autofree char *valid = g_utf8_make_valid (subject, MIN (strlen (subject), 100));
  g_autofree char *shown = g_strescape (valid, NULL);
  g_autofree char *message = g_strdup_printf ("%s: “%s”", format, shown);

  g_set_error_literal (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_REQUEST, message);

  return FALSE;
}

static void
header_clear (gpointer data)
{
  EnlaceOutboundHeader *header = data;

  g_free (header->line);
}

EnlaceOutboundRequest *
enlace_outbound_request_new (const char *method, EnlaceUrl *url, GError **error)
{
  EnlaceOutboundRequest *self;

  g_return_val_if_fail (method != NULL && url != NULL, NULL);

  if (!is_token (method) || strlen (method) > 32 || g_strv_contains (refused_methods, method))
    {
      refuse (error, "This method cannot be sent", method);
      return NULL;
    }

  self = g_new0 (EnlaceOutboundRequest, 1);
  g_atomic_ref_count_init (&self->references);
  self->method = g_strdup (method);
  self->url = enlace_url_ref (url);
  self->headers = g_array_new (FALSE, FALSE, sizeof (EnlaceOutboundHeader));
  g_array_set_clear_func (self->headers, header_clear);
  self->timeout_ms = ENLACE_OUTBOUND_DEFAULT_TIMEOUT_MS;
  self->connect_timeout_ms = ENLACE_OUTBOUND_DEFAULT_CONNECT_TIMEOUT_MS;
  self->max_redirects = ENLACE_OUTBOUND_DEFAULT_MAX_REDIRECTS;
  self->max_body = ENLACE_OUTBOUND_DEFAULT_MAX_BODY;
  self->repeatable = g_strv_contains (repeatable_methods, method);

  return self;
}

EnlaceOutboundRequest *
enlace_outbound_request_ref (EnlaceOutboundRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enlace_outbound_request_unref (EnlaceOutboundRequest *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_free (self->method);
  enlace_url_unref (self->url);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_array_unref (self->headers);
  g_free (self);
}

gboolean
enlace_outbound_request_add_header (EnlaceOutboundRequest *self, const char *name, const char *value, GError **error)
{
  EnlaceOutboundHeader header;
  const char *end;

  g_return_val_if_fail (self != NULL && name != NULL && value != NULL, FALSE);

  if (!is_token (name))
    return refuse (error, "This is no name of a header", name);
  if (is_own_header (name))
    return refuse (error, "This header is set by Enlace itself", name);
  if (!is_field_value (value))
    return refuse (error, "The value of this header holds a control character", name);

  value += strspn (value, " \t");
  end = value + strlen (value);
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;

  header.name_length = strlen (name);
  header.flags = find_flags (name);
  if (end == value)
    header.line = g_strconcat (name, ";", NULL);
  else
    header.line = g_strdup_printf ("%s: %.*s", name, (int) (end - value), value);
  g_array_append_val (self->headers, header);

  return TRUE;
}

void
enlace_outbound_request_set_body (EnlaceOutboundRequest *self, GBytes *body)
{
  g_return_if_fail (self != NULL);

  if (body != NULL)
    g_bytes_ref (body);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = body;
}

void
enlace_outbound_request_set_timeout (EnlaceOutboundRequest *self, guint milliseconds)
{
  g_return_if_fail (self != NULL);

  self->timeout_ms = CLAMP (milliseconds, 1, G_MAXINT);
}

void
enlace_outbound_request_set_connect_timeout (EnlaceOutboundRequest *self, guint milliseconds)
{
  g_return_if_fail (self != NULL);

  self->connect_timeout_ms = CLAMP (milliseconds, 1, G_MAXINT);
}

void
enlace_outbound_request_set_max_body (EnlaceOutboundRequest *self, gsize bytes)
{
  g_return_if_fail (self != NULL);

  self->max_body = MIN (bytes, (gsize) G_MAXINT);
}

void
enlace_outbound_request_set_max_redirects (EnlaceOutboundRequest *self, guint redirects)
{
  g_return_if_fail (self != NULL);

  self->max_redirects = redirects;
}

void
enlace_outbound_request_set_repeatable (EnlaceOutboundRequest *self, gboolean repeatable)
{
  g_return_if_fail (self != NULL);

  self->repeatable = repeatable;
}
