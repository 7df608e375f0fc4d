/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"
#include "common/expression/library.h"

G_BEGIN_DECLS

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
  EnlaceFunctionEntry entry;         /* what people read of it; its name is that of the function */
};

#define ENLACE_ANY_ARGUMENTS G_MAXUINT

typedef struct {
  const EnlaceFunction *functions;
  gsize                 n;
  const char           *group;      /* title of its part of the reference page; NULL: they are described elsewhere */
} EnlaceFunctionLibrary;

extern const EnlaceFunctionLibrary enlace_conversion_library;
extern const EnlaceFunctionLibrary enlace_date_library;
extern const EnlaceFunctionLibrary enlace_digest_library;
extern const EnlaceFunctionLibrary enlace_encoder_library;
extern const EnlaceFunctionLibrary enlace_instant_library;
extern const EnlaceFunctionLibrary enlace_json_library;
extern const EnlaceFunctionLibrary enlace_list_library;
extern const EnlaceFunctionLibrary enlace_map_library;
extern const EnlaceFunctionLibrary enlace_math_library;
extern const EnlaceFunctionLibrary enlace_number_library;
extern const EnlaceFunctionLibrary enlace_numeral_library;
extern const EnlaceFunctionLibrary enlace_optional_library;
extern const EnlaceFunctionLibrary enlace_pattern_library;
extern const EnlaceFunctionLibrary enlace_record_library;
extern const EnlaceFunctionLibrary enlace_string_library;
extern const EnlaceFunctionLibrary enlace_text_library;
extern const EnlaceFunctionLibrary enlace_url_library;
extern const EnlaceFunctionLibrary enlace_word_library;

/* All of them, in the order of the reference page. */
extern const EnlaceFunctionLibrary *const enlace_libraries[];
extern const gsize enlace_n_libraries;

/* NULL when there is none of that name and style; then `other_arity` tells whether one takes another number of arguments. */
const EnlaceFunction *enlace_function_find    (const char         *name,
                                               EnlaceCallStyle     style,
                                               guint               n_arguments,
                                               gboolean           *other_arity);
/* Whether functions have such a name before a dot. */
gboolean              enlace_function_is_namespace (const char    *name);
/* The nearest name of a function to a wrong one, or NULL. */
const char           *enlace_function_nearest (const char         *name);
/* Whether the arguments are of these kinds, a letter each: s string, x string or bytes, i int, n a number, o bool, l list, m map,
 * t timestamp, . any. Charges for reading texts. FALSE with a failure. */
gboolean              enlace_call_accept       (EnlaceEvaluation    *evaluation,
                                                const EnlaceNode    *node,
                                                const EnlaceOperand *arguments,
                                                const char          *kinds);

/* The bytes of a string or of bytes. */
static inline const char *
enlace_operand_get_data (const EnlaceOperand *self,
                         gsize               *length)
{
  return self->kind == ENLACE_KIND_BYTES ? enlace_value_get_bytes (self->value, length)
                                         : enlace_value_get_string_len (self->value, length);
}

/* Appends what has been paid for. */
static inline gboolean
enlace_call_append (EnlaceEvaluation *evaluation,
                    GString          *result,
                    const char       *data,
                    gsize             length)
{
  if (!enlace_evaluation_charge (evaluation, 1 + length / ENLACE_COST_BYTES))
    return FALSE;
  g_string_append_len (result, data, length);
  return TRUE;
}

static inline gboolean
enlace_call_set_text (EnlaceOperand *out,
                      GString       *text)
{
  enlace_operand_take (out, enlace_value_new_string_len (text->str, text->len));
  return TRUE;
}

static inline const char *
enlace_operand_get_string (const EnlaceOperand *self,
                           gsize               *length)
{
  return enlace_value_get_string_len (self->value, length);
}

G_END_DECLS
