/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/src/support/double.h"

#include <string.h>

#define ROOT "/api/integrations/"

static const char *
get_header (SoupServerMessage *message,
            const char        *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (message), name);
}

static char *
get_path (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *path = g_uri_get_path (uri);

  g_assert_true (g_str_has_prefix (path, ROOT));

  return g_uri_get_query (uri) != NULL ? g_strdup_printf ("%s?%s", path + strlen (ROOT), g_uri_get_query (uri))
                                       : g_strdup (path + strlen (ROOT));
}

static void
feed_finished_cb (SoupServerMessage *message,
                  TestDouble        *self)
{
  if (self->feed == message)
    g_clear_object (&self->feed);
}

static void
feed_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  TestDouble *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  g_assert_cmpstr (get_header (message, "Authorization"), ==, "Bearer " TEST_KEY);
  g_assert_cmpstr (get_header (message, "Accept"), ==, "text/event-stream");

  g_set_str (&self->last_event_id, get_header (message, "Last-Event-ID"));
  g_set_object (&self->feed, message);
  self->n_feeds++;
  g_signal_connect (message, "finished", G_CALLBACK (feed_finished_cb), self);
  g_signal_connect (message, "disconnected", G_CALLBACK (feed_finished_cb), self);

  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_replace (headers, "Content-Type", "text/event-stream");
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_server_message_set_status (message, 200, NULL);
  test_double_push (self, ": hello\n\n");
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  TestDouble *self = user_data;
  g_autofree char *below = get_path (message);
  g_autoptr(GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  const TestExchange *exchange;

  g_assert_cmpuint (self->n_seen, <, self->expected->len);
  exchange = self->expected->pdata[self->n_seen++];

  g_assert_cmpstr (get_header (message, "Authorization"), ==, "Bearer " TEST_KEY);
  g_assert_cmpstr (soup_server_message_get_method (message), ==, exchange->method);
  g_assert_cmpstr (below, ==, exchange->path);
  g_assert_cmpstr (get_header (message, "If-Match"), ==, exchange->if_match);
  g_assert_cmpstr (text, ==, exchange->body != NULL ? exchange->body : "");
  if (exchange->body != NULL)
    g_assert_cmpstr (get_header (message, "Content-Type"), ==, "application/json");

  if (exchange->etag != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "ETag", exchange->etag);
  soup_server_message_set_status (message, exchange->status, NULL);
  if (exchange->reply != NULL)
    soup_server_message_set_response (message, exchange->status < 400 ? "application/json" : "application/problem+json",
                                      SOUP_MEMORY_COPY, exchange->reply, strlen (exchange->reply));
}

TestDouble *
test_double_new (void)
{
  g_autoptr(GError) error = NULL;
  TestDouble *self = g_new0 (TestDouble, 1);
  g_autoptr(GUri) uri = NULL;
  GSList *uris;

  self->expected = g_ptr_array_new ();
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  soup_server_add_handler (self->server, ROOT "feed", feed_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  self->address = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return self;
}

void
test_double_free (TestDouble *self)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->feed);
  g_object_unref (self->server);
  g_ptr_array_unref (self->expected);
  g_free (self->address);
  g_free (self->last_event_id);
  g_free (self);
}

void
test_double_expect (TestDouble         *self,
                    const TestExchange *exchange)
{
  g_ptr_array_add (self->expected, (gpointer) exchange);
}

void
test_double_assert_done (TestDouble *self)
{
  g_assert_cmpuint (self->n_seen, ==, self->expected->len);
}

void
test_double_push (TestDouble *self,
                  const char *text)
{
  g_assert_nonnull (self->feed);

  soup_message_body_append (soup_server_message_get_response_body (self->feed), SOUP_MEMORY_COPY, text, strlen (text));
  soup_server_message_unpause (self->feed);
}

void
test_double_break (TestDouble *self)
{
  g_assert_nonnull (self->feed);

  soup_message_body_complete (soup_server_message_get_response_body (self->feed));
  soup_server_message_unpause (self->feed);
}
