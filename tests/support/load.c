/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/load.h"

#include <string.h>

#include "tests/support/runs.h"

struct _TestLoad {
  TestServer *server;
  const char *path;          /* of the inbound address */
  GMutex      mutex;
  GHashTable *accepted;      /* event key → execution id, "" where the reply does not name it; guarded by mutex */
  guint       n_refused;     /* guarded by mutex */
  GPtrArray  *senders;       /* GThread */
  int         stop;          /* atomic */
  int         next;          /* atomic */
};

static void
accept (TestLoad   *self,
        const char *event_key,
        TestReply  *reply)
{
  const char *execution_id = reply->body != NULL ? enlace_value_get_member_string (reply->body, "execution_id", "") : "";

  g_mutex_lock (&self->mutex);
  g_assert_true (g_hash_table_insert (self->accepted, g_strdup (event_key), g_strdup (execution_id)));
  g_mutex_unlock (&self->mutex);
}

static void
count_refusal (TestLoad *self)
{
  g_mutex_lock (&self->mutex);
  self->n_refused++;
  g_mutex_unlock (&self->mutex);
}

static void
send_event (TestLoad *self)
{
  g_autofree char *event_key = g_strdup_printf ("event-%d", g_atomic_int_add (&self->next, 1));
  g_autofree char *header = g_strconcat ("webhook-id: ", event_key, NULL);
  g_autofree char *body = g_strdup_printf ("{\"id\":\"%s\",\"amount\":129.5}", event_key);
  const char *const headers[] = { header, NULL };

  while (TRUE)
    {
      g_autoptr(TestReply) reply = test_server_call (self->server, "POST", self->path, body, headers);

      if (reply->status >= 200 && reply->status < 300)
        return accept (self, event_key, reply);
      if (reply->status != 0 && reply->status != 503 && reply->status != 504)
        g_error ("An event got %u: %s", reply->status, reply->text);
      if (reply->status == 503)
        count_refusal (self);
      g_usleep (2000);
    }
}

static gpointer
send_events (gpointer data)
{
  TestLoad *self = data;

  while (!g_atomic_int_get (&self->stop))
    send_event (self);

  return NULL;
}

TestLoad *
test_load_start (TestServer *server,
                 const char *address,
                 guint       n_senders)
{
  TestLoad *self = g_new0 (TestLoad, 1);

  self->server = server;
  self->path = strstr (address, "/hooks/");
  self->accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->senders = g_ptr_array_new ();
  g_mutex_init (&self->mutex);
  for (guint i = 0; i < n_senders; i++)
    g_ptr_array_add (self->senders, g_thread_new ("sender", send_events, self));

  return self;
}

void
test_load_stop (TestLoad *self)
{
  g_atomic_int_set (&self->stop, TRUE);
  for (guint i = 0; i < self->senders->len; i++)
    g_thread_join (self->senders->pdata[i]);
  g_ptr_array_set_size (self->senders, 0);
}

guint
test_load_get_accepted (TestLoad *self)
{
  guint n_accepted;

  g_mutex_lock (&self->mutex);
  n_accepted = g_hash_table_size (self->accepted);
  g_mutex_unlock (&self->mutex);

  return n_accepted;
}

guint
test_load_get_refused (TestLoad *self)
{
  guint n_refused;

  g_mutex_lock (&self->mutex);
  n_refused = self->n_refused;
  g_mutex_unlock (&self->mutex);

  return n_refused;
}

static void
check_received (TestLoad     *self,
                TestReceiver *receiver,
                GHashTable   *statuses,
                const char   *node)
{
  g_autoptr(GPtrArray) list = test_receiver_list (receiver);
  g_autoptr(GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) bodies = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  const char *id;

  for (guint i = 0; i < list->len; i++)
    {
      TestReceived *received = g_ptr_array_index (list, i);

      g_assert_true (g_hash_table_add (keys, received->key));
      g_assert_true (g_hash_table_add (bodies, received->body));
    }

  g_hash_table_iter_init (&iter, statuses);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    {
      g_autofree char *key = g_strdup_printf ("%s.%s.0", id, node);

      g_assert_true (g_hash_table_contains (keys, key));
    }
  g_assert_cmpuint (list->len, ==, g_hash_table_size (statuses));
}

void
test_load_check (TestLoad     *self,
                 TestReceiver *receiver,
                 const char   *node)
{
  g_autoptr(GHashTable) statuses = test_runs_list (self->server);
  GHashTableIter iter;
  const char *id, *status;

  g_hash_table_iter_init (&iter, statuses);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, (gpointer *) &status))
    g_assert_cmpstr (status, ==, "completed");

  g_hash_table_iter_init (&iter, self->accepted);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &id))
    g_assert_true (*id == '\0' || g_hash_table_contains (statuses, id));

  /* An event was sent until it was accepted, so there is no run beside the accepted ones: none ran twice. */
  g_assert_cmpuint (g_hash_table_size (statuses), ==, g_hash_table_size (self->accepted));
  if (receiver != NULL)
    check_received (self, receiver, statuses, node);
}

void
test_load_free (TestLoad *self)
{
  test_load_stop (self);
  g_hash_table_unref (self->accepted);
  g_ptr_array_unref (self->senders);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
