/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/template.h"
#include "common/workflow/document-private.h"
#include "common/workflow/step-type.h"

G_BEGIN_DECLS

/* A place in one step that reads the output of another. */
typedef struct {
  guint reader;                   /* node that holds the expression */
  guint target;                   /* node that is read */
  gboolean guarded;               /* the expression asks whether steps have run */
  char *pointer;                  /* owned; of the expression */
} EnlaceReference;

/* One check of one document. */
typedef struct {
  EnlaceDocument *document;
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
/* After all nodes: whether each step that is read has run by then. */
void            enlace_check_references (EnlaceCheck          *self);

G_END_DECLS
