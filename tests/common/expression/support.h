/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/expression.h"
#include "common/value/json.h"

G_BEGIN_DECLS

/* Evaluates over the members of a JSON object (NULL: an empty one). NULL with the error of either stage. */
static inline EnlaceValue *
evaluate (const char  *text,
          const char  *scope_json,
          GError     **error)
{
  g_autoptr(EnlaceValue) members = enlace_json_parse (scope_json != NULL ? scope_json : "{}", -1, NULL);
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, error);
  EnlaceMapScope scope;

  g_assert_nonnull (members);
  if (expression == NULL)
    return NULL;
  enlace_map_scope_init (&scope, members);
  return enlace_expression_evaluate (expression, &scope.scope, NULL, error);
}

static inline void
assert_json (const char *text,
             const char *scope_json,
             const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = evaluate (text, scope_json, &error);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  json = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json, ==, expected);
}

/* The message must be exactly this; NULL: any. */
static inline void
assert_fails (const char            *text,
              const char            *scope_json,
              EnlaceExpressionError  code,
              const char            *message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = evaluate (text, scope_json, &error);

  g_assert_null (value);
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, (int) code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
}

/* `n` copies of `open`, `middle`, and `n` copies of `close`. */
static inline char *
nested (guint       n,
        const char *open,
        const char *middle,
        const char *close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, open);
  g_string_append (text, middle);
  for (guint i = 0; i < n; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

G_END_DECLS
