/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include "config.h"

#include <netinet/in.h>
#include <string.h>

#include "server/outbound/reply-private.h"
#include "server/outbound/request-private.h"
#include "server/outbound/transfer.h"
#include "server/outbound/url-private.h"

/* A reply's header may be this large and have this many lines. */
#define MAX_HEADER (256 * 1024)
#define MAX_HEADER_LINES 1000

/* Only codings whose decoders need little memory: brotli and zstd let the sender choose windows of megabytes. */
#define ACCEPT_ENCODING "gzip, deflate"

/* A request that may not be repeated goes over a kept connection only if that was in use within the last second or two:
 * no server closes one so soon, so that its failure is as a rule a real one and not a connection that had ended. */
#define FRESH_SECONDS 1
#define KEPT_SECONDS 60

struct _EnlaceOutboundTransfer {
  EnlaceOutboundRequest *request;
  gint64 started;

  /* the present hop */
  EnlaceUrl *url;
  const char *method; /* the request's, or a literal */
  GBytes *body;       /* borrowed from the request; NULL: none */
  struct curl_slist *lines;
  EnlaceAddressGuard *guard;
  EnlaceOutboundLoop *loop;
  guint redirects;
  gboolean is_foreign; /* a redirect led to another origin */

  /* what came of it */
  guint attempts; /* how often this hop began to be sent */
  gboolean was_retried;
  gboolean may_have_left;
  guint n_sockets;
  GError *refusal; /* of the guard, at the socket */
  gboolean would_repeat;
  EnlaceOutboundReply *reply;
  GByteArray *content;
  gsize header_size;
  gboolean is_interim; /* the header being read is that of a 1xx */
  gboolean has_header; /* the final header is complete: lines that follow are trailers */
  gboolean is_header_bad;
  gboolean is_too_large;
  char message[CURL_ERROR_SIZE];
};

/* How libcurl's results are called before and after the request began to leave. */
static const struct {
  CURLcode result;
  EnlaceOutboundError before, after;
  const char *text;
} results[] = {
  { CURLE_COULDNT_RESOLVE_HOST, ENLACE_OUTBOUND_ERROR_RESOLVE, ENLACE_OUTBOUND_ERROR_LOST, "The name has no address" },
  { CURLE_COULDNT_CONNECT, ENLACE_OUTBOUND_ERROR_CONNECT, ENLACE_OUTBOUND_ERROR_LOST, "No connection" },
  { CURLE_OPERATION_TIMEDOUT, ENLACE_OUTBOUND_ERROR_TIMEOUT, ENLACE_OUTBOUND_ERROR_TIMEOUT, "Time is over" },
  { CURLE_SSL_CONNECT_ERROR, ENLACE_OUTBOUND_ERROR_TLS, ENLACE_OUTBOUND_ERROR_LOST, "No secure connection" },
  { CURLE_PEER_FAILED_VERIFICATION, ENLACE_OUTBOUND_ERROR_TLS, ENLACE_OUTBOUND_ERROR_LOST,
    "The certificate is not to be trusted" },
  { CURLE_SSL_CACERT_BADFILE, ENLACE_OUTBOUND_ERROR_TLS, ENLACE_OUTBOUND_ERROR_LOST,
    "The list of authorities cannot be read" },
  { CURLE_SSL_ISSUER_ERROR, ENLACE_OUTBOUND_ERROR_TLS, ENLACE_OUTBOUND_ERROR_LOST,
    "The certificate is not to be trusted" },
  { CURLE_SSL_CIPHER, ENLACE_OUTBOUND_ERROR_TLS, ENLACE_OUTBOUND_ERROR_LOST, "No common cipher" },
  { CURLE_UNSUPPORTED_PROTOCOL, ENLACE_OUTBOUND_ERROR_BAD_URL, ENLACE_OUTBOUND_ERROR_BAD_REPLY, "The reply is not HTTP" },
  { CURLE_WEIRD_SERVER_REPLY, ENLACE_OUTBOUND_ERROR_CONNECT, ENLACE_OUTBOUND_ERROR_BAD_REPLY, "The reply is not HTTP" },
  { CURLE_BAD_CONTENT_ENCODING, ENLACE_OUTBOUND_ERROR_CONNECT, ENLACE_OUTBOUND_ERROR_BAD_REPLY,
    "The reply cannot be decompressed" },
#if LIBCURL_VERSION_NUM >= 0x080600
  { CURLE_TOO_LARGE, ENLACE_OUTBOUND_ERROR_CONNECT, ENLACE_OUTBOUND_ERROR_BAD_REPLY, "The reply's header is too large" },
#endif
  { CURLE_GOT_NOTHING, ENLACE_OUTBOUND_ERROR_CONNECT, ENLACE_OUTBOUND_ERROR_LOST, "The connection ended without a reply" },
  { CURLE_PARTIAL_FILE, ENLACE_OUTBOUND_ERROR_CONNECT, ENLACE_OUTBOUND_ERROR_LOST, "The reply ended early" },
};

/* The guard sits here, where the address is the one that is really connected to. */
static curl_socket_t
open_socket_cb (void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
  EnlaceOutboundTransfer *self = data;
  g_autoptr(GError) error = NULL;
  int fd;

  if (purpose != CURLSOCKTYPE_IPCXN || address->socktype != SOCK_STREAM)
    return CURL_SOCKET_BAD;

  if (!enlace_address_guard_check (self->guard, &address->addr, address->addrlen, &error))
    {
      if (self->refusal == NULL)
        self->refusal = g_steal_pointer (&error);
      return CURL_SOCKET_BAD;
    }

  fd = enlace_outbound_loop_open_socket (self->loop, address->family, address->protocol);
  if (fd >= 0)
    self->n_sockets++;

  return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

/* Called whenever the request is about to be written, over new and kept connections alike, and again when libcurl tries
 * anew after a kept connection turned out to be closed. Until here nothing has left. */
static int
before_request_cb (void *data, char *address, char *local_address, int port, int local_port)
{
  EnlaceOutboundTransfer *self = data;

  if (self->attempts > 0 && !self->request->repeatable)
    {
      self->would_repeat = TRUE;
      return CURL_PREREQFUNC_ABORT;
    }

  /* A kept connection never asked the guard at its socket, or asked another one. */
  if (!enlace_address_guard_check_text (self->guard, address, self->refusal == NULL ? &self->refusal : NULL))
    {
      self->n_sockets = 0;
      return CURL_PREREQFUNC_ABORT;
    }

  g_clear_error (&self->refusal);
  self->was_retried |= self->attempts > 0;
  self->attempts++;
  self->may_have_left = TRUE;

  return CURL_PREREQFUNC_OK;
}

static gboolean
take_header_line (EnlaceOutboundTransfer *self, const char *line, gsize length)
{
  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
    length--;

  if (length >= 5 && g_ascii_strncasecmp (line, "HTTP/", 5) == 0)
    {
      const char *space = memchr (line, ' ', length);

      self->is_interim = space != NULL && space + 1 < line + length && space[1] == '1';
      enlace_outbound_reply_drop_lines (self->reply);
      return TRUE;
    }
  if (length == 0)
    {
      self->has_header = !self->is_interim;
      return TRUE;
    }

  return self->reply->lines->len < MAX_HEADER_LINES && enlace_outbound_reply_add_line (self->reply, line, length);
}

static size_t
header_cb (char *line, size_t size, size_t count, void *data)
{
  EnlaceOutboundTransfer *self = data;
  gsize length = size * count;

  self->header_size += length;
  if (self->has_header && self->header_size <= MAX_HEADER)
    return length;

  if (self->header_size > MAX_HEADER || !take_header_line (self, line, length))
    {
      self->is_header_bad = TRUE;
      return CURL_WRITEFUNC_ERROR;
    }

  return length;
}

static size_t
write_cb (char *bytes, size_t size, size_t count, void *data)
{
  EnlaceOutboundTransfer *self = data;
  gsize length = size * count;

  if (length > self->request->max_body - self->content->len)
    {
      self->is_too_large = TRUE;
      return CURL_WRITEFUNC_ERROR;
    }
  g_byte_array_append (self->content, (const guint8 *) bytes, (guint) length);

  return length;
}

static void
free_lines (EnlaceOutboundTransfer *self)
{
  g_clear_pointer (&self->lines, g_free);
}

/* The list is one block whose texts are borrowed from the request, or literals. */
static void
make_lines (EnlaceOutboundTransfer *self)
{
  GArray *headers = self->request->headers;
  gboolean has_type = FALSE;
  gsize n_lines = 0;

  free_lines (self);
  self->lines = g_new (struct curl_slist, headers->len + 2);

  for (guint i = 0; i < headers->len; i++)
    {
      const EnlaceOutboundHeader *header = &g_array_index (headers, EnlaceOutboundHeader, i);

      if (self->is_foreign && !(header->flags & ENLACE_OUTBOUND_HEADER_PLAIN))
        continue;
      if (self->body == NULL && self->request->body != NULL && (header->flags & ENLACE_OUTBOUND_HEADER_CONTENT))
        continue;
      has_type |= header->name_length == 12 && g_ascii_strncasecmp (header->line, "content-type", 12) == 0;
      self->lines[n_lines++].data = header->line;
    }

  /* Without a colon's right side libcurl leaves out what it would add: waiting for 100, and a type of a form. */
  self->lines[n_lines++].data = (char *) "Expect:";
  if (!has_type)
    self->lines[n_lines++].data = (char *) "Content-Type:";

  for (gsize i = 0; i < n_lines; i++)
    self->lines[i].next = i + 1 < n_lines ? &self->lines[i + 1] : NULL;
}

/* GET first: it takes back whatever an earlier request left in the handle. */
static void
set_method (EnlaceOutboundTransfer *self, CURL *easy)
{
  gboolean is_head = g_str_equal (self->method, "HEAD");
  gboolean wants_length = g_str_equal (self->method, "POST") || g_str_equal (self->method, "PUT") ||
                          g_str_equal (self->method, "PATCH");

  curl_easy_setopt (easy, CURLOPT_HTTPGET, 1L);
  if (is_head && self->body == NULL)
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);

  if (self->body != NULL || wants_length)
    {
      gsize size = 0;
      const char *bytes = self->body != NULL ? g_bytes_get_data (self->body, &size) : NULL;

      curl_easy_setopt (easy, CURLOPT_POST, 1L);
      curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) size);
      curl_easy_setopt (easy, CURLOPT_POSTFIELDS, size > 0 ? bytes : "");
    }

  curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, self->method);
}

static gint64
get_milliseconds_left (EnlaceOutboundTransfer *self)
{
  return self->request->timeout_ms - (g_get_monotonic_time () - self->started) / G_TIME_SPAN_MILLISECOND;
}

static void
start_reply (EnlaceOutboundTransfer *self)
{
  g_clear_pointer (&self->reply, enlace_outbound_reply_unref);
  g_clear_pointer (&self->content, g_byte_array_unref);
  g_clear_error (&self->refusal);
  self->reply = enlace_outbound_reply_new ();
  self->content = g_byte_array_new ();
  self->header_size = 0;
  self->has_header = FALSE;
  self->attempts = 0;
  self->n_sockets = 0;
  self->message[0] = '\0';
}

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* RFC 9110, 15.4: 303 asks for the result by GET; after 301 and 302 a POST becomes a GET, as everywhere in practice. */
static void
change_method (EnlaceOutboundTransfer *self, guint status)
{
  gboolean is_head = g_str_equal (self->method, "HEAD");

  if ((status == 303 && !is_head) || ((status == 301 || status == 302) && g_str_equal (self->method, "POST")))
    {
      self->method = "GET";
      self->body = NULL;
    }
}

/* FALSE: not followed; with an error, where that ends the request. */
static gboolean
follow (EnlaceOutboundTransfer *self, guint status, GError **error)
{
  const char *location = enlace_outbound_reply_get_header (self->reply, "location");
  g_autoptr(EnlaceUrl) url = NULL;

  if (!is_redirect (status) || location == NULL || *location == '\0' || self->request->max_redirects == 0)
    return FALSE;

  if (self->redirects == self->request->max_redirects)
    {
      g_propagate_error (error, enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_TOO_MANY_REDIRECTS, TRUE,
                                                           "The replies of %s lead on more than %u times",
                                                           enlace_url_get_host (self->url), self->redirects));
      return FALSE;
    }

  url = enlace_url_resolve (self->url, location, error);
  if (url == NULL)
    {
      g_prefix_error (error, "The reply leads elsewhere: ");
      return FALSE;
    }
  if (enlace_url_is_secure (self->url) && !enlace_url_is_secure (url))
    {
      g_propagate_error (error, enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_BAD_URL, TRUE,
                                                           "The reply leads from https to an unprotected address"));
      return FALSE;
    }

  if (!enlace_url_same_origin (self->url, url))
    self->is_foreign = TRUE;
  change_method (self, status);
  self->redirects++;
  enlace_url_unref (self->url);
  self->url = g_steal_pointer (&url);

  return TRUE;
}

static GError *
describe_time (EnlaceOutboundTransfer *self)
{
  if (self->attempts > 0)
    return enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_TIMEOUT, TRUE, "%s did not answer within %u ms",
                                      enlace_url_get_host (self->url), self->request->timeout_ms);

  return enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_TIMEOUT, self->may_have_left,
                                    "No connection with %s could be made in time", enlace_url_get_host (self->url));
}

static GError *
describe (EnlaceOutboundTransfer *self, CURLcode code)
{
  const char *host = enlace_url_get_host (self->url);
  EnlaceOutboundError meaning = self->attempts > 0 ? ENLACE_OUTBOUND_ERROR_LOST : ENLACE_OUTBOUND_ERROR_CONNECT;
  const char *text = self->attempts > 0 ? "The connection was lost" : "No connection";

  if (self->is_too_large)
    return enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_TOO_LARGE, TRUE, "The reply of %s is larger than %zu bytes",
                                      host, self->request->max_body);
  if (self->is_header_bad)
    return enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_BAD_REPLY, TRUE,
                                      "The header of the reply of %s is malformed or too large", host);
  if (self->would_repeat)
    return enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_LOST, TRUE,
                                      "The connection with %s was lost, and the request may not be sent again", host);
  if (self->refusal != NULL && self->n_sockets == 0)
    {
      if (self->may_have_left)
        enlace_outbound_error_mark_left (self->refusal);
      return g_steal_pointer (&self->refusal);
    }
  if (code == CURLE_OPERATION_TIMEDOUT)
    return describe_time (self);

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    if (results[i].result == code)
      {
        meaning = self->attempts > 0 ? results[i].after : results[i].before;
        text = results[i].text;
      }

  return enlace_outbound_error_new (meaning, self->may_have_left, "%s (%s): %s", text, host,
                                    self->message[0] != '\0' ? self->message : curl_easy_strerror (code));
}

EnlaceOutboundTransfer *
enlace_outbound_transfer_new (EnlaceOutboundRequest *request, gint64 started)
{
  EnlaceOutboundTransfer *self = g_new0 (EnlaceOutboundTransfer, 1);

  self->request = enlace_outbound_request_ref (request);
  self->started = started;
  self->url = enlace_url_ref (request->url);
  self->method = request->method;
  self->body = request->body;

  return self;
}

void
enlace_outbound_transfer_free (EnlaceOutboundTransfer *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->reply, enlace_outbound_reply_unref);
  g_clear_pointer (&self->content, g_byte_array_unref);
  g_clear_pointer (&self->guard, enlace_address_guard_unref);
  g_clear_error (&self->refusal);
  free_lines (self);
  enlace_url_unref (self->url);
  enlace_outbound_request_unref (self->request);
  g_free (self);
}

void
enlace_outbound_transfer_set_up (CURL *easy, EnlaceOutboundLoop *loop)
{
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
  /* Without it the end waits for threads that a hanging name server holds. */
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt (easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt (easy, CURLOPT_ACCEPT_ENCODING, ACCEPT_ENCODING);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "Enlace/" ENLACE_VERSION);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_socket_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, enlace_outbound_loop_close_socket);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, loop);
  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, before_request_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, write_cb);
}

gboolean
enlace_outbound_transfer_prepare (EnlaceOutboundTransfer *self, CURL *easy, EnlaceOutboundLoop *loop,
                                  EnlaceAddressGuard *guard, GError **error)
{
  gint64 left = get_milliseconds_left (self);
  GError *refusal = NULL;

  start_reply (self);
  if (left <= 0)
    {
      g_propagate_error (error, describe_time (self));
      return FALSE;
    }
  if (!enlace_address_guard_check_host (guard, enlace_url_get_host (self->url), &refusal))
    {
      if (self->may_have_left)
        enlace_outbound_error_mark_left (refusal);
      g_propagate_error (error, refusal);
      return FALSE;
    }

  g_clear_pointer (&self->guard, enlace_address_guard_unref);
  self->guard = enlace_address_guard_ref (guard);
  self->loop = loop;
  make_lines (self);

  set_method (self, easy);
  curl_easy_setopt (easy, CURLOPT_CURLU, enlace_url_peek_handle (self->url));
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, self->lines);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) left);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) self->request->connect_timeout_ms);
  curl_easy_setopt (easy, CURLOPT_MAXAGE_CONN, self->request->repeatable ? (long) KEPT_SECONDS : (long) FRESH_SECONDS);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, self->message);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, self);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, self);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, self);

  return TRUE;
}

EnlaceOutboundOutcome
enlace_outbound_transfer_finish (EnlaceOutboundTransfer *self, CURL *easy, CURLcode code, EnlaceOutboundReply **reply,
                                 GError **error)
{
  g_autoptr(GError) failure = NULL;
  long status = 0;
  curl_off_t received = 0;

  if (code != CURLE_OK)
    {
      g_propagate_error (error, describe (self, code));
      return ENLACE_OUTBOUND_TRANSFER_FAILED;
    }

  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  if (status < 200 || status > 999)
    {
      g_propagate_error (error, enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_BAD_REPLY, TRUE,
                                                           "The reply of %s has the status %ld",
                                                           enlace_url_get_host (self->url), status));
      return ENLACE_OUTBOUND_TRANSFER_FAILED;
    }

  if (follow (self, (guint) status, &failure))
    return ENLACE_OUTBOUND_TRANSFER_AGAIN;
  if (failure != NULL)
    {
      enlace_outbound_error_mark_left (failure);
      g_propagate_error (error, g_steal_pointer (&failure));
      return ENLACE_OUTBOUND_TRANSFER_FAILED;
    }

  self->reply->status = (guint) status;
  self->reply->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->content));
  self->reply->url = g_strdup (enlace_url_get_text (self->url));
  self->reply->duration = g_get_monotonic_time () - self->started;
  self->reply->bytes = self->header_size + (guint64) received;
  *reply = g_steal_pointer (&self->reply);

  return ENLACE_OUTBOUND_TRANSFER_DONE;
}

void
enlace_outbound_transfer_release (CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_CURLU, NULL);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, NULL);
  curl_easy_setopt (easy, CURLOPT_POSTFIELDS, NULL);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, NULL);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, NULL);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, NULL);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, NULL);
  curl_easy_setopt (easy, CURLOPT_PRIVATE, NULL);
}

gboolean
enlace_outbound_transfer_is_left (EnlaceOutboundTransfer *self)
{
  return self->may_have_left;
}

gboolean
enlace_outbound_transfer_was_retried (EnlaceOutboundTransfer *self)
{
  return self->was_retried;
}
