/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/expression.h"

G_BEGIN_DECLS

/**
 * EnlaceTemplate:
 *
 * A JSON value whose strings may hold `{{ expression }}`, compiled. A string that is one expression yields the value with
 * its type; text around it makes a string, in which strings stand as they are, null is empty and other values are JSON.
 * `\{{` is a literal `{{`. `optional.none()` drops the member or element. Keys are never templates.
 * Immutable, reference-counted, usable by several threads at once.
 */
typedef struct _EnlaceTemplate EnlaceTemplate;

/* `pointer` of a failure (RFC 6901, from the value's root) is given in `*pointer` (nullable out, caller frees). */
EnlaceTemplate    *enlace_template_compile          (EnlaceValue        *value,
                                                     char              **pointer,
                                                     GError            **error);
EnlaceTemplate    *enlace_template_ref              (EnlaceTemplate     *self);
void               enlace_template_unref            (EnlaceTemplate     *self);

/* TRUE when it holds no expression: evaluation then only returns the value. */
gboolean           enlace_template_is_constant      (EnlaceTemplate     *self);
/* The expression when the value is a string that is one expression, else NULL. */
EnlaceExpression  *enlace_template_get_expression   (EnlaceTemplate     *self);

/* A top-level optional.none() yields null. */
EnlaceValue       *enlace_template_evaluate         (EnlaceTemplate     *self,
                                                     const EnlaceScope  *scope,
                                                     guint64            *cost,
                                                     GError            **error);
void               enlace_template_foreach_expression (EnlaceTemplate   *self,
                                                     void              (*func) (EnlaceExpression *expression,
                                                                                const char       *pointer,
                                                                                gpointer          data),
                                                     gpointer            data);
guint64            enlace_template_estimate_cost    (EnlaceTemplate     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceTemplate, enlace_template_unref)

G_END_DECLS
