/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/json.h"
#include "common/value/packed.h"
#include "common/value/utf8.h"
#include "common/value/value-private.h"

/* The form: one byte of version, then one value. A value is one byte that says what it is, then
 *   - an integer or a length as a varint, seven bits a byte, the lowest first; signed ones in zigzag order,
 *   - a double as its eight bytes, the lowest first,
 *   - text as its length and its bytes,
 *   - a list as its number of elements and the elements, a map as its number of members and key and value in turn.
 * Values from SMALL_INT up are whole numbers from 0 in the byte itself. */
#define PACKED_VERSION 1
#define SMALL_INT 0x40
#define SMALL_INT_MAX (0xff - SMALL_INT)

typedef enum {
  TAG_NULL,
  TAG_FALSE,
  TAG_TRUE,
  TAG_INT,
  TAG_UINT,
  TAG_DOUBLE,
  TAG_NUMBER_TEXT,
  TAG_STRING,
  TAG_BYTES,
  TAG_LIST,
  TAG_MAP,
  TAG_TIMESTAMP,
  TAG_DURATION,
  TAG_TYPE,
  TAG_NONE,
  TAG_OPTIONAL,
} Tag;

/* A container of which parts are still to come; both directions walk with a list of these in place of recursion. */
typedef struct {
  EnlaceValue *value;
  gsize n_parts;                  /* a map has two for each member */
  gsize next;
  EnlaceValue *key;               /* reading a map: owned, waits for its value */
} Frame;

static EnlaceValue *
get_part (const Frame *frame,
          gsize        part)
{
  if (frame->value->kind == ENLACE_KIND_LIST)
    return ENLACE_LIST (frame->value)->elements[part];
  if (frame->value->kind == ENLACE_KIND_OPTIONAL)
    return ENLACE_OPTIONAL (frame->value)->value;

  return part % 2 == 0 ? ENLACE_MAP (frame->value)->entries[part / 2].key
                       : ENLACE_MAP (frame->value)->entries[part / 2].value;
}

static void
append_byte (GByteArray *out,
             guint8      byte)
{
  g_byte_array_append (out, &byte, 1);
}

static void
append_varint (GByteArray *out,
               guint64     number)
{
  guint8 bytes[10];
  guint n = 0;

  for (; number >= 0x80; number >>= 7)
    bytes[n++] = number | 0x80;
  bytes[n++] = number;

  g_byte_array_append (out, bytes, n);
}

static void
append_signed (GByteArray *out,
               gint64      number)
{
  append_varint (out, (guint64) number << 1 ^ (guint64) (number >> 63));
}

static void
append_text (GByteArray *out,
             Tag         tag,
             const char *text,
             gsize       length)
{
  append_byte (out, tag);
  append_varint (out, length);
  g_byte_array_append (out, (const guint8 *) text, length);
}

static void
append_number (GByteArray        *out,
               const EnlaceValue *value)
{
  const EnlaceScalar *scalar = ENLACE_SCALAR (value);
  guint64 bits;

  if (value->kind == ENLACE_KIND_INT && scalar->i >= 0 && scalar->i <= SMALL_INT_MAX)
    {
      append_byte (out, SMALL_INT + scalar->i);
    }
  else if (value->kind == ENLACE_KIND_INT)
    {
      append_byte (out, TAG_INT);
      append_signed (out, scalar->i);
    }
  else if (value->kind == ENLACE_KIND_UINT)
    {
      append_byte (out, TAG_UINT);
      append_varint (out, scalar->u);
    }
  else if (value->flags & ENLACE_VALUE_TEXT)
    {
      append_text (out, TAG_NUMBER_TEXT, scalar->text, strlen (scalar->text));
    }
  else
    {
      append_byte (out, TAG_DOUBLE);
      memcpy (&bits, &scalar->d, sizeof bits);
      bits = GUINT64_TO_LE (bits);
      g_byte_array_append (out, (const guint8 *) &bits, sizeof bits);
    }
}

static void
append_instant (GByteArray        *out,
                Tag                tag,
                const EnlaceValue *value)
{
  append_byte (out, tag);
  append_signed (out, ENLACE_INSTANT (value)->seconds);
  append_signed (out, ENLACE_INSTANT (value)->nanoseconds);
}

/* Writes a value, or the head of one that has parts. Returns the number of its parts. */
static gsize
append_head (GByteArray        *out,
             const EnlaceValue *value)
{
  const EnlaceText *text = ENLACE_TEXT (value);

  switch ((EnlaceKind) value->kind)
    {
    case ENLACE_KIND_BOOL:
      append_byte (out, ENLACE_SCALAR (value)->b ? TAG_TRUE : TAG_FALSE);
      return 0;

    case ENLACE_KIND_INT:
    case ENLACE_KIND_UINT:
    case ENLACE_KIND_DOUBLE:
      append_number (out, value);
      return 0;

    case ENLACE_KIND_STRING:
      append_text (out, TAG_STRING, text->data, text->length);
      return 0;

    case ENLACE_KIND_BYTES:
      append_text (out, TAG_BYTES, text->data, text->length);
      return 0;

    case ENLACE_KIND_TYPE:
      append_text (out, TAG_TYPE, text->data, text->length);
      return 0;

    case ENLACE_KIND_LIST:
      append_byte (out, TAG_LIST);
      append_varint (out, ENLACE_LIST (value)->length);
      return ENLACE_LIST (value)->length;

    case ENLACE_KIND_MAP:
      append_byte (out, TAG_MAP);
      append_varint (out, ENLACE_MAP (value)->length);
      return 2 * ENLACE_MAP (value)->length;

    case ENLACE_KIND_TIMESTAMP:
      append_instant (out, TAG_TIMESTAMP, value);
      return 0;

    case ENLACE_KIND_DURATION:
      append_instant (out, TAG_DURATION, value);
      return 0;

    case ENLACE_KIND_OPTIONAL:
      append_byte (out, ENLACE_OPTIONAL (value)->value != NULL ? TAG_OPTIONAL : TAG_NONE);
      return ENLACE_OPTIONAL (value)->value != NULL ? 1 : 0;

    case ENLACE_KIND_NULL:
    default:
      append_byte (out, TAG_NULL);
      return 0;
    }
}

void
enlace_packed_append (GByteArray        *out,
                      const EnlaceValue *value)
{
  g_autoptr(GArray) frames = NULL;
  gsize n_parts;

  g_return_if_fail (out != NULL && value != NULL);

  append_byte (out, PACKED_VERSION);
  n_parts = append_head (out, value);
  if (n_parts == 0)
    return;

  frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_array_append_vals (frames, &(Frame) { (EnlaceValue *) value, n_parts }, 1);

  while (frames->len > 0)
    {
      Frame *frame = &g_array_index (frames, Frame, frames->len - 1);
      EnlaceValue *part;

      if (frame->next == frame->n_parts)
        {
          g_array_set_size (frames, frames->len - 1);
          continue;
        }

      part = get_part (frame, frame->next++);
      n_parts = append_head (out, part);
      if (n_parts > 0)
        g_array_append_vals (frames, &(Frame) { part, n_parts }, 1);
    }
}

GBytes *
enlace_packed_write (const EnlaceValue *value)
{
  GByteArray *out = g_byte_array_sized_new (256);

  enlace_packed_append (out, value);

  return g_byte_array_free_to_bytes (out);
}

typedef struct {
  const guint8 *data;
  gsize left;
  gsize n_waiting;                /* parts that open containers still want, each of which takes a byte at least */
  GArray *frames;                 /* of Frame */
} Reader;

static gboolean
read_varint (Reader  *self,
             guint64 *number)
{
  *number = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte;

      if (self->left == 0)
        return FALSE;

      byte = *self->data++;
      self->left--;
      if (shift == 63 && byte > 1)
        return FALSE;

      *number |= (guint64) (byte & 0x7f) << shift;
      if (byte < 0x80)
        return shift == 0 || byte != 0;
    }

  return FALSE;
}

static gboolean
read_signed (Reader *self,
             gint64 *number)
{
  guint64 zigzag;

  if (!read_varint (self, &zigzag))
    return FALSE;

  *number = (gint64) (zigzag >> 1 ^ -(zigzag & 1));

  return TRUE;
}

static const char *
read_text (Reader *self,
           gsize  *length)
{
  guint64 size;
  const char *text;

  if (!read_varint (self, &size) || size > self->left)
    return NULL;

  text = (const char *) self->data;
  self->data += size;
  self->left -= size;
  *length = size;

  return text;
}

static EnlaceValue *
read_string (Reader *self,
             Tag     tag)
{
  g_autofree char *terminated = NULL;
  gsize length;
  const char *text = read_text (self, &length);

  if (text == NULL)
    return NULL;
  if (tag == TAG_BYTES)
    return enlace_value_new_bytes (text, length);
  if (!enlace_utf8_validate (text, length))
    return NULL;
  if (tag == TAG_STRING)
    return enlace_value_new_string_len (text, length);

  if (length == 0 || memchr (text, '\0', length) != NULL)
    return NULL;

  terminated = g_strndup (text, length);

  return enlace_value_new_type (terminated);
}

/* Only what the JSON reader keeps as text: digits after at most a minus. */
static EnlaceValue *
read_number_text (Reader *self)
{
  g_autofree char *terminated = NULL;
  gsize length;
  const char *text = read_text (self, &length);
  gsize start;

  if (text == NULL)
    return NULL;

  start = length > 0 && text[0] == '-' ? 1 : 0;
  if (length == start || text[start] == '0')
    return NULL;
  for (gsize i = start; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return NULL;

  terminated = g_strndup (text, length);

  return enlace_value_new_number_text (terminated);
}

static EnlaceValue *
read_double (Reader *self)
{
  guint64 bits;
  double number;

  if (self->left < sizeof bits)
    return NULL;

  memcpy (&bits, self->data, sizeof bits);
  self->data += sizeof bits;
  self->left -= sizeof bits;
  bits = GUINT64_FROM_LE (bits);
  memcpy (&number, &bits, sizeof number);

  return enlace_value_new_double (number);
}

static EnlaceValue *
read_instant (Reader *self,
              Tag     tag)
{
  gint64 seconds;
  gint64 nanoseconds;

  if (!read_signed (self, &seconds) || !read_signed (self, &nanoseconds))
    return NULL;
  if (nanoseconds <= -1000000000 || nanoseconds >= 1000000000)
    return NULL;

  if (tag == TAG_DURATION)
    return enlace_value_new_duration (seconds, nanoseconds);

  return nanoseconds >= 0 ? enlace_value_new_timestamp (seconds, nanoseconds) : NULL;
}

/* A container is made with room for what it promises, which all open containers together cannot promise beyond the bytes
 * that are left. */
static EnlaceValue *
read_container (Reader *self,
                Tag     tag,
                gsize  *n_parts)
{
  gsize others = MAX (self->n_waiting, 1) - 1;
  guint64 n = 1;

  if (tag != TAG_OPTIONAL && !read_varint (self, &n))
    return NULL;
  if (others > self->left || n > self->left - others || (tag == TAG_MAP && 2 * n > self->left - others))
    return NULL;

  *n_parts = tag == TAG_MAP ? 2 * n : n;
  if (tag == TAG_LIST)
    return &enlace_list_alloc (n)->base;
  if (tag == TAG_MAP)
    return &enlace_map_alloc (n)->base;

  return enlace_value_new_optional (NULL);
}

/* Reads a value, or one of which `*n_parts` parts are to follow. */
static EnlaceValue *
read_head (Reader *self,
           gsize  *n_parts)
{
  guint8 tag;
  guint64 u;
  gint64 i;

  *n_parts = 0;
  if (self->left == 0)
    return NULL;

  tag = *self->data++;
  self->left--;
  if (tag >= SMALL_INT)
    return enlace_value_new_int (tag - SMALL_INT);

  switch (tag)
    {
    case TAG_NULL:
      return enlace_value_new_null ();

    case TAG_FALSE:
    case TAG_TRUE:
      return enlace_value_new_bool (tag == TAG_TRUE);

    case TAG_INT:
      return read_signed (self, &i) ? enlace_value_new_int (i) : NULL;

    case TAG_UINT:
      return read_varint (self, &u) ? enlace_value_new_uint (u) : NULL;

    case TAG_DOUBLE:
      return read_double (self);

    case TAG_NUMBER_TEXT:
      return read_number_text (self);

    case TAG_STRING:
    case TAG_BYTES:
    case TAG_TYPE:
      return read_string (self, tag);

    case TAG_LIST:
    case TAG_MAP:
    case TAG_OPTIONAL:
      return read_container (self, tag, n_parts);

    case TAG_TIMESTAMP:
    case TAG_DURATION:
      return read_instant (self, tag);

    case TAG_NONE:
      return enlace_value_new_optional (NULL);

    default:
      return NULL;
    }
}

static gboolean
is_key (const EnlaceValue *value)
{
  return value->kind == ENLACE_KIND_STRING || value->kind == ENLACE_KIND_BOOL || value->kind == ENLACE_KIND_INT ||
         value->kind == ENLACE_KIND_UINT;
}

/* Gives a part to the innermost container, which owns it from then on even where this fails. */
static gboolean
put (Reader      *self,
     EnlaceValue *part)
{
  Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);

  frame->next++;
  self->n_waiting--;

  if (frame->value->kind == ENLACE_KIND_OPTIONAL)
    {
      ENLACE_OPTIONAL (frame->value)->value = part;
    }
  else if (frame->value->kind == ENLACE_KIND_LIST)
    {
      ENLACE_LIST (frame->value)->elements[ENLACE_LIST (frame->value)->length++] = part;
    }
  else if (frame->key == NULL)
    {
      frame->key = part;
      return is_key (part);
    }
  else
    {
      EnlaceMap *map = ENLACE_MAP (frame->value);

      map->entries[map->length++] = (EnlaceEntry) { g_steal_pointer (&frame->key), part };
    }

  return TRUE;
}

static gboolean
close_full (Reader *self)
{
  while (self->frames->len > 0)
    {
      Frame *frame = &g_array_index (self->frames, Frame, self->frames->len - 1);
      gsize duplicate;

      if (frame->next < frame->n_parts)
        return TRUE;
      if (frame->value->kind == ENLACE_KIND_MAP &&
          !enlace_map_build_index (ENLACE_MAP (frame->value), ENLACE_MAP (frame->value)->length, &duplicate))
        return FALSE;

      g_array_set_size (self->frames, self->frames->len - 1);
    }

  return TRUE;
}

/* On failure the root, where there is one, is freed with all that was read. */
static EnlaceValue *
read_whole (Reader *self)
{
  g_autoptr(EnlaceValue) root = NULL;

  do
    {
      gsize n_parts;
      EnlaceValue *value = read_head (self, &n_parts);

      if (value == NULL)
        return NULL;

      if (root == NULL)
        root = value;
      else if (!put (self, value))
        return NULL;

      if (n_parts > 0)
        {
          g_array_append_vals (self->frames, &(Frame) { value, n_parts }, 1);
          self->n_waiting += n_parts;
        }

      if (!close_full (self))
        return NULL;
    }
  while (self->frames->len > 0);

  return self->left == 0 ? g_steal_pointer (&root) : NULL;
}

/**
 * enlace_packed_read:
 * @data: what [func@enlace_packed_write] made
 * @length: in bytes
 * @error: %ENLACE_JSON_ERROR_SYNTAX when it is malformed in any way
 *
 * Returns: (transfer full): the value, or %NULL with @error set
 */
EnlaceValue *
enlace_packed_read (gconstpointer   data,
                    gsize           length,
                    GError        **error)
{
  Reader self = { data, length, 0, NULL };
  EnlaceValue *value = NULL;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (length > 0 && self.data[0] == PACKED_VERSION)
    {
      self.data++;
      self.left--;
      self.frames = g_array_new (FALSE, FALSE, sizeof (Frame));
      value = read_whole (&self);

      for (guint i = 0; i < self.frames->len; i++)
        g_clear_pointer (&g_array_index (self.frames, Frame, i).key, enlace_value_unref);
      g_array_unref (self.frames);
    }

  if (value == NULL)
    g_set_error_literal (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX, "The stored value is damaged");

  return value;
}
