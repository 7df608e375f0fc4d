/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceDocument:
 *
 * A workflow document, read-only: nodes and edges over the JSON value that it was read from, which is kept whole, so that
 * unknown members survive. Immutable, reference-counted, thread-safe. The form is described in docs/workflows.md.
 */
typedef struct _EnlaceDocument EnlaceDocument;

typedef struct {
  const char  *id;
  const char  *type;
  const char  *name;
  EnlaceValue *parameters;        /* borrowed; an empty map when absent */
  EnlaceValue *value;             /* borrowed; the whole node */
  guint        index;             /* in "nodes" */
} EnlaceDocumentNode;

typedef struct {
  guint        from;              /* index of a node */
  guint        to;
  const char  *port;              /* "out" when absent */
  guint        index;             /* in "edges" */
} EnlaceDocumentEdge;

/* Something that is wrong: where (JSON Pointer from the document's root), which node (nullable), and what. */
typedef struct {
  char *pointer;
  char *node;
  char *detail;
} EnlaceProblem;

EnlaceProblem            *enlace_problem_new              (const char               *pointer,
                                                           const char               *node,
                                                           const char               *detail_format,
                                                           ...) G_GNUC_PRINTF (3, 4);
void                      enlace_problem_free             (EnlaceProblem            *self);
/* [ { "pointer", "node", "detail" } … ] */
EnlaceValue              *enlace_problems_to_value        (GPtrArray                *problems);

/* Reads a document. What is no graph at all (bad shape, bad or duplicate id, dangling edge, duplicate edge, cycle,
 * unsupported "schema") refuses: NULL, and each reason is added to `refusals` (element-type EnlaceProblem). */
EnlaceDocument           *enlace_document_read            (EnlaceValue              *value,
                                                           GPtrArray                *refusals);
EnlaceDocument           *enlace_document_ref             (EnlaceDocument           *self);
void                      enlace_document_unref           (EnlaceDocument           *self);
EnlaceValue              *enlace_document_get_value       (EnlaceDocument           *self);

guint                     enlace_document_get_n_nodes     (EnlaceDocument           *self);
const EnlaceDocumentNode *enlace_document_get_node        (EnlaceDocument           *self,
                                                           guint                     index);
const EnlaceDocumentNode *enlace_document_find_node       (EnlaceDocument           *self,
                                                           const char               *id);
guint                     enlace_document_get_n_edges     (EnlaceDocument           *self);
const EnlaceDocumentEdge *enlace_document_get_edge        (EnlaceDocument           *self,
                                                           guint                     index);
/* The node of the one trigger; NULL when there is none or more than one. */
const EnlaceDocumentNode *enlace_document_get_trigger     (EnlaceDocument           *self);
/* Node indexes so that every edge goes forward; stable (document order among equals). Length: the number of nodes. */
const guint              *enlace_document_get_order       (EnlaceDocument           *self);
/* "webhook", "schedule", "event", "poll" or "manual" (also without a trigger). */
const char               *enlace_document_get_trigger_type (EnlaceDocument          *self);

/* All that saves but refuses publishing (element-type EnlaceProblem, caller frees): unknown or not yet supported step types and
 * members, missing or ill-typed parameters, templates that do not compile, unknown ports, paths to steps that do not exist or do not
 * run before, unreachable steps, several triggers or none. */
GPtrArray                *enlace_document_check           (EnlaceDocument           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDocument, enlace_document_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceProblem, enlace_problem_free)

G_END_DECLS
