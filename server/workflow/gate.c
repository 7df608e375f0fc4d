/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/gate.h"

#include "common/value/json.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/steps/context.h"

#define GATE_SIZE 16

typedef struct {
  guint   limit;
  GArray *open;       /* EnlaceUuid: under way, the oldest first */
  GQueue  waiting;    /* EnlaceUuid, owned */
} Gate;

static void
gate_free (gpointer data)
{
  Gate *self = data;

  g_array_unref (self->open);
  g_queue_clear_full (&self->waiting, g_free);
  g_free (self);
}

void
enlace_gates_init (EnlaceEngine *engine)
{
  engine->gates = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, gate_free);
  engine->held = g_hash_table_new_full (enlace_uuid_hash_cb, enlace_uuid_equal_cb, g_free, NULL);
}

void
enlace_gates_clear (EnlaceEngine *engine)
{
  g_clear_pointer (&engine->gates, g_hash_table_unref);
  g_clear_pointer (&engine->held, g_hash_table_unref);
}

static GBytes *
hash_key (const EnlaceUuid *workflow_id,
          EnlaceValue      *key,
          GError          **error)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length, size = 32;
  g_autofree char *text = enlace_json_format (key, ENLACE_JSON_COMPACT, &length, error);
  guint8 digest[32];

  if (text == NULL)
    return NULL;

  g_checksum_update (checksum, workflow_id->bytes, sizeof workflow_id->bytes);
  g_checksum_update (checksum, (const guchar *) text, (gssize) length);
  g_checksum_get_digest (checksum, digest, &size);

  return g_bytes_new (digest, GATE_SIZE);
}

GBytes *
enlace_gate_compute (EnlaceRun  *run,
                     GError    **error)
{
  g_autoptr(EnlaceValue) key = NULL;
  EnlaceStepContext context;
  guint64 cost = ENLACE_EXPRESSION_DEFAULT_COST;

  if (run->plan->gate_key == NULL)
    return NULL;

  enlace_step_context_init_inside (&context, run, run->root, 0, run->root, cost);
  key = enlace_template_evaluate (run->plan->gate_key, &context.scope, &cost, error);
  enlace_step_context_clear (&context);

  return key != NULL ? hash_key (&run->workflow_id, key, error) : NULL;
}

/* With the lock held. */
static Gate *
get_gate (EnlaceEngine *engine,
          GBytes       *key,
          guint         limit)
{
  Gate *gate = g_hash_table_lookup (engine->gates, key);

  if (gate == NULL)
    {
      gate = g_new0 (Gate, 1);
      gate->open = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
      g_queue_init (&gate->waiting);
      g_hash_table_insert (engine->gates, g_bytes_ref (key), gate);
    }
  gate->limit = limit;

  return gate;
}

static void
cancelled_cb (const GError *error,
              gpointer      data)
{
  if (error != NULL)
    g_debug ("The oldest run behind a gate could not be cancelled: %s", error->message);
}

EnlaceGateDecision
enlace_gate_enter (EnlaceEngine *engine,
                   EnlaceRun    *run)
{
  EnlacePlan *plan = run->plan;
  EnlaceGateDecision decision = ENLACE_GATE_OPEN;
  EnlaceUuid oldest;
  gboolean cancels = FALSE;
  Gate *gate;

  g_mutex_lock (&engine->lock);
  gate = get_gate (engine, run->gate, plan->gate_limit);
  if (gate->open->len < gate->limit && gate->waiting.length == 0)
    g_array_append_val (gate->open, run->id);
  else if (plan->gate_policy == ENLACE_GATE_REFUSE)
    decision = ENLACE_GATE_REFUSED;
  else
    {
      decision = ENLACE_GATE_CLOSED;
      cancels = plan->gate_policy == ENLACE_GATE_CANCEL_OLDEST;
      if (cancels)
        oldest = gate->open->len > 0 ? g_array_index (gate->open, EnlaceUuid, 0) : *(EnlaceUuid *) g_queue_peek_head (&gate->waiting);
      g_queue_push_tail (&gate->waiting, g_memdup2 (&run->id, sizeof run->id));
      g_hash_table_add (engine->held, g_memdup2 (&run->id, sizeof run->id));
    }
  g_mutex_unlock (&engine->lock);

  if (cancels)
    enlace_engine_cancel (engine, &run->organisation_id, &oldest, cancelled_cb, NULL);

  return decision;
}

/* With the lock held: takes a run out of the gate, wherever it is in it. */
static void
take_out (EnlaceEngine     *engine,
          Gate             *gate,
          const EnlaceUuid *id)
{
  for (guint i = 0; i < gate->open->len; i++)
    if (enlace_uuid_equal (&g_array_index (gate->open, EnlaceUuid, i), id))
      {
        g_array_remove_index (gate->open, i);
        return;
      }

  for (GList *link = gate->waiting.head; link != NULL; link = link->next)
    if (enlace_uuid_equal (link->data, id))
      {
        g_free (link->data);
        g_queue_delete_link (&gate->waiting, link);
        g_hash_table_remove (engine->held, id);
        return;
      }
}

void
enlace_gate_leave (EnlaceEngine     *engine,
                   GBytes           *key,
                   const EnlaceUuid *id)
{
  g_autoptr(GArray) next = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
  Gate *gate;

  g_mutex_lock (&engine->lock);
  gate = g_hash_table_lookup (engine->gates, key);
  if (gate != NULL)
    {
      take_out (engine, gate, id);
      while (gate->open->len < gate->limit && gate->waiting.length > 0)
        {
          g_autofree EnlaceUuid *first = g_queue_pop_head (&gate->waiting);

          g_array_append_val (gate->open, *first);
          g_array_append_val (next, *first);
          g_hash_table_remove (engine->held, first);
        }
      if (gate->open->len == 0 && gate->waiting.length == 0)
        g_hash_table_remove (engine->gates, key);
    }
  g_mutex_unlock (&engine->lock);

  for (guint i = 0; i < next->len; i++)
    enlace_scheduler_enqueue (engine, &g_array_index (next, EnlaceUuid, i), ENLACE_PRIORITY_HIGH, NULL);
}

gboolean
enlace_gate_holds (EnlaceEngine     *engine,
                   const EnlaceUuid *id)
{
  return g_hash_table_size (engine->held) > 0 && g_hash_table_contains (engine->held, id);
}

/* How many may be under way, by the workflow as the run has it; a plan that cannot be compiled lets them through one by one. */
static guint
get_limit (EnlaceEngine             *engine,
           const EnlaceExecutionRow *row)
{
  g_autoptr(EnlacePlan) plan = row->version > 0 ? enlace_plans_get_for_row (engine, row, NULL) : NULL;

  return plan != NULL && plan->gate_limit > 0 ? plan->gate_limit : 1;
}

gboolean
enlace_gates_load (EnlaceEngine  *engine,
                   GError       **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (engine->store);
  g_autoptr(GPtrArray) rows = enlace_executions_list_gated (reader, error);

  enlace_store_release_reader (engine->store, reader);
  if (rows == NULL)
    return FALSE;

  for (guint is_queued = 0; is_queued < 2; is_queued++)
    for (guint i = 0; i < rows->len; i++)
      {
        const EnlaceExecutionRow *row = rows->pdata[i];
        Gate *gate;

        if ((row->status == ENLACE_STATUS_QUEUED) != (is_queued == 1))
          continue;

        gate = get_gate (engine, row->gate, get_limit (engine, row));
        if (is_queued == 0 || gate->open->len < gate->limit)
          g_array_append_val (gate->open, row->id);
        else
          {
            g_queue_push_tail (&gate->waiting, g_memdup2 (&row->id, sizeof row->id));
            g_hash_table_add (engine->held, g_memdup2 (&row->id, sizeof row->id));
          }
      }

  return TRUE;
}
