/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"

G_BEGIN_DECLS

/* How items come to their values and states: the graph's business alone. */

void             _enlace_graph_item_set_value      (EnlaceGraphItem *self,
                                                    EnlaceValue     *value);
EnlaceGraphItem *_enlace_graph_item_new            (GType            type,
                                                    const char      *id,
                                                    EnlaceValue     *value);
void             _enlace_graph_node_set_fallback   (EnlaceGraphNode *self,
                                                    double           x,
                                                    double           y);
/* Ports of a type that is not known here: those that its edges name. Takes no ownership. */
void             _enlace_graph_node_note_port      (EnlaceGraphNode *self,
                                                    const char      *port);
/* TRUE: it was another before. */
gboolean         _enlace_graph_node_set_problems   (EnlaceGraphNode *self,
                                                    GPtrArray       *problems); /* of char *; nullable */
gboolean         _enlace_graph_node_set_run        (EnlaceGraphNode *self,
                                                    EnlaceRunState   state,
                                                    gint64           item_count);
gboolean         _enlace_graph_edge_set_run        (EnlaceGraphEdge *self,
                                                    gboolean         taken,
                                                    gint64           item_count);

/* The key of an edge in its table; transfer full. */
char            *_enlace_graph_edge_key            (const char      *from,
                                                    const char      *port,
                                                    const char      *to);

/* The graph's own parts, used by its other files. */

struct _EnlaceGraph
{
  GObject        parent_instance;

  EnlaceHistory *history;                         /* owned */
  EnlaceValue   *document;                        /* owned; its members but nodes, edges, notes and groups count */
  GListStore    *items[ENLACE_GRAPH_N_TABLES];    /* owned */
  GHashTable    *ids[ENLACE_GRAPH_N_TABLES];      /* id (of the item) → EnlaceGraphItem, both borrowed from the list */
  GHashTable    *outgoing;                        /* id of a node (owned) → GPtrArray of EnlaceGraphEdge (borrowed) */
  GHashTable    *incoming;
  guint64        revision;
  double         card_width;
  double         card_height;
};

/* Replaces, adds (at `index`, G_MAXUINT: last) or removes (value NULL) an item, and records it. Only inside a transaction. */
void             _enlace_graph_put                 (EnlaceGraph      *self,
                                                    EnlaceGraphTable  table,
                                                    const char       *id,
                                                    guint             index,
                                                    EnlaceValue      *value);
EnlaceGraphItem *_enlace_graph_find                (EnlaceGraph      *self,
                                                    EnlaceGraphTable  table,
                                                    const char       *id);
/* Replaces one member of an item (value NULL removes it), if it is another. Edges go with the ports that a step loses and follow those
 * that it calls otherwise. */
void             _enlace_graph_set_member          (EnlaceGraph      *self,
                                                    EnlaceGraphTable  table,
                                                    const char       *id,
                                                    const char       *member,
                                                    EnlaceValue      *value);
/* graph-group.c: puts the frame round these. */
void             _enlace_graph_fit_group           (EnlaceGraph      *self,
                                                    const char       *id,
                                                    const char *const *content);
/* graph-ports.c: what becomes of the edges of a step whose ports were `before`. */
void             _enlace_graph_follow_ports        (EnlaceGraph      *self,
                                                    const char       *id,
                                                    const char *const *before);
/* Gives an edge another end or port; it keeps its place. */
void             _enlace_graph_change_edge         (EnlaceGraph      *self,
                                                    EnlaceGraphEdge  *edge,
                                                    const char       *member,
                                                    const char       *text);
/* A free id: base, base_2, base_3 …; `taken` (nullable) holds further ids that are not free. Transfer full. */
char            *_enlace_graph_make_id             (EnlaceGraph      *self,
                                                    EnlaceGraphTable  table,
                                                    const char       *base,
                                                    GHashTable       *taken);
EnlaceValue     *_enlace_graph_point               (double            x,
                                                    double            y);
/* Where a value's "position" or "size" points to; FALSE: it has none. */
gboolean         _enlace_graph_read_point          (EnlaceValue      *value,
                                                    const char       *member,
                                                    double           *x,
                                                    double           *y);

G_END_DECLS
