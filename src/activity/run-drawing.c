/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/run-drawing.h"

#include "src/builder/canvas.h"
#include "src/builder/run.h"

struct _EnlaceRunDrawing
{
  AdwBin        parent_instance;

  EnlaceGraph  *graph;
  EnlaceRun    *run;      /* shows the run in the graph */
  int           width;    /* that the view was fitted to */
  int           height;
  guint         fit;      /* tick callback */
};

enum {
  ACTIVATED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceRunDrawing, enlace_run_drawing, ADW_TYPE_BIN)

static guint signals[N_SIGNALS];

static gboolean
fit_cb (GtkWidget     *widget,
        GdkFrameClock *clock,
        gpointer       user_data)
{
  EnlaceRunDrawing *self = ENLACE_RUN_DRAWING (widget);
  GtkWidget *canvas = adw_bin_get_child (ADW_BIN (self));

  self->fit = 0;
  if (canvas != NULL)
    enlace_canvas_zoom_to_fit (ENLACE_CANVAS (canvas));

  return G_SOURCE_REMOVE;
}

static void
enlace_run_drawing_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  GtkWidget *canvas = adw_bin_get_child (ADW_BIN (widget));

  *minimum = *natural = 0;
  if (canvas != NULL)
    gtk_widget_measure (canvas, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

/* The whole is seen at any size. With the next frame: in the midst of an allocation nothing is to be moved. */
static void
enlace_run_drawing_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  EnlaceRunDrawing *self = ENLACE_RUN_DRAWING (widget);
  GtkWidget *canvas = adw_bin_get_child (ADW_BIN (widget));

  if (canvas != NULL)
    gtk_widget_allocate (canvas, width, height, baseline, NULL);
  if (self->width == width && self->height == height)
    return;

  self->width = width;
  self->height = height;
  if (self->fit == 0)
    self->fit = gtk_widget_add_tick_callback (widget, fit_cb, NULL, NULL);
}

static void
activate_node_cb (EnlaceRunDrawing *self,
                  EnlaceGraphNode  *node,
                  EnlaceCanvas     *canvas)
{
  g_signal_emit (self, signals[ACTIVATED], 0, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));
}

static void
enlace_run_drawing_dispose (GObject *object)
{
  EnlaceRunDrawing *self = ENLACE_RUN_DRAWING (object);

  if (self->fit != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->fit);
  self->fit = 0;
  g_clear_object (&self->run);
  g_clear_object (&self->graph);

  G_OBJECT_CLASS (enlace_run_drawing_parent_class)->dispose (object);
}

static void
enlace_run_drawing_class_init (EnlaceRunDrawingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_run_drawing_dispose;
  widget_class->measure = enlace_run_drawing_measure;
  widget_class->size_allocate = enlace_run_drawing_size_allocate;

  signals[ACTIVATED] = g_signal_new ("activated", ENLACE_TYPE_RUN_DRAWING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enlace_run_drawing_init (EnlaceRunDrawing *self)
{
  /* A layout manager would keep the sizes from size_allocate. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

gboolean
enlace_run_drawing_show (EnlaceRunDrawing *self,
                         EnlaceClient     *client,
                         EnlaceExecution  *execution,
                         EnlaceValue      *document)
{
  g_autoptr(EnlaceGraph) graph = enlace_graph_new ();
  g_autoptr(EnlaceSample) sample = enlace_sample_new ();
  g_autoptr(EnlaceValue) steps = NULL;
  GtkWidget *canvas;

  g_return_val_if_fail (ENLACE_IS_RUN_DRAWING (self), FALSE);
  g_return_val_if_fail (ENLACE_IS_CLIENT (client), FALSE);
  g_return_val_if_fail (ENLACE_IS_EXECUTION (execution), FALSE);
  g_return_val_if_fail (document != NULL, FALSE);

  /* Notes are about the building; without them the steps are larger. */
  steps = enlace_value_with_member (document, "notes", NULL);
  if (!enlace_graph_load (graph, steps, NULL))
    return FALSE;

  canvas = enlace_canvas_new (graph);
  enlace_canvas_set_editable (ENLACE_CANVAS (canvas), FALSE);
  enlace_canvas_set_minimap_visible (ENLACE_CANVAS (canvas), FALSE);
  g_signal_connect_object (canvas, "activate-node", G_CALLBACK (activate_node_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), canvas);
  self->width = 0;

  g_set_object (&self->graph, graph);
  g_clear_object (&self->run);
  self->run = enlace_run_new (client, graph, sample);
  enlace_run_set_execution (self->run, execution);

  return TRUE;
}
