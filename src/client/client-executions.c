/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/client-private.h"

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

static gpointer
read_steps (EnlaceClient       *client,
            EnlaceClientReply  *reply,
            GError            **error)
{
  EnlaceValue *value = enlace_client_reply_get_value (reply, error);
  EnlaceValue *items = value != NULL ? enlace_value_get_member (value, "items") : NULL;
  GListStore *steps;

  if (items == NULL)
    return NULL;

  steps = g_list_store_new (ENLACE_TYPE_STEP_RECORD);
  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      g_autoptr(EnlaceStepRecord) step = enlace_step_record_new (enlace_value_get_element (items, i));

      g_list_store_append (steps, step);
    }

  return steps;
}

DexFuture *
enlace_client_list_steps (EnlaceClient *self,
                          const char   *execution_id)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (execution_id != NULL, NULL);

  path = g_strconcat ("executions/", execution_id, "/steps?limit=200", NULL);

  return enlace_client_adopt_reply (self, enlace_client_call (self, "GET", path, NULL, NULL), read_steps);
}
