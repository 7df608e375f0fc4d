/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/run.h"

#include "src/builder/run-steps.h"
#include "src/client/fiber.h"

struct _EnlaceRun
{
  GObject           parent_instance;

  EnlaceClient     *client;
  EnlaceGraph      *graph;
  EnlaceSample     *sample;
  EnlaceExecution  *execution;   /* nullable */
  GSignalGroup     *signals;     /* of the execution */
  guint             n_readings;
  EnlaceRunSteps   *steps;       /* nullable */
  DexFuture        *reading;     /* dropped with the run; nullable */
  gboolean          is_stale;    /* something changed while it was read */
};

enum {
  PROP_0,
  PROP_EXECUTION,
  N_PROPS
};

enum {
  CHANGED,
  FAILED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceRun, enlace_run, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
show_node (EnlaceRun       *self,
           EnlaceGraphNode *node)
{
  const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
  gint64 count;
  EnlaceRunState state = enlace_run_steps_get_state (self->steps, id, &count);

  /* What a run that is over never came to. */
  if (state == ENLACE_RUN_STATE_NONE && !enlace_run_is_under_way (self))
    state = ENLACE_RUN_STATE_SKIPPED;

  enlace_graph_set_run_state (self->graph, id, state, count);
}

static void
show_edge (EnlaceRun       *self,
           EnlaceGraphEdge *edge)
{
  EnlaceGraphNode *from = enlace_graph_find_node (self->graph, enlace_graph_edge_get_from (edge));
  gint64 count = -1;
  gboolean is_taken = from != NULL && enlace_run_steps_took_edge (self->steps, from, edge, &count);

  enlace_graph_set_edge_run (self->graph, edge, is_taken, count);
}

static void
show (EnlaceRun *self)
{
  GListModel *nodes = enlace_graph_get_nodes (self->graph);
  GListModel *edges = enlace_graph_get_edges (self->graph);

  if (self->execution == NULL || self->steps == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);

      show_node (self, node);
    }
  for (guint i = 0; i < g_list_model_get_n_items (edges); i++)
    {
      g_autoptr(EnlaceGraphEdge) edge = g_list_model_get_item (edges, i);

      show_edge (self, edge);
    }
}

typedef struct {
  GWeakRef  run;
  char     *execution_id;
  gboolean  is_sample_only;
  guint     number;             /* of the run's readings: what an earlier one brings counts no more */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_weak_ref_clear (&reading->run);
  g_free (reading->execution_id);
  g_free (reading);
}

static void
take_records (EnlaceRun       *self,
              EnlaceExecution *execution,
              GListModel      *records,
              gboolean         is_sample_only)
{
  enlace_sample_set_run (self->sample, enlace_execution_get_trigger_data (execution), records);
  if (is_sample_only)
    return;

  g_clear_pointer (&self->steps, enlace_run_steps_free);
  self->steps = enlace_run_steps_new (records);
  show (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Reads until nothing has changed in the meantime. */
static DexFuture *
read_fiber (gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr(EnlaceRun) self = g_weak_ref_get (&reading->run);
  EnlaceClient *client = self != NULL ? self->client : NULL;
  gboolean is_stale = client != NULL;

  while (is_stale)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceExecution) execution = NULL;
      g_autoptr(GListModel) records = NULL;
      DexFuture *loading = enlace_client_load_execution (client, reading->execution_id);

      execution = dex_await_object (loading, &error);
      if (reading->number != self->n_readings)
        break;
      /* That reply was a change by itself. */
      self->is_stale = FALSE;
      if (execution != NULL)
        records = dex_await_object (enlace_client_list_steps (client, reading->execution_id), &error);
      if (reading->number != self->n_readings)
        break;
      if (records == NULL)
        {
          if (!reading->is_sample_only)
            g_signal_emit (self, signals[FAILED], 0, error);
          break;
        }

      take_records (self, execution, records, reading->is_sample_only);
      is_stale = self->is_stale && !reading->is_sample_only;
    }

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
read_done_cb (DexFuture *future,
              gpointer   user_data)
{
  Reading *reading = user_data;
  g_autoptr(EnlaceRun) self = g_weak_ref_get (&reading->run);

  if (self != NULL && reading->number == self->n_readings)
    dex_clear (&self->reading);

  return dex_future_new_for_boolean (TRUE);
}

/* The fiber comes to its end at its next reply, and nothing that it brings is taken. */
static void
drop_reading (EnlaceRun *self)
{
  self->n_readings++;
  dex_clear (&self->reading);
}

static void
start_reading (EnlaceRun  *self,
               const char *execution_id,
               gboolean    is_sample_only)
{
  Reading *readings[2];
  DexFuture *future;

  drop_reading (self);
  for (guint i = 0; i < 2; i++)
    {
      readings[i] = g_new0 (Reading, 1);
      readings[i]->number = self->n_readings;
      g_weak_ref_init (&readings[i]->run, self);
      readings[i]->execution_id = g_strdup (execution_id);
      readings[i]->is_sample_only = is_sample_only;
    }

  future = dex_future_finally (enlace_fiber_spawn (read_fiber, readings[0], reading_free), read_done_cb, readings[1], reading_free);
  if (dex_future_is_pending (future))
    self->reading = future;
  else
    dex_unref (future);
}

static void
execution_changed_cb (EnlaceRun *self)
{
  if (self->reading != NULL)
    self->is_stale = TRUE;
  else
    start_reading (self, enlace_resource_get_id (ENLACE_RESOURCE (self->execution)), FALSE);
}

/* The feed tells of an execution again while its steps go on, though its own members are the same. */
static void
resource_changed_cb (EnlaceRun      *self,
                     EnlaceResource *resource,
                     EnlaceClient   *client)
{
  if (self->execution != NULL && resource == ENLACE_RESOURCE (self->execution) && self->reading == NULL)
    start_reading (self, enlace_resource_get_id (resource), FALSE);
  else if (self->execution != NULL && resource == ENLACE_RESOURCE (self->execution))
    self->is_stale = TRUE;
}

static void
enlace_run_dispose (GObject *object)
{
  EnlaceRun *self = ENLACE_RUN (object);

  drop_reading (self);
  g_clear_object (&self->signals);
  g_clear_pointer (&self->steps, enlace_run_steps_free);
  g_clear_object (&self->execution);
  g_clear_object (&self->sample);
  g_clear_object (&self->graph);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (enlace_run_parent_class)->dispose (object);
}

static void
enlace_run_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_EXECUTION:
      g_value_set_object (value, ENLACE_RUN (object)->execution);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_run_class_init (EnlaceRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enlace_run_dispose;
  object_class->get_property = enlace_run_get_property;

  properties[PROP_EXECUTION] =
    g_param_spec_object ("execution", NULL, NULL, ENLACE_TYPE_EXECUTION, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", ENLACE_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
enlace_run_init (EnlaceRun *self)
{
  self->signals = g_signal_group_new (ENLACE_TYPE_EXECUTION);
  g_signal_group_connect_swapped (self->signals, "notify::status", G_CALLBACK (execution_changed_cb), self);
}

EnlaceRun *
enlace_run_new (EnlaceClient *client,
                EnlaceGraph  *graph,
                EnlaceSample *sample)
{
  EnlaceRun *self;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);
  g_return_val_if_fail (ENLACE_IS_SAMPLE (sample), NULL);

  self = g_object_new (ENLACE_TYPE_RUN, NULL);
  self->client = g_object_ref (client);
  self->graph = g_object_ref (graph);
  self->sample = g_object_ref (sample);
  g_signal_connect_object (client, "changed", G_CALLBACK (resource_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graph, "loaded", G_CALLBACK (show), self, G_CONNECT_SWAPPED);

  return self;
}

void
enlace_run_set_execution (EnlaceRun       *self,
                          EnlaceExecution *execution)
{
  g_return_if_fail (ENLACE_IS_RUN (self));
  g_return_if_fail (execution == NULL || ENLACE_IS_EXECUTION (execution));

  if (!g_set_object (&self->execution, execution))
    return;

  drop_reading (self);
  g_clear_pointer (&self->steps, enlace_run_steps_free);
  g_signal_group_set_target (self->signals, execution);
  enlace_graph_clear_run (self->graph);
  if (execution != NULL)
    start_reading (self, enlace_resource_get_id (ENLACE_RESOURCE (execution)), FALSE);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXECUTION]);
  g_signal_emit (self, signals[CHANGED], 0);
}

EnlaceExecution *
enlace_run_get_execution (EnlaceRun *self)
{
  g_return_val_if_fail (ENLACE_IS_RUN (self), NULL);

  return self->execution;
}

void
enlace_run_read_sample (EnlaceRun  *self,
                        const char *execution_id)
{
  g_return_if_fail (ENLACE_IS_RUN (self));
  g_return_if_fail (execution_id != NULL);

  if (self->execution == NULL)
    start_reading (self, execution_id, TRUE);
}

gboolean
enlace_run_is_under_way (EnlaceRun *self)
{
  g_return_val_if_fail (ENLACE_IS_RUN (self), FALSE);

  return self->execution != NULL && !enlace_execution_status_is_final (enlace_execution_get_status (self->execution));
}

EnlaceStepRecord *
enlace_run_get_failure (EnlaceRun *self)
{
  g_return_val_if_fail (ENLACE_IS_RUN (self), NULL);

  return self->steps != NULL ? enlace_run_steps_get_failure (self->steps) : NULL;
}
