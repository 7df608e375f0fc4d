/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/schema.h"

#include <string.h>

#include "common/value/json.h"

static const char *const known_keywords[] = {
  "$ref", "type", "enum", "const", "required", "properties", "additionalProperties", "items", "oneOf", "minimum", "maximum", "minLength",
  /* These describe, or are checked where a test needs it. */
  "description", "default", "format", "pattern", "maxLength", "minItems", "maxItems", "examples", "title", NULL
};

static char *check (EnlaceValue *root, EnlaceValue *schema, EnlaceValue *value, const char *where);

static gboolean
has_type (EnlaceValue *value,
          const char  *type)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (strcmp (type, "null") == 0)
    return kind == ENLACE_KIND_NULL;
  if (strcmp (type, "boolean") == 0)
    return kind == ENLACE_KIND_BOOL;
  if (strcmp (type, "integer") == 0)
    return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT;
  if (strcmp (type, "number") == 0)
    return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE;
  if (strcmp (type, "string") == 0)
    return kind == ENLACE_KIND_STRING;
  if (strcmp (type, "array") == 0)
    return kind == ENLACE_KIND_LIST;
  if (strcmp (type, "object") == 0)
    return kind == ENLACE_KIND_MAP;

  g_error ("The schema names a type “%s”", type);
}

static gboolean
has_one_type (EnlaceValue *value,
              EnlaceValue *types)
{
  if (enlace_value_get_kind (types) == ENLACE_KIND_STRING)
    return has_type (value, enlace_value_get_string (types));

  for (gsize i = 0; i < enlace_value_get_length (types); i++)
    if (has_type (value, enlace_value_get_string (enlace_value_get_element (types, i))))
      return TRUE;

  return FALSE;
}

static gboolean
contains (EnlaceValue *list,
          EnlaceValue *value)
{
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    if (enlace_value_equal (enlace_value_get_element (list, i), value))
      return TRUE;

  return FALSE;
}

static char *
check_members (EnlaceValue *root,
               EnlaceValue *schema,
               EnlaceValue *value,
               const char  *where)
{
  EnlaceValue *required = enlace_value_get_member (schema, "required");
  EnlaceValue *properties = enlace_value_get_member (schema, "properties");
  EnlaceValue *additional = enlace_value_get_member (schema, "additionalProperties");
  char *problem = NULL;

  for (gsize i = 0; required != NULL && i < enlace_value_get_length (required); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_element (required, i));

      if (enlace_value_get_member (value, name) == NULL)
        return g_strdup_printf ("%s lacks %s", where, name);
    }

  for (gsize i = 0; problem == NULL && i < enlace_value_get_length (value); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      EnlaceValue *member = properties != NULL ? enlace_value_get_member (properties, name) : NULL;
      g_autofree char *path = g_strconcat (where, "/", name, NULL);

      if (member == NULL)
        member = additional;
      if (member == NULL)
        continue;
      if (enlace_value_get_kind (member) == ENLACE_KIND_MAP)
        problem = check (root, member, enlace_value_get_member_value (value, i), path);
      else if (!enlace_value_get_bool (member))
        problem = g_strdup_printf ("%s is not in the schema", path);
    }

  return problem;
}

static char *
check_elements (EnlaceValue *root,
                EnlaceValue *items,
                EnlaceValue *value,
                const char  *where)
{
  char *problem = NULL;

  for (gsize i = 0; problem == NULL && i < enlace_value_get_length (value); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, where, i);

      problem = check (root, items, enlace_value_get_element (value, i), path);
    }

  return problem;
}

static char *
check_one_of (EnlaceValue *root,
              EnlaceValue *choices,
              EnlaceValue *value,
              const char  *where)
{
  guint n_fitting = 0;

  for (gsize i = 0; i < enlace_value_get_length (choices); i++)
    {
      g_autofree char *problem = check (root, enlace_value_get_element (choices, i), value, where);

      n_fitting += problem == NULL;
    }

  return n_fitting == 1 ? NULL : g_strdup_printf ("%s fits %u of the choices", where, n_fitting);
}

static char *
check_scalar (EnlaceValue *schema,
              EnlaceValue *value,
              const char  *where)
{
  EnlaceValue *types = enlace_value_get_member (schema, "type");
  EnlaceValue *choices = enlace_value_get_member (schema, "enum");
  EnlaceValue *constant = enlace_value_get_member (schema, "const");
  EnlaceValue *minimum = enlace_value_get_member (schema, "minimum");
  EnlaceValue *shortest = enlace_value_get_member (schema, "minLength");

  if (types != NULL && !has_one_type (value, types))
    return g_strdup_printf ("%s has another type than the schema's", where);
  if (choices != NULL && !contains (choices, value))
    return g_strdup_printf ("%s is none of the schema's choices", where);
  if (constant != NULL && !enlace_value_equal (constant, value))
    return g_strdup_printf ("%s is not the schema's constant", where);
  if (minimum != NULL && has_type (value, "number") && enlace_value_get_double (value) < enlace_value_get_double (minimum))
    return g_strdup_printf ("%s is below the schema's minimum", where);
  if (shortest != NULL && has_type (value, "string") && (gint64) strlen (enlace_value_get_string (value)) < enlace_value_get_int (shortest))
    return g_strdup_printf ("%s is shorter than the schema wants", where);

  return NULL;
}

static char *
check (EnlaceValue *root,
       EnlaceValue *schema,
       EnlaceValue *value,
       const char  *where)
{
  const char *reference = enlace_value_get_member_string (schema, "$ref", NULL);
  EnlaceValue *items = enlace_value_get_member (schema, "items");
  EnlaceValue *choices = enlace_value_get_member (schema, "oneOf");
  char *problem;

  for (gsize i = 0; i < enlace_value_get_length (schema); i++)
    if (!g_strv_contains (known_keywords, enlace_value_get_string (enlace_value_get_key (schema, i))))
      g_error ("The schema has a keyword “%s” that is not checked", enlace_value_get_string (enlace_value_get_key (schema, i)));

  if (reference != NULL)
    {
      EnlaceValue *target = *reference == '#' ? enlace_json_pointer_get (root, reference + 1) : NULL;

      if (target == NULL)
        g_error ("The schema refers to “%s”, which is not there", reference);
      return check (root, target, value, where);
    }

  problem = check_scalar (schema, value, where);
  if (problem == NULL && enlace_value_get_kind (value) == ENLACE_KIND_MAP)
    problem = check_members (root, schema, value, where);
  if (problem == NULL && items != NULL && enlace_value_get_kind (value) == ENLACE_KIND_LIST)
    problem = check_elements (root, items, value, where);
  if (problem == NULL && choices != NULL)
    problem = check_one_of (root, choices, value, where);

  return problem;
}

char *
test_schema_check (EnlaceValue *root,
                   EnlaceValue *schema,
                   EnlaceValue *value)
{
  return check (root, schema, value, "");
}
