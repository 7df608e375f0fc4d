/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The live feed over a real connection: what happens arrives, no gap opens over a restart, and who was away too long is told so. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "common/value/json.h"
#include "tests/support/raw.h"
#include "tests/support/runs.h"

/* Read at once by the server at most: who is farther behind gets a reset. */
#define FAR_BEHIND 1100

static const char document[] =
  "{\"schema\":1,\"nodes\":[{\"id\":\"start\",\"type\":\"trigger.webhook\",\"name\":\"Start\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ 1 }}\"}]}}],"
  "\"edges\":[{\"from\":\"start\",\"to\":\"map\"}],\"notes\":[]}";

typedef struct {
  GSocketConnection *connection;
  GDataInputStream  *lines;
  char              *last_id;    /* nullable */
} Feed;

/* One event, or a sign of life without a name. */
typedef struct {
  char        *name;     /* nullable */
  EnlaceValue *data;     /* nullable */
} Event;

static void
event_free (Event *self)
{
  g_free (self->name);
  g_clear_pointer (&self->data, enlace_value_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Event, event_free)

static void
feed_free (Feed *self)
{
  g_object_unref (self->lines);
  g_object_unref (self->connection);
  g_free (self->last_id);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Feed, feed_free)

static Feed *
listen_from (TestServer *server,
             const char *last_id)
{
  Feed *self = g_new0 (Feed, 1);
  g_autofree char *resume = last_id != NULL ? g_strdup_printf ("Last-Event-ID: %s\r\n", last_id) : g_strdup ("");
  g_autofree char *request = g_strdup_printf ("GET /api/integrations/feed HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAuthorization: Bearer %s\r\n%s\r\n",
                                              server->port, server->key, resume);
  g_autofree char *status = NULL, *line = NULL;

  self->connection = test_raw_connect (server);
  self->lines = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)));
  g_data_input_stream_set_newline_type (self->lines, G_DATA_STREAM_NEWLINE_TYPE_ANY);
  test_raw_send (self->connection, request, strlen (request));

  status = g_data_input_stream_read_line (self->lines, NULL, NULL, NULL);
  g_assert_true (g_str_has_prefix (status, "HTTP/1.1 200"));
  do
    {
      g_free (line);
      line = g_data_input_stream_read_line (self->lines, NULL, NULL, NULL);
      g_assert_nonnull (line);
    }
  while (*line != '\0');

  return self;
}

/* Chunk sizes stand between the lines of the events; they are hexadecimal alone. NULL: the stream ended. */
static Event *
read_event (Feed *self)
{
  Event *event = g_new0 (Event, 1);
  gboolean is_begun = FALSE;

  while (TRUE)
    {
      g_autofree char *line = g_data_input_stream_read_line (self->lines, NULL, NULL, NULL);

      if (line == NULL)
        {
          event_free (event);
          return NULL;
        }
      if (*line == '\0' && is_begun)
        return event;
      if (g_str_has_prefix (line, "id: "))
        g_set_str (&self->last_id, line + 4);
      else if (g_str_has_prefix (line, "event: "))
        g_set_str (&event->name, line + 7);
      else if (g_str_has_prefix (line, "data: "))
        event->data = enlace_json_parse (line + 6, -1, NULL);
      is_begun |= strchr (line, ':') != NULL;
    }
}

/* Reads on to an event of this name whose `id` is this one; those before it are thrown away. */
static Event *
await_event (Feed       *self,
             const char *name,
             const char *id)
{
  while (TRUE)
    {
      g_autoptr(Event) event = read_event (self);

      if (event == NULL)
        g_error ("The feed ended before %s of %s", name, id);
      if (g_strcmp0 (event->name, name) == 0 && (id == NULL || g_strcmp0 (enlace_value_get_member_string (event->data, "id", NULL), id) == 0))
        return g_steal_pointer (&event);
    }
}

static TestReply *
create (TestServer *server,
        const char *name)
{
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\",\"steps\":%s}", name, document);

  return test_server_expect (server, 201, "POST", "/api/integrations/workflows", body);
}

static void
send_events (TestServer *server,
             const char *address,
             guint       count)
{
  g_autoptr(GSocketConnection) connection = test_raw_connect (server);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autofree char *request = g_strdup_printf ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Length: 0\r\n\r\n", strstr (address, "/hooks/"), server->port);

  for (guint i = 0; i < count; i++)
    {
      char part[4096];

      test_raw_send (connection, request, strlen (request));
      g_assert_cmpint (g_input_stream_read (input, part, sizeof part, NULL, NULL), >, 0);
      g_assert_true (g_str_has_prefix (part, "HTTP/1.1 202 "));
    }
}

static void
test_events (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autoptr(Feed) feed = listen_from (server, NULL);
  g_autoptr(TestReply) created = create (server, "Feed");
  const char *id = test_reply_get (created, "id");
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", id, NULL);
  g_autoptr(Event) creation = await_event (feed, "workflow", id);
  g_autoptr(TestReply) live = test_server_expect (server, 200, "PUT", path, "{\"is_active\":true}");
  g_autoptr(Event) publication = await_event (feed, "workflow", id);
  const char *address = enlace_value_get_member_string (enlace_value_get_member (live->body, "trigger_config"), "url", NULL);
  g_autoptr(TestReply) accepted = test_server_expect (server, 202, "POST", address, "{}");
  g_autoptr(Event) run = await_event (feed, "execution", test_reply_get (accepted, "execution_id"));
  g_autoptr(TestReply) removed = NULL;
  g_autoptr(Event) removal = NULL;

  g_assert_cmpstr (enlace_value_get_member_string (creation->data, "name", NULL), ==, "Feed");
  g_assert_true (enlace_value_get_member_bool (publication->data, "is_active", FALSE));
  g_assert_cmpstr (enlace_value_get_member_string (run->data, "status", NULL), ==, "completed");
  g_assert_cmpstr (enlace_value_get_member_string (run->data, "workflow_id", NULL), ==, id);

  removed = test_server_expect (server, 204, "DELETE", path, NULL);
  removal = await_event (feed, "deleted", id);
  g_assert_cmpstr (enlace_value_get_member_string (removal->data, "kind", NULL), ==, "workflow");
}

/* Listens again with the last id after each restart; what happened meanwhile, before and after it, comes all the same, in order. */
static void
test_resume (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *last_id = NULL;
  g_autoptr(GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);

  {
    g_autoptr(Feed) feed = listen_from (server, NULL);
    g_autoptr(TestReply) first = create (server, "First");
    g_autoptr(Event) event = await_event (feed, "workflow", test_reply_get (first, "id"));

    last_id = g_strdup (feed->last_id);
  }

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr(TestReply) created = create (server, "Missed");

      g_ptr_array_add (expected, g_strdup (test_reply_get (created, "id")));
      if (i == 1)
        g_assert_cmpint (test_server_stop (server), ==, 0);
      else if (i == 3)
        test_server_kill (server);
      if (server->process == NULL)
        test_server_start (server);
    }

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr(Feed) feed = listen_from (server, last_id);

      for (guint i = round * 3; i < expected->len; i++)
        {
          g_autoptr(Event) event = NULL;

          /* Nothing but a sign of life comes before it. */
          do
            {
              g_clear_pointer (&event, event_free);
              event = read_event (feed);
              g_assert_nonnull (event);
            }
          while (event->name == NULL);
          g_assert_cmpstr (event->name, ==, "workflow");
          g_assert_cmpstr (enlace_value_get_member_string (event->data, "id", NULL), ==, g_ptr_array_index (expected, i));
          if (round == 0 && i == 2)
            {
              g_set_str (&last_id, feed->last_id);
              break;
            }
        }
    }
}

static void
test_reset (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *last_id = NULL, *id = NULL;
  g_autoptr(Feed) feed = listen_from (server, NULL);
  g_autoptr(Feed) late = NULL, future = NULL;
  g_autoptr(Event) hello = read_event (feed), reset = NULL, unknown = NULL, after = NULL;
  g_autoptr(TestReply) bad = NULL, created = NULL;
  const char *const no_id[] = { "Last-Event-ID: yesterday", NULL };

  last_id = g_strdup (feed->last_id);
  id = test_server_publish (server, "Many", document, &address);
  send_events (server, address, FAR_BEHIND);

  late = listen_from (server, last_id);
  reset = await_event (late, "reset", NULL);
  created = create (server, "After");
  after = await_event (late, "workflow", test_reply_get (created, "id"));

  /* An id that was never given. */
  future = listen_from (server, "9000000000000000000");
  unknown = await_event (future, "reset", NULL);
  bad = test_server_call (server, "GET", "/api/integrations/feed", NULL, no_id);
  g_assert_cmpuint (bad->status, ==, 400);
}

/* Listeners that never read cost no more than their share, and hold up nobody. */
static void
test_deaf (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *address = NULL, *id = test_server_publish (server, "Many", document, &address);
  Feed *deaf[30];
  g_autoptr(Feed) feed = NULL;
  g_autoptr(TestReply) created = NULL;
  g_autoptr(Event) event = NULL;
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server->process)), *status = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (deaf); i++)
    deaf[i] = listen_from (server, NULL);
  for (guint i = 0; i < 5; i++)
    send_events (server, address, 400);

  feed = listen_from (server, NULL);
  created = create (server, "Heard");
  event = await_event (feed, "workflow", test_reply_get (created, "id"));
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  g_test_message ("%" G_GINT64_FORMAT " KiB resident", g_ascii_strtoll (strstr (status, "VmRSS:") + strlen ("VmRSS:"), NULL, 10));
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (g_ascii_strtoll (strstr (status, "VmRSS:") + strlen ("VmRSS:"), NULL, 10), <, 80 * 1024);
#endif

  /* Who begins to read gets what waited for it, and then what is new, or a reset. */
  for (gsize i = 0; i < G_N_ELEMENTS (deaf); i++)
    {
      gboolean is_heard = FALSE;

      while (!is_heard)
        {
          g_autoptr(Event) old = read_event (deaf[i]);

          g_assert_nonnull (old);
          is_heard = g_strcmp0 (old->name, "reset") == 0
                     || g_strcmp0 (old->data != NULL ? enlace_value_get_member_string (old->data, "name", NULL) : NULL, "Heard") == 0;
        }
      feed_free (deaf[i]);
    }
}

/* A stop ends the streams, and is not held up by who listens. */
static void
test_stop (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  Feed *feeds[20];
  gint64 began;

  for (gsize i = 0; i < G_N_ELEMENTS (feeds); i++)
    feeds[i] = listen_from (server, NULL);
  began = g_get_monotonic_time ();
  g_assert_cmpint (test_server_stop (server), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 3 * G_USEC_PER_SEC);

  for (gsize i = 0; i < G_N_ELEMENTS (feeds); i++)
    {
      g_autoptr(Event) event = NULL;

      while ((event = read_event (feeds[i])) != NULL)
        g_clear_pointer (&event, event_free);
      g_clear_pointer (&feeds[i], feed_free);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/feed/tells-what-happens", test_events);
  g_test_add_func ("/hostile/feed/resumes-over-restarts", test_resume);
  g_test_add_func ("/hostile/feed/resets-who-is-too-late", test_reset);
  g_test_add_func ("/hostile/feed/is-not-held-up-by-who-does-not-read", test_deaf);
  g_test_add_func ("/hostile/feed/ends-with-the-server", test_stop);

  return g_test_run ();
}
