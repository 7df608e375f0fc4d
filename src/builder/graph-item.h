/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceGraphItem:
 *
 * What a workflow document holds in one of its lists: a step, an edge or a note. An item is a view of an immutable value that
 * its [class@Graph] replaces as a whole; it is never changed from elsewhere. It lives as long as it is in the graph, and keeps
 * its identity over undo and redo of changes (not over removal and return).
 */
#define ENLACE_TYPE_GRAPH_ITEM (enlace_graph_item_get_type ())
G_DECLARE_DERIVABLE_TYPE (EnlaceGraphItem, enlace_graph_item, ENLACE, GRAPH_ITEM, GObject)

struct _EnlaceGraphItemClass
{
  GObjectClass parent_class;

  /* Reads what the class keeps from the new value; properties are notified inside a freeze. */
  void (*value_changed) (EnlaceGraphItem *self,
                         EnlaceValue     *value);
};

/* The key of the item: the "id" of a node or a note, "from:port:to" of an edge. */
const char  *enlace_graph_item_get_id    (EnlaceGraphItem *self);
/* The whole value, unknown members included; borrowed. */
EnlaceValue *enlace_graph_item_get_value (EnlaceGraphItem *self);

G_END_DECLS
