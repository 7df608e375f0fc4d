/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/client-private.h"

/* What was only read is news to nobody. */
static gpointer
read_workflow (EnlaceClient       *client,
               EnlaceClientReply  *reply,
               GError            **error)
{
  JsonObject *object = enlace_client_reply_get_object (reply, error);
  EnlaceValue *value = object != NULL ? enlace_client_reply_get_value (reply, error) : NULL;
  EnlaceWorkflow *workflow;

  if (value == NULL)
    return NULL;

  workflow = enlace_client_adopt_quietly (client, ENLACE_TYPE_WORKFLOW, object);
  if (workflow != NULL)
    enlace_workflow_load (workflow, value, enlace_client_reply_get_etag (reply));

  return workflow;
}

static gpointer
adopt_workflow (EnlaceClient       *client,
                EnlaceClientReply  *reply,
                GError            **error)
{
  EnlaceWorkflow *workflow = read_workflow (client, reply, error);

  if (workflow != NULL)
    enlace_client_announce (client, ENLACE_RESOURCE (workflow));

  return workflow;
}

static DexFuture *
call_workflow (EnlaceClient *self,
               const char   *method,
               const char   *id,          /* nullable: the collection */
               EnlaceValue  *body,
               const char   *if_match)
{
  g_autofree char *path = id != NULL ? g_strconcat ("workflows/", id, NULL) : g_strdup ("workflows");

  return enlace_client_adopt_reply (self, enlace_client_call (self, method, path, body, if_match),
                                    g_str_equal (method, "GET") ? read_workflow : adopt_workflow);
}

DexFuture *
enlace_client_load_workflow (EnlaceClient *self,
                             const char   *id)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return call_workflow (self, "GET", id, NULL, NULL);
}

DexFuture *
enlace_client_create_workflow (EnlaceClient *self,
                               const char   *name,
                               const char   *description,
                               EnlaceValue  *document)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (name != NULL && document != NULL, NULL);

  enlace_map_builder_add_string (body, "name", name);
  if (description != NULL)
    enlace_map_builder_add_string (body, "description", description);
  enlace_map_builder_add (body, "steps", document);
  value = enlace_map_builder_end (body);

  return call_workflow (self, "POST", NULL, value, NULL);
}

DexFuture *
enlace_client_save_workflow (EnlaceClient   *self,
                             EnlaceWorkflow *workflow,
                             EnlaceValue    *document)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (enlace_workflow_get_etag (workflow) != NULL, NULL);
  g_return_val_if_fail (document != NULL, NULL);

  enlace_map_builder_add (body, "steps", document);
  value = enlace_map_builder_end (body);

  return call_workflow (self, "PUT", enlace_resource_get_id (ENLACE_RESOURCE (workflow)), value,
                        enlace_workflow_get_etag (workflow));
}

/* A change that says all that it means, so that it does not matter what else was changed before it. */
static DexFuture *
put_members (EnlaceClient     *self,
             EnlaceWorkflow   *workflow,
             EnlaceMapBuilder *members)
{
  g_autoptr(EnlaceValue) value = enlace_map_builder_end (members);

  return call_workflow (self, "PUT", enlace_resource_get_id (ENLACE_RESOURCE (workflow)), value, "*");
}

DexFuture *
enlace_client_rename_workflow (EnlaceClient   *self,
                               EnlaceWorkflow *workflow,
                               const char     *name,
                               const char     *description)
{
  g_autoptr(EnlaceMapBuilder) members = enlace_map_builder_new ();

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  enlace_map_builder_add_string (members, "name", name);
  if (description != NULL)
    enlace_map_builder_add_string (members, "description", description);

  return put_members (self, workflow, members);
}

DexFuture *
enlace_client_set_active (EnlaceClient   *self,
                          EnlaceWorkflow *workflow,
                          gboolean        is_active)
{
  g_autoptr(EnlaceMapBuilder) members = enlace_map_builder_new ();

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);

  enlace_map_builder_add_bool (members, "is_active", is_active);

  return put_members (self, workflow, members);
}

DexFuture *
enlace_client_publish (EnlaceClient   *self,
                       EnlaceWorkflow *workflow,
                       gint64          version)
{
  g_autoptr(EnlaceMapBuilder) members = enlace_map_builder_new ();

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);
  g_return_val_if_fail (version > 0, NULL);

  enlace_map_builder_add_bool (members, "is_active", TRUE);
  enlace_map_builder_add_int (members, "published_version", version);

  return put_members (self, workflow, members);
}

typedef struct {
  EnlaceClient *client;
  char         *id;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_object_unref (removal->client);
  g_free (removal->id);
  g_free (removal);
}

static DexFuture *
removed_cb (DexFuture *future,
            gpointer   user_data)
{
  Removal *removal = user_data;

  enlace_client_forget (removal->client, "workflow", removal->id);

  return dex_future_new_for_boolean (TRUE);
}

DexFuture *
enlace_client_delete_workflow (EnlaceClient   *self,
                               EnlaceWorkflow *workflow)
{
  g_autofree char *path = NULL;
  Removal *removal;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (workflow), NULL);

  removal = g_new0 (Removal, 1);
  removal->client = g_object_ref (self);
  removal->id = g_strdup (enlace_resource_get_id (ENLACE_RESOURCE (workflow)));
  path = g_strconcat ("workflows/", removal->id, NULL);

  return dex_future_then (enlace_client_call (self, "DELETE", path, NULL, "*"), removed_cb, removal, removal_free);
}

static DexFuture *
call_draft (EnlaceClient *self,
            const char   *method,
            const char   *workflow_id,
            EnlaceValue  *body)
{
  g_autofree char *path = g_strconcat ("workflows/", workflow_id, "/draft", NULL);

  return enlace_client_call (self, method, path, body, NULL);
}

DexFuture *
enlace_client_get_draft (EnlaceClient *self,
                         const char   *workflow_id)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (workflow_id != NULL, NULL);

  return call_draft (self, "GET", workflow_id, NULL);
}

DexFuture *
enlace_client_put_draft (EnlaceClient *self,
                         const char   *workflow_id,
                         EnlaceValue  *document,
                         gint64        base_version)
{
  g_autoptr(EnlaceMapBuilder) body = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (workflow_id != NULL && document != NULL, NULL);

  enlace_map_builder_add (body, "steps", document);
  enlace_map_builder_add_int (body, "base_version", base_version);
  value = enlace_map_builder_end (body);

  return call_draft (self, "PUT", workflow_id, value);
}

static DexFuture *
no_draft_cb (DexFuture *future,
             gpointer   user_data)
{
  g_autoptr(GError) error = NULL;

  if (dex_future_get_value (future, &error) != NULL ||
      g_error_matches (error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_NOT_FOUND))
    return dex_future_new_for_boolean (TRUE);

  return dex_future_new_for_error (g_steal_pointer (&error));
}

DexFuture *
enlace_client_delete_draft (EnlaceClient *self,
                            const char   *workflow_id)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (workflow_id != NULL, NULL);

  return dex_future_finally (call_draft (self, "DELETE", workflow_id, NULL), no_draft_cb, NULL, NULL);
}

DexFuture *
enlace_client_get_version (EnlaceClient *self,
                           const char   *workflow_id,
                           gint64        version)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (workflow_id != NULL, NULL);

  path = g_strdup_printf ("workflows/%s/versions/%" G_GINT64_FORMAT, workflow_id, version);

  return enlace_client_call (self, "GET", path, NULL, NULL);
}
