/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/canvas.h"
#include "src/builder/card.h"
#include "src/builder/group-card.h"
#include "src/builder/note-card.h"
#include "src/builder/picture.h"
#include "src/builder/spatial-index.h"

G_BEGIN_DECLS

#define CANVAS_GRID            8
#define CANVAS_CARD_WIDTH      208
#define CANVAS_CARD_MIN_HEIGHT 60
#define CANVAS_PORT_RADIUS     5.0f
#define CANVAS_PORT_REACH      14.0   /* screen pixels: a target of 28 */
#define CANVAS_READABLE_ZOOM   0.45
#define CANVAS_MAX_DRAWN       500    /* more cards than this are painted in tiles */

/* What the canvas paints itself gets its colours from the style: each is the `color` of a widget that is never shown. */
typedef enum {
  SWATCH_EDGE,
  SWATCH_EDGE_ACTIVE,
  SWATCH_EDGE_TAKEN,
  SWATCH_REFUSED,
  SWATCH_ACCENT,
  SWATCH_CARD,
  SWATCH_CARD_BORDER,
  SWATCH_CARD_TEXT,
  SWATCH_NOTE,
  SWATCH_NOTE_TEXT,
  SWATCH_GRID,
  SWATCH_PORT,
  SWATCH_SUCCESS,
  SWATCH_WARNING,
  SWATCH_BODY,
  SWATCH_BODY_LINE,
  SWATCH_BODY_TEXT,
  N_SWATCHES
} Swatch;

typedef struct {
  EnlaceSpatialItem  spatial;
  EnlaceGraphNode   *node;          /* owned */
  GtkWidget         *card;          /* borrowed child; NULL while it is not in view */
  GskRenderNode     *title;         /* the name, drawn far out */
  EnlacePicture     *picture;       /* of the card, while the zoom glides */
  EnlacePicture     *far_picture;   /* of the step far out, the same */
  GPtrArray         *edges;         /* of CanvasEdge, borrowed */
  float              x;             /* as shown: a drag under way is in it */
  float              y;
  float              height;
  guint              selected : 1;
  guint              marked : 1;    /* was found */
  guint              lifted : 1;    /* being dragged */
  guint              wanted : 1;    /* in view, while that is found out */
} CanvasNode;

typedef struct {
  EnlaceSpatialItem  spatial;
  EnlaceGraphEdge   *edge;          /* owned */
  CanvasNode        *from;
  CanvasNode        *to;
  GskPath           *path;          /* canvas units; rebuilt when an end moves */
  GskPath           *arrow;
  graphene_point_t   middle;
  guint              selected : 1;
} CanvasEdge;

typedef struct {
  EnlaceGraphNote   *note;          /* owned */
  GtkWidget         *widget;        /* borrowed child */
  graphene_rect_t    bounds;
  guint              selected : 1;
  guint              lifted : 1;
} CanvasNote;

typedef struct {
  EnlaceGraphGroup  *group;         /* owned */
  GtkWidget         *widget;        /* borrowed child */
  graphene_rect_t    bounds;
  guint              selected : 1;
  guint              lifted : 1;
} CanvasGroup;

typedef struct _CanvasBody CanvasBody;

typedef enum {
  HIT_NOTHING,
  HIT_NODE,
  HIT_OUTPUT,
  HIT_INPUT,
  HIT_EDGE,
  HIT_EDGE_PLUS,                  /* the mark in its middle */
  HIT_NOTE,
  HIT_NOTE_CORNER,
  HIT_GROUP,
  HIT_GROUP_CORNER,
} HitKind;

typedef struct {
  HitKind     kind;
  CanvasNode *node;
  guint       port;                 /* of HIT_OUTPUT */
  CanvasEdge *edge;
  CanvasNote *note;
  CanvasGroup *group;
} Hit;

typedef enum {
  DRAG_NONE,
  DRAG_PAN,
  DRAG_MOVE,
  DRAG_RUBBER,
  DRAG_CONNECT,
  DRAG_RESIZE,
} DragMode;

typedef struct _CanvasTiles CanvasTiles;

struct _EnlaceCanvas
{
  GtkWidget           parent_instance;

  /* children */
  GtkWidget          *swatches[N_SWATCHES];
  GtkWidget          *minimap;
  GtkWidget          *menu;           /* made when it is first asked for */
  GtkWidget          *connect_list;   /* the same */
  GPtrArray          *idle_cards;     /* children that show nothing */

  /* owned */
  EnlaceGraph        *graph;
  GHashTable         *nodes;          /* id (of the node) → CanvasNode, owned */
  GHashTable         *edges;          /* key (of the edge) → CanvasEdge, owned */
  GHashTable         *notes;          /* id (of the note) → CanvasNote, owned */
  GHashTable         *groups;         /* id (of the group) → CanvasGroup, owned */
  GPtrArray          *bodies;         /* of CanvasBody; each after the one around it */
  EnlaceSpatialIndex *node_index;
  EnlaceSpatialIndex *edge_index;
  GHashTable         *selection;      /* ids, owned */
  GPtrArray          *visible_nodes;  /* of CanvasNode */
  GPtrArray          *visible_edges;  /* of CanvasEdge */
  GPtrArray          *carded;         /* of CanvasNode with a card */
  GHashTable         *port_labels;    /* text → GskRenderNode */
  GHashTable         *port_pictures;  /* the same → EnlacePicture; "" is the port itself */
  CanvasTiles        *tiles;
  AdwAnimation       *animation;
  AdwAnimation       *glide;          /* of steps to their tidy places */
  GHashTable         *glide_from;     /* where they were; nullable */
  GStrv               lifted;         /* ids of what is dragged; nullable */
  GskStroke          *thin_stroke;
  GskStroke          *stroke;
  GskStroke          *thick_stroke;
  GskStroke          *dashed_stroke;

  /* view */
  graphene_rect_t     extents;        /* of all there is, while that is known */
  double              zoom;
  double              pan_x;          /* where canvas (0, 0) is, in widget pixels */
  double              pan_y;
  double              card_height;
  int                 last_width;     /* as of the last allocation */
  int                 last_height;
  guint               stock_source;   /* 0: no cards are being made ahead */
  guint               settle_source;  /* 0: the zoom rests */
  guint               view_tick;      /* 0: the view is up to date */
  GdkRGBA             colors[N_SWATCHES];
  double              animate_from[3];
  double              animate_to[3];

  /* pointer */
  DragMode            drag;
  GtkGesture         *drag_gesture;   /* borrowed from the widget */
  Hit                 pressed;        /* what the drag began on */
  Hit                 hover;
  double              pointer_x;
  double              pointer_y;
  double              drag_start_x;   /* widget pixels */
  double              drag_start_y;
  double              drag_pan_x;
  double              drag_pan_y;
  double              drag_dx;        /* canvas units, snapped */
  double              drag_dy;
  graphene_rect_t     drag_box;       /* of all that is lifted, where it was */
  graphene_rect_t     rubber;         /* canvas units */
  GHashTable         *rubber_kept;    /* ids selected before the rubber band; nullable */
  float               guide_x;        /* NAN: none */
  float               guide_y;
  double              zoom_begin;
  guint               scroll_tick;    /* scrolls while a drag is held at the border */

  /* connecting, by pointer or keys */
  CanvasNode         *connect_from;
  guint               connect_port;
  CanvasNode         *connect_target;
  char               *connect_refusal;
  GHashTable         *connect_blocked; /* ids of steps that the edge cannot lead to, owned */

  /* what a palette holds over the canvas */
  char               *ghost_type;
  double              ghost_x;
  double              ghost_y;
  CanvasEdge         *ghost_edge;

  char               *cursor;         /* the step that has, had or gets the focus */
  guint               selection_batch; /* > 0: "selection-changed" waits */
  guint               selection_dirty : 1;
  guint               extents_valid : 1;
  guint               bodies_valid : 1;
  guint               editable : 1;
  guint               can_run : 1;        /* tests can be asked for */
  guint               has_run : 1;        /* there are results to go on with */
  guint               minimap_visible : 1;
  guint               space_held : 1;
  guint               keyboard_connecting : 1;
  guint               shown_once : 1;
  guint               focus_wanted : 1; /* give the focus to the cursor as soon as it has a card */
};

/* canvas.c */
void        _enlace_canvas_queue_view       (EnlaceCanvas      *self); /* pan, zoom or what is where changed */
void        _enlace_canvas_refuse           (EnlaceCanvas      *self,
                                             const char        *reason);
void        _enlace_canvas_announce         (EnlaceCanvas      *self,
                                             const char        *format,
                                             ...) G_GNUC_PRINTF (2, 3);
void        _enlace_canvas_update_actions   (EnlaceCanvas      *self);
void        _enlace_canvas_request_step     (EnlaceCanvas      *self,
                                             double             x,
                                             double             y,
                                             CanvasNode        *from,
                                             guint              port,
                                             CanvasEdge        *edge);

/* canvas-items.c: the graph's items as they are shown */
void        _enlace_canvas_items_init       (EnlaceCanvas      *self);
void        _enlace_canvas_items_clear      (EnlaceCanvas      *self);
void        _enlace_canvas_items_load       (EnlaceCanvas      *self);
void        _enlace_canvas_item_changed     (EnlaceCanvas      *self,
                                             EnlaceGraphItem   *item,
                                             EnlaceGraphChange  change);
void        _enlace_canvas_place_node       (EnlaceCanvas      *self,
                                             CanvasNode        *node,
                                             double             x,
                                             double             y);
void        _enlace_canvas_place_note       (EnlaceCanvas      *self,
                                             CanvasNote        *note,
                                             double             x,
                                             double             y,
                                             double             width,
                                             double             height);
gboolean    _enlace_canvas_get_extents      (EnlaceCanvas      *self,
                                             graphene_rect_t   *extents);

/* canvas-groups.c */
void        _enlace_canvas_add_group        (EnlaceCanvas      *self,
                                             EnlaceGraphGroup  *item);
void        _enlace_canvas_change_group     (EnlaceCanvas      *self,
                                             CanvasGroup       *group);
void        _enlace_canvas_group_free       (gpointer           data);
void        _enlace_canvas_place_group      (EnlaceCanvas      *self,
                                             CanvasGroup       *group,
                                             double             x,
                                             double             y,
                                             double             width,
                                             double             height);
gboolean    _enlace_canvas_pick_group       (EnlaceCanvas      *self,
                                             double             x,
                                             double             y,
                                             Hit               *hit);
void        _enlace_canvas_draw_groups      (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot);
CanvasGroup *_enlace_canvas_get_selected_group (EnlaceCanvas   *self);
void        _enlace_canvas_group_action     (GtkWidget         *widget,
                                             const char        *name,
                                             GVariant          *parameter);
void        _enlace_canvas_rename_group_action (GtkWidget      *widget,
                                             const char        *name,
                                             GVariant          *parameter);
void        _enlace_canvas_color_group_action (GtkWidget       *widget,
                                             const char        *name,
                                             GVariant          *parameter);

/* canvas-bodies.c: what is behind the steps of loops and branches */
void        _enlace_canvas_body_free        (gpointer           data);
void        _enlace_canvas_bodies_invalidate (EnlaceCanvas     *self);
void        _enlace_canvas_draw_bodies      (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot);

/* canvas-tidy.c */
void        _enlace_canvas_tidy_init        (EnlaceCanvas      *self);
void        _enlace_canvas_glide_end        (EnlaceCanvas      *self);
void        _enlace_canvas_tidy_action      (GtkWidget         *widget,
                                             const char        *name,
                                             GVariant          *parameter);

/* canvas-insert.c: a step into an edge */
gboolean    _enlace_canvas_shows_plus       (EnlaceCanvas      *self,
                                             CanvasEdge        *edge);
void        _enlace_canvas_draw_pluses      (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot);
void        _enlace_canvas_aim_lifted       (EnlaceCanvas      *self);
void        _enlace_canvas_insert_lifted    (EnlaceCanvas      *self);
CanvasEdge *_enlace_canvas_get_selected_edge (EnlaceCanvas     *self);
void        _enlace_canvas_next_edge_action (GtkWidget         *widget,
                                             const char        *name,
                                             GVariant          *parameter);

/* canvas-cards.c: cards while they are in view */
/* FALSE: there was no time for all; it has to be called again. */
gboolean    _enlace_canvas_cards_update     (EnlaceCanvas      *self);
void        _enlace_canvas_cards_stock      (EnlaceCanvas      *self);
void        _enlace_canvas_cards_allocate   (EnlaceCanvas      *self);
void        _enlace_canvas_card_refresh     (EnlaceCanvas      *self,
                                             CanvasNode        *node);
void        _enlace_canvas_card_drop        (EnlaceCanvas      *self,
                                             CanvasNode        *node);
void        _enlace_canvas_cards_measure    (EnlaceCanvas      *self);

/* canvas-edges.c */
void        _enlace_canvas_edge_route       (EnlaceCanvas      *self,
                                             CanvasEdge        *edge);
void        _enlace_canvas_output_point     (EnlaceCanvas      *self,
                                             CanvasNode        *node,
                                             guint              port,
                                             graphene_point_t  *point);
void        _enlace_canvas_input_point      (EnlaceCanvas      *self,
                                             CanvasNode        *node,
                                             graphene_point_t  *point);
guint       _enlace_canvas_port_index       (CanvasNode        *node,
                                             const char        *port);
gboolean    _enlace_canvas_port_has_label   (const char *const *ports,
                                             guint              port);
GskPath    *_enlace_canvas_make_curve       (const graphene_point_t *from,
                                             const graphene_point_t *to,
                                             graphene_point_t  *middle);
GskPath    *_enlace_canvas_make_arrow       (const graphene_point_t *tip);
CanvasEdge *_enlace_canvas_pick_edge        (EnlaceCanvas      *self,
                                             double             x,
                                             double             y,
                                             double             reach);
void        _enlace_canvas_draw_edges       (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot,
                                             GPtrArray         *edges);
void        _enlace_canvas_draw_counts      (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot);

/* canvas-draw.c */
void        _enlace_canvas_swatches_init    (EnlaceCanvas      *self);
void        _enlace_canvas_snapshot         (GtkWidget         *widget,
                                             GtkSnapshot       *snapshot);
void        _enlace_canvas_draw_far_nodes   (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot,
                                             GPtrArray         *nodes,
                                             double             scale);
GskRenderNode *_enlace_canvas_get_port_label (EnlaceCanvas     *self,
                                             const char        *port);
GskRenderNode *_enlace_canvas_text_node     (EnlaceCanvas      *self,
                                             const char        *text,
                                             double             size,
                                             double             width,
                                             int                lines,
                                             Swatch             swatch);

/* canvas-tiles.c: very many cards, painted ahead */
CanvasTiles *_enlace_canvas_tiles_new       (EnlaceCanvas      *self);
void        _enlace_canvas_tiles_free       (CanvasTiles       *tiles);
void        _enlace_canvas_tiles_clear      (CanvasTiles       *tiles);
void        _enlace_canvas_tiles_damage     (CanvasTiles       *tiles,
                                             const graphene_rect_t *area);
void        _enlace_canvas_tiles_snapshot   (CanvasTiles       *tiles,
                                             GtkSnapshot       *snapshot,
                                             const graphene_rect_t *view);

/* canvas-pictures.c: cards while the zoom glides */
void        _enlace_canvas_view_moved       (EnlaceCanvas      *self);
gboolean    _enlace_canvas_shows_pictures   (EnlaceCanvas      *self);
void        _enlace_canvas_draw_title       (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot,
                                             CanvasNode        *node);
void        _enlace_canvas_draw_far_pictures (EnlaceCanvas     *self,
                                             GtkSnapshot       *snapshot,
                                             GPtrArray         *nodes,
                                             const graphene_rect_t *view);
void        _enlace_canvas_draw_card_pictures (EnlaceCanvas    *self,
                                             GtkSnapshot       *snapshot,
                                             const graphene_rect_t *view);

/* canvas-select.c */
Hit         _enlace_canvas_pick             (EnlaceCanvas      *self,
                                             double             widget_x,
                                             double             widget_y);
void        _enlace_canvas_select           (EnlaceCanvas      *self,
                                             const char        *id,
                                             gboolean           selected);
void        _enlace_canvas_select_only      (EnlaceCanvas      *self,
                                             const char        *id); /* NULL: nothing */
void        _enlace_canvas_select_all       (EnlaceCanvas      *self);
void        _enlace_canvas_selection_changed (EnlaceCanvas     *self);
void        _enlace_canvas_selection_freeze (EnlaceCanvas      *self);
void        _enlace_canvas_selection_thaw   (EnlaceCanvas      *self);
gboolean    _enlace_canvas_is_selected      (EnlaceCanvas      *self,
                                             const char        *id);
GStrv       _enlace_canvas_list_selected    (EnlaceCanvas      *self,
                                             gboolean           with_edges);
void        _enlace_canvas_select_in        (EnlaceCanvas      *self,
                                             const graphene_rect_t *area);

/* canvas-pointer.c */
void        _enlace_canvas_pointer_init     (EnlaceCanvas      *self);
void        _enlace_canvas_cancel_drag      (EnlaceCanvas      *self);
/* canvas-move.c: moving what is selected */
void        _enlace_canvas_move_begin       (EnlaceCanvas      *self);
void        _enlace_canvas_move_update      (EnlaceCanvas      *self,
                                             double             dx,
                                             double             dy,
                                             gboolean           snap);
void        _enlace_canvas_move_end         (EnlaceCanvas      *self,
                                             gboolean           keep);
/* canvas-connect.c */
void        _enlace_canvas_connect_begin    (EnlaceCanvas      *self,
                                             CanvasNode        *from,
                                             guint              port,
                                             gboolean           by_keyboard);
void        _enlace_canvas_connect_aim      (EnlaceCanvas      *self,
                                             CanvasNode        *target); /* nullable */
void        _enlace_canvas_connect_end      (EnlaceCanvas      *self,
                                             gboolean           keep);
void        _enlace_canvas_connect_next_port (EnlaceCanvas     *self);
void        _enlace_canvas_connect_show_list (EnlaceCanvas     *self);
void        _enlace_canvas_draw_connecting  (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot);
/* canvas-zoom.c */
void        _enlace_canvas_zoom_init        (EnlaceCanvas      *self);
void        _enlace_canvas_set_view         (EnlaceCanvas      *self,
                                             double             zoom,
                                             double             pan_x,
                                             double             pan_y,
                                             gboolean           animated);
void        _enlace_canvas_zoom_step        (EnlaceCanvas      *self,
                                             double             factor);
void        _enlace_canvas_show_area        (EnlaceCanvas      *self,
                                             const graphene_rect_t *area,
                                             double             min_zoom);
void        _enlace_canvas_visible_area     (EnlaceCanvas      *self,
                                             graphene_rect_t   *area);
/* canvas-keyboard.c */
void        _enlace_canvas_keyboard_init    (EnlaceCanvas      *self);
void        _enlace_canvas_class_init_keyboard (GtkWidgetClass *widget_class);
gboolean    _enlace_canvas_focus            (GtkWidget         *widget,
                                             GtkDirectionType   direction);
/* canvas-actions.c */
void        _enlace_canvas_class_init_actions (GtkWidgetClass  *widget_class);
/* canvas-menu.c */
void        _enlace_canvas_menu_popup       (EnlaceCanvas      *self,
                                             double             x,
                                             double             y,
                                             const Hit         *hit);
/* canvas-drop.c */
void        _enlace_canvas_drop_init        (EnlaceCanvas      *self);
void        _enlace_canvas_draw_ghost       (EnlaceCanvas      *self,
                                             GtkSnapshot       *snapshot);
/* minimap.c */
GtkWidget  *_enlace_minimap_new             (EnlaceCanvas      *canvas);
void        _enlace_minimap_invalidate      (GtkWidget         *minimap);

static inline const char *
canvas_node_id (CanvasNode *node)
{
  return enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node->node));
}

static inline graphene_rect_t
canvas_node_bounds (EnlaceCanvas *self,
                    CanvasNode   *node)
{
  return GRAPHENE_RECT_INIT (node->x, node->y, CANVAS_CARD_WIDTH, node->height);
}

/* canvas-run.c */
void     _enlace_canvas_run_action       (GtkWidget    *widget,
                                          const char   *name,
                                          GVariant     *parameter);
void     _enlace_canvas_pin_action       (GtkWidget    *widget,
                                          const char   *name,
                                          GVariant     *parameter);
void     _enlace_canvas_unpin_action     (GtkWidget    *widget,
                                          const char   *name,
                                          GVariant     *parameter);
gboolean _enlace_canvas_is_cursor_step   (EnlaceCanvas *self);
gboolean _enlace_canvas_is_cursor_pinned (EnlaceCanvas *self);
gboolean _enlace_canvas_can_pin_cursor   (EnlaceCanvas *self);

G_END_DECLS
