/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "server/store/disk.h"
#include "server/store/lock.h"
#include "server/store/reader.h"
#include "server/store/schema.h"
#include "server/store/store.h"
#include "server/store/writer.h"

#define DATABASE   "enlace.db"
#define UNFINISHED "enlace.db.new"

struct _EnlaceStore {
  char             *data_dir;
  char             *path;
  int               lock;         /* -1: only for reading */
  EnlaceWriter     *writer;       /* NULL: only for reading */
  EnlaceReaderPool *readers;

  GMutex            disk_mutex;
  gint64            disk_checked_at;
  GError           *disk_error;
};

typedef struct {
  gboolean (*func) (EnlaceReader *reader, gpointer data, GError **error);  /* nullable */
  gpointer   data;
} EnlaceStoreCheck;

typedef struct {
  EnlaceChange   parent;
  gboolean     (*apply) (EnlaceWriter *writer, gpointer data, GError **error);
  gpointer       data;
  GMutex         mutex;
  GCond          cond;
  gboolean       is_done;
  GError        *error;
} EnlaceWait;

gboolean
enlace_store_exists (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, DATABASE, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A database that is not named yet, and what belongs to it. */
static void
remove_unfinished (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

      g_unlink (name);
    }
}

static gboolean
make_file (const char  *path,
           GError     **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      g_set_error (error, ENLACE_STORE_ERROR, errno == ENOSPC ? ENLACE_STORE_ERROR_FULL : ENLACE_STORE_ERROR_READ_ONLY,
                   "The database cannot be made: %s", g_strerror (errno));
      return FALSE;
    }

  close (fd);

  return TRUE;
}

static gboolean
wait_apply (EnlaceChange  *change,
            EnlaceWriter  *writer,
            GError       **error)
{
  EnlaceWait *self = (EnlaceWait *) change;

  return self->apply == NULL || self->apply (writer, self->data, error);
}

static void
wait_done (EnlaceChange *change,
           const GError *error)
{
  EnlaceWait *self = (EnlaceWait *) change;

  g_mutex_lock (&self->mutex);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->is_done = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static gboolean
submit_and_wait (EnlaceWriter  *writer,
                 gboolean     (*apply) (EnlaceWriter *, gpointer, GError **),
                 gpointer       data,
                 GError       **error)
{
  EnlaceWait wait = { .parent = { .apply = wait_apply, .done = wait_done }, .apply = apply, .data = data };

  g_mutex_init (&wait.mutex);
  g_cond_init (&wait.cond);

  enlace_writer_submit (writer, &wait.parent);

  g_mutex_lock (&wait.mutex);
  while (!wait.is_done)
    g_cond_wait (&wait.cond, &wait.mutex);
  g_mutex_unlock (&wait.mutex);

  g_mutex_clear (&wait.mutex);
  g_cond_clear (&wait.cond);

  if (wait.error == NULL)
    return TRUE;

  g_propagate_error (error, wait.error);

  return FALSE;
}

/* Closing copies the whole log back and removes it: what is renamed is one complete file. */
static gboolean
fill_file (const char  *path,
           gboolean   (*fill) (EnlaceWriter *, gpointer, GError **),
           gpointer     data,
           GError     **error)
{
  g_autoptr(EnlaceConnection) connection = enlace_connection_open (path, ENLACE_CONNECTION_CREATE, error);
  g_autoptr(EnlaceWriter) writer = NULL;

  if (connection == NULL || !enlace_schema_migrate (connection, 0, error))
    return FALSE;

  writer = enlace_writer_new (g_steal_pointer (&connection), error);
  if (writer == NULL)
    return FALSE;

  enlace_writer_start (writer);

  return submit_and_wait (writer, fill, data, error);
}

/* A log that is left holds what the file lacks. */
static gboolean
is_whole (const char  *path,
          GError     **error)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);

  if (!g_file_test (log, G_FILE_TEST_EXISTS))
    return TRUE;

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE, "The new database could not be written out");

  return FALSE;
}

static gboolean
create_locked (const char  *data_dir,
               gboolean   (*fill) (EnlaceWriter *, gpointer, GError **),
               gpointer     data,
               GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, DATABASE, NULL);
  g_autofree char *unfinished = g_build_filename (data_dir, UNFINISHED, NULL);

  if (enlace_store_exists (data_dir))
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_EXISTS, "There is a store in %s already", data_dir);
      return FALSE;
    }

  remove_unfinished (unfinished);

  if (!make_file (unfinished, error) || !fill_file (unfinished, fill, data, error) || !is_whole (unfinished, error))
    {
      remove_unfinished (unfinished);
      return FALSE;
    }

  if (g_rename (unfinished, path) != 0)
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE, "The database cannot be named: %s", g_strerror (errno));
      remove_unfinished (unfinished);
      return FALSE;
    }

  return enlace_disk_sync_directory (data_dir, error);
}

static gboolean
make_directory (const char  *data_dir,
                GError     **error)
{
  if (g_mkdir_with_parents (data_dir, 0700) == 0)
    return TRUE;

  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY,
               "The data directory %s cannot be made: %s", data_dir, g_strerror (errno));

  return FALSE;
}

gboolean
enlace_store_create (const char  *data_dir,
                     gboolean   (*fill) (EnlaceWriter *writer, gpointer data, GError **error),
                     gpointer     data,
                     GError     **error)
{
  gboolean is_created;
  int lock;

  g_return_val_if_fail (data_dir != NULL, FALSE);

  if (!make_directory (data_dir, error) || (lock = enlace_lock_take (data_dir, error)) < 0)
    return FALSE;

  is_created = create_locked (data_dir, fill, data, error);
  enlace_lock_release (lock);

  return is_created;
}

static gboolean
check_schema (EnlaceConnection  *connection,
              EnlaceStoreFlags   flags,
              GError           **error)
{
  int version;

  if (!enlace_schema_check (connection, &version, error))
    return FALSE;

  if (version == enlace_schema_get_latest ())
    return TRUE;

  if (flags & ENLACE_STORE_MIGRATE)
    return enlace_schema_migrate (connection, version, error);

  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT,
               "The store has the older schema %d, this version wants %d: run `enlaced migrate`", version, enlace_schema_get_latest ());

  return FALSE;
}

static gboolean
open_for_reading (EnlaceStore             *self,
                  const EnlaceStoreCheck  *check,
                  GError                 **error)
{
  g_autoptr(EnlaceConnection) connection = enlace_connection_open (self->path, ENLACE_CONNECTION_READ, error);
  EnlaceReader reader = { .connection = connection };

  return connection != NULL && check_schema (connection, 0, error) && (check->func == NULL || check->func (&reader, check->data, error));
}

/* Opening for writing sets the journal mode, which changes the file: what is no store of ours, or is refused by who opens it, is left as it is. */
static gboolean
is_ours (EnlaceStore             *self,
         const EnlaceStoreCheck  *check,
         GError                 **error)
{
  g_autoptr(EnlaceConnection) connection = enlace_connection_open (self->path, ENLACE_CONNECTION_READ, error);
  EnlaceReader reader = { .connection = connection };
  int version;

  return connection != NULL && enlace_schema_check (connection, &version, error) &&
         (check->func == NULL || check->func (&reader, check->data, error));
}

static gboolean
open_for_writing (EnlaceStore             *self,
                  EnlaceStoreFlags         flags,
                  const EnlaceStoreCheck  *check,
                  GError                 **error)
{
  g_autoptr(EnlaceConnection) connection = NULL;

  if (access (self->path, R_OK | W_OK) != 0 || access (self->data_dir, W_OK | X_OK) != 0)
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY,
                   "The database cannot be written: its file or its directory is read-only");
      return FALSE;
    }

  if (!is_ours (self, check, error))
    return FALSE;

  connection = enlace_connection_open (self->path, ENLACE_CONNECTION_WRITE, error);
  if (connection == NULL || !check_schema (connection, flags, error))
    return FALSE;

  self->writer = enlace_writer_new (g_steal_pointer (&connection), error);
  if (self->writer != NULL)
    enlace_writer_start (self->writer);

  return self->writer != NULL;
}

EnlaceStore *
enlace_store_open_checked (const char        *data_dir,
                           EnlaceStoreFlags   flags,
                           gboolean         (*check) (EnlaceReader *reader, gpointer data, GError **error),
                           gpointer           data,
                           GError           **error)
{
  const EnlaceStoreCheck look = { check, data };
  g_autoptr(EnlaceStore) self = NULL;

  g_return_val_if_fail (data_dir != NULL, NULL);

  if ((flags & ENLACE_STORE_CREATE) && !make_directory (data_dir, error))
    return NULL;

  self = g_new0 (EnlaceStore, 1);
  self->data_dir = g_strdup (data_dir);
  self->path = g_build_filename (data_dir, DATABASE, NULL);
  self->lock = -1;
  g_mutex_init (&self->disk_mutex);

  if (!(flags & ENLACE_STORE_CREATE) && !enlace_store_exists (data_dir))
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_MISSING, "There is no store in %s: run `enlaced init`", data_dir);
      return NULL;
    }

  if (!(flags & ENLACE_STORE_READ) && (self->lock = enlace_lock_take (data_dir, error)) < 0)
    return NULL;

  if ((flags & ENLACE_STORE_CREATE) && !create_locked (data_dir, NULL, NULL, error))
    return NULL;

  if (flags & ENLACE_STORE_READ ? !open_for_reading (self, &look, error) : !open_for_writing (self, flags, &look, error))
    return NULL;

  self->readers = enlace_reader_pool_new (self->path);

  return g_steal_pointer (&self);
}

EnlaceStore *
enlace_store_open (const char        *data_dir,
                   EnlaceStoreFlags   flags,
                   GError           **error)
{
  return enlace_store_open_checked (data_dir, flags, NULL, NULL, error);
}

void
enlace_store_close (EnlaceStore *self)
{
  /* Readers first: the last connection to close removes the write-ahead log, and only the writer may. */
  g_clear_pointer (&self->readers, enlace_reader_pool_free);
  g_clear_pointer (&self->writer, enlace_writer_free);
  enlace_lock_release (self->lock);

  g_clear_error (&self->disk_error);
  g_mutex_clear (&self->disk_mutex);
  g_free (self->data_dir);
  g_free (self->path);
  g_free (self);
}

gint64
enlace_store_get_epoch (EnlaceStore *self)
{
  return self->writer != NULL ? self->writer->epoch : 0;
}

void
enlace_store_submit (EnlaceStore  *self,
                     EnlaceChange *change)
{
  g_autoptr(GError) error = NULL;

  if (self->writer != NULL)
    {
      enlace_writer_submit (self->writer, change);
      return;
    }

  error = g_error_new_literal (ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY, "The store was opened only for reading");
  change->done (change, error);
}

gboolean
enlace_store_submit_and_wait (EnlaceStore  *self,
                              gboolean    (*apply) (EnlaceWriter *writer, gpointer data, GError **error),
                              gpointer      data,
                              GError      **error)
{
  if (self->writer != NULL)
    return submit_and_wait (self->writer, apply, data, error);

  g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY, "The store was opened only for reading");

  return FALSE;
}

EnlaceReader *
enlace_store_acquire_reader (EnlaceStore *self)
{
  return enlace_reader_pool_acquire (self->readers);
}

void
enlace_store_release_reader (EnlaceStore  *self,
                             EnlaceReader *reader)
{
  enlace_reader_pool_release (self->readers, reader);
}

guint
enlace_store_add_observer (EnlaceStore  *self,
                           void        (*func) (gint64 latest_change, gpointer data),
                           gpointer      data)
{
  g_return_val_if_fail (self->writer != NULL, 0);

  return enlace_writer_add_observer (self->writer, func, data);
}

void
enlace_store_remove_observer (EnlaceStore *self,
                              guint        id)
{
  g_return_if_fail (self->writer != NULL);

  enlace_writer_remove_observer (self->writer, id);
}

gint64
enlace_store_get_latest_change (EnlaceStore *self)
{
  return self->writer != NULL ? atomic_load (&self->writer->latest_change) : 0;
}

void
enlace_store_get_figures (EnlaceStore        *self,
                          EnlaceStoreFigures *figures)
{
  *figures = (EnlaceStoreFigures) { 0 };

  if (self->writer == NULL)
    return;

  figures->changes = atomic_load (&self->writer->n_changes);
  figures->groups = atomic_load (&self->writer->n_groups);
  figures->failed = atomic_load (&self->writer->n_failed);
  figures->queued = atomic_load (&self->writer->queued);
  figures->wal_bytes = atomic_load (&self->writer->wal_bytes);
}

/* Asks the disk at most once a second: every event asks here. */
static gboolean
has_space (EnlaceStore  *self,
           GError      **error)
{
  gint64 now = g_get_monotonic_time ();
  gboolean is_good;

  g_mutex_lock (&self->disk_mutex);
  if (self->disk_checked_at == 0 || now - self->disk_checked_at >= G_USEC_PER_SEC)
    {
      self->disk_checked_at = now;
      g_clear_error (&self->disk_error);
      enlace_disk_has_space (self->data_dir, &self->disk_error);
    }
  is_good = self->disk_error == NULL;
  if (!is_good && error != NULL)
    *error = g_error_copy (self->disk_error);
  g_mutex_unlock (&self->disk_mutex);

  return is_good;
}

gboolean
enlace_store_is_ready (EnlaceStore  *self,
                       GError      **error)
{
  /* Only for a while: whether commits work again is seen by trying one. */
  if (self->writer != NULL && g_get_monotonic_time () < atomic_load (&self->writer->refuse_until))
    {
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE, "The last change could not be committed");
      return FALSE;
    }

  return has_space (self, error);
}
