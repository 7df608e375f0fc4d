/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/document.h"

G_BEGIN_DECLS

/* A list of what is wrong ends here; the last entry says that there is more. */
#define ENLACE_DOCUMENT_MAX_PROBLEMS 200
/* Warnings beyond so many entries are left out. */
#define ENLACE_DOCUMENT_MAX_WARNINGS 150

struct _EnlaceDocument {
  int ref_count;
  EnlaceValue *value;             /* owned */
  EnlaceValue *no_parameters;     /* owned; the empty map */
  EnlaceDocumentNode *nodes;
  guint n_nodes;
  EnlaceDocumentEdge *edges;
  guint n_edges;
  GHashTable *by_id;              /* id, borrowed → index + 1 */
  guint *order;                   /* nodes, so that edges go forward */
  guint *position;                /* of a node in `order` */
  /* Edges by their end: those of node N are outgoing[first_out[N] … first_out[N + 1] - 1]. */
  guint *first_out;
  guint *outgoing;
  guint *first_in;
  guint *incoming;
};

/* Fills in the arrays that go by node, and the order. FALSE with one more refusal when the edges form a cycle. */
gboolean enlace_document_sort   (EnlaceDocument *self,
                                 GPtrArray      *refusals);
/* Adds a problem that it takes, or, when the list is full, says so once and frees it. */
void     enlace_problems_take   (GPtrArray      *problems,
                                 EnlaceProblem  *problem);
gboolean enlace_node_is_trigger (const EnlaceDocumentNode *node);
/* Whether the step goes on by `error` when it fails. */
gboolean enlace_node_has_error_port (const EnlaceDocumentNode *node);

G_END_DECLS
