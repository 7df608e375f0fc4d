/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <stdarg.h>
#include <string.h>

#include "common/value/value-private.h"

#define SMALL_INT_MIN (-64)
#define SMALL_INT_MAX 1023

#define STATIC_VALUE(k) { .ref_count = 1, .kind = (k), .flags = ENLACE_VALUE_STATIC }
#define INT_1(n) { .base = STATIC_VALUE (ENLACE_KIND_INT), .i = (n) }
#define INT_4(n) INT_1 (n), INT_1 ((n) + 1), INT_1 ((n) + 2), INT_1 ((n) + 3)
#define INT_16(n) INT_4 (n), INT_4 ((n) + 4), INT_4 ((n) + 8), INT_4 ((n) + 12)
#define INT_64(n) INT_16 (n), INT_16 ((n) + 16), INT_16 ((n) + 32), INT_16 ((n) + 48)
#define INT_256(n) INT_64 (n), INT_64 ((n) + 64), INT_64 ((n) + 128), INT_64 ((n) + 192)

/* Constants: they are shared by all threads without a reference count that threads would fight over. */
static const EnlaceScalar small_ints[SMALL_INT_MAX - SMALL_INT_MIN + 1] = {
  INT_64 (-64), INT_256 (0), INT_256 (256), INT_256 (512), INT_256 (768),
};
static const EnlaceValue null_value = STATIC_VALUE (ENLACE_KIND_NULL);
static const EnlaceScalar false_value = { .base = STATIC_VALUE (ENLACE_KIND_BOOL), .b = FALSE };
static const EnlaceScalar true_value = { .base = STATIC_VALUE (ENLACE_KIND_BOOL), .b = TRUE };
static const EnlaceText empty_string = { STATIC_VALUE (ENLACE_KIND_STRING), 0, "" };
static const EnlaceList empty_list = { STATIC_VALUE (ENLACE_KIND_LIST), 0 };
static const EnlaceMap empty_map = { STATIC_VALUE (ENLACE_KIND_MAP), 0, NULL, 0 };

static gpointer
value_alloc (EnlaceKind kind,
             gsize      size)
{
  EnlaceValue *self = g_malloc (size);

  self->ref_count = 1;
  self->kind = kind;
  self->flags = 0;
  self->next_dead = NULL;

  return self;
}

EnlaceList *
enlace_list_alloc (gsize capacity)
{
  EnlaceList *self;

  if (capacity == 0)
    return (EnlaceList *) &empty_list;

  self = value_alloc (ENLACE_KIND_LIST, sizeof (EnlaceList) + capacity * sizeof (EnlaceValue *));
  self->length = 0;

  return self;
}

EnlaceMap *
enlace_map_alloc (gsize capacity)
{
  EnlaceMap *self;

  if (capacity == 0)
    return (EnlaceMap *) &empty_map;

  self = value_alloc (ENLACE_KIND_MAP, sizeof (EnlaceMap) + capacity * sizeof (EnlaceEntry));
  self->length = 0;
  self->index = NULL;
  self->mask = 0;

  return self;
}

EnlaceValue *
enlace_value_ref (EnlaceValue *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!(self->flags & ENLACE_VALUE_STATIC))
    __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);

  return self;
}

/* Drops a reference; a value that nobody holds any more is put on the list of the dead. */
static inline void
drop (EnlaceValue  *value,
      EnlaceValue **dead)
{
  if (value == NULL || (value->flags & ENLACE_VALUE_STATIC))
    return;

  if (__atomic_fetch_sub (&value->ref_count, 1, __ATOMIC_ACQ_REL) != 1)
    return;

  if (value->kind == ENLACE_KIND_LIST || value->kind == ENLACE_KIND_MAP || value->kind == ENLACE_KIND_OPTIONAL)
    {
      value->next_dead = *dead;
      *dead = value;
    }
  else
    {
      g_free (value);
    }
}

static void
drop_parts (EnlaceValue  *value,
            EnlaceValue **dead)
{
  if (value->kind == ENLACE_KIND_LIST)
    {
      for (gsize i = 0; i < ENLACE_LIST (value)->length; i++)
        drop (ENLACE_LIST (value)->elements[i], dead);
    }
  else if (value->kind == ENLACE_KIND_MAP)
    {
      EnlaceMap *map = ENLACE_MAP (value);

      for (gsize i = 0; i < map->length; i++)
        {
          drop (map->entries[i].key, dead);
          drop (map->entries[i].value, dead);
        }

      g_free (map->index);
    }
  else
    {
      drop (ENLACE_OPTIONAL (value)->value, dead);
    }
}

/**
 * enlace_value_unref:
 * @self: a value
 *
 * Drops a reference. What is freed with it is chained through the dead values themselves, so that
 * neither the stack nor memory is needed, however deep it is nested.
 */
void
enlace_value_unref (EnlaceValue *self)
{
  EnlaceValue *dead = NULL;

  g_return_if_fail (self != NULL);

  drop (self, &dead);

  while (dead != NULL)
    {
      EnlaceValue *value = dead;

      dead = value->next_dead;
      drop_parts (value, &dead);
      g_free (value);
    }
}

EnlaceValue *
enlace_value_new_null (void)
{
  return (EnlaceValue *) &null_value;
}

EnlaceValue *
enlace_value_new_bool (gboolean value)
{
  return (EnlaceValue *) (value ? &true_value : &false_value);
}

EnlaceValue *
enlace_value_new_int (gint64 value)
{
  EnlaceScalar *self;

  if (value >= SMALL_INT_MIN && value <= SMALL_INT_MAX)
    return (EnlaceValue *) &small_ints[value - SMALL_INT_MIN];

  self = value_alloc (ENLACE_KIND_INT, sizeof (EnlaceScalar));
  self->i = value;

  return &self->base;
}

EnlaceValue *
enlace_value_new_uint (guint64 value)
{
  EnlaceScalar *self = value_alloc (ENLACE_KIND_UINT, sizeof (EnlaceScalar));

  self->u = value;

  return &self->base;
}

EnlaceValue *
enlace_value_new_double (double value)
{
  EnlaceScalar *self = value_alloc (ENLACE_KIND_DOUBLE, sizeof (EnlaceScalar));

  self->d = value;

  return &self->base;
}

/**
 * enlace_value_new_number_text:
 * @text: a number as JSON writes it
 *
 * A double that keeps the text it came from: a JSON integer beyond 64 bits is written back as it was read,
 * and computes as the nearest double.
 *
 * Returns: (transfer full): a value of kind double
 */
EnlaceValue *
enlace_value_new_number_text (const char *text)
{
  EnlaceScalar *self;
  gsize size;

  g_return_val_if_fail (text != NULL, NULL);

  size = strlen (text) + 1;
  self = value_alloc (ENLACE_KIND_DOUBLE, sizeof (EnlaceScalar) + size);
  self->base.flags = ENLACE_VALUE_TEXT;
  self->d = g_ascii_strtod (text, NULL);
  memcpy (self->text, text, size);

  return &self->base;
}

static EnlaceText *
text_alloc (EnlaceKind    kind,
            gconstpointer data,
            gsize         length)
{
  EnlaceText *self = value_alloc (kind, sizeof (EnlaceText) + length + 1);

  self->length = length;
  if (length > 0)
    memcpy (self->data, data, length);
  self->data[length] = '\0';

  return self;
}

EnlaceValue *
enlace_value_new_string (const char *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  return enlace_value_new_string_len (value, strlen (value));
}

/**
 * enlace_value_new_string_len:
 * @value: UTF-8 text, which the caller has checked; it may hold U+0000
 * @length: in bytes
 *
 * Returns: (transfer full): a string
 */
EnlaceValue *
enlace_value_new_string_len (const char *value,
                             gsize       length)
{
  if (length == 0)
    return (EnlaceValue *) &empty_string.base;

  g_return_val_if_fail (value != NULL, NULL);

  return &text_alloc (ENLACE_KIND_STRING, value, length)->base;
}

EnlaceValue *
enlace_value_new_string_take (char *value)
{
  g_autofree char *owned = value;

  g_return_val_if_fail (value != NULL, NULL);

  return enlace_value_new_string (owned);
}

EnlaceValue *
enlace_value_new_string_printf (const char *format,
                                ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);

  return enlace_value_new_string (text);
}

EnlaceValue *
enlace_value_new_bytes (gconstpointer data,
                        gsize         length)
{
  g_return_val_if_fail (data != NULL || length == 0, NULL);

  return &text_alloc (ENLACE_KIND_BYTES, data, length)->base;
}

static EnlaceValue *
instant_new (EnlaceKind kind,
             gint64     seconds,
             gint32     nanoseconds)
{
  EnlaceInstant *self = value_alloc (kind, sizeof (EnlaceInstant));

  self->seconds = seconds;
  self->nanoseconds = nanoseconds;

  return &self->base;
}

EnlaceValue *
enlace_value_new_timestamp (gint64  seconds,
                            guint32 nanoseconds)
{
  g_return_val_if_fail (nanoseconds < 1000000000, NULL);

  return instant_new (ENLACE_KIND_TIMESTAMP, seconds, nanoseconds);
}

/**
 * enlace_value_new_duration:
 * @seconds: whole seconds
 * @nanoseconds: the rest, below a second, with the sign of @seconds
 *
 * Returns: (transfer full): a duration
 */
EnlaceValue *
enlace_value_new_duration (gint64 seconds,
                           gint32 nanoseconds)
{
  g_return_val_if_fail (nanoseconds > -1000000000 && nanoseconds < 1000000000, NULL);

  return instant_new (ENLACE_KIND_DURATION, seconds, nanoseconds);
}

EnlaceValue *
enlace_value_new_type (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return &text_alloc (ENLACE_KIND_TYPE, name, strlen (name))->base;
}

/**
 * enlace_value_new_optional:
 * @value: (nullable) (transfer none): what it holds
 *
 * Returns: (transfer full): an optional of @value, or none
 */
EnlaceValue *
enlace_value_new_optional (EnlaceValue *value)
{
  EnlaceOptional *self = value_alloc (ENLACE_KIND_OPTIONAL, sizeof (EnlaceOptional));

  self->value = value != NULL ? enlace_value_ref (value) : NULL;

  return &self->base;
}

EnlaceKind
enlace_value_get_kind (const EnlaceValue *self)
{
  g_return_val_if_fail (self != NULL, ENLACE_KIND_NULL);

  return self->kind;
}

gboolean
enlace_value_is_null (const EnlaceValue *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->kind == ENLACE_KIND_NULL;
}

static inline gboolean
is_kind (const EnlaceValue *self,
         EnlaceKind         kind)
{
  return self != NULL && self->kind == kind;
}

gboolean
enlace_value_get_bool (const EnlaceValue *self)
{
  return is_kind (self, ENLACE_KIND_BOOL) && ENLACE_SCALAR (self)->b;
}

gint64
enlace_value_get_int (const EnlaceValue *self)
{
  return is_kind (self, ENLACE_KIND_INT) ? ENLACE_SCALAR (self)->i : 0;
}

guint64
enlace_value_get_uint (const EnlaceValue *self)
{
  return is_kind (self, ENLACE_KIND_UINT) ? ENLACE_SCALAR (self)->u : 0;
}

double
enlace_value_get_double (const EnlaceValue *self)
{
  if (is_kind (self, ENLACE_KIND_DOUBLE))
    return ENLACE_SCALAR (self)->d;
  if (is_kind (self, ENLACE_KIND_INT))
    return (double) ENLACE_SCALAR (self)->i;
  if (is_kind (self, ENLACE_KIND_UINT))
    return (double) ENLACE_SCALAR (self)->u;

  return 0;
}

const char *
enlace_value_get_number_text (const EnlaceValue *self)
{
  return self != NULL && (self->flags & ENLACE_VALUE_TEXT) ? ENLACE_SCALAR (self)->text : NULL;
}

const char *
enlace_value_get_string (const EnlaceValue *self)
{
  return is_kind (self, ENLACE_KIND_STRING) ? ENLACE_TEXT (self)->data : NULL;
}

static const char *
get_text (const EnlaceValue *self,
          EnlaceKind         kind,
          gsize             *length)
{
  gboolean fits = is_kind (self, kind);

  if (length != NULL)
    *length = fits ? ENLACE_TEXT (self)->length : 0;

  return fits ? ENLACE_TEXT (self)->data : NULL;
}

const char *
enlace_value_get_string_len (const EnlaceValue *self,
                             gsize             *length)
{
  return get_text (self, ENLACE_KIND_STRING, length);
}

gconstpointer
enlace_value_get_bytes (const EnlaceValue *self,
                        gsize             *length)
{
  return get_text (self, ENLACE_KIND_BYTES, length);
}

gint64
enlace_value_get_seconds (const EnlaceValue *self)
{
  if (is_kind (self, ENLACE_KIND_TIMESTAMP) || is_kind (self, ENLACE_KIND_DURATION))
    return ENLACE_INSTANT (self)->seconds;

  return 0;
}

gint32
enlace_value_get_nanoseconds (const EnlaceValue *self)
{
  if (is_kind (self, ENLACE_KIND_TIMESTAMP) || is_kind (self, ENLACE_KIND_DURATION))
    return ENLACE_INSTANT (self)->nanoseconds;

  return 0;
}

const char *
enlace_value_get_type_name (const EnlaceValue *self)
{
  return get_text (self, ENLACE_KIND_TYPE, NULL);
}

EnlaceValue *
enlace_value_get_optional (const EnlaceValue *self)
{
  return is_kind (self, ENLACE_KIND_OPTIONAL) ? ENLACE_OPTIONAL (self)->value : NULL;
}

gsize
enlace_value_get_length (const EnlaceValue *self)
{
  if (is_kind (self, ENLACE_KIND_LIST))
    return ENLACE_LIST (self)->length;
  if (is_kind (self, ENLACE_KIND_MAP))
    return ENLACE_MAP (self)->length;

  return 0;
}

EnlaceValue *
enlace_value_get_element (const EnlaceValue *self,
                          gsize              index)
{
  if (!is_kind (self, ENLACE_KIND_LIST) || index >= ENLACE_LIST (self)->length)
    return NULL;

  return ENLACE_LIST (self)->elements[index];
}
