/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/transfer.h"

#include "common/value/json.h"
#include "server/store/variables.h"
#include "server/store/workflows.h"
#include "server/workflow/sealed.h"

#define PAGE 200

typedef struct {
  EnlaceReader     *reader;
  EnlaceVault      *vault;
  const EnlaceUuid *organisation_id;
  EnlaceBundle     *bundle;
  GHashTable       *seen;        /* ids as text, of what is in the bundle */
} Export;

static gboolean
add_variables (Export            *self,
               const EnlaceUuid  *workflow_id,
               GPtrArray         *variables,
               GError           **error)
{
  g_autoptr(GPtrArray) rows = enlace_variables_list_scope (self->reader, self->organisation_id, workflow_id, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const EnlaceVariableRow *row = g_ptr_array_index (rows, i);
      g_autoptr(EnlaceValue) value = NULL;
      g_autoptr(EnlaceValue) test_value = NULL;

      if (row->has_workflow != (workflow_id != NULL))
        continue;
      if ((value = enlace_sealed_value_read (self->vault, self->organisation_id, "variables", &row->id, "value", row->value, error)) == NULL)
        return FALSE;
      if (row->test_value != NULL &&
          (test_value = enlace_sealed_value_read (self->vault, self->organisation_id, "variables", &row->id, "test_value", row->test_value,
                                                  error)) == NULL)
        return FALSE;
      enlace_bundle_add_variable (variables, row->name, row->type, row->description, value, test_value);
    }

  return rows != NULL;
}

static gboolean
add_workflow (Export                   *self,
              const EnlaceWorkflowRow  *row,
              GError                  **error)
{
  g_autoptr(EnlaceVersionRow) version = enlace_versions_get (self->reader, &row->id, row->version, error);
  g_autoptr(EnlaceValue) document = NULL;
  g_autoptr(EnlaceValue) tags = NULL;
  EnlaceBundleWorkflow *workflow;
  char id[ENLACE_UUID_TEXT_SIZE];

  if (version == NULL ||
      (document = enlace_sealed_document_read (self->vault, self->organisation_id, &row->id, version->document, error)) == NULL ||
      (tags = enlace_json_parse (row->tags, -1, error)) == NULL)
    return FALSE;

  enlace_uuid_format (&row->id, id);
  g_hash_table_add (self->seen, g_strdup (id));
  workflow = enlace_bundle_add_workflow (self->bundle, id, row->name, row->description, tags, document);

  return add_variables (self, &row->id, workflow->variables, error);
}

static gboolean
add_all (Export  *self,
         GError **error)
{
  EnlaceWorkflowFilter filter = { .is_active = -1, .limit = PAGE };
  EnlaceUuid last;
  guint n_rows;

  do
    {
      g_autoptr(GPtrArray) rows = enlace_workflows_list (self->reader, self->organisation_id, &filter, error);

      if (rows == NULL)
        return FALSE;
      for (guint i = 0; i < rows->len; i++)
        if (!add_workflow (self, g_ptr_array_index (rows, i), error))
          return FALSE;
      if ((n_rows = rows->len) > 0)
        last = ((EnlaceWorkflowRow *) g_ptr_array_index (rows, n_rows - 1))->id;
      filter.before = &last;
    }
  while (n_rows == PAGE);

  return add_variables (self, NULL, self->bundle->variables, error);
}

/* A workflow that another runs and that is not there, or is none of this organisation's, is left out: the reference stays what it was. */
static gboolean
add_called (Export      *self,
            const char  *id,
            GError     **error)
{
  g_autoptr(EnlaceWorkflowRow) row = NULL;
  g_autoptr(GError) failure = NULL;
  EnlaceUuid uuid;

  if (!enlace_uuid_parse (id, &uuid) || g_hash_table_contains (self->seen, id))
    return TRUE;
  if ((row = enlace_workflows_get (self->reader, self->organisation_id, &uuid, &failure)) != NULL)
    return add_workflow (self, row, error);
  if (g_error_matches (failure, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&failure));

  return FALSE;
}

static gboolean
add_one (Export            *self,
         const EnlaceUuid  *workflow_id,
         gboolean           with_called,
         GError           **error)
{
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (self->reader, self->organisation_id, workflow_id, error);

  if (row == NULL || !add_workflow (self, row, error))
    return FALSE;

  /* The list grows while it is walked. */
  for (guint i = 0; with_called && i < self->bundle->workflows->len; i++)
    {
      EnlaceBundleWorkflow *workflow = g_ptr_array_index (self->bundle->workflows, i);
      g_autoptr(GPtrArray) references = enlace_bundle_list_references (workflow->document);

      for (guint j = 0; j < references->len; j++)
        if (!add_called (self, g_ptr_array_index (references, j), error))
          return FALSE;
    }

  return TRUE;
}

EnlaceBundle *
enlace_transfer_export (EnlaceReader      *reader,
                        EnlaceVault       *vault,
                        const EnlaceUuid  *organisation_id,
                        const EnlaceUuid  *workflow_id,
                        gboolean           with_called,
                        GError           **error)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Export self = { reader, vault, organisation_id, bundle, seen };
  gboolean is_done;

  if (!enlace_reader_begin (reader, error))
    return NULL;
  is_done = workflow_id != NULL ? add_one (&self, workflow_id, with_called, error) : add_all (&self, error);
  enlace_reader_end (reader);
  if (!is_done)
    return NULL;

  enlace_bundle_seal (bundle);

  return g_steal_pointer (&bundle);
}
