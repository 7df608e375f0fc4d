/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "common/workflow/document-private.h"

GPtrArray *
enlace_document_check (EnlaceDocument *self)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);

  g_return_val_if_fail (self != NULL, problems);

  return problems;
}
