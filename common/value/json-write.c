/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <math.h>
#include <string.h>
#include <yyjson.h>

#include "common/value/json.h"
#include "common/value/time.h"
#include "common/value/utf8.h"
#include "common/value/value-private.h"

#define FRAMES_INLINE 32

/* A container that is being written, and which of its members comes next. */
typedef struct {
  const EnlaceValue *value;
  const guint *sorted;            /* owned; positions by name, with ENLACE_JSON_SORTED */
  gsize next;
  gboolean any;                   /* a member has been written */
} Frame;

typedef struct {
  GString *out;
  EnlaceJsonFlags flags;
  Frame *frames;
  gsize length;
  Frame first[FRAMES_INLINE];
} Writer;

/* For bytes 0 to 127: 0 stands as it is, `u` is \u00XX, others are the letter after the backslash. */
static const char escapes[128] = {
  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u', 'u',
  'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
  ['"'] = '"', ['\\'] = '\\',
};

static void
append_escape (GString *out,
               guint8   byte)
{
  static const char hex[] = "0123456789abcdef";
  char text[6] = { '\\', escapes[byte], '0', '0', hex[byte >> 4], hex[byte & 15] };

  g_string_append_len (out, text, escapes[byte] == 'u' ? 6 : 2);
}

static gboolean
append_string (GString     *out,
               const char  *text,
               gsize        length,
               GError     **error)
{
  gsize from = 0;
  gsize at = 0;

  g_string_append_c (out, '"');

  while (at < length)
    {
      guint8 byte = text[at];

      if (byte < 0x80 && escapes[byte] == 0)
        {
          at++;
        }
      else if (byte < 0x80)
        {
          g_string_append_len (out, text + from, at - from);
          append_escape (out, byte);
          from = ++at;
        }
      else
        {
          guint n = enlace_utf8_sequence (text + at, length - at);

          if (n == 0)
            {
              g_set_error_literal (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_VALUE, "A text is not UTF-8");
              return FALSE;
            }

          at += n;
        }
    }

  g_string_append_len (out, text + from, length - from);
  g_string_append_c (out, '"');

  return TRUE;
}

static void
append_uint (GString *out,
             guint64  number)
{
  char digits[20];
  gsize at = sizeof digits;

  do
    {
      digits[--at] = '0' + number % 10;
      number /= 10;
    }
  while (number != 0);

  g_string_append_len (out, digits + at, sizeof digits - at);
}

static void
append_int (GString *out,
            gint64   number)
{
  if (number < 0)
    g_string_append_c (out, '-');

  append_uint (out, number < 0 ? -(guint64) number : (guint64) number);
}

/* The shortest digits that read back as the same double, with a point or an exponent, so that it stays a double. */
static gboolean
append_double (GString  *out,
               double    number,
               GError  **error)
{
  char memory[512] __attribute__ ((aligned (16)));
  yyjson_val val = { .tag = YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL, .uni.f64 = number };
  yyjson_alc alc;
  char *text;
  size_t length;

  if (!isfinite (number))
    {
      g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_VALUE, "JSON has no number for %s",
                   isnan (number) ? "NaN" : "infinity");
      return FALSE;
    }

  yyjson_alc_pool_init (&alc, memory, sizeof memory);
  text = yyjson_val_write_opts (&val, YYJSON_WRITE_NOFLAG, &alc, &length, NULL);
  g_assert (text != NULL);
  g_string_append_len (out, text, length);

  return TRUE;
}

static void
append_bytes (GString          *out,
              const EnlaceText *bytes)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) bytes->data, bytes->length);

  g_string_append_c (out, '"');
  g_string_append (out, base64);
  g_string_append_c (out, '"');
}

static void
append_instant (GString           *out,
                const EnlaceValue *value)
{
  const EnlaceInstant *instant = ENLACE_INSTANT (value);
  g_autofree char *text = value->kind == ENLACE_KIND_TIMESTAMP
                              ? enlace_time_format (instant->seconds, instant->nanoseconds)
                              : enlace_duration_format (instant->seconds, instant->nanoseconds);

  g_string_append_c (out, '"');
  g_string_append (out, text);
  g_string_append_c (out, '"');
}

static gboolean
append_scalar (GString            *out,
               const EnlaceValue  *value,
               GError            **error)
{
  const EnlaceScalar *scalar = ENLACE_SCALAR (value);

  switch ((EnlaceKind) value->kind)
    {
    case ENLACE_KIND_BOOL:
      g_string_append (out, scalar->b ? "true" : "false");
      return TRUE;

    case ENLACE_KIND_INT:
      append_int (out, scalar->i);
      return TRUE;

    case ENLACE_KIND_UINT:
      append_uint (out, scalar->u);
      return TRUE;

    case ENLACE_KIND_DOUBLE:
      if (!(value->flags & ENLACE_VALUE_TEXT))
        return append_double (out, scalar->d, error);
      g_string_append (out, scalar->text);
      return TRUE;

    case ENLACE_KIND_STRING:
    case ENLACE_KIND_TYPE:
      return append_string (out, ENLACE_TEXT (value)->data, ENLACE_TEXT (value)->length, error);

    case ENLACE_KIND_BYTES:
      append_bytes (out, ENLACE_TEXT (value));
      return TRUE;

    case ENLACE_KIND_TIMESTAMP:
    case ENLACE_KIND_DURATION:
      append_instant (out, value);
      return TRUE;

    case ENLACE_KIND_NULL:
    case ENLACE_KIND_LIST:
    case ENLACE_KIND_MAP:
    case ENLACE_KIND_OPTIONAL:
    default:
      g_string_append (out, "null");
      return TRUE;
    }
}

static gboolean
append_key (GString            *out,
            const EnlaceValue  *key,
            GError            **error)
{
  if (key->kind == ENLACE_KIND_STRING)
    return append_string (out, ENLACE_TEXT (key)->data, ENLACE_TEXT (key)->length, error);

  g_string_append_c (out, '"');
  if (!append_scalar (out, key, error))
    return FALSE;
  g_string_append_c (out, '"');

  return TRUE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const EnlaceMap *map = data;
  const EnlaceValue *x = map->entries[*(const guint *) a].key;
  const EnlaceValue *y = map->entries[*(const guint *) b].key;
  gsize n;
  int order;

  if (x->kind != ENLACE_KIND_STRING || y->kind != ENLACE_KIND_STRING)
    {
      if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;

      return ENLACE_SCALAR (x)->i < ENLACE_SCALAR (y)->i ? -1 : ENLACE_SCALAR (x)->i > ENLACE_SCALAR (y)->i;
    }

  n = MIN (ENLACE_TEXT (x)->length, ENLACE_TEXT (y)->length);
  order = memcmp (ENLACE_TEXT (x)->data, ENLACE_TEXT (y)->data, n);
  if (order != 0)
    return order;

  return ENLACE_TEXT (x)->length < ENLACE_TEXT (y)->length ? -1 : ENLACE_TEXT (x)->length > ENLACE_TEXT (y)->length;
}

static const guint *
sort_members (const EnlaceValue *value)
{
  const EnlaceMap *map = ENLACE_MAP (value);
  guint *positions = g_new (guint, map->length);

  for (gsize i = 0; i < map->length; i++)
    positions[i] = i;

  g_qsort_with_data (positions, map->length, sizeof (guint), compare_names, (gpointer) map);

  return positions;
}

static gboolean
open_container (Writer             *self,
                const EnlaceValue  *value,
                GError            **error)
{
  Frame *frame;

  if (self->length == ENLACE_JSON_MAX_DEPTH)
    {
      g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DEPTH, "The value is nested deeper than %d levels",
                   ENLACE_JSON_MAX_DEPTH);
      return FALSE;
    }

  if (self->length == FRAMES_INLINE)
    {
      self->frames = g_new (Frame, ENLACE_JSON_MAX_DEPTH);
      memcpy (self->frames, self->first, sizeof self->first);
    }

  frame = &self->frames[self->length++];
  *frame = (Frame) { .value = value };
  if (value->kind == ENLACE_KIND_MAP && (self->flags & ENLACE_JSON_SORTED) && ENLACE_MAP (value)->length > 0)
    frame->sorted = sort_members (value);

  g_string_append_c (self->out, value->kind == ENLACE_KIND_MAP ? '{' : '[');

  return TRUE;
}

static void
append_line (Writer *self)
{
  g_string_append_c (self->out, '\n');
  for (gsize i = 0; i < self->length; i++)
    g_string_append_len (self->out, "  ", 2);
}

static void
close_container (Writer *self)
{
  Frame frame = self->frames[--self->length];

  if (frame.any && (self->flags & ENLACE_JSON_PRETTY))
    append_line (self);

  g_string_append_c (self->out, frame.value->kind == ENLACE_KIND_MAP ? '}' : ']');
  g_free ((gpointer) frame.sorted);
}

/* What an optional holds, through any number of them; NULL: nothing. */
static const EnlaceValue *
open_optional (const EnlaceValue *value)
{
  while (value != NULL && value->kind == ENLACE_KIND_OPTIONAL)
    value = ENLACE_OPTIONAL (value)->value;

  return value;
}

static gboolean
append_value (Writer             *self,
              const EnlaceValue  *value,
              GError            **error)
{
  if (value->kind == ENLACE_KIND_LIST || value->kind == ENLACE_KIND_MAP)
    return open_container (self, value, error);

  return append_scalar (self->out, value, error);
}

static gboolean
append_next_member (Writer  *self,
                    GError **error)
{
  Frame *frame = &self->frames[self->length - 1];
  const EnlaceMap *map = frame->value->kind == ENLACE_KIND_MAP ? ENLACE_MAP (frame->value) : NULL;
  gsize position = frame->sorted != NULL ? frame->sorted[frame->next] : frame->next;
  const EnlaceValue *value = open_optional (map != NULL ? map->entries[position].value
                                                        : ENLACE_LIST (frame->value)->elements[position]);

  frame->next++;
  if (value == NULL)
    return TRUE;

  if (frame->any)
    g_string_append_c (self->out, ',');
  frame->any = TRUE;
  if (self->flags & ENLACE_JSON_PRETTY)
    append_line (self);

  if (map != NULL)
    {
      if (!append_key (self->out, map->entries[position].key, error))
        return FALSE;
      g_string_append (self->out, self->flags & ENLACE_JSON_PRETTY ? ": " : ":");
    }

  return append_value (self, value, error);
}

static gboolean
write_whole (Writer             *self,
             const EnlaceValue  *value,
             GError            **error)
{
  if (!append_value (self, value, error))
    return FALSE;

  while (self->length > 0)
    {
      Frame *frame = &self->frames[self->length - 1];

      if (frame->next == enlace_value_get_length (frame->value))
        close_container (self);
      else if (!append_next_member (self, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * enlace_json_append:
 * @out: the text grows by the value; after an error it is as before
 * @value: a value
 * @flags: the form
 * @error: a fault of domain ENLACE_JSON_ERROR
 *
 * Returns: whether @value can be said in JSON
 */
gboolean
enlace_json_append (GString            *out,
                    const EnlaceValue  *value,
                    EnlaceJsonFlags     flags,
                    GError            **error)
{
  Writer self;
  gsize before;
  gboolean done;

  g_return_val_if_fail (out != NULL && value != NULL, FALSE);

  self.out = out;
  self.flags = flags;
  self.frames = self.first;
  self.length = 0;
  before = out->len;

  value = open_optional (value);
  done = write_whole (&self, value != NULL ? value : enlace_value_new_null (), error);
  if (!done)
    g_string_truncate (out, before);

  while (self.length > 0)
    g_free ((gpointer) self.frames[--self.length].sorted);
  if (self.frames != self.first)
    g_free (self.frames);

  return done;
}

char *
enlace_json_format (const EnlaceValue  *value,
                    EnlaceJsonFlags     flags,
                    gsize              *length,
                    GError            **error)
{
  GString *out = g_string_sized_new (256);

  if (!enlace_json_append (out, value, flags, error))
    {
      g_string_free (out, TRUE);
      return NULL;
    }

  if (length != NULL)
    *length = out->len;

  return g_string_free_and_steal (out);
}
