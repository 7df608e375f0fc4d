/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/client-private.h"

#include <glib/gi18n.h>

#include "src/client/fiber.h"

#define STEPS_A_PAGE 200

/* What was only read is news to nobody. */
static gpointer
read_execution (EnlaceClient       *client,
                EnlaceClientReply  *reply,
                GError            **error)
{
  JsonObject *object = enlace_client_reply_get_object (reply, error);
  EnlaceValue *value = object != NULL ? enlace_client_reply_get_value (reply, error) : NULL;
  EnlaceExecution *execution;

  if (value == NULL)
    return NULL;

  execution = enlace_client_adopt_quietly (client, ENLACE_TYPE_EXECUTION, object);
  if (execution != NULL)
    enlace_execution_load (execution, value);

  return execution;
}

static gpointer
adopt_execution (EnlaceClient       *client,
                 EnlaceClientReply  *reply,
                 GError            **error)
{
  EnlaceExecution *execution = read_execution (client, reply, error);

  if (execution != NULL)
    enlace_client_announce (client, ENLACE_RESOURCE (execution));

  return execution;
}

static DexFuture *
call_execution (EnlaceClient *self,
                const char   *method,
                const char   *path,
                EnlaceValue  *body)
{
  return enlace_client_adopt_reply (self, enlace_client_call (self, method, path, body, NULL),
                                    g_str_equal (method, "GET") ? read_execution : adopt_execution);
}

DexFuture *
enlace_client_execute (EnlaceClient *self,
                       const char   *workflow_id,
                       EnlaceValue  *data,
                       gint64        version,
                       gboolean      test,
                       const char   *until,
                       guint         wait_seconds)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (workflow_id != NULL, NULL);

  if (data != NULL)
    enlace_map_builder_add (body, "data", data);
  if (version > 0)
    enlace_map_builder_add_int (body, "version", version);
  else if (version < 0)
    enlace_map_builder_add_string (body, "version", "draft");
  enlace_map_builder_add_bool (body, "test", test);
  if (until != NULL)
    enlace_map_builder_add_string (body, "until", until);
  enlace_map_builder_add_int (body, "wait_seconds", wait_seconds);
  value = enlace_map_builder_end (body);
  path = g_strconcat ("workflows/", workflow_id, "/execute", NULL);

  return call_execution (self, "POST", path, value);
}

DexFuture *
enlace_client_load_execution (EnlaceClient *self,
                              const char   *id)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  path = g_strconcat ("executions/", id, NULL);

  return call_execution (self, "GET", path, NULL);
}

DexFuture *
enlace_client_cancel_execution (EnlaceClient *self,
                                const char   *id)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  path = g_strconcat ("executions/", id, "/cancel", NULL);

  return call_execution (self, "POST", path, NULL);
}

DexFuture *
enlace_client_resolve_step (EnlaceClient *self,
                            const char   *execution_id,
                            const char   *node,
                            gboolean      done,
                            EnlaceValue  *output)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (execution_id != NULL && node != NULL, NULL);

  enlace_map_builder_add_string (body, "outcome", done ? "done" : "not_done");
  if (output != NULL)
    enlace_map_builder_add (body, "output", output);
  value = enlace_map_builder_end (body);
  escaped = g_uri_escape_string (node, NULL, FALSE);
  path = g_strconcat ("executions/", execution_id, "/steps/", escaped, "/resolve", NULL);

  return call_execution (self, "POST", path, value);
}

typedef struct {
  EnlaceClient *client;
  char         *execution_id;
} Steps;

static void
steps_free (gpointer data)
{
  Steps *steps = data;

  g_object_unref (steps->client);
  g_free (steps->execution_id);
  g_free (steps);
}

/* Reads a page into `records`. NULL: it is no such page. "": it is the last. */
static char *
take_steps (EnlaceClientReply *reply,
            GPtrArray         *records)
{
  EnlaceValue *value = enlace_client_reply_get_value (reply, NULL);
  EnlaceValue *items = value != NULL ? enlace_value_get_member (value, "items") : NULL;

  if (items == NULL || enlace_value_get_kind (items) != ENLACE_KIND_LIST)
    return NULL;

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    g_ptr_array_add (records, enlace_step_record_new (enlace_value_get_element (items, i)));

  return g_strdup (enlace_value_get_member_string (value, "next_cursor", ""));
}

static DexFuture *
steps_fiber (gpointer user_data)
{
  Steps *steps = user_data;
  g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *cursor = g_strdup ("");

  do
    {
      g_autofree char *escaped = g_uri_escape_string (cursor, NULL, FALSE);
      g_autofree char *path = g_strdup_printf ("executions/%s/steps?limit=%d%s%s", steps->execution_id, STEPS_A_PAGE,
                                               *cursor != '\0' ? "&cursor=" : "", escaped);
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceClientReply) reply = dex_await_boxed (enlace_client_call (steps->client, "GET", path, NULL, NULL), &error);

      if (reply == NULL)
        return dex_future_new_for_error (g_steal_pointer (&error));

      g_free (cursor);
      cursor = take_steps (reply, records);
      if (cursor == NULL)
        return dex_future_new_reject (ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_REPLY, "%s",
                                      _("The server gave a reply that this application does not understand."));
    }
  while (*cursor != '\0' && records->len < ENLACE_CLIENT_MOST_STEPS);

  return dex_future_new_take_object (enlace_step_list_new (g_steal_pointer (&records), *cursor != '\0'));
}

DexFuture *
enlace_client_list_steps (EnlaceClient *self,
                          const char   *execution_id)
{
  Steps *steps;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (execution_id != NULL, NULL);

  steps = g_new0 (Steps, 1);
  steps->client = g_object_ref (self);
  steps->execution_id = g_strdup (execution_id);

  return enlace_fiber_spawn (steps_fiber, steps, steps_free);
}

DexFuture *
enlace_client_replay (EnlaceClient       *self,
                      const char         *execution_id,
                      const EnlaceReplay *replay)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (execution_id != NULL && replay != NULL, NULL);

  if (replay->version > 0)
    enlace_map_builder_add_int (body, "version", replay->version);
  else if (replay->version < 0)
    enlace_map_builder_add_string (body, "version", "draft");
  if (replay->data != NULL)
    enlace_map_builder_add (body, "data", replay->data);
  if (replay->from != NULL)
    enlace_map_builder_add_string (body, "from", replay->from);
  if (replay->path != NULL)
    enlace_map_builder_add (body, "path", replay->path);
  if (replay->only != NULL)
    enlace_map_builder_add_string (body, "only", replay->only);
  if (replay->until != NULL)
    enlace_map_builder_add_string (body, "until", replay->until);
  if (replay->outputs != NULL)
    enlace_map_builder_add (body, "outputs", replay->outputs);
  if (replay->is_test)
    enlace_map_builder_add_bool (body, "test", TRUE);
  value = enlace_map_builder_end (body);
  path = g_strconcat ("executions/", execution_id, "/replay", NULL);

  return call_execution (self, "POST", path, value);
}

DexFuture *
enlace_client_replay_many (EnlaceClient *self,
                           const char   *workflow_id,
                           const char   *status,
                           gboolean      count_only)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) filter = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (workflow_id != NULL && status != NULL, NULL);

  enlace_map_builder_add_string (filter, "workflow_id", workflow_id);
  enlace_map_builder_add_string (filter, "status", status);
  enlace_map_builder_take (body, "filter", enlace_map_builder_end (filter));
  enlace_map_builder_add_bool (body, "count_only", count_only);
  value = enlace_map_builder_end (body);

  return enlace_client_call (self, "POST", "executions/replay", value, NULL);
}
