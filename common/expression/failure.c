/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/evaluation.h"
#include "common/expression/nearest.h"
#include "common/value/json.h"

/* Names looked at for a suggestion, and the length of a piece of the expression in a message. */
#define MAX_NAMES 1000
#define MAX_TEXT  120

G_DEFINE_QUARK (enlace-expression-error-quark, enlace_expression_error)

void
enlace_failure_clear (EnlaceFailure *self)
{
  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->container, enlace_value_unref);
  g_clear_pointer (&self->key, enlace_value_unref);
  self->set = FALSE;
}

static EnlaceFailure *
begin_failure (EnlaceEvaluation      *self,
               EnlaceExpressionError  code)
{
  enlace_failure_clear (&self->failure);
  self->failure.set = TRUE;
  self->failure.code = code;
  return &self->failure;
}

gboolean
enlace_evaluation_fail (EnlaceEvaluation *self,
                        const char       *format,
                        ...)
{
  EnlaceFailure *failure = begin_failure (self, ENLACE_EXPRESSION_ERROR_EVALUATION);
  va_list arguments;

  va_start (arguments, format);
  failure->message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return FALSE;
}

gboolean
enlace_evaluation_fail_cost (EnlaceEvaluation *self)
{
  begin_failure (self, ENLACE_EXPRESSION_ERROR_COST)->message =
    g_strdup ("the expression takes more work than one evaluation may");
  self->cost = 0;
  return FALSE;
}

gboolean
enlace_evaluation_fail_path (EnlaceEvaluation    *self,
                             const EnlaceNode    *node,
                             guint                segment,
                             const EnlaceOperand *container,
                             const EnlaceOperand *key)
{
  EnlaceFailure *failure = begin_failure (self, ENLACE_EXPRESSION_ERROR_PATH);
  EnlaceOperand copy;

  failure->node = node;
  failure->segment = segment;
  if (container != NULL)
    {
      copy = *container;
      copy.owned = FALSE;
      failure->container = enlace_operand_box (&copy);
    }
  if (key != NULL)
    {
      copy = *key;
      copy.owned = FALSE;
      failure->key = enlace_operand_box (&copy);
    }
  return FALSE;
}

gboolean
enlace_evaluation_no_overload (EnlaceEvaluation    *self,
                               const char          *name,
                               const EnlaceOperand *arguments,
                               gsize                n)
{
  g_autoptr(GString) types = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (types, i + 1 < n ? ", " : " and ");
      g_string_append (types, enlace_operand_type_name (&arguments[i]));
    }
  return enlace_evaluation_fail (self, "“%s” has no form that takes %s", name, types->len > 0 ? types->str : "nothing");
}

/* A piece of the expression as it was written, on one line. */
static char *
source_text (EnlaceEvaluation *self,
             gsize             start,
             gsize             end)
{
  g_autofree char *text = g_strndup (self->expression->text + start, end - start);
  GString *result = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (result->len >= MAX_TEXT)
        {
          g_string_append (result, "…");
          break;
        }
      if (!g_ascii_isspace (*at))
        g_string_append_len (result, at, g_utf8_next_char (at) - at);
      else if (result->len > 0 && result->str[result->len - 1] != ' ')
        g_string_append_c (result, ' ');
    }
  return g_string_free (result, FALSE);
}

static char *
name_suggestion (EnlaceEvaluation *self,
                 const char       *name)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  EnlaceNearest nearest;

  enlace_nearest_init (&nearest, name);
  if (self->scope != NULL && self->scope->names != NULL)
    self->scope->names (self->scope, names);
  for (guint i = 0; i < MIN (names->len, MAX_NAMES); i++)
    enlace_nearest_offer (&nearest, g_ptr_array_index (names, i));
  return nearest.best != NULL ? g_strdup_printf ("; did you mean %s?", nearest.best) : g_strdup ("");
}

static gboolean
is_identifier (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && *name != '_')
      return FALSE;
  return TRUE;
}

static char *
member_suggestion (EnlaceValue *container,
                   const char  *prefix,
                   const char  *name)
{
  EnlaceNearest nearest;
  gsize n = enlace_value_get_length (container);

  if (n == 0)
    return g_strdup_printf ("; %s is empty", prefix);
  enlace_nearest_init (&nearest, name);
  for (gsize i = 0; i < MIN (n, MAX_NAMES); i++)
    {
      const char *key = enlace_value_get_string (enlace_value_get_key (container, i));

      if (key != NULL)
        enlace_nearest_offer (&nearest, key);
    }
  if (nearest.best == NULL)
    return g_strdup ("");
  if (is_identifier (nearest.best))
    return g_strdup_printf ("; did you mean %s.%s?", prefix, nearest.best);
  return g_strdup_printf ("; did you mean %s[\"%s\"]?", prefix, nearest.best);
}

/* What the segment that failed is a segment of. */
static char *
container_text (EnlaceEvaluation    *self,
                const EnlaceFailure *failure)
{
  const EnlaceNode *node = failure->node;

  if (failure->segment > 0)
    return source_text (self, node->start, node->path.segments[failure->segment - 1].end);
  return source_text (self, node->path.base->start, node->path.base->end);
}

/* The path up to the segment that failed, with the value of an index that is not written as a constant. */
static char *
failed_path (EnlaceEvaluation    *self,
             const EnlaceFailure *failure,
             const char          *prefix)
{
  const EnlaceSegment *segment = &failure->node->path.segments[failure->segment];
  g_autofree char *key = NULL;

  if (failure->key != NULL && segment->index != NULL && segment->index->type != ENLACE_NODE_CONSTANT)
    key = enlace_json_format (failure->key, ENLACE_JSON_COMPACT, NULL, NULL);
  if (key != NULL)
    return g_strdup_printf ("%s[%s]", prefix, key);
  return source_text (self, failure->node->start, segment->end);
}

static char *
path_message (EnlaceEvaluation    *self,
              const EnlaceFailure *failure)
{
  const EnlaceSegment *segment = &failure->node->path.segments[failure->segment];
  g_autofree char *prefix = container_text (self, failure);
  g_autofree char *path = failed_path (self, failure, prefix);
  g_autofree char *suggestion = NULL;
  const char *name = segment->name != NULL ? segment->name : enlace_value_get_string (failure->key);
  EnlaceKind kind = enlace_value_get_kind (failure->container);
  gsize length = enlace_value_get_length (failure->container);

  if (kind == ENLACE_KIND_LIST && segment->index != NULL && name == NULL)
    return g_strdup_printf ("%s does not exist: the list has %" G_GSIZE_FORMAT " element%s", path, length, length == 1 ? "" : "s");
  if (kind == ENLACE_KIND_LIST)
    return g_strdup_printf ("%s does not exist: %s is a list of %" G_GSIZE_FORMAT " element%s", path, prefix, length, length == 1 ? "" : "s");
  if (kind == ENLACE_KIND_NULL)
    return g_strdup_printf ("%s does not exist: %s is null", path, prefix);
  if (kind != ENLACE_KIND_MAP)
    return g_strdup_printf ("%s does not exist: %s is of type %s", path, prefix, enlace_kind_type_name (kind));
  suggestion = name != NULL ? member_suggestion (failure->container, prefix, name) : g_strdup ("");
  return g_strdup_printf ("%s does not exist%s", path, suggestion);
}

void
enlace_evaluation_set_error (EnlaceEvaluation  *self,
                             GError           **error)
{
  EnlaceFailure *failure = &self->failure;
  g_autofree char *suggestion = NULL;

  if (failure->message == NULL && failure->container == NULL)
    {
      suggestion = name_suggestion (self, failure->node->name.text);
      failure->message = g_strdup_printf ("%s does not exist%s", failure->node->name.text, suggestion);
    }
  else if (failure->message == NULL)
    failure->message = path_message (self, failure);
  g_set_error_literal (error, ENLACE_EXPRESSION_ERROR, failure->code, failure->message);
  enlace_failure_clear (failure);
}
