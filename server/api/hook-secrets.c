/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/hook-secrets.h"

#include <string.h>

#include "server/api/fields.h"
#include "server/api/resource.h"
#include "server/api/workflow-resource.h"
#include "server/store/secrets.h"

#define MAX_VALUE 4096
#define MAX_OVERLAP_HOURS (30 * 24)

static const char *const names[] = { ENLACE_SECRET_SIGNATURE, ENLACE_SECRET_VERIFY_TOKEN, NULL };

/* What is shown of the value of slot 0 and the one before it (nullable); never the values. */
static EnlaceValue *
to_value (const EnlaceSecretRow *row,
          const EnlaceSecretRow *previous)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  gboolean overlaps = previous != NULL && previous->expires_at > g_get_real_time ();

  enlace_map_builder_add_string (builder, "name", row->name);
  enlace_resource_add_time (builder, "set_at", row->set_at);
  enlace_resource_add_id (builder, "set_by", &row->set_by);
  enlace_resource_add_time (builder, "previous_until", overlaps ? previous->expires_at : 0);

  return enlace_map_builder_end (builder);
}

static GPtrArray *
load (EnlaceRequest  *request,
      const char     *name,
      GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  GPtrArray *rows = enlace_secrets_list (reader, enlace_request_get_id (request), name, error);

  enlace_store_release_reader (services->store, reader);

  return rows;
}

static void
add_rows (EnlaceListBuilder *items,
          GPtrArray         *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      EnlaceSecretRow *row = g_ptr_array_index (rows, i);
      EnlaceSecretRow *next = i + 1 < rows->len ? g_ptr_array_index (rows, i + 1) : NULL;

      if (row->slot == 0)
        enlace_list_builder_take (items, to_value (row, next != NULL && strcmp (next->name, row->name) == 0 ? next : NULL));
    }
}

static void
list (EnlaceRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = load (request, NULL, &error);
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();

  if (rows == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  add_rows (items, rows);
  enlace_request_reply (request, enlace_resource_reply_list (items, NULL));
}

static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  if (!enlace_workflow_find (request, revision, error))
    return FALSE;

  *revision = -1;
  if (g_strv_contains (names, enlace_request_get_param (request, "name")))
    return TRUE;

  g_set_error_literal (error, ENLACE_API_ERROR, 404, "A workflow has no secret of this name");

  return FALSE;
}

static void
get (EnlaceRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) rows = load (request, enlace_request_get_param (request, "name"), &error);
  g_autoptr(EnlaceValue) body = NULL;

  if (rows == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));
  if (rows->len == 0)
    return enlace_request_fail (request, g_error_new (ENLACE_API_ERROR, 404, "This secret was not set"));

  body = to_value (g_ptr_array_index (rows, 0), rows->len > 1 ? g_ptr_array_index (rows, 1) : NULL);
  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

typedef struct {
  EnlaceApiChange  base;
  EnlaceRequest   *request;
  EnlaceSecretRow *row;
  gint64           overlap_usec;
} Change;

static gboolean
set_apply_cb (EnlaceApiChange  *base,
              EnlaceWriter     *writer,
              GError          **error)
{
  Change *self = (Change *) base;
  gint64 now = enlace_writer_get_time (writer);

  self->row->set_at = now;

  return enlace_secrets_set (writer, enlace_request_get_organisation (self->request), self->row, self->overlap_usec > 0 ? now + self->overlap_usec : 0,
                             error);
}

static EnlaceReply *
set_reply_cb (EnlaceApiChange *base)
{
  return enlace_reply_new (204);
}

static gboolean
delete_apply_cb (EnlaceApiChange  *base,
                 EnlaceWriter     *writer,
                 GError          **error)
{
  EnlaceRequest *request = ((Change *) base)->request;

  return enlace_secrets_delete (writer, enlace_request_get_organisation (request), enlace_request_get_id (request),
                                enlace_request_get_param (request, "name"), error);
}

static void
committed_cb (EnlaceApiChange *base)
{
  enlace_hook_secrets_changed (enlace_inbound_get_secrets (enlace_request_get_services (((Change *) base)->request)->inbound));
}

static void
change_free (EnlaceApiChange *base)
{
  g_clear_pointer (&((Change *) base)->row, enlace_secret_row_free);
  g_free (base);
}

static Change *
change_new (EnlaceRequest *request,
            gboolean     (*apply) (EnlaceApiChange *base, EnlaceWriter *writer, GError **error))
{
  Change *self = g_new0 (Change, 1);

  self->base.apply = apply;
  self->base.reply = set_reply_cb;
  self->base.committed = committed_cb;
  self->base.free = change_free;
  self->request = request;

  return self;
}

static void
set (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  static const char *const read_only[] = { "name", "set_at", "set_by", "previous_until", NULL };
  g_autofree char *value = NULL;
  gint64 hours = 0;
  EnlaceFields fields;
  Change *change;

  enlace_fields_init (&fields, request);
  enlace_fields_require (&fields, "value");
  enlace_fields_take_text (&fields, "value", 1, MAX_VALUE, &value);
  enlace_fields_take_int (&fields, "overlap_hours", 0, MAX_OVERLAP_HOURS, &hours);
  enlace_fields_ignore (&fields, read_only);
  if (!enlace_fields_finish (&fields, request))
    return;

  change = change_new (request, set_apply_cb);
  change->overlap_usec = hours * 3600 * G_USEC_PER_SEC;
  change->row = g_new0 (EnlaceSecretRow, 1);
  change->row->workflow_id = *enlace_request_get_id (request);
  change->row->name = g_strdup (enlace_request_get_param (request, "name"));
  change->row->set_by = *enlace_request_get_member (request);
  change->row->value = enlace_hook_secrets_seal (services->vault, enlace_request_get_organisation (request), &change->row->workflow_id,
                                                 change->row->name, value);
  enlace_request_reply_after (request, &change->base);
}

static void
delete (EnlaceRequest *request)
{
  enlace_request_reply_after (request, &change_new (request, delete_apply_cb)->base);
}

#define PATH "/api/integrations/workflows/:id/secrets"

static const EnlaceRoute routes[] = {
  { "GET", PATH, "workflows:read", list, .summary = "List which secrets of a workflow are set, and since when", .reply = "hook-secret-list",
    .find = enlace_workflow_find },
  { "GET", PATH "/:name", "workflows:read", get, .summary = "Whether a secret of a workflow is set, and since when", .reply = "hook-secret",
    .find = find },
  { "PUT", PATH "/:name", "workflows:write", set, .summary = "Set a secret of a workflow, which is never shown again", .body = "hook-secret-change",
    .find = find, .status = 204 },
  { "DELETE", PATH "/:name", "workflows:write", delete, .summary = "Forget a secret of a workflow", .find = find, .status = 204 },
};

const EnlaceRouteTable enlace_hook_secret_routes = { "secrets", routes, G_N_ELEMENTS (routes) };
