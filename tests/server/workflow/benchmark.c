/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "fixture.h"

/* Runs a second in one process, without the door: two threads that keep a number of events under way each. Prints a line a workflow:
 * runs a second, and the processor time of a run: of the thread that receives it, and of the whole process. */

enum { N_THREADS = 2, N_AT_ONCE = 32, SECONDS = 3 };

typedef struct {
  Fixture    *fixture;
  EnlacePlan *plan;
  EnlaceValue *trigger;
  GMutex      lock;
  GCond       changed;
  guint       n_under_way;
  guint64     n_done;
  guint64     n_failed;
  double      cpu_usec;
} Load;

static void
done_cb (const EnlaceOutcome *outcome,
         gpointer             data)
{
  Load *load = data;

  g_mutex_lock (&load->lock);
  load->n_under_way--;
  load->n_done++;
  load->n_failed += outcome->kind != ENLACE_OUTCOME_RESPONDED;
  g_cond_signal (&load->changed);
  g_mutex_unlock (&load->lock);
}

static double
get_cpu_usec (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static gpointer
load_thread (gpointer data)
{
  Load *load = data;
  gint64 ends_at = g_get_monotonic_time () + SECONDS * G_USEC_PER_SEC;
  double before = get_cpu_usec (RUSAGE_THREAD);
  EnlaceStart start = { .plan = load->plan, .trigger = load->trigger, .wait = ENLACE_WAIT_RESPONSE, .wait_ms = 30000 };

  while (g_get_monotonic_time () < ends_at)
    {
      g_mutex_lock (&load->lock);
      while (load->n_under_way >= N_AT_ONCE)
        g_cond_wait (&load->changed, &load->lock);
      load->n_under_way++;
      g_mutex_unlock (&load->lock);
      enlace_engine_start (load->fixture->engine, &start, done_cb, load);
    }
  load->cpu_usec = get_cpu_usec (RUSAGE_THREAD) - before;

  g_mutex_lock (&load->lock);
  while (load->n_under_way > 0)
    g_cond_wait (&load->changed, &load->lock);
  g_mutex_unlock (&load->lock);
  return NULL;
}

static const char order[] =
    "{\"method\":\"POST\",\"path\":\"\",\"query\":{},\"query_all\":{},\"headers\":{\"host\":\"127.0.0.1:7200\",\"content-type\":\"application/json\","
    "\"content-length\":\"286\"},\"body\":{\"id\":\"ord_1029\",\"name\":\"Ada Lovelace\",\"email\":\"ada@example.org\",\"amount\":129.5,\"currency\":\"EUR\","
    "\"country\":\"ES\",\"vip\":true,\"tags\":[\"new\",\"web\",\"promo\"],\"address\":{\"street\":\"Calle Mayor 1\",\"city\":\"Madrid\",\"zip\":\"28001\"},"
    "\"note\":\"please deliver in the morning, ring twice\",\"ts\":1700000000}}";

static void
measure (Fixture    *fixture,
         const char *name,
         const char *lines,
         const char *event)
{
  g_autofree char *document = make_document (lines);
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, name, document);
  g_autoptr(EnlaceValue) trigger = parse (event);
  Load loads[N_THREADS] = { 0 };
  GThread *threads[N_THREADS];
  guint64 n_done = 0, n_failed = 0;
  double cpu_usec = 0, all_usec = get_cpu_usec (RUSAGE_SELF);

  for (guint i = 0; i < N_THREADS; i++)
    {
      loads[i].fixture = fixture;
      loads[i].plan = plan;
      loads[i].trigger = trigger;
      threads[i] = g_thread_new ("load", load_thread, &loads[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      n_done += loads[i].n_done;
      n_failed += loads[i].n_failed;
      cpu_usec += loads[i].cpu_usec;
    }

  all_usec = get_cpu_usec (RUSAGE_SELF) - all_usec;
  g_print ("%-16s %8.0f runs/s, %6.2f us a run on the receiving thread, %6.2f in all, %" G_GUINT64_FORMAT " failed\n", name,
           (double) n_done / SECONDS, cpu_usec / (double) n_done, all_usec / (double) n_done, n_failed);
}

/* Twenty steps that only compute, each reading the one before. */
static void
measure_steps (Fixture *fixture)
{
  g_autoptr(GString) lines = g_string_new ("hook trigger.webhook\n"
                                           "s0 data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ trigger.body.amount }}\"}]}\n");

  for (guint i = 1; i < 18; i++)
    g_string_append_printf (lines, "s%u data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ steps.s%u.output.n + 1 }}\"}]}\ns%u > s%u\n", i, i - 1, i - 1, i);
  g_string_append (lines, "reply flow.respond {\"body\":{\"n\":\"{{ steps.s17.output.n }}\"}}\nhook > s0\ns17 > reply\n");
  measure (fixture, "20-steps", lines->str, order);
}

/* A loop over 1,000 records with one expression each. */
static void
measure_loop (Fixture *fixture)
{
  g_autoptr(GString) event = g_string_new ("{\"body\":[");

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (event, "%s{\"id\":%u,\"name\":\"Ada Lovelace\",\"amount\":%u.5}", i > 0 ? "," : "", i, i);
  g_string_append (event, "]}");
  measure (fixture, "loop-1000",
           "hook trigger.webhook\n"
           "each flow.loop {\"items\":\"{{ trigger.body }}\"}\n"
           "map data.map {\"fields\":[{\"path\":\"total\",\"value\":\"{{ item.amount * 1.21 }}\"}]}\n"
           "reply flow.respond {\"body\":{\"n\":\"{{ steps.each.output.size() }}\"}}\n"
           "hook > each\neach > map item\neach > reply done\n", event->str);
}

int
main (int   argc,
      char *argv[])
{
  const char *url = g_getenv ("ENLACE_BENCHMARK_TARGET");
  Fixture fixture = { 0 };

  dex_init ();
  fixture_set_up (&fixture, NULL);
  fixture_begin (&fixture);

  measure (&fixture, "reply", "hook trigger.webhook\nreply flow.respond {\"status\":200,\"body\":{\"ok\":true}}\nhook > reply", order);
  measure (&fixture, "map-if-reply",
           "hook trigger.webhook\n"
           "map data.map {\"fields\":[{\"path\":\"order\",\"value\":\"{{ trigger.body.id }}\"},{\"path\":\"customer\",\"value\":\"{{ trigger.body.name }}\"},"
           "{\"path\":\"mail\",\"value\":\"{{ trigger.body.email }}\"},{\"path\":\"total\",\"value\":\"{{ trigger.body.amount * 1.21 }}\"},"
           "{\"path\":\"city\",\"value\":\"{{ trigger.body.address.city }}\"}]}\n"
           "big flow.if {\"condition\":\"{{ steps.map.output.total > 100 }}\"}\n"
           "yes flow.respond {\"body\":{\"order\":\"{{ steps.map.output.order }}\",\"customer\":\"{{ steps.map.output.customer }}\","
           "\"mail\":\"{{ steps.map.output.mail }}\",\"total\":\"{{ steps.map.output.total }}\",\"city\":\"{{ steps.map.output.city }}\",\"tier\":\"big\"}}\n"
           "no flow.respond {\"body\":\"small\"}\n"
           "hook > map\nmap > big\nbig > yes true\nbig > no false", order);

  measure_steps (&fixture);
  measure_loop (&fixture);

  if (url != NULL)
    {
      g_autofree char *lines = g_strdup_printf (
        "hook trigger.webhook\n"
        "map data.map {\"fields\":[{\"path\":\"order\",\"value\":\"{{ trigger.body.id }}\"},{\"path\":\"customer\",\"value\":\"{{ trigger.body.name }}\"}]}\n"
        "call http.request {\"method\":\"POST\",\"url\":\"%s\",\"body\":\"{{ steps.map.output }}\",\"repeat\":\"always\"}\n"
        "reply flow.respond {\"body\":\"{{ steps.call.output.body }}\"}\n"
        "hook > map\nmap > call\ncall > reply", url);

      measure (&fixture, "map-call-reply", lines, order);
    }

  fixture_tear_down (&fixture, NULL);
  return 0;
}
