/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/variables.h"

#include <string.h>

#include "server/store/variables.h"
#include "server/workflow/sealed.h"

/* Scopes that are kept; where there are more, all are read anew. */
#define MAX_KEPT 2048

typedef struct {
  EnlaceUuid organisation_id;
  EnlaceUuid workflow_id;     /* zero: the organisation's alone */
  gboolean   is_test;
} Key;

struct _EnlaceVariables {
  EnlaceStore *store;         /* borrowed */
  EnlaceVault *vault;         /* borrowed */

  GRWLock      lock;          /* of all below */
  GHashTable  *scopes;        /* Key → EnlaceValue */
  guint64      n_changes;     /* so that what was read before a change is not kept after it */
};

static guint
key_hash (gconstpointer data)
{
  const Key *self = data;
  guint a, b;

  memcpy (&a, (const guint8 *) &self->workflow_id + 12, sizeof a);
  memcpy (&b, (const guint8 *) &self->organisation_id + 12, sizeof b);

  return a ^ (b * 31) ^ (guint) self->is_test;
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const Key *one = a, *other = b;

  return one->is_test == other->is_test && enlace_uuid_equal (&one->workflow_id, &other->workflow_id) &&
         enlace_uuid_equal (&one->organisation_id, &other->organisation_id);
}

EnlaceVariables *
enlace_variables_new (EnlaceStore *store,
                      EnlaceVault *vault)
{
  EnlaceVariables *self = g_new0 (EnlaceVariables, 1);

  self->store = store;
  self->vault = vault;
  g_rw_lock_init (&self->lock);
  self->scopes = g_hash_table_new_full (key_hash, key_equal, g_free, (GDestroyNotify) enlace_value_unref);

  return self;
}

void
enlace_variables_free (EnlaceVariables *self)
{
  g_hash_table_unref (self->scopes);
  g_rw_lock_clear (&self->lock);
  g_free (self);
}

static GPtrArray *
list_rows (EnlaceVariables   *self,
           const EnlaceUuid  *organisation_id,
           const EnlaceUuid  *workflow_id,
           GError           **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  GPtrArray *rows = enlace_variables_list_scope (reader, organisation_id, workflow_id, error);

  enlace_store_release_reader (self->store, reader);

  return rows;
}

static EnlaceValue *
read_scope (EnlaceVariables  *self,
            const Key        *key,
            const EnlaceUuid *workflow_id,
            GError          **error)
{
  g_autoptr(GPtrArray) rows = list_rows (self, &key->organisation_id, workflow_id, error);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  if (rows == NULL)
    return NULL;

  for (guint i = 0; i < rows->len; i++)
    {
      EnlaceVariableRow *row = g_ptr_array_index (rows, i);
      gboolean is_test = key->is_test && row->test_value != NULL;
      EnlaceValue *value = enlace_sealed_value_read (self->vault, &row->organisation_id, "variables", &row->id, is_test ? "test_value" : "value",
                                                     is_test ? row->test_value : row->value, error);

      if (value == NULL)
        return NULL;
      enlace_map_builder_take (builder, row->name, value);
    }

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
lookup (EnlaceVariables *self,
        const Key       *key,
        guint64         *n_changes)
{
  EnlaceValue *scope;

  g_rw_lock_reader_lock (&self->lock);
  scope = g_hash_table_lookup (self->scopes, key);
  if (scope != NULL)
    enlace_value_ref (scope);
  *n_changes = self->n_changes;
  g_rw_lock_reader_unlock (&self->lock);

  return scope;
}

static void
keep (EnlaceVariables *self,
      const Key       *key,
      EnlaceValue     *scope,
      guint64          n_changes)
{
  g_rw_lock_writer_lock (&self->lock);
  if (self->n_changes == n_changes)
    {
      if (g_hash_table_size (self->scopes) >= MAX_KEPT)
        g_hash_table_remove_all (self->scopes);
      g_hash_table_insert (self->scopes, g_memdup2 (key, sizeof *key), enlace_value_ref (scope));
    }
  g_rw_lock_writer_unlock (&self->lock);
}

EnlaceValue *
enlace_variables_get_scope (EnlaceVariables   *self,
                            const EnlaceUuid  *organisation_id,
                            const EnlaceUuid  *workflow_id,
                            gboolean           is_test,
                            GError           **error)
{
  Key key = { .organisation_id = *organisation_id, .is_test = is_test };
  EnlaceValue *scope;
  guint64 n_changes;

  if (workflow_id != NULL)
    key.workflow_id = *workflow_id;
  if ((scope = lookup (self, &key, &n_changes)) != NULL)
    return scope;

  if ((scope = read_scope (self, &key, workflow_id, error)) != NULL)
    keep (self, &key, scope, n_changes);

  return scope;
}

static EnlaceValue *
new_schema (const EnlaceVariableRow *row)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  /* "json" says nothing of the form: any value. */
  if (strcmp (row->type, "bool") == 0)
    enlace_map_builder_add_string (builder, "type", "boolean");
  else if (strcmp (row->type, "json") != 0)
    enlace_map_builder_add_string (builder, "type", row->type);
  if (row->description != NULL && *row->description != '\0')
    enlace_map_builder_add_string (builder, "description", row->description);

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_variables_get_schema (EnlaceVariables   *self,
                             const EnlaceUuid  *organisation_id,
                             const EnlaceUuid  *workflow_id,
                             GError           **error)
{
  g_autoptr(GPtrArray) rows = list_rows (self, organisation_id, workflow_id, error);
  g_autoptr(EnlaceMapBuilder) properties = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) schema = enlace_map_builder_new ();

  if (rows == NULL)
    return NULL;

  for (guint i = 0; i < rows->len; i++)
    {
      EnlaceVariableRow *row = g_ptr_array_index (rows, i);

      enlace_map_builder_take (properties, row->name, new_schema (row));
    }
  enlace_map_builder_add_string (schema, "type", "object");
  enlace_map_builder_take (schema, "properties", enlace_map_builder_end (properties));
  enlace_map_builder_add_bool (schema, "additionalProperties", FALSE);

  return enlace_map_builder_end (schema);
}

void
enlace_variables_changed (EnlaceVariables  *self,
                          const EnlaceUuid *organisation_id)
{
  GHashTableIter iter;
  Key *key;

  g_rw_lock_writer_lock (&self->lock);
  self->n_changes++;
  g_hash_table_iter_init (&iter, self->scopes);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, NULL))
    if (enlace_uuid_equal (&key->organisation_id, organisation_id))
      g_hash_table_iter_remove (&iter);
  g_rw_lock_writer_unlock (&self->lock);
}
