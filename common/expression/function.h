/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_CALL_GLOBAL = 1 << 0,   /* f(x) */
  ENLACE_CALL_MEMBER = 1 << 1,   /* x.f() */
} EnlaceCallStyle;

/* `arguments` are borrowed; a receiver is the first. TRUE with `out`, FALSE with a failure. */
typedef gboolean (*EnlaceFunctionCall) (EnlaceEvaluation    *evaluation,
                                        const EnlaceNode    *node,
                                        const EnlaceOperand *arguments,
                                        EnlaceOperand       *out);

/* Evaluates the arguments itself. */
typedef gboolean (*EnlaceLazyCall) (EnlaceEvaluation *evaluation,
                                    const EnlaceNode *node,
                                    EnlaceOperand    *out);

struct _EnlaceFunction {
  const char         *name;          /* with its namespace: "math.abs" */
  guint               styles;
  guint               min_arguments; /* the receiver counts */
  guint               max_arguments;
  gboolean            constant_cost; /* costs one unit whatever the arguments are */
  EnlaceFunctionCall  call;
  EnlaceLazyCall      lazy;          /* instead of `call` */
};

#define ENLACE_MAX_ARGUMENTS 4
#define ENLACE_ANY_ARGUMENTS G_MAXUINT

typedef struct {
  const EnlaceFunction *functions;
  gsize                 n;
} EnlaceFunctionLibrary;

extern const EnlaceFunctionLibrary enlace_conversion_library;
extern const EnlaceFunctionLibrary enlace_encoder_library;
extern const EnlaceFunctionLibrary enlace_instant_library;
extern const EnlaceFunctionLibrary enlace_list_library;
extern const EnlaceFunctionLibrary enlace_math_library;
extern const EnlaceFunctionLibrary enlace_number_library;
extern const EnlaceFunctionLibrary enlace_optional_library;
extern const EnlaceFunctionLibrary enlace_string_library;
extern const EnlaceFunctionLibrary enlace_text_library;

/* NULL when there is none of that name and style; then `other_arity` tells whether one takes another number of arguments. */
const EnlaceFunction *enlace_function_find    (const char         *name,
                                               EnlaceCallStyle     style,
                                               guint               n_arguments,
                                               gboolean           *other_arity);
/* Whether functions have such a name before a dot. */
gboolean              enlace_function_is_namespace (const char    *name);
/* The nearest name of a function to a wrong one, or NULL. */
const char           *enlace_function_nearest (const char         *name);

static inline const char *
enlace_operand_get_string (const EnlaceOperand *self,
                           gsize               *length)
{
  return enlace_value_get_string_len (self->value, length);
}

G_END_DECLS
