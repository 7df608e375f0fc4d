/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

/* Cards come into view a little before they are seen. */
#define MARGIN 32
/* Of one frame. Half of what a new card costs comes later in it: its style and layout. */
#define FRAME_CARDS  4
#define FRAME_BUDGET 3000         /* microseconds */
#define STOCK        160          /* cards that are made ahead */

static char *
dup_position (EnlaceCanvas *self,
              CanvasNode   *node)
{
  GListModel *nodes = enlace_graph_get_nodes (self->graph);
  guint index;

  if (!g_list_store_find (G_LIST_STORE (nodes), node->node, &index))
    return NULL;

  /* Translators: the place of a step among all, "1 of 5", for a screen reader. */
  return g_strdup_printf (_("%u of %u"), index + 1, g_list_model_get_n_items (nodes));
}

/* Where the edges of a step go, for who cannot see them; NULL: nowhere. */
static char *
dup_next (CanvasNode *node)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < node->edges->len; i++)
    {
      CanvasEdge *edge = g_ptr_array_index (node->edges, i);

      if (edge->from != node)
        continue;
      g_string_append (names, names->len > 0 ? ", " : "");
      if (_enlace_canvas_port_has_label (enlace_graph_node_get_ports (node->node), 0))
        g_string_append_printf (names, "%s: ", enlace_graph_edge_get_port (edge->edge));
      g_string_append (names, enlace_graph_node_get_name (edge->to->node));
    }
  if (names->len == 0)
    return NULL;

  /* Translators: %s is a list of steps, "Leads to true: Tell sales, false: Stop". */
  return g_strdup_printf (_("Leads to %s"), names->str);
}

static void
show_with_place (EnlaceCanvas *self,
                 CanvasNode   *node)
{
  g_autofree char *position = dup_position (self, node);
  g_autofree char *next = dup_next (node);

  enlace_card_update (ENLACE_CARD (node->card), position, next);
}

static void
card_focused_cb (GtkEventControllerFocus *controller,
                 EnlaceCanvas            *self)
{
  EnlaceCard *card = ENLACE_CARD (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller)));
  EnlaceGraphNode *item = enlace_card_get_node (card);
  CanvasNode *node = item != NULL ? g_hash_table_lookup (self->nodes, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (item))) : NULL;

  if (node == NULL || node->card != GTK_WIDGET (card))
    return;

  g_set_str (&self->cursor, canvas_node_id (node));
  show_with_place (self, node);
  _enlace_canvas_update_actions (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static GtkWidget *
make_card (EnlaceCanvas *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkWidget *card = enlace_card_new ();

  g_signal_connect_object (focus, "enter", G_CALLBACK (card_focused_cb), self, 0);
  gtk_widget_add_controller (card, focus);
  gtk_widget_set_parent (card, GTK_WIDGET (self));

  return card;
}

static GtkWidget *
take_card (EnlaceCanvas *self)
{
  GtkWidget *card;

  if (self->idle_cards->len > 0)
    {
      card = g_ptr_array_steal_index_fast (self->idle_cards, self->idle_cards->len - 1);
      gtk_widget_set_visible (card, TRUE);
      return card;
    }

  return make_card (self);
}

static gboolean
stock_cards_cb (gpointer user_data)
{
  EnlaceCanvas *self = user_data;
  guint wanted = MIN (STOCK, g_hash_table_size (self->nodes));
  GtkWidget *card;

  if (self->carded->len + self->idle_cards->len >= wanted)
    {
      self->stock_source = 0;
      return G_SOURCE_REMOVE;
    }

  card = make_card (self);
  gtk_widget_set_visible (card, FALSE);
  g_ptr_array_add (self->idle_cards, card);

  return G_SOURCE_CONTINUE;
}

/* Makes the cards that a wider view will need while there is nothing else to do. */
void
_enlace_canvas_cards_stock (EnlaceCanvas *self)
{
  if (self->stock_source == 0)
    self->stock_source = g_idle_add_full (G_PRIORITY_LOW, stock_cards_cb, self, NULL);
}

void
_enlace_canvas_card_refresh (EnlaceCanvas *self,
                             CanvasNode   *node)
{
  if (node->card == NULL)
    return;

  g_clear_pointer (&node->picture, enlace_picture_free);
  if (gtk_widget_has_focus (node->card))
    show_with_place (self, node);
  else
    enlace_card_update (ENLACE_CARD (node->card), NULL, NULL);
  enlace_card_set_selected (ENLACE_CARD (node->card), node->selected);
  enlace_card_set_marked (ENLACE_CARD (node->card), node->marked);
}

static void
give_card (EnlaceCanvas *self,
           CanvasNode   *node)
{
  node->card = take_card (self);
  enlace_card_set_node (ENLACE_CARD (node->card), node->node);
  g_ptr_array_add (self->carded, node);
  _enlace_canvas_card_refresh (self, node);
}

void
_enlace_canvas_card_drop (EnlaceCanvas *self,
                          CanvasNode   *node)
{
  GtkWidget *card = node->card;

  if (card == NULL)
    return;

  if (gtk_widget_has_focus (card))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  node->card = NULL;
  g_clear_pointer (&node->picture, enlace_picture_free);
  g_ptr_array_remove_fast (self->carded, node);
  enlace_card_set_node (ENLACE_CARD (card), NULL);
  gtk_widget_set_visible (card, FALSE);
  g_ptr_array_add (self->idle_cards, card);
}

static void
find_visible (EnlaceCanvas *self)
{
  graphene_rect_t area;

  _enlace_canvas_visible_area (self, &area);
  graphene_rect_inset (&area, (float) (-MARGIN / self->zoom), (float) (-MARGIN / self->zoom));
  g_ptr_array_set_size (self->visible_nodes, 0);
  g_ptr_array_set_size (self->visible_edges, 0);
  enlace_spatial_index_query (self->node_index, &area, self->visible_nodes);
  enlace_spatial_index_query (self->edge_index, &area, self->visible_edges);
}

/* Cards come within a part of the frame; until its turn comes a step is drawn. */
static gboolean
want (EnlaceCanvas *self,
      CanvasNode   *node,
      guint        *allowance,
      gint64        deadline)
{
  if (node->card == NULL && *allowance > 0 && g_get_monotonic_time () < deadline)
    {
      give_card (self, node);
      (*allowance)--;
    }
  node->wanted = node->card != NULL;

  return node->wanted;
}

static void
give_focus (EnlaceCanvas *self)
{
  CanvasNode *node = self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;

  self->focus_wanted = FALSE;
  if (node != NULL && node->card != NULL)
    gtk_widget_grab_focus (node->card);
}

gboolean
_enlace_canvas_cards_update (EnlaceCanvas *self)
{
  CanvasNode *cursor = self->cursor != NULL ? g_hash_table_lookup (self->nodes, self->cursor) : NULL;
  gint64 deadline = g_get_monotonic_time () + FRAME_BUDGET;
  guint allowance = self->shown_once && gtk_widget_get_mapped (GTK_WIDGET (self)) ? FRAME_CARDS : G_MAXUINT;
  gboolean complete = TRUE;

  find_visible (self);
  if (self->zoom >= CANVAS_READABLE_ZOOM)
    for (guint i = 0; i < self->visible_nodes->len; i++)
      complete &= want (self, g_ptr_array_index (self->visible_nodes, i), &allowance, deadline);

  /* What has the focus keeps its card, in view or not. */
  if (cursor != NULL && (self->focus_wanted || (cursor->card != NULL && gtk_widget_has_focus (cursor->card))))
    want (self, cursor, &(guint) { 1 }, G_MAXINT64);

  for (guint i = self->carded->len; i > 0; i--)
    {
      CanvasNode *node = g_ptr_array_index (self->carded, i - 1);

      if (!node->wanted)
        _enlace_canvas_card_drop (self, node);
      else
        node->wanted = FALSE;
    }

  if (self->focus_wanted)
    give_focus (self);

  return complete;
}

void
_enlace_canvas_cards_measure (EnlaceCanvas *self)
{
  GtkWidget *card = enlace_card_new ();
  int height = 0;

  /* Whatever the font's size is, both lines fit. */
  gtk_widget_set_parent (card, GTK_WIDGET (self));
  gtk_widget_measure (card, GTK_ORIENTATION_VERTICAL, CANVAS_CARD_WIDTH, &height, NULL, NULL, NULL);
  gtk_widget_unparent (card);
  height = MAX (height, CANVAS_CARD_MIN_HEIGHT);
  height = (height + 7) / 8 * 8;
  if (height == (int) self->card_height)
    return;

  self->card_height = height;
  if (self->graph != NULL)
    {
      enlace_graph_set_card_size (self->graph, CANVAS_CARD_WIDTH, self->card_height);
      _enlace_canvas_items_load (self);
    }
}

static void
allocate_child (EnlaceCanvas *self,
                GtkWidget    *child,
                double        x,
                double        y,
                double        width,
                double        height)
{
  GskTransform *transform;
  int minimum_width = 0;
  int minimum_height = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_width, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, -1, &minimum_height, NULL, NULL, NULL);
  transform = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float) (self->pan_x + x * self->zoom),
                                                                   (float) (self->pan_y + y * self->zoom)));
  if (self->zoom != 1.0)
    transform = gsk_transform_scale (transform, (float) self->zoom, (float) self->zoom);
  gtk_widget_allocate (child, MAX (minimum_width, (int) width), MAX (minimum_height, (int) height), -1, transform);
}

void
_enlace_canvas_cards_allocate (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < self->carded->len; i++)
    {
      CanvasNode *node = g_ptr_array_index (self->carded, i);

      allocate_child (self, node->card, node->x, node->y, CANVAS_CARD_WIDTH, node->height);
    }

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasGroup *group = value;

      allocate_child (self, group->widget, group->bounds.origin.x, group->bounds.origin.y,
                      group->bounds.size.width, group->bounds.size.height);
    }
  g_hash_table_iter_init (&iter, self->notes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      CanvasNote *note = value;

      allocate_child (self, note->widget, note->bounds.origin.x, note->bounds.origin.y,
                      note->bounds.size.width, note->bounds.size.height);
    }
}
