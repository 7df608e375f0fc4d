/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceExpressionError:
 * @ENLACE_EXPRESSION_ERROR_SYNTAX: the text is no expression
 * @ENLACE_EXPRESSION_ERROR_CHECK: it cannot succeed: an unknown function, or types that do not fit
 * @ENLACE_EXPRESSION_ERROR_PATH: a path that is not there; the message names it and the nearest existing name
 * @ENLACE_EXPRESSION_ERROR_EVALUATION: any other failure: overflow, division by zero, no such overload, bad regular expression
 * @ENLACE_EXPRESSION_ERROR_COST: the evaluation passed its cost limit
 */
typedef enum {
  ENLACE_EXPRESSION_ERROR_SYNTAX,
  ENLACE_EXPRESSION_ERROR_CHECK,
  ENLACE_EXPRESSION_ERROR_PATH,
  ENLACE_EXPRESSION_ERROR_EVALUATION,
  ENLACE_EXPRESSION_ERROR_COST,
} EnlaceExpressionError;

#define ENLACE_EXPRESSION_ERROR (enlace_expression_error_quark ())
GQuark enlace_expression_error_quark (void);

/* Nesting beyond this is a syntax error. */
#define ENLACE_EXPRESSION_MAX_DEPTH 128
/* Default cost limit of one evaluation: about a node visited or 16 bytes copied a unit. */
#define ENLACE_EXPRESSION_DEFAULT_COST (1000 * 1000)

/**
 * EnlaceScope:
 *
 * What names mean during an evaluation. A lookup borrows: the scope keeps the value alive while the evaluation lasts.
 * `names` is for messages ("did you mean …") and completion; it may be NULL.
 */
typedef struct _EnlaceScope EnlaceScope;
struct _EnlaceScope {
  EnlaceValue  *(*lookup) (const EnlaceScope *self,
                           const char        *name);        /* NULL: no such name */
  void          (*names)  (const EnlaceScope *self,
                           GPtrArray         *names);       /* adds borrowed strings */
};

/* A scope over the members of a map. It borrows the map. Embed or keep on the stack. */
typedef struct { EnlaceScope scope; EnlaceValue *members; } EnlaceMapScope;
void               enlace_map_scope_init            (EnlaceMapScope     *self,
                                                     EnlaceValue        *members);

/**
 * EnlaceExpression:
 *
 * A compiled expression: immutable, reference-counted, usable by several threads at once.
 * The language is CEL (google/cel-spec, doc/langdef.md), with the additions of docs/expressions.md.
 */
typedef struct _EnlaceExpression EnlaceExpression;

EnlaceExpression  *enlace_expression_compile        (const char         *text,
                                                     gssize              length,
                                                     GError            **error);
EnlaceExpression  *enlace_expression_ref            (EnlaceExpression   *self);
void               enlace_expression_unref          (EnlaceExpression   *self);
const char        *enlace_expression_get_text       (EnlaceExpression   *self);

/* Evaluates. `cost` in units, as above; NULL: the default. On return it holds what is left. */
EnlaceValue       *enlace_expression_evaluate       (EnlaceExpression   *self,
                                                     const EnlaceScope  *scope,
                                                     guint64            *cost,
                                                     GError            **error);

/* Calls `func` for each path of field and constant-index selections that begins at a free name, e.g.
 * ["steps", "map", "output", "total"]; segments are NULL-terminated; a dynamic index ends the path. */
typedef void (*EnlaceExpressionPathFunc)            (const char *const  *segments,
                                                     gpointer            data);
void               enlace_expression_foreach_path   (EnlaceExpression   *self,
                                                     EnlaceExpressionPathFunc func,
                                                     gpointer            data);
/* TRUE when it asks somewhere whether a member of a free name is there: has(name.x), name.?x, name[?x], x in name. */
gboolean           enlace_expression_tests_members  (EnlaceExpression   *self,
                                                     const char         *name);
/* A static bound of the evaluation's cost in units where none of its parts depends on the size of data, else G_MAXUINT64. */
guint64            enlace_expression_estimate_cost  (EnlaceExpression   *self);

gboolean           enlace_expression_is_keyword     (const char         *name); /* words that no identifier may be */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceExpression, enlace_expression_unref)

G_END_DECLS
