/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/type-private.h"
#include "common/expression/typecheck-private.h"

/* Calls: what the functions of the language take and give. Of a function that is not in the table nothing is known. */

#define NUMBER ENLACE_KINDS_NUMBER
#define REAL   (ENLACE_KIND_MASK (ENLACE_KIND_INT) | ENLACE_KIND_MASK (ENLACE_KIND_DOUBLE))

/* What is known of a result beside the kinds that the signature names. */
typedef enum {
  GIVES_KINDS,            /* no more */
  GIVES_LIST,             /* a list of what is in the first argument */
  GIVES_OPTIONAL_ELEMENT, /* an optional of an element of the first argument */
  GIVES_OPTIONAL_FIRST,   /* an optional of the first argument */
  GIVES_HELD,             /* what the first argument holds */
  GIVES_HELD_OR_SECOND,
  GIVES_FIRST_OR_SECOND,
} Gives;

static const struct
{
  const char *name;
  Gives gives;
} rules[] = {
  { "distinct", GIVES_LIST },
  { "first", GIVES_OPTIONAL_ELEMENT },
  { "last", GIVES_OPTIONAL_ELEMENT },
  { "optional.of", GIVES_OPTIONAL_FIRST },
  { "optional.ofNonZeroValue", GIVES_OPTIONAL_FIRST },
  { "or", GIVES_FIRST_OR_SECOND },
  { "orValue", GIVES_HELD_OR_SECOND },
  { "slice", GIVES_LIST },
  { "sort", GIVES_LIST },
  { "value", GIVES_HELD },
};

static Gives
find_rule (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rules[i].name, name))
      return rules[i].gives;

  return GIVES_KINDS;
}

/* The kinds that a form takes in a place, the receiver first; 0: it has no such place. */
static guint
get_kinds (const EnlaceSignature *form,
           guint                  at)
{
  const EnlaceArgument *argument;

  if (form->member && at == 0)
    return form->receiver;
  argument = enlace_signature_get_argument (form, form->member ? at - 1 : at);

  return argument != NULL ? argument->kinds : 0;
}

/* A function that may be called in both ways has a signature of one of them. */
static gboolean
takes_count (const EnlaceSignature *form,
             guint                  n)
{
  guint least, most;

  enlace_signature_get_arity (form, &least, &most);
  if (form->member)
    n--;

  return n >= least && n <= most;
}

/* The forms of the called name that take as many arguments; the caller frees. */
static GArray *
list_forms (const EnlaceNode *node)
{
  GArray *forms = node->call.function != NULL ? enlace_library_list (node->call.function->name)
                                              : g_array_new (FALSE, FALSE, sizeof (EnlaceSignature));

  for (guint i = forms->len; i > 0; i--)
    {
      const EnlaceSignature *form = &g_array_index (forms, EnlaceSignature, i - 1);

      if (enlace_signature_is_macro (form) || !takes_count (form, node->n))
        g_array_remove_index (forms, i - 1);
    }

  return forms;
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
give (const EnlaceSignature *form,
      EnlaceType            *first,
      EnlaceType            *second)
{
  g_autoptr(EnlaceType) part = NULL;

  switch (find_rule (form->entry->name))
    {
    case GIVES_LIST:
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
      return enlace_type_new (form->kinds);
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

/* Leaves the forms that take all arguments. When none does, `wrong` is the first argument that is in the way of the last of them. */
static void
narrow_forms (GArray    *forms,
              GPtrArray *types,
              guint     *wrong)
{
  for (guint at = 0; at < types->len && forms->len > 0; at++)
    {
      *wrong = at;
      for (guint i = forms->len; i > 0; i--)
        if (!enlace_type_may_be (types->pdata[at], get_kinds (&g_array_index (forms, EnlaceSignature, i - 1), at)))
          g_array_remove_index (forms, i - 1);
    }
}

static EnlaceType *
give_all (GArray    *forms,
          GPtrArray *types,
          gboolean   from_json)
{
  g_autoptr(EnlaceType) out = NULL;

  for (guint i = 0; i < forms->len; i++)
    {
      g_autoptr(EnlaceType) type = give (&g_array_index (forms, EnlaceSignature, i), types->len > 0 ? types->pdata[0] : NULL,
                                         types->len > 1 ? types->pdata[1] : NULL);
      EnlaceType *united = out != NULL ? enlace_type_unite (out, type) : enlace_type_ref (type);

      g_clear_pointer (&out, enlace_type_unref);
      out = united;
    }

  /* A rounded number may be whole by its kind or not, as the one that came in. */
  if (from_json && (enlace_type_get_kinds (out) & REAL) == REAL)
    enlace_type_set_from_json (out);

  return g_steal_pointer (&out);
}

EnlaceType *
enlace_infer_call (EnlaceInference  *self,
                   const EnlaceNode *node)
{
  g_autoptr(GArray) forms = list_forms (node);
  g_autoptr(GPtrArray) types = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_type_unref);
  gboolean from_json = FALSE;
  guint wrong = 0;

  for (guint i = 0; i < node->n; i++)
    {
      EnlaceType *type = enlace_infer_node (self, node->call.arguments[i]);

      g_ptr_array_add (types, type);
      from_json |= enlace_type_is_from_json (type);
      warn_of_json (self, node, type);
    }
  if (forms->len == 0)
    return enlace_type_new_any (FALSE);

  narrow_forms (forms, types, &wrong);
  if (forms->len == 0)
    return fail_argument (self, node, wrong, types->pdata[wrong]);

  return give_all (forms, types, from_json);
}
