/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#include <string.h>

#include "common/schema/validation.h"
#include "common/value/json.h"

/* Members of objects and elements of lists. */

static gboolean
check_required (EnlaceValidation *self,
                EnlaceValue      *names,
                EnlaceValue      *value)
{
  gboolean fits = TRUE;

  for (gsize i = 0; i < enlace_value_get_length (names); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_element (names, i));

      if (enlace_value_get_member (value, name) == NULL)
        fits = enlace_validation_fail (self, name, "“%.64s” is missing", name);
    }

  return fits;
}

static gboolean
check_dependent (EnlaceValidation       *self,
                 const EnlaceSchemaNode *node,
                 EnlaceValue            *value)
{
  gboolean fits = TRUE;

  for (gsize i = 0; i < enlace_value_get_length (node->dependent); i++)
    if (enlace_value_lookup (value, enlace_value_get_key (node->dependent, i)) != NULL)
      fits &= check_required (self, enlace_value_get_member_value (node->dependent, i), value);

  return fits;
}

/* The name is a value of its own to `propertyNames`. */
static gboolean
check_name (EnlaceValidation       *self,
            const EnlaceSchemaNode *node,
            EnlaceValue            *key)
{
  if (node->names == NULL || enlace_validation_fits (self, node->names, key))
    return TRUE;

  return enlace_validation_fail (self, NULL, "“%.64s” is no name that may stand here", enlace_value_get_string (key));
}

static gboolean
check_member (EnlaceValidation       *self,
              const EnlaceSchemaNode *node,
              const char             *name,
              EnlaceValue            *value)
{
  const EnlaceSchemaProperty *property = node->by_name != NULL ? g_hash_table_lookup (node->by_name, name) : NULL;
  gboolean known = property != NULL;
  gboolean fits = !known || enlace_validation_visit (self, property->node, value);

  for (gsize i = 0; i < node->n_patterns; i++)
    if (enlace_pattern_search (node->patterns[i].pattern, name, strlen (name)) == ENLACE_PATTERN_MATCHES)
      {
        known = TRUE;
        fits &= enlace_validation_visit (self, node->patterns[i].node, value);
      }

  if (known || node->additional == NULL)
    return fits;
  if (node->additional->never)
    return enlace_validation_fail (self, NULL, "“%.64s” is not known in this place", name);

  return enlace_validation_visit (self, node->additional, value);
}

static gboolean
check_each_member (EnlaceValidation       *self,
                   const EnlaceSchemaNode *node,
                   EnlaceValue            *value)
{
  gsize length = self->pointer->len;
  gboolean fits = TRUE;

  for (gsize i = 0; i < enlace_value_get_length (value) && !self->exhausted; i++)
    {
      EnlaceValue *key = enlace_value_get_key (value, i);
      const char *name = enlace_value_get_string (key);

      if (name == NULL)
        continue;
      enlace_json_pointer_append (self->pointer, name);
      fits &= enlace_validation_charge (self, 1 + node->n_patterns) && check_name (self, node, key) &&
              check_member (self, node, name, enlace_value_get_member_value (value, i));
      g_string_truncate (self->pointer, length);
    }

  return fits;
}

gboolean
enlace_validation_members (EnlaceValidation       *self,
                           const EnlaceSchemaNode *node,
                           EnlaceValue            *value)
{
  gint64 n = enlace_value_get_length (value);
  gboolean fits = check_required (self, node->required, value);

  fits &= check_dependent (self, node, value);
  if (n < node->min_properties)
    fits = enlace_validation_fail (self, NULL, "This has fewer than %" G_GINT64_FORMAT " members", node->min_properties);
  if (node->max_properties >= 0 && n > node->max_properties)
    fits = enlace_validation_fail (self, NULL, "This has more than %" G_GINT64_FORMAT " members", node->max_properties);
  if (node->by_name != NULL || node->n_patterns > 0 || node->additional != NULL || node->names != NULL)
    fits &= check_each_member (self, node, value);

  return fits;
}

/* An element in the set of those that were seen. Values may be made whose hashes collide, so each comparison is charged; when nothing is left they all
 * count as equal, which ends the search. */
typedef struct {
  EnlaceValue *value;
  EnlaceValidation *validation;
} Seen;

static guint
hash_seen (gconstpointer data)
{
  return enlace_value_hash (((const Seen *) data)->value);
}

static gboolean
equal_seen (gconstpointer a,
            gconstpointer b)
{
  const Seen *left = a, *right = b;

  return !enlace_validation_charge (left->validation, 1) || enlace_value_equal (left->value, right->value);
}

static gboolean
check_unique (EnlaceValidation *self,
              EnlaceValue      *value)
{
  gsize n = enlace_value_get_length (value);
  g_autofree Seen *elements = g_new (Seen, n + 1);
  g_autoptr(GHashTable) seen = g_hash_table_new (hash_seen, equal_seen);

  for (gsize i = 0; i < n; i++)
    {
      elements[i] = (Seen) { enlace_value_get_element (value, i), self };
      if (!g_hash_table_add (seen, &elements[i]))
        return enlace_validation_fail (self, NULL, "An element is there twice: number %" G_GSIZE_FORMAT, i + 1);
    }

  return TRUE;
}

static gboolean
check_contained (EnlaceValidation       *self,
                 const EnlaceSchemaNode *node,
                 EnlaceValue            *value)
{
  gint64 n = 0;

  for (gsize i = 0; i < enlace_value_get_length (value) && !self->exhausted; i++)
    n += enlace_validation_fits (self, node->contains, enlace_value_get_element (value, i));

  if (n < node->min_contains)
    return enlace_validation_fail (self, NULL, "Fewer than %" G_GINT64_FORMAT " elements have the form that is wanted", node->min_contains);
  if (node->max_contains >= 0 && n > node->max_contains)
    return enlace_validation_fail (self, NULL, "More than %" G_GINT64_FORMAT " elements have a certain form", node->max_contains);

  return TRUE;
}

static gboolean
check_each_item (EnlaceValidation       *self,
                 const EnlaceSchemaNode *node,
                 EnlaceValue            *value)
{
  gsize length = self->pointer->len;
  gboolean fits = TRUE;

  for (gsize i = 0; i < enlace_value_get_length (value) && !self->exhausted; i++)
    {
      const EnlaceSchemaNode *item = i < node->prefix.n ? node->prefix.nodes[i] : node->items;

      if (item == NULL)
        break;
      g_string_append_printf (self->pointer, "/%" G_GSIZE_FORMAT, i);
      fits &= enlace_validation_visit (self, item, enlace_value_get_element (value, i));
      g_string_truncate (self->pointer, length);
    }

  return fits;
}

gboolean
enlace_validation_items (EnlaceValidation       *self,
                         const EnlaceSchemaNode *node,
                         EnlaceValue            *value)
{
  gint64 n = enlace_value_get_length (value);
  gboolean fits = TRUE;

  if (n < node->min_items)
    fits = n == 0 ? enlace_validation_fail (self, NULL, "This list is empty")
                  : enlace_validation_fail (self, NULL, "This list has fewer than %" G_GINT64_FORMAT " elements", node->min_items);
  if (node->max_items >= 0 && n > node->max_items)
    fits = enlace_validation_fail (self, NULL, "This list has more than %" G_GINT64_FORMAT " elements", node->max_items);
  if (node->unique)
    fits &= check_unique (self, value);
  if (node->contains != NULL)
    fits &= check_contained (self, node, value);

  return check_each_item (self, node, value) && fits;
}
