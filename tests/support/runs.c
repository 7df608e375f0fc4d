/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/runs.h"

#include <string.h>

#define EXECUTIONS "/api/integrations/executions"

TestReply *
test_run_await (TestServer *server,
                const char *id,
                const char *status,
                guint       seconds)
{
  gint64 deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autofree char *path = g_strconcat (EXECUTIONS "/", id, NULL);

  while (TRUE)
    {
      g_autoptr(TestReply) reply = test_server_expect (server, 200, "GET", path, NULL);

      if (strcmp (test_reply_get (reply, "status"), status) == 0)
        return g_steal_pointer (&reply);
      if (g_get_monotonic_time () > deadline)
        g_error ("The execution is not %s after %u s: %s", status, seconds, reply->text);
      g_usleep (10 * 1000);
    }
}

char *
test_run_step_error (TestServer *server,
                     const char *id,
                     const char *node)
{
  g_autofree char *path = g_strconcat (EXECUTIONS "/", id, "/steps", NULL);
  g_autoptr(TestReply) reply = test_server_expect (server, 200, "GET", path, NULL);
  EnlaceValue *items = enlace_value_get_member (reply->body, "items");
  char *code = NULL;

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);
      EnlaceValue *error = enlace_value_get_member (item, "error");

      if (g_strcmp0 (enlace_value_get_member_string (item, "node", NULL), node) == 0 && enlace_value_get_kind (error) == ENLACE_KIND_MAP)
        g_set_str (&code, enlace_value_get_member_string (error, "code", NULL));
    }

  return code;
}

/* Runs of a workflow that have not ended, counted at one moment: asked for state by state, one that goes from one to another could be missed. */
static gint64
count_open (TestServer *server,
            const char *workflow)
{
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", workflow, "/publish-preview", NULL);
  g_autoptr(TestReply) reply = test_server_expect (server, 200, "POST", path, "{}");

  return enlace_value_get_member_int (reply->body, "runs_under_way", -1);
}

void
test_runs_settle (TestServer *server,
                  guint       seconds)
{
  gint64 deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  g_autoptr(TestReply) workflows = test_server_expect (server, 200, "GET", "/api/integrations/workflows?limit=200", NULL);
  EnlaceValue *items = enlace_value_get_member (workflows->body, "items");

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      const char *id = enlace_value_get_member_string (enlace_value_get_element (items, i), "id", NULL);

      while (count_open (server, id) != 0)
        {
          if (g_get_monotonic_time () > deadline)
            g_error ("Runs of %s have not ended after %u s", id, seconds);
          g_usleep (20 * 1000);
        }
    }
}

static void
list_page (TestServer  *server,
           const char  *filter,
           GHashTable  *statuses,
           char       **cursor)
{
  g_autofree char *path = g_strdup_printf (EXECUTIONS "?limit=200%s%s%s", filter, *cursor ? "&cursor=" : "", *cursor ? *cursor : "");
  g_autoptr(TestReply) reply = test_server_expect (server, 200, "GET", path, NULL);
  EnlaceValue *items = enlace_value_get_member (reply->body, "items");

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);

      g_assert_true (g_hash_table_insert (statuses, g_strdup (enlace_value_get_member_string (item, "id", NULL)),
                                          g_strdup (enlace_value_get_member_string (item, "status", NULL))));
    }
  g_set_str (cursor, enlace_value_get_member_string (reply->body, "next_cursor", NULL));
}

static GHashTable *
list (TestServer *server,
      const char *filter)
{
  GHashTable *statuses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *cursor = NULL;

  do
    list_page (server, filter, statuses, &cursor);
  while (cursor != NULL);

  return statuses;
}

GHashTable *
test_runs_list (TestServer *server)
{
  return list (server, "");
}

guint
test_runs_count (TestServer *server,
                 const char *status)
{
  g_autofree char *filter = g_strconcat ("&status=", status, NULL);
  g_autoptr(GHashTable) statuses = list (server, filter);

  return g_hash_table_size (statuses);
}
