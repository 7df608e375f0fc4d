/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/organisations.h"
#include "server/store/reader.h"
#include "server/store/writer.h"

static const char insert_organisation_sql[] =
  "INSERT INTO organisations (id, name, wrapped_key, created_at) VALUES (?1, ?2, ?3, ?4)";

static const char list_organisations_sql[] =
  "SELECT id, name, wrapped_key, created_at FROM organisations ORDER BY id";

static const char insert_member_sql[] =
  "INSERT INTO members (id, organisation_id, email, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5)";

static const char get_email_sql[] = "SELECT email FROM members WHERE id = ?1 AND organisation_id = ?2";

static const char find_owner_sql[] = "SELECT id FROM members WHERE organisation_id = ?1 ORDER BY role = 'owner' DESC, id LIMIT 1";

static const char insert_key_sql[] =
  "INSERT INTO api_keys (id, organisation_id, member_id, name, key_prefix, key_hash, permissions, rate_limit, is_active,"
  " last_used_at, expires_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

static const char find_key_sql[] =
  "SELECT id, organisation_id, member_id, name, key_prefix, key_hash, permissions, rate_limit, is_active,"
  " last_used_at, expires_at, created_at, updated_at FROM api_keys WHERE key_hash = ?1";

static const char touch_key_sql[] = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND last_used_at < ?2";

static const char set_canary_sql[] = "INSERT INTO meta (name, value) VALUES ('canary', ?1)";
static const char get_canary_sql[] = "SELECT value FROM meta WHERE name = 'canary'";

gboolean
enlace_organisations_insert (EnlaceWriter                 *writer,
                             const EnlaceOrganisationRow  *row,
                             GError                      **error)
{
  return enlace_connection_run (writer->connection, insert_organisation_sql, error, "usbi",
                                &row->id, row->name, row->wrapped_key, row->created_at);
}

static gpointer
read_organisation (sqlite3_stmt *query)
{
  EnlaceOrganisationRow *row = g_new0 (EnlaceOrganisationRow, 1);

  enlace_connection_read (query, "usbi", &row->id, &row->name, &row->wrapped_key, &row->created_at);

  return row;
}

GPtrArray *
enlace_organisations_list (EnlaceReader  *reader,
                           GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_list_rows (connection, enlace_connection_query (connection, list_organisations_sql, error, ""),
                                      read_organisation, (GDestroyNotify) enlace_organisation_row_free, error);
}

gboolean
enlace_members_insert (EnlaceWriter           *writer,
                       const EnlaceMemberRow  *row,
                       GError                **error)
{
  return enlace_connection_run (writer->connection, insert_member_sql, error, "uussi",
                                &row->id, &row->organisation_id, row->email, row->role, row->created_at);
}

static gpointer
read_email (sqlite3_stmt *query)
{
  char *email;

  enlace_connection_read (query, "s", &email);
  return email;
}

char *
enlace_members_get_email (EnlaceReader      *reader,
                          const EnlaceUuid  *organisation_id,
                          const EnlaceUuid  *id,
                          GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_email_sql, error, "uu", id, organisation_id), read_email, NULL,
                                    error);
}

static gpointer
read_id (sqlite3_stmt *query)
{
  EnlaceUuid *id = g_new0 (EnlaceUuid, 1);

  enlace_connection_read (query, "u", id);

  return id;
}

gboolean
enlace_members_find_owner (EnlaceReader      *reader,
                           const EnlaceUuid  *organisation_id,
                           EnlaceUuid        *id,
                           GError           **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);
  g_autofree EnlaceUuid *found = NULL;

  if (connection == NULL)
    return FALSE;

  found = enlace_connection_get_row (connection, enlace_connection_query (connection, find_owner_sql, error, "u", organisation_id),
                                     read_id, "The organisation has no members", error);
  if (found != NULL)
    *id = *found;

  return found != NULL;
}

gboolean
enlace_api_keys_insert (EnlaceWriter           *writer,
                        const EnlaceApiKeyRow  *row,
                        GError                **error)
{
  return enlace_connection_run (writer->connection, insert_key_sql, error, "uuussh" "sin" "iiii",
                                &row->id, &row->organisation_id, &row->member_id, row->name, row->key_prefix, row->key_hash,
                                row->permissions, row->rate_limit, row->is_active,
                                row->last_used_at, row->expires_at, row->created_at, row->updated_at);
}

static gpointer
read_api_key (sqlite3_stmt *query)
{
  EnlaceApiKeyRow *row = g_new0 (EnlaceApiKeyRow, 1);

  enlace_connection_read (query, "uuussh" "sin" "iiii",
                          &row->id, &row->organisation_id, &row->member_id, &row->name, &row->key_prefix, row->key_hash,
                          &row->permissions, &row->rate_limit, &row->is_active,
                          &row->last_used_at, &row->expires_at, &row->created_at, &row->updated_at);

  return row;
}

EnlaceApiKeyRow *
enlace_api_keys_find (EnlaceReader  *reader,
                      const guint8   key_hash[32],
                      GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, find_key_sql, error, "h", key_hash),
                                    read_api_key, NULL, error);
}

gboolean
enlace_api_keys_touch (EnlaceWriter      *writer,
                       const EnlaceUuid  *id,
                       gint64             last_used_at,
                       GError           **error)
{
  return enlace_connection_run (writer->connection, touch_key_sql, error, "ui", id, last_used_at);
}

gboolean
enlace_store_set_canary (EnlaceWriter  *writer,
                         GBytes        *sealed,
                         GError       **error)
{
  return enlace_connection_run (writer->connection, set_canary_sql, error, "b", sealed);
}

static gpointer
read_canary (sqlite3_stmt *query)
{
  GBytes *sealed;

  enlace_connection_read (query, "b", &sealed);

  return sealed;
}

GBytes *
enlace_store_get_canary (EnlaceReader  *reader,
                         GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (reader, error);

  if (connection == NULL)
    return NULL;

  return enlace_connection_get_row (connection, enlace_connection_query (connection, get_canary_sql, error, ""),
                                    read_canary, "The store holds no proof of its master key", error);
}

void
enlace_organisation_row_free (EnlaceOrganisationRow *row)
{
  g_free (row->name);
  g_clear_pointer (&row->wrapped_key, g_bytes_unref);
  g_free (row);
}

void
enlace_member_row_free (EnlaceMemberRow *row)
{
  g_free (row->email);
  g_free (row->role);
  g_free (row);
}

void
enlace_api_key_row_free (EnlaceApiKeyRow *row)
{
  g_free (row->name);
  g_free (row->key_prefix);
  g_free (row->permissions);
  g_free (row);
}
