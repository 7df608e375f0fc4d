/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/uuid.h"

G_BEGIN_DECLS

/**
 * EnlaceStoreError:
 * @ENLACE_STORE_ERROR_HELD: another process holds the data directory; the message says which
 * @ENLACE_STORE_ERROR_CORRUPT: the database is damaged, or is no database
 * @ENLACE_STORE_ERROR_NEWER: the database was written by a newer version
 * @ENLACE_STORE_ERROR_READ_ONLY: the database cannot be written
 * @ENLACE_STORE_ERROR_MISSING: there is no store in the directory: it wants `enlaced init`
 * @ENLACE_STORE_ERROR_EXISTS: there is one already
 * @ENLACE_STORE_ERROR_FULL: the disk is full, or nearly
 * @ENLACE_STORE_ERROR_UNAVAILABLE: the change could not be committed; nothing of it was kept
 * @ENLACE_STORE_ERROR_NOT_FOUND: no such row (or it is another organisation's)
 * @ENLACE_STORE_ERROR_REVISION: the row has another revision than the change was made from
 * @ENLACE_STORE_ERROR_CONFLICT: the change does not fit the row's state, or a unique name is taken
 * @ENLACE_STORE_ERROR_LEASE: the run belongs to another holder by now
 */
typedef enum {
  ENLACE_STORE_ERROR_HELD,
  ENLACE_STORE_ERROR_CORRUPT,
  ENLACE_STORE_ERROR_NEWER,
  ENLACE_STORE_ERROR_READ_ONLY,
  ENLACE_STORE_ERROR_MISSING,
  ENLACE_STORE_ERROR_EXISTS,
  ENLACE_STORE_ERROR_FULL,
  ENLACE_STORE_ERROR_UNAVAILABLE,
  ENLACE_STORE_ERROR_NOT_FOUND,
  ENLACE_STORE_ERROR_REVISION,
  ENLACE_STORE_ERROR_CONFLICT,
  ENLACE_STORE_ERROR_LEASE,
} EnlaceStoreError;

#define ENLACE_STORE_ERROR (enlace_store_error_quark ())
GQuark enlace_store_error_quark (void);

/**
 * EnlaceStore:
 *
 * The one door to the database. One writer thread owns the only connection that writes and checkpoints; it commits the
 * changes that wait in groups, one fsync for all. Readers have read-only connections of their own.
 */
typedef struct _EnlaceStore  EnlaceStore;
typedef struct _EnlaceWriter EnlaceWriter;   /* the writer's side of a transaction; only inside EnlaceChange.apply */
typedef struct _EnlaceReader EnlaceReader;   /* a read-only connection with its prepared statements */

typedef enum {
  ENLACE_STORE_CREATE  = 1 << 0,   /* make a new store; fails with EXISTS where there is one */
  ENLACE_STORE_MIGRATE = 1 << 1,   /* bring an older schema up to date */
  ENLACE_STORE_READ    = 1 << 2,   /* beside a running server: no lock, no writer */
} EnlaceStoreFlags;

/* Opens DIR/enlace.db under the lock DIR/lock (flock). Starts the writer thread. */
EnlaceStore  *enlace_store_open            (const char       *data_dir,
                                            EnlaceStoreFlags  flags,
                                            GError          **error);
/* The same; @check (nullable) looks at the store under the lock, as it is, before anything of it is changed, and may refuse. */
EnlaceStore  *enlace_store_open_checked    (const char       *data_dir,
                                            EnlaceStoreFlags  flags,
                                            gboolean        (*check) (EnlaceReader *reader, gpointer data, GError **error),
                                            gpointer          data,
                                            GError          **error);
/* Makes a new store whole or not at all: @fill (nullable) runs in its first transaction, and the file gets its name only after that
 * is durable. Makes the directory (0700) if need be. Fails with EXISTS, and changes nothing, where there is a store. */
gboolean      enlace_store_create          (const char       *data_dir,
                                            gboolean        (*fill) (EnlaceWriter *writer, gpointer data, GError **error),
                                            gpointer          data,
                                            GError          **error);
gboolean      enlace_store_exists          (const char       *data_dir);
/* Commits what waits, checkpoints, closes. */
void          enlace_store_close           (EnlaceStore      *self);
/* A number that rises with every opening for writing; leases carry it. */
gint64        enlace_store_get_epoch       (EnlaceStore      *self);

/**
 * EnlaceChange:
 *
 * A unit of work for the writer: embed it as the first member of a structure of one's own.
 * @apply runs on the writer thread inside the group's transaction, in a savepoint of its own unless @is_single_statement, so that a
 *   change that fails takes nothing with it. It must not wait for anything.
 * @done runs on the writer thread once the group is durable (error NULL), or when the change failed or the commit failed
 *   (ENLACE_STORE_ERROR_UNAVAILABLE or FULL to all). It must be short and must not call the store but for enlace_store_submit().
 *   It owns the structure and frees it.
 */
typedef struct _EnlaceChange EnlaceChange;
struct _EnlaceChange {
  gboolean      (*apply) (EnlaceChange  *self,
                          EnlaceWriter  *writer,
                          GError       **error);
  void          (*done)  (EnlaceChange  *self,
                          const GError  *error);
  gboolean        is_single_statement;
  EnlaceChange   *next;               /* the writer's */
  GError         *error;              /* the writer's */
};

/* From any thread. */
void          enlace_store_submit          (EnlaceStore      *self,
                                            EnlaceChange     *change);
/* Submits and waits on the calling thread: for the command line and tests, never on a door thread or in a fiber. */
gboolean      enlace_store_submit_and_wait (EnlaceStore      *self,
                                            gboolean        (*apply) (EnlaceWriter *writer, gpointer data, GError **error),
                                            gpointer          data,
                                            GError          **error);

/* Finds what is wrong with the file: SQLite's own check of the structure, then rows that refer to nothing and states that cannot be.
 * Works beside a running server (ENLACE_STORE_READ) and takes as long as it takes. Returns one sentence a defect (element-type
 * utf8), none: it is sound. */
GPtrArray    *enlace_store_verify          (EnlaceStore      *self,
                                            GError          **error);

/* The number that this change's rows carry: rises by one with each call, over all tables. */
gint64        enlace_writer_next_change    (EnlaceWriter     *self);
/* Microseconds since 1970, the same for the whole group. */
gint64        enlace_writer_get_time       (EnlaceWriter     *self);

/* A reader of the calling thread's own; give it back on the same thread, soon, and never over an await. */
EnlaceReader *enlace_store_acquire_reader  (EnlaceStore      *self);
void          enlace_store_release_reader  (EnlaceStore      *self,
                                            EnlaceReader     *reader);

/* Between these two a reader sees one state of the store, whatever is committed meanwhile. To be ended soon: the write-ahead log grows until then. */
gboolean      enlace_reader_begin          (EnlaceReader     *self,
                                            GError          **error);
void          enlace_reader_end            (EnlaceReader     *self);

/* `func` is called on the writer thread after each commit that gave change numbers; it must only wake somebody. */
guint         enlace_store_add_observer    (EnlaceStore      *self,
                                            void            (*func) (gint64 latest_change, gpointer data),
                                            gpointer          data);
void          enlace_store_remove_observer (EnlaceStore      *self,
                                            guint             id);
gint64        enlace_store_get_latest_change (EnlaceStore    *self);

/* Figures for /metrics: changes committed, groups committed, queue length, WAL bytes. */
typedef struct { guint64 changes, groups, failed; guint queued; gint64 wal_bytes; } EnlaceStoreFigures;
void          enlace_store_get_figures     (EnlaceStore        *self,
                                            EnlaceStoreFigures *figures);
/* FALSE when new events should be refused (503): the disk is nearly full, or the last commit failed. */
gboolean      enlace_store_is_ready        (EnlaceStore      *self,
                                            GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceStore, enlace_store_close)

G_END_DECLS
