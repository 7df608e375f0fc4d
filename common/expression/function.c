/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/nearest.h"

const EnlaceFunctionLibrary *const enlace_libraries[] = {
  &enlace_word_library,
  &enlace_pattern_library,
  &enlace_numeral_library,
  &enlace_date_library,
  &enlace_record_library,
  &enlace_map_library,
  &enlace_json_library,
  &enlace_url_library,
  &enlace_digest_library,
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

const gsize enlace_n_libraries = G_N_ELEMENTS (enlace_libraries);

const EnlaceFunction *
enlace_function_find (const char      *name,
                      EnlaceCallStyle  style,
                      guint            n_arguments,
                      gboolean        *other_arity)
{
  *other_arity = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (enlace_libraries); i++)
    for (gsize j = 0; j < enlace_libraries[i]->n; j++)
      {
        const EnlaceFunction *function = &enlace_libraries[i]->functions[j];

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

  for (gsize i = 0; i < G_N_ELEMENTS (enlace_libraries); i++)
    for (gsize j = 0; j < enlace_libraries[i]->n; j++)
      if (strncmp (enlace_libraries[i]->functions[j].name, name, length) == 0 && enlace_libraries[i]->functions[j].name[length] == '.')
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
  for (gsize i = 0; i < G_N_ELEMENTS (enlace_libraries); i++)
    for (gsize j = 0; j < enlace_libraries[i]->n; j++)
      enlace_nearest_offer (&nearest, enlace_libraries[i]->functions[j].name);
  for (gsize i = 0; i < G_N_ELEMENTS (macros); i++)
    enlace_nearest_offer (&nearest, macros[i]);
  return nearest.best;
}

static gboolean
is_of_kind (const EnlaceOperand *argument,
            char                 letter)
{
  switch (letter)
    {
    case 's':
      return argument->kind == ENLACE_KIND_STRING;
    case 'x':
      return argument->kind == ENLACE_KIND_STRING || argument->kind == ENLACE_KIND_BYTES;
    case 'i':
      return argument->kind == ENLACE_KIND_INT;
    case 'n':
      return argument->kind >= ENLACE_KIND_INT && argument->kind <= ENLACE_KIND_DOUBLE;
    case 'o':
      return argument->kind == ENLACE_KIND_BOOL;
    case 'l':
      return argument->kind == ENLACE_KIND_LIST;
    case 'm':
      return argument->kind == ENLACE_KIND_MAP;
    case 't':
      return argument->kind == ENLACE_KIND_TIMESTAMP;
    default:
      return TRUE;
    }
}

gboolean
enlace_call_accept (EnlaceEvaluation    *evaluation,
                    const EnlaceNode    *node,
                    const EnlaceOperand *arguments,
                    const char          *kinds)
{
  for (guint i = 0; i < node->n; i++)
    {
      gsize length = 0;

      if (!is_of_kind (&arguments[i], kinds[i]))
        return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, node->n);
      if (kinds[i] == 's' || kinds[i] == 'x')
        enlace_operand_get_data (&arguments[i], &length);
      if (!enlace_evaluation_charge_bytes (evaluation, length))
        return FALSE;
    }
  return TRUE;
}
