/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/builder-resources.h"
#include "src/builder/canvas-private.h"

#define STYLE_PATH "/com/alkitu/Enlace/builder/builder.css"
#define MINIMAP_MARGIN     12
#define MINIMAP_MIN_WIDTH  520
#define MINIMAP_MIN_HEIGHT 320
#define NATURAL_WIDTH  640
#define NATURAL_HEIGHT 480
#define STEP_GAP       72
#define FIRST_ZOOM     0.8
#define FIRST_MARGIN   40

enum {
  PROP_0,
  PROP_GRAPH,
  PROP_ZOOM,
  PROP_EDITABLE,
  PROP_MINIMAP_VISIBLE,
  N_PROPS
};

enum {
  SELECTION_CHANGED,
  ACTIVATE_NODE,
  ADD_REQUESTED,
  REFUSED,
  EXTRACT_REQUESTED,
  RUN_REQUESTED,
  PIN_REQUESTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnlaceCanvas, enlace_canvas, GTK_TYPE_WIDGET)

/* The style of the builder's widgets, once a display. */
static void
load_style (GdkDisplay *display)
{
  static const char key[] = "enlace-builder-style";
  g_autoptr(GtkCssProvider) provider = NULL;

  if (g_object_get_data (G_OBJECT (display), key) != NULL)
    return;

  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, STYLE_PATH);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data (G_OBJECT (display), key, GINT_TO_POINTER (TRUE));
}

static gboolean
view_tick_cb (GtkWidget     *widget,
              GdkFrameClock *clock,
              gpointer       user_data)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);

  self->view_tick = 0;
  if (!_enlace_canvas_cards_update (self))
    _enlace_canvas_queue_view (self);
  gtk_widget_queue_allocate (widget);
  gtk_widget_queue_draw (widget);
  gtk_widget_queue_draw (self->minimap);

  return G_SOURCE_REMOVE;
}

/* However often the view changes before the next frame, cards are found and placed once. */
void
_enlace_canvas_queue_view (EnlaceCanvas *self)
{
  if (self->view_tick == 0)
    self->view_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), view_tick_cb, NULL, NULL);
}

void
_enlace_canvas_announce (EnlaceCanvas *self,
                         const char   *format,
                         ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

void
_enlace_canvas_refuse (EnlaceCanvas *self,
                       const char   *reason)
{
  gtk_widget_error_bell (GTK_WIDGET (self));
  _enlace_canvas_announce (self, "%s", reason);
  g_signal_emit (self, signals[REFUSED], 0, reason);
}

void
_enlace_canvas_request_step (EnlaceCanvas *self,
                             double        x,
                             double        y,
                             CanvasNode   *from,
                             guint         port,
                             CanvasEdge   *edge)
{
  g_autofree char *from_id = from != NULL ? g_strdup (canvas_node_id (from)) : NULL;
  g_autofree char *port_name = from != NULL ? g_strdup (enlace_graph_node_get_ports (from->node)[port]) : NULL;

  if (self->editable)
    g_signal_emit (self, signals[ADD_REQUESTED], 0, x, y, from_id, port_name, edge != NULL ? edge->edge : NULL);
}

void
_enlace_canvas_selection_changed (EnlaceCanvas *self)
{
  if (self->selection_batch > 0)
    {
      self->selection_dirty = TRUE;
      return;
    }

  _enlace_canvas_update_actions (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

void
_enlace_canvas_selection_freeze (EnlaceCanvas *self)
{
  self->selection_batch++;
}

void
_enlace_canvas_selection_thaw (EnlaceCanvas *self)
{
  if (--self->selection_batch > 0 || !self->selection_dirty)
    return;

  self->selection_dirty = FALSE;
  _enlace_canvas_selection_changed (self);
}

static void
item_changed_cb (EnlaceGraph       *graph,
                 EnlaceGraphItem   *item,
                 EnlaceGraphChange  change,
                 EnlaceCanvas      *self)
{
  _enlace_canvas_item_changed (self, item, change);
  if (change != ENLACE_GRAPH_STATE)
    _enlace_minimap_invalidate (self->minimap);
}

static void
changed_cb (EnlaceGraph  *graph,
            EnlaceCanvas *self)
{
  _enlace_canvas_update_actions (self);
}

static void
loaded_cb (EnlaceGraph  *graph,
           EnlaceCanvas *self)
{
  self->shown_once = FALSE;
  g_clear_pointer (&self->cursor, g_free);
  _enlace_canvas_selection_freeze (self);
  _enlace_canvas_items_load (self);
  self->selection_dirty = TRUE;
  _enlace_canvas_selection_thaw (self);
  _enlace_minimap_invalidate (self->minimap);
  _enlace_canvas_queue_view (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
font_changed_cb (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_remove_all (self->port_labels);
  g_hash_table_remove_all (self->port_pictures);
  _enlace_canvas_bodies_invalidate (self);
  g_hash_table_iter_init (&iter, self->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_clear_pointer (&((CanvasNode *) value)->title, gsk_render_node_unref);
  _enlace_canvas_tiles_clear (self->tiles);
  _enlace_canvas_cards_measure (self);
  _enlace_canvas_queue_view (self);
}

/* The first time that there is a size, the whole drawing is shown, at most at its own size, or where its cards could not be read
 * then, its beginning. */
static void
show_first (EnlaceCanvas *self)
{
  graphene_rect_t extents;
  g_autoptr(EnlaceGraphNode) first = NULL;

  if (self->shown_once || gtk_widget_get_width (GTK_WIDGET (self)) <= 0 || !_enlace_canvas_get_extents (self, &extents))
    return;

  self->shown_once = TRUE;
  _enlace_canvas_cards_stock (self);
  adw_animation_skip (self->animation);
  enlace_canvas_zoom_to_fit (self);
  adw_animation_skip (self->animation);
  if (self->zoom >= CANVAS_READABLE_ZOOM)
    return;

  first = g_list_model_get_item (enlace_graph_get_nodes (self->graph), 0);
  if (first != NULL)
    _enlace_canvas_set_view (self, FIRST_ZOOM, FIRST_MARGIN - enlace_graph_node_get_x (first) * FIRST_ZOOM,
                             gtk_widget_get_height (GTK_WIDGET (self)) / 3.0 - enlace_graph_node_get_y (first) * FIRST_ZOOM, FALSE);
}

static void
enlace_canvas_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);
  GtkRequisition size;
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (width != self->last_width || height != self->last_height)
    {
      self->last_width = width;
      self->last_height = height;
      _enlace_canvas_queue_view (self);
    }
  show_first (self);
  _enlace_canvas_cards_allocate (self);
  /* A narrow canvas has no room for it. */
  gtk_widget_set_child_visible (self->minimap, width >= MINIMAP_MIN_WIDTH && height >= MINIMAP_MIN_HEIGHT);
  if (gtk_widget_should_layout (self->minimap))
    {
      gtk_widget_get_preferred_size (self->minimap, &size, NULL);
      gtk_widget_size_allocate (self->minimap,
                                &(GtkAllocation) { mirrored ? MINIMAP_MARGIN : width - size.width - MINIMAP_MARGIN,
                                                   height - size.height - MINIMAP_MARGIN, size.width, size.height }, -1);
    }
  for (guint i = 0; i < N_SWATCHES; i++)
    gtk_widget_size_allocate (self->swatches[i], &(GtkAllocation) { 0, 0, 0, 0 }, -1);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
  if (self->connect_list != NULL)
    gtk_popover_present (GTK_POPOVER (self->connect_list));
}

static void
enlace_canvas_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  *minimum = 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : NATURAL_HEIGHT;
}

static void
enlace_canvas_root (GtkWidget *widget)
{
  EnlaceCanvas *self = ENLACE_CANVAS (widget);

  GTK_WIDGET_CLASS (enlace_canvas_parent_class)->root (widget);
  load_style (gtk_widget_get_display (widget));
  g_signal_connect_object (gtk_widget_get_settings (widget), "notify::gtk-xft-dpi", G_CALLBACK (font_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (widget), "notify::gtk-font-name", G_CALLBACK (font_changed_cb), self,
                           G_CONNECT_SWAPPED);
  _enlace_canvas_cards_measure (self);
}

static void
enlace_canvas_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_settings (widget), font_changed_cb, widget);
  _enlace_canvas_cancel_drag (ENLACE_CANVAS (widget));

  GTK_WIDGET_CLASS (enlace_canvas_parent_class)->unroot (widget);
}

static void
enlace_canvas_dispose (GObject *object)
{
  EnlaceCanvas *self = ENLACE_CANVAS (object);

  if (self->nodes != NULL)
    {
      enlace_canvas_set_graph (self, NULL);
      for (guint i = 0; i < self->idle_cards->len; i++)
        gtk_widget_unparent (g_ptr_array_index (self->idle_cards, i));
      g_ptr_array_set_size (self->idle_cards, 0);
    }
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_handle_id (&self->stock_source, g_source_remove);
  if (self->animation != NULL)
    adw_animation_pause (self->animation);
  g_clear_object (&self->animation);
  if (self->glide != NULL)
    adw_animation_pause (self->glide);
  g_clear_object (&self->glide);
  for (guint i = 0; i < N_SWATCHES; i++)
    g_clear_pointer (&self->swatches[i], gtk_widget_unparent);
  g_clear_pointer (&self->minimap, gtk_widget_unparent);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->connect_list, gtk_widget_unparent);

  G_OBJECT_CLASS (enlace_canvas_parent_class)->dispose (object);
}

static void
enlace_canvas_finalize (GObject *object)
{
  EnlaceCanvas *self = ENLACE_CANVAS (object);

  g_clear_pointer (&self->edges, g_hash_table_unref);
  g_clear_pointer (&self->nodes, g_hash_table_unref);
  g_clear_pointer (&self->notes, g_hash_table_unref);
  g_clear_pointer (&self->groups, g_hash_table_unref);
  g_clear_pointer (&self->bodies, g_ptr_array_unref);
  g_clear_pointer (&self->glide_from, g_hash_table_unref);
  g_clear_pointer (&self->lifted, g_strfreev);
  g_clear_pointer (&self->node_index, enlace_spatial_index_free);
  g_clear_pointer (&self->edge_index, enlace_spatial_index_free);
  g_clear_pointer (&self->selection, g_hash_table_unref);
  g_clear_pointer (&self->rubber_kept, g_hash_table_unref);
  g_clear_pointer (&self->visible_nodes, g_ptr_array_unref);
  g_clear_pointer (&self->visible_edges, g_ptr_array_unref);
  g_clear_pointer (&self->carded, g_ptr_array_unref);
  g_clear_pointer (&self->idle_cards, g_ptr_array_unref);
  g_clear_pointer (&self->port_labels, g_hash_table_unref);
  g_clear_pointer (&self->port_pictures, g_hash_table_unref);
  g_clear_pointer (&self->tiles, _enlace_canvas_tiles_free);
  g_clear_pointer (&self->thin_stroke, gsk_stroke_free);
  g_clear_pointer (&self->stroke, gsk_stroke_free);
  g_clear_pointer (&self->thick_stroke, gsk_stroke_free);
  g_clear_pointer (&self->dashed_stroke, gsk_stroke_free);
  g_clear_pointer (&self->connect_blocked, g_hash_table_unref);
  g_clear_pointer (&self->connect_refusal, g_free);
  g_clear_pointer (&self->ghost_type, g_free);
  g_clear_pointer (&self->cursor, g_free);

  G_OBJECT_CLASS (enlace_canvas_parent_class)->finalize (object);
}

static void
enlace_canvas_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  EnlaceCanvas *self = ENLACE_CANVAS (object);

  switch (prop_id)
    {
    case PROP_GRAPH:
      g_value_set_object (value, self->graph);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->zoom);
      break;
    case PROP_EDITABLE:
      g_value_set_boolean (value, self->editable);
      break;
    case PROP_MINIMAP_VISIBLE:
      g_value_set_boolean (value, self->minimap_visible);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_canvas_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  EnlaceCanvas *self = ENLACE_CANVAS (object);

  switch (prop_id)
    {
    case PROP_GRAPH:
      enlace_canvas_set_graph (self, g_value_get_object (value));
      break;
    case PROP_EDITABLE:
      enlace_canvas_set_editable (self, g_value_get_boolean (value));
      break;
    case PROP_MINIMAP_VISIBLE:
      enlace_canvas_set_minimap_visible (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_GRAPH] = g_param_spec_object ("graph", NULL, NULL, ENLACE_TYPE_GRAPH, flags);
  properties[PROP_ZOOM] =
    g_param_spec_double ("zoom", NULL, NULL, ENLACE_CANVAS_MIN_ZOOM, ENLACE_CANVAS_MAX_ZOOM, 1.0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EDITABLE] = g_param_spec_boolean ("editable", NULL, NULL, TRUE, flags);
  properties[PROP_MINIMAP_VISIBLE] = g_param_spec_boolean ("minimap-visible", NULL, NULL, TRUE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
install_signals (GType type)
{
  signals[SELECTION_CHANGED] =
    g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE_NODE] =
    g_signal_new ("activate-node", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, ENLACE_TYPE_GRAPH_NODE);
  signals[ADD_REQUESTED] =
    g_signal_new ("add-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
                  G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_STRING, G_TYPE_STRING, ENLACE_TYPE_GRAPH_EDGE);
  signals[RUN_REQUESTED] =
    g_signal_new ("run-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, ENLACE_TYPE_GRAPH_NODE, G_TYPE_INT);
  signals[PIN_REQUESTED] =
    g_signal_new ("pin-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, ENLACE_TYPE_GRAPH_NODE);
  signals[EXTRACT_REQUESTED] =
    g_signal_new ("extract-requested", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REFUSED] =
    g_signal_new ("refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enlace_canvas_class_init (EnlaceCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_canvas_dispose;
  object_class->finalize = enlace_canvas_finalize;
  object_class->get_property = enlace_canvas_get_property;
  object_class->set_property = enlace_canvas_set_property;
  widget_class->measure = enlace_canvas_measure;
  widget_class->size_allocate = enlace_canvas_size_allocate;
  widget_class->snapshot = _enlace_canvas_snapshot;
  widget_class->focus = _enlace_canvas_focus;
  widget_class->root = enlace_canvas_root;
  widget_class->unroot = enlace_canvas_unroot;

  install_properties (object_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
  _enlace_canvas_class_init_actions (widget_class);
  _enlace_canvas_class_init_keyboard (widget_class);

  gtk_widget_class_set_css_name (widget_class, "enlacecanvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  enlace_builder_register_resource ();
}

static void
init_strokes (EnlaceCanvas *self)
{
  static const float dashes[] = { 6, 5 };

  self->thin_stroke = gsk_stroke_new (1.5f);
  self->stroke = gsk_stroke_new (2);
  self->thick_stroke = gsk_stroke_new (3);
  self->dashed_stroke = gsk_stroke_new (2);
  gsk_stroke_set_dash (self->dashed_stroke, dashes, G_N_ELEMENTS (dashes));
}

static void
enlace_canvas_init (EnlaceCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->editable = TRUE;
  self->minimap_visible = TRUE;
  self->card_height = CANVAS_CARD_MIN_HEIGHT;
  self->selection = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->port_labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) gsk_render_node_unref);
  self->port_pictures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enlace_picture_free);
  _enlace_canvas_items_init (self);
  init_strokes (self);
  self->tiles = _enlace_canvas_tiles_new (self);
  _enlace_canvas_swatches_init (self);
  self->minimap = _enlace_minimap_new (self);
  gtk_widget_set_parent (self->minimap, widget);

  _enlace_canvas_zoom_init (self);
  _enlace_canvas_tidy_init (self);
  _enlace_canvas_pointer_init (self);
  _enlace_canvas_keyboard_init (self);
  _enlace_canvas_drop_init (self);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Workflow"), -1);
  _enlace_canvas_update_actions (self);
}

GtkWidget *
enlace_canvas_new (EnlaceGraph *graph)
{
  return g_object_new (ENLACE_TYPE_CANVAS, "graph", graph, NULL);
}

EnlaceGraph *
enlace_canvas_get_graph (EnlaceCanvas *self)
{
  g_return_val_if_fail (ENLACE_IS_CANVAS (self), NULL);

  return self->graph;
}

void
enlace_canvas_set_graph (EnlaceCanvas *self,
                         EnlaceGraph  *graph)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));
  g_return_if_fail (graph == NULL || ENLACE_IS_GRAPH (graph));

  if (graph == self->graph)
    return;

  if (self->graph != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->graph, self);
      _enlace_canvas_items_clear (self);
      g_clear_object (&self->graph);
    }
  if (graph != NULL)
    {
      self->graph = g_object_ref (graph);
      enlace_graph_set_card_size (graph, CANVAS_CARD_WIDTH, self->card_height);
      g_signal_connect_object (graph, "item-changed", G_CALLBACK (item_changed_cb), self, 0);
      g_signal_connect_object (graph, "changed", G_CALLBACK (changed_cb), self, 0);
      g_signal_connect_object (graph, "loaded", G_CALLBACK (loaded_cb), self, 0);
      loaded_cb (graph, self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRAPH]);
}

gboolean
enlace_canvas_get_editable (EnlaceCanvas *self)
{
  g_return_val_if_fail (ENLACE_IS_CANVAS (self), FALSE);

  return self->editable;
}

void
enlace_canvas_set_editable (EnlaceCanvas *self,
                            gboolean      editable)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  editable = !!editable;
  if (self->editable == (guint) editable)
    return;

  _enlace_canvas_cancel_drag (self);
  self->editable = editable;
  _enlace_canvas_update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EDITABLE]);
}

gboolean
enlace_canvas_get_minimap_visible (EnlaceCanvas *self)
{
  g_return_val_if_fail (ENLACE_IS_CANVAS (self), FALSE);

  return self->minimap_visible;
}

void
enlace_canvas_set_minimap_visible (EnlaceCanvas *self,
                                   gboolean      visible)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  visible = !!visible;
  if (self->minimap_visible == (guint) visible)
    return;

  self->minimap_visible = visible;
  gtk_widget_set_visible (self->minimap, visible);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MINIMAP_VISIBLE]);
}

GStrv
enlace_canvas_dup_selection (EnlaceCanvas *self)
{
  g_return_val_if_fail (ENLACE_IS_CANVAS (self), NULL);

  return _enlace_canvas_list_selected (self, TRUE);
}

void
enlace_canvas_set_selection (EnlaceCanvas      *self,
                             const char *const *ids)
{
  g_return_if_fail (ENLACE_IS_CANVAS (self));

  _enlace_canvas_selection_freeze (self);
  _enlace_canvas_select_only (self, NULL);
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    _enlace_canvas_select (self, ids[i], TRUE);
  _enlace_canvas_selection_thaw (self);
}

EnlaceGraphNode *
enlace_canvas_get_selected_node (EnlaceCanvas *self)
{
  GHashTableIter iter;
  gpointer key;
  CanvasNode *node;

  g_return_val_if_fail (ENLACE_IS_CANVAS (self), NULL);

  if (g_hash_table_size (self->selection) != 1)
    return NULL;

  g_hash_table_iter_init (&iter, self->selection);
  g_hash_table_iter_next (&iter, &key, NULL);
  node = g_hash_table_lookup (self->nodes, key);

  return node != NULL ? node->node : NULL;
}

static void
present_step (EnlaceCanvas    *self,
              EnlaceGraphNode *node)
{
  const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));

  _enlace_canvas_select_only (self, id);
  enlace_canvas_focus_node (self, id);
  /* Translators: %s is the name of a step, for a screen reader. */
  _enlace_canvas_announce (self, _("Added %s"), enlace_graph_node_get_name (node));
}

EnlaceGraphNode *
enlace_canvas_add_step_at (EnlaceCanvas    *self,
                           const char      *type,
                           EnlaceValue     *members,
                           double           x,
                           double           y,
                           const char      *from,
                           const char      *port,
                           EnlaceGraphEdge *edge)
{
  EnlaceGraphNode *node;
  g_autoptr(GError) error = NULL;

  g_return_val_if_fail (ENLACE_IS_CANVAS (self), NULL);
  g_return_val_if_fail (self->graph != NULL && type != NULL, NULL);

  if (edge != NULL)
    node = enlace_graph_insert_node (self->graph, edge, type, members, &error);
  else if (from != NULL)
    node = enlace_graph_append_node (self->graph, from, port, type, x, y, members, &error);
  else
    node = enlace_graph_add_node (self->graph, type, x, y, members);

  if (node != NULL)
    present_step (self, node);
  else
    _enlace_canvas_refuse (self, error->message);

  return node;
}

/* Below what is there already, so that nothing is hidden. */
static double
find_free_y (EnlaceCanvas *self,
             double        x,
             double        y)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < 64; i++)
    {
      graphene_rect_t area = GRAPHENE_RECT_INIT ((float) x, (float) y, CANVAS_CARD_WIDTH, (float) self->card_height);

      g_ptr_array_set_size (found, 0);
      enlace_spatial_index_query (self->node_index, &area, found);
      if (found->len == 0)
        break;
      y += self->card_height + 40;
    }

  return y;
}

/* The first port of the step that leads nowhere yet; NULL: each leads somewhere, or there is none. */
static const char *
find_free_port (EnlaceCanvas *self,
                CanvasNode   *node)
{
  const char *const *ports = enlace_graph_node_get_ports (node->node);

  for (guint i = 0; ports[i] != NULL; i++)
    {
      gboolean used = FALSE;

      for (guint j = 0; j < node->edges->len && !used; j++)
        {
          CanvasEdge *edge = g_ptr_array_index (node->edges, j);

          used = edge->from == node && g_str_equal (enlace_graph_edge_get_port (edge->edge), ports[i]);
        }
      if (!used)
        return ports[i];
    }

  return NULL;
}

EnlaceGraphNode *
enlace_canvas_add_step (EnlaceCanvas *self,
                        const char   *type,
                        EnlaceValue  *members)
{
  EnlaceGraphNode *selected;
  CanvasNode *from = NULL;
  const char *port = NULL;
  graphene_rect_t area;
  double x;
  double y;

  g_return_val_if_fail (ENLACE_IS_CANVAS (self), NULL);
  g_return_val_if_fail (self->graph != NULL && type != NULL, NULL);

  selected = enlace_canvas_get_selected_node (self);
  if (selected != NULL && !g_str_has_prefix (type, "trigger.") && !g_str_equal (type, "flow.catch"))
    from = g_hash_table_lookup (self->nodes, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (selected)));
  if (from != NULL)
    port = find_free_port (self, from);
  if (from != NULL && port != NULL)
    {
      x = from->x + CANVAS_CARD_WIDTH + STEP_GAP;
      y = find_free_y (self, x, from->y);
      return enlace_canvas_add_step_at (self, type, members, x, y, canvas_node_id (from), port, NULL);
    }

  _enlace_canvas_visible_area (self, &area);
  x = (int) (area.origin.x + (area.size.width - CANVAS_CARD_WIDTH) / 2) / CANVAS_GRID * CANVAS_GRID;
  y = (int) (area.origin.y + (area.size.height - self->card_height) / 2) / CANVAS_GRID * CANVAS_GRID;

  return enlace_canvas_add_step_at (self, type, members, x, find_free_y (self, x, y), NULL, NULL, NULL);
}
