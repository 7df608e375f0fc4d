/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Expressions that fail, never end or eat memory, in runs that a hook started: they fail clearly, and the others are not delayed. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/support/runs.h"

#define N_ATTACKERS 6
#define N_CALLS 60
#define MAXIMUM_DELAY_US (500 * 1000)
#define MAXIMUM_MEMORY_KB (200 * 1024)

#define DOCUMENT(expression) \
  "{\"schema\":1,\"nodes\":[{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Hook\",\"position\":[0,0],\"parameters\":{}}," \
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":[{\"path\":\"a\",\"value\":\"{{ " expression " }}\"}]}}," \
  "{\"id\":\"reply\",\"type\":\"flow.respond\",\"name\":\"Reply\",\"position\":[480,0],\"parameters\":{\"status\":200,\"body\":true}}]," \
  "\"edges\":[{\"from\":\"hook\",\"to\":\"map\"},{\"from\":\"map\",\"to\":\"reply\"}],\"notes\":[]}"

#define L "trigger.body.l"

static const struct {
  const char *name;
  const char *document;
  const char *code;
} attacks[] = {
  { "Fails", DOCUMENT ("trigger.body.nothing"), "expression" },
  { "Divides", DOCUMENT ("trigger.body.l[0] / 0"), "expression" },
  { "Overflows", DOCUMENT ("9223372036854775807 + trigger.body.l[1]"), "expression" },
  { "Never ends", DOCUMENT (L ".all(a, " L ".all(b, " L ".all(c, " L ".all(d, a + b + c + d >= 0))))"), "cost_limit" },
  { "Multiplies", DOCUMENT (L ".map(a, " L ".map(b, " L ".map(c, 'a long enough text to be kept')))"), "cost_limit" },
  { "Doubles", DOCUMENT (L ".map(a, cel.bind(x, trigger.body.s + trigger.body.s, cel.bind(y, x + x, cel.bind(z, y + y, z + z))))"), "cost_limit" },
  { "Matches", DOCUMENT ("trigger.body.s.matches('^(([a-z])+.)+[A-Z]([a-z])+$')"), NULL },
};

/* l: 1000 numbers; s: 4000 letters. */
static char *
make_body (void)
{
  g_autofree char *letters = g_strnfill (4000, 'a');
  GString *body = g_string_new ("{\"l\":[");

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (body, "%s%u", i > 0 ? "," : "", i);
  g_string_append_printf (body, "],\"s\":\"%s\"}", letters);

  return g_string_free_and_steal (body);
}

static void
test_fail (void)
{
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *body = make_body ();

  for (gsize i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      g_autofree char *address = NULL, *id = test_server_publish (server, attacks[i].name, attacks[i].document, &address);
      gint64 began = g_get_monotonic_time ();
      g_autoptr(TestReply) reply = test_server_call (server, "POST", address, body, NULL);
      g_autoptr(TestReply) run = NULL;
      g_autofree char *code = NULL;

      g_test_message ("%s: %u after %" G_GINT64_FORMAT " ms", attacks[i].name, reply->status, (g_get_monotonic_time () - began) / 1000);
      if (attacks[i].code == NULL && reply->status == 200)
        continue;
      g_assert_cmpuint (reply->status, ==, 500);
      run = test_run_await (server, test_reply_get (reply, "execution_id"), "failed", 5);
      code = test_run_step_error (server, test_reply_get (reply, "execution_id"), "map");
      g_assert_nonnull (strstr (test_reply_get (run, "error_message"), "Map: "));
      if (attacks[i].code != NULL)
        g_assert_cmpstr (code, ==, attacks[i].code);
    }
}

typedef struct {
  TestServer *server;
  const char *address;
  const char *body;
  int        *stop;      /* atomic */
  guint       n_failed;
} Attacker;

static gpointer
attack (gpointer data)
{
  Attacker *self = data;

  while (!g_atomic_int_get (self->stop))
    {
      g_autoptr(TestReply) reply = test_server_call (self->server, "POST", self->address, self->body, NULL);

      g_assert_cmpuint (reply->status, ==, 500);
      self->n_failed++;
    }

  return NULL;
}

static gint64
resident_kilobytes (TestServer *server)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server->process));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return g_ascii_strtoll (strstr (text, "VmRSS:") + strlen ("VmRSS:"), NULL, 10);
}

static void
test_do_not_delay (void)
{
  int stop = FALSE;
  g_autoptr(TestServer) server = test_server_new (NULL);
  g_autofree char *body = make_body ();
  g_autofree char *quiet = NULL, *quiet_id = test_server_publish (server, "Quiet", DOCUMENT ("trigger.body.n + 1"), &quiet);
  g_autofree char *endless = NULL, *endless_id = test_server_publish (server, attacks[3].name, attacks[3].document, &endless);
  g_autofree char *greedy = NULL, *greedy_id = test_server_publish (server, attacks[5].name, attacks[5].document, &greedy);
  Attacker attackers[N_ATTACKERS];
  GThread *threads[N_ATTACKERS];
  gint64 longest = 0, largest = 0;

  for (guint i = 0; i < N_ATTACKERS; i++)
    {
      attackers[i] = (Attacker) { server, i % 2 == 0 ? endless : greedy, body, &stop, 0 };
      threads[i] = g_thread_new ("attacker", attack, &attackers[i]);
    }

  for (guint i = 0; i < N_CALLS; i++)
    {
      gint64 began = g_get_monotonic_time ();
      g_autoptr(TestReply) reply = test_server_expect (server, 200, "POST", quiet, "{\"n\":1}");

      longest = MAX (longest, g_get_monotonic_time () - began);
      largest = MAX (largest, resident_kilobytes (server));
    }

  g_atomic_int_set (&stop, TRUE);
  for (guint i = 0; i < N_ATTACKERS; i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpuint (attackers[i].n_failed, >, 0);
    }
  g_test_message ("The slowest of %u calls took %" G_GINT64_FORMAT " ms; %" G_GINT64_FORMAT " KiB resident", N_CALLS, longest / 1000, largest);
  g_assert_cmpint (longest, <, MAXIMUM_DELAY_US);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (largest, <, MAXIMUM_MEMORY_KB);
#endif
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/expressions/fail-clearly", test_fail);
  g_test_add_func ("/hostile/expressions/do-not-delay-others", test_do_not_delay);

  return g_test_run ();
}
