/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-benchmark"

#include <stdlib.h>
#include <sys/resource.h>

#include "server/outbound/client.h"

#define USAGE "usage: outbound-benchmark URL [REQUESTS] [IN-FLIGHT]; without URL, ENLACE_BENCHMARK_URL says where to"

/* What meson takes for skipped. */
#define SKIPPED 77

/* What holds for all requests of a measurement. */
typedef struct {
  EnlaceOutbound *outbound;
  EnlaceUrl *url;
  GBytes *body;
  guint n_left; /* to be started; touched by the client's thread alone once it runs */
  guint n_in_flight;
  guint n_failed;
  GArray *durations; /* gint64, microseconds */
  GMainLoop *loop;
} Run;

static void send_one (Run *run);

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_REMOVE;
}

static void
replied_cb (EnlaceOutboundReply *reply, GError *error, gpointer data)
{
  Run *run = data;

  if (reply != NULL && enlace_outbound_reply_get_status (reply) == 200)
    {
      gint64 duration = enlace_outbound_reply_get_duration (reply);

      g_array_append_val (run->durations, duration);
    }
  else
    {
      if (run->n_failed++ == 0)
        g_printerr ("%s\n", error != NULL ? error->message : "a status other than 200");
    }
  g_clear_pointer (&reply, enlace_outbound_reply_unref);
  g_clear_error (&error);

  if (run->n_left > 0)
    {
      run->n_left--;
      send_one (run);
    }
  else if (--run->n_in_flight == 0)
    {
      g_idle_add (quit_cb, run->loop);
    }
}

static void
send_one (Run *run)
{
  g_autoptr(EnlaceOutboundRequest) request = enlace_outbound_request_new ("POST", run->url, NULL);

  enlace_outbound_request_add_header (request, "Content-Type", "application/json", NULL);
  enlace_outbound_request_add_header (request, "Idempotency-Key", "0198c7a2-7c1e-7000-8000-0123456789ab.n3.0", NULL);
  enlace_outbound_request_set_body (request, run->body);
  enlace_outbound_request_set_repeatable (request, TRUE);
  enlace_outbound_send_async (run->outbound, request, NULL, replied_cb, run);
}

static gboolean
start_cb (gpointer data)
{
  Run *run = data;
  guint n_first = run->n_in_flight;

  run->n_left -= n_first;
  for (guint i = 0; i < n_first; i++)
    send_one (run);

  return G_SOURCE_REMOVE;
}

static int
compare_durations (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

static gint64
get_cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void
print_result (Run *run, gint64 wall, gint64 cpu)
{
  guint n_done = run->durations->len;

  g_array_sort (run->durations, compare_durations);
  g_print ("requests %u, failed %u, %.0f /s, p50 %.2f ms, p99 %.2f ms, %.1f us of processor time a request\n", n_done,
           run->n_failed, n_done * 1e6 / wall, n_done > 0 ? g_array_index (run->durations, gint64, n_done / 2) / 1e3 : 0,
           n_done > 0 ? g_array_index (run->durations, gint64, n_done * 99 / 100) / 1e3 : 0, (double) cpu / MAX (n_done, 1));
}

int
main (int argc, char **argv)
{
  const char * const allowed[] = { "127.0.0.0/8", "::1", NULL };
  g_autoptr(EnlaceAddressGuard) guard = enlace_address_guard_new (allowed, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceUrl) url = NULL;
  g_autoptr(EnlaceOutbound) outbound = NULL;
  g_autofree char *body = g_strnfill (300, 'x');
  const char *address = argc > 1 ? argv[1] : g_getenv ("ENLACE_BENCHMARK_URL");
  Run run = { 0 };
  gint64 wall, cpu;

  if (address == NULL)
    {
      g_printerr ("%s\n", USAGE);
      return SKIPPED;
    }
  if ((url = enlace_url_parse (address, &error)) == NULL || (outbound = enlace_outbound_new (guard, &error)) == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  run.outbound = outbound;
  run.url = url;
  run.body = g_bytes_new (body, 300);
  run.n_left = argc > 2 ? (guint) atoi (argv[2]) : 100000;
  run.n_in_flight = MIN (argc > 3 ? (guint) atoi (argv[3]) : 64, run.n_left);
  run.durations = g_array_sized_new (FALSE, FALSE, sizeof (gint64), run.n_left);
  run.loop = g_main_loop_new (NULL, FALSE);

  wall = g_get_monotonic_time ();
  cpu = get_cpu_time ();
  g_idle_add (start_cb, &run);
  g_main_loop_run (run.loop);
  print_result (&run, g_get_monotonic_time () - wall, get_cpu_time () - cpu);

  g_main_loop_unref (run.loop);
  g_array_unref (run.durations);
  g_bytes_unref (run.body);

  return run.n_failed == 0 ? 0 : 1;
}
