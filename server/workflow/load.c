/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/load.h"

#include "server/store/signals.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/interpret-private.h"
#include "server/workflow/journal.h"

/* So much too early is due. */
#define EARLY_USEC (5 * 1000)
/* What was recorded later than now by more than this was recorded before the clock was set back. */
#define SET_BACK_USEC G_USEC_PER_SEC

static gint64
get_end (const EnlaceEntry *entry)
{
  return entry->started_at + entry->duration;
}

static gboolean
is_from_the_future (EnlaceRun *self,
                    gint64     time)
{
  return time > enlace_engine_get_time (self->engine) + SET_BACK_USEC;
}

/* It failed for good; the run may go on all the same. */
static void
restore_failure (EnlaceRun         *self,
                 EnlaceFrame       *frame,
                 guint              index,
                 const EnlaceEntry *entry)
{
  if (entry->port != NULL)
    enlace_run_complete_step (self, frame, index, entry->port, entry->output, entry->error);
  else
    enlace_run_fail_step (self, frame, index, entry->error);
}

static void
restore_result (EnlaceRun         *self,
                EnlaceFrame       *frame,
                guint              index,
                const EnlaceEntry *entry)
{
  EnlaceStepFlags flags = self->plan->steps[index].info->flags;
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  EnlaceValue *output = entry->output != NULL ? entry->output : nothing;
  gsize size = 0;

  if ((flags & ENLACE_STEP_TRIGGER) != 0)
    output = self->trigger;
  else
    size = enlace_value_get_size (output);

  self->memory += size;
  frame->memory += size;
  self->has_replied |= (flags & ENLACE_STEP_REPLY) != 0;
  if ((flags & ENLACE_STEP_REPLY) != 0)
    enlace_run_set_output (self, entry->input);
  self->is_ending |= (flags & ENLACE_STEP_END) != 0;
  enlace_run_complete_step (self, frame, index, entry->port != NULL ? entry->port : "out", output, NULL);
}

/* An intent without a result may have been acted on: it goes on where that may be repeated, and waits for a person where not. */
static void
restore_intent (EnlaceStepState   *state,
                const EnlaceEntry *entry)
{
  state->has_intent = TRUE;
  state->is_repeatable = entry->is_repeatable;
  state->phase = entry->is_repeatable ? ENLACE_PHASE_READY : ENLACE_PHASE_UNKNOWN;
  if (entry->input != NULL && state->intent == NULL)
    state->intent = enlace_value_ref (entry->input);
}

static void
restore_wait (EnlaceRun         *self,
              EnlaceStepState   *state,
              const EnlaceEntry *entry)
{
  state->has_intent = FALSE;
  state->phase = ENLACE_PHASE_WAITING;
  g_clear_pointer (&state->wait, enlace_value_unref);
  state->wait = entry->input != NULL ? enlace_value_ref (entry->input) : enlace_value_new_null ();
  state->wake_at = entry->wake_at != 0 ? entry->wake_at : ENLACE_NEVER;
}

static void
restore_entry (EnlaceRun         *self,
               EnlaceFrame       *frame,
               guint              index,
               const EnlaceEntry *entry)
{
  EnlaceStepState *state = enlace_frame_get_state (frame, index);

  state->attempt = entry->attempt;
  state->now = entry->now;
  if (!is_from_the_future (self, get_end (entry)))
    self->last_now = MAX (self->last_now, get_end (entry));

  switch (entry->kind)
    {
    case ENLACE_ENTRY_INTENT:
      restore_intent (state, entry);
      break;
    case ENLACE_ENTRY_ATTEMPT:
      state->has_intent = FALSE;
      state->phase = ENLACE_PHASE_WAITING;
      /* With the clock set back nobody knows how long it still has to wait: not at all. */
      state->wake_at = is_from_the_future (self, get_end (entry)) ? 0 : entry->wake_at;
      self->retry_count++;
      break;
    case ENLACE_ENTRY_UNKNOWN:
      state->phase = ENLACE_PHASE_UNKNOWN;
      break;
    case ENLACE_ENTRY_NOT_DONE:
      state->has_intent = FALSE;
      state->phase = ENLACE_PHASE_READY;
      break;
    case ENLACE_ENTRY_WAIT:
      restore_wait (self, state, entry);
      break;
    case ENLACE_ENTRY_OPEN:
      if (entry->input != NULL)
        enlace_block_open (frame, index, entry->input);
      break;
    case ENLACE_ENTRY_RESULT:
    case ENLACE_ENTRY_DONE:
    case ENLACE_ENTRY_FRAME:
    case ENLACE_ENTRY_OPTIONS:
    default:
      g_clear_pointer (&state->block, enlace_block_free);
      if (entry->is_failed)
        restore_failure (self, frame, index, entry);
      else
        restore_result (self, frame, index, entry);
      break;
    }
}

/* The frame of that number in a block, begun where it is not there yet. Those before it had begun as well, even if nothing is known of them. NULL: it is
 * over, or the block is. */
static EnlaceFrame *
find_frame (EnlaceFrame *parent,
            guint        owner,
            guint64      number)
{
  EnlaceBlock *block = enlace_frame_get_state (parent, owner)->block;

  if (block == NULL || number >= block->n_frames)
    return NULL;

  while (block->next <= number)
    enlace_block_begin_frame (parent, owner, block->next);

  return enlace_block_find_frame (block, number);
}

/* The frame of a region at a path such as "3.1"; `path` NULL: the root, or what follows the catch. */
static EnlaceFrame *
resolve_frame (EnlaceRun  *self,
               guint       region,
               const char *path)
{
  const EnlacePlanRegion *own = &self->plan->regions[region];
  const char *last = path != NULL ? strrchr (path, '.') : NULL;
  g_autofree char *outer = last != NULL ? g_strndup (path, last - path) : NULL;
  EnlaceFrame *parent;

  if (own->owner < 0)
    return self->root;
  if (own->port == NULL)
    return self->caught;
  if (path == NULL)
    return NULL;

  parent = resolve_frame (self, (guint) own->parent, outer);
  return parent != NULL ? find_frame (parent, (guint) own->owner, g_ascii_strtoull (last != NULL ? last + 1 : path, NULL, 10)) : NULL;
}

/* An iteration or a branch was over; its path is in the region that the step owns. */
static void
restore_frame_end (EnlaceRun         *self,
                   guint              index,
                   const EnlaceEntry *entry)
{
  EnlacePlanStep *step = &self->plan->steps[index];
  const char *last = entry->iteration != NULL ? strrchr (entry->iteration, '.') : NULL;
  guint64 number = g_ascii_strtoull (last != NULL ? last + 1 : entry->iteration != NULL ? entry->iteration : "0", NULL, 10);
  guint branch = strcmp (step->node->type, "flow.parallel") == 0 ? (guint) number : 0;
  g_autoptr(EnlaceValue) nothing = enlace_value_new_null ();
  EnlaceFrame *frame;

  if (branch >= step->n_regions || (frame = resolve_frame (self, step->regions[branch], entry->iteration)) == NULL)
    return;

  enlace_block_end_frame (self, frame->parent, index, frame, entry->is_failed ? NULL : entry->output != NULL ? entry->output : nothing,
                          entry->is_failed ? entry->error : NULL);
}

/* A run that is not to run whole. */
static void
restore_options (EnlaceRun         *self,
                 const EnlaceEntry *entry)
{
  if (entry->output != NULL && self->options == NULL)
    self->options = enlace_value_ref (entry->output);
  enlace_run_apply_options (self);
}

/* Brings the steps to where the record says that they were. What belongs to a frame that is over is left out. */
static void
restore_entries (EnlaceRun *self,
                 GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const EnlaceEntry *entry = entries->pdata[i];
      int index = enlace_plan_find_step (self->plan, entry->node);
      EnlaceFrame *frame;

      if (entry->kind == ENLACE_ENTRY_OPTIONS)
        restore_options (self, entry);
      else if (index < 0)
        continue;
      else if (entry->kind == ENLACE_ENTRY_FRAME)
        restore_frame_end (self, index, entry);
      else if ((frame = resolve_frame (self, self->plan->steps[index].region, entry->iteration)) != NULL
               && enlace_frame_get_state (frame, index)->phase < ENLACE_PHASE_DONE)
        restore_entry (self, frame, index, entry);
    }
}

static EnlaceExecutionRow *
read_row (EnlaceEngine      *engine,
          const EnlaceUuid  *id,
          GPtrArray        **journal,
          GError           **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (engine->store);
  EnlaceExecutionRow *row = enlace_executions_get (reader, NULL, id, error);

  if (row != NULL && (*journal = enlace_executions_get_journal (reader, id, error)) == NULL)
    g_clear_pointer (&row, enlace_execution_row_free);
  enlace_store_release_reader (engine->store, reader);

  return row;
}

static void
copy_row (EnlaceRun                *self,
          const EnlaceExecutionRow *row)
{
  self->organisation_id = row->organisation_id;
  self->workflow_id = row->workflow_id;
  self->version = row->version;
  self->event_id = row->event_id;
  self->is_test = row->is_test;
  self->has_parent = row->has_parent;
  self->parent_id = row->parent_id;
  self->parent_key = g_strdup (row->parent_key);
  self->has_source = row->has_source;
  self->source_id = row->source_id;
  self->gate = row->gate != NULL ? g_bytes_ref (row->gate) : NULL;
  self->started_at = row->started_at;
  self->last_now = MIN (row->started_at, enlace_engine_get_time (self->engine));
  self->journal.is_inserted = TRUE;
  self->journal.status = row->status;
}

/* Where the next entries go: into the row as long as what is in it is short. */
static gboolean
continue_journal (EnlaceRun                 *self,
                  const EnlaceExecutionRow  *row,
                  GPtrArray                 *journal,
                  GError                   **error)
{
  EnlaceJournal *own = &self->journal;
  g_autoptr(GBytes) record = NULL;

  own->bytes = g_byte_array_sized_new (512);
  own->n_appended = journal->len;
  own->is_appending = journal->len > 0;
  if (row->record == NULL)
    return TRUE;

  record = enlace_vault_unseal (self->engine->vault, &row->organisation_id, "executions", &row->id, "record", row->record, error);
  if (record == NULL)
    return FALSE;

  own->is_appending |= g_bytes_get_size (record) > ENLACE_RUN_RECORD_LIMIT;
  if (!own->is_appending)
    g_byte_array_append (own->bytes, g_bytes_get_data (record, NULL), g_bytes_get_size (record));

  return TRUE;
}

static gboolean
restore (EnlaceRun                 *self,
         const EnlaceExecutionRow  *row,
         GPtrArray                 *journal,
         GError                   **error)
{
  g_autoptr(EnlacePlan) plan = enlace_plans_get_for_row (self->engine, row, error);
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(GPtrArray) entries = NULL;

  if (plan == NULL
      || (trigger = enlace_engine_read_trigger (self->engine, row, error)) == NULL
      || (entries = enlace_journal_read (self->engine->vault, row, journal, error)) == NULL
      || !continue_journal (self, row, journal, error))
    return FALSE;

  enlace_run_prepare (self, plan, trigger);
  restore_entries (self, entries);
  self->is_poked = TRUE;
  return TRUE;
}

/* Whether the clock was set back since the run began to wait. */
static gboolean
waits_by_another_clock (EnlaceRun                *self,
                        const EnlaceExecutionRow *row,
                        GPtrArray                *journal)
{
  g_autoptr(GPtrArray) entries = enlace_journal_read (self->engine->vault, row, journal, NULL);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const EnlaceEntry *entry = entries->pdata[i];

      if (entry->kind == ENLACE_ENTRY_ATTEMPT && is_from_the_future (self, get_end (entry)))
        return TRUE;
    }

  return FALSE;
}

/* Whether a step was told something that it waits for. */
static gboolean
has_signals (EnlaceRun *self)
{
  EnlaceReader *reader = enlace_store_acquire_reader (self->engine->store);
  g_autoptr(GPtrArray) rows = enlace_signals_list (reader, &self->id, NULL);

  enlace_store_release_reader (self->engine->store, reader);
  return rows != NULL && rows->len > 0;
}

/* Whether a run is for us, and now. */
static gboolean
is_wanted (EnlaceRun                *self,
           const EnlaceExecutionRow *row,
           GPtrArray                *journal)
{
  if (enlace_status_is_final (row->status) || row->status == ENLACE_STATUS_UNKNOWN || row->epoch != self->engine->epoch)
    return FALSE;
  if (row->status != ENLACE_STATUS_WAITING || (row->wake_at != 0 && row->wake_at <= enlace_engine_get_time (self->engine) + EARLY_USEC)
      || has_signals (self))
    return TRUE;
  if (row->wake_at == 0)
    return FALSE;
  if (waits_by_another_clock (self, row, journal))
    return TRUE;

  enlace_scheduler_wake_at (self->engine, row->wake_at);
  return FALSE;
}

/* Whether the store may be able to read it in a moment: then it is no fault of the run. */
static gboolean
is_passing (const GError *error)
{
  return error->domain == ENLACE_STORE_ERROR && error->code != ENLACE_STORE_ERROR_NOT_FOUND && error->code != ENLACE_STORE_ERROR_CORRUPT;
}

/* It is not driven now, and its row stays as it is. */
static gboolean
leave_alone (EnlaceRun    *self,
             const GError *error)
{
  if (error != NULL && is_passing (error))
    {
      g_warning ("A run could not be read and is tried again: %s", error->message);
      enlace_scheduler_postpone (self->engine, &self->id);
    }

  enlace_run_interrupt (self, ENLACE_INTERRUPT_LOST);
  return FALSE;
}

/* It ends as failed, with what is in its record as it was. */
static void
give_up (EnlaceRun    *self,
         const GError *error)
{
  g_autofree char *message = g_strdup_printf ("The run cannot go on: %s", error->message);

  g_clear_pointer (&self->journal.bytes, g_byte_array_unref);
  enlace_run_fail (self, message);
}

gboolean
enlace_run_load (EnlaceRun *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) journal = NULL;
  g_autoptr(EnlaceExecutionRow) row = read_row (self->engine, &self->id, &journal, &error);

  if (row == NULL || !is_wanted (self, row, journal))
    return leave_alone (self, error);

  copy_row (self, row);
  if (restore (self, row, journal, &error))
    return TRUE;
  if (is_passing (error))
    return leave_alone (self, error);

  give_up (self, error);
  return TRUE;
}
