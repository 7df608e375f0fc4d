/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/check-private.h"

#define MAX_PATH 1024

static const char *const field_members[] = { "path", "value", NULL };

/* Names with dots between them. A name of digits alone would look like a place in a list, which a map cannot fill. */
static gboolean
is_path (const char *path)
{
  g_auto(GStrv) names = path != NULL ? g_strsplit (path, ".", -1) : NULL;

  if (names == NULL || names[0] == NULL || strlen (path) > MAX_PATH)
    return FALSE;

  for (gsize i = 0; names[i] != NULL; i++)
    if (names[i][strspn (names[i], "0123456789")] == '\0' || strpbrk (names[i], "[]{}") != NULL)
      return FALSE;

  return TRUE;
}

/* Whether a path before `path` leads through it, or the other way round. `used` holds whole paths, `inner` those between. */
static gboolean
collides (GHashTable *used,
          GHashTable *inner,
          const char *path)
{
  if (g_hash_table_contains (used, path) || g_hash_table_contains (inner, path))
    return TRUE;

  for (const char *dot = strchr (path, '.'); dot != NULL; dot = strchr (dot + 1, '.'))
    {
      g_autofree char *outer = g_strndup (path, dot - path);

      if (g_hash_table_contains (used, outer))
        return TRUE;
    }

  return FALSE;
}

static void
remember (GHashTable *used,
          GHashTable *inner,
          const char *path)
{
  g_hash_table_add (used, (gpointer) path);
  for (const char *dot = strchr (path, '.'); dot != NULL; dot = strchr (dot + 1, '.'))
    g_hash_table_add (inner, g_strndup (path, dot - path));
}

static void
check_field_path (EnlaceCheck *self,
                  const char  *path,
                  GHashTable  *used,
                  GHashTable  *inner,
                  const char  *base)
{
  g_autofree char *pointer = g_strconcat (base, "/path", NULL);

  if (!is_path (path))
    enlace_check_add (self, pointer, "A path is names with dots between them, such as customer.name, without places in lists");
  else if (collides (used, inner, path))
    enlace_check_add (self, pointer, "“%.64s” would overwrite another field", path);
  else
    remember (used, inner, path);
}

static void
check_field (EnlaceCheck *self,
             EnlaceValue *field,
             GHashTable  *used,
             GHashTable  *inner,
             const char  *base)
{
  EnlaceValue *value = enlace_value_get_member (field, "value");
  g_autofree char *pointer = g_strconcat (base, "/value", NULL);
  g_autoptr(EnlaceTemplate) template = NULL;

  if (enlace_value_get_kind (field) != ENLACE_KIND_MAP)
    {
      enlace_check_add (self, base, "A field is an object with “path” and “value”");
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (field); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (field, i));

      if (name == NULL || !g_strv_contains (field_members, name))
        enlace_check_add (self, base, "A field has “path” and “value”, but not “%.64s”", name != NULL ? name : "");
    }

  check_field_path (self, enlace_value_get_member_string (field, "path", NULL), used, inner, base);
  if (value != NULL)
    template = enlace_check_template (self, value, pointer);
  else
    enlace_check_add (self, pointer, "“value” is missing");
}

void
enlace_check_fields (EnlaceCheck *self,
                     EnlaceValue *fields,
                     const char  *pointer)
{
  g_autoptr(GHashTable) used = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) inner = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (enlace_value_get_kind (fields) != ENLACE_KIND_LIST || enlace_value_get_length (fields) == 0)
    {
      enlace_check_add (self, pointer, "The fields are a list with one field at least");
      return;
    }

  for (gsize i = 0; i < enlace_value_get_length (fields); i++)
    {
      g_autofree char *base = g_strdup_printf ("%s/%" G_GSIZE_FORMAT, pointer, i);

      check_field (self, enlace_value_get_element (fields, i), used, inner, base);
    }
}
