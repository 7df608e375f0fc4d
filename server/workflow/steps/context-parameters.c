/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/context.h"

#include "common/value/time.h"

/* The parameters of a step, evaluated on demand, and as what they have to be. */

/* Foreign errors become the step's own, so that their codes have names. */
static void
take_expression_error (GError **error,
                       GError  *reason,
                       const char *name)
{
  EnlaceStepError code = g_error_matches (reason, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST) ? ENLACE_STEP_ERROR_COST
                                                                                                       : ENLACE_STEP_ERROR_EXPRESSION;

  g_set_error (error, ENLACE_STEP_ERROR, code, "%s: %s", name, reason->message);
  g_error_free (reason);
}

EnlaceValue *
enlace_step_context_get (EnlaceStepContext  *context,
                         const char         *name,
                         GError            **error)
{
  const EnlacePlanStep *step = context->step;

  for (guint i = 0; i < step->n_parameters; i++)
    if (strcmp (step->parameters[i].name, name) == 0)
      {
        GError *reason = NULL;
        EnlaceValue *value = enlace_template_evaluate (step->parameters[i].template, &context->scope, &context->cost, &reason);

        if (value == NULL)
          take_expression_error (error, reason, name);
        return value;
      }

  return enlace_value_new_null ();
}

char *
enlace_step_context_dup_text (EnlaceStepContext  *context,
                              const char         *name,
                              GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, name, error);
  const char *text;
  gsize length;

  if (value == NULL)
    return NULL;

  text = enlace_value_get_string_len (value, &length);
  if (text == NULL || strlen (text) != length)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“%s” must be text", name);
      return NULL;
    }

  return g_strdup (text);
}

gboolean
enlace_step_context_get_number (EnlaceStepContext  *context,
                                const char         *name,
                                gint64              minimum,
                                gint64              maximum,
                                gint64              fallback,
                                gint64             *number,
                                GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, name, error);
  double real;

  if (value == NULL)
    return FALSE;
  if (enlace_value_is_null (value))
    {
      *number = fallback;
      return TRUE;
    }

  real = enlace_value_get_double (value);
  if ((enlace_value_get_kind (value) != ENLACE_KIND_INT && enlace_value_get_kind (value) != ENLACE_KIND_UINT
       && enlace_value_get_kind (value) != ENLACE_KIND_DOUBLE)
      || !(real >= (double) minimum && real <= (double) maximum) || (double) (gint64) real != real)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER,
                   "“%s” must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name, minimum, maximum);
      return FALSE;
    }

  *number = (gint64) real;
  return TRUE;
}

gboolean
enlace_step_context_test (EnlaceStepContext  *context,
                          const char         *name,
                          gboolean           *result,
                          GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, name, error);

  if (value == NULL)
    return FALSE;
  if (enlace_value_is_null (value) && !enlace_step_context_has (context, name))
    return TRUE;
  if (enlace_value_get_kind (value) != ENLACE_KIND_BOOL)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_EXPRESSION, "“%s” must yield true or false", name);
      return FALSE;
    }

  *result = enlace_value_get_bool (value);
  return TRUE;
}

gboolean
enlace_step_context_has (EnlaceStepContext *context,
                         const char        *name)
{
  EnlaceValue *parameter = enlace_value_get_member (context->step->shaped, name);

  return parameter != NULL && !enlace_value_is_null (parameter);
}

const char *
enlace_step_context_get_parameter_name (EnlaceStepContext *context,
                                        guint              index)
{
  return index < context->step->n_parameters ? context->step->parameters[index].name : NULL;
}

/* FALSE: it is no length of time. */
static gboolean
read_duration (EnlaceValue *value,
               gint64      *milliseconds)
{
  double real;

  switch ((int) enlace_value_get_kind (value))
    {
    case ENLACE_KIND_DURATION:
      *milliseconds = enlace_value_get_seconds (value) * 1000 + enlace_value_get_nanoseconds (value) / 1000000;
      return TRUE;
    case ENLACE_KIND_STRING:
      return enlace_time_span_parse (enlace_value_get_string (value), milliseconds);
    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      real = enlace_value_get_double (value);
      if (!(real >= -1e15 && real <= 1e15))
        return FALSE;
      *milliseconds = (gint64) real;
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
enlace_step_context_get_duration (EnlaceStepContext  *context,
                                  const char         *name,
                                  gint64              maximum,
                                  gint64             *milliseconds,
                                  GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, name, error);
  gint64 read;

  if (value == NULL)
    return FALSE;
  if (enlace_value_is_null (value))
    return TRUE;
  if (!read_duration (value, &read) || read > maximum)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“%s” must be a length of time such as 90s, 15m, 2h or 3d", name);
      return FALSE;
    }

  *milliseconds = MAX (read, 0);
  return TRUE;
}

const char *
enlace_step_describe_kind (EnlaceValue *value)
{
  switch (enlace_value_get_kind (value))
    {
    case ENLACE_KIND_NULL:
      return "null";
    case ENLACE_KIND_BOOL:
      return "true or false";
    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      return "a number";
    case ENLACE_KIND_STRING:
      return "a text";
    case ENLACE_KIND_BYTES:
      return "bytes";
    case ENLACE_KIND_LIST:
      return "a list";
    case ENLACE_KIND_MAP:
      return "an object";
    case ENLACE_KIND_TIMESTAMP:
      return "a time";
    case ENLACE_KIND_DURATION:
      return "a length of time";
    case ENLACE_KIND_TYPE:
    case ENLACE_KIND_OPTIONAL:
    default:
      return "something else";
    }
}

/* On the thread that received the event the cost of all items counts together. */
EnlaceValue *
enlace_step_context_get_for (EnlaceStepContext  *context,
                             const char         *name,
                             EnlaceValue        *item,
                             gsize               index,
                             GError            **error)
{
  g_autoptr(EnlaceValue) number = enlace_value_new_int ((gint64) index);
  guint64 cost = context->cost;
  EnlaceValue *value;

  if (enlace_step_context_is_interrupted (context, error))
    return NULL;

  context->item = item;
  context->index = number;
  value = enlace_step_context_get (context, name, error);
  context->item = context->index = NULL;
  if (!context->run->is_inline)
    context->cost = cost;

  return value;
}

gboolean
enlace_step_context_test_for (EnlaceStepContext  *context,
                              const char         *name,
                              EnlaceValue        *item,
                              gsize               index,
                              gboolean           *result,
                              GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get_for (context, name, item, index, error);

  if (value == NULL)
    return FALSE;
  if (enlace_value_get_kind (value) != ENLACE_KIND_BOOL)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_EXPRESSION, "“%s” must yield true or false, but for item %" G_GSIZE_FORMAT " it is %s",
                   name, index, enlace_step_describe_kind (value));
      return FALSE;
    }

  *result = enlace_value_get_bool (value);
  return TRUE;
}

EnlaceValue *
enlace_step_context_get_list (EnlaceStepContext  *context,
                              const char         *name,
                              GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, name, error);

  if (value != NULL && enlace_value_get_kind (value) != ENLACE_KIND_LIST)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“%s” must be a list, but is %s", name, enlace_step_describe_kind (value));
      return NULL;
    }

  return g_steal_pointer (&value);
}
