/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

/* Requests that wait, streams, and stopping under load */

#define N_STOPS 60

static void
test_stream (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autoptr(EnlaceStream) stream = NULL;
  g_autofree char *head = NULL;
  g_autofree char *first = NULL;
  g_autofree char *rest = NULL;

  client_send (client, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  head = client_read_until (client, "\r\n\r\n");
  g_assert_nonnull (strstr (head, "text/event-stream"));
  first = client_read_until (client, ": hello\n\n");

  stream = fixture_get_stream ();
  for (gsize i = 0; i < 1000; i++)
    {
      g_autofree char *line = g_strdup_printf ("data: %" G_GSIZE_FORMAT "\n\n", i);

      g_assert_true (enlace_stream_write (stream, line, strlen (line)));
    }
  g_free (first);
  first = client_read_until (client, "data: 999\n\n");
  enlace_stream_end (stream);
  rest = client_read_until (client, "\r\n0\r\n\r\n");
  g_assert_false (enlace_stream_write (stream, "x", 1));
}

static void
test_stream_gone (Fixture       *fixture,
                  gconstpointer  data)
{
  Client *client = client_new (fixture->port);
  gint64 until = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  g_autoptr(EnlaceStream) stream = NULL;
  g_autofree char *hello = NULL;

  client_send (client, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  hello = client_read_until (client, ": hello\n\n");
  stream = fixture_get_stream ();
  client_free (client);

  /* The door learns it when it writes. */
  while (!enlace_stream_is_over (stream))
    {
      enlace_stream_write (stream, ":\n\n", 3);
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
}

/* A client that does not read costs what its stream may hold, no more. */
static void
test_stream_slow (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autofree char *hello = NULL;
  g_autofree char *block = g_strnfill (16 * 1024, 'x');
  g_autoptr(EnlaceStream) stream = NULL;
  gint64 until = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  gsize refused = 0;

  client_send (client, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  hello = client_read_until (client, ": hello\n\n");
  stream = fixture_get_stream ();
  while (refused < 1000)
    {
      refused += !enlace_stream_write (stream, block, 16 * 1024);
      g_assert_cmpuint (enlace_stream_get_pending (stream), <=, 64 * 1024);
      g_assert_cmpint (g_get_monotonic_time (), <, until);
    }
}

static void
test_waiting (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(Client) client = client_new (fixture->port);
  g_autoptr(Client) idle = client_new (fixture->port);
  g_autoptr(ClientReply) first = NULL;
  g_autoptr(ClientReply) reply = NULL;
  gint64 start;

  client_send (client, "GET /never HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client_send (idle, "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
  first = client_read (idle);
  g_assert_cmpuint (first->status, ==, 204);

  start = g_get_monotonic_time ();
  enlace_door_stop (fixture->door, 300);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  reply = client_read (client);
  g_assert_cmpuint (reply->status, ==, 503);
  g_assert_true (client_is_closed (idle, 5));
}

/* Sixty-four clients, each with one request after another, a third of them answered by other threads, a third after a commit. */

typedef struct {
  Fixture *fixture;
  int *n_served;
  int *must_end;
  gboolean may_fail;
} Load;

static gpointer
ask_on_and_on (gpointer data)
{
  Load *load = data;
  g_autoptr(Client) client = client_new (load->fixture->port);
  g_autofree char *post = g_strdup_printf ("POST /api/integrations/things HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: 2\r\n\r\n{}",
                                           load->fixture->bearer);
  const char *texts[] = { "GET /later HTTP/1.1\r\nHost: localhost\r\n\r\n", post,
                          "POST /echo/t?x=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody" };

  for (gsize i = 0; !g_atomic_int_get (load->must_end); i++)
    {
      const char *text = texts[i % G_N_ELEMENTS (texts)];
      g_autoptr(ClientReply) reply = NULL;

      if (!client_try_send (client, text, strlen (text)))
        break;
      reply = client_read (client);
      if (reply->status == 0 || reply->status == 503)
        break;
      g_assert_cmpuint (reply->status / 100, ==, 2);
      g_atomic_int_inc (load->n_served);
    }
  g_assert_true (load->may_fail || g_atomic_int_get (load->must_end));

  return NULL;
}

static void
run_load (Fixture  *fixture,
          gboolean  stops)
{
  GThread *threads[64];
  int n_served = 0, must_end = 0;
  Load load = { fixture, &n_served, &must_end, stops };
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("load", ask_on_and_on, &load);
  while (g_atomic_int_get (&n_served) < 6000)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
  if (stops)
    enlace_door_stop (fixture->door, 2000);
  else
    g_atomic_int_set (&must_end, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_load (Fixture       *fixture,
           gconstpointer  data)
{
  run_load (fixture, FALSE);
}

static void
test_stop_under_load (Fixture       *fixture,
                      gconstpointer  data)
{
  run_load (fixture, TRUE);
}

/* Connects, asks and goes, again and again, whatever comes of it. */
static gpointer
come_and_go (gpointer data)
{
  Load *load = data;
  static const char text[] = "GET /any-host HTTP/1.1\r\nHost: localhost\r\n\r\n";

  while (!g_atomic_int_get (load->must_end))
    {
      g_autoptr(GSocketClient) client = g_socket_client_new ();
      g_autoptr(GSocketConnection) connection = g_socket_client_connect_to_host (client, "127.0.0.1", load->fixture->port, NULL, NULL);
      char reply[1024];

      if (connection == NULL)
        break;
      if (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL, NULL) &&
          g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), reply, sizeof reply, NULL, NULL) > 0)
        g_atomic_int_inc (load->n_served);
    }

  return NULL;
}

/* The threads of the door are taking connections at the very moment when it is to take no more. */
static void
test_stop_while_clients_come (void)
{
  for (int i = 0; i < N_STOPS; i++)
    {
      Fixture fixture = { 0 };
      GThread *threads[24];
      int n_served = 0, must_end = 0;
      Load load = { &fixture, &n_served, &must_end, TRUE };

      fixture_set_up (&fixture, NULL);
      for (gsize k = 0; k < G_N_ELEMENTS (threads); k++)
        threads[k] = g_thread_new ("client", come_and_go, &load);
      while (g_atomic_int_get (&n_served) < 20)
        g_thread_yield ();
      enlace_door_stop (fixture.door, 1000);
      g_atomic_int_set (&must_end, TRUE);
      for (gsize k = 0; k < G_N_ELEMENTS (threads); k++)
        g_thread_join (threads[k]);
      fixture_tear_down (&fixture, NULL);
    }
}

#define TEST(path, func) g_test_add ("/http/stop/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("sends-a-stream", test_stream);
  TEST ("notices-that-a-reader-has-gone", test_stream_gone);
  TEST ("bounds-a-slow-reader", test_stream_slow);
  TEST ("answers-what-still-waits", test_waiting);
  TEST ("serves-many-at-once", test_load);
  TEST ("stops-under-load", test_stop_under_load);
  g_test_add_func ("/http/stop/stops-while-clients-come", test_stop_while_clients_come);

  return g_test_run ();
}
