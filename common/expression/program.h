/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/ast.h"

G_BEGIN_DECLS

/* What the conformance cases need beside the plain language. */
typedef enum {
  ENLACE_COMPILE_DEFAULT = 0,
  ENLACE_COMPILE_UNCHECKED = 1 << 0, /* an unknown function fails when it is called, not before */
  ENLACE_COMPILE_NO_MACROS = 1 << 1,
  ENLACE_COMPILE_QUALIFIED = 1 << 2, /* names of the scope may hold dots, and are resolved in a container */
} EnlaceCompileFlags;

struct _EnlaceExpression {
  char               *text;
  gsize               length;
  EnlaceArena        *arena;
  EnlaceNode         *root;
  const char        **names;      /* free names by slot */
  guint               n_names;
  guint               n_locals;   /* variables alive at once */
  EnlaceCompileFlags  flags;
  char               *container;  /* "" without one */
  gatomicrefcount     references;
};

EnlaceExpression *enlace_expression_compile_full (const char          *text,
                                                  gssize               length,
                                                  EnlaceCompileFlags   flags,
                                                  const char          *container, /* nullable */
                                                  GError             **error);
/* Resolves names and functions, compiles constant patterns, folds constant lists and maps. */
gboolean          enlace_expression_check        (EnlaceExpression    *self,
                                                  GError             **error);

G_END_DECLS
