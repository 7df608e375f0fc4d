/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/reply.h"

#include "common/value/json.h"
#include "server/store/store.h"
#include "server/webhook/inbound.h"
#include "server/workflow/engine.h"

typedef struct {
  char *name;
  char *value;
} Header;

struct _EnlaceReply
{
  guint status;
  guint n_headers;
  Header *headers;
  char *content_type;
  GBytes *body;
  EnlaceStream *stream;
};

G_DEFINE_QUARK (enlace-api-error-quark, enlace_api_error)

static const struct {
  guint status;
  const char *phrase;
} phrases[] = {
  { 200, "OK" },
  { 201, "Created" },
  { 202, "Accepted" },
  { 204, "No Content" },
  { 303, "See Other" },
  { 400, "Bad Request" },
  { 401, "Unauthorized" },
  { 402, "Payment Required" },
  { 403, "Forbidden" },
  { 404, "Not Found" },
  { 405, "Method Not Allowed" },
  { 408, "Request Timeout" },
  { 409, "Conflict" },
  { 410, "Gone" },
  { 412, "Precondition Failed" },
  { 413, "Content Too Large" },
  { 414, "URI Too Long" },
  { 415, "Unsupported Media Type" },
  { 421, "Misdirected Request" },
  { 422, "Unprocessable Content" },
  { 428, "Precondition Required" },
  { 429, "Too Many Requests" },
  { 431, "Request Header Fields Too Large" },
  { 500, "Internal Server Error" },
  { 501, "Not Implemented" },
  { 502, "Bad Gateway" },
  { 503, "Service Unavailable" },
  { 504, "Gateway Timeout" },
};

const char *
enlace_status_phrase (guint status)
{
  for (gsize i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (phrases[i].status == status)
      return phrases[i].phrase;

  return "Unknown";
}

EnlaceReply *
enlace_reply_new (guint status)
{
  EnlaceReply *self = g_new0 (EnlaceReply, 1);

  self->status = status;

  return self;
}

void
enlace_reply_free (EnlaceReply *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_headers; i++)
    {
      g_free (self->headers[i].name);
      g_free (self->headers[i].value);
    }
  g_free (self->headers);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->stream, enlace_stream_unref);
  g_free (self);
}

EnlaceReply *
enlace_reply_new_bytes (guint       status,
                        const char *content_type,
                        GBytes     *body)
{
  EnlaceReply *self = enlace_reply_new (status);

  self->content_type = g_strdup (content_type);
  self->body = body != NULL ? g_bytes_ref (body) : NULL;

  return self;
}

EnlaceReply *
enlace_reply_new_stream (guint         status,
                         const char   *content_type,
                         EnlaceStream *stream)
{
  EnlaceReply *self = enlace_reply_new (status);

  self->content_type = g_strdup (content_type);
  self->stream = enlace_stream_ref (stream);

  return self;
}

static EnlaceReply *
new_text (guint        status,
          const char  *content_type,
          EnlaceValue *body)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  char *text = enlace_json_format (body, ENLACE_JSON_COMPACT, &length, &error);
  EnlaceReply *self;

  if (text == NULL)
    {
      g_warning ("A reply could not be written as JSON: %s", error->message);
      return enlace_reply_new_problem (500, NULL, "The reply could not be written.", NULL, NULL);
    }

  self = enlace_reply_new (status);
  self->content_type = g_strdup (content_type);
  self->body = g_bytes_new_take (text, length);

  return self;
}

EnlaceReply *
enlace_reply_new_json (guint        status,
                       EnlaceValue *body)
{
  return new_text (status, "application/json", body);
}

EnlaceReply *
enlace_reply_new_problem (guint        status,
                          const char  *type,
                          const char  *detail,
                          EnlaceValue *errors,
                          EnlaceValue *more)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  enlace_map_builder_add_string (builder, "type", type != NULL ? type : "about:blank");
  enlace_map_builder_add_string (builder, "title", enlace_status_phrase (status));
  enlace_map_builder_add_int (builder, "status", status);
  if (detail != NULL)
    enlace_map_builder_add_string (builder, "detail", detail);
  if (errors != NULL)
    enlace_map_builder_add (builder, "errors", errors);
  for (gsize i = 0; more != NULL && i < enlace_value_get_length (more); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (more, i)),
                            enlace_value_get_member_value (more, i));
  body = enlace_map_builder_end (builder);

  return new_text (status, "application/problem+json", body);
}

/* What the errors of the rooms below are to a client. `detail` NULL: the error's own message, which is meant for people. */
typedef struct {
  GQuark (*domain) (void);
  int code;
  guint status;
  const char *detail;
} Meaning;

#define BUSY "The change could not be saved now and nothing of it was kept. Try again shortly."

static const Meaning meanings[] = {
  { enlace_store_error_quark, ENLACE_STORE_ERROR_NOT_FOUND, 404, "There is no such resource." },
  { enlace_store_error_quark, ENLACE_STORE_ERROR_REVISION, 412, "The resource was changed meanwhile. Read it again, then repeat the change." },
  { enlace_store_error_quark, ENLACE_STORE_ERROR_CONFLICT, 409, NULL },
  { enlace_store_error_quark, ENLACE_STORE_ERROR_LEASE, 409, "The run belongs to another server by now." },
  { enlace_store_error_quark, ENLACE_STORE_ERROR_FULL, 503, BUSY },
  { enlace_store_error_quark, ENLACE_STORE_ERROR_UNAVAILABLE, 503, BUSY },
  { enlace_store_error_quark, ENLACE_STORE_ERROR_READ_ONLY, 503, BUSY },
  { enlace_engine_error_quark, ENLACE_ENGINE_ERROR_STOPPING, 503, "The server is stopping." },
  { enlace_engine_error_quark, ENLACE_ENGINE_ERROR_NOT_FOUND, 404, "There is no such run or step." },
  { enlace_engine_error_quark, ENLACE_ENGINE_ERROR_STATE, 409, NULL },
  { enlace_engine_error_quark, ENLACE_ENGINE_ERROR_INVALID, 422, NULL },
  { enlace_inbound_error_quark, ENLACE_INBOUND_ERROR_NOT_FOUND, 404, "There is no live workflow at this address." },
  { enlace_inbound_error_quark, ENLACE_INBOUND_ERROR_METHOD, 405, "The workflow's trigger does not take this method." },
  { enlace_inbound_error_quark, ENLACE_INBOUND_ERROR_BODY, 400, NULL },
  { enlace_inbound_error_quark, ENLACE_INBOUND_ERROR_ADDRESS, 403, NULL },
  { enlace_inbound_error_quark, ENLACE_INBOUND_ERROR_SIGNATURE, 401, NULL },
  { enlace_inbound_error_quark, ENLACE_INBOUND_ERROR_EVENT_ID, 422, NULL },
  { enlace_json_error_quark, ENLACE_JSON_ERROR_SYNTAX, 400, NULL },
  { enlace_json_error_quark, ENLACE_JSON_ERROR_DUPLICATE, 400, NULL },
  { enlace_json_error_quark, ENLACE_JSON_ERROR_DEPTH, 400, NULL },
};

static const Meaning *
find_meaning (const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (meanings[i].domain () == error->domain && meanings[i].code == error->code)
      return &meanings[i];

  return NULL;
}

EnlaceReply *
enlace_reply_new_error (const GError *error)
{
  const Meaning *meaning = find_meaning (error);
  EnlaceReply *self;

  if (meaning != NULL)
    self = enlace_reply_new_problem (meaning->status, NULL, meaning->detail != NULL ? meaning->detail : error->message, NULL, NULL);
  else if (error->domain == ENLACE_API_ERROR && error->code >= 400 && error->code <= 599)
    self = enlace_reply_new_problem ((guint) error->code, NULL, error->message, NULL, NULL);
  else
    {
      g_warning ("A request failed: %s", error->message);
      self = enlace_reply_new_problem (500, NULL, "The server could not do this. Its log says more.", NULL, NULL);
    }

  if (self->status == 503)
    enlace_reply_add_header (self, "Retry-After", "2");

  return self;
}

static gboolean
is_header_text (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (((guchar) *p < 0x20 && *p != '\t') || *p == 0x7f)
      return FALSE;

  return TRUE;
}

void
enlace_reply_add_header (EnlaceReply *self,
                         const char  *name,
                         const char  *value)
{
  g_return_if_fail (name != NULL && *name != '\0' && is_header_text (name));
  g_return_if_fail (value != NULL && is_header_text (value));

  self->headers = g_renew (Header, self->headers, self->n_headers + 1);
  self->headers[self->n_headers].name = g_strdup (name);
  self->headers[self->n_headers].value = g_strdup (value);
  self->n_headers++;
}

static const char *const server_fields[] = {
  "connection", "content-length", "date", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
};

static gboolean
is_token (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-.^_`|~", *p) == NULL)
      return FALSE;

  return *text != '\0';
}

gboolean
enlace_reply_try_header (EnlaceReply *self,
                         const char  *name,
                         const char  *value)
{
  if (!is_token (name) || !is_header_text (value))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (server_fields); i++)
    if (g_ascii_strcasecmp (name, server_fields[i]) == 0)
      return FALSE;

  if (g_ascii_strcasecmp (name, "Content-Type") == 0)
    g_set_str (&self->content_type, value);
  else
    enlace_reply_add_header (self, name, value);

  return TRUE;
}

void
enlace_reply_set_etag (EnlaceReply *self,
                       gint64       revision)
{
  char text[32];

  g_snprintf (text, sizeof text, "\"%" G_GINT64_FORMAT "\"", revision);
  enlace_reply_add_header (self, "ETag", text);
}

guint
enlace_reply_get_status (EnlaceReply *self)
{
  return self->status;
}

GBytes *
enlace_reply_get_body (EnlaceReply *self)
{
  return self->body;
}

const char *
enlace_reply_get_content_type (EnlaceReply *self)
{
  return self->content_type;
}

EnlaceStream *
enlace_reply_get_stream (EnlaceReply *self)
{
  return self->stream;
}

guint
enlace_reply_get_n_headers (EnlaceReply *self)
{
  return self->n_headers;
}

void
enlace_reply_get_header (EnlaceReply *self,
                         guint        index,
                         const char **name,
                         const char **value)
{
  g_return_if_fail (index < self->n_headers);

  *name = self->headers[index].name;
  *value = self->headers[index].value;
}
