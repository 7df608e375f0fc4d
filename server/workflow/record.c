/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/record.h"

#include "common/value/json.h"
#include "common/value/packed.h"

/* An entry: kind, flags, then node, attempt, now, started_at − now, duration, and what the flags say: wake_at, iteration, port, input, output, error.
 * Numbers are varints (LEB128; signed ones zigzag), texts and packed values have their length before them. */
enum {
  HAS_PORT = 1 << 0,
  HAS_INPUT = 1 << 1,
  HAS_OUTPUT = 1 << 2,
  HAS_ERROR = 1 << 3,
  HAS_WAKE = 1 << 4,
  IS_FAILED = 1 << 5,
  IS_REPEATABLE = 1 << 6,
  HAS_ITERATION = 1 << 7,
};

static void
append_number (GByteArray *record,
               guint64     number)
{
  guint8 bytes[10];
  guint n = 0;

  do
    {
      bytes[n] = number & 0x7f;
      number >>= 7;
      if (number != 0)
        bytes[n] |= 0x80;
      n++;
    }
  while (number != 0);

  g_byte_array_append (record, bytes, n);
}

static void
append_signed (GByteArray *record,
               gint64      number)
{
  append_number (record, ((guint64) number << 1) ^ (guint64) (number >> 63));
}

static void
append_text (GByteArray *record,
             const char *text)
{
  gsize length = strlen (text);

  append_number (record, length);
  g_byte_array_append (record, (const guint8 *) text, length);
}

/* The length comes first and is only known afterwards: four bytes are kept free for it. */
static void
append_value (GByteArray        *record,
              const EnlaceValue *value)
{
  guint8 length[4] = { 0 };
  guint at = record->len;
  guint32 n;

  g_byte_array_append (record, length, sizeof length);
  enlace_packed_append (record, value);
  n = GUINT32_TO_LE (record->len - at - 4);
  memcpy (record->data + at, &n, sizeof n);
}

void
enlace_record_append (GByteArray        *record,
                      const EnlaceEntry *entry)
{
  guint8 head[2] = {
    entry->kind,
    (entry->port != NULL ? HAS_PORT : 0) | (entry->input != NULL ? HAS_INPUT : 0) | (entry->output != NULL ? HAS_OUTPUT : 0)
    | (entry->error != NULL ? HAS_ERROR : 0) | (entry->wake_at != 0 ? HAS_WAKE : 0) | (entry->is_failed ? IS_FAILED : 0)
    | (entry->is_repeatable ? IS_REPEATABLE : 0) | (entry->iteration != NULL ? HAS_ITERATION : 0),
  };

  g_byte_array_append (record, head, sizeof head);
  append_text (record, entry->node);
  append_number (record, entry->attempt);
  append_signed (record, entry->now);
  append_signed (record, entry->started_at - entry->now);
  append_signed (record, entry->duration);
  if (entry->wake_at != 0)
    append_signed (record, entry->wake_at);
  if (entry->iteration != NULL)
    append_text (record, entry->iteration);
  if (entry->port != NULL)
    append_text (record, entry->port);
  if (entry->input != NULL)
    append_value (record, entry->input);
  if (entry->output != NULL)
    append_value (record, entry->output);
  if (entry->error != NULL)
    append_value (record, entry->error);
}

typedef struct {
  const guint8 *at;
  const guint8 *end;
  gboolean      failed;
} Cursor;

static guint64
read_number (Cursor *cursor)
{
  guint64 number = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte;

      if (cursor->at >= cursor->end)
        break;
      byte = *cursor->at++;
      number |= (guint64) (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        return number;
    }

  cursor->failed = TRUE;
  return 0;
}

static gint64
read_signed (Cursor *cursor)
{
  guint64 number = read_number (cursor);

  return (gint64) (number >> 1) ^ -(gint64) (number & 1);
}

static char *
read_text (Cursor *cursor)
{
  guint64 length = read_number (cursor);
  char *text;

  if (cursor->failed || length > (guint64) (cursor->end - cursor->at))
    {
      cursor->failed = TRUE;
      return NULL;
    }

  text = g_strndup ((const char *) cursor->at, length);
  cursor->at += length;
  return text;
}

static EnlaceValue *
read_value (Cursor *cursor)
{
  EnlaceValue *value;
  guint32 length;

  if (cursor->failed || cursor->end - cursor->at < 4)
    {
      cursor->failed = TRUE;
      return NULL;
    }

  memcpy (&length, cursor->at, sizeof length);
  length = GUINT32_FROM_LE (length);
  cursor->at += 4;
  if (length > (gsize) (cursor->end - cursor->at))
    {
      cursor->failed = TRUE;
      return NULL;
    }

  value = enlace_packed_read (cursor->at, length, NULL);
  cursor->at += length;
  cursor->failed |= value == NULL;
  return value;
}

static EnlaceEntry *
read_entry (Cursor *cursor)
{
  EnlaceEntry *entry = g_new0 (EnlaceEntry, 1);
  guint8 flags = 0;

  if (cursor->end - cursor->at >= 2)
    {
      entry->kind = cursor->at[0];
      flags = cursor->at[1];
      cursor->at += 2;
    }
  cursor->failed |= entry->kind < ENLACE_ENTRY_RESULT || entry->kind > ENLACE_ENTRY_LAST;

  entry->is_failed = (flags & IS_FAILED) != 0;
  entry->is_repeatable = (flags & IS_REPEATABLE) != 0;
  entry->node = read_text (cursor);
  entry->attempt = (guint) read_number (cursor);
  entry->now = read_signed (cursor);
  entry->started_at = (gint64) ((guint64) read_signed (cursor) + (guint64) entry->now);
  entry->duration = read_signed (cursor);
  if (flags & HAS_WAKE)
    entry->wake_at = read_signed (cursor);
  if (flags & HAS_ITERATION)
    entry->iteration = read_text (cursor);
  if (flags & HAS_PORT)
    entry->port = read_text (cursor);
  if (flags & HAS_INPUT)
    entry->input = read_value (cursor);
  if (flags & HAS_OUTPUT)
    entry->output = read_value (cursor);
  if (flags & HAS_ERROR)
    entry->error = read_value (cursor);

  return entry;
}

gboolean
enlace_record_read (GPtrArray      *entries,
                    gconstpointer   data,
                    gsize           length,
                    GError        **error)
{
  Cursor cursor = { data, (const guint8 *) data + length, FALSE };

  while (cursor.at < cursor.end)
    {
      EnlaceEntry *entry = read_entry (&cursor);

      if (cursor.failed)
        {
          enlace_entry_free (entry);
          g_set_error_literal (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX, "The record of the run is damaged");
          return FALSE;
        }
      g_ptr_array_add (entries, entry);
    }

  return TRUE;
}

void
enlace_entry_free (EnlaceEntry *self)
{
  g_free ((char *) self->node);
  g_free ((char *) self->port);
  g_free ((char *) self->iteration);
  g_clear_pointer (&self->input, enlace_value_unref);
  g_clear_pointer (&self->output, enlace_value_unref);
  g_clear_pointer (&self->error, enlace_value_unref);
  g_free (self);
}
