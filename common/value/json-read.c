/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>
#include <yyjson.h>

#include "common/value/json.h"
#include "common/value/value-private.h"

/* Texts up to about a sixth of this are read without an allocation by the parser. */
#define POOL_SIZE (12 * 1024)
#define FRAMES_INLINE 32

G_DEFINE_QUARK (enlace-json-error-quark, enlace_json_error)

/* An object or a list that still waits for members. */
typedef struct {
  EnlaceValue *value;
  gsize capacity;
} Frame;

typedef struct {
  Frame *frames;                  /* `first`, or owned */
  gsize length;
  Frame first[FRAMES_INLINE];
} FrameStack;

static gboolean
push (FrameStack   *stack,
      EnlaceValue  *value,
      gsize         capacity,
      GError      **error)
{
  if (stack->length == ENLACE_JSON_MAX_DEPTH)
    {
      g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DEPTH, "The JSON is nested deeper than %d levels",
                   ENLACE_JSON_MAX_DEPTH);
      return FALSE;
    }

  if (stack->length == FRAMES_INLINE)
    {
      stack->frames = g_new (Frame, ENLACE_JSON_MAX_DEPTH);
      memcpy (stack->frames, stack->first, sizeof stack->first);
    }

  stack->frames[stack->length++] = (Frame) { value, capacity };

  return TRUE;
}

/* What the parser leaves as raw text: an integer beyond 64 bits, or a fraction beyond the doubles. */
static EnlaceValue *
number_from_raw (yyjson_val  *val,
                 GError     **error)
{
  g_autofree char *text = g_strndup (unsafe_yyjson_get_raw (val), unsafe_yyjson_get_len (val));

  if (strpbrk (text, ".eE") == NULL)
    return enlace_value_new_number_text (text);

  g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_VALUE, "The number %.40s%s is out of range", text,
               strlen (text) > 40 ? "…" : "");

  return NULL;
}

static EnlaceValue *
number_from (yyjson_val *val)
{
  if (unsafe_yyjson_is_real (val))
    return enlace_value_new_double (unsafe_yyjson_get_real (val));

  if (unsafe_yyjson_is_sint (val) || unsafe_yyjson_get_uint (val) <= G_MAXINT64)
    return enlace_value_new_int (unsafe_yyjson_get_sint (val));

  return enlace_value_new_uint (unsafe_yyjson_get_uint (val));
}

/* A value of its own, or a container of which no member is filled in yet. */
static EnlaceValue *
value_from (yyjson_val  *val,
            GError     **error)
{
  switch (unsafe_yyjson_get_type (val))
    {
    case YYJSON_TYPE_RAW:
      return number_from_raw (val, error);

    case YYJSON_TYPE_BOOL:
      return enlace_value_new_bool (unsafe_yyjson_get_bool (val));

    case YYJSON_TYPE_NUM:
      return number_from (val);

    case YYJSON_TYPE_STR:
      return enlace_value_new_string_len (unsafe_yyjson_get_str (val), unsafe_yyjson_get_len (val));

    case YYJSON_TYPE_ARR:
      return &enlace_list_alloc (unsafe_yyjson_get_len (val))->base;

    case YYJSON_TYPE_OBJ:
      return &enlace_map_alloc (unsafe_yyjson_get_len (val))->base;

    default:
      return enlace_value_new_null ();
    }
}

static void
set_duplicate_error (const EnlaceValue  *key,
                     GError            **error)
{
  g_autofree char *name = g_utf8_truncate_middle (enlace_value_get_string (key), 80);

  g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DUPLICATE, "An object has the member “%s” twice", name);
}

/* Closes the containers that are full: objects get their index, which finds a member that is there twice. */
static gboolean
close_full (FrameStack  *stack,
            GError     **error)
{
  while (stack->length > 0)
    {
      Frame *frame = &stack->frames[stack->length - 1];
      gsize duplicate = 0;

      if (enlace_value_get_length (frame->value) < frame->capacity)
        return TRUE;

      if (frame->value->kind == ENLACE_KIND_MAP &&
          !enlace_map_build_index (ENLACE_MAP (frame->value), frame->capacity, &duplicate))
        {
          set_duplicate_error (ENLACE_MAP (frame->value)->entries[duplicate].key, error);
          return FALSE;
        }

      stack->length--;
    }

  return TRUE;
}

/* Puts a value into the innermost container, which owns it from then on. The root stays with the caller. */
static void
put (FrameStack  *stack,
     EnlaceValue *key,
     EnlaceValue *value)
{
  EnlaceValue *container = stack->frames[stack->length - 1].value;

  if (key != NULL)
    ENLACE_MAP (container)->entries[ENLACE_MAP (container)->length++] = (EnlaceEntry) { key, value };
  else
    ENLACE_LIST (container)->elements[ENLACE_LIST (container)->length++] = value;
}

/* The parser's values lie in one array, each container followed by its members; so the walk is a loop. */
static EnlaceValue *
convert (yyjson_val  *val,
         FrameStack  *stack,
         GError     **error)
{
  g_autoptr(EnlaceValue) root = NULL;

  do
    {
      EnlaceValue *key = NULL;
      EnlaceValue *value;

      if (stack->length > 0 && stack->frames[stack->length - 1].value->kind == ENLACE_KIND_MAP)
        {
          key = enlace_value_new_string_len (unsafe_yyjson_get_str (val), unsafe_yyjson_get_len (val));
          val++;
        }

      value = value_from (val, error);
      if (value == NULL)
        {
          g_clear_pointer (&key, enlace_value_unref);
          return NULL;
        }

      if (root == NULL)
        root = value;
      else
        put (stack, key, value);

      if (unsafe_yyjson_is_ctn (val) && !push (stack, value, unsafe_yyjson_get_len (val), error))
        return NULL;
      if (!close_full (stack, error))
        return NULL;

      val++;
    }
  while (stack->length > 0);

  return g_steal_pointer (&root);
}

/* How deep the text nests at most, whatever else is wrong with it: the parser reports only the first fault it meets, and a
 * text that is cut off after ten thousand brackets is first of all too deep. */
static gboolean
is_too_deep (const char *text,
             gsize       length)
{
  gsize depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (in_string && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        in_string = !in_string;
      else if (!in_string && (text[i] == '[' || text[i] == '{') && ++depth > ENLACE_JSON_MAX_DEPTH)
        return TRUE;
      else if (!in_string && (text[i] == ']' || text[i] == '}') && depth > 0)
        depth--;
    }

  return FALSE;
}

static void
set_syntax_error (const char             *text,
                  gsize                   length,
                  const yyjson_read_err  *fault,
                  GError                **error)
{
  if (length == 0)
    g_set_error_literal (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX, "The JSON is empty");
  else if (is_too_deep (text, length))
    g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DEPTH, "The JSON is nested deeper than %d levels",
                 ENLACE_JSON_MAX_DEPTH);
  else
    g_set_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX, "No JSON at byte %" G_GSIZE_FORMAT ": %s",
                 fault->pos, fault->msg);
}

/**
 * enlace_json_parse:
 * @text: a JSON text (RFC 8259) in UTF-8, without a byte order mark
 * @length: in bytes; -1 when NUL ends it
 * @error: a fault of domain ENLACE_JSON_ERROR
 *
 * Reads a value. The order of members is kept; a member that is there twice is refused.
 *
 * Returns: (transfer full): the value, or %NULL with @error set
 */
EnlaceValue *
enlace_json_parse (const char  *text,
                   gssize       length,
                   GError     **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  char pool[POOL_SIZE] __attribute__ ((aligned (16)));
  const yyjson_alc *alc = NULL;
  yyjson_alc pool_alc;
  yyjson_read_err fault = { 0 };
  yyjson_doc *doc;
  EnlaceValue *value;
  FrameStack stack;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (yyjson_read_max_memory_usage (size, YYJSON_READ_BIGNUM_AS_RAW) <= sizeof pool - 256 &&
      yyjson_alc_pool_init (&pool_alc, pool, sizeof pool))
    alc = &pool_alc;

  doc = yyjson_read_opts ((char *) (size > 0 ? text : ""), size, YYJSON_READ_BIGNUM_AS_RAW, alc, &fault);
  if (doc == NULL)
    {
      set_syntax_error (text, size, &fault, error);
      return NULL;
    }

  stack.frames = stack.first;
  stack.length = 0;
  value = convert (yyjson_doc_get_root (doc), &stack, error);

  if (stack.frames != stack.first)
    g_free (stack.frames);
  yyjson_doc_free (doc);

  return value;
}
