/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/lexer.h"
#include "common/expression/template.h"
#include "common/value/json.h"

/* Bytes of text put together for one unit of cost. */
#define COST_BYTES 16

typedef struct _Part Part;

typedef enum {
  PART_CONSTANT,     /* a value that holds no expression, whole */
  PART_EXPRESSION,   /* a string that is one expression */
  PART_TEXT,         /* a string with expressions in it: its pieces are constants and expressions */
  PART_LIST,
  PART_MAP,
} PartType;

struct _Part {
  PartType          type;
  guint             n;           /* parts of a text, list or map */
  EnlaceValue      *value;       /* owned: of a constant; the whole list or map, whose keys are used, otherwise */
  EnlaceExpression *expression;  /* owned */
  Part             *parts;       /* owned */
};

struct _EnlaceTemplate {
  Part            root;
  gatomicrefcount references;
};

/* Where a compilation or a walk is in the value. */
typedef struct {
  GString  *pointer;
  guint     depth;
  GError  **error;
} Place;

static void
part_clear (Part *self)
{
  g_clear_pointer (&self->value, enlace_value_unref);
  g_clear_pointer (&self->expression, enlace_expression_unref);
  for (guint i = 0; i < self->n; i++)
    part_clear (&self->parts[i]);
  g_free (self->parts);
}

static void
set_constant (Part        *self,
              EnlaceValue *value)
{
  self->type = PART_CONSTANT;
  self->value = value;
}

static gboolean
is_blank (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

/* The next `{{` from an offset on, or the end. */
static gsize
find_open (const char *text,
           gsize       length,
           gsize       from)
{
  const char *found = memmem (text + from, length - from, "{{", 2);

  return found != NULL ? (gsize) (found - text) : length;
}

static void
add_text (GArray  *pieces,
          GString *text)
{
  Part piece = { 0 };

  if (text->len == 0)
    return;
  set_constant (&piece, enlace_value_new_string_len (text->str, text->len));
  g_array_append_val (pieces, piece);
  g_string_truncate (text, 0);
}

/* `at` is behind a `{{`; moves behind its `}}`. */
static gboolean
add_expression (GArray      *pieces,
                const char  *text,
                gsize        length,
                gsize       *at,
                GError     **error)
{
  Part piece = { .type = PART_EXPRESSION };
  gsize end;

  if (!enlace_lexer_find_end (text, length, *at, &end, error))
    return FALSE;
  piece.expression = enlace_expression_compile (text + *at, end - *at, error);
  if (piece.expression == NULL)
    return FALSE;
  g_array_append_val (pieces, piece);
  *at = end + 2;
  return TRUE;
}

static gboolean
split (GArray      *pieces,
       const char  *text,
       gsize        length,
       GError     **error)
{
  g_autoptr(GString) literal = g_string_new (NULL);
  gsize at = 0;

  while (at < length)
    {
      gsize open = find_open (text, length, at);
      gboolean escaped = open < length && open > at && text[open - 1] == '\\';

      g_string_append_len (literal, text + at, open - at - (escaped ? 1 : 0));
      if (escaped)
        g_string_append (literal, "{{");
      at = MIN (open + 2, length);
      if (escaped || open >= length)
        continue;
      add_text (pieces, literal);
      if (!add_expression (pieces, text, length, &at, error))
        return FALSE;
    }
  add_text (pieces, literal);
  return TRUE;
}

/* One expression with nothing but space around it. */
static gint
find_single (GArray *pieces)
{
  gint single = -1;

  for (guint i = 0; i < pieces->len; i++)
    {
      Part *piece = &g_array_index (pieces, Part, i);
      gsize length = 0;
      const char *text = piece->value != NULL ? enlace_value_get_string_len (piece->value, &length) : NULL;

      if (text != NULL && is_blank (text, length))
        continue;
      if (text != NULL || single >= 0)
        return -1;
      single = i;
    }
  return single;
}

static gboolean G_GNUC_NO_INLINE
compile_string (Part         *self,
                EnlaceValue  *value,
                GError      **error)
{
  g_autoptr(GArray) pieces = NULL;
  gsize length;
  const char *text = enlace_value_get_string_len (value, &length);
  gint single;

  if (find_open (text, length, 0) == length)
    {
      set_constant (self, enlace_value_ref (value));
      return TRUE;
    }
  pieces = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (pieces, (GDestroyNotify) part_clear);
  if (!split (pieces, text, length, error))
    return FALSE;
  single = find_single (pieces);
  if (single >= 0)
    {
      self->type = PART_EXPRESSION;
      self->expression = enlace_expression_ref (g_array_index (pieces, Part, single).expression);
      return TRUE;
    }
  if (pieces->len == 1)
    {
      set_constant (self, enlace_value_ref (g_array_index (pieces, Part, 0).value));
      return TRUE;
    }
  self->type = PART_TEXT;
  self->n = pieces->len;
  self->parts = (Part *) g_array_steal (pieces, NULL);
  return TRUE;
}

static gboolean compile_value (Part        *self,
                               EnlaceValue *value,
                               Place       *place);

static EnlaceValue *
child_at (EnlaceValue *value,
          gsize        index)
{
  return enlace_value_get_kind (value) == ENLACE_KIND_MAP ? enlace_value_get_member_value (value, index)
                                                          : enlace_value_get_element (value, index);
}

/* Appends the member's name or the element's number; a key of another kind counts as a number. */
static void G_GNUC_NO_INLINE
append_token (GString     *pointer,
              EnlaceValue *value,
              gsize        index)
{
  EnlaceValue *key = enlace_value_get_key (value, index);
  const char *name = key != NULL ? enlace_value_get_string (key) : NULL;

  if (name != NULL)
    enlace_json_pointer_append (pointer, name);
  else
    g_string_append_printf (pointer, "/%" G_GSIZE_FORMAT, index);
}

/* A list or map without expressions is kept as it is, or, where a `\{{` was in it, is made once. */
static void G_GNUC_NO_INLINE
fold (Part        *self,
      EnlaceValue *value)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  gboolean is_map = self->type == PART_MAP, same = TRUE;
  EnlaceValue *made;

  for (guint i = 0; i < self->n; i++)
    {
      if (self->parts[i].type != PART_CONSTANT)
        return;
      same = same && self->parts[i].value == child_at (value, i);
    }
  for (guint i = 0; !same && i < self->n; i++)
    {
      if (is_map)
        enlace_map_builder_insert (map, enlace_value_get_key (value, i), self->parts[i].value);
      else
        enlace_list_builder_add (list, self->parts[i].value);
    }
  made = same ? enlace_value_ref (value) : is_map ? enlace_map_builder_end (map) : enlace_list_builder_end (list);
  part_clear (self);
  *self = (Part) { 0 };
  set_constant (self, made);
}

static gboolean
compile_children (Part        *self,
                  EnlaceValue *value,
                  Place       *place)
{
  gsize length = place->pointer->len;

  self->type = enlace_value_get_kind (value) == ENLACE_KIND_MAP ? PART_MAP : PART_LIST;
  self->value = enlace_value_ref (value);
  self->parts = g_new0 (Part, enlace_value_get_length (value));
  while (self->n < enlace_value_get_length (value))
    {
      guint i = self->n++;

      append_token (place->pointer, value, i);
      if (!compile_value (&self->parts[i], child_at (value, i), place))
        return FALSE;
      g_string_truncate (place->pointer, length);
    }
  fold (self, value);
  return TRUE;
}

static gboolean
compile_value (Part        *self,
               EnlaceValue *value,
               Place       *place)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  gboolean ok;

  if (kind == ENLACE_KIND_STRING)
    return compile_string (self, value, place->error);
  if (kind != ENLACE_KIND_LIST && kind != ENLACE_KIND_MAP)
    {
      set_constant (self, enlace_value_ref (value));
      return TRUE;
    }
  if (place->depth++ == ENLACE_JSON_MAX_DEPTH)
    {
      g_set_error (place->error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX,
                   "nested more than %d levels deep", ENLACE_JSON_MAX_DEPTH);
      return FALSE;
    }
  ok = compile_children (self, value, place);
  place->depth--;
  return ok;
}

/**
 * enlace_template_compile:
 * @value: a JSON value, at most %ENLACE_JSON_MAX_DEPTH levels deep
 * @pointer: (out) (optional) (transfer full) (nullable): on failure, where
 *
 * Returns: (transfer full) (nullable): the template, or %NULL with %ENLACE_EXPRESSION_ERROR_SYNTAX or
 *   %ENLACE_EXPRESSION_ERROR_CHECK
 */
EnlaceTemplate *
enlace_template_compile (EnlaceValue  *value,
                         char        **pointer,
                         GError      **error)
{
  g_autoptr(GString) at = g_string_new (NULL);
  Place place = { at, 0, error };
  EnlaceTemplate *self;

  g_return_val_if_fail (value != NULL, NULL);

  if (pointer != NULL)
    *pointer = NULL;
  self = g_new0 (EnlaceTemplate, 1);
  g_atomic_ref_count_init (&self->references);
  if (compile_value (&self->root, value, &place))
    return self;
  if (pointer != NULL)
    *pointer = g_strdup (at->str);
  enlace_template_unref (self);
  return NULL;
}

EnlaceTemplate *
enlace_template_ref (EnlaceTemplate *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
enlace_template_unref (EnlaceTemplate *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  part_clear (&self->root);
  g_free (self);
}

gboolean
enlace_template_is_constant (EnlaceTemplate *self)
{
  return self->root.type == PART_CONSTANT;
}

EnlaceExpression *
enlace_template_get_expression (EnlaceTemplate *self)
{
  return self->root.type == PART_EXPRESSION ? self->root.expression : NULL;
}

/* An evaluation of the whole template: one cost for all of its expressions. */
typedef struct {
  const EnlaceScope  *scope;
  guint64             cost;
  GError            **error;
} Run;

static EnlaceValue *evaluate (const Part *self,
                              Run        *run);

static gboolean
append_value (GString     *text,
              EnlaceValue *value,
              GError     **error)
{
  const char *string;
  gsize length;

  if (enlace_value_get_kind (value) == ENLACE_KIND_OPTIONAL)
    value = enlace_value_get_optional (value);
  if (value == NULL || enlace_value_is_null (value))
    return TRUE;
  if (enlace_value_get_kind (value) != ENLACE_KIND_STRING)
    return enlace_json_append (text, value, ENLACE_JSON_COMPACT, error);
  string = enlace_value_get_string_len (value, &length);
  g_string_append_len (text, string, length);
  return TRUE;
}

/* Charges for text that was appended. */
static gboolean
charge (Run   *run,
        gsize  bytes)
{
  guint64 units = bytes / COST_BYTES;

  if (units <= run->cost)
    {
      run->cost -= units;
      return TRUE;
    }
  run->cost = 0;
  g_set_error_literal (run->error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST,
                       "the text takes more work than one evaluation may");
  return FALSE;
}

static EnlaceValue * G_GNUC_NO_INLINE
evaluate_text (const Part *self,
               Run        *run)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr(EnlaceValue) value = evaluate (&self->parts[i], run);
      g_autoptr(GError) error = NULL;
      gsize length = text->len;

      if (value == NULL)
        return NULL;
      if (!append_value (text, value, &error))
        {
          g_set_error_literal (run->error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_EVALUATION, error->message);
          return NULL;
        }
      if (!charge (run, text->len - length))
        return NULL;
    }
  return enlace_value_new_string_len (text->str, text->len);
}

/* The value of a member or element: `*value` is NULL when it is dropped. FALSE with an error. */
static gboolean
evaluate_child (const Part   *self,
                Run          *run,
                EnlaceValue **value)
{
  EnlaceValue *held;

  *value = evaluate (self, run);
  if (*value == NULL)
    return FALSE;
  if (enlace_value_get_kind (*value) != ENLACE_KIND_OPTIONAL)
    return TRUE;
  held = enlace_value_get_optional (*value);
  if (held != NULL)
    enlace_value_ref (held);
  enlace_value_unref (*value);
  *value = held;
  return TRUE;
}

static EnlaceValue *
evaluate_list (const Part *self,
               Run        *run)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (guint i = 0; i < self->n; i++)
    {
      EnlaceValue *value;

      if (!evaluate_child (&self->parts[i], run, &value))
        return NULL;
      if (value != NULL)
        enlace_list_builder_take (builder, value);
    }
  return enlace_list_builder_end (builder);
}

static EnlaceValue *
evaluate_map (const Part *self,
              Run        *run)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (guint i = 0; i < self->n; i++)
    {
      EnlaceValue *value;

      if (!evaluate_child (&self->parts[i], run, &value))
        return NULL;
      if (value == NULL)
        continue;
      enlace_map_builder_insert (builder, enlace_value_get_key (self->value, i), value);
      enlace_value_unref (value);
    }
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
evaluate (const Part *self,
          Run        *run)
{
  switch (self->type)
    {
    case PART_CONSTANT:
      return enlace_value_ref (self->value);
    case PART_EXPRESSION:
      return enlace_expression_evaluate (self->expression, run->scope, &run->cost, run->error);
    case PART_TEXT:
      return evaluate_text (self, run);
    case PART_LIST:
      return evaluate_list (self, run);
    case PART_MAP:
      return evaluate_map (self, run);
    default:
      g_assert_not_reached ();
    }
}

EnlaceValue *
enlace_template_evaluate (EnlaceTemplate     *self,
                          const EnlaceScope  *scope,
                          guint64            *cost,
                          GError            **error)
{
  Run run = { scope, cost != NULL ? *cost : ENLACE_EXPRESSION_DEFAULT_COST, error };
  EnlaceValue *value;
  gboolean ok = evaluate_child (&self->root, &run, &value);

  if (cost != NULL)
    *cost = run.cost;
  if (!ok)
    return NULL;
  return value != NULL ? value : enlace_value_new_null ();
}

typedef void (*ExpressionFunc) (EnlaceExpression *expression,
                                const char       *pointer,
                                gpointer          data);

static void
visit (const Part     *self,
       GString        *pointer,
       ExpressionFunc  func,
       gpointer        data)
{
  gsize length = pointer->len;

  if (self->type == PART_EXPRESSION)
    func (self->expression, pointer->str, data);
  for (guint i = 0; i < self->n; i++)
    {
      if (self->type != PART_TEXT)
        append_token (pointer, self->value, i);
      visit (&self->parts[i], pointer, func, data);
      g_string_truncate (pointer, length);
    }
}

void
enlace_template_foreach_expression (EnlaceTemplate  *self,
                                    void           (*func) (EnlaceExpression *expression,
                                                            const char       *pointer,
                                                            gpointer          data),
                                    gpointer         data)
{
  g_autoptr(GString) pointer = g_string_new (NULL);

  visit (&self->root, pointer, func, data);
}

static guint64
estimate (const Part *self)
{
  guint64 total = 0;

  if (self->type == PART_EXPRESSION)
    return enlace_expression_estimate_cost (self->expression);
  /* What is put into a text may be of any length. */
  if (self->type == PART_TEXT)
    return G_MAXUINT64;
  for (guint i = 0; i < self->n; i++)
    {
      guint64 part = estimate (&self->parts[i]);

      if (part > G_MAXUINT64 - total)
        return G_MAXUINT64;
      total += part;
    }
  return total;
}

guint64
enlace_template_estimate_cost (EnlaceTemplate *self)
{
  return estimate (&self->root);
}
