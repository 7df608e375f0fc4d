/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/stream.h"

struct _EnlaceStream
{
  int refs;
  GMutex lock;

  GByteArray *waiting;
  gsize sent;            /* of `waiting`, from its start */
  gsize limit;
  gboolean has_ended;
  gboolean is_gone;

  const EnlaceStreamReader *reader;
  gpointer reader_data;
  gboolean is_asleep;
};

EnlaceStream *
enlace_stream_new (gsize limit)
{
  EnlaceStream *self = g_new0 (EnlaceStream, 1);

  self->refs = 1;
  self->limit = limit;
  self->waiting = g_byte_array_new ();
  g_mutex_init (&self->lock);

  return self;
}

EnlaceStream *
enlace_stream_ref (EnlaceStream *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
enlace_stream_unref (EnlaceStream *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  g_byte_array_unref (self->waiting);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Under the lock, so that the reader cannot be forgotten in between. */
static void
wake (EnlaceStream *self)
{
  if (!self->is_asleep)
    return;

  self->is_asleep = FALSE;
  self->reader->wake (self->reader_data);
}

gboolean
enlace_stream_write (EnlaceStream *self,
                     const char   *data,
                     gsize         length)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize pending = self->waiting->len - self->sent;

  /* What is larger than the limit must still get through, alone. */
  if (self->is_gone || self->has_ended || (pending > 0 && pending + length > self->limit))
    return FALSE;

  g_byte_array_append (self->waiting, (const guint8 *) data, (guint) length);
  wake (self);

  return TRUE;
}

void
enlace_stream_end (EnlaceStream *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->has_ended = TRUE;
  wake (self);
}

gboolean
enlace_stream_is_over (EnlaceStream *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->is_gone || self->has_ended;
}

gsize
enlace_stream_get_pending (EnlaceStream *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->waiting->len - self->sent;
}

void
enlace_stream_set_reader (EnlaceStream             *self,
                          const EnlaceStreamReader *reader,
                          gpointer                  data)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->reader = reader;
  self->reader_data = data;
}

gssize
enlace_stream_read (EnlaceStream *self,
                    char         *buffer,
                    gsize         size)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize length = MIN (size, self->waiting->len - self->sent);

  if (length == 0 && self->has_ended)
    return -1;

  if (length == 0)
    {
      self->is_asleep = TRUE;
      self->reader->sleep (self->reader_data);
      return 0;
    }

  memcpy (buffer, self->waiting->data + self->sent, length);
  self->sent += length;
  if (self->sent == self->waiting->len)
    {
      g_byte_array_set_size (self->waiting, 0);
      self->sent = 0;
    }

  return (gssize) length;
}

void
enlace_stream_abandon (EnlaceStream *self)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->is_gone = TRUE;
  self->is_asleep = FALSE;
  self->reader = NULL;
  self->reader_data = NULL;
  g_byte_array_set_size (self->waiting, 0);
  self->sent = 0;
}
