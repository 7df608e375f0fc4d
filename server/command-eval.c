/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-command"

#include "server/command.h"

#include <stdio.h>

#include "common/expression/cases.h"
#include "common/expression/expression.h"
#include "common/value/json.h"

static EnlaceValue *
load_json (const char  *path,
           GError     **error)
{
  g_autofree char *text = NULL;
  EnlaceValue *value;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;

  if ((value = enlace_json_parse (text, length, error)) == NULL)
    g_prefix_error (error, "%s: ", path);

  return value;
}

static int
run_cases (const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) file = load_json (path, &error);
  g_autoptr(GString) report = g_string_new (NULL);
  guint n_passed, n_failed;

  if (file == NULL || !enlace_expression_run_cases (file, report, &n_passed, &n_failed, &error))
    return enlace_command_fail (error);

  printf ("%s%u passed, %u failed\n", report->str, n_passed, n_failed);

  return n_failed == 0 ? ENLACE_EXIT_DONE : ENLACE_EXIT_FAILED;
}

static int
print_value (const char *text,
             const char *scope_path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, &error);
  g_autoptr(EnlaceValue) members = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *json = NULL;
  EnlaceMapScope scope;

  if (expression == NULL)
    return enlace_command_fail (error);

  if (scope_path != NULL && (members = load_json (scope_path, &error)) == NULL)
    return enlace_command_fail (error);

  enlace_map_scope_init (&scope, members);
  if ((value = enlace_expression_evaluate (expression, &scope.scope, NULL, &error)) == NULL ||
      (json = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, &error)) == NULL)
    return enlace_command_fail (error);

  printf ("%s\n", json);

  return ENLACE_EXIT_DONE;
}

int
enlace_command_eval (int    argc,
                     char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *scope = NULL;
  g_autofree char *cases = NULL;
  const GOptionEntry entries[] = {
    { "scope", 0, 0, G_OPTION_ARG_FILENAME, &scope, "JSON file: an object whose members are in scope", "FILE" },
    { "cases", 0, 0, G_OPTION_ARG_FILENAME, &cases, "File of cases to run", "FILE" },
    G_OPTION_ENTRY_NULL
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);  /* an expression may begin with a minus */
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return enlace_command_fail (error);

  if (cases != NULL)
    return argc == 1 ? run_cases (cases) : enlace_command_usage ("eval --cases takes no expression");
  if (argc != 2)
    return enlace_command_usage ("eval wants one expression");

  return print_value (argv[1], scope);
}
