/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/json.h"
#include "common/value/packed-private.h"
#include "common/value/packed.h"
#include "common/value/utf8.h"

typedef struct {
  const guint8 *data;
  gsize left;
  gsize n_waiting;                /* parts that open containers still want, each of which takes a byte at least */
  EnlacePackedStack stack;
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
read_string (Reader          *self,
             EnlacePackedTag  tag)
{
  g_autofree char *terminated = NULL;
  gsize length;
  const char *text = read_text (self, &length);

  if (text == NULL)
    return NULL;
  if (tag == ENLACE_PACKED_BYTES)
    return enlace_value_new_bytes (text, length);
  if (!enlace_utf8_validate (text, length))
    return NULL;
  if (tag == ENLACE_PACKED_STRING)
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
read_instant (Reader          *self,
              EnlacePackedTag  tag)
{
  gint64 seconds;
  gint64 nanoseconds;

  if (!read_signed (self, &seconds) || !read_signed (self, &nanoseconds))
    return NULL;
  if (nanoseconds <= -1000000000 || nanoseconds >= 1000000000)
    return NULL;

  if (tag == ENLACE_PACKED_DURATION)
    return enlace_value_new_duration (seconds, nanoseconds);

  return nanoseconds >= 0 ? enlace_value_new_timestamp (seconds, nanoseconds) : NULL;
}

/* A container is made with room for what it promises, which all open containers together cannot promise beyond the bytes
 * that are left. */
static EnlaceValue *
read_container (Reader          *self,
                EnlacePackedTag  tag,
                gsize           *n_parts)
{
  gsize others = MAX (self->n_waiting, 1) - 1;
  guint64 n = 1;

  if (tag != ENLACE_PACKED_OPTIONAL && !read_varint (self, &n))
    return NULL;
  if (others > self->left || n > self->left - others || (tag == ENLACE_PACKED_MAP && 2 * n > self->left - others))
    return NULL;

  *n_parts = tag == ENLACE_PACKED_MAP ? 2 * n : n;
  if (tag == ENLACE_PACKED_LIST)
    return &enlace_list_alloc (n)->base;
  if (tag == ENLACE_PACKED_MAP)
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
  if (tag >= ENLACE_PACKED_SMALL_INT)
    return enlace_value_new_int (tag - ENLACE_PACKED_SMALL_INT);

  switch (tag)
    {
    case ENLACE_PACKED_NULL:
      return enlace_value_new_null ();

    case ENLACE_PACKED_FALSE:
    case ENLACE_PACKED_TRUE:
      return enlace_value_new_bool (tag == ENLACE_PACKED_TRUE);

    case ENLACE_PACKED_INT:
      return read_signed (self, &i) ? enlace_value_new_int (i) : NULL;

    case ENLACE_PACKED_UINT:
      return read_varint (self, &u) ? enlace_value_new_uint (u) : NULL;

    case ENLACE_PACKED_DOUBLE:
      return read_double (self);

    case ENLACE_PACKED_NUMBER_TEXT:
      return read_number_text (self);

    case ENLACE_PACKED_STRING:
    case ENLACE_PACKED_BYTES:
    case ENLACE_PACKED_TYPE:
      return read_string (self, tag);

    case ENLACE_PACKED_LIST:
    case ENLACE_PACKED_MAP:
    case ENLACE_PACKED_OPTIONAL:
      return read_container (self, tag, n_parts);

    case ENLACE_PACKED_TIMESTAMP:
    case ENLACE_PACKED_DURATION:
      return read_instant (self, tag);

    case ENLACE_PACKED_NONE:
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
  EnlacePackedFrame *frame = &self->stack.frames[self->stack.length - 1];

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
  while (self->stack.length > 0)
    {
      EnlacePackedFrame *frame = &self->stack.frames[self->stack.length - 1];
      gsize duplicate;

      if (frame->next < frame->n_parts)
        return TRUE;
      if (frame->value->kind == ENLACE_KIND_MAP &&
          !enlace_map_build_index (ENLACE_MAP (frame->value), ENLACE_MAP (frame->value)->length, &duplicate))
        return FALSE;

      self->stack.length--;
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
          enlace_packed_stack_push (&self->stack, value, n_parts);
          self->n_waiting += n_parts;
        }

      if (!close_full (self))
        return NULL;
    }
  while (self->stack.length > 0);

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
  EnlaceValue *value = NULL;
  Reader self;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (length > 0 && ((const guint8 *) data)[0] == ENLACE_PACKED_VERSION)
    {
      self.data = (const guint8 *) data + 1;
      self.left = length - 1;
      self.n_waiting = 0;
      enlace_packed_stack_init (&self.stack);
      value = read_whole (&self);
      enlace_packed_stack_clear (&self.stack);
    }

  if (value == NULL)
    g_set_error_literal (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX, "The stored value is damaged");

  return value;
}
