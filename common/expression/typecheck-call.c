/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/type-private.h"
#include "common/expression/typecheck-private.h"

/* Calls: what the functions of the language take and give. Of a function that is not in the table nothing is known. */

#define KIND(name) ENLACE_KIND_MASK (ENLACE_KIND_##name)
#define ANY      ENLACE_KINDS_ANY
#define NUMBER   ENLACE_KINDS_NUMBER
#define BOOL     KIND (BOOL)
#define INT      KIND (INT)
#define UINT     KIND (UINT)
#define DOUBLE   KIND (DOUBLE)
#define STRING   KIND (STRING)
#define BYTES    KIND (BYTES)
#define LIST     KIND (LIST)
#define MAP      KIND (MAP)
#define TIME     KIND (TIMESTAMP)
#define DURATION KIND (DURATION)
#define TYPE     KIND (TYPE)
#define OPTIONAL KIND (OPTIONAL)

typedef enum {
  GIVES_KINDS,            /* `result` and no more is known */
  GIVES_FIRST,            /* a value of the type of the first argument */
  GIVES_OPTIONAL_ELEMENT, /* an optional of an element of the first argument */
  GIVES_OPTIONAL_FIRST,   /* an optional of the first argument */
  GIVES_HELD,             /* what the first argument holds */
  GIVES_HELD_OR_SECOND,
  GIVES_FIRST_OR_SECOND,
} Gives;

typedef struct {
  const char *name;
  guint arguments[ENLACE_MAX_ARGUMENTS];  /* the receiver first; those behind the last that is given are optional */
  guint result;
  Gives gives;
} Signature;

static const Signature signatures[] = {
  { "base64.decode", { STRING }, BYTES },
  { "base64.encode", { BYTES }, STRING },
  { "bool", { BOOL | STRING }, BOOL },
  { "bytes", { BYTES | STRING }, BYTES },
  { "ceil", { NUMBER }, NUMBER },
  { "charAt", { STRING, INT }, STRING },
  { "contains", { STRING, STRING }, BOOL },
  { "distinct", { LIST }, LIST, GIVES_FIRST },
  { "divide", { NUMBER, NUMBER }, DOUBLE },
  { "double", { NUMBER | STRING }, DOUBLE },
  { "duration", { DURATION | INT | STRING }, DURATION },
  { "dyn", { ANY }, ANY },
  { "endsWith", { STRING, STRING }, BOOL },
  { "first", { LIST }, OPTIONAL, GIVES_OPTIONAL_ELEMENT },
  { "flatten", { LIST, INT }, LIST },
  { "floor", { NUMBER }, NUMBER },
  { "format", { STRING, LIST }, STRING },
  { "getDate", { TIME, STRING }, INT },
  { "getDayOfMonth", { TIME, STRING }, INT },
  { "getDayOfWeek", { TIME, STRING }, INT },
  { "getDayOfYear", { TIME, STRING }, INT },
  { "getFullYear", { TIME, STRING }, INT },
  { "getHours", { TIME | DURATION, STRING }, INT },
  { "getMilliseconds", { TIME | DURATION, STRING }, INT },
  { "getMinutes", { TIME | DURATION, STRING }, INT },
  { "getMonth", { TIME, STRING }, INT },
  { "getSeconds", { TIME | DURATION, STRING }, INT },
  { "hasValue", { OPTIONAL }, BOOL },
  { "indexOf", { STRING, STRING, INT }, INT },
  { "int", { NUMBER | STRING | TIME | DURATION }, INT },
  { "join", { LIST, STRING }, STRING },
  { "last", { LIST }, OPTIONAL, GIVES_OPTIONAL_ELEMENT },
  { "lastIndexOf", { STRING, STRING, INT }, INT },
  { "lists.range", { INT }, LIST },
  { "lowerAscii", { STRING }, STRING },
  { "matches", { STRING, STRING }, BOOL },
  { "math.abs", { NUMBER }, NUMBER },
  { "math.bitAnd", { INT | UINT, INT | UINT }, INT | UINT },
  { "math.bitNot", { INT | UINT }, INT | UINT },
  { "math.bitOr", { INT | UINT, INT | UINT }, INT | UINT },
  { "math.bitShiftLeft", { INT | UINT, INT }, INT | UINT },
  { "math.bitShiftRight", { INT | UINT, INT }, INT | UINT },
  { "math.bitXor", { INT | UINT, INT | UINT }, INT | UINT },
  { "math.ceil", { DOUBLE }, DOUBLE },
  { "math.floor", { DOUBLE }, DOUBLE },
  { "math.isFinite", { DOUBLE }, BOOL },
  { "math.isInf", { DOUBLE }, BOOL },
  { "math.isNaN", { DOUBLE }, BOOL },
  { "math.round", { DOUBLE }, DOUBLE },
  { "math.sign", { NUMBER }, NUMBER },
  { "math.sqrt", { NUMBER }, DOUBLE },
  { "math.trunc", { DOUBLE }, DOUBLE },
  { "optional.none", { 0 }, OPTIONAL },
  { "optional.of", { ANY }, OPTIONAL, GIVES_OPTIONAL_FIRST },
  { "optional.ofNonZeroValue", { ANY }, OPTIONAL, GIVES_OPTIONAL_FIRST },
  { "or", { OPTIONAL, ANY }, OPTIONAL, GIVES_FIRST_OR_SECOND },
  { "orValue", { OPTIONAL, ANY }, ANY, GIVES_HELD_OR_SECOND },
  { "replace", { STRING, STRING, STRING, INT }, STRING },
  { "round", { NUMBER, INT }, NUMBER },
  { "size", { STRING | BYTES | LIST | MAP }, INT },
  { "slice", { LIST, INT, INT }, LIST, GIVES_FIRST },
  { "sort", { LIST }, LIST, GIVES_FIRST },
  { "split", { STRING, STRING, INT }, LIST },
  { "startsWith", { STRING, STRING }, BOOL },
  { "string", { ANY & ~(LIST | MAP | OPTIONAL | KIND (NULL)) }, STRING },
  { "strings.quote", { STRING }, STRING },
  { "substring", { STRING, INT, INT }, STRING },
  { "timestamp", { TIME | INT | STRING }, TIME },
  { "trim", { STRING }, STRING },
  { "type", { ANY }, TYPE },
  { "uint", { NUMBER | STRING }, UINT },
  { "upperAscii", { STRING }, STRING },
  { "value", { OPTIONAL }, ANY, GIVES_HELD },
};

static const Signature *
find_signature (const char *name)
{
  gsize low = 0, high = G_N_ELEMENTS (signatures);

  while (low < high)
    {
      gsize middle = (low + high) / 2;
      int order = strcmp (name, signatures[middle].name);

      if (order == 0)
        return &signatures[middle];
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }

  return NULL;
}

static EnlaceType *
ref_or_any (EnlaceType *type)
{
  return type != NULL ? enlace_type_ref (type) : enlace_type_new_any (FALSE);
}

/* A list of what is in the list that came in, whatever else the argument might have been. */
static EnlaceType *
give_list (EnlaceType *argument)
{
  return enlace_type_new_list (enlace_type_get_element (argument));
}

static EnlaceType *
unite_or_any (EnlaceType *a,
              EnlaceType *b)
{
  return a != NULL && b != NULL ? enlace_type_unite (a, b) : enlace_type_new_any (FALSE);
}

static EnlaceType *
give (const Signature *signature,
      EnlaceType      *first,
      EnlaceType      *second)
{
  g_autoptr(EnlaceType) part = NULL;

  switch (signature->gives)
    {
    case GIVES_FIRST:
      return give_list (first);

    case GIVES_OPTIONAL_ELEMENT:
      return enlace_type_new_optional (enlace_type_get_element (first));

    case GIVES_OPTIONAL_FIRST:
      return enlace_type_new_optional (first);

    case GIVES_HELD:
      return ref_or_any (enlace_type_get_held (first));

    case GIVES_HELD_OR_SECOND:
      return unite_or_any (enlace_type_get_held (first), second);

    case GIVES_FIRST_OR_SECOND:
      part = enlace_type_new_optional (enlace_type_get_held (first));
      return enlace_type_unite (part, second);

    case GIVES_KINDS:
    default:
      return enlace_type_new (signature->result);
    }
}

/* `math.*` tells whole numbers from others, where JSON has but one kind of number. */
static void
warn_of_json (EnlaceInference  *self,
              const EnlaceNode *node,
              EnlaceType       *argument)
{
  if (g_str_has_prefix (node->call.name, "math.") && enlace_type_is_from_json (argument) && enlace_type_may_be (argument, NUMBER))
    enlace_infer_warn (self, node->start, node->end,
                       "A number from JSON may be whole or not, which “%s” tells apart; double(x) makes it the one for certain", node->call.name);
}

static EnlaceType *
fail_argument (EnlaceInference  *self,
               const EnlaceNode *node,
               guint             at,
               const EnlaceType *type)
{
  const EnlaceNode *argument = node->call.arguments[at];
  g_autofree char *words = enlace_type_describe (type);

  if (at == 0 && node->call.member)
    return enlace_infer_fail (self, argument->start, argument->end, "“%s” is not called on %s", node->call.name, words);

  return enlace_infer_fail (self, argument->start, argument->end, "“%s” does not take %s in this place", node->call.name, words);
}

EnlaceType *
enlace_infer_call (EnlaceInference  *self,
                   const EnlaceNode *node)
{
  const Signature *signature = node->call.function != NULL ? find_signature (node->call.function->name) : NULL;
  g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_type_unref);
  gboolean from_json = FALSE;
  EnlaceType *out;

  for (guint i = 0; i < node->n; i++)
    {
      EnlaceType *type = enlace_infer_node (self, node->call.arguments[i]);

      g_ptr_array_add (types, type);
      from_json |= enlace_type_is_from_json (type);
      warn_of_json (self, node, type);
    }

  if (signature == NULL)
    return enlace_type_new_any (FALSE);

  for (guint i = 0; i < node->n && i < ENLACE_MAX_ARGUMENTS; i++)
    if (signature->arguments[i] != 0 && !enlace_type_may_be (types->pdata[i], signature->arguments[i]))
      return fail_argument (self, node, i, types->pdata[i]);

  out = give (signature, node->n > 0 ? types->pdata[0] : NULL, node->n > 1 ? types->pdata[1] : NULL);
  /* A rounded number may be whole by its kind or not, as the one that came in. */
  if (from_json && (signature->result & NUMBER) == NUMBER)
    enlace_type_set_from_json (out);

  return out;
}
