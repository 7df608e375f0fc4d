/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include "src/builder/canvas-private.h"

static CanvasNode *
get_cursor (EnlaceCanvas *self)
{
  return self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;
}

static CanvasNode *
get_first (EnlaceCanvas *self)
{
  g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (enlace_graph_get_nodes (self->graph), 0);

  return item != NULL ? g_hash_table_lookup (self->nodes, enlace_graph_item_get_id (item)) : NULL;
}

void
enlace_canvas_focus_node (EnlaceCanvas *self,
                          const char   *id)
{
  CanvasNode *node;

  g_return_if_fail (ENLACE_IS_CANVAS (self));

  node = g_hash_table_lookup (self->nodes, id);
  if (node == NULL)
    return;

  g_set_str (&self->cursor, canvas_node_id (node));
  enlace_canvas_show_node (self, id);
  if (node->card != NULL)
    gtk_widget_grab_focus (node->card);
  else
    {
      self->focus_wanted = TRUE;
      _enlace_canvas_queue_view (self);
    }
}

/* The nearest of the steps that edges lead to (or come from), by its height. */
static CanvasNode *
find_connected (CanvasNode *from,
                gboolean    forwards)
{
  CanvasNode *best = NULL;

  for (guint i = 0; i < from->edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (from->edges, i);
      CanvasNode *other = forwards ? edge->to : edge->from;

      if (other == from)
        continue;
      if (best == NULL || fabsf (other->y - from->y) < fabsf (best->y - from->y))
        best = other;
    }

  return best;
}

/* The nearest card in a direction: what lies straight ahead counts as nearer than what lies aslant. */
static CanvasNode *
find_beside (EnlaceCanvas *self,
             CanvasNode   *from,
             int           dx,
             int           dy)
{
  GHashTableIter iter;
  gpointer value;
  CanvasNode *best = NULL;
  double best_distance = G_MAXDOUBLE;

  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasNode *node = value;
      double ahead = (node->x - from->x) * dx + (node->y - from->y) * dy;
      double aside = fabs ((node->x - from->x) * dy) + fabs ((node->y - from->y) * dx);
      double distance = ahead + 2 * aside;

      if (node == from || ahead <= 0 || aside > 3 * ahead)
        continue;
      if (distance < best_distance)
        {
          best = node;
          best_distance = distance;
        }
    }

  return best;
}

static void
move_cursor (EnlaceCanvas *self,
             int           dx,
             int           dy)
{
  CanvasNode *from = get_cursor (self);
  CanvasNode *to = NULL;

  if (from == NULL)
    to = get_first (self);
  else if (dx != 0 && !self->keyboard_connecting)
    to = find_connected (from, dx > 0);
  if (to == NULL && from != NULL)
    to = find_beside (self, from, dx, dy);
  if (to == NULL)
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }

  if (self->keyboard_connecting)
    {
      _enlace_canvas_connect_aim (self, to != self->connect_from ? to : NULL);
      if (self->connect_refusal != NULL)
        _enlace_canvas_announce (self, "%s", self->connect_refusal);
    }
  else
    _enlace_canvas_select_only (self, canvas_node_id (to));
  enlace_canvas_focus_node (self, canvas_node_id (to));
}

static CanvasNote *
find_editing_note (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (enlace_note_card_is_editing (ENLACE_NOTE_CARD (((CanvasNote *) value)->widget)))
      return value;

  return NULL;
}

/* The group whose title is being edited; NULL: none is. */
static CanvasGroup *
find_editing_group (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (enlace_group_card_is_editing (ENLACE_GROUP_CARD (((CanvasGroup *) value)->widget)))
      return value;

  return NULL;
}

static gboolean
is_editing (EnlaceCanvas *self)
{
  return find_editing_note (self) != NULL || find_editing_group (self) != NULL;
}

static gboolean
arrow_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  int dx;
  int dy;

  /* Keys of what is typed into a note are its own. */
  if (is_editing (self))
    return GDK_EVENT_PROPAGATE;

  g_variant_get (args, "(ii)", &dx, &dy);
  move_cursor (self, dx, dy);

  return GDK_EVENT_STOP;
}

static gboolean
nudge_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  g_auto(GStrv) ids = NULL;
  int dx;
  int dy;

  if (is_editing (self) || !self->editable)
    return GDK_EVENT_PROPAGATE;

  ids = _enlace_canvas_list_selected (self, FALSE);
  g_variant_get (args, "(ii)", &dx, &dy);
  if (ids[0] != NULL)
    enlace_graph_move (self->graph, (const char *const *) ids, dx * CANVAS_GRID, dy * CANVAS_GRID);

  return GDK_EVENT_STOP;
}

static gboolean
enter_cb (GtkWidget *widget,
          GVariant  *args,
          gpointer   user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (is_editing (self))
    return GDK_EVENT_PROPAGATE;

  if (self->keyboard_connecting)
    {
      CanvasNode *from = self->connect_from;

      _enlace_canvas_connect_end (self, TRUE);
      if (from != NULL)
        enlace_canvas_focus_node (self, canvas_node_id (from));
    }
  else if (ENLACE_IS_NOTE_CARD (focus) && self->editable)
    enlace_note_card_begin_edit (ENLACE_NOTE_CARD (focus));
  else if (ENLACE_IS_GROUP_CARD (focus) && self->editable)
    enlace_group_card_begin_edit (ENLACE_GROUP_CARD (focus));
  else
    gtk_widget_activate_action (widget, "canvas.open", NULL);

  return GDK_EVENT_STOP;
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);

  if (is_editing (self))
    return GDK_EVENT_PROPAGATE;

  if (self->drag != DRAG_NONE)
    _enlace_canvas_cancel_drag (self);
  else if (self->connect_from != NULL)
    _enlace_canvas_connect_end (self, FALSE);
  else if (g_hash_table_size (self->selection) > 0)
    _enlace_canvas_select_only (self, NULL);
  else
    return GDK_EVENT_PROPAGATE;

  return GDK_EVENT_STOP;
}

static gboolean
toggle_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);

  if (is_editing (self) || self->cursor == NULL)
    return GDK_EVENT_PROPAGATE;

  _enlace_canvas_select (self, self->cursor, !_enlace_canvas_is_selected (self, self->cursor));

  return GDK_EVENT_STOP;
}

static gboolean
menu_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node = get_cursor (self);
  Hit hit = { HIT_NOTHING };
  double x = gtk_widget_get_width (widget) / 2.0;
  double y = gtk_widget_get_height (widget) / 2.0;

  if (node != NULL && node->card != NULL && gtk_widget_has_focus (node->card))
    {
      hit = (Hit) { .kind = HIT_NODE, .node = node };
      enlace_canvas_canvas_to_widget (self, node->x + CANVAS_CARD_WIDTH / 2.0, node->y + node->height, &x, &y);
    }
  _enlace_canvas_menu_popup (self, x, y, &hit);

  return GDK_EVENT_STOP;
}

static gboolean
space_pressed_cb (GtkEventControllerKey *controller,
                  guint                  keyval,
                  guint                  keycode,
                  GdkModifierType        state,
                  EnlaceCanvas          *self)
{
  if (keyval != GDK_KEY_space || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0 || is_editing (self))
    return GDK_EVENT_PROPAGATE;

  self->space_held = TRUE;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grab");

  return GDK_EVENT_STOP;
}

static void
space_released_cb (GtkEventControllerKey *controller,
                   guint                  keyval,
                   guint                  keycode,
                   GdkModifierType        state,
                   EnlaceCanvas          *self)
{
  if (keyval != GDK_KEY_space)
    return;

  self->space_held = FALSE;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), NULL);
}

static void
left_cb (GtkEventControllerFocus *controller,
         EnlaceCanvas            *self)
{
  self->space_held = FALSE;
}

void
_enlace_canvas_keyboard_init (EnlaceCanvas *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (space_pressed_cb), self, 0);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (space_released_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

void
_enlace_canvas_class_init_keyboard (GtkWidgetClass *widget_class)
{
  static const struct {
    guint keys[2];
    int   dx;
    int   dy;
  } arrows[] = {
    { { GDK_KEY_Left, GDK_KEY_KP_Left }, -1, 0 },
    { { GDK_KEY_Right, GDK_KEY_KP_Right }, 1, 0 },
    { { GDK_KEY_Up, GDK_KEY_KP_Up }, 0, -1 },
    { { GDK_KEY_Down, GDK_KEY_KP_Down }, 0, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (arrows); i++)
    for (guint j = 0; j < G_N_ELEMENTS (arrows[i].keys); j++)
      {
        gtk_widget_class_add_binding (widget_class, arrows[i].keys[j], 0, arrow_cb, "(ii)", arrows[i].dx, arrows[i].dy);
        gtk_widget_class_add_binding (widget_class, arrows[i].keys[j], GDK_CONTROL_MASK, nudge_cb, "(ii)",
                                      arrows[i].dx, arrows[i].dy);
        gtk_widget_class_add_binding (widget_class, arrows[i].keys[j], GDK_CONTROL_MASK | GDK_SHIFT_MASK, nudge_cb, "(ii)",
                                      arrows[i].dx * 8, arrows[i].dy * 8);
      }

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, 0, enter_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, 0, enter_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, toggle_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_cb, NULL);
}

/* One stop of the Tab key: it comes to the step that was last at, and goes on to what is behind the canvas. */
gboolean
_enlace_canvas_focus (GtkWidget        *widget,
                      GtkDirectionType  direction)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  CanvasNode *node;

  if (gtk_widget_get_focus_child (widget) != NULL || gtk_widget_has_focus (widget))
    return FALSE;

  node = get_cursor (self);
  if (node == NULL && self->graph != NULL)
    node = get_first (self);
  if (node == NULL)
    return gtk_widget_grab_focus (widget);

  if (node->card == NULL)
    gtk_widget_grab_focus (widget);
  enlace_canvas_focus_node (self, canvas_node_id (node));

  return TRUE;
}

void
enlace_canvas_set_cursor (EnlaceCanvas *self,
                          const char   *id)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  if (id == NULL || !g_hash_table_contains (self->nodes, id))
    return;

  g_set_str (&self->cursor, id);
  _enlace_canvas_update_actions (self);
}
