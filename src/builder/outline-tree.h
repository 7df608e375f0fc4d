/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"

G_BEGIN_DECLS

/**
 * EnlaceOutlineItem:
 *
 * A line of the outline: a step, or the way that leads from one of its ports, with what is on it.
 */
#define ENLACE_TYPE_OUTLINE_ITEM (enlace_outline_item_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceOutlineItem, enlace_outline_item, ENLACE, OUTLINE_ITEM, GObject)

/* NULL: the line is a way. */
EnlaceGraphNode *enlace_outline_item_get_node     (EnlaceOutlineItem *self);
/* The step's name, or what the way means ("For each item", "If it fails"). */
const char      *enlace_outline_item_get_text     (EnlaceOutlineItem *self);
/* Of EnlaceOutlineItem; NULL: nothing is below it. */
GListModel      *enlace_outline_item_get_children (EnlaceOutlineItem *self);

/* The structure of a workflow: steps in the order in which they run, nested below the ways that lead to them. What several ways lead to
 * stands behind the step at which they part. Transfer full, of EnlaceOutlineItem. */
GListModel      *enlace_outline_tree_new          (EnlaceGraph       *graph);

G_END_DECLS
