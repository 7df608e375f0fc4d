/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <stdarg.h>

#include "common/workflow/document-private.h"

/**
 * enlace_problem_new:
 * @pointer: where, as a JSON Pointer from the document's root
 * @node: (nullable): the id of the node that it belongs to
 * @detail_format: what is wrong, as a sentence for the person who draws the workflow
 */
EnlaceProblem *
enlace_problem_new (const char *pointer,
                    const char *node,
                    const char *detail_format,
                    ...)
{
  EnlaceProblem *self = g_new0 (EnlaceProblem, 1);
  g_autofree char *detail = NULL;
  va_list args;

  va_start (args, detail_format);
  detail = g_strdup_vprintf (detail_format, args);
  va_end (args);

  self->pointer = g_strdup (pointer);
  self->node = g_strdup (node);
  /* A name that was cut short in a message may end inside a character. */
  self->detail = g_utf8_make_valid (detail, -1);

  return self;
}

void
enlace_problem_free (EnlaceProblem *self)
{
  g_free (self->pointer);
  g_free (self->node);
  g_free (self->detail);
  g_free (self);
}

void
enlace_problems_take (GPtrArray     *problems,
                      EnlaceProblem *problem)
{
  g_autoptr(EnlaceProblem) owned = problem;

  /* A list full of warnings still says that publishing is refused. */
  if (problems->len < (problem->severity == ENLACE_SEVERITY_WARNING ? ENLACE_DOCUMENT_MAX_WARNINGS : ENLACE_DOCUMENT_MAX_PROBLEMS))
    g_ptr_array_add (problems, g_steal_pointer (&owned));
  else if (problem->severity == ENLACE_SEVERITY_PROBLEM && problems->len == ENLACE_DOCUMENT_MAX_PROBLEMS)
    g_ptr_array_add (problems, enlace_problem_new ("", NULL, "There are more problems than these"));
}

const char *
enlace_severity_to_string (EnlaceSeverity self)
{
  return self == ENLACE_SEVERITY_WARNING ? "warning" : "problem";
}

const EnlaceProblem *
enlace_problems_find_refusing (GPtrArray *problems)
{
  g_return_val_if_fail (problems != NULL, NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);

      if (problem->severity == ENLACE_SEVERITY_PROBLEM)
        return problem;
    }

  return NULL;
}

EnlaceValue *
enlace_problems_to_value (GPtrArray *problems)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  g_return_val_if_fail (problems != NULL, NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const EnlaceProblem *problem = g_ptr_array_index (problems, i);

      enlace_map_builder_add_string (map, "pointer", problem->pointer);
      enlace_map_builder_add_string (map, "node", problem->node);
      enlace_map_builder_add_string (map, "detail", problem->detail);
      enlace_map_builder_add_string (map, "severity", enlace_severity_to_string (problem->severity));
      enlace_list_builder_take (list, enlace_map_builder_end (map));
    }

  return enlace_list_builder_end (list);
}
