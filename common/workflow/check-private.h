/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/template.h"
#include "common/expression/typecheck.h"
#include "common/workflow/document-private.h"
#include "common/workflow/regions.h"
#include "common/workflow/step-type.h"

G_BEGIN_DECLS

/* A place in one step that reads the output of another. */
typedef struct {
  guint reader;                   /* node that holds the expression */
  guint target;                   /* node that is read */
  gboolean guarded;               /* the expression asks whether steps have run */
  char *pointer;                  /* owned; of the expression */
} EnlaceReference;

/* For which part of a step's work an expression is evaluated. */
typedef enum {
  ENLACE_PLACE_STEP,              /* once, before the step works */
  ENLACE_PLACE_ITEM,              /* for each element of the step's list: `item`, `index` */
  ENLACE_PLACE_BODY,              /* of a loop: in its body, at the end of an iteration */
  ENLACE_PLACE_ERROR,             /* after the step has failed: its own error is there */
} EnlacePlace;

/* One check of one document. */
typedef struct {
  EnlaceDocument *document;
  const EnlaceCheckEnvironment *environment;
  EnlaceRegions *regions;
  EnlacePlace place;              /* of the parameter that is being looked at */
  EnlaceType **outputs;           /* by node; NULL: anything */
  EnlaceType **items;             /* by node: the elements of its `items`; NULL: not asked for yet */
  EnlaceType *vars;               /* NULL: anything */
  GHashTable *templates;          /* value, borrowed → EnlaceTemplate: what is compiled already */
  const EnlaceDocumentNode *trigger;  /* nullable */
  const EnlaceDocumentNode *node;     /* the one that is being looked at; NULL outside nodes */
  GPtrArray *problems;
  GArray *references;             /* of EnlaceReference */
  guint8 *reachable;              /* by node; NULL where there is not one trigger */
} EnlaceCheck;

void            enlace_check_add        (EnlaceCheck          *self,
                                         const char           *pointer,
                                         const char           *format,
                                         ...) G_GNUC_PRINTF (3, 4);
void            enlace_check_warn       (EnlaceCheck          *self,
                                         const char           *pointer,
                                         const char           *format,
                                         ...) G_GNUC_PRINTF (3, 4);
/* Compiles what may hold templates and looks at every path in it. Gives the template when it compiles. */
EnlaceTemplate *enlace_check_template   (EnlaceCheck          *self,
                                         EnlaceValue          *value,
                                         const char           *pointer);
/* The parameters of `self->node`. */
void            enlace_check_parameters (EnlaceCheck          *self,
                                         const EnlaceStepInfo *info);
void            enlace_check_fields     (EnlaceCheck          *self,
                                         EnlaceValue          *fields,
                                         const char           *pointer);
/* Names, members and steps that a path of an expression at `pointer` may begin with. */
void            enlace_check_path       (EnlaceCheck          *self,
                                         const char *const    *segments,
                                         gboolean              guarded,
                                         const char           *pointer);
/* The types of all outputs, as far as the document says them. Before the nodes are looked at. */
void            enlace_check_outputs    (EnlaceCheck          *self);
/* The type of what a template gives at `self->node` and `self->place`. */
EnlaceType     *enlace_check_infer      (EnlaceCheck          *self,
                                         EnlaceValue          *value);
/* What the types say about an expression there. */
void            enlace_check_types      (EnlaceCheck          *self,
                                         EnlaceExpression     *expression,
                                         const char           *pointer);
/* The region in which an expression at `self->node` and `self->place` is evaluated. */
guint           enlace_check_region     (const EnlaceCheck    *self);
/* The loop whose iteration the region belongs to; -1: none. */
int             enlace_check_loop       (const EnlaceCheck    *self,
                                         guint                 region);
/* Keys and passwords that are written into the parameters of `self->node`. */
void            enlace_check_secrets    (EnlaceCheck          *self);
/* Connections, and loops with effects outside. */
void            enlace_check_effects    (EnlaceCheck          *self);
/* After all nodes: whether each step that is read has run by then. */
void            enlace_check_references (EnlaceCheck          *self);

G_END_DECLS
