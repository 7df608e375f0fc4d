/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

#include "server/store/store.h"

G_BEGIN_DECLS

#define ENLACE_BUSY_TIMEOUT_MS 2000

/**
 * EnlaceConnection:
 *
 * A connection to the SQLite file with its prepared statements, which are kept by the address of their text: texts are
 * static constants. Used by one thread at a time. Private to the store.
 *
 * Formats of values, one letter a value, for parameters and for columns:
 * `u` EnlaceUuid (const EnlaceUuid *, nullable / EnlaceUuid *), `i` 64-bit integer (gint64 / gint64 *), `n` int or gboolean
 * (int / int *), `s` text (const char *, nullable / char **), `b` bytes (GBytes *, nullable / GBytes **), `h` 32 bytes
 * (const guint8 * / guint8 *). Texts and bytes that are read belong to the caller and replace nothing.
 */
typedef struct {
  sqlite3     *db;
  GHashTable  *statements;     /* static text → sqlite3_stmt */
  gint64       timeout;        /* of a statement in microseconds; 0: none */
  gint64       deadline;       /* of the statement that runs, monotonic */
  gboolean     has_io_error;   /* the disk failed: what is durable is no longer known */
} EnlaceConnection;

typedef enum {
  ENLACE_CONNECTION_READ,
  ENLACE_CONNECTION_WRITE,
  ENLACE_CONNECTION_CREATE,    /* writes; the file is there and empty */
} EnlaceConnectionMode;

EnlaceConnection *enlace_connection_open        (const char            *path,
                                                 EnlaceConnectionMode   mode,
                                                 GError               **error);
void              enlace_connection_close       (EnlaceConnection      *self);
/* Statements without parameters that are not kept, several in one text. */
gboolean          enlace_connection_execute     (EnlaceConnection      *self,
                                                 const char            *sql,
                                                 GError               **error);
/* Runs a statement that gives no rows. */
gboolean          enlace_connection_run         (EnlaceConnection      *self,
                                                 const char            *sql,
                                                 GError               **error,
                                                 const char            *format,
                                                 ...);
/* How many rows the last run changed. */
gint64            enlace_connection_get_changes (EnlaceConnection      *self);
/* A statement with its parameters bound, to be stepped with enlace_connection_next(). The values must outlive it. */
sqlite3_stmt     *enlace_connection_query       (EnlaceConnection      *self,
                                                 const char            *sql,
                                                 GError               **error,
                                                 const char            *format,
                                                 ...);
/* TRUE: a row is there. FALSE: no more rows, or @error; the statement is at rest then. */
gboolean          enlace_connection_next        (EnlaceConnection      *self,
                                                 sqlite3_stmt          *statement,
                                                 GError               **error);
/* Puts a statement to rest that was not stepped to its end. */
void              enlace_connection_end         (sqlite3_stmt          *statement);
void              enlace_connection_read        (sqlite3_stmt          *statement,
                                                 const char            *format,
                                                 ...);
GBytes           *enlace_connection_get_bytes   (sqlite3_stmt          *statement,
                                                 int                    column);
/* Reads all rows of a statement that is ready (@query NULL: it failed before, @error is set) with @read. */
GPtrArray        *enlace_connection_list_rows   (EnlaceConnection      *self,
                                                 sqlite3_stmt          *query,
                                                 gpointer             (*read) (sqlite3_stmt *query),
                                                 GDestroyNotify         free_row,
                                                 GError               **error);
/* The first row; where there is none NULL, and NOT_FOUND with @missing as its message unless that is NULL. */
gpointer          enlace_connection_get_row     (EnlaceConnection      *self,
                                                 sqlite3_stmt          *query,
                                                 gpointer             (*read) (sqlite3_stmt *query),
                                                 const char            *missing,
                                                 GError               **error);
/* The first column of the first row; FALSE without @error: no row. */
gboolean          enlace_connection_get_integer (EnlaceConnection      *self,
                                                 const char            *sql,
                                                 gint64                *value,
                                                 GError               **error);
/* Sets @error to what SQLite's code means to a person. */
void              enlace_connection_fail        (EnlaceConnection      *self,
                                                 int                    code,
                                                 GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceConnection, enlace_connection_close)

G_END_DECLS
