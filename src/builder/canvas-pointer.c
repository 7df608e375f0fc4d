/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

#define BORDER        36.0        /* a drag that is held so near to the border scrolls */
#define SCROLL_SPEED  900.0       /* pixels a second, at the very border */

static GdkModifierType
gesture_state (GtkGesture *gesture)
{
  return gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
}

static gboolean
is_touch (GtkGesture *gesture)
{
  GdkDevice *device = gtk_gesture_get_device (gesture);

  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

static const char *
hit_id (const Hit *hit)
{
  switch (hit->kind)
    {
    case HIT_NODE:
    case HIT_INPUT:
    case HIT_OUTPUT:
      return canvas_node_id (hit->node);
    case HIT_EDGE:
    case HIT_EDGE_PLUS:
      return enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (hit->edge->edge));
    case HIT_NOTE:
    case HIT_NOTE_CORNER:
      return enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (hit->note->note));
    case HIT_GROUP:
    case HIT_GROUP_CORNER:
      return enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (hit->group->group));
    case HIT_NOTHING:
    default:
      return NULL;
    }
}

static void
focus_hit (EnlaceCanvas *self,
           const Hit    *hit)
{
  if (hit->node != NULL && hit->node->card != NULL)
    gtk_widget_grab_focus (hit->node->card);
  else if (hit->note != NULL)
    gtk_widget_grab_focus (hit->note->widget);
  else if (hit->group != NULL)
    gtk_widget_grab_focus (hit->group->widget);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
  if (hit->node != NULL)
    g_set_str (&self->cursor, canvas_node_id (hit->node));
}

static void
select_pressed (EnlaceCanvas    *self,
                const Hit       *hit,
                GdkModifierType  state)
{
  const char *id = hit_id (hit);

  if ((state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) != 0)
    {
      if (id != NULL)
        _enlace_canvas_select (self, id, !_enlace_canvas_is_selected (self, id));
    }
  else if (!_enlace_canvas_is_selected (self, id))
    _enlace_canvas_select_only (self, id);
}

static void
show_cursor (EnlaceCanvas *self)
{
  const char *name = NULL;

  if (self->drag == DRAG_PAN)
    name = "grabbing";
  else if (self->space_held)
    name = "grab";
  else if (self->hover.kind == HIT_OUTPUT || self->drag == DRAG_CONNECT)
    name = "crosshair";
  else if (self->hover.kind == HIT_NOTE_CORNER || self->hover.kind == HIT_GROUP_CORNER || self->drag == DRAG_RESIZE)
    name = "se-resize";
  else if (self->hover.kind == HIT_EDGE || self->hover.kind == HIT_EDGE_PLUS)
    name = "pointer";
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), name);
}

static void
pan_to (EnlaceCanvas *self,
        double        x,
        double        y)
{
  _enlace_canvas_set_view (self, self->zoom, self->drag_pan_x + x - self->drag_start_x,
                           self->drag_pan_y + y - self->drag_start_y, FALSE);
}

static void
rubber_to (EnlaceCanvas *self,
           double        x,
           double        y)
{
  double start_x = (self->drag_start_x - self->drag_pan_x) / self->zoom;
  double start_y = (self->drag_start_y - self->drag_pan_y) / self->zoom;
  double end_x;
  double end_y;

  enlace_canvas_widget_to_canvas (self, x, y, &end_x, &end_y);
  self->rubber = GRAPHENE_RECT_INIT ((float) MIN (start_x, end_x), (float) MIN (start_y, end_y),
                                     (float) fabs (end_x - start_x), (float) fabs (end_y - start_y));
  _enlace_canvas_select_in (self, &self->rubber);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
resize_group_to (EnlaceCanvas *self,
                 double        dx,
                 double        dy)
{
  EnlaceGraphGroup *group = self->pressed.group->group;
  double width = MAX (ENLACE_GROUP_MIN_WIDTH, round ((enlace_graph_group_get_width (group) + dx) / CANVAS_GRID) * CANVAS_GRID);
  double height = MAX (ENLACE_GROUP_MIN_HEIGHT, round ((enlace_graph_group_get_height (group) + dy) / CANVAS_GRID) * CANVAS_GRID);

  _enlace_canvas_place_group (self, self->pressed.group, enlace_graph_group_get_x (group), enlace_graph_group_get_y (group), width, height);
  _enlace_canvas_queue_view (self);
}

static void
resize_to (EnlaceCanvas *self,
           double        dx,
           double        dy)
{
  EnlaceGraphNote *note = self->pressed.note->note;
  double width = MAX (ENLACE_NOTE_MIN_WIDTH, round ((enlace_graph_note_get_width (note) + dx) / CANVAS_GRID) * CANVAS_GRID);
  double height = MAX (ENLACE_NOTE_MIN_HEIGHT, round ((enlace_graph_note_get_height (note) + dy) / CANVAS_GRID) * CANVAS_GRID);

  _enlace_canvas_place_note (self, self->pressed.note, enlace_graph_note_get_x (note), enlace_graph_note_get_y (note),
                             width, height);
  _enlace_canvas_queue_view (self);
}

static void
aim_at (EnlaceCanvas *self,
        double        x,
        double        y)
{
  Hit hit = _enlace_canvas_pick (self, x, y);

  _enlace_canvas_connect_aim (self, hit.node != self->connect_from ? hit.node : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Brings what is dragged to the pointer, however far the view has moved below it since. */
static void
drag_to (EnlaceCanvas *self,
         double        x,
         double        y,
         gboolean      snap)
{
  double dx = (x - self->drag_start_x - (self->pan_x - self->drag_pan_x)) / self->zoom;
  double dy = (y - self->drag_start_y - (self->pan_y - self->drag_pan_y)) / self->zoom;

  switch (self->drag)
    {
    case DRAG_PAN:
      pan_to (self, x, y);
      break;
    case DRAG_MOVE:
      _enlace_canvas_move_update (self, dx, dy, snap);
      break;
    case DRAG_RUBBER:
      rubber_to (self, x, y);
      break;
    case DRAG_CONNECT:
      aim_at (self, x, y);
      break;
    case DRAG_RESIZE:
      if (self->pressed.group != NULL)
        resize_group_to (self, dx, dy);
      else
        resize_to (self, dx, dy);
      break;
    case DRAG_NONE:
    default:
      break;
    }
}

static double
border_speed (double at,
              double size)
{
  if (at < BORDER)
    return -MIN (1, (BORDER - at) / BORDER);
  if (at > size - BORDER)
    return MIN (1, (at - size + BORDER) / BORDER);

  return 0;
}

static gboolean
scroll_tick_cb (GtkWidget     *widget,
                GdkFrameClock *clock,
                gpointer       user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  double speed_x = border_speed (self->pointer_x, gtk_widget_get_width (widget));
  double speed_y = border_speed (self->pointer_y, gtk_widget_get_height (widget));

  if (self->drag == DRAG_NONE || self->drag == DRAG_PAN || (speed_x == 0 && speed_y == 0))
    {
      self->scroll_tick = 0;
      return G_SOURCE_REMOVE;
    }

  enlace_canvas_scroll_by (self, speed_x * SCROLL_SPEED / 60, speed_y * SCROLL_SPEED / 60);
  drag_to (self, self->pointer_x, self->pointer_y, TRUE);

  return G_SOURCE_CONTINUE;
}

static void
scroll_at_border (EnlaceCanvas *self)
{
  gboolean at_border = border_speed (self->pointer_x, gtk_widget_get_width (GTK_WIDGET (self))) != 0 ||
                       border_speed (self->pointer_y, gtk_widget_get_height (GTK_WIDGET (self))) != 0;

  if (at_border && self->drag != DRAG_PAN && self->scroll_tick == 0)
    self->scroll_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_tick_cb, NULL, NULL);
}

/* What a drag from here would be; it only begins once the pointer has moved. */
static DragMode
mode_of (EnlaceCanvas *self,
         GtkGesture   *gesture,
         const Hit    *hit)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  if (button == GDK_BUTTON_MIDDLE || (button == GDK_BUTTON_PRIMARY && self->space_held))
    return DRAG_PAN;
  if (button != GDK_BUTTON_PRIMARY)
    return DRAG_NONE;
  if (hit->kind == HIT_NOTHING || hit->kind == HIT_EDGE || hit->kind == HIT_EDGE_PLUS)
    return is_touch (gesture) ? DRAG_PAN : DRAG_RUBBER;
  if (!self->editable)
    return DRAG_PAN;
  if (hit->kind == HIT_OUTPUT)
    return DRAG_CONNECT;

  return hit->kind == HIT_NOTE_CORNER || hit->kind == HIT_GROUP_CORNER ? DRAG_RESIZE : DRAG_MOVE;
}

static void
drag_begin_cb (GtkGestureDrag *gesture,
               double          x,
               double          y,
               EnlaceCanvas   *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  Hit hit = _enlace_canvas_pick (self, x, y);

  if (button == GDK_BUTTON_SECONDARY || (hit.note != NULL && enlace_note_card_is_editing (ENLACE_NOTE_CARD (hit.note->widget))) ||
      (hit.group != NULL && enlace_group_card_is_editing (ENLACE_GROUP_CARD (hit.group->widget))))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  if (self->keyboard_connecting)
    _enlace_canvas_connect_end (self, FALSE);
  self->pressed = hit;
  self->drag_start_x = self->pointer_x = x;
  self->drag_start_y = self->pointer_y = y;
  self->drag_pan_x = self->pan_x;
  self->drag_pan_y = self->pan_y;
  adw_animation_pause (self->animation);

  if (button == GDK_BUTTON_PRIMARY && !self->space_held)
    {
      focus_hit (self, &hit);
      if (hit.kind != HIT_OUTPUT)
        select_pressed (self, &hit, gesture_state (GTK_GESTURE (gesture)));
    }
}

static void
start_drag (EnlaceCanvas *self,
            GtkGesture   *gesture)
{
  DragMode mode = mode_of (self, gesture, &self->pressed);

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  switch (mode)
    {
    case DRAG_MOVE:
      /* A press with Shift or Ctrl may just have taken it out of the selection. */
      _enlace_canvas_select (self, hit_id (&self->pressed), TRUE);
      _enlace_canvas_move_begin (self);
      break;
    case DRAG_CONNECT:
      self->drag = mode;
      _enlace_canvas_connect_begin (self, self->pressed.node, self->pressed.port, FALSE);
      break;
    case DRAG_RUBBER:
      self->drag = mode;
      self->rubber = GRAPHENE_RECT_INIT (0, 0, 0, 0);
      g_clear_pointer (&self->rubber_kept, g_hash_table_unref);
      if ((gesture_state (gesture) & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) != 0)
        {
          g_auto(GStrv) kept = _enlace_canvas_list_selected (self, TRUE);

          self->rubber_kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
          for (guint i = 0; kept[i] != NULL; i++)
            g_hash_table_add (self->rubber_kept, g_strdup (kept[i]));
        }
      break;
    case DRAG_RESIZE:
      if (self->pressed.group != NULL)
        self->pressed.group->lifted = TRUE;
      else
        self->pressed.note->lifted = TRUE;
      self->drag = mode;
      break;
    case DRAG_PAN:
    case DRAG_NONE:
    default:
      self->drag = mode;
      break;
    }
  show_cursor (self);
}

static void
drag_update_cb (GtkGestureDrag *gesture,
                double          offset_x,
                double          offset_y,
                EnlaceCanvas   *self)
{
  self->pointer_x = self->drag_start_x + offset_x;
  self->pointer_y = self->drag_start_y + offset_y;
  if (self->drag == DRAG_NONE)
    {
      if (!gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int) offset_x, (int) offset_y))
        return;
      start_drag (self, GTK_GESTURE (gesture));
    }

  drag_to (self, self->pointer_x, self->pointer_y, (gesture_state (GTK_GESTURE (gesture)) & GDK_ALT_MASK) == 0);
  scroll_at_border (self);
}

static void
finish_connect (EnlaceCanvas *self)
{
  CanvasNode *from = self->connect_from;
  guint port = self->connect_port;
  gboolean aimed = self->connect_target != NULL;
  double x;
  double y;

  if (from == NULL)
    return;

  _enlace_canvas_connect_end (self, TRUE);
  if (aimed || _enlace_canvas_pick (self, self->pointer_x, self->pointer_y).node != NULL)
    return;

  /* Let go over nothing: what shall stand there? */
  enlace_canvas_widget_to_canvas (self, self->pointer_x, self->pointer_y, &x, &y);
  _enlace_canvas_request_step (self, x, y - self->card_height / 2, from, port, NULL);
}

static void
finish_resize (EnlaceCanvas *self)
{
  CanvasNote *note = self->pressed.note;
  CanvasGroup *group = self->pressed.group;

  if (group != NULL)
    {
      graphene_rect_t bounds = group->bounds;

      group->lifted = FALSE;
      enlace_graph_set_group_bounds (self->graph, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (group->group)),
                                     bounds.origin.x, bounds.origin.y, bounds.size.width, bounds.size.height);
      return;
    }

  note->lifted = FALSE;
  enlace_graph_set_note_bounds (self->graph, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (note->note)),
                                note->bounds.origin.x, note->bounds.origin.y,
                                note->bounds.size.width, note->bounds.size.height);
}

static void
click_pressed (EnlaceCanvas *self,
               GtkGesture   *gesture)
{
  graphene_point_t point;

  if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) != GDK_BUTTON_PRIMARY || self->space_held)
    return;

  if (self->pressed.kind == HIT_OUTPUT && self->editable)
    {
      _enlace_canvas_output_point (self, self->pressed.node, self->pressed.port, &point);
      _enlace_canvas_request_step (self, point.x + 72, self->pressed.node->y, self->pressed.node, self->pressed.port, NULL);
    }
  else if (self->pressed.kind == HIT_EDGE_PLUS)
    _enlace_canvas_request_step (self, self->pressed.edge->middle.x, self->pressed.edge->middle.y, NULL, 0, self->pressed.edge);
  else if ((gesture_state (gesture) & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) == 0)
    _enlace_canvas_select_only (self, hit_id (&self->pressed));
}

static void
drag_end_cb (GtkGestureDrag *gesture,
             double          offset_x,
             double          offset_y,
             EnlaceCanvas   *self)
{
  DragMode mode = self->drag;

  self->drag = DRAG_NONE;
  switch (mode)
    {
    case DRAG_MOVE:
      _enlace_canvas_move_end (self, TRUE);
      break;
    case DRAG_CONNECT:
      finish_connect (self);
      break;
    case DRAG_RESIZE:
      finish_resize (self);
      break;
    case DRAG_NONE:
      click_pressed (self, GTK_GESTURE (gesture));
      break;
    case DRAG_RUBBER:
    case DRAG_PAN:
    default:
      break;
    }

  self->pressed = (Hit) { HIT_NOTHING };
  show_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_cancel_cb (GtkGesture       *gesture,
                GdkEventSequence *sequence,
                EnlaceCanvas     *self)
{
  _enlace_canvas_cancel_drag (self);
}

void
_enlace_canvas_cancel_drag (EnlaceCanvas *self)
{
  DragMode mode = self->drag;

  if (mode == DRAG_NONE)
    return;

  self->drag = DRAG_NONE;
  /* What the pointer does until its button is up is no new drag. */
  gtk_gesture_set_state (self->drag_gesture, GTK_EVENT_SEQUENCE_DENIED);
  if (mode == DRAG_MOVE)
    _enlace_canvas_move_end (self, FALSE);
  else if (mode == DRAG_CONNECT)
    _enlace_canvas_connect_end (self, FALSE);
  else if (mode == DRAG_RESIZE && self->pressed.group != NULL)
    {
      self->pressed.group->lifted = FALSE;
      resize_group_to (self, 0, 0);
    }
  else if (mode == DRAG_RESIZE && self->pressed.note != NULL)
    {
      self->pressed.note->lifted = FALSE;
      resize_to (self, 0, 0);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
open_hit (EnlaceCanvas *self,
          const Hit    *hit,
          double        x,
          double        y)
{
  double canvas_x;
  double canvas_y;

  switch (hit->kind)
    {
    case HIT_NODE:
    case HIT_INPUT:
      gtk_widget_activate_action (GTK_WIDGET (self), "canvas.open", NULL);
      break;
    case HIT_NOTE:
    case HIT_NOTE_CORNER:
      if (self->editable)
        enlace_note_card_begin_edit (ENLACE_NOTE_CARD (hit->note->widget));
      break;
    case HIT_GROUP:
    case HIT_GROUP_CORNER:
      if (self->editable)
        enlace_group_card_begin_edit (ENLACE_GROUP_CARD (hit->group->widget));
      break;
    case HIT_NOTHING:
    case HIT_EDGE:
      enlace_canvas_widget_to_canvas (self, x, y, &canvas_x, &canvas_y);
      _enlace_canvas_request_step (self, canvas_x - CANVAS_CARD_WIDTH / 2.0, canvas_y - self->card_height / 2, NULL, 0, hit->edge);
      break;
    case HIT_EDGE_PLUS:
    case HIT_OUTPUT:
    default:
      break;
    }
}

static void
open_menu (EnlaceCanvas *self,
           const Hit    *hit,
           double        x,
           double        y)
{
  const char *id = hit_id (hit);

  focus_hit (self, hit);
  if (!_enlace_canvas_is_selected (self, id))
    _enlace_canvas_select_only (self, id);
  _enlace_canvas_menu_popup (self, x, y, hit);
}

static void
long_press_cb (GtkGestureLongPress *gesture,
               double               x,
               double               y,
               EnlaceCanvas        *self)
{
  Hit hit = _enlace_canvas_pick (self, x, y);

  open_menu (self, &hit, x, y);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
click_cb (GtkGestureClick *gesture,
          int              n_press,
          double           x,
          double           y,
          EnlaceCanvas    *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  Hit hit = _enlace_canvas_pick (self, x, y);

  if (event != NULL && gdk_event_triggers_context_menu (event))
    {
      open_menu (self, &hit, x, y);
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }
  else if (gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture)) == GDK_BUTTON_PRIMARY && n_press == 2)
    open_hit (self, &hit, x, y);
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           EnlaceCanvas             *self)
{
  Hit hit;

  self->pointer_x = x;
  self->pointer_y = y;
  if (self->drag != DRAG_NONE)
    return;

  hit = _enlace_canvas_pick (self, x, y);
  if (hit.kind == self->hover.kind && hit.node == self->hover.node && hit.edge == self->hover.edge &&
      hit.note == self->hover.note && hit.group == self->hover.group && hit.port == self->hover.port)
    return;

  self->hover = hit;
  show_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (GtkEventControllerMotion *controller,
          EnlaceCanvas             *self)
{
  self->hover = (Hit) { HIT_NOTHING };
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
query_tooltip_cb (EnlaceCanvas *self,
                  int           x,
                  int           y,
                  gboolean      by_keyboard,
                  GtkTooltip   *tooltip)
{
  Hit hit;

  if (by_keyboard || self->drag != DRAG_NONE)
    return FALSE;

  hit = _enlace_canvas_pick (self, x, y);
  if (hit.kind == HIT_OUTPUT)
    gtk_tooltip_set_text (tooltip, _("Drag to connect, click to add a step"));
  else if (hit.kind == HIT_EDGE_PLUS)
    gtk_tooltip_set_text (tooltip, _("Insert a Step"));
  else if (hit.kind == HIT_NODE && enlace_graph_node_get_n_problems (hit.node->node) > 0)
    {
      g_autofree char *text = g_strjoinv ("\n", (char **) enlace_graph_node_get_problems (hit.node->node));

      gtk_tooltip_set_text (tooltip, text);
    }
  else if (hit.kind == HIT_NODE)
    gtk_tooltip_set_text (tooltip, enlace_graph_node_get_summary (hit.node->node));
  else
    return FALSE;

  return TRUE;
}

void
_enlace_canvas_pointer_init (EnlaceCanvas *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *long_press = gtk_gesture_long_press_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->drag_gesture = drag;
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, 0);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (drag_end_cb), self, 0);
  g_signal_connect_object (drag, "cancel", G_CALLBACK (drag_cancel_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_object (click, "pressed", G_CALLBACK (click_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (long_press), TRUE);
  g_signal_connect_object (long_press, "pressed", G_CALLBACK (long_press_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (long_press));

  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, 0);
  g_signal_connect_object (motion, "leave", G_CALLBACK (leave_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
}
