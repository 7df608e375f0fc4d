/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/journal.h"

#include "server/workflow/child.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/events.h"
#include "server/workflow/gate.h"
#include "server/workflow/sealed.h"
#include "server/workflow/signal.h"

#define TABLE "executions"

/* One change of a run's row on its way through the writer. */
typedef struct {
  EnlaceChange        change;
  EnlaceRun          *run;          /* a reference */
  EnlaceExecutionRow  row;
  GBytes             *append;
  gboolean            is_insert;
  gboolean            is_queueing;  /* the row alone: the run is taken up from the store */
  EnlacePendingReply *reply;
  GPtrArray          *changes;      /* EnlaceStepChange, borrowed from the run's journal, which may get more meanwhile; NULL: none */
  gboolean            is_step_conflict;  /* one of these could not be made because of another's */
  GBytes             *told;         /* what a run that waits for this one is told, sealed; NULL: nothing */
  GPtrArray          *begun;        /* EnlaceQueuedRow: runs that begin by the end of this one; NULL: none */
  DexPromise         *promise;      /* resolved when it is durable; NULL: nobody waits */
} EnlaceCommit;

void
enlace_journal_add (EnlaceRun         *run,
                    const EnlaceEntry *entry)
{
  if (run->journal.bytes == NULL)
    run->journal.bytes = g_byte_array_sized_new (512);

  enlace_record_append (run->journal.bytes, entry);
  run->journal.n_added++;
}

gboolean
enlace_journal_is_dirty (EnlaceRun *run)
{
  return run->journal.n_durable < run->journal.n_added;
}

GBytes *
enlace_journal_seal (EnlaceVault      *vault,
                     const EnlaceUuid *organisation_id,
                     const EnlaceUuid *id,
                     int               number,
                     GByteArray       *bytes)
{
  char field[32] = "record";

  if (number >= 0)
    g_snprintf (field, sizeof field, "journal/%d", number);

  return enlace_vault_seal (vault, organisation_id, TABLE, id, field, bytes->data, bytes->len);
}

static gboolean
read_part (GPtrArray         *entries,
           EnlaceVault       *vault,
           const EnlaceUuid  *organisation_id,
           const EnlaceUuid  *id,
           const char        *field,
           GBytes            *sealed,
           GError           **error)
{
  g_autoptr(GBytes) bytes = enlace_vault_unseal (vault, organisation_id, TABLE, id, field, sealed, error);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &length);
  return enlace_record_read (entries, data, length, error);
}

GPtrArray *
enlace_journal_read (EnlaceVault               *vault,
                     const EnlaceExecutionRow  *row,
                     GPtrArray                 *journal,
                     GError                   **error)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_entry_free);

  if (row->record != NULL
      && !read_part (entries, vault, &row->organisation_id, &row->id, "record", row->record, error))
    return NULL;

  for (guint i = 0; journal != NULL && i < journal->len; i++)
    {
      char field[32];

      g_snprintf (field, sizeof field, "journal/%u", i);
      if (!read_part (entries, vault, &row->organisation_id, &row->id, field, journal->pdata[i], error))
        return NULL;
    }

  return g_steal_pointer (&entries);
}

static gboolean
commit_apply (EnlaceChange  *change,
              EnlaceWriter  *writer,
              GError       **error)
{
  EnlaceCommit *self = (EnlaceCommit *) change;

  if (!(self->is_insert ? enlace_executions_insert (writer, &self->row, self->run->event_key, error)
                        : enlace_executions_update (writer, &self->row, self->append, error)))
    return FALSE;

  for (guint i = 0; self->changes != NULL && i < self->changes->len; i++)
    {
      EnlaceStepChange *step_change = self->changes->pdata[i];

      if (!step_change->apply (step_change, writer, error))
        {
          self->is_step_conflict = error != NULL && g_error_matches (*error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);
          return FALSE;
        }
    }

  for (guint i = 0; self->begun != NULL && i < self->begun->len; i++)
    if (!enlace_queued_row_insert (self->begun->pdata[i], writer, error))
      return FALSE;

  return enlace_signal_tell_parent (writer, &self->run->parent_id, self->run->parent_key, self->told, error);
}

static void
commit_free (EnlaceCommit *self)
{
  g_clear_pointer (&self->row.trigger_data, g_bytes_unref);
  g_clear_pointer (&self->row.record, g_bytes_unref);
  g_clear_pointer (&self->row.document, g_bytes_unref);
  g_clear_pointer (&self->append, g_bytes_unref);
  g_clear_pointer (&self->told, g_bytes_unref);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  g_clear_pointer (&self->begun, g_ptr_array_unref);
  g_clear_pointer (&self->reply, enlace_pending_reply_free);
  g_clear_pointer (&self->row.error_message, g_bytes_unref);
  dex_clear (&self->promise);
  enlace_run_unref (self->run);
  g_free (self);
}

/* What the waiter is to be told after this commit; FALSE: nothing yet. */
static gboolean
choose_outcome (EnlaceCommit       *self,
                EnlaceWait          wait,
                const GError       *error,
                EnlaceOutcomeKind  *kind)
{
  /* The run was removed, with its workflow: there is nothing more to wait for. */
  if (!self->is_insert && g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_LEASE))
    {
      *kind = ENLACE_OUTCOME_FINISHED;
      return TRUE;
    }

  if (error != NULL)
    {
      gboolean is_duplicate = g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);

      *kind = is_duplicate ? ENLACE_OUTCOME_DUPLICATE : ENLACE_OUTCOME_REFUSED;
      return self->is_insert && !self->is_step_conflict;
    }

  if (wait == ENLACE_WAIT_DURABLE || (wait == ENLACE_WAIT_RESPONSE && self->run->plan != NULL && !self->run->plan->has_respond))
    *kind = ENLACE_OUTCOME_ACCEPTED;
  else if (wait == ENLACE_WAIT_RESPONSE && self->reply != NULL)
    *kind = ENLACE_OUTCOME_RESPONDED;
  else if (enlace_status_is_final (self->row.status))
    *kind = ENLACE_OUTCOME_FINISHED;
  else
    return FALSE;

  return TRUE;
}

/* The waiter is taken out first, so that a time-out at the same moment does not answer as well, and put back when there is no answer yet: nobody
 * else puts one in. */
static void
answer_waiter (EnlaceCommit *self,
               const GError *error)
{
  EnlaceWaiter *waiter = enlace_run_take_waiter (self->run);
  EnlaceOutcome outcome = {
    .event_id = self->row.event_id,
    .execution_id = self->row.id,
    .execution_status = error == NULL ? self->row.status : ENLACE_STATUS_FAILED,
    .error = error,
  };

  if (waiter == NULL)
    return;
  if (!choose_outcome (self, waiter->wait, error, &outcome.kind))
    {
      g_atomic_pointer_set (&self->run->waiter, waiter);
      return;
    }

  if (outcome.kind == ENLACE_OUTCOME_DUPLICATE)
    outcome.error = NULL;
  if (self->reply != NULL && outcome.kind == ENLACE_OUTCOME_RESPONDED)
    {
      outcome.status = self->reply->status;
      outcome.headers = self->reply->headers;
      outcome.body = self->reply->body;
      outcome.content_type = self->reply->content_type;
    }
  enlace_waiter_answer (waiter, &outcome);
}

static void
count_final (EnlaceCommit *self)
{
  EnlaceEngine *engine = self->run->engine;

  if (self->row.status == ENLACE_STATUS_COMPLETED)
    __atomic_add_fetch (&engine->n_completed, 1, __ATOMIC_RELAXED);
  else if (self->row.status == ENLACE_STATUS_FAILED)
    __atomic_add_fetch (&engine->n_failed, 1, __ATOMIC_RELAXED);
}

static void
commit_done (EnlaceChange *change,
             const GError *error)
{
  EnlaceCommit *self = (EnlaceCommit *) change;
  EnlaceEngine *engine = self->run->engine;

  if (error == NULL)
    count_final (self);
  answer_waiter (self, error);
  if (error == NULL && self->is_queueing)
    enlace_scheduler_enqueue (engine, &self->row.id, self->row.priority, enlace_run_take_waiter (self->run));

  /* It is not durable yet: the next try carries it. */
  if (error != NULL && (!self->is_insert || self->is_step_conflict) && self->reply != NULL)
    self->run->reply = g_steal_pointer (&self->reply);

  if (error == NULL && self->row.status == ENLACE_STATUS_CANCELLED && !self->is_insert)
    enlace_children_cancel (engine, &self->row.organisation_id, &self->row.id);
  if (error == NULL && self->told != NULL)
    enlace_engine_poke (engine, &self->run->parent_id);
  for (guint i = 0; self->begun != NULL && i < self->begun->len; i++)
    enlace_queued_row_done (self->begun->pdata[i], error);
  if (self->run->gate != NULL && (error == NULL ? enlace_status_is_final (self->row.status) : self->is_insert && !self->is_step_conflict))
    enlace_gate_leave (engine, self->run->gate, &self->row.id);

  self->run->journal.is_step_conflict = self->is_step_conflict;
  if (self->promise != NULL && error != NULL)
    dex_promise_reject (self->promise, g_error_copy (error));
  else if (self->promise != NULL)
    dex_promise_resolve_boolean (self->promise, TRUE);

  commit_free (self);
  enlace_scheduler_end_commit (engine);
}

static void
seal_event (EnlaceCommit *self)
{
  EnlaceRun *run = self->run;
  EnlaceVault *vault = run->engine->vault;

  self->row.trigger_data = enlace_sealed_value_write (vault, &run->organisation_id, TABLE, &run->id, "trigger_data", run->trigger);
  if (run->plan->version == 0)
    self->row.document = enlace_sealed_value_write (vault, &run->organisation_id, TABLE, &run->id, "document",
                                                    enlace_document_get_value (run->plan->document));
}

/* The record goes into the row as long as it is short; entries go after it from then on. */
static void
seal_record (EnlaceCommit *self)
{
  EnlaceRun *run = self->run;
  EnlaceJournal *journal = &run->journal;

  if (journal->bytes == NULL || journal->bytes->len == 0)
    return;

  if (!journal->is_appending)
    self->row.record = enlace_journal_seal (run->engine->vault, &run->organisation_id, &run->id, -1, journal->bytes);
  else
    self->append = enlace_journal_seal (run->engine->vault, &run->organisation_id, &run->id, (int) journal->n_appended, journal->bytes);
}

/* The row as it is to be, sealed on this thread. */
static EnlaceCommit *
commit_new (EnlaceRun    *run,
            EnlaceStatus  status,
            gint64        wake_at)
{
  EnlaceCommit *self = g_new0 (EnlaceCommit, 1);

  self->change.apply = commit_apply;
  self->change.done = commit_done;
  self->run = enlace_run_ref (run);
  self->is_insert = !run->journal.is_inserted;
  self->change.is_single_statement = self->is_insert && run->event_key == NULL && run->parent_key == NULL;
  self->row = (EnlaceExecutionRow) {
    .id = run->id,
    .organisation_id = run->organisation_id,
    .workflow_id = run->workflow_id,
    .version = run->version,
    .event_id = run->event_id,
    .status = status,
    .is_test = run->is_test,
    .started_at = run->started_at,
    .error_message = enlace_status_is_final (status) && run->error_message != NULL ? enlace_sealed_message_write (run->engine->vault, &run->organisation_id, &run->id, run->error_message) : NULL,
    .retry_count = run->retry_count,
    .wake_at = wake_at,
    .epoch = run->engine->epoch,
    .has_parent = run->has_parent,
    .parent_id = run->parent_id,
    .parent_key = run->parent_key,
    .has_source = run->has_source,
    .source_id = run->source_id,
    .priority = run->plan != NULL ? run->plan->priority : ENLACE_PRIORITY_NORMAL,
    .gate = run->gate,
  };
  if (enlace_status_is_final (status))
    {
      if (run->has_parent && run->parent_key != NULL)
        {
          g_autoptr(EnlaceValue) output = enlace_run_dup_output (run);

          self->told = enlace_signal_seal_end (run->engine, &self->row, status, output, run->error_message);
        }
      self->begun = enlace_events_of_end (run, status);
      self->change.is_single_statement &= self->begun == NULL;
      self->row.completed_at = enlace_run_get_time (run);
      self->row.duration_ms = (self->row.completed_at - run->started_at) / 1000;
    }

  return self;
}

static void
commit_submit (EnlaceCommit *self)
{
  EnlaceEngine *engine = self->run->engine;

  enlace_scheduler_begin_commit (engine);
  enlace_store_submit (engine->store, &self->change);
}

void
enlace_journal_write_final (EnlaceRun *run)
{
  gint64 wake_at;
  EnlaceStatus status = enlace_run_get_status (run, &wake_at);
  EnlaceCommit *commit = commit_new (run, status, wake_at);

  seal_event (commit);
  seal_record (commit);
  commit->reply = g_steal_pointer (&run->reply);
  /* Values are freed here and not on the writer's thread, which has enough to do. */
  enlace_run_clear_values (run);
  enlace_run_unref (run);
  commit_submit (commit);
}

void
enlace_journal_write_queued (EnlaceRun *run)
{
  EnlaceCommit *commit = commit_new (run, ENLACE_STATUS_QUEUED, 0);

  seal_event (commit);
  seal_record (commit);
  commit->is_queueing = TRUE;
  enlace_run_clear_values (run);
  enlace_run_unref (run);
  commit_submit (commit);
}

/* The step that made them is gone, and need not be told. */
static void
forget_changes (EnlaceJournal *journal,
                gboolean      *is_conflict)
{
  for (guint i = 0; i < journal->changes->len; i++)
    {
      EnlaceStepChange *change = journal->changes->pdata[i];

      if (change->is_conflict == is_conflict)
        change->is_conflict = NULL;
    }
}

struct _EnlaceQueuedRow {
  EnlaceCommit *commit;
  gboolean      is_duplicate;
};

EnlaceQueuedRow *
enlace_queued_row_new (EnlaceRun *run)
{
  EnlaceQueuedRow *self = g_new0 (EnlaceQueuedRow, 1);

  self->commit = commit_new (run, ENLACE_STATUS_QUEUED, 0);
  seal_event (self->commit);
  if (run->journal.bytes != NULL)
    seal_record (self->commit);
  enlace_run_clear_values (run);
  enlace_run_unref (run);

  return self;
}

gboolean
enlace_queued_row_insert (EnlaceQueuedRow  *self,
                          EnlaceWriter     *writer,
                          GError          **error)
{
  g_autoptr(GError) reason = NULL;

  if (enlace_executions_insert (writer, &self->commit->row, self->commit->run->event_key, &reason))
    return TRUE;

  self->is_duplicate = g_error_matches (reason, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);
  if (!self->is_duplicate)
    g_propagate_error (error, g_steal_pointer (&reason));

  return self->is_duplicate;
}

static void
refused_cb (const GError *error,
            gpointer      data)
{
  if (error != NULL)
    g_warning ("A run that its gate refused could not be ended: %s", error->message);
}

gboolean
enlace_queued_row_done (EnlaceQueuedRow *self,
                        const GError    *error)
{
  EnlaceRun *run = self->commit->run;

  if (error != NULL || self->is_duplicate)
    return FALSE;

  if (run->gate != NULL && enlace_gate_enter (run->engine, run) == ENLACE_GATE_REFUSED)
    enlace_engine_cancel (run->engine, &run->organisation_id, &run->id, refused_cb, NULL);
  else
    enlace_scheduler_enqueue (run->engine, &run->id, self->commit->row.priority, NULL);
  return TRUE;
}

void
enlace_queued_row_free (EnlaceQueuedRow *self)
{
  commit_free (self->commit);
  g_free (self);
}

/* One commit of all that is not in the store yet; others of this run wait for it. */
static DexPromise *
submit_pending (EnlaceRun    *run,
                EnlaceStatus  status,
                gint64        wake_at)
{
  EnlaceCommit *commit = commit_new (run, status, wake_at);
  DexPromise *promise = dex_promise_new ();

  if (commit->is_insert)
    seal_event (commit);
  if (enlace_journal_is_dirty (run))
    seal_record (commit);
  commit->reply = g_steal_pointer (&run->reply);
  commit->promise = dex_ref (promise);
  if (run->journal.changes != NULL && run->journal.changes->len > 0)
    {
      commit->change.is_single_statement = FALSE;
      commit->changes = g_ptr_array_new ();
      g_ptr_array_extend (commit->changes, run->journal.changes, NULL, NULL);
    }
  run->journal.n_submitted_changes = run->journal.changes != NULL ? run->journal.changes->len : 0;
  enlace_engine_pass_point (run->engine, "commit");
  commit_submit (commit);

  return promise;
}

/* Bytes at the front of the journal are gone. */
static void
drop_front (EnlaceJournal *journal,
            guint          length)
{
  g_byte_array_remove_range (journal->bytes, 0, length);
  for (guint i = 0; journal->changes != NULL && i < journal->changes->len; i++)
    ((EnlaceStepChange *) journal->changes->pdata[i])->start -= length;
}

/* What was to change with a step could not: neither it nor its entry stays. Others of the same commit are tried again. */
static void
take_back_changes (EnlaceJournal *journal)
{
  for (guint i = journal->n_submitted_changes; i > 0; i--)
    {
      EnlaceStepChange *change = journal->changes->pdata[i - 1];

      if (change->is_conflict == NULL)
        continue;
      if (change->length > 0)
        {
          g_byte_array_remove_range (journal->bytes, change->start, change->length);
          for (guint j = 0; j < journal->changes->len; j++)
            {
              EnlaceStepChange *other = journal->changes->pdata[j];

              if (other->start > change->start)
                other->start -= change->length;
            }
        }
      *change->is_conflict = TRUE;
      g_ptr_array_remove_index (journal->changes, i - 1);
    }
}

/* After a commit: its bytes are in the store, and those added meanwhile are not. */
static void
note_durable (EnlaceJournal *journal)
{
  gboolean was_written = journal->n_submitted > journal->n_durable;

  journal->is_inserted = TRUE;
  journal->n_durable = journal->n_submitted;
  journal->status = journal->submitted_status;
  for (guint i = 0; i < journal->n_submitted_changes; i++)
    {
      EnlaceStepChange *change = journal->changes->pdata[i];

      if (change->done != NULL)
        change->done (change);
    }
  if (journal->n_submitted_changes > 0)
    g_ptr_array_remove_range (journal->changes, 0, journal->n_submitted_changes);
  journal->n_submitted_changes = 0;
  if (!was_written)
    return;

  if (journal->is_appending)
    {
      journal->n_appended++;
      drop_front (journal, journal->submitted_bytes);
    }
  else if (journal->submitted_bytes > ENLACE_RUN_RECORD_LIMIT)
    {
      journal->is_appending = TRUE;
      drop_front (journal, journal->submitted_bytes);
    }
}

/* Nothing of a refused commit was kept. What another holder or an earlier event has is not ours; before the first commit nothing has happened yet; later
 * on the results of what happened must not be lost, and are written as soon as the store can. FALSE: the run ends here. */
static gboolean
may_try_again (EnlaceRun    *run,
               const GError *error)
{
  if (!run->journal.is_inserted || g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_LEASE)
      || g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    {
      enlace_run_interrupt (run, ENLACE_INTERRUPT_LOST);
      return FALSE;
    }

  g_warning ("The result of a step could not be written and is tried again: %s", error->message);
  if (enlace_run_get_interrupt (run) == ENLACE_INTERRUPT_NONE)
    dex_await (dex_future_first (dex_timeout_new_seconds (1), dex_ref (DEX_FUTURE (run->interrupted)), NULL), NULL);
  else
    dex_await (dex_timeout_new_seconds (1), NULL);
  return TRUE;
}

static gboolean
is_written (EnlaceRun    *run,
            guint64       n_wanted,
            EnlaceStatus  status)
{
  return run->journal.is_inserted && run->journal.n_durable >= n_wanted && run->journal.status == status && run->reply == NULL;
}

/* Waits for the commit that is under way. Of the fibers that wait for it, the first to wake takes note of what came of it. */
static gboolean
await_commit (EnlaceRun *run)
{
  EnlaceJournal *journal = &run->journal;
  g_autoptr(DexPromise) promise = dex_ref (journal->in_flight);
  g_autoptr(GError) error = NULL;

  dex_await (dex_ref (DEX_FUTURE (promise)), &error);
  if (journal->in_flight != promise)
    return TRUE;

  dex_clear (&journal->in_flight);
  if (error != NULL && journal->is_step_conflict)
    {
      take_back_changes (journal);
      return TRUE;
    }
  if (error != NULL)
    return may_try_again (run, error);

  note_durable (journal);
  enlace_engine_pass_point (run->engine, "committed");
  return TRUE;
}

gboolean
enlace_journal_write (EnlaceRun         *run,
                      const EnlaceEntry *entry,
                      GPtrArray         *changes,
                      gboolean          *is_conflict)
{
  EnlaceJournal *journal = &run->journal;
  gboolean is_done, was_taken_back = FALSE;
  guint start = journal->bytes != NULL ? journal->bytes->len : 0;

  enlace_journal_add (run, entry);
  if (journal->changes == NULL)
    journal->changes = g_ptr_array_new_with_free_func (enlace_step_change_free);
  for (guint i = 0; i < changes->len; i++)
    {
      EnlaceStepChange *change = changes->pdata[i];

      change->start = start;
      change->length = i == 0 ? journal->bytes->len - start : 0;
      change->is_conflict = &was_taken_back;
      g_ptr_array_add (journal->changes, change);
    }
  g_ptr_array_set_free_func (changes, NULL);
  g_ptr_array_unref (changes);

  is_done = enlace_journal_commit (run);
  *is_conflict = was_taken_back;
  forget_changes (journal, &was_taken_back);

  return is_done && !was_taken_back;
}

gboolean
enlace_journal_commit (EnlaceRun *run)
{
  EnlaceJournal *journal = &run->journal;
  guint64 n_wanted = journal->n_added;

  for (;;)
    {
      EnlaceInterrupt interrupt = enlace_run_get_interrupt (run);
      gint64 wake_at;
      EnlaceStatus status = enlace_run_get_status (run, &wake_at);

      if (interrupt == ENLACE_INTERRUPT_LOST || interrupt == ENLACE_INTERRUPT_ABANDON)
        return FALSE;
      if (journal->in_flight == NULL && is_written (run, n_wanted, status))
        return interrupt == ENLACE_INTERRUPT_NONE;

      if (journal->in_flight == NULL)
        {
          journal->n_submitted = journal->n_added;
          journal->submitted_bytes = journal->bytes != NULL ? journal->bytes->len : 0;
          journal->submitted_status = status;
          journal->in_flight = submit_pending (run, status, wake_at);
        }
      if (!await_commit (run))
        return FALSE;
    }
}
