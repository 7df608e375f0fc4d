/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/approval.h"

#include "common/value/time.h"
#include "server/store/signals.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/sealed.h"
#include "server/workflow/signal.h"

#define TABLE "approvals"

gint64
enlace_approval_get_now (EnlaceEngine *engine)
{
  return enlace_engine_get_time (engine);
}

typedef struct {
  EnlaceStepChange  change;
  EnlaceApprovalRow row;
} Request;

static gboolean
request_apply (EnlaceStepChange  *change,
               EnlaceWriter      *writer,
               GError           **error)
{
  return enlace_approvals_insert (writer, &((Request *) change)->row, error);
}

static void
request_free (EnlaceStepChange *change)
{
  Request *self = (Request *) change;

  g_free (self->row.key);
  g_bytes_unref (self->row.request);
  g_free (self);
}

EnlaceStepChange *
enlace_approval_new_request (EnlaceEngine     *engine,
                             const EnlaceUuid *organisation_id,
                             const EnlaceUuid *workflow_id,
                             const EnlaceUuid *execution_id,
                             const char       *key,
                             EnlaceValue      *request,
                             gboolean          allow_link,
                             gint64            deadline,
                             gint64            now)
{
  Request *self = g_new0 (Request, 1);

  self->change.apply = request_apply;
  self->change.free = request_free;
  enlace_uuid_generate (&self->row.id);
  self->row.organisation_id = *organisation_id;
  self->row.workflow_id = *workflow_id;
  self->row.execution_id = *execution_id;
  self->row.key = g_strdup (key);
  self->row.request = enlace_sealed_value_write (engine->vault, organisation_id, TABLE, &self->row.id, "request", request);
  self->row.allow_link = allow_link;
  self->row.deadline = deadline;
  self->row.created_at = now;

  return &self->change;
}

typedef struct {
  EnlaceStepChange change;
  EnlaceUuid       execution_id;
  char            *key;
  gint64           now;
} Expiry;

static gboolean
expiry_apply (EnlaceStepChange  *change,
              EnlaceWriter      *writer,
              GError           **error)
{
  Expiry *self = (Expiry *) change;

  return enlace_approvals_expire (writer, &self->execution_id, self->key, self->now, error);
}

static void
expiry_free (EnlaceStepChange *change)
{
  g_free (((Expiry *) change)->key);
  g_free (change);
}

EnlaceStepChange *
enlace_approval_new_expiry (const EnlaceUuid *execution_id,
                            const char       *key,
                            gint64            now)
{
  Expiry *self = g_new0 (Expiry, 1);

  self->change.apply = expiry_apply;
  self->change.free = expiry_free;
  self->execution_id = *execution_id;
  self->key = g_strdup (key);
  self->now = now;

  return &self->change;
}

static void
add_text (EnlaceMapBuilder *builder,
          const char       *name,
          const char       *text)
{
  if (text != NULL)
    enlace_map_builder_add_string (builder, name, text);
  else
    enlace_map_builder_add_null (builder, name);
}

static EnlaceValue *
make_decision (const char *by,
               const char *comment)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  add_text (builder, "by", by);
  add_text (builder, "comment", comment);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_approval_read_request (EnlaceVault              *vault,
                              const EnlaceApprovalRow  *row,
                              GError                  **error)
{
  return enlace_sealed_value_read (vault, &row->organisation_id, TABLE, &row->id, "request", row->request, error);
}

EnlaceValue *
enlace_approval_read_decision (EnlaceVault              *vault,
                               const EnlaceApprovalRow  *row,
                               GError                  **error)
{
  return row->decision != NULL ? enlace_sealed_value_read (vault, &row->organisation_id, TABLE, &row->id, "decision", row->decision, error)
                               : make_decision (NULL, NULL);
}

EnlaceValue *
enlace_approval_make_output (EnlaceApprovalStatus  status,
                             const char           *by,
                             const char           *comment,
                             gint64                decided_at)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "decision", enlace_approval_status_get_name (status));
  add_text (builder, "by", by);
  add_text (builder, "comment", comment);
  enlace_map_builder_take_string (builder, "decided_at", enlace_time_format_usec (decided_at));

  return enlace_map_builder_end (builder);
}

EnlaceDecision *
enlace_decision_new (const EnlaceApprovalRow *row,
                     EnlaceApprovalStatus     status,
                     const char              *by,
                     const char              *comment)
{
  EnlaceDecision *self = g_new0 (EnlaceDecision, 1);

  self->approval_id = row->id;
  self->organisation_id = row->organisation_id;
  self->execution_id = row->execution_id;
  self->key = g_strdup (row->key);
  self->status = status;
  self->by = g_strdup (by);
  self->comment = g_strdup (comment);

  return self;
}

void
enlace_decision_free (EnlaceDecision *self)
{
  g_free (self->key);
  g_free (self->by);
  g_free (self->comment);
  g_free (self);
}

gboolean
enlace_decision_apply (EnlaceDecision  *self,
                       EnlaceEngine    *engine,
                       EnlaceWriter    *writer,
                       GError         **error)
{
  gint64 now = enlace_engine_get_time (engine);
  g_autoptr(EnlaceValue) decision = make_decision (self->by, self->comment);
  g_autoptr(EnlaceValue) payload = enlace_approval_make_output (self->status, self->by, self->comment, now);
  g_autoptr(GBytes) sealed = enlace_sealed_value_write (engine->vault, &self->organisation_id, TABLE, &self->approval_id, "decision", decision);
  g_autoptr(GBytes) told = enlace_signal_seal (engine, &self->organisation_id, &self->execution_id, self->key, payload);

  return enlace_approvals_decide (writer, &self->execution_id, self->key, self->status, sealed, now, error)
         && enlace_signals_add (writer, &self->execution_id, self->key, told, error);
}

void
enlace_decision_committed (EnlaceDecision *self,
                           EnlaceEngine   *engine)
{
  enlace_engine_poke (engine, &self->execution_id);
}
