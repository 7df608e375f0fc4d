/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/document.h"

G_BEGIN_DECLS

/* Loops and branches that may stand inside one another. */
#define ENLACE_REGIONS_MAX_DEPTH 16

/**
 * EnlaceRegion:
 *
 * A part of a document that runs as one: the root, the body of a loop (what is reachable from its port `item`), a branch of a parallel (what is
 * reachable from its port), or what follows a flow.catch, which is in it itself.
 */
typedef struct {
  int          owner;     /* index of the node of the loop, the parallel or the catch; -1: the root */
  const char  *port;      /* of the owner, borrowed from the document; NULL: the root, a catch */
  int          parent;    /* the region that the owner is in; -1: the root */
  guint        depth;     /* 0: the root */
} EnlaceRegion;

typedef struct {
  EnlaceRegion *regions;  /* the root first, each after its parent */
  guint         n_regions;
  guint        *of_node;  /* by the index of a node: its region */
} EnlaceRegions;

/* Finds the regions of a document. What contradicts them (an edge between two regions, too many inside one another) is added to `problems`
 * (nullable, element-type EnlaceProblem). */
EnlaceRegions *enlace_regions_new          (EnlaceDocument           *document,
                                            GPtrArray                *problems);
void           enlace_regions_free         (EnlaceRegions            *self);
/* The region that begins at a port of a node, -1: none does. */
int            enlace_regions_find         (const EnlaceRegions      *self,
                                            guint                     node,
                                            const char               *port);
/* Whether `region` is `other` or inside it. */
gboolean       enlace_regions_is_within    (const EnlaceRegions      *self,
                                            guint                     region,
                                            guint                     other);
/* Whether a region begins at this port of the node. */
gboolean       enlace_node_port_has_region (const EnlaceDocumentNode *node,
                                            const char               *port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRegions, enlace_regions_free)

G_END_DECLS
