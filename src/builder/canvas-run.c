/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/canvas-private.h"

/* The canvas knows no runs: who shows it does what is asked for here. */

static CanvasNode *
get_cursor_node (EnlaceCanvas *self)
{
  return self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;
}

void
_enlace_canvas_run_action (GtkWidget  *widget,
                           const char *name,
                           GVariant   *parameter)
{
  static const char *const names[] = {
    [ENLACE_CANVAS_RUN_UNTIL] = "canvas.run-until",
    [ENLACE_CANVAS_RUN_ONLY] = "canvas.run-only",
    [ENLACE_CANVAS_RUN_FROM] = "canvas.run-from",
  };
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node = get_cursor_node (self);

  for (int i = 0; node != NULL && i < (int) G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      g_signal_emit_by_name (self, "run-requested", node->node, i);
}

void
_enlace_canvas_pin_action (GtkWidget  *widget,
                           const char *name,
                           GVariant   *parameter)
{
  CanvasNode *node = get_cursor_node (ENLACE_CANVAS (widget));

  if (node != NULL)
    g_signal_emit_by_name (widget, "pin-requested", node->node);
}

void
_enlace_canvas_unpin_action (GtkWidget  *widget,
                             const char *name,
                             GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node = get_cursor_node (self);

  if (node != NULL)
    enlace_graph_set_pinned (self->graph, canvas_node_id (node), NULL);
}

gboolean
_enlace_canvas_is_cursor_pinned (EnlaceCanvas *self)
{
  CanvasNode *node = get_cursor_node (self);

  return node != NULL && enlace_graph_node_get_pinned (node->node) != NULL;
}

gboolean
_enlace_canvas_can_pin_cursor (EnlaceCanvas *self)
{
  CanvasNode *node = get_cursor_node (self);

  return node != NULL && enlace_graph_node_can_pin (node->node);
}

/* What begins a run gives what it got, and is never run alone. */
gboolean
_enlace_canvas_is_cursor_step (EnlaceCanvas *self)
{
  CanvasNode *node = get_cursor_node (self);

  return node != NULL && enlace_graph_node_has_input (node->node);
}

void
enlace_canvas_set_runs (EnlaceCanvas *self,
                        gboolean      can_run,
                        gboolean      has_run)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  self->can_run = !!can_run;
  self->has_run = !!has_run;
  _enlace_canvas_update_actions (self);
}
