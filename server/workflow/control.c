/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"

#include "server/workflow/child.h"
#include "server/workflow/gate.h"
#include "server/workflow/journal.h"
#include "server/workflow/sealed.h"
#include "server/workflow/signal.h"

/* What people do to runs and see of them. */

typedef void (*DoneFunc) (const GError *error,
                          gpointer      data);

/* A change of the row of a run that is not in memory; it is reserved meanwhile. */
typedef struct {
  EnlaceChange        change;
  EnlaceEngine       *engine;
  EnlaceOrder        *order;
  EnlaceExecutionRow  row;
  GBytes             *append;
  char               *parent_key;   /* of the step that waits for the run, nullable */
  GBytes             *told;         /* what it is told */
} Alteration;

static EnlaceOrder *
order_new (const EnlaceUuid *organisation_id,
           const EnlaceUuid *id,
           DoneFunc          func,
           gpointer          data)
{
  EnlaceOrder *self = g_new0 (EnlaceOrder, 1);

  self->organisation_id = *organisation_id;
  self->id = *id;
  self->func = func;
  self->data = data;
  return self;
}

/* Tells who gave the order what came of it. */
static void
order_end (EnlaceOrder  *self,
           const GError *error)
{
  self->func (error, self->data);
  g_clear_pointer (&self->output, enlace_value_unref);
  g_free (self->node);
  g_free (self);
}

static gboolean
alteration_apply (EnlaceChange  *change,
                  EnlaceWriter  *writer,
                  GError       **error)
{
  Alteration *self = (Alteration *) change;

  return enlace_executions_take (writer, &self->row.id, self->row.epoch, error)
         && enlace_executions_update (writer, &self->row, self->append, error)
         && enlace_signal_tell_parent (writer, &self->row.parent_id, self->parent_key, self->told, error);
}

static void
alteration_done (EnlaceChange *change,
                 const GError *error)
{
  Alteration *self = (Alteration *) change;
  EnlaceEngine *engine = self->engine;
  g_autoptr(GError) reason = NULL;

  if (error != NULL && g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_LEASE))
    reason = g_error_new_literal (ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE, "The run has ended already");
  else if (error != NULL)
    reason = g_error_copy (error);

  if (error == NULL && enlace_status_is_final (self->row.status))
    {
      EnlaceWaiter *waiter = enlace_scheduler_take_waiter (engine, &self->row.id);
      EnlaceOutcome outcome = {
        .kind = ENLACE_OUTCOME_FINISHED,
        .event_id = self->row.event_id,
        .execution_id = self->row.id,
        .execution_status = self->row.status,
      };

      if (waiter != NULL)
        enlace_waiter_answer (waiter, &outcome);
    }

  if (error == NULL && self->row.status == ENLACE_STATUS_CANCELLED)
    enlace_children_cancel (engine, &self->row.organisation_id, &self->row.id);
  if (error == NULL && self->told != NULL)
    enlace_engine_poke (engine, &self->row.parent_id);
  if (error == NULL && enlace_status_is_final (self->row.status) && self->row.gate != NULL)
    enlace_gate_leave (engine, self->row.gate, &self->row.id);
  enlace_scheduler_release (engine, &self->row.id, error == NULL && self->row.status == ENLACE_STATUS_QUEUED);
  order_end (self->order, reason);

  g_clear_pointer (&self->row.record, g_bytes_unref);
  g_clear_pointer (&self->append, g_bytes_unref);
  g_clear_pointer (&self->row.error_message, g_bytes_unref);
  g_clear_pointer (&self->row.gate, g_bytes_unref);
  g_clear_pointer (&self->told, g_bytes_unref);
  g_free (self->parent_key);
  g_free (self);
  enlace_scheduler_end_commit (engine);
}

/* The row without its payloads, to be changed and written by our lease. */
static Alteration *
alteration_new (EnlaceEngine             *engine,
                const EnlaceExecutionRow *row,
                EnlaceOrder              *order)
{
  Alteration *self = g_new0 (Alteration, 1);

  self->change.apply = alteration_apply;
  self->change.done = alteration_done;
  self->engine = engine;
  self->order = order;
  self->row = *row;
  self->row.epoch = engine->epoch;
  self->row.error_message = NULL;
  self->row.trigger_data = self->row.record = self->row.document = NULL;
  self->row.gate = row->gate != NULL ? g_bytes_ref (row->gate) : NULL;
  self->parent_key = g_strdup (row->parent_key);
  self->row.parent_key = NULL;

  return self;
}

static void
alteration_submit (Alteration *self)
{
  enlace_scheduler_begin_commit (self->engine);
  enlace_store_submit (self->engine->store, &self->change);
}

static EnlaceExecutionRow *
read_open_row (EnlaceEngine      *self,
               const EnlaceUuid  *organisation_id,
               const EnlaceUuid  *id,
               GPtrArray        **journal,
               GError           **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->store);
  g_autoptr(EnlaceExecutionRow) row = enlace_executions_get (reader, organisation_id, id, error);

  if (row != NULL && journal != NULL && (*journal = enlace_executions_get_journal (reader, id, error)) == NULL)
    g_clear_pointer (&row, enlace_execution_row_free);
  enlace_store_release_reader (self->store, reader);

  if (row == NULL)
    {
      if (error != NULL && g_error_matches (*error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
        {
          g_clear_error (error);
          g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_NOT_FOUND, "There is no such execution");
        }
      return NULL;
    }

  if (enlace_status_is_final (row->status))
    {
      g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE, "The run has ended already");
      return NULL;
    }

  return g_steal_pointer (&row);
}

static void
cancel_row (EnlaceEngine             *self,
            EnlaceOrder              *order,
            const EnlaceExecutionRow *row)
{
  Alteration *alteration = alteration_new (self, row, order);

  alteration->row.status = ENLACE_STATUS_CANCELLED;
  alteration->row.wake_at = 0;
  alteration->row.completed_at = enlace_engine_get_time (self);
  alteration->row.duration_ms = MAX (alteration->row.completed_at - row->started_at, 0) / 1000;
  if (row->has_parent && row->parent_key != NULL)
    alteration->told = enlace_signal_seal_end (self, row, ENLACE_STATUS_CANCELLED, NULL, NULL);
  alteration_submit (alteration);
}

static gboolean
is_in_doubt (const EnlaceEntry *entry)
{
  return entry->kind == ENLACE_ENTRY_UNKNOWN || (entry->kind == ENLACE_ENTRY_INTENT && !entry->is_repeatable);
}

/* The last entry of a node, in the first of its iterations where it is in doubt; where it is nowhere, its last one. NULL: it has none. */
static const EnlaceEntry *
find_last_entry (GPtrArray  *entries,
                 const char *node)
{
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const EnlaceEntry *found = NULL, *last = NULL;

  for (guint i = entries->len; i > 0; i--)
    {
      const EnlaceEntry *entry = entries->pdata[i - 1];

      if (strcmp (entry->node, node) != 0 || entry->kind == ENLACE_ENTRY_FRAME
          || !g_hash_table_add (seen, (gpointer) (entry->iteration != NULL ? entry->iteration : "")))
        continue;
      if (last == NULL)
        last = entry;
      if (is_in_doubt (entry))
        found = entry;
    }

  return found != NULL ? found : last;
}

/* The record with one more entry, sealed where it goes. */
static gboolean
extend_record (EnlaceEngine              *self,
               Alteration                *alteration,
               const EnlaceExecutionRow  *row,
               GPtrArray                 *journal,
               const EnlaceEntry         *entry,
               GError                   **error)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autoptr(GBytes) record = NULL;

  if (row->record != NULL && journal->len == 0)
    {
      record = enlace_vault_unseal (self->vault, &row->organisation_id, "executions", &row->id, "record", row->record, error);
      if (record == NULL)
        return FALSE;
    }

  if (journal->len == 0 && (record == NULL || g_bytes_get_size (record) <= ENLACE_RUN_RECORD_LIMIT))
    {
      if (record != NULL)
        g_byte_array_append (bytes, g_bytes_get_data (record, NULL), g_bytes_get_size (record));
      enlace_record_append (bytes, entry);
      alteration->row.record = enlace_journal_seal (self->vault, &row->organisation_id, &row->id, -1, bytes);
    }
  else
    {
      enlace_record_append (bytes, entry);
      alteration->append = enlace_journal_seal (self->vault, &row->organisation_id, &row->id, (int) journal->len, bytes);
    }

  return TRUE;
}

static gboolean
resolve_row (EnlaceEngine              *self,
             const EnlaceExecutionRow  *row,
             GPtrArray                 *journal,
             const char                *node,
             gboolean                   is_done,
             EnlaceValue               *output,
             Alteration                *alteration,
             GError                   **error)
{
  g_autoptr(GPtrArray) entries = enlace_journal_read (self->vault, row, journal, error);
  const EnlaceEntry *last;
  EnlaceEntry entry;

  if (entries == NULL)
    return FALSE;

  last = find_last_entry (entries, node);
  if (last == NULL)
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_NOT_FOUND, "The run has no step “%s”", node);
      return FALSE;
    }
  if (!is_in_doubt (last))
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE, "What the step “%s” did is known", node);
      return FALSE;
    }

  entry = (EnlaceEntry) {
    .kind = is_done ? ENLACE_ENTRY_DONE : ENLACE_ENTRY_NOT_DONE,
    .node = node,
    .iteration = last->iteration,
    .attempt = last->attempt,
    .now = last->now,
    .started_at = last->started_at,
    .duration = MAX (enlace_engine_get_time (self) - last->started_at, 0),
    .output = is_done && output != NULL && !enlace_value_is_null (output) ? output : NULL,
  };
  alteration->row.status = ENLACE_STATUS_QUEUED;
  return extend_record (self, alteration, row, journal, &entry, error);
}

static gboolean
change_row (EnlaceEngine              *self,
            EnlaceOrder               *order,
            GPtrArray                 *journal,
            const EnlaceExecutionRow  *row,
            GError                   **error)
{
  Alteration *alteration;

  if (!order->is_resolution)
    {
      cancel_row (self, order, row);
      return TRUE;
    }

  alteration = alteration_new (self, row, order);
  if (!resolve_row (self, row, journal, order->node, order->is_done, order->output, alteration, error))
    {
      g_clear_pointer (&alteration->row.gate, g_bytes_unref);
      g_free (alteration->parent_key);
      g_free (alteration);
      return FALSE;
    }

  alteration->row.wake_at = 0;
  alteration_submit (alteration);
  return TRUE;
}

/* Changes the row of a run that is reserved for this order. */
static void
carry_out_reserved (EnlaceEngine *self,
                    EnlaceOrder  *order)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) journal = NULL;
  g_autoptr(EnlaceExecutionRow) row = read_open_row (self, &order->organisation_id, &order->id, &journal, &error);
  EnlaceUuid id = order->id;

  if (row != NULL && change_row (self, order, journal, row, &error))
    return;

  order_end (order, error);
  enlace_scheduler_release (self, &id, FALSE);
}

void
enlace_order_carry_out (EnlaceEngine *self,
                        EnlaceOrder  *order,
                        gboolean      is_cancelled)
{
  if (is_cancelled && !order->is_resolution)
    order_end (order, NULL);
  else if (enlace_scheduler_reserve (self, order))
    carry_out_reserved (self, order);
}

/* What cannot be is said at once, before anything is interrupted. */
static void
give_order (EnlaceEngine *self,
            EnlaceOrder  *order)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExecutionRow) row = read_open_row (self, &order->organisation_id, &order->id, NULL, &error);

  if (row == NULL)
    order_end (order, error);
  else if (enlace_scheduler_reserve (self, order))
    carry_out_reserved (self, order);
}

void
enlace_engine_cancel (EnlaceEngine     *self,
                      const EnlaceUuid *organisation_id,
                      const EnlaceUuid *execution_id,
                      DoneFunc          func,
                      gpointer          data)
{
  give_order (self, order_new (organisation_id, execution_id, func, data));
}

void
enlace_engine_resolve (EnlaceEngine     *self,
                       const EnlaceUuid *organisation_id,
                       const EnlaceUuid *execution_id,
                       const char       *node,
                       gboolean          is_done,
                       EnlaceValue      *output,
                       DoneFunc          func,
                       gpointer          data)
{
  EnlaceOrder *order = order_new (organisation_id, execution_id, func, data);

  order->is_resolution = TRUE;
  order->node = g_strdup (node);
  order->is_done = is_done;
  order->output = output != NULL ? enlace_value_ref (output) : NULL;
  give_order (self, order);
}

EnlaceValue *
enlace_engine_read_trigger (EnlaceEngine              *self,
                            const EnlaceExecutionRow  *row,
                            GError                   **error)
{
  if (row->trigger_data == NULL)
    return enlace_value_new_null ();

  return enlace_sealed_value_read (self->vault, &row->organisation_id, "executions", &row->id, "trigger_data", row->trigger_data, error);
}
