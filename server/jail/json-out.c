/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/json-out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "server/jail/protocol.h"

#define MAX_SAFE_INTEGER 9007199254740991.0

/* One level on the way from the root to the value that is being written. */
typedef struct {
  JSValueConst container;
  JSAtom       name;        /* JS_ATOM_NULL: an element */
  uint32_t     index;
} Level;

typedef struct {
  JSContext        *context;
  EnlaceJailBuffer *out;
  bool              is_lenient;
  unsigned          depth;
  Level             levels[ENLACE_JAIL_MAX_DEPTH];
} Writer;

static bool write_value (Writer      *self,
                         JSValueConst value);

/* "output.items[3].name"; only the beginning of a long one. */
static void
describe_place (Writer *self,
                char   *place,
                size_t  size)
{
  size_t length = (size_t) snprintf (place, size, "output");

  for (unsigned i = 0; i < self->depth && length < size; i++)
    {
      const Level *level = &self->levels[i];
      const char *name = level->name != JS_ATOM_NULL ? JS_AtomToCString (self->context, level->name) : NULL;

      if (level->name == JS_ATOM_NULL)
        length += (size_t) snprintf (place + length, size - length, "[%u]", level->index);
      else
        length += (size_t) snprintf (place + length, size - length, ".%s", name != NULL ? name : "?");
      if (name != NULL)
        JS_FreeCString (self->context, name);
    }
}

/* What cannot be written: an exception, or some word for it where people read. */
static bool
refuse (Writer     *self,
        const char *word,
        const char *reason)
{
  char place[160];

  if (self->is_lenient)
    return enlace_jail_buffer_append_text (self->out, word);

  describe_place (self, place, sizeof place);
  JS_ThrowTypeError (self->context, "%s %s", place, reason);
  return false;
}

static bool
write_string (Writer      *self,
              JSValueConst value)
{
  size_t length;
  const char *text = JS_ToCStringLen (self->context, &length, value);
  bool is_written;

  if (text == NULL)
    return false;

  if (self->is_lenient && self->depth == 0)
    is_written = enlace_jail_buffer_append (self->out, text, length);
  else if (!self->is_lenient && enlace_jail_find_surrogate (text, length) < length)
    is_written = refuse (self, "", "holds half of a character (a surrogate that stands alone)");
  else
    is_written = enlace_jail_buffer_append_quoted (self->out, text, length);
  JS_FreeCString (self->context, text);

  return is_written;
}

/* In the form of the language: of numbers and BigInts, and of what is described for people. */
static bool
write_plain (Writer      *self,
             JSValueConst value,
             bool         is_fraction)
{
  size_t length;
  const char *text = JS_ToCStringLen (self->context, &length, value);
  bool is_written;

  if (text == NULL)
    return false;

  is_written = enlace_jail_buffer_append (self->out, text, length);
  /* A large number stays one that is inexact, where the digits alone would read as an integer. */
  if (is_written && is_fraction && memchr (text, '.', length) == NULL && memchr (text, 'e', length) == NULL)
    is_written = enlace_jail_buffer_append_text (self->out, ".0");
  JS_FreeCString (self->context, text);

  return is_written;
}

static bool
write_number (Writer      *self,
              JSValueConst value)
{
  double number;
  char text[32];

  JS_ToFloat64 (self->context, &number, value);
  if (!isfinite (number))
    return refuse (self, isnan (number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
                   isnan (number) ? "is NaN, which JSON cannot say" : "is infinite, which JSON cannot say");

  if (number != trunc (number) || fabs (number) > MAX_SAFE_INTEGER)
    return write_plain (self, value, !self->is_lenient);

  snprintf (text, sizeof text, "%lld", (long long) number);
  return enlace_jail_buffer_append_text (self->out, text);
}

static bool
enter (Writer      *self,
       JSValueConst container)
{
  for (unsigned i = 0; i < self->depth; i++)
    if (JS_VALUE_GET_PTR (self->levels[i].container) == JS_VALUE_GET_PTR (container))
      return refuse (self, "[circular]", "refers to a value that contains it") && false;

  if (self->depth == ENLACE_JAIL_MAX_DEPTH)
    return refuse (self, "[…]", "is nested too deeply") && false;

  self->levels[self->depth++] = (Level) { .container = container, .name = JS_ATOM_NULL };
  return true;
}

static bool
write_element (Writer      *self,
               JSValueConst list,
               uint32_t     index)
{
  JSValue value = JS_GetPropertyUint32 (self->context, list, index);
  bool is_written;

  if (JS_IsException (value))
    return false;

  self->levels[self->depth - 1].index = index;
  is_written = (index == 0 || enlace_jail_buffer_append (self->out, ",", 1)) && write_value (self, value);
  JS_FreeValue (self->context, value);
  return is_written;
}

static bool
write_list (Writer      *self,
            JSValueConst list)
{
  JSValue value = JS_GetPropertyStr (self->context, list, "length");
  int64_t length;
  bool is_written;

  if (JS_IsException (value))
    return false;
  is_written = JS_ToInt64 (self->context, &length, value) == 0 && enlace_jail_buffer_append (self->out, "[", 1);
  JS_FreeValue (self->context, value);

  for (int64_t i = 0; is_written && i < length; i++)
    is_written = write_element (self, list, (uint32_t) i);

  return is_written && enlace_jail_buffer_append (self->out, "]", 1);
}

static bool
write_member (Writer      *self,
              JSValueConst map,
              JSAtom       name,
              bool        *is_first)
{
  JSValue value = JS_GetProperty (self->context, map, name);
  const char *text;
  size_t length;
  bool is_written;

  if (JS_IsException (value))
    return false;
  if (JS_IsUndefined (value))
    return true;

  self->levels[self->depth - 1].name = name;
  text = JS_AtomToCString (self->context, name);
  length = text != NULL ? strlen (text) : 0;
  is_written = text != NULL && (*is_first || enlace_jail_buffer_append (self->out, ",", 1));
  if (is_written && !self->is_lenient && enlace_jail_find_surrogate (text, length) < length)
    is_written = refuse (self, "", "has a name that holds half of a character");
  is_written = is_written && enlace_jail_buffer_append_quoted (self->out, text, length) && enlace_jail_buffer_append (self->out, ":", 1)
               && write_value (self, value);
  *is_first = false;
  if (text != NULL)
    JS_FreeCString (self->context, text);
  JS_FreeValue (self->context, value);

  return is_written;
}

static bool
write_map (Writer      *self,
           JSValueConst map)
{
  JSPropertyEnum *names;
  uint32_t n_names;
  bool is_first = true;
  bool is_written;

  if (JS_GetOwnPropertyNames (self->context, &names, &n_names, map, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0)
    return false;

  is_written = enlace_jail_buffer_append (self->out, "{", 1);
  for (uint32_t i = 0; i < n_names; i++)
    is_written = is_written && write_member (self, map, names[i].atom, &is_first);
  for (uint32_t i = 0; i < n_names; i++)
    JS_FreeAtom (self->context, names[i].atom);
  js_free (self->context, names);

  return is_written && enlace_jail_buffer_append (self->out, "}", 1);
}

/* Containers that would come out empty: it is better to say so. */
static bool
is_instance (Writer      *self,
             JSValueConst value,
             const char  *class_name)
{
  JSValue global = JS_GetGlobalObject (self->context);
  JSValue class = JS_GetPropertyStr (self->context, global, class_name);
  bool is_one = JS_IsFunction (self->context, class) && JS_IsInstanceOf (self->context, value, class) > 0;

  JS_FreeValue (self->context, class);
  JS_FreeValue (self->context, global);
  return is_one;
}

static bool
write_object (Writer      *self,
              JSValueConst value)
{
  unsigned depth = self->depth;
  int is_list = JS_IsArray (self->context, value);
  bool is_written;

  if (is_list < 0)
    return false;
  if (!is_list && (is_instance (self, value, "Map") || is_instance (self, value, "Set")))
    return refuse (self, "[collection]", "is a Map or a Set: make it a list by [...x], or an object by Object.fromEntries(x)");
  if (!is_list && is_instance (self, value, "Promise"))
    return refuse (self, "[Promise]", "is a promise that was not awaited");
  if (self->is_lenient && is_instance (self, value, "Error"))
    return write_plain (self, value, false);
  if (!enter (self, value))
    return self->is_lenient && !self->out->is_full;

  is_written = is_list ? write_list (self, value) : write_map (self, value);
  self->depth = depth;
  return is_written;
}

/* What `toJSON()` makes of a value, dates above all; the value itself where it has none. */
static JSValue
apply_to_json (Writer      *self,
               JSValueConst value)
{
  JSValue function, result;

  if (!JS_IsObject (value) || JS_IsFunction (self->context, value))
    return JS_DupValue (self->context, value);

  function = JS_GetPropertyStr (self->context, value, "toJSON");
  if (JS_IsException (function))
    return function;

  result = JS_IsFunction (self->context, function) ? JS_Call (self->context, function, value, 0, NULL) : JS_DupValue (self->context, value);
  JS_FreeValue (self->context, function);
  return result;
}

static bool
write_simple (Writer      *self,
              JSValueConst value)
{
  if (JS_IsNull (value) || (JS_IsUndefined (value) && !self->is_lenient))
    return enlace_jail_buffer_append_text (self->out, "null");
  if (JS_IsUndefined (value))
    return enlace_jail_buffer_append_text (self->out, "undefined");
  if (JS_IsBool (value))
    return enlace_jail_buffer_append_text (self->out, JS_ToBool (self->context, value) ? "true" : "false");
  if (JS_IsString (value))
    return write_string (self, value);
  if (JS_IsNumber (value))
    return write_number (self, value);
  if (JS_IsBigInt (self->context, value))
    return write_plain (self, value, false);

  return refuse (self, "[symbol]", "is a symbol, which JSON cannot say");
}

static bool
write_value (Writer      *self,
             JSValueConst value)
{
  JSValue shown = apply_to_json (self, value);
  bool is_written;

  if (JS_IsException (shown))
    return false;

  if (!JS_IsObject (shown))
    is_written = write_simple (self, shown);
  else if (JS_IsFunction (self->context, shown))
    is_written = refuse (self, "[function]", "is a function, which JSON cannot say");
  else
    is_written = write_object (self, shown);
  JS_FreeValue (self->context, shown);

  return is_written;
}

bool
enlace_jail_write_json (JSContext        *context,
                        JSValueConst      value,
                        EnlaceJailBuffer *out)
{
  Writer self = { .context = context, .out = out };

  return write_value (&self, value);
}

bool
enlace_jail_write_text (JSContext        *context,
                        JSValueConst      value,
                        EnlaceJailBuffer *out)
{
  Writer self = { .context = context, .out = out, .is_lenient = true };

  return write_value (&self, value);
}
