/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/value/uuid.h"

#define COUNTER_BITS 26
#define RANDOM_BUFFER 1024

/* What a thread keeps between two ids, so that most of them cost no system call. */
typedef struct {
  guint64 last_ms;
  guint32 counter;
  guint n_random;                 /* bytes of `random` that are still unused */
  guint8 random[RANDOM_BUFFER];
} Generator;

static _Thread_local Generator generator;
/* The newest millisecond of any id of this process: a clock that is set back does not lead below it. */
static guint64 newest_ms;

static void
take_random (Generator *self,
             gpointer   out,
             gsize      n)
{
  if (self->n_random < n)
    {
      gsize filled = 0;

      while (filled < RANDOM_BUFFER)
        {
          gssize got = getrandom (self->random + filled, RANDOM_BUFFER - filled, 0);

          if (got < 0 && errno != EINTR)
            g_error ("The system has no random bytes: %s", g_strerror (errno));
          if (got > 0)
            filled += got;
        }

      self->n_random = RANDOM_BUFFER;
    }

  self->n_random -= n;
  memcpy (out, self->random + self->n_random, n);
  memset (self->random + self->n_random, 0, n);
}

/* The clock, but never before an earlier answer. */
static guint64
get_ms (void)
{
  struct timespec now;
  guint64 ms;
  guint64 newest;

  clock_gettime (CLOCK_REALTIME, &now);
  ms = (guint64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
  newest = __atomic_load_n (&newest_ms, __ATOMIC_RELAXED);

  while (newest < ms)
    if (__atomic_compare_exchange_n (&newest_ms, &newest, ms, TRUE, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return ms;

  return newest;
}

/* A new millisecond starts the counter anywhere in the lower half of its range; within one it goes up (RFC 9562, 6.2). */
static void
advance (Generator *self)
{
  guint64 ms = get_ms ();

  if (ms <= self->last_ms && ++self->counter < (1u << COUNTER_BITS))
    return;

  self->last_ms = ms > self->last_ms ? ms : self->last_ms + 1;
  take_random (self, &self->counter, sizeof self->counter);
  self->counter &= (1u << (COUNTER_BITS - 1)) - 1;
}

void
enlace_uuid_generate (EnlaceUuid *uuid)
{
  Generator *self = &generator;

  g_return_if_fail (uuid != NULL);

  advance (self);

  for (int i = 0; i < 6; i++)
    uuid->bytes[i] = self->last_ms >> (40 - 8 * i);

  uuid->bytes[6] = 0x70 | (self->counter >> 22);
  uuid->bytes[7] = self->counter >> 14;
  uuid->bytes[8] = 0x80 | ((self->counter >> 8) & 0x3f);
  uuid->bytes[9] = self->counter;
  take_random (self, uuid->bytes + 10, 6);
}

void
enlace_uuid_for_url (const char *url,
                     EnlaceUuid *uuid)
{
  /* 6ba7b811-9dad-11d1-80b4-00c04fd430c8 */
  static const guint8 namespace_url[16] = { 0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                            0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_return_if_fail (url != NULL && uuid != NULL);

  g_checksum_update (checksum, namespace_url, sizeof namespace_url);
  g_checksum_update (checksum, (const guchar *) url, strlen (url));
  g_checksum_get_digest (checksum, digest, &length);

  memcpy (uuid->bytes, digest, sizeof uuid->bytes);
  uuid->bytes[6] = (uuid->bytes[6] & 0x0f) | 0x50;
  uuid->bytes[8] = (uuid->bytes[8] & 0x3f) | 0x80;
}

static inline gboolean
is_dash (int position)
{
  return position == 8 || position == 13 || position == 18 || position == 23;
}

gboolean
enlace_uuid_parse (const char *text,
                   EnlaceUuid *uuid)
{
  EnlaceUuid result = { { 0 } };
  int n_digits = 0;

  g_return_val_if_fail (text != NULL && uuid != NULL, FALSE);

  for (int i = 0; i < ENLACE_UUID_TEXT_SIZE - 1; i++)
    {
      int digit = g_ascii_xdigit_value (text[i]);

      if (is_dash (i) && text[i] == '-')
        continue;
      if (is_dash (i) || digit < 0)
        return FALSE;

      result.bytes[n_digits / 2] = result.bytes[n_digits / 2] << 4 | digit;
      n_digits++;
    }

  if (text[ENLACE_UUID_TEXT_SIZE - 1] != '\0')
    return FALSE;

  *uuid = result;

  return TRUE;
}

void
enlace_uuid_format (const EnlaceUuid *uuid,
                    char              text[ENLACE_UUID_TEXT_SIZE])
{
  static const char hex[] = "0123456789abcdef";
  int at = 0;

  g_return_if_fail (uuid != NULL && text != NULL);

  for (int i = 0; i < 16; i++)
    {
      text[at++] = hex[uuid->bytes[i] >> 4];
      text[at++] = hex[uuid->bytes[i] & 15];
      if (is_dash (at))
        text[at++] = '-';
    }

  text[at] = '\0';
}

gboolean
enlace_uuid_equal (const EnlaceUuid *a,
                   const EnlaceUuid *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}
