/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "common/value/uuid.h"

/* Ids of one millisecond are numbered: four million of them, more than can be made in it. */
#define COUNTER_BITS 22
#define RANDOM_BUFFER 1024

/* Random bytes that a thread keeps, so that most ids cost no system call. */
typedef struct {
  guint n_random;                 /* bytes of `random` that are still unused */
  guint8 random[RANDOM_BUFFER];
} Generator;

static _Thread_local Generator generator;
/* The time of the newest id of this process in milliseconds, and its number in that millisecond. */
static guint64 newest;

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

/* The time and the number of a new id, later than those of any other of this process: whichever threads made them, and whatever the clock
 * does, an id that was asked for later is greater (RFC 9562, 6.2). */
static guint64
advance (void)
{
  guint64 before = __atomic_load_n (&newest, __ATOMIC_RELAXED);
  struct timespec now;
  guint64 clock;
  guint64 next;

  clock_gettime (CLOCK_REALTIME, &now);
  clock = ((guint64) now.tv_sec * 1000 + now.tv_nsec / 1000000) << COUNTER_BITS;

  do
    next = MAX (clock, before + 1);
  while (!__atomic_compare_exchange_n (&newest, &before, next, TRUE, __ATOMIC_RELAXED, __ATOMIC_RELAXED));

  return next;
}

void
enlace_uuid_generate (EnlaceUuid *uuid)
{
  guint64 next;
  guint64 ms;

  g_return_if_fail (uuid != NULL);

  next = advance ();
  ms = next >> COUNTER_BITS;
  for (int i = 0; i < 6; i++)
    uuid->bytes[i] = ms >> (40 - 8 * i);

  /* The 22 bits of the number: 4 and 8 beside the version, 6 beside the variant, 4 before the random bits. */
  take_random (&generator, uuid->bytes + 9, 7);
  uuid->bytes[6] = 0x70 | ((next >> 18) & 0x0f);
  uuid->bytes[7] = next >> 10;
  uuid->bytes[8] = 0x80 | ((next >> 4) & 0x3f);
  uuid->bytes[9] = (next & 0x0f) << 4 | (uuid->bytes[9] & 0x0f);
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
