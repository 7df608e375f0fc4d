/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"
#include "server/workflow/events.h"
#include "server/workflow/sealed.h"

/* Compiled versions that are kept besides those that are live. */
#define MAX_VERSIONS 512

typedef struct {
  EnlaceUuid workflow_id;
  gint64     version;
} EnlacePlanKey;

typedef struct {
  EnlacePlan *plan;
  char       *token;
} EnlaceLive;

static guint
key_hash (gconstpointer key)
{
  const EnlacePlanKey *self = key;

  return enlace_uuid_hash_cb (&self->workflow_id) ^ (guint) self->version;
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  const EnlacePlanKey *one = a, *other = b;

  return one->version == other->version && enlace_uuid_equal (&one->workflow_id, &other->workflow_id);
}

static void
live_free (gpointer data)
{
  EnlaceLive *live = data;

  enlace_plan_unref (live->plan);
  g_free (live->token);
  g_free (live);
}

void
enlace_plans_init (EnlaceEngine *self)
{
  g_rw_lock_init (&self->plans_lock);
  self->live = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, g_free, live_free);
  self->tokens = g_hash_table_new (g_str_hash, g_str_equal);
  self->versions = g_hash_table_new_full (key_hash, key_equal, g_free, (GDestroyNotify) enlace_plan_unref);
}

void
enlace_plans_clear (EnlaceEngine *self)
{
  g_clear_pointer (&self->tokens, g_hash_table_unref);
  g_clear_pointer (&self->live, g_hash_table_unref);
  g_clear_pointer (&self->versions, g_hash_table_unref);
  g_rw_lock_clear (&self->plans_lock);
}

guint
enlace_plans_count (EnlaceEngine *self)
{
  guint n_live;

  g_rw_lock_reader_lock (&self->plans_lock);
  n_live = g_hash_table_size (self->live);
  g_rw_lock_reader_unlock (&self->plans_lock);

  return n_live;
}

EnlacePlan *
enlace_engine_find_token (EnlaceEngine *self,
                          const char   *token)
{
  EnlaceLive *live;
  EnlacePlan *plan = NULL;

  g_rw_lock_reader_lock (&self->plans_lock);
  live = g_hash_table_lookup (self->tokens, token);
  if (live != NULL)
    plan = enlace_plan_ref (live->plan);
  g_rw_lock_reader_unlock (&self->plans_lock);

  return plan;
}

static EnlacePlan *
compile (const EnlaceUuid  *organisation_id,
         const EnlaceUuid  *workflow_id,
         gint64             version,
         const char        *name,
         EnlaceDocument    *document,
         GError           **error)
{
  EnlacePlan *plan = enlace_plan_new (organisation_id, workflow_id, version, document, error);

  if (plan != NULL)
    enlace_plan_set_name (plan, name);
  return plan;
}

static EnlacePlan *
compile_value (const EnlaceUuid  *organisation_id,
               const EnlaceUuid  *workflow_id,
               gint64             version,
               const char        *name,
               EnlaceValue       *value,
               GError           **error)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);

  if (document == NULL)
    {
      const EnlaceProblem *problem = refusals->len > 0 ? refusals->pdata[0] : NULL;

      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "The workflow's document is no graph: %s",
                   problem != NULL ? problem->detail : "it cannot be read");
      return NULL;
    }

  return compile (organisation_id, workflow_id, version, name, document, error);
}

static EnlacePlan *
lookup_version (EnlaceEngine     *self,
                const EnlaceUuid *workflow_id,
                gint64            version)
{
  EnlacePlanKey key = { *workflow_id, version };
  EnlacePlan *plan;

  g_rw_lock_reader_lock (&self->plans_lock);
  plan = g_hash_table_lookup (self->versions, &key);
  if (plan != NULL)
    enlace_plan_ref (plan);
  g_rw_lock_reader_unlock (&self->plans_lock);

  return plan;
}

static void
remember_version (EnlaceEngine *self,
                  EnlacePlan   *plan)
{
  EnlacePlanKey key = { plan->workflow_id, plan->version };

  g_rw_lock_writer_lock (&self->plans_lock);
  if (g_hash_table_size (self->versions) >= MAX_VERSIONS)
    g_hash_table_remove_all (self->versions);
  g_hash_table_insert (self->versions, g_memdup2 (&key, sizeof key), enlace_plan_ref (plan));
  g_rw_lock_writer_unlock (&self->plans_lock);
}

static EnlacePlan *
compile_version (EnlaceEngine             *self,
                 EnlaceReader             *reader,
                 const EnlaceWorkflowRow  *row,
                 gint64                    version,
                 GError                  **error)
{
  g_autoptr(EnlaceVersionRow) version_row = enlace_versions_get (reader, &row->id, version, error);
  g_autoptr(EnlaceValue) value = NULL;
  EnlacePlan *plan;

  if (version_row == NULL)
    return NULL;

  value = enlace_sealed_document_read (self->vault, &row->organisation_id, &row->id, version_row->document, error);
  if (value == NULL)
    return NULL;

  plan = compile_value (&row->organisation_id, &row->id, version, row->name, value, error);
  if (plan != NULL)
    remember_version (self, plan);
  return plan;
}

static EnlacePlan *
read_plan (EnlaceEngine      *self,
           const EnlaceUuid  *organisation_id,
           const EnlaceUuid  *workflow_id,
           gint64             version,
           EnlaceDocument    *draft,
           GError           **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(EnlaceWorkflowRow) row = enlace_workflows_get (reader, organisation_id, workflow_id, error);
  EnlacePlan *plan = NULL;

  if (row != NULL && draft != NULL)
    plan = compile (organisation_id, workflow_id, 0, row->name, draft, error);
  else if (row != NULL)
    plan = compile_version (self, reader, row, version, error);
  enlace_store_release_reader (self->store, reader);

  return plan;
}

EnlacePlan *
enlace_engine_get_plan (EnlaceEngine      *self,
                        const EnlaceUuid  *organisation_id,
                        const EnlaceUuid  *workflow_id,
                        gint64             version,
                        EnlaceDocument    *draft,
                        GError           **error)
{
  g_autoptr(EnlacePlan) plan = draft == NULL ? lookup_version (self, workflow_id, version) : NULL;

  if (plan != NULL && enlace_uuid_equal (&plan->organisation_id, organisation_id))
    return g_steal_pointer (&plan);

  return read_plan (self, organisation_id, workflow_id, version, draft, error);
}

EnlacePlan *
enlace_plans_get_for_row (EnlaceEngine              *self,
                          const EnlaceExecutionRow  *row,
                          GError                   **error)
{
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GPtrArray) refusals = NULL;
  g_autoptr(EnlaceDocument) draft = NULL;

  if (row->document == NULL)
    return enlace_engine_get_plan (self, &row->organisation_id, &row->workflow_id, row->version, NULL, error);

  value = enlace_sealed_value_read (self->vault, &row->organisation_id, "executions", &row->id, "document", row->document, error);
  if (value == NULL)
    return NULL;

  refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  draft = enlace_document_read (value, refusals);
  if (draft == NULL)
    {
      g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "The draft that was run cannot be read any more");
      return NULL;
    }

  return enlace_engine_get_plan (self, &row->organisation_id, &row->workflow_id, 0, draft, error);
}

EnlacePlan *
enlace_engine_get_plan_of (EnlaceEngine              *self,
                           const EnlaceExecutionRow  *row,
                           GError                   **error)
{
  return enlace_plans_get_for_row (self, row, error);
}

/* With the writer lock held. */
static void
remove_live (EnlaceEngine     *self,
             const EnlaceUuid *workflow_id)
{
  EnlaceLive *live = g_hash_table_lookup (self->live, workflow_id);

  if (live == NULL)
    return;

  if (*live->token != '\0')
    g_hash_table_remove (self->tokens, live->token);
  g_hash_table_remove (self->live, workflow_id);
}

static void
put_live (EnlaceEngine *self,
          EnlacePlan   *plan,
          char         *token)
{
  EnlaceLive *live = g_new0 (EnlaceLive, 1);

  live->plan = enlace_plan_ref (plan);
  live->token = token;

  g_rw_lock_writer_lock (&self->plans_lock);
  remove_live (self, &plan->workflow_id);
  g_hash_table_insert (self->live, g_memdup2 (&plan->workflow_id, sizeof plan->workflow_id), live);
  if (*live->token != '\0')
    g_hash_table_insert (self->tokens, live->token, live);
  g_rw_lock_writer_unlock (&self->plans_lock);

  enlace_schedules_put (self->schedules, plan);
  enlace_events_put (self->events, plan);
}

static gboolean
is_named (EnlacePlan *plan,
          const char *name)
{
  return g_strcmp0 (enlace_value_get_member_string (plan->workflow, "name", NULL), name) == 0;
}

static gboolean
make_live (EnlaceEngine             *self,
           EnlaceReader             *reader,
           const EnlaceWorkflowRow  *row,
           GError                  **error)
{
  g_autoptr(EnlacePlan) plan = lookup_version (self, &row->id, row->published_version);
  g_autofree char *token = NULL;

  if (plan == NULL || !is_named (plan, row->name))
    {
      g_clear_pointer (&plan, enlace_plan_unref);
      plan = compile_version (self, reader, row, row->published_version, error);
    }
  if (plan == NULL)
    return FALSE;

  token = row->token != NULL ? enlace_sealed_token_read (self->vault, &row->organisation_id, &row->id, row->token, error) : g_strdup ("");
  if (token == NULL)
    return FALSE;

  put_live (self, plan, g_steal_pointer (&token));
  return TRUE;
}

static void
forget_workflow (EnlaceEngine     *self,
                 const EnlaceUuid *workflow_id,
                 gboolean          is_removed)
{
  GHashTableIter iter;
  EnlacePlanKey *key;

  g_rw_lock_writer_lock (&self->plans_lock);
  remove_live (self, workflow_id);
  g_hash_table_iter_init (&iter, self->versions);
  while (is_removed && g_hash_table_iter_next (&iter, (gpointer *) &key, NULL))
    if (enlace_uuid_equal (&key->workflow_id, workflow_id))
      g_hash_table_iter_remove (&iter);
  g_rw_lock_writer_unlock (&self->plans_lock);

  enlace_schedules_remove (self->schedules, workflow_id);
  enlace_events_remove (self->events, workflow_id);
}

void
enlace_engine_workflow_changed (EnlaceEngine            *self,
                                const EnlaceUuid        *workflow_id,
                                const EnlaceWorkflowRow *row)
{
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;
  gboolean is_live;

  if (row == NULL || !row->is_active || row->published_version == 0)
    {
      forget_workflow (self, workflow_id, row == NULL);
      return;
    }

  reader = enlace_store_acquire_reader (self->store);
  is_live = make_live (self, reader, row, &error);
  enlace_store_release_reader (self->store, reader);

  if (!is_live)
    {
      g_warning ("A published workflow cannot be run and takes no events: %s", error->message);
      forget_workflow (self, workflow_id, FALSE);
    }
}

gboolean
enlace_plans_load (EnlaceEngine  *self,
                   GError       **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(GPtrArray) rows = enlace_workflows_list_active (reader, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      g_autoptr(GError) reason = NULL;

      if (!make_live (self, reader, rows->pdata[i], &reason))
        g_warning ("A published workflow cannot be run and takes no events: %s", reason->message);
    }
  enlace_store_release_reader (self->store, reader);

  return rows != NULL;
}
