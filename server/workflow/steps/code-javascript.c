/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine.h"
#include "server/workflow/steps/steps.h"

/* The code is no template, whatever braces are in it: it is compiled as a list of pieces, none of which holds two together. */
static EnlaceValue *
code_javascript_shape (EnlaceValue  *parameters,
                       GError      **error)
{
  const char *code = enlace_value_get_member_string (parameters, "code", NULL);
  g_autoptr(EnlaceListBuilder) pieces = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) list = NULL;
  const char *brace;

  if (code == NULL)
    {
      g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "There is no code");
      return NULL;
    }

  for (; (brace = strstr (code, "{{")) != NULL; code = brace + 1)
    enlace_list_builder_take (pieces, enlace_value_new_string_len (code, (gsize) (brace + 1 - code)));
  enlace_list_builder_take (pieces, enlace_value_new_string (code));
  list = enlace_list_builder_end (pieces);

  return enlace_value_with_member (parameters, "code", list);
}

static char *
join_code (EnlaceStepContext  *context,
           GError            **error)
{
  g_autoptr(EnlaceValue) pieces = enlace_step_context_get (context, "code", error);
  g_autoptr(GString) code = g_string_new (NULL);

  for (gsize i = 0; pieces != NULL && i < enlace_value_get_length (pieces); i++)
    g_string_append (code, enlace_value_get_string (enlace_value_get_element (pieces, i)));

  return pieces != NULL ? g_string_free_and_steal (g_steal_pointer (&code)) : NULL;
}

/* What the console said, for the record of the step: a list of { level, text }, with a last line for what did not fit. */
static EnlaceValue *
make_logs (const EnlaceJailResult  *result,
           GError                 **error)
{
  g_autoptr(EnlaceValue) logs = enlace_jail_result_dup_logs (result, error);
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) line = enlace_map_builder_new ();

  if (logs == NULL || result->n_dropped == 0)
    return g_steal_pointer (&logs);

  for (gsize i = 0; i < enlace_value_get_length (logs); i++)
    enlace_list_builder_add (builder, enlace_value_get_element (logs, i));
  enlace_map_builder_add_string (line, "level", "warning");
  enlace_map_builder_take_string (line, "text", g_strdup_printf ("%u more lines did not fit", result->n_dropped));
  enlace_list_builder_take (builder, enlace_map_builder_end (line));

  return enlace_list_builder_end (builder);
}

/* What the step was given is in the record as its input, and beside it what the console said. */
static void
record (EnlaceStepContext *context,
        EnlaceValue       *input,
        EnlaceValue       *logs)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) shown = NULL;

  enlace_map_builder_add (builder, "input", input);
  if (logs != NULL && enlace_value_get_length (logs) > 0)
    enlace_map_builder_add (builder, "logs", logs);
  shown = enlace_map_builder_end (builder);
  enlace_step_context_set_input (context, shown);
}

static void
set_error (EnlaceStepContext       *context,
           const EnlaceJailResult  *result,
           GError                 **error)
{
  static const EnlaceStepError codes[] = {
    [ENLACE_JAIL_THROWN] = ENLACE_STEP_ERROR_JAVASCRIPT,
    [ENLACE_JAIL_TIME] = ENLACE_STEP_ERROR_TIME,
    [ENLACE_JAIL_MEMORY] = ENLACE_STEP_ERROR_MEMORY,
    [ENLACE_JAIL_SIZE] = ENLACE_STEP_ERROR_OUTPUT,
  };
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) details = NULL;

  if (result->line > 0)
    enlace_map_builder_add_int (builder, "line", result->line);
  details = enlace_map_builder_end (builder);
  enlace_step_context_set_failure (context, details, FALSE, 0);
  g_set_error_literal (error, ENLACE_STEP_ERROR, codes[result->outcome], result->text);
}

static EnlaceValue *
code_javascript_run (EnlaceStepContext  *context,
                     GError            **error)
{
  g_autoptr(EnlaceValue) input = enlace_step_context_get (context, "input", error);
  g_autofree char *code = input != NULL ? join_code (context, error) : NULL;
  g_autoptr(EnlaceJailResult) result = NULL;
  g_autoptr(EnlaceValue) logs = NULL;
  g_autoptr(EnlaceValue) output = NULL;
  g_autoptr(GError) reason = NULL;
  gint64 timeout_ms;

  if (code == NULL || !enlace_step_context_get_number (context, "timeout_ms", 1, 5000, 5000, &timeout_ms, error))
    return NULL;

  record (context, input, NULL);
  result = enlace_step_context_run_code (context, code, input, (guint) timeout_ms, error);
  if (result == NULL)
    return NULL;

  logs = make_logs (result, &reason);
  if (logs != NULL)
    record (context, input, logs);
  if (result->outcome != ENLACE_JAIL_OUTPUT)
    set_error (context, result, error);
  else if (logs == NULL || (output = enlace_jail_result_dup_output (result, &reason)) == NULL)
    g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_JAIL, reason->message);

  return g_steal_pointer (&output);
}

const EnlaceStepType enlace_step_code_javascript = {
  .name = "code.javascript",
  .shape = code_javascript_shape,
  .run = code_javascript_run,
};
