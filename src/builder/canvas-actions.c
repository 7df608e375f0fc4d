/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <string.h>

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

#define ZOOM_FACTOR 1.25
#define PASTE_OFFSET 32

/* When an action can be used; all conditions must hold. */
typedef enum {
  NEEDS_EDITABLE  = 1 << 0,
  NEEDS_UNDO      = 1 << 1,
  NEEDS_REDO      = 1 << 2,
  NEEDS_SELECTION = 1 << 3,       /* anything */
  NEEDS_BOXES     = 1 << 4,       /* a step or a note */
  NEEDS_TWO       = 1 << 5,
  NEEDS_THREE     = 1 << 6,
  NEEDS_CURSOR    = 1 << 7,       /* a step has or had the focus */
  NEEDS_GROUP     = 1 << 8,       /* one group and nothing else */
  NEEDS_STEPS     = 1 << 9,       /* there are steps */
  NEEDS_RUNS      = 1 << 10,      /* tests can be asked for */
  NEEDS_PAST      = 1 << 11,      /* there is a run to go on from */
  NEEDS_STEP      = 1 << 12,      /* that with the focus is no trigger */
  NEEDS_PINNED    = 1 << 13,      /* its output is pinned */
  NEEDS_UNPINNED  = 1 << 14,      /* it can be */
} Needs;

typedef struct {
  const char                  *name;
  GtkWidgetActionActivateFunc  activate;
  Needs                        needs;
  guint                        key;
  GdkModifierType              modifiers;
  guint                        other_key;
} Action;

static void
undo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  EnlaceHistory *history = enlace_graph_get_history (self->graph);
  g_autofree char *label = g_strdup (enlace_history_get_undo_label (history));

  _enlace_canvas_cancel_drag (self);
  if (enlace_graph_undo (self->graph))
    /* Translators: %s is what was done, "Move 3 Items". */
    _enlace_canvas_announce (self, _("Undone: %s"), label);
}

static void
redo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  EnlaceHistory *history = enlace_graph_get_history (self->graph);
  g_autofree char *label = g_strdup (enlace_history_get_redo_label (history));

  _enlace_canvas_cancel_drag (self);
  if (enlace_graph_redo (self->graph))
    _enlace_canvas_announce (self, _("Redone: %s"), label);
}

static void
delete_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, TRUE);
  guint n = g_strv_length (ids);

  if (n == 0)
    return;

  gtk_widget_grab_focus (widget);
  enlace_graph_remove (self->graph, (const char *const *) ids);
  _enlace_canvas_announce (self, g_dngettext (NULL, "Deleted %u item", "Deleted %u items", n), n);
}

static gboolean
copy_selection (EnlaceCanvas *self)
{
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);
  g_autofree char *text = NULL;

  if (ids[0] == NULL)
    return FALSE;

  text = enlace_graph_copy (self->graph, (const char *const *) ids);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);

  return TRUE;
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  copy_selection (ENLACE_CANVAS (widget));
}

static void
cut_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  if (copy_selection (ENLACE_CANVAS (widget)))
    delete_action (widget, name, parameter);
}

static void
select_pasted (EnlaceCanvas *self,
               GStrv         ids)
{
  guint n = g_strv_length (ids);

  enlace_canvas_set_selection (self, (const char *const *) ids);
  if (n > 0)
    enlace_canvas_show_node (self, ids[0]);
  _enlace_canvas_announce (self, g_dngettext (NULL, "Added %u item", "Added %u items", n), n);
}

static void
paste_text (EnlaceCanvas *self,
            const char   *text)
{
  graphene_rect_t area;
  double x = self->pointer_x;
  double y = self->pointer_y;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) ids = NULL;

  /* Where the pointer is, else a little inside the view. */
  _enlace_canvas_visible_area (self, &area);
  enlace_canvas_widget_to_canvas (self, x, y, &x, &y);
  if (!graphene_rect_contains_point (&area, &GRAPHENE_POINT_INIT ((float) x, (float) y)))
    {
      x = area.origin.x + PASTE_OFFSET;
      y = area.origin.y + PASTE_OFFSET;
    }

  ids = enlace_graph_paste (self->graph, text, x, y, &error);
  if (ids == NULL)
    _enlace_canvas_refuse (self, error->message);
  else
    select_pasted (self, ids);
}

static void
text_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(EnlaceCanvas) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (!self->editable || self->graph == NULL)
    return;

  if (text == NULL)
    _enlace_canvas_refuse (self, _("There is nothing to paste."));
  else
    paste_text (self, text);
}

static void
paste_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, text_read_cb, g_object_ref (widget));
}

static void
duplicate_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);
  g_auto(GStrv) made = enlace_graph_duplicate (self->graph, (const char *const *) ids, PASTE_OFFSET, PASTE_OFFSET);

  select_pasted (self, made);
}

static void
select_all_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  _enlace_canvas_select_all (ENLACE_CANVAS (widget));
}

static void
unselect_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  _enlace_canvas_select_only (ENLACE_CANVAS (widget), NULL);
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node = self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;

  if (node == NULL)
    return;

  _enlace_canvas_select_only (self, canvas_node_id (node));
  g_signal_emit_by_name (self, "activate-node", node->node);
}

static void
connect_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node = self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;
  const char *const *ports;
  guint port = 0;

  if (node == NULL)
    return;
  if (self->keyboard_connecting)
    {
      _enlace_canvas_connect_next_port (self);
      return;
    }

  ports = enlace_graph_node_get_ports (node->node);
  if (ports[0] == NULL)
    {
      g_autofree char *reason = g_strdup_printf (_("A run ends at “%s”, so nothing can follow it."),
                                                 enlace_graph_node_get_name (node->node));

      _enlace_canvas_refuse (self, reason);
      return;
    }

  /* The first port that leads nowhere yet. */
  for (guint i = 0; i < node->edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (node->edges, i);

      if (edge->from == node && ports[port + 1] != NULL && g_str_equal (enlace_graph_edge_get_port (edge->edge), ports[port]))
        port++;
    }
  _enlace_canvas_connect_begin (self, node, port, TRUE);
}

static void
connect_to_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  _enlace_canvas_connect_show_list (ENLACE_CANVAS (widget));
}

static void
add_step_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  EnlaceGraphNode *selected = enlace_canvas_get_selected_node (self);
  CanvasNode *node = NULL;
  CanvasEdge *edge = _enlace_canvas_get_selected_edge (self);
  graphene_rect_t area;

  if (edge != NULL)
    {
      _enlace_canvas_request_step (self, edge->middle.x, edge->middle.y, NULL, 0, edge);
      return;
    }
  if (selected != NULL)
    node = g_hash_table_lookup (self->nodes, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (selected)));
  if (node != NULL && enlace_graph_node_get_ports (node->node)[0] != NULL)
    {
      _enlace_canvas_request_step (self, node->x + CANVAS_CARD_WIDTH + 72, node->y, node, 0, NULL);
      return;
    }

  _enlace_canvas_visible_area (self, &area);
  _enlace_canvas_request_step (self, area.origin.x + (area.size.width - CANVAS_CARD_WIDTH) / 2,
                               area.origin.y + (area.size.height - self->card_height) / 2, NULL, 0, NULL);
}

static void
add_note_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  graphene_rect_t area;
  EnlaceGraphNote *item;
  CanvasNote *note;

  _enlace_canvas_visible_area (self, &area);
  item = enlace_graph_add_note (self->graph, (double) (int) (area.origin.x + area.size.width / 2 - 120) / CANVAS_GRID * CANVAS_GRID,
                                (double) (int) (area.origin.y + area.size.height / 2 - 60) / CANVAS_GRID * CANVAS_GRID, 240, 120, "");
  note = g_hash_table_lookup (self->notes, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)));
  _enlace_canvas_select_only (self, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item)));
  if (note != NULL)
    enlace_note_card_begin_edit (ENLACE_NOTE_CARD (note->widget));
}

static void
zoom_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);

  if (g_str_equal (name, "canvas.zoom-in"))
    _enlace_canvas_zoom_step (self, ZOOM_FACTOR);
  else if (g_str_equal (name, "canvas.zoom-out"))
    _enlace_canvas_zoom_step (self, 1 / ZOOM_FACTOR);
  else if (g_str_equal (name, "canvas.zoom-fit"))
    enlace_canvas_zoom_to_fit (self);
  else
    _enlace_canvas_zoom_step (self, 0);
}

static void
align_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  static const char *const aligns[] = {
    [ENLACE_ALIGN_LEFT] = "canvas.align-left",
    [ENLACE_ALIGN_CENTER] = "canvas.align-center",
    [ENLACE_ALIGN_RIGHT] = "canvas.align-right",
    [ENLACE_ALIGN_TOP] = "canvas.align-top",
    [ENLACE_ALIGN_MIDDLE] = "canvas.align-middle",
    [ENLACE_ALIGN_BOTTOM] = "canvas.align-bottom",
  };
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (aligns); i++)
    if (g_str_equal (name, aligns[i]))
      enlace_graph_align (self->graph, (const char *const *) ids, i);
}

static void
distribute_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = _enlace_canvas_list_selected (self, FALSE);

  enlace_graph_distribute (self->graph, (const char *const *) ids, g_str_equal (name, "canvas.distribute-vertically"));
}

static void
extract_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  g_signal_emit_by_name (widget, "extract-requested");
}

static const Action actions[] = {
  { "canvas.undo", undo_action, NEEDS_EDITABLE | NEEDS_UNDO, GDK_KEY_z, GDK_CONTROL_MASK },
  { "canvas.redo", redo_action, NEEDS_EDITABLE | NEEDS_REDO, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
  { "canvas.cut", cut_action, NEEDS_EDITABLE | NEEDS_BOXES, GDK_KEY_x, GDK_CONTROL_MASK },
  { "canvas.copy", copy_action, NEEDS_BOXES, GDK_KEY_c, GDK_CONTROL_MASK },
  { "canvas.paste", paste_action, NEEDS_EDITABLE, GDK_KEY_v, GDK_CONTROL_MASK },
  { "canvas.duplicate", duplicate_action, NEEDS_EDITABLE | NEEDS_BOXES, GDK_KEY_u, GDK_CONTROL_MASK },
  { "canvas.delete", delete_action, NEEDS_EDITABLE | NEEDS_SELECTION, GDK_KEY_Delete, 0, GDK_KEY_KP_Delete },
  { "canvas.select-all", select_all_action, 0, GDK_KEY_a, GDK_CONTROL_MASK },
  { "canvas.unselect", unselect_action, 0, GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
  { "canvas.open", open_action, NEEDS_CURSOR },
  { "canvas.connect", connect_action, NEEDS_EDITABLE | NEEDS_CURSOR, GDK_KEY_c, 0 },
  { "canvas.connect-to", connect_to_action, NEEDS_EDITABLE | NEEDS_CURSOR, GDK_KEY_c, GDK_SHIFT_MASK },
  { "canvas.add-step", add_step_action, NEEDS_EDITABLE, GDK_KEY_Insert, 0, GDK_KEY_plus },
  { "canvas.add-note", add_note_action, NEEDS_EDITABLE, GDK_KEY_n, 0 },
  { "canvas.next-edge", _enlace_canvas_next_edge_action, NEEDS_CURSOR, GDK_KEY_e, 0 },
  { "canvas.group", _enlace_canvas_group_action, NEEDS_EDITABLE | NEEDS_BOXES, GDK_KEY_g, GDK_CONTROL_MASK },
  { "canvas.rename-group", _enlace_canvas_rename_group_action, NEEDS_EDITABLE | NEEDS_GROUP, GDK_KEY_F2, 0 },
  { "canvas.tidy", _enlace_canvas_tidy_action, NEEDS_EDITABLE | NEEDS_STEPS, GDK_KEY_t, 0 },
  { "canvas.run-until", _enlace_canvas_run_action, NEEDS_EDITABLE | NEEDS_CURSOR | NEEDS_RUNS, GDK_KEY_r, 0 },
  { "canvas.run-only", _enlace_canvas_run_action, NEEDS_EDITABLE | NEEDS_STEP | NEEDS_RUNS | NEEDS_PAST, GDK_KEY_r, GDK_SHIFT_MASK },
  { "canvas.run-from", _enlace_canvas_run_action, NEEDS_EDITABLE | NEEDS_STEP | NEEDS_RUNS | NEEDS_PAST, GDK_KEY_r, GDK_ALT_MASK },
  { "canvas.pin", _enlace_canvas_pin_action, NEEDS_EDITABLE | NEEDS_STEP | NEEDS_RUNS | NEEDS_UNPINNED, GDK_KEY_p, 0 },
  { "canvas.unpin", _enlace_canvas_unpin_action, NEEDS_EDITABLE | NEEDS_PINNED, GDK_KEY_p, GDK_SHIFT_MASK },
  { "canvas.extract", extract_action, NEEDS_EDITABLE | NEEDS_BOXES },
  { "canvas.zoom-in", zoom_action, 0, GDK_KEY_plus, GDK_CONTROL_MASK, GDK_KEY_equal },
  { "canvas.zoom-out", zoom_action, 0, GDK_KEY_minus, GDK_CONTROL_MASK, GDK_KEY_KP_Subtract },
  { "canvas.zoom-reset", zoom_action, 0, GDK_KEY_0, GDK_CONTROL_MASK, GDK_KEY_KP_0 },
  { "canvas.zoom-fit", zoom_action, 0, GDK_KEY_9, GDK_CONTROL_MASK, GDK_KEY_KP_9 },
  { "canvas.align-left", align_action, NEEDS_EDITABLE | NEEDS_TWO },
  { "canvas.align-center", align_action, NEEDS_EDITABLE | NEEDS_TWO },
  { "canvas.align-right", align_action, NEEDS_EDITABLE | NEEDS_TWO },
  { "canvas.align-top", align_action, NEEDS_EDITABLE | NEEDS_TWO },
  { "canvas.align-middle", align_action, NEEDS_EDITABLE | NEEDS_TWO },
  { "canvas.align-bottom", align_action, NEEDS_EDITABLE | NEEDS_TWO },
  { "canvas.distribute-horizontally", distribute_action, NEEDS_EDITABLE | NEEDS_THREE },
  { "canvas.distribute-vertically", distribute_action, NEEDS_EDITABLE | NEEDS_THREE },
};

/* Keys without Ctrl are letters to whoever types into a note, so they act only where no text is edited. */
static gboolean
plain_key_cb (GtkWidget *widget,
              GVariant  *args,
              gpointer   user_data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus))
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_activate_action (widget, g_variant_get_string (args, NULL), NULL);
}

void
_enlace_canvas_class_init_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      const Action *action = &actions[i];

      gtk_widget_class_install_action (widget_class, action->name, NULL, action->activate);
      if (action->key != 0)
        gtk_widget_class_add_binding (widget_class, action->key, action->modifiers, plain_key_cb, "s", action->name);
      if (action->other_key != 0)
        gtk_widget_class_add_binding (widget_class, action->other_key, action->modifiers, plain_key_cb, "s", action->name);
    }
  gtk_widget_class_install_action (widget_class, "canvas.color-group", "s", _enlace_canvas_color_group_action);
  gtk_widget_class_install_property_action (widget_class, "canvas.minimap", "minimap-visible");
}

/* The one place where actions are enabled and disabled. */
void
_enlace_canvas_update_actions (EnlaceCanvas *self)
{
  EnlaceHistory *history = self->graph != NULL ? enlace_graph_get_history (self->graph) : NULL;
  g_auto(GStrv) boxes = _enlace_canvas_list_selected (self, FALSE);
  guint n_boxes = g_strv_length (boxes);
  Needs met = 0;

  if (self->editable && self->graph != NULL)
    met |= NEEDS_EDITABLE;
  if (history != NULL && enlace_history_can_undo (history))
    met |= NEEDS_UNDO;
  if (history != NULL && enlace_history_can_redo (history))
    met |= NEEDS_REDO;
  if (g_hash_table_size (self->selection) > 0)
    met |= NEEDS_SELECTION;
  if (n_boxes > 0)
    met |= NEEDS_BOXES;
  if (n_boxes > 1)
    met |= NEEDS_TWO;
  if (n_boxes > 2)
    met |= NEEDS_THREE;
  if (self->cursor != NULL && g_hash_table_contains (self->nodes, self->cursor))
    met |= NEEDS_CURSOR;
  if (n_boxes == 1 && g_hash_table_size (self->selection) == 1 && g_hash_table_contains (self->groups, boxes[0]))
    met |= NEEDS_GROUP;
  if (g_hash_table_size (self->nodes) > 0)
    met |= NEEDS_STEPS;
  if (self->can_run)
    met |= NEEDS_RUNS;
  if (self->has_run)
    met |= NEEDS_PAST;
  if (_enlace_canvas_is_cursor_step (self))
    met |= NEEDS_STEP;
  if (_enlace_canvas_is_cursor_pinned (self))
    met |= NEEDS_PINNED;
  else if (_enlace_canvas_can_pin_cursor (self))
    met |= NEEDS_UNPINNED;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].name, (actions[i].needs & ~met) == 0);
}
