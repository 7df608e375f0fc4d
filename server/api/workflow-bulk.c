/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/workflow-bulk.h"

#include "server/api/fields.h"
#include "server/api/resource.h"
#include "server/api/workflow-change.h"
#include "server/api/workflow-resource.h"

#define MAX_IDS 200

typedef struct {
  EnlaceApiChange    base;
  EnlaceRequest     *request;
  GPtrArray         *changes;    /* element-type EnlaceWorkflowChange: what can be changed */
  EnlaceListBuilder *updated;    /* ids */
  EnlaceListBuilder *failed;     /* { id, status, detail } */
} Bulk;

static void
add_failure (Bulk             *self,
             const EnlaceUuid *id,
             guint             status,
             const char       *detail)
{
  g_autoptr(EnlaceMapBuilder) entry = enlace_map_builder_new ();

  enlace_resource_add_id (entry, "id", id);
  enlace_map_builder_add_int (entry, "status", status);
  enlace_map_builder_add_string (entry, "detail", detail);
  enlace_list_builder_take (self->failed, enlace_map_builder_end (entry));
}

static void
bulk_free (EnlaceApiChange *change)
{
  Bulk *self = (Bulk *) change;

  g_ptr_array_unref (self->changes);
  enlace_list_builder_free (self->updated);
  enlace_list_builder_free (self->failed);
  g_free (self);
}

static gboolean
apply_cb (EnlaceApiChange  *change,
          EnlaceWriter     *writer,
          GError          **error)
{
  Bulk *self = (Bulk *) change;

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnlaceWorkflowChange *edit = g_ptr_array_index (self->changes, i);
      g_autoptr(GError) failure = NULL;
      char text[ENLACE_UUID_TEXT_SIZE];

      if (enlace_workflow_change_apply (edit, writer, &failure))
        {
          enlace_uuid_format (&edit->id, text);
          enlace_list_builder_take (self->updated, enlace_value_new_string (text));
        }
      else if (g_error_matches (failure, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
        add_failure (self, &edit->id, 404, "It was removed in the meantime");
      else
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }

  return TRUE;
}

static EnlaceReply *
reply_cb (EnlaceApiChange *change)
{
  Bulk *self = (Bulk *) change;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  enlace_map_builder_take (builder, "updated", enlace_list_builder_end (self->updated));
  enlace_map_builder_take (builder, "failed", enlace_list_builder_end (self->failed));
  body = enlace_map_builder_end (builder);

  return enlace_reply_new_json (200, body);
}

static void
committed_cb (EnlaceApiChange *change)
{
  Bulk *self = (Bulk *) change;
  EnlaceEngine *engine = enlace_request_get_services (self->request)->engine;

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnlaceWorkflowChange *edit = g_ptr_array_index (self->changes, i);

      if (edit->row != NULL)
        enlace_engine_workflow_changed (engine, &edit->id, edit->row);
    }
}

/* What the bulk does to one workflow: a change, or an entry among the failures. */
static void
plan_one (Bulk             *self,
          EnlaceReader     *reader,
          const EnlaceUuid *id,
          gboolean          is_active)
{
  const EnlaceServices *services = enlace_request_get_services (self->request);
  g_autoptr(EnlaceWorkflowChange) edit = enlace_workflow_change_new (self->request, id);
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (reader, &edit->organisation_id, id, NULL);
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(EnlaceReply) refusal = NULL;

  if (row == NULL)
    return add_failure (self, id, 404, "There is no such workflow");

  edit->has_is_active = TRUE;
  edit->is_active = is_active;
  if (is_active)
    {
      edit->publish = row->published_version > 0 ? row->published_version : row->version;
      document = enlace_workflow_load_document (services, reader, row, edit->publish, NULL);
      if (document == NULL)
        return add_failure (self, id, 500, "Its document cannot be read");
      if ((refusal = enlace_workflow_refuse_publish (document, NULL)) != NULL)
        return add_failure (self, id, 422, "It has problems, so it cannot be put live");
    }

  g_ptr_array_add (self->changes, g_steal_pointer (&edit));
}

void
enlace_workflows_bulk (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(GArray) ids = NULL;
  gboolean is_active = FALSE;
  EnlaceReader *reader;
  EnlaceFields fields;
  Bulk *bulk;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "ids");
  enlace_fields_require (&fields, "is_active");
  ids = enlace_fields_take_ids (&fields, "ids", MAX_IDS);
  enlace_fields_take_bool (&fields, "is_active", &is_active);
  if (!enlace_fields_finish (&fields, request))
    return;

  bulk = g_new0 (Bulk, 1);
  bulk->base.apply = apply_cb;
  bulk->base.reply = reply_cb;
  bulk->base.committed = committed_cb;
  bulk->base.free = bulk_free;
  bulk->request = request;
  bulk->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_workflow_change_free);
  bulk->updated = enlace_list_builder_new ();
  bulk->failed = enlace_list_builder_new ();

  reader = enlace_store_acquire_reader (services->store);
  for (guint i = 0; i < ids->len; i++)
    plan_one (bulk, reader, &g_array_index (ids, EnlaceUuid, i), is_active);
  enlace_store_release_reader (services->store, reader);
  enlace_request_reply_after (request, &bulk->base);
}
