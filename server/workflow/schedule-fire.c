/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/schedule-private.h"

#include <string.h>

#include "common/value/time.h"
#include "server/store/schedules.h"
#include "server/workflow/journal.h"

/* After an error of the store. Microseconds. */
#define RETRY_AFTER G_USEC_PER_SEC

/* Runs that are about to be begun, and how far the schedule has come with them. */
typedef struct {
  EnlaceTimed *timed;       /* a reference */
  gint64       settled;
} Firing;

/* The newest missed ticks, the oldest of them first. */
static void
collect_missed (EnlaceTimed *timed,
                gint64       before,
                GArray      *ticks)
{
  const char *policy = enlace_value_get_member_string (timed->plan->trigger_parameters, "missed", "once");
  guint limit = strcmp (policy, "all") == 0 ? ENLACE_SCHEDULE_MAX_MISSED : strcmp (policy, "once") == 0 ? 1 : 0;
  gint64 tick = before;

  for (guint i = 0; i < limit && enlace_schedule_get_previous (timed->schedule, tick, timed->settled + 1, &tick); i++)
    g_array_prepend_val (ticks, tick);
}

/* What has become due up to `now`. Gives the last tick, whether it is run for or not; 0: there is none. */
static gint64
collect_ticks (EnlaceTimed *timed,
               gint64       now,
               GArray      *ticks)
{
  gint64 bound = MAX (timed->begun, now - ENLACE_SCHEDULE_GRACE), tick, last = 0;

  if (enlace_schedule_get_previous (timed->schedule, bound, timed->settled + 1, &last))
    collect_missed (timed, bound, ticks);

  for (tick = MAX (timed->settled, bound - 1); enlace_schedule_get_next (timed->schedule, tick, &tick) && tick <= now; last = tick)
    g_array_append_val (ticks, tick);

  return last;
}

/* With `overlap`: skip one tick at most is run for, and none while a run is under way. */
static gboolean
skip_overlaps (EnlaceTimed  *timed,
               GArray       *ticks,
               GError      **error)
{
  EnlaceStore *store = enlace_timed_get_engine (timed)->store;
  EnlaceReader *reader;
  gint64 n_open = 0;
  gboolean is_known;

  if (ticks->len == 0 || strcmp (enlace_value_get_member_string (timed->plan->trigger_parameters, "overlap", "allow"), "skip") != 0)
    return TRUE;

  reader = enlace_store_acquire_reader (store);
  is_known = enlace_executions_count_open (reader, &timed->plan->workflow_id, &n_open, error);
  enlace_store_release_reader (store, reader);
  if (!is_known)
    return FALSE;

  if (n_open > 0)
    g_array_set_size (ticks, 0);
  else if (ticks->len > 1)
    g_array_remove_range (ticks, 0, ticks->len - 1);

  return TRUE;
}

static EnlaceValue *
make_trigger (EnlaceTimed *timed,
              gint64       tick)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_take (builder, "scheduled_at", enlace_value_new_timestamp (tick, 0));
  enlace_map_builder_add_string (builder, "timezone", enlace_schedule_get_zone (timed->schedule));

  return enlace_map_builder_end (builder);
}

static gboolean
settle_cb (EnlaceWriter  *writer,
           gpointer       data,
           GError       **error)
{
  Firing *self = data;

  return enlace_schedules_settle (writer, &self->timed->plan->workflow_id, self->settled, error);
}

/* Another time when the store could not take it. What is there already was begun by somebody else. */
static void
done_cb (guint         n_begun,
         const GError *error,
         gpointer      data)
{
  Firing *self = data;
  gboolean is_settled = error == NULL || g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT);

  if (!is_settled)
    g_warning ("The runs of a schedule could not be begun and are tried again: %s", error->message);
  enlace_timed_finish (self->timed, is_settled ? self->settled : 0,
                       is_settled ? 0 : enlace_engine_get_time (enlace_timed_get_engine (self->timed)) + RETRY_AFTER);
  enlace_timed_unref (self->timed);
  g_free (self);
}

static void
begin_runs (EnlaceTimed *timed,
            GArray      *ticks,
            gint64       settled)
{
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GPtrArray) triggers = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);
  g_autofree EnlaceStart *starts = g_new0 (EnlaceStart, ticks->len + 1);
  Firing *firing = g_new0 (Firing, 1);

  firing->timed = enlace_timed_ref (timed);
  firing->settled = settled;
  for (guint i = 0; i < ticks->len; i++)
    {
      gint64 tick = g_array_index (ticks, gint64, i);
      g_autofree char *text = enlace_time_format (tick, 0);

      g_ptr_array_add (keys, g_strconcat ("tick:", text, NULL));
      g_ptr_array_add (triggers, make_trigger (timed, tick));
      starts[i].plan = timed->plan;
      starts[i].trigger = triggers->pdata[i];
      starts[i].event_key = keys->pdata[i];
    }

  enlace_engine_accept (enlace_timed_get_engine (timed), starts, ticks->len, settle_cb, done_cb, firing);
}

void
enlace_schedule_fire (EnlaceTimed *timed,
                      gint64       now)
{
  g_autoptr(GArray) ticks = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr(GError) error = NULL;
  gint64 last = collect_ticks (timed, now, ticks);

  if (last == 0)
    enlace_timed_finish (timed, 0, 0);
  else if (skip_overlaps (timed, ticks, &error))
    begin_runs (timed, ticks, last);
  else
    {
      g_warning ("Whether a run is under way could not be read: %s", error->message);
      enlace_timed_finish (timed, 0, enlace_engine_get_time (enlace_timed_get_engine (timed)) + RETRY_AFTER);
    }
}

void
enlace_trigger_record_failure (EnlaceEngine *engine,
                               EnlacePlan   *plan,
                               EnlaceValue  *trigger,
                               const char   *message)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) nothing = enlace_map_builder_end (builder);
  g_autofree char *text = g_strdup_printf ("The trigger: %s", message);
  EnlaceStart start = { .plan = plan, .trigger = trigger != NULL ? trigger : nothing };
  EnlaceRun *run = enlace_engine_make_run (engine, &start);

  __atomic_add_fetch (&engine->n_started, 1, __ATOMIC_RELAXED);
  enlace_run_fail (run, text);
  run->is_over = TRUE;
  enlace_journal_write_final (run);
}
