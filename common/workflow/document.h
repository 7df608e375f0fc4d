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

typedef enum {
  ENLACE_SEVERITY_PROBLEM,        /* refuses publishing */
  ENLACE_SEVERITY_WARNING,        /* is shown */
} EnlaceSeverity;

/* Something that is wrong: where (JSON Pointer from the document's root), which node (nullable), what, and how bad it is. */
typedef struct {
  char *pointer;
  char *node;
  char *detail;
  EnlaceSeverity severity;
} EnlaceProblem;

EnlaceProblem            *enlace_problem_new              (const char               *pointer,
                                                           const char               *node,
                                                           const char               *detail_format,
                                                           ...) G_GNUC_PRINTF (3, 4);
void                      enlace_problem_free             (EnlaceProblem            *self);
/* "problem" or "warning". */
const char               *enlace_severity_to_string       (EnlaceSeverity            self);
/* [ { "pointer", "node", "detail", "severity" } … ] */
EnlaceValue              *enlace_problems_to_value        (GPtrArray                *problems);
/* The first that refuses publishing; NULL: none does. Borrowed. */
const EnlaceProblem      *enlace_problems_find_refusing   (GPtrArray                *problems);

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

/**
 * EnlaceCheckEnvironment:
 *
 * What is known outside of a document when it is checked. All members are borrowed; what is %NULL is not known, and nothing is said about it.
 */
typedef struct {
  const char  *workflow_id;       /* the UUID of the workflow that the document belongs to */
  EnlaceValue *vars;              /* a JSON Schema of `vars` */
  EnlaceValue *workflows;         /* a map of the workflows that there are, by UUID: { "output": JSON Schema } */
  EnlaceValue *integrations;      /* a list of the UUIDs of integrations that are connected */
} EnlaceCheckEnvironment;

/* All that is to be said about a document before it is published (element-type EnlaceProblem, caller frees): problems refuse publishing (unknown step
 * types and members, missing or ill-typed parameters, expressions that do not compile or cannot succeed, unknown ports and fields, steps that are
 * read where they have not run, unreachable steps, several triggers or none, missing connections, keys in addresses), warnings do not. */
GPtrArray                *enlace_document_check           (EnlaceDocument           *self);
GPtrArray                *enlace_document_check_within    (EnlaceDocument           *self,
                                                           const EnlaceCheckEnvironment *environment);

/* Calls of other systems in one run, first attempts alone. */
typedef struct {
  guint64 minimum;
  guint64 typical;                /* each way of a choice as likely as the others, ten times for a loop of unknown length */
  gint64  maximum;                /* -1: there is no limit */
} EnlaceEstimate;

void                      enlace_document_estimate_calls  (EnlaceDocument           *self,
                                                           EnlaceEstimate           *estimate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDocument, enlace_document_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceProblem, enlace_problem_free)

G_END_DECLS
