/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#include <math.h>
#include <string.h>

#include "common/schema/format.h"
#include "common/schema/validation.h"
#include "common/value/json.h"

/* A list of choices longer than this is cut in a message. */
#define MAX_SHOWN 200

static gboolean
is_integer (const EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  double number = enlace_value_get_double (value);

  return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || (kind == ENLACE_KIND_DOUBLE && isfinite (number) && trunc (number) == number);
}

static EnlaceSchemaTypes
get_types (const EnlaceValue *value)
{
  switch (enlace_value_get_kind (value))
    {
    case ENLACE_KIND_NULL:
      return ENLACE_SCHEMA_NULL;
    case ENLACE_KIND_BOOL:
      return ENLACE_SCHEMA_BOOLEAN;
    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      return ENLACE_SCHEMA_NUMBER | (is_integer (value) ? ENLACE_SCHEMA_INTEGER : 0);
    case ENLACE_KIND_STRING:
    case ENLACE_KIND_BYTES:
    case ENLACE_KIND_TIMESTAMP:
    case ENLACE_KIND_DURATION:
      return ENLACE_SCHEMA_STRING;
    case ENLACE_KIND_LIST:
      return ENLACE_SCHEMA_ARRAY;
    case ENLACE_KIND_MAP:
      return ENLACE_SCHEMA_OBJECT;
    case ENLACE_KIND_TYPE:
    case ENLACE_KIND_OPTIONAL:
    default:
      return 0;
    }
}

static const char *const type_words[] = { "null", "true or false", "a whole number", "a number", "a text", "a list", "an object" };

static const char *
describe (const EnlaceValue *value)
{
  EnlaceSchemaTypes types = get_types (value);

  for (gsize i = 0; i < G_N_ELEMENTS (type_words); i++)
    if (types & (1u << i))
      return type_words[i];

  return "no JSON";
}

static gboolean
check_type (EnlaceValidation       *self,
            const EnlaceSchemaNode *node,
            EnlaceValue            *value)
{
  g_autoptr(GString) wanted = NULL;

  if (node->types == 0 || get_types (value) & node->types)
    return TRUE;
  if (self->faults == NULL)
    return FALSE;

  wanted = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (type_words); i++)
    if (node->types & (1u << i))
      g_string_append_printf (wanted, "%s%s", wanted->len > 0 ? " or " : "", type_words[i]);

  return enlace_validation_fail (self, NULL, "This is %s where %s belongs", describe (value), wanted->str);
}

static gboolean
check_choice (EnlaceValidation       *self,
              const EnlaceSchemaNode *node,
              EnlaceValue            *value)
{
  g_autofree char *choices = NULL;

  if (!enlace_validation_charge (self, 1 + enlace_value_get_length (node->choices)))
    return FALSE;
  for (gsize i = 0; i < enlace_value_get_length (node->choices); i++)
    if (enlace_value_equal (enlace_value_get_element (node->choices, i), value))
      return TRUE;
  if (self->faults == NULL)
    return FALSE;

  choices = enlace_json_format (node->choices, ENLACE_JSON_COMPACT, NULL, NULL);
  return enlace_validation_fail (self, NULL, "This is none of: %.*s", MAX_SHOWN, choices != NULL ? choices : "");
}

static gboolean
check_constant (EnlaceValidation       *self,
                const EnlaceSchemaNode *node,
                EnlaceValue            *value)
{
  g_autofree char *constant = NULL;

  if (enlace_value_equal (node->constant, value))
    return TRUE;
  if (self->faults == NULL)
    return FALSE;

  constant = enlace_json_format (node->constant, ENLACE_JSON_COMPACT, NULL, NULL);
  return enlace_validation_fail (self, NULL, "This can only be %.*s", MAX_SHOWN, constant != NULL ? constant : "");
}

/* -1, 0, 1. Whole numbers are compared as such, since doubles are not exact above 2^53. */
static int
compare (const EnlaceValue *a,
         const EnlaceValue *b)
{
  double x = enlace_value_get_double (a), y = enlace_value_get_double (b);

  if (enlace_value_get_kind (a) == ENLACE_KIND_INT && enlace_value_get_kind (b) == ENLACE_KIND_INT)
    return (enlace_value_get_int (a) > enlace_value_get_int (b)) - (enlace_value_get_int (a) < enlace_value_get_int (b));
  if (enlace_value_get_kind (a) == ENLACE_KIND_UINT && enlace_value_get_kind (b) == ENLACE_KIND_UINT)
    return (enlace_value_get_uint (a) > enlace_value_get_uint (b)) - (enlace_value_get_uint (a) < enlace_value_get_uint (b));

  return (x > y) - (x < y);
}

static gboolean
is_multiple (const EnlaceValue *value,
             const EnlaceValue *of)
{
  double quotient = enlace_value_get_double (value) / enlace_value_get_double (of);

  if (enlace_value_get_kind (value) == ENLACE_KIND_INT && enlace_value_get_kind (of) == ENLACE_KIND_INT)
    return enlace_value_get_int (value) % enlace_value_get_int (of) == 0;

  /* 0.3 is a multiple of 0.1, though neither is exact. */
  return isfinite (quotient) && fabs (quotient - round (quotient)) <= 1e-9 * MAX (1, fabs (quotient));
}

static gboolean
fail_number (EnlaceValidation  *self,
             const char        *what,
             const EnlaceValue *limit)
{
  g_autofree char *text = self->faults != NULL ? enlace_json_format (limit, ENLACE_JSON_COMPACT, NULL, NULL) : NULL;

  return enlace_validation_fail (self, NULL, "This is %s %s", what, text != NULL ? text : "");
}

static gboolean
check_number (EnlaceValidation       *self,
              const EnlaceSchemaNode *node,
              EnlaceValue            *value)
{
  if (node->minimum != NULL && compare (value, node->minimum) < 0)
    return fail_number (self, "below", node->minimum);
  if (node->maximum != NULL && compare (value, node->maximum) > 0)
    return fail_number (self, "above", node->maximum);
  if (node->above != NULL && compare (value, node->above) <= 0)
    return fail_number (self, "not above", node->above);
  if (node->below != NULL && compare (value, node->below) >= 0)
    return fail_number (self, "not below", node->below);
  if (node->multiple != NULL && !is_multiple (value, node->multiple))
    return fail_number (self, "no multiple of", node->multiple);

  return TRUE;
}

static gboolean
check_pattern (EnlaceValidation       *self,
               const EnlaceSchemaNode *node,
               EnlaceValue            *value)
{
  gsize length;
  const char *text = enlace_value_get_string_len (value, &length);

  if (!enlace_validation_charge (self, 1 + length / 16))
    return FALSE;

  switch (enlace_pattern_search (node->pattern, text, length))
    {
    case ENLACE_PATTERN_MATCHES:
      return TRUE;

    case ENLACE_PATTERN_EXHAUSTED:
      return enlace_validation_fail (self, NULL, "Checking this against the schema’s pattern takes too long");

    case ENLACE_PATTERN_DIFFERS:
    default:
      return enlace_validation_fail (self, NULL, "This does not have the form that is wanted: %.*s", MAX_SHOWN,
                                     enlace_pattern_get_text (node->pattern));
    }
}

static gboolean
check_text (EnlaceValidation       *self,
            const EnlaceSchemaNode *node,
            EnlaceValue            *value)
{
  const char *text = enlace_value_get_string (value);
  gint64 length = node->min_length > 0 || node->max_length >= 0 ? g_utf8_strlen (text, -1) : 0;

  if (length < node->min_length)
    return length == 0 ? enlace_validation_fail (self, NULL, "This is empty")
                       : enlace_validation_fail (self, NULL, "This has fewer than %" G_GINT64_FORMAT " characters", node->min_length);
  if (node->max_length >= 0 && length > node->max_length)
    return enlace_validation_fail (self, NULL, "This has more than %" G_GINT64_FORMAT " characters", node->max_length);
  if (node->pattern != NULL && !check_pattern (self, node, value))
    return FALSE;
  if (node->format != NULL && !enlace_format_accepts (node->format, text))
    return enlace_validation_fail (self, NULL, "This is no %s", enlace_format_describe (node->format));

  return TRUE;
}

gboolean
enlace_validation_scalar (EnlaceValidation       *self,
                          const EnlaceSchemaNode *node,
                          EnlaceValue            *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (!check_type (self, node, value) || (node->choices != NULL && !check_choice (self, node, value)) ||
      (node->constant != NULL && !check_constant (self, node, value)))
    return FALSE;

  if (kind == ENLACE_KIND_STRING)
    return check_text (self, node, value);

  return (kind != ENLACE_KIND_INT && kind != ENLACE_KIND_UINT && kind != ENLACE_KIND_DOUBLE) || check_number (self, node, value);
}
