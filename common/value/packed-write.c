/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/packed-private.h"
#include "common/value/packed.h"

#define WRITER_INLINE 1024

static EnlaceValue *
get_part (const EnlacePackedFrame *frame,
          gsize                    part)
{
  if (frame->value->kind == ENLACE_KIND_LIST)
    return ENLACE_LIST (frame->value)->elements[part];
  if (frame->value->kind == ENLACE_KIND_OPTIONAL)
    return ENLACE_OPTIONAL (frame->value)->value;

  return part % 2 == 0 ? ENLACE_MAP (frame->value)->entries[part / 2].key
                       : ENLACE_MAP (frame->value)->entries[part / 2].value;
}

/* What is being written. Most values fit into the first bytes, which need no allocation. */
typedef struct {
  guint8 *data;                   /* `first`, or owned */
  gsize length;
  gsize capacity;
  guint8 first[WRITER_INLINE];
} Writer;

/* Room for `n` more bytes, where the caller then writes. */
static inline guint8 *
extend (Writer *self,
        gsize   n)
{
  guint8 *place;

  if (G_UNLIKELY (self->capacity - self->length < n))
    {
      self->capacity = MAX (2 * self->capacity, self->length + n);

      if (self->data == self->first)
        self->data = memcpy (g_malloc (self->capacity), self->first, self->length);
      else
        self->data = g_realloc (self->data, self->capacity);
    }

  place = self->data + self->length;
  self->length += n;

  return place;
}

static inline void
append_byte (Writer *out,
             guint8  byte)
{
  *extend (out, 1) = byte;
}

static void
append_varint (Writer  *out,
               guint64  number)
{
  for (; number >= 0x80; number >>= 7)
    append_byte (out, number | 0x80);

  append_byte (out, number);
}

static void
append_signed (Writer *out,
               gint64  number)
{
  append_varint (out, (guint64) number << 1 ^ (guint64) (number >> 63));
}

static void
append_text (Writer          *out,
             EnlacePackedTag  tag,
             const char      *text,
             gsize            length)
{
  append_byte (out, tag);
  append_varint (out, length);
  if (length > 0)
    memcpy (extend (out, length), text, length);
}

static void
append_number (Writer            *out,
               const EnlaceValue *value)
{
  const EnlaceScalar *scalar = ENLACE_SCALAR (value);
  guint64 bits;

  if (value->kind == ENLACE_KIND_INT && scalar->i >= 0 && scalar->i <= ENLACE_PACKED_SMALL_INT_MAX)
    {
      append_byte (out, ENLACE_PACKED_SMALL_INT + scalar->i);
    }
  else if (value->kind == ENLACE_KIND_INT)
    {
      append_byte (out, ENLACE_PACKED_INT);
      append_signed (out, scalar->i);
    }
  else if (value->kind == ENLACE_KIND_UINT)
    {
      append_byte (out, ENLACE_PACKED_UINT);
      append_varint (out, scalar->u);
    }
  else if (value->flags & ENLACE_VALUE_TEXT)
    {
      append_text (out, ENLACE_PACKED_NUMBER_TEXT, scalar->text, strlen (scalar->text));
    }
  else
    {
      append_byte (out, ENLACE_PACKED_DOUBLE);
      memcpy (&bits, &scalar->d, sizeof bits);
      bits = GUINT64_TO_LE (bits);
      memcpy (extend (out, sizeof bits), &bits, sizeof bits);
    }
}

static void
append_instant (Writer            *out,
                EnlacePackedTag    tag,
                const EnlaceValue *value)
{
  append_byte (out, tag);
  append_signed (out, ENLACE_INSTANT (value)->seconds);
  append_signed (out, ENLACE_INSTANT (value)->nanoseconds);
}

/* Writes a value, or the head of one that has parts. Returns the number of its parts. */
static gsize
append_head (Writer            *out,
             const EnlaceValue *value)
{
  const EnlaceText *text = ENLACE_TEXT (value);

  switch ((EnlaceKind) value->kind)
    {
    case ENLACE_KIND_BOOL:
      append_byte (out, ENLACE_SCALAR (value)->b ? ENLACE_PACKED_TRUE : ENLACE_PACKED_FALSE);
      return 0;

    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      append_number (out, value);
      return 0;

    case ENLACE_KIND_STRING:
      append_text (out, ENLACE_PACKED_STRING, text->data, text->length);
      return 0;

    case ENLACE_KIND_BYTES:
      append_text (out, ENLACE_PACKED_BYTES, text->data, text->length);
      return 0;

    case ENLACE_KIND_TYPE:
      append_text (out, ENLACE_PACKED_TYPE, text->data, text->length);
      return 0;

    case ENLACE_KIND_LIST:
      append_byte (out, ENLACE_PACKED_LIST);
      append_varint (out, ENLACE_LIST (value)->length);
      return ENLACE_LIST (value)->length;

    case ENLACE_KIND_MAP:
      append_byte (out, ENLACE_PACKED_MAP);
      append_varint (out, ENLACE_MAP (value)->length);
      return 2 * ENLACE_MAP (value)->length;

    case ENLACE_KIND_TIMESTAMP:
      append_instant (out, ENLACE_PACKED_TIMESTAMP, value);
      return 0;

    case ENLACE_KIND_DURATION:
      append_instant (out, ENLACE_PACKED_DURATION, value);
      return 0;

    case ENLACE_KIND_OPTIONAL:
      append_byte (out, ENLACE_OPTIONAL (value)->value != NULL ? ENLACE_PACKED_OPTIONAL : ENLACE_PACKED_NONE);
      return ENLACE_OPTIONAL (value)->value != NULL ? 1 : 0;

    case ENLACE_KIND_NULL:
    default:
      append_byte (out, ENLACE_PACKED_NULL);
      return 0;
    }
}

static void
write_whole (Writer            *out,
             const EnlaceValue *value)
{
  EnlacePackedStack stack;
  gsize n_parts;

  append_byte (out, ENLACE_PACKED_VERSION);
  n_parts = append_head (out, value);
  if (n_parts == 0)
    return;

  enlace_packed_stack_init (&stack);
  enlace_packed_stack_push (&stack, (EnlaceValue *) value, n_parts);

  while (stack.length > 0)
    {
      EnlacePackedFrame *frame = &stack.frames[stack.length - 1];
      EnlaceValue *part;

      if (frame->next == frame->n_parts)
        {
          stack.length--;
          continue;
        }

      part = get_part (frame, frame->next++);
      n_parts = append_head (out, part);
      if (n_parts > 0)
        enlace_packed_stack_push (&stack, part, n_parts);
    }

  enlace_packed_stack_clear (&stack);
}

static void
writer_init (Writer *self)
{
  self->data = self->first;
  self->length = 0;
  self->capacity = WRITER_INLINE;
}

void
enlace_packed_append (GByteArray        *out,
                      const EnlaceValue *value)
{
  Writer writer;

  g_return_if_fail (out != NULL && value != NULL);

  writer_init (&writer);
  write_whole (&writer, value);
  g_byte_array_append (out, writer.data, writer.length);

  if (writer.data != writer.first)
    g_free (writer.data);
}

GBytes *
enlace_packed_write (const EnlaceValue *value)
{
  Writer writer;

  g_return_val_if_fail (value != NULL, NULL);

  writer_init (&writer);
  write_whole (&writer, value);
  if (writer.data == writer.first)
    return g_bytes_new (writer.data, writer.length);

  return g_bytes_new_take (writer.data, writer.length);
}
