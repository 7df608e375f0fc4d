/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <string.h>

#include "server/store/sqlite.h"


#define PROGRESS_OPCODES 20000

G_DEFINE_QUARK (enlace-store-error-quark, enlace_store_error)

static EnlaceStoreError
meaning_of_code (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ENLACE_STORE_ERROR_CORRUPT;

    case SQLITE_READONLY:
    case SQLITE_PERM:
      return ENLACE_STORE_ERROR_READ_ONLY;

    case SQLITE_FULL:
      return ENLACE_STORE_ERROR_FULL;

    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_FOREIGNKEY ? ENLACE_STORE_ERROR_NOT_FOUND : ENLACE_STORE_ERROR_CONFLICT;

    default:
      return ENLACE_STORE_ERROR_UNAVAILABLE;
    }
}

static const char *
describe_code (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
      return "The database is damaged; restore it from a backup";

    case SQLITE_NOTADB:
      return "The database file is not a database, or it is damaged";

    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "The database cannot be written: its file or its directory is read-only";

    case SQLITE_CANTOPEN:
      return "The database file cannot be opened";

    case SQLITE_FULL:
      return "The disk is full";

    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "The database is locked by another program";

    case SQLITE_INTERRUPT:
      return "The query took too long and was stopped";

    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_FOREIGNKEY ? "What the change refers to is not there" : "The change does not fit what is there";

    default:
      return "The database failed";
    }
}

void
enlace_connection_fail (EnlaceConnection  *self,
                        int                code,
                        GError           **error)
{
  int extended = self->db != NULL ? sqlite3_extended_errcode (self->db) : code;

  if ((extended & 0xff) == (code & 0xff))
    code = extended;

  if ((code & 0xff) == SQLITE_IOERR && code != SQLITE_IOERR_NOMEM)
    self->has_io_error = TRUE;

  if (self->db != NULL)
    g_debug ("SQLite code %d: %s", code, sqlite3_errmsg (self->db));

  g_set_error (error, ENLACE_STORE_ERROR, meaning_of_code (code), "%s (%s)", describe_code (code), sqlite3_errstr (code));
}

static int
progress_cb (gpointer data)
{
  EnlaceConnection *self = data;

  return self->deadline != 0 && g_get_monotonic_time () > self->deadline;
}

gboolean
enlace_connection_execute (EnlaceConnection  *self,
                           const char        *sql,
                           GError           **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    enlace_connection_fail (self, code, error);

  return code == SQLITE_OK;
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

/* The page cache of the writer holds the right edges of the indexes; readers need little. */
static const char *const settings[] = {
  [ENLACE_CONNECTION_READ] = "PRAGMA cache_size = -1024;",
  [ENLACE_CONNECTION_WRITE] = "PRAGMA cache_size = -8192; PRAGMA foreign_keys = ON;",
  [ENLACE_CONNECTION_CREATE] = "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA cache_size = -8192; PRAGMA foreign_keys = ON;",
};

static gboolean
configure (EnlaceConnection      *self,
           EnlaceConnectionMode   mode,
           GError               **error)
{
  sqlite3_extended_result_codes (self->db, 1);
  sqlite3_busy_timeout (self->db, ENLACE_BUSY_TIMEOUT_MS);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);

  /* Only the writer checkpoints, and only when it chooses to. */
  sqlite3_wal_autocheckpoint (self->db, 0);
  if (mode == ENLACE_CONNECTION_READ)
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);

  sqlite3_progress_handler (self->db, PROGRESS_OPCODES, progress_cb, self);

  if (!enlace_connection_execute (self, settings[mode], error))
    return FALSE;

  return mode == ENLACE_CONNECTION_READ
    ? enlace_connection_execute (self, "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;", error)
    : enlace_connection_execute (self, "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                       " PRAGMA journal_size_limit = 16777216;", error);
}

EnlaceConnection *
enlace_connection_open (const char            *path,
                        EnlaceConnectionMode   mode,
                        GError               **error)
{
  g_autoptr(EnlaceConnection) self = g_new0 (EnlaceConnection, 1);
  int flags = mode == ENLACE_CONNECTION_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  int code;

  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize);

  code = sqlite3_open_v2 (path, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (code != SQLITE_OK)
    {
      enlace_connection_fail (self, code, error);
      return NULL;
    }

  if (mode != ENLACE_CONNECTION_READ && sqlite3_db_readonly (self->db, "main") == 1)
    {
      enlace_connection_fail (self, SQLITE_READONLY, error);
      return NULL;
    }

  if (!configure (self, mode, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
enlace_connection_close (EnlaceConnection *self)
{
  g_hash_table_unref (self->statements);
  if (sqlite3_close (self->db) != SQLITE_OK)
    g_critical ("A connection was closed with statements that still run");
  g_free (self);
}

static sqlite3_stmt *
prepare (EnlaceConnection  *self,
         const char        *sql,
         GError           **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement != NULL)
    return statement;

  code = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK)
    {
      if (code == SQLITE_ERROR)
        g_critical ("%s in: %s", sqlite3_errmsg (self->db), sql);
      enlace_connection_fail (self, code, error);
      return NULL;
    }

  g_hash_table_insert (self->statements, (gpointer) sql, statement);

  return statement;
}

static void
bind_bytes (sqlite3_stmt *statement,
            int           index,
            GBytes       *bytes)
{
  gsize length;
  gconstpointer data;

  if (bytes == NULL)
    {
      sqlite3_bind_null (statement, index);
      return;
    }

  data = g_bytes_get_data (bytes, &length);
  sqlite3_bind_blob64 (statement, index, data != NULL ? data : "", length, SQLITE_STATIC);
}

/* The values outlive the statement's run, so nothing is copied. */
static void
bind_all (sqlite3_stmt *statement,
          const char   *format,
          va_list       values)
{
  gconstpointer data;

  for (int i = 0; format[i] != '\0'; i++)
    switch (format[i])
      {
      case 'u':
        data = va_arg (values, const EnlaceUuid *);
        sqlite3_bind_blob (statement, i + 1, data, data != NULL ? sizeof (EnlaceUuid) : 0, SQLITE_STATIC);
        break;

      case 'h':
        sqlite3_bind_blob (statement, i + 1, va_arg (values, const guint8 *), 32, SQLITE_STATIC);
        break;

      case 'i':
        sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
        break;

      case 'n':
        sqlite3_bind_int (statement, i + 1, va_arg (values, int));
        break;

      case 's':
        sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_STATIC);
        break;

      case 'b':
        bind_bytes (statement, i + 1, va_arg (values, GBytes *));
        break;

      default:
        g_assert_not_reached ();
      }
}

static sqlite3_stmt *
make_ready (EnlaceConnection  *self,
            const char        *sql,
            GError           **error,
            const char        *format,
            va_list            values)
{
  sqlite3_stmt *statement = prepare (self, sql, error);

  if (statement == NULL)
    return NULL;

  g_assert ((gsize) sqlite3_bind_parameter_count (statement) == strlen (format));
  bind_all (statement, format, values);
  self->deadline = self->timeout != 0 ? g_get_monotonic_time () + self->timeout : 0;

  return statement;
}

sqlite3_stmt *
enlace_connection_query (EnlaceConnection  *self,
                         const char        *sql,
                         GError           **error,
                         const char        *format,
                         ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, format);
  statement = make_ready (self, sql, error, format, values);
  va_end (values);

  return statement;
}

gboolean
enlace_connection_run (EnlaceConnection  *self,
                       const char        *sql,
                       GError           **error,
                       const char        *format,
                       ...)
{
  sqlite3_stmt *statement;
  va_list values;
  int code;

  va_start (values, format);
  statement = make_ready (self, sql, error, format, values);
  va_end (values);

  if (statement == NULL)
    return FALSE;

  code = sqlite3_step (statement);
  g_assert (code != SQLITE_ROW);
  if (code != SQLITE_DONE)
    enlace_connection_fail (self, code, error);
  sqlite3_reset (statement);

  return code == SQLITE_DONE;
}

gint64
enlace_connection_get_changes (EnlaceConnection *self)
{
  return sqlite3_changes64 (self->db);
}

gboolean
enlace_connection_next (EnlaceConnection  *self,
                        sqlite3_stmt      *statement,
                        GError           **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return TRUE;

  if (code != SQLITE_DONE)
    enlace_connection_fail (self, code, error);
  sqlite3_reset (statement);

  return FALSE;
}

void
enlace_connection_end (sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
}

GBytes *
enlace_connection_get_bytes (sqlite3_stmt *statement,
                             int           column)
{
  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;

  return g_bytes_new (sqlite3_column_blob (statement, column), sqlite3_column_bytes (statement, column));
}

/* A column of the wrong length reads as zeros: the schema does not allow it, only damage does. */
static void
read_fixed (sqlite3_stmt *statement,
            int           column,
            guint8       *out,
            gsize         length)
{
  gconstpointer data = sqlite3_column_blob (statement, column);

  memset (out, 0, length);
  if (data != NULL && (gsize) sqlite3_column_bytes (statement, column) == length)
    memcpy (out, data, length);
}

void
enlace_connection_read (sqlite3_stmt *statement,
                        const char   *format,
                        ...)
{
  va_list values;

  va_start (values, format);

  for (int i = 0; format[i] != '\0'; i++)
    switch (format[i])
      {
      case 'u':
        read_fixed (statement, i, va_arg (values, EnlaceUuid *)->bytes, sizeof (EnlaceUuid));
        break;

      case 'h':
        read_fixed (statement, i, va_arg (values, guint8 *), 32);
        break;

      case 'i':
        *va_arg (values, gint64 *) = sqlite3_column_int64 (statement, i);
        break;

      case 'n':
        *va_arg (values, int *) = sqlite3_column_int (statement, i);
        break;

      case 's':
        *va_arg (values, char **) = g_strdup ((const char *) sqlite3_column_text (statement, i));
        break;

      case 'b':
        *va_arg (values, GBytes **) = enlace_connection_get_bytes (statement, i);
        break;

      default:
        g_assert_not_reached ();
      }

  va_end (values);
}

gboolean
enlace_connection_get_integer (EnlaceConnection  *self,
                               const char        *sql,
                               gint64            *value,
                               GError           **error)
{
  sqlite3_stmt *statement = enlace_connection_query (self, sql, error, "");

  if (statement == NULL || !enlace_connection_next (self, statement, error))
    return FALSE;

  *value = sqlite3_column_int64 (statement, 0);
  enlace_connection_end (statement);

  return TRUE;
}

GPtrArray *
enlace_connection_list_rows (EnlaceConnection  *self,
                             sqlite3_stmt      *query,
                             gpointer         (*read) (sqlite3_stmt *query),
                             GDestroyNotify     free_row,
                             GError           **error)
{
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(GError) failure = NULL;

  if (query == NULL)
    return NULL;

  rows = g_ptr_array_new_with_free_func (free_row);
  while (enlace_connection_next (self, query, &failure))
    g_ptr_array_add (rows, read (query));

  if (failure == NULL)
    return g_steal_pointer (&rows);

  g_propagate_error (error, g_steal_pointer (&failure));

  return NULL;
}

gpointer
enlace_connection_get_row (EnlaceConnection  *self,
                           sqlite3_stmt      *query,
                           gpointer         (*read) (sqlite3_stmt *query),
                           const char        *missing,
                           GError           **error)
{
  g_autoptr(GError) failure = NULL;
  gpointer row;

  if (query == NULL)
    return NULL;

  if (enlace_connection_next (self, query, &failure))
    {
      row = read (query);
      enlace_connection_end (query);
      return row;
    }

  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (missing != NULL)
    g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, missing);

  return NULL;
}
