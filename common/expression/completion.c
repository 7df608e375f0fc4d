/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/completion-private.h"
#include "common/expression/library.h"

/* Members of one map that are offered; more than these nobody reads. */
#define MAX_MEMBERS 500

struct _EnlaceCompletion {
  GPtrArray *items;       /* EnlaceCompletionItem */
  GArray    *signatures;  /* EnlaceCompletionSignature */
  guint      argument;
};

/* How well an item fits what is being typed, the best first. */
typedef enum {
  FIT_EXACT,      /* it begins so */
  FIT_CASE,       /* it begins so but for upper and lower case */
  FIT_INSIDE,     /* it occurs in it */
  FIT_NONE,
} Fit;

typedef struct {
  EnlaceCompletionItem item;
  Fit                  fit;
  guint                order;   /* as they were found */
} Item;

typedef struct {
  EnlaceCompletion      *completion;
  const EnlacePlaceInfo *place;
  EnlaceSurroundings     surroundings;
  GArray                *functions;   /* EnlaceSignature */
  char                  *typed;
} Request;

static void
free_item (gpointer data)
{
  Item *self = data;

  g_free (self->item.label);
  g_free (self->item.insert);
  g_free (self->item.type);
  g_clear_pointer (&self->item.value, enlace_value_unref);
  g_free (self);
}

static Fit
fit (const Request *request,
     const char    *name)
{
  g_autofree char *typed = NULL, *folded = NULL;

  if (g_str_has_prefix (name, request->typed))
    return FIT_EXACT;
  typed = g_utf8_casefold (request->typed, -1);
  folded = g_utf8_casefold (name, -1);
  if (g_str_has_prefix (folded, typed))
    return FIT_CASE;

  return strlen (typed) > 1 && strstr (folded, typed) != NULL ? FIT_INSIDE : FIT_NONE;
}

/* A new item whose text replaces what is being typed, or NULL where the name does not fit. */
static EnlaceCompletionItem *
add_item (Request              *request,
          EnlaceCompletionKind  kind,
          const char           *name)
{
  Fit fits = fit (request, name);
  Item *item;

  if (fits == FIT_NONE)
    return NULL;

  item = g_new0 (Item, 1);
  item->fit = fits;
  item->order = request->completion->items->len;
  item->item = (EnlaceCompletionItem) {
    .kind = kind, .label = g_strdup (name), .insert = g_strdup (name), .start = request->place->start, .end = request->place->end,
    .cursor = strlen (name),
  };
  g_ptr_array_add (request->completion->items, item);

  return &item->item;
}

static gboolean
is_simple_name (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (const char *at = name; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '_')
      return FALSE;

  return !enlace_expression_is_keyword (name);
}

/* A name as it stands between quotes. */
static void
append_quoted (GString    *text,
               const char *name,
               char        quote)
{
  for (const char *at = name; *at != '\0'; at++)
    if (*at == '\n')
      g_string_append (text, "\\n");
    else if ((guchar) *at < ' ' || *at == 0x7f)
      g_string_append_printf (text, "\\x%02x", (guchar) *at);
    else
      {
        if (*at == quote || *at == '\\')
          g_string_append_c (text, '\\');
        g_string_append_c (text, *at);
      }
}

/* How much of the closing quote and bracket stands there already: it is replaced, so that the cursor comes behind it. */
static gsize
count_closing (const EnlacePlaceInfo *place,
               char                   quote)
{
  gsize n = 0;

  if (place->place == ENLACE_PLACE_KEY && place->end < place->length && place->text[place->end] == quote)
    n++;
  if (place->end + n < place->length && place->text[place->end + n] == ']')
    n++;

  return n;
}

/* Puts the text of a member so that it can stand where the cursor is: `name`, `["na-me"]`, `na-me"]`. */
static void
set_member_text (Request              *request,
                 EnlaceCompletionItem *item)
{
  const EnlacePlaceInfo *place = request->place;
  g_autoptr(GString) text = g_string_new (NULL);
  char quote = place->place == ENLACE_PLACE_KEY ? place->quote : '"';
  char closing[] = { quote, ']', '\0' };
  gboolean optional = place->place == ENLACE_PLACE_MEMBER && place->text[place->dot + 1] == '?';

  if (place->place == ENLACE_PLACE_MEMBER && is_simple_name (item->label))
    return;

  if (place->place == ENLACE_PLACE_MEMBER)
    {
      g_string_append (text, optional ? "[?\"" : "[\"");
      append_quoted (text, item->label, quote);
      g_string_append (text, closing);
      item->start = place->dot;
    }
  else
    {
      if (place->place == ENLACE_PLACE_NAME)
        g_string_append_c (text, quote);
      append_quoted (text, item->label, quote);
      g_string_append (text, closing);
      item->end += count_closing (place, quote);
    }
  g_free (item->insert);
  item->cursor = text->len;
  item->insert = g_string_free_and_steal (g_steal_pointer (&text));
}

static char *
dup_type_text (EnlaceValue *value,
               EnlaceType  *type)
{
  guint kinds = type != NULL ? enlace_type_get_kinds (type) : ENLACE_KINDS_ANY;

  if (value != NULL && enlace_value_get_kind (value) != ENLACE_KIND_NULL)
    kinds = ENLACE_KIND_MASK (enlace_value_get_kind (value));

  return kinds == ENLACE_KINDS_ANY ? NULL : enlace_kinds_dup_text (kinds);
}

static void
add_named (Request              *request,
           EnlaceCompletionKind  kind,
           const char           *name,
           EnlaceValue          *value,
           EnlaceType           *type)
{
  EnlaceCompletionItem *item = add_item (request, kind, name);

  if (item == NULL)
    return;
  item->type = dup_type_text (value, type);
  item->value = value != NULL ? enlace_value_ref (value) : NULL;
  if (kind == ENLACE_COMPLETION_MEMBER)
    set_member_text (request, item);
}

/* The members that the value has, then those that only the type knows. */
static void
add_names (Request              *request,
           EnlaceCompletionKind  kind,
           EnlaceValue          *value,
           EnlaceType           *type)
{
  gsize n = value != NULL && enlace_value_get_kind (value) == ENLACE_KIND_MAP ? MIN (enlace_value_get_length (value), MAX_MEMBERS) : 0;

  for (gsize i = 0; i < n; i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      const EnlaceTypeField *field = name != NULL && type != NULL ? enlace_type_find_field (type, name) : NULL;

      if (name != NULL)
        add_named (request, kind, name, enlace_value_get_member_value (value, i), field != NULL ? field->type : NULL);
    }
  for (guint i = 0; type != NULL && i < MIN (enlace_type_get_n_fields (type), MAX_MEMBERS); i++)
    {
      const EnlaceTypeField *field = enlace_type_get_field (type, i);

      if (n == 0 || enlace_value_get_member (value, field->name) == NULL)
        add_named (request, kind, field->name, NULL, field->type);
    }
}

static gboolean
has_parenthesis (const EnlacePlaceInfo *place)
{
  return place->end < place->length && place->text[place->end] == '(';
}

static const EnlaceSignature *
get_function (const Request *request,
              guint          index)
{
  return &g_array_index (request->functions, EnlaceSignature, index);
}

/* Whether functions have such a name before a dot. */
static gboolean
is_namespace (const Request *request,
              const char    *name)
{
  gsize length = strlen (name);

  for (guint i = 0; i < request->functions->len; i++)
    {
      const EnlaceSignature *function = get_function (request, i);

      if (!function->member && strncmp (function->entry->name, name, length) == 0 && function->entry->name[length] == '.')
        return TRUE;
    }

  return FALSE;
}

/* The variables of a macro, so that only what is computed is left to be written: "x, ". */
static char *
dup_variables (const EnlaceSignature *function)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < function->n_arguments && function->arguments[i].kinds == 0; i++)
    {
      const EnlaceArgument *argument = &function->arguments[i];

      g_string_append_len (text, function->entry->signature + argument->start, argument->end - argument->start);
      g_string_append (text, ", ");
    }

  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* `name` is what has to be written: in a namespace the part behind its dot. */
static void
add_function (Request          *request,
              const EnlaceSignature *function,
              const char       *name)
{
  EnlaceCompletionItem *item = add_item (request, ENLACE_COMPLETION_FUNCTION, name);
  g_autofree char *variables = NULL;

  if (item == NULL)
    return;

  g_free (item->label);
  item->label = g_strdup (function->entry->signature);
  item->type = g_strdup (function->result);
  item->documentation = function->entry->documentation;
  if (has_parenthesis (request->place))
    return;
  variables = dup_variables (function);
  g_free (item->insert);
  item->insert = g_strconcat (name, "(", variables, ")", NULL);
  item->cursor = strlen (item->insert) - (function->n_arguments > 0 ? 1 : 0);
}

/* What is before the dot: an optional stands for what it holds. */
static void
open_optional (EnlaceValue **value,
               EnlaceType  **type)
{
  EnlaceValue *held = *value != NULL && enlace_value_get_kind (*value) == ENLACE_KIND_OPTIONAL ? enlace_value_get_optional (*value) : NULL;
  EnlaceType *inner = *type != NULL ? enlace_type_get_held (*type) : NULL;

  if (held != NULL)
    {
      enlace_value_ref (held);
      enlace_value_unref (*value);
      *value = held;
    }
  if (inner != NULL)
    {
      enlace_type_ref (inner);
      enlace_type_unref (*type);
      *type = inner;
    }
}

/* Functions that are called on a value of one of the kinds. */
static void
add_member_functions (Request *request,
                       guint    kinds)
{

  for (guint i = 0; i < request->functions->len; i++)
    {
      const EnlaceSignature *function = get_function (request, i);

      if (function->receiver & kinds)
        add_function (request, function, function->entry->name);
    }
}

static void
add_namespace_functions (Request    *request,
                         const char *space)
{
  g_autofree char *prefix = g_strconcat (space, ".", NULL);

  for (guint i = 0; i < request->functions->len; i++)
    {
      const EnlaceSignature *function = get_function (request, i);

      if (!function->member && g_str_has_prefix (function->entry->name, prefix))
        add_function (request, function, function->entry->name + strlen (prefix));
    }
}

static void
add_behind_dot (Request *request)
{
  const EnlacePlaceInfo *place = request->place;
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceType) type = NULL;
  guint kinds = ENLACE_KINDS_ANY;

  if (place->receiver == G_MAXUINT)
    return;

  text = enlace_place_dup_text (place, place->receiver, place->receiver_end);
  enlace_surroundings_look (&request->surroundings, text, &value, &type);
  if (value != NULL)
    kinds = ENLACE_KIND_MASK (enlace_value_get_kind (value));
  else if (type != NULL)
    kinds = enlace_type_get_kinds (type);
  open_optional (&value, &type);
  add_names (request, ENLACE_COMPLETION_MEMBER, value, type);
  if (place->place != ENLACE_PLACE_MEMBER)
    return;
  add_namespace_functions (request, text);
  if (enlace_value_get_member (request->surroundings.values, text) != NULL || !is_namespace (request, text))
    add_member_functions (request, kinds);
}

/* Whether the cursor is where a macro wants the name of a variable. */
static gboolean
wants_variable (const Request *request)
{
  const GArray *signatures = request->completion->signatures;

  for (guint i = 0; i < signatures->len; i++)
    {
      const EnlaceCompletionSignature *signature = &g_array_index (signatures, EnlaceCompletionSignature, i);

      if (signature->active_end == 0
          || memchr (signature->text + signature->active_start, ':', signature->active_end - signature->active_start) != NULL)
        return FALSE;
    }

  return signatures->len > 0;
}

static void
add_beginning (Request *request)
{
  static const char *const keywords[] = { "true", "false", "null" };

  if (wants_variable (request))
    return;
  if (request->place->after_bracket && request->place->start == request->place->cursor)
    add_behind_dot (request);
  add_names (request, ENLACE_COMPLETION_VARIABLE, request->surroundings.values, request->surroundings.names);
  for (guint i = 0; i < request->functions->len; i++)
    if (!get_function (request, i)->member)
      add_function (request, get_function (request, i), get_function (request, i)->entry->name);
  for (gsize i = 0; i < G_N_ELEMENTS (keywords); i++)
    add_item (request, ENLACE_COMPLETION_KEYWORD, keywords[i]);
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const Item *left = a, *right = b;

  if (left->fit != right->fit)
    return left->fit < right->fit ? -1 : 1;

  return left->order < right->order ? -1 : left->order > right->order ? 1 : 0;
}

/* The innermost parenthesis that belongs to a call, and the index of the token behind the name. */
static const EnlaceOpening *
find_call (const EnlacePlaceInfo *place)
{
  for (guint i = place->openings->len; i > 0; i--)
    {
      const EnlaceOpening *opening = &g_array_index (place->openings, EnlaceOpening, i - 1);

      if (enlace_place_get_type (place, opening->token) != ENLACE_TOKEN_PAREN_OPEN)
        continue;
      if (opening->token > 0 && enlace_place_get_type (place, opening->token - 1) == ENLACE_TOKEN_IDENTIFIER)
        return opening;
    }

  return NULL;
}

static void
add_signature (Request               *request,
               const EnlaceSignature *function)
{
  EnlaceCompletionSignature signature = { function->entry->signature, 0, 0, function->entry->documentation };
  const EnlaceArgument *argument = enlace_signature_get_argument (function, request->completion->argument);

  if (argument != NULL)
    {
      signature.active_start = argument->start;
      signature.active_end = argument->end;
    }
  g_array_append_val (request->completion->signatures, signature);
}

/* What is called on: its kinds, and the text before the dot, which may be a namespace. */
static guint
look_at_receiver (Request  *request,
                  guint     name,
                  char    **space)
{
  const EnlacePlaceInfo *place = request->place;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(EnlaceType) type = NULL;
  guint first = name > 1 ? enlace_place_find_operand (place, name - 2) : G_MAXUINT;

  *space = first != G_MAXUINT ? enlace_place_dup_text (place, first, name - 1) : NULL;
  if (*space == NULL)
    return ENLACE_KINDS_ANY;
  if (is_namespace (request, *space) && enlace_value_get_member (request->surroundings.values, *space) == NULL)
    return 0;

  enlace_surroundings_look (&request->surroundings, *space, &value, &type);
  if (value != NULL)
    return ENLACE_KIND_MASK (enlace_value_get_kind (value));

  return type != NULL ? enlace_type_get_kinds (type) : ENLACE_KINDS_ANY;
}

static void
add_signatures (Request *request)
{
  const EnlacePlaceInfo *place = request->place;
  const EnlaceOpening *opening = find_call (place);
  g_autofree char *name = NULL;
  g_autofree char *space = NULL;
  g_autofree char *qualified = NULL;
  guint kinds = 0;
  gboolean member;

  if (opening == NULL)
    return;

  name = enlace_place_dup_text (place, opening->token - 1, opening->token);
  member = opening->token > 1 && enlace_place_get_type (place, opening->token - 2) == ENLACE_TOKEN_DOT;
  if (member)
    kinds = look_at_receiver (request, opening->token - 1, &space);
  qualified = space != NULL ? g_strconcat (space, ".", name, NULL) : g_strdup (name);
  request->completion->argument = opening->commas->len;
  for (guint i = 0; i < request->functions->len; i++)
    {
      const EnlaceSignature *function = get_function (request, i);

      if (function->member ? function->receiver & kinds && g_str_equal (function->entry->name, name)
                           : g_str_equal (function->entry->name, qualified))
        add_signature (request, function);
    }
}

static void
add_candidates (Request *request)
{
  switch (request->place->place)
    {
    case ENLACE_PLACE_NAME:
      add_beginning (request);
      break;

    case ENLACE_PLACE_MEMBER:
    case ENLACE_PLACE_KEY:
      add_behind_dot (request);
      break;

    case ENLACE_PLACE_NONE:
    default:
      break;
    }
}

/**
 * enlace_completion_new:
 * @text: an expression in UTF-8, which need not be whole or right
 * @length: of @text in bytes, or -1 when it is NUL-terminated
 * @cursor: a byte offset in @text
 * @sample: (nullable): a map: names that are in scope, with values as a run would have them
 * @schema: (nullable): a JSON Schema of such a map, for what the sample does not show
 *
 * Finds what may be written at the cursor. Pieces of the expression are evaluated over the sample, with a small cost limit.
 *
 * Returns: (transfer full): the candidates and signatures, perhaps none
 */
EnlaceCompletion *
enlace_completion_new (const char  *text,
                       gssize       length,
                       gsize        cursor,
                       EnlaceValue *sample,
                       EnlaceValue *schema)
{
  EnlaceCompletion *self = g_new0 (EnlaceCompletion, 1);
  EnlacePlaceInfo place;
  Request request = { self, &place };

  self->items = g_ptr_array_new_with_free_func (free_item);
  self->signatures = g_array_new (FALSE, FALSE, sizeof (EnlaceCompletionSignature));
  if (length < 0)
    length = strlen (text);
  g_return_val_if_fail (cursor <= (gsize) length, self);
  /* Never inside a character. */
  while (cursor > 0 && cursor < (gsize) length && ((guchar) text[cursor] & 0xc0) == 0x80)
    cursor--;

  request.functions = enlace_library_list (NULL);
  enlace_place_find (&place, text, length, cursor);
  enlace_surroundings_init (&request.surroundings, sample, schema);
  enlace_surroundings_enter (&request.surroundings, &place);
  request.typed = g_strndup (text + place.start, place.place != ENLACE_PLACE_NONE ? cursor - place.start : 0);
  add_signatures (&request);
  add_candidates (&request);
  g_ptr_array_sort_values (self->items, compare_items);
  g_free (request.typed);
  g_array_unref (request.functions);
  enlace_surroundings_clear (&request.surroundings);
  enlace_place_clear (&place);

  return self;
}

void
enlace_completion_free (EnlaceCompletion *self)
{
  g_ptr_array_unref (self->items);
  g_array_unref (self->signatures);
  g_free (self);
}

guint
enlace_completion_get_n_items (EnlaceCompletion *self)
{
  return self->items->len;
}

const EnlaceCompletionItem *
enlace_completion_get_item (EnlaceCompletion *self,
                            guint             index)
{
  g_return_val_if_fail (index < self->items->len, NULL);

  return &((Item *) self->items->pdata[index])->item;
}

guint
enlace_completion_get_n_signatures (EnlaceCompletion *self)
{
  return self->signatures->len;
}

const EnlaceCompletionSignature *
enlace_completion_get_signature (EnlaceCompletion *self,
                                 guint             index)
{
  g_return_val_if_fail (index < self->signatures->len, NULL);

  return &g_array_index (self->signatures, EnlaceCompletionSignature, index);
}

guint
enlace_completion_get_argument (EnlaceCompletion *self)
{
  return self->argument;
}
