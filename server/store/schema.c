/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "enlace-store-resources.h"
#include "server/store/schema.h"

#define MIGRATIONS     "/com/alkitu/Enlace/store/migrations/"
#define APPLICATION_ID 0x454e4c43   /* "ENLC" */

/* Sorted: the number comes first in each name. */
static char **
list_migrations (void)
{
  g_auto(GStrv) names = g_resource_enumerate_children (enlace_store_get_resource (), MIGRATIONS, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr(GPtrArray) sorted = g_ptr_array_new ();

  g_assert (names != NULL);
  for (char **name = names; *name != NULL; name++)
    g_ptr_array_add (sorted, g_strdup (*name));
  g_ptr_array_sort_values (sorted, (GCompareFunc) g_strcmp0);
  g_ptr_array_add (sorted, NULL);

  return (char **) g_ptr_array_steal (sorted, NULL);
}

static int
get_number (const char *name)
{
  return (int) g_ascii_strtoll (name, NULL, 10);
}

int
enlace_schema_get_latest (void)
{
  g_auto(GStrv) names = list_migrations ();

  return get_number (names[g_strv_length (names) - 1]);
}

gboolean
enlace_schema_check (EnlaceConnection  *connection,
                     int               *version,
                     GError           **error)
{
  gint64 application, stored;

  if (!enlace_connection_get_integer (connection, "PRAGMA application_id", &application, error) ||
      !enlace_connection_get_integer (connection, "PRAGMA user_version", &stored, error))
    return FALSE;

  if (application != APPLICATION_ID)
    {
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CORRUPT, "The database file is not a store of Enlace, or it is damaged");
      return FALSE;
    }

  if (stored > enlace_schema_get_latest ())
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NEWER,
                   "The store was written by a newer version of Enlace (schema %d, this version knows %d)", (int) stored, enlace_schema_get_latest ());
      return FALSE;
    }

  *version = (int) stored;

  return TRUE;
}

static gboolean
apply (EnlaceConnection  *connection,
       const char        *name,
       GError           **error)
{
  g_autofree char *path = g_strconcat (MIGRATIONS, name, NULL);
  g_autoptr(GBytes) text = g_resource_lookup_data (enlace_store_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *sql = NULL;

  if (text == NULL)
    return FALSE;

  sql = g_strdup_printf ("BEGIN IMMEDIATE; %.*s; PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
                         (int) g_bytes_get_size (text), (const char *) g_bytes_get_data (text, NULL), APPLICATION_ID, get_number (name));

  if (enlace_connection_execute (connection, sql, error))
    return TRUE;

  if (sqlite3_get_autocommit (connection->db) == 0)
    enlace_connection_execute (connection, "ROLLBACK", NULL);

  return FALSE;
}

gboolean
enlace_schema_migrate (EnlaceConnection  *connection,
                       int                from,
                       GError           **error)
{
  g_auto(GStrv) names = list_migrations ();

  for (char **name = names; *name != NULL; name++)
    if (get_number (*name) > from && !apply (connection, *name, error))
      return FALSE;

  return TRUE;
}
