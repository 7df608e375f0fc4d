/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The promise: an event that got its 2xx is run, exactly once, whatever is killed when. Senders post events without pause while the server is
 * killed again and again; each sends its event anew, under the same id, until it is accepted. */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "tests/support/receiver.h"
#include "tests/support/runs.h"
#include "tests/support/server.h"

#define N_SENDERS 8
#define MINIMUM_LIFE_MS 60
#define MAXIMUM_LIFE_MS 400
#define SETTLE_SECONDS 60

typedef struct {
  char *event_key;       /* webhook-id */
  char *execution_id;
  guint n_tries;
} Accepted;

typedef struct {
  TestServer *server;
  const char *address;   /* path of the workflow's inbound address */
  GMutex      mutex;
  GPtrArray  *accepted;  /* element-type Accepted; guarded by mutex */
  int         stop;      /* atomic */
  int         next;      /* atomic */
} Load;

static void
accepted_free (gpointer data)
{
  Accepted *self = data;

  g_free (self->event_key);
  g_free (self->execution_id);
  g_free (self);
}

static void
accept (Load       *load,
        const char *event_key,
        const char *execution_id,
        guint       n_tries)
{
  Accepted *accepted = g_new0 (Accepted, 1);

  accepted->event_key = g_strdup (event_key);
  accepted->execution_id = g_strdup (execution_id);
  accepted->n_tries = n_tries;
  g_mutex_lock (&load->mutex);
  g_ptr_array_add (load->accepted, accepted);
  g_mutex_unlock (&load->mutex);
}

/* Sends one event until it is accepted. */
static void
send_event (Load *load)
{
  g_autofree char *event_key = g_strdup_printf ("event-%d", g_atomic_int_add (&load->next, 1));
  g_autofree char *header = g_strconcat ("webhook-id: ", event_key, NULL);
  g_autofree char *body = g_strdup_printf ("{\"id\":\"%s\",\"amount\":129.5}", event_key);
  const char *const headers[] = { header, NULL };

  for (guint n_tries = 1; ; n_tries++)
    {
      g_autoptr(TestReply) reply = test_server_call (load->server, "POST", load->address, body, headers);

      if (reply->status == 202)
        return accept (load, event_key, test_reply_get (reply, "execution_id"), n_tries);
      /* No reply: it is down, or was killed before it could answer. 503: it is just stopping. */
      g_assert_true (reply->status == 0 || reply->status == 503);
      g_usleep (2000);
    }
}

static gpointer
send_events (gpointer data)
{
  Load *load = data;

  while (!g_atomic_int_get (&load->stop))
    send_event (load);

  return NULL;
}

static const char document[] =
  "{\"schema\":1,\"nodes\":["
  "{\"id\":\"hook\",\"type\":\"trigger.webhook\",\"name\":\"Order\",\"position\":[0,0],\"parameters\":{}},"
  "{\"id\":\"map\",\"type\":\"data.map\",\"name\":\"Map\",\"position\":[240,0],\"parameters\":{\"fields\":["
  "{\"path\":\"order\",\"value\":\"{{ trigger.body.id }}\"},{\"path\":\"total\",\"value\":\"{{ trigger.body.amount * 1.21 }}\"}]}},"
  "{\"id\":\"tell\",\"type\":\"http.request\",\"name\":\"Tell\",\"position\":[480,0],\"parameters\":{\"method\":\"POST\","
  "\"url\":\"http://127.0.0.1:%u/orders\",\"body\":\"{{ steps.map.output }}\",\"repeat\":\"always\"},"
  "\"retry\":{\"max_attempts\":10,\"initial_ms\":50,\"factor\":2,\"max_ms\":1000}}],"
  "\"edges\":[{\"from\":\"hook\",\"to\":\"map\"},{\"from\":\"map\",\"to\":\"tell\"}],\"notes\":[]}";

/* Every execution of the store: id → status. */
static GHashTable *
list_executions (TestServer *server)
{
  GHashTable *statuses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *cursor = NULL;

  do
    {
      g_autofree char *path = g_strdup_printf ("/api/integrations/executions?limit=200%s%s", cursor ? "&cursor=" : "", cursor ? cursor : "");
      g_autoptr(TestReply) reply = test_server_expect (server, 200, "GET", path, NULL);
      EnlaceValue *items = enlace_value_get_member (reply->body, "items");

      for (gsize i = 0; i < enlace_value_get_length (items); i++)
        {
          EnlaceValue *item = enlace_value_get_element (items, i);

          g_assert_true (g_hash_table_insert (statuses, g_strdup (enlace_value_get_member_string (item, "id", NULL)),
                                              g_strdup (enlace_value_get_member_string (item, "status", NULL))));
        }
      g_set_str (&cursor, enlace_value_get_member_string (reply->body, "next_cursor", NULL));
    }
  while (cursor != NULL);

  return statuses;
}

static void
check_executions (Load       *load,
                  GHashTable *statuses)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < load->accepted->len; i++)
    {
      Accepted *accepted = g_ptr_array_index (load->accepted, i);

      g_assert_cmpstr (g_hash_table_lookup (statuses, accepted->execution_id), ==, "completed");
      g_assert_true (g_hash_table_add (seen, accepted->execution_id));
    }

  /* An event was sent until it was accepted, so there is no execution beside the accepted ones: none ran twice. */
  g_assert_cmpuint (g_hash_table_size (statuses), ==, load->accepted->len);
}

static void
check_received (Load         *load,
                TestReceiver *receiver)
{
  g_autoptr(GPtrArray) list = test_receiver_list (receiver);
  g_autoptr(GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) bodies = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++)
    {
      TestReceived *received = g_ptr_array_index (list, i);

      g_assert_true (g_hash_table_add (keys, received->key));
      g_assert_true (g_hash_table_add (bodies, received->body));
    }

  for (guint i = 0; i < load->accepted->len; i++)
    {
      Accepted *accepted = g_ptr_array_index (load->accepted, i);
      g_autofree char *key = g_strconcat (accepted->execution_id, ".tell.0", NULL);

      g_assert_true (g_hash_table_contains (keys, key));
    }
  g_assert_cmpuint (list->len, ==, load->accepted->len);
}

static void
test_accepted_events_survive_kills (void)
{
  const char *const options[] = { "--allow-address", "127.0.0.0/8", "--tier", "enterprise", NULL };
  guint n_cycles = g_getenv ("ENLACE_TEST_SLOW") != NULL ? 200 : 50;
  g_autoptr(TestReceiver) receiver = test_receiver_new ();
  g_autoptr(TestServer) server = test_server_new (options);
  g_autoptr(GHashTable) statuses = NULL;
  g_autofree char *text = g_strdup_printf (document, test_receiver_get_port (receiver));
  g_autofree char *address = NULL;
  g_autofree char *id = test_server_publish (server, "Crash", text, &address);
  GThread *senders[N_SENDERS];
  guint n_resent = 0;
  Load load = { .server = server, .address = strstr (address, "/hooks/") };

  g_mutex_init (&load.mutex);
  load.accepted = g_ptr_array_new_with_free_func (accepted_free);
  for (guint i = 0; i < N_SENDERS; i++)
    senders[i] = g_thread_new ("sender", send_events, &load);

  for (guint i = 0; i < n_cycles; i++)
    {
      g_usleep (g_test_rand_int_range (MINIMUM_LIFE_MS, MAXIMUM_LIFE_MS) * 1000);
      test_server_kill (server);
      test_server_start (server);
    }

  g_atomic_int_set (&load.stop, TRUE);
  for (guint i = 0; i < N_SENDERS; i++)
    g_thread_join (senders[i]);
  test_runs_settle (server, SETTLE_SECONDS);
  statuses = list_executions (server);
  for (guint i = 0; i < load.accepted->len; i++)
    n_resent += ((Accepted *) g_ptr_array_index (load.accepted, i))->n_tries > 1;
  g_test_message ("%u kills, %u events accepted, %u of them sent again, %u requests received", n_cycles, load.accepted->len, n_resent,
                  test_receiver_get_count (receiver));

  /* A run in which nothing was cut off would prove nothing. */
  g_assert_cmpuint (load.accepted->len, >, n_cycles * 10);
  g_assert_cmpuint (n_resent, >, n_cycles / 2);
  check_executions (&load, statuses);
  check_received (&load, receiver);

  g_ptr_array_unref (load.accepted);
  g_mutex_clear (&load.mutex);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/accepted-events-survive-kills", test_accepted_events_survive_kills);

  return g_test_run ();
}
