/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/parser.h"
#include "common/expression/program.h"
#include "common/value/utf8.h"

static void
program_free (EnlaceExpression *self)
{
  enlace_arena_free (self->arena);
  g_free (self->container);
  g_free (self->text);
  g_free (self);
}

static gboolean
accept_text (const char  *text,
             gsize        length,
             GError     **error)
{
  const char *problem = NULL;

  if (length > ENLACE_EXPRESSION_MAX_LENGTH)
    problem = "the expression is longer than 1 MiB";
  else if (!enlace_utf8_validate (text, length))
    problem = "the expression is no UTF-8 text";
  if (problem != NULL)
    g_set_error_literal (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX, problem);
  return problem == NULL;
}

/**
 * enlace_expression_compile_full:
 * @text: UTF-8
 * @length: in bytes, or -1 when it ends with a NUL
 * @flags: departures from the plain language
 * @container: (nullable): where qualified names are looked for first
 *
 * Returns: (transfer full) (nullable): the expression, or %NULL with %ENLACE_EXPRESSION_ERROR_SYNTAX or
 *   %ENLACE_EXPRESSION_ERROR_CHECK; the message begins with line and column
 */
EnlaceExpression *
enlace_expression_compile_full (const char          *text,
                                gssize               length,
                                EnlaceCompileFlags   flags,
                                const char          *container,
                                GError             **error)
{
  gsize n = length >= 0 ? (gsize) length : strlen (text);
  EnlaceExpression *self;

  g_return_val_if_fail (text != NULL, NULL);

  if (!accept_text (text, n, error))
    return NULL;
  self = g_new0 (EnlaceExpression, 1);
  g_atomic_ref_count_init (&self->references);
  self->text = g_malloc (n + 1);
  memcpy (self->text, text, n);
  self->text[n] = '\0';
  self->length = n;
  self->flags = flags;
  self->container = g_strdup (container != NULL ? container : "");
  self->arena = enlace_arena_new ();
  self->root = enlace_parse (self->text, n, (flags & ENLACE_COMPILE_NO_MACROS) != 0, self->arena, error);
  if (self->root != NULL && enlace_expression_check (self, error))
    return self;
  program_free (self);
  return NULL;
}

EnlaceExpression *
enlace_expression_compile (const char  *text,
                           gssize       length,
                           GError     **error)
{
  return enlace_expression_compile_full (text, length, ENLACE_COMPILE_DEFAULT, NULL, error);
}

EnlaceExpression *
enlace_expression_ref (EnlaceExpression *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
enlace_expression_unref (EnlaceExpression *self)
{
  if (g_atomic_ref_count_dec (&self->references))
    program_free (self);
}

const char *
enlace_expression_get_text (EnlaceExpression *self)
{
  return self->text;
}
