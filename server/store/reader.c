/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include "server/store/reader.h"

#define MAX_IDLE          16
#define STATEMENT_TIMEOUT (5 * G_USEC_PER_SEC)

struct _EnlaceReaderPool {
  char      *path;
  GMutex     mutex;
  GPtrArray *idle;    /* the last one given back is the first to go: its cache is warm */
  guint      n_lent;
};

static void
reader_free (EnlaceReader *self)
{
  g_clear_pointer (&self->connection, enlace_connection_close);
  g_clear_error (&self->error);
  g_free (self);
}

static EnlaceReader *
reader_new (const char *path)
{
  EnlaceReader *self = g_new0 (EnlaceReader, 1);

  self->connection = enlace_connection_open (path, ENLACE_CONNECTION_READ, &self->error);
  if (self->connection != NULL)
    self->connection->timeout = STATEMENT_TIMEOUT;

  return self;
}

EnlaceConnection *
enlace_reader_get_connection (EnlaceReader  *self,
                              GError       **error)
{
  if (self->connection == NULL && error != NULL)
    *error = g_error_copy (self->error);

  return self->connection;
}

gboolean
enlace_reader_begin (EnlaceReader  *self,
                     GError       **error)
{
  EnlaceConnection *connection = enlace_reader_get_connection (self, error);

  return connection != NULL && enlace_connection_execute (connection, "BEGIN", error);
}

void
enlace_reader_end (EnlaceReader *self)
{
  g_autoptr(GError) error = NULL;

  if (!enlace_connection_execute (self->connection, "COMMIT", &error))
    g_warning ("A reader could not end: %s", error->message);
}

EnlaceReaderPool *
enlace_reader_pool_new (const char *path)
{
  EnlaceReaderPool *self = g_new0 (EnlaceReaderPool, 1);

  self->path = g_strdup (path);
  self->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) reader_free);
  g_mutex_init (&self->mutex);

  return self;
}

void
enlace_reader_pool_free (EnlaceReaderPool *self)
{
  if (self->n_lent != 0)
    g_critical ("The store is closed while %u readers are lent", self->n_lent);

  g_ptr_array_unref (self->idle);
  g_mutex_clear (&self->mutex);
  g_free (self->path);
  g_free (self);
}

EnlaceReader *
enlace_reader_pool_acquire (EnlaceReaderPool *self)
{
  EnlaceReader *reader = NULL;

  g_mutex_lock (&self->mutex);
  self->n_lent++;
  if (self->idle->len > 0)
    reader = g_ptr_array_steal_index (self->idle, self->idle->len - 1);
  g_mutex_unlock (&self->mutex);

  return reader != NULL ? reader : reader_new (self->path);
}

void
enlace_reader_pool_release (EnlaceReaderPool *self,
                            EnlaceReader     *reader)
{
  g_mutex_lock (&self->mutex);
  self->n_lent--;
  if (reader->connection != NULL && self->idle->len < MAX_IDLE)
    g_ptr_array_add (self->idle, g_steal_pointer (&reader));
  g_mutex_unlock (&self->mutex);

  g_clear_pointer (&reader, reader_free);
}
