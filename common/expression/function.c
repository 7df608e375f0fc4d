/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/nearest.h"

static const EnlaceFunctionLibrary *const libraries[] = {
  &enlace_conversion_library,
  &enlace_encoder_library,
  &enlace_instant_library,
  &enlace_list_library,
  &enlace_math_library,
  &enlace_number_library,
  &enlace_optional_library,
  &enlace_string_library,
  &enlace_text_library,
};

const EnlaceFunction *
enlace_function_find (const char      *name,
                      EnlaceCallStyle  style,
                      guint            n_arguments,
                      gboolean        *other_arity)
{
  *other_arity = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (libraries); i++)
    for (gsize j = 0; j < libraries[i]->n; j++)
      {
        const EnlaceFunction *function = &libraries[i]->functions[j];

        if (!(function->styles & style) || !g_str_equal (function->name, name))
          continue;
        if (n_arguments >= function->min_arguments && n_arguments <= function->max_arguments)
          return function;
        *other_arity = TRUE;
      }
  return NULL;
}

gboolean
enlace_function_is_namespace (const char *name)
{
  gsize length = strlen (name);

  for (gsize i = 0; i < G_N_ELEMENTS (libraries); i++)
    for (gsize j = 0; j < libraries[i]->n; j++)
      if (strncmp (libraries[i]->functions[j].name, name, length) == 0 && libraries[i]->functions[j].name[length] == '.')
        return TRUE;
  return FALSE;
}

const char *
enlace_function_nearest (const char *name)
{
  static const char *const macros[] = {
    "has", "all", "exists", "exists_one", "existsOne", "map", "filter", "sortBy", "transformList", "transformMap",
    "transformMapEntry", "optMap", "optFlatMap",
  };
  EnlaceNearest nearest;

  enlace_nearest_init (&nearest, name);
  for (gsize i = 0; i < G_N_ELEMENTS (libraries); i++)
    for (gsize j = 0; j < libraries[i]->n; j++)
      enlace_nearest_offer (&nearest, libraries[i]->functions[j].name);
  for (gsize i = 0; i < G_N_ELEMENTS (macros); i++)
    enlace_nearest_offer (&nearest, macros[i]);
  return nearest.best;
}
