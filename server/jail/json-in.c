/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/json-in.h"

#include <yyjson.h>

#include "server/jail/protocol.h"

#define MAX_SAFE_INTEGER 9007199254740991ll

typedef struct {
  JSContext   *context;
  JSValueConst big_int;
  unsigned     depth;
} Reader;

static JSValue read_value (Reader     *self,
                           yyjson_val *value);

static JSValue
make_big_int (Reader     *self,
              const char *digits,
              size_t      length)
{
  JSValue text = JS_NewStringLen (self->context, digits, length);
  JSValue number = JS_Call (self->context, self->big_int, JS_UNDEFINED, 1, &text);

  JS_FreeValue (self->context, text);
  return number;
}

static JSValue
read_number (Reader     *self,
             yyjson_val *value)
{
  if (yyjson_is_raw (value))
    return make_big_int (self, yyjson_get_raw (value), yyjson_get_len (value));
  if (yyjson_is_real (value))
    return JS_NewFloat64 (self->context, yyjson_get_real (value));
  if (yyjson_is_sint (value))
    return yyjson_get_sint (value) >= -MAX_SAFE_INTEGER ? JS_NewInt64 (self->context, yyjson_get_sint (value))
                                                        : JS_NewBigInt64 (self->context, yyjson_get_sint (value));

  return yyjson_get_uint (value) <= MAX_SAFE_INTEGER ? JS_NewInt64 (self->context, (int64_t) yyjson_get_uint (value))
                                                     : JS_NewBigUint64 (self->context, yyjson_get_uint (value));
}

static JSValue
read_list (Reader     *self,
           yyjson_val *value)
{
  JSValue list = JS_NewArray (self->context);
  yyjson_val *element;
  size_t i, n;

  yyjson_arr_foreach (value, i, n, element)
    {
      JSValue item = JS_IsException (list) ? JS_EXCEPTION : read_value (self, element);

      if (JS_IsException (item) || JS_DefinePropertyValueUint32 (self->context, list, (uint32_t) i, item, JS_PROP_C_W_E) < 0)
        {
          JS_FreeValue (self->context, list);
          return JS_EXCEPTION;
        }
    }

  return list;
}

static bool
read_member (Reader      *self,
             JSValueConst map,
             yyjson_val  *key,
             yyjson_val  *value)
{
  JSAtom name = JS_NewAtomLen (self->context, yyjson_get_str (key), yyjson_get_len (key));
  JSValue member;
  int defined;

  if (name == JS_ATOM_NULL)
    return false;

  member = read_value (self, value);
  defined = JS_IsException (member) ? -1 : JS_DefinePropertyValue (self->context, map, name, member, JS_PROP_C_W_E);
  JS_FreeAtom (self->context, name);
  return defined >= 0;
}

static JSValue
read_map (Reader     *self,
          yyjson_val *value)
{
  JSValue map = JS_NewObject (self->context);
  yyjson_val *key, *member;
  size_t i, n;

  yyjson_obj_foreach (value, i, n, key, member)
    if (JS_IsException (map) || !read_member (self, map, key, member))
      {
        JS_FreeValue (self->context, map);
        return JS_EXCEPTION;
      }

  return map;
}

static JSValue
read_nested (Reader     *self,
             yyjson_val *value)
{
  JSValue nested;

  if (self->depth == ENLACE_JAIL_MAX_DEPTH)
    return JS_ThrowRangeError (self->context, "The input is nested too deeply");

  self->depth++;
  nested = yyjson_is_arr (value) ? read_list (self, value) : read_map (self, value);
  self->depth--;
  return nested;
}

static JSValue
read_value (Reader     *self,
            yyjson_val *value)
{
  switch (yyjson_get_type (value))
    {
    case YYJSON_TYPE_BOOL:
      return JS_NewBool (self->context, yyjson_get_bool (value));

    case YYJSON_TYPE_NUM:
    case YYJSON_TYPE_RAW:
      return read_number (self, value);

    case YYJSON_TYPE_STR:
      return JS_NewStringLen (self->context, yyjson_get_str (value), yyjson_get_len (value));

    case YYJSON_TYPE_ARR:
    case YYJSON_TYPE_OBJ:
      return read_nested (self, value);

    default:
      return JS_NULL;
    }
}

JSValue
enlace_jail_read_json (JSContext   *context,
                       JSValueConst big_int,
                       const char  *text,
                       size_t       length)
{
  Reader self = { .context = context, .big_int = big_int };
  yyjson_read_err reason = { 0 };
  yyjson_doc *document = yyjson_read_opts ((char *) text, length, YYJSON_READ_BIGNUM_AS_RAW, NULL, &reason);
  JSValue value;

  if (document == NULL)
    return reason.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION ? JS_ThrowOutOfMemory (context)
                                                              : JS_ThrowSyntaxError (context, "The input is no JSON");

  value = read_value (&self, yyjson_doc_get_root (document));
  yyjson_doc_free (document);
  return value;
}
