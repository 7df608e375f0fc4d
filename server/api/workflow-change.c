/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/workflow-change.h"

#include <string.h>

#include "server/api/workflow-resource.h"
#include "server/workflow/engine.h"
#include "server/workflow/sealed.h"

EnlaceWorkflowChange *
enlace_workflow_change_new (EnlaceRequest    *request,
                            const EnlaceUuid *id)
{
  EnlaceWorkflowChange *self = g_new0 (EnlaceWorkflowChange, 1);

  self->request = request;
  self->organisation_id = *enlace_request_get_organisation (request);
  self->id = *id;
  self->revision = -1;

  return self;
}

void
enlace_workflow_change_free (EnlaceWorkflowChange *self)
{
  g_free (self->name);
  g_free (self->description);
  g_free (self->tags);
  g_free (self->version_name);
  g_clear_pointer (&self->document, enlace_document_unref);
  g_clear_pointer (&self->newest, enlace_document_unref);
  g_clear_pointer (&self->row, enlace_workflow_row_free);
  g_free (self);
}

static void
change_row (EnlaceWorkflowChange *self,
            EnlaceWorkflowRow    *row)
{
  if (self->has_name)
    g_set_str (&row->name, self->name);
  if (self->has_description)
    g_set_str (&row->description, self->description);
  if (self->has_tags)
    g_set_str (&row->tags, self->tags);
  if (self->has_is_active)
    row->is_active = self->is_active;
  if (self->document != NULL)
    g_set_str (&row->trigger_type, enlace_document_get_trigger_type (self->document));
  if (self->publish != 0)
    row->published_version = self->publish > 0 ? self->publish : row->version + 1;
}

gboolean
enlace_workflow_change_apply (EnlaceWorkflowChange  *self,
                              EnlaceWriter          *writer,
                              GError               **error)
{
  const EnlaceServices *services = enlace_request_get_services (self->request);
  EnlaceVersionRow version = { .workflow_id = self->id, .name = self->version_name };
  gboolean done;

  if ((self->row = enlace_workflows_get_for_change (writer, &self->organisation_id, &self->id, error)) == NULL)
    return FALSE;

  change_row (self, self->row);
  self->row->updated_at = enlace_writer_get_time (writer);
  if (self->document != NULL)
    {
      version.created_by = *enlace_request_get_member (self->request);
      version.created_at = self->row->updated_at;
      version.document = enlace_sealed_document_write (services->vault, &self->organisation_id, &self->id,
                                                       enlace_document_get_value (self->document));
    }

  done = enlace_workflows_update (writer, self->row, self->document != NULL ? &version : NULL, self->revision, error);
  g_clear_pointer (&version.document, g_bytes_unref);

  return done;
}

static gboolean
apply_cb (EnlaceApiChange  *change,
          EnlaceWriter     *writer,
          GError          **error)
{
  return enlace_workflow_change_apply ((EnlaceWorkflowChange *) change, writer, error);
}

static EnlaceReply *
reply_cb (EnlaceApiChange *change)
{
  EnlaceWorkflowChange *self = (EnlaceWorkflowChange *) change;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) body = enlace_workflow_to_value (enlace_request_get_services (self->request), self->row,
                                                          self->document != NULL ? self->document : self->newest, &error);
  EnlaceReply *reply;

  if (body == NULL)
    return enlace_reply_new_error (error);

  reply = enlace_reply_new_json (200, body);
  enlace_reply_set_etag (reply, self->row->revision);

  return reply;
}

static void
committed_cb (EnlaceApiChange *change)
{
  EnlaceWorkflowChange *self = (EnlaceWorkflowChange *) change;

  enlace_engine_workflow_changed (enlace_request_get_services (self->request)->engine, &self->id, self->row);
}

static void
free_cb (EnlaceApiChange *change)
{
  enlace_workflow_change_free ((EnlaceWorkflowChange *) change);
}

void
enlace_workflow_change_submit (EnlaceWorkflowChange *self)
{
  self->base.apply = apply_cb;
  self->base.reply = reply_cb;
  self->base.committed = committed_cb;
  self->base.free = free_cb;
  enlace_request_reply_after (self->request, &self->base);
}

EnlaceReply *
enlace_workflow_refuse_publish (EnlaceDocument               *document,
                                const EnlaceCheckEnvironment *environment)
{
  g_autoptr(EnlaceValue) found = enlace_workflow_check_within (document, environment);
  g_autoptr(EnlaceListBuilder) refusing = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) problems = NULL;

  for (gsize i = 0; i < enlace_value_get_length (found); i++)
    if (strcmp (enlace_value_get_member_string (enlace_value_get_element (found, i), "severity", ""), "warning") != 0)
      enlace_list_builder_add (refusing, enlace_value_get_element (found, i));

  problems = enlace_list_builder_end (refusing);
  if (enlace_value_get_length (problems) == 0)
    return NULL;

  return enlace_reply_new_problem (422, NULL, "The workflow has problems, so it cannot be put live", problems, NULL);
}
