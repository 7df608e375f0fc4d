/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/document.h"
#include "server/security/api-key.h"
#include "server/store/variables.h"
#include "server/store/workflows.h"
#include "server/workflow/sealed.h"
#include "server/workflow/transfer.h"

/* Of a workflow's inbound address. */
#define TOKEN_LENGTH 32

static void
free_imported (gpointer data)
{
  EnlaceImported *self = data;

  g_free (self->key);
  g_free (self->name);
  g_clear_pointer (&self->document, enlace_value_unref);
  g_free (self);
}

void
enlace_import_free (EnlaceImport *self)
{
  g_ptr_array_unref (self->workflows);
  g_ptr_array_unref (self->variables);
  enlace_bundle_free (self->bundle);
  g_free (self);
}

static gboolean
is_same (EnlaceImport                *self,
         const EnlaceVariableRow     *row,
         const EnlaceBundleVariable  *variable,
         gboolean                    *result,
         GError                     **error)
{
  g_autoptr(EnlaceValue) value = enlace_sealed_value_read (self->vault, &self->organisation_id, "variables", &row->id, "value", row->value, error);
  g_autoptr(EnlaceValue) test_value = NULL;

  if (value == NULL)
    return FALSE;
  if (row->test_value != NULL &&
      (test_value = enlace_sealed_value_read (self->vault, &self->organisation_id, "variables", &row->id, "test_value", row->test_value,
                                              error)) == NULL)
    return FALSE;

  *result = strcmp (row->type, variable->type) == 0 && enlace_value_equal (value, variable->value) &&
            (test_value != NULL) == (variable->test_value != NULL) &&
            (test_value == NULL || enlace_value_equal (test_value, variable->test_value));

  return TRUE;
}

/* A variable that is there already with the same value is no obstacle; with another it is one, since neither may be lost. */
static gboolean
choose_variables (EnlaceImport  *self,
                  EnlaceReader  *reader,
                  GError       **error)
{
  g_autoptr(GPtrArray) rows = enlace_variables_list_scope (reader, &self->organisation_id, NULL, error);

  for (guint i = 0; rows != NULL && i < self->bundle->variables->len; i++)
    {
      EnlaceBundleVariable *variable = g_ptr_array_index (self->bundle->variables, i);
      const EnlaceVariableRow *found = NULL;
      gboolean same = FALSE;

      for (guint j = 0; j < rows->len && found == NULL; j++)
        if (strcmp (((EnlaceVariableRow *) g_ptr_array_index (rows, j))->name, variable->name) == 0)
          found = g_ptr_array_index (rows, j);

      if (found == NULL)
        g_ptr_array_add (self->variables, variable);
      else if (!is_same (self, found, variable, &same, error))
        return FALSE;
      else if (!same)
        {
          g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT,
                       "The organisation has a variable “%s” already, of another type or value", variable->name);
          return FALSE;
        }
    }

  return rows != NULL;
}

/* The new ids, and the documents that refer to them. */
static void
give_ids (EnlaceImport *self)
{
  g_autoptr(GHashTable) map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < self->bundle->workflows->len; i++)
    {
      const EnlaceBundleWorkflow *workflow = g_ptr_array_index (self->bundle->workflows, i);
      EnlaceImported *imported = g_new0 (EnlaceImported, 1);
      char id[ENLACE_UUID_TEXT_SIZE];

      enlace_uuid_generate (&imported->id);
      imported->key = g_strdup (workflow->key);
      imported->name = g_strdup (workflow->name);
      g_ptr_array_add (self->workflows, imported);
      enlace_uuid_format (&imported->id, id);
      g_hash_table_insert (map, g_strconcat ("bundle:", workflow->key, NULL), g_strdup (id));
    }
  for (guint i = 0; i < self->workflows->len; i++)
    {
      EnlaceImported *imported = g_ptr_array_index (self->workflows, i);
      const EnlaceBundleWorkflow *workflow = g_ptr_array_index (self->bundle->workflows, i);

      imported->document = enlace_bundle_map_references (workflow->document, map);
    }
}

EnlaceImport *
enlace_import_new (EnlaceReader      *reader,
                   EnlaceVault       *vault,
                   const EnlaceUuid  *organisation_id,
                   const EnlaceUuid  *member_id,
                   EnlaceBundle      *bundle,
                   GError           **error)
{
  g_autoptr(EnlaceImport) self = g_new0 (EnlaceImport, 1);

  self->vault = vault;
  self->organisation_id = *organisation_id;
  self->member_id = *member_id;
  self->bundle = bundle;
  self->workflows = g_ptr_array_new_with_free_func (free_imported);
  self->variables = g_ptr_array_new ();
  if (!choose_variables (self, reader, error))
    return NULL;

  give_ids (self);

  return g_steal_pointer (&self);
}

static gboolean
insert_variable (EnlaceImport                *self,
                 EnlaceWriter                *writer,
                 const EnlaceUuid            *workflow_id,
                 const EnlaceBundleVariable  *variable,
                 GError                     **error)
{
  g_autoptr(EnlaceVariableRow) row = g_new0 (EnlaceVariableRow, 1);

  enlace_uuid_generate (&row->id);
  row->organisation_id = self->organisation_id;
  row->has_workflow = workflow_id != NULL;
  if (workflow_id != NULL)
    row->workflow_id = *workflow_id;
  row->name = g_strdup (variable->name);
  row->type = g_strdup (variable->type);
  row->description = g_strdup (variable->description);
  row->value = enlace_sealed_value_write (self->vault, &self->organisation_id, "variables", &row->id, "value", variable->value);
  if (variable->test_value != NULL)
    row->test_value = enlace_sealed_value_write (self->vault, &self->organisation_id, "variables", &row->id, "test_value", variable->test_value);
  row->created_by = self->member_id;
  row->created_at = row->updated_at = enlace_writer_get_time (writer);

  return enlace_variables_insert (writer, row, error);
}

static gboolean
insert_row (EnlaceImport                *self,
            EnlaceWriter                *writer,
            const EnlaceImported        *imported,
            const EnlaceBundleWorkflow  *workflow,
            const char                  *trigger_type,
            GError                     **error)
{
  g_autoptr(EnlaceWorkflowRow) row = g_new0 (EnlaceWorkflowRow, 1);
  g_autoptr(EnlaceVersionRow) version = g_new0 (EnlaceVersionRow, 1);
  g_autofree char *token = enlace_token_generate (TOKEN_LENGTH);

  row->id = version->workflow_id = imported->id;
  row->organisation_id = self->organisation_id;
  row->name = g_strdup (workflow->name);
  row->description = g_strdup (workflow->description);
  row->tags = enlace_json_format (workflow->tags, ENLACE_JSON_COMPACT, NULL, error);
  if (row->tags == NULL)
    return FALSE;
  row->trigger_type = g_strdup (trigger_type);
  row->version = version->version = 1;
  row->created_by = version->created_by = self->member_id;
  row->created_at = row->updated_at = version->created_at = enlace_writer_get_time (writer);
  row->token = enlace_sealed_token_write (self->vault, &self->organisation_id, &row->id, token);
  version->document = enlace_sealed_document_write (self->vault, &self->organisation_id, &row->id, imported->document);

  return enlace_workflows_insert (writer, row, version, error);
}

static gboolean
insert_workflow (EnlaceImport  *self,
                 EnlaceWriter  *writer,
                 guint          index,
                 GError       **error)
{
  const EnlaceImported *imported = g_ptr_array_index (self->workflows, index);
  const EnlaceBundleWorkflow *workflow = g_ptr_array_index (self->bundle->workflows, index);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (imported->document, refusals);

  g_return_val_if_fail (document != NULL, FALSE);  /* it was read with the bundle */

  if (!insert_row (self, writer, imported, workflow, enlace_document_get_trigger_type (document), error))
    return FALSE;

  for (guint i = 0; i < workflow->variables->len; i++)
    if (!insert_variable (self, writer, &imported->id, g_ptr_array_index (workflow->variables, i), error))
      return FALSE;

  return TRUE;
}

gboolean
enlace_import_apply (EnlaceImport  *self,
                     EnlaceWriter  *writer,
                     GError       **error)
{
  for (guint i = 0; i < self->variables->len; i++)
    if (!insert_variable (self, writer, NULL, g_ptr_array_index (self->variables, i), error))
      return FALSE;
  for (guint i = 0; i < self->workflows->len; i++)
    if (!insert_workflow (self, writer, i, error))
      return FALSE;

  return TRUE;
}
