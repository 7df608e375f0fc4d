/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/run-steps.h"

struct _EnlaceRunSteps
{
  GHashTable       *by_node;    /* node → array of its records, the last of each path */
  GHashTable       *by_place;   /* "node/path" → EnlaceStepRecord */
  EnlaceStepRecord *failure;    /* borrowed from the above; nullable */
};

/* Of several iterations the state that needs a person most is told. */
static const EnlaceRunState ranks[] = {
  ENLACE_RUN_STATE_FAILED,
  ENLACE_RUN_STATE_UNKNOWN,
  ENLACE_RUN_STATE_RUNNING,
  ENLACE_RUN_STATE_WAITING,
  ENLACE_RUN_STATE_COMPLETED,
  ENLACE_RUN_STATE_SKIPPED,
};

static char *
dup_place (const char *node,
           const char *path)
{
  return g_strconcat (node, "/", path, NULL);
}

static EnlaceRunState
get_state (EnlaceStepRecord *record)
{
  return enlace_run_state_from_text (enlace_step_record_get_status (record));
}

static void
add (EnlaceRunSteps   *self,
     EnlaceStepRecord *record)
{
  const char *node = enlace_step_record_get_node (record);
  g_autofree char *place = dup_place (node, enlace_step_record_get_path (record));
  EnlaceStepRecord *before = g_hash_table_lookup (self->by_place, place);
  GPtrArray *records = g_hash_table_lookup (self->by_node, node);
  guint index;

  if (records == NULL)
    {
      records = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->by_node, g_strdup (node), records);
    }
  g_hash_table_replace (self->by_place, g_steal_pointer (&place), record);
  if (before == NULL || !g_ptr_array_find (records, before, &index))
    {
      g_ptr_array_add (records, g_object_ref (record));
      return;
    }

  /* A later attempt takes the place of the one before. */
  if (self->failure == before)
    self->failure = NULL;
  g_object_unref (before);
  records->pdata[index] = g_object_ref (record);
}

EnlaceRunSteps *
enlace_run_steps_new (GListModel *records)
{
  EnlaceRunSteps *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (records), NULL);

  self = g_new0 (EnlaceRunSteps, 1);
  self->by_node = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->by_place = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (records); i++)
    {
      g_autoptr(EnlaceStepRecord) record = g_list_model_get_item (records, i);

      add (self, record);
      /* Where it happened, not the loop that it ended, which is told later. */
      if (self->failure == NULL && get_state (record) == ENLACE_RUN_STATE_FAILED)
        self->failure = record;
    }

  return self;
}

void
enlace_run_steps_free (EnlaceRunSteps *self)
{
  g_hash_table_unref (self->by_place);
  g_hash_table_unref (self->by_node);
  g_free (self);
}

EnlaceStepRecord *
enlace_run_steps_find (const EnlaceRunSteps *self,
                       const char           *node)
{
  GPtrArray *records = node != NULL ? g_hash_table_lookup (self->by_node, node) : NULL;

  if (records == NULL)
    return NULL;

  for (guint i = 0; i < records->len; i++)
    if (get_state (g_ptr_array_index (records, i)) == ENLACE_RUN_STATE_FAILED)
      return g_ptr_array_index (records, i);

  return g_ptr_array_index (records, records->len - 1);
}

static gint64
count_items (EnlaceValue *output)
{
  if (output == NULL || enlace_value_is_null (output))
    return -1;

  return enlace_value_get_kind (output) == ENLACE_KIND_LIST ? (gint64) enlace_value_get_length (output) : 1;
}

EnlaceRunState
enlace_run_steps_get_state (const EnlaceRunSteps *self,
                            const char           *node,
                            gint64               *count)
{
  GPtrArray *records = g_hash_table_lookup (self->by_node, node);
  guint n_states[ENLACE_RUN_STATE_UNKNOWN + 1] = { 0 };
  EnlaceStepRecord *first;

  *count = -1;
  if (records == NULL)
    return ENLACE_RUN_STATE_NONE;

  for (guint i = 0; i < records->len; i++)
    n_states[get_state (g_ptr_array_index (records, i))]++;
  first = g_ptr_array_index (records, 0);
  if (enlace_step_record_get_depth (first) == 0)
    *count = count_items (enlace_step_record_get_output (first));
  else
    *count = records->len - n_states[ENLACE_RUN_STATE_SKIPPED];
  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    if (n_states[ranks[i]] > 0)
      return ranks[i];

  return ENLACE_RUN_STATE_NONE;
}

/* At one place: by the record of the step that the edge leaves, and that of where it leads (nullable). */
static gboolean
took_edge (EnlaceGraphNode  *from,
           EnlaceGraphEdge  *edge,
           EnlaceStepRecord *record,
           EnlaceStepRecord *to)
{
  const char *const *ports = enlace_graph_node_get_ports (from);
  EnlaceValue *output;

  if (record == NULL || get_state (record) != ENLACE_RUN_STATE_COMPLETED)
    return FALSE;
  if (ports[0] == NULL || ports[1] == NULL)
    return TRUE;

  output = enlace_step_record_get_output (record);
  if (g_str_equal (enlace_graph_node_get_step_type (from), "flow.if") && output != NULL)
    return g_str_equal (enlace_graph_edge_get_port (edge), enlace_value_get_bool (output) ? "true" : "false");

  return to != NULL && get_state (to) != ENLACE_RUN_STATE_SKIPPED;
}

/* Into the body of a loop or a branch: once for each iteration that began there. */
static gint64
count_entered (GPtrArray *to,
               guint      depth)
{
  gint64 n = 0;

  for (guint i = 0; to != NULL && i < to->len; i++)
    if (enlace_step_record_get_depth (g_ptr_array_index (to, i)) > depth &&
        get_state (g_ptr_array_index (to, i)) != ENLACE_RUN_STATE_SKIPPED)
      n++;

  return n;
}

static gint64
count_taken (const EnlaceRunSteps *self,
             EnlaceGraphNode      *from,
             EnlaceGraphEdge      *edge,
             GPtrArray            *records)
{
  gint64 n = 0;

  for (guint i = 0; i < records->len; i++)
    {
      EnlaceStepRecord *record = g_ptr_array_index (records, i);
      g_autofree char *place = dup_place (enlace_graph_edge_get_to (edge), enlace_step_record_get_path (record));

      if (took_edge (from, edge, record, g_hash_table_lookup (self->by_place, place)))
        n++;
    }

  return n;
}

gboolean
enlace_run_steps_took_edge (const EnlaceRunSteps *self,
                            EnlaceGraphNode      *from,
                            EnlaceGraphEdge      *edge,
                            gint64               *count)
{
  GPtrArray *records = g_hash_table_lookup (self->by_node, enlace_graph_edge_get_from (edge));
  GPtrArray *to = g_hash_table_lookup (self->by_node, enlace_graph_edge_get_to (edge));
  EnlaceStepRecord *first = records != NULL ? g_ptr_array_index (records, 0) : NULL;
  gint64 n;

  *count = -1;
  if (first == NULL)
    return FALSE;

  n = count_entered (to, enlace_step_record_get_depth (first));
  if (n == 0)
    n = count_taken (self, from, edge, records);
  if (n == 0)
    return FALSE;

  *count = enlace_step_record_get_depth (first) == 0 && count_entered (to, 0) == 0
           ? count_items (enlace_step_record_get_output (first)) : n;

  return TRUE;
}

EnlaceStepRecord *
enlace_run_steps_get_failure (const EnlaceRunSteps *self)
{
  return self->failure;
}
