/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/nearest.h"
#include "common/expression/typecheck-private.h"

/* Names and what is selected from them. */

#define LIST ENLACE_KIND_MASK (ENLACE_KIND_LIST)
#define MAP  ENLACE_KIND_MASK (ENLACE_KIND_MAP)
#define OPTIONAL ENLACE_KIND_MASK (ENLACE_KIND_OPTIONAL)
#define MAX_SHOWN 100

/* One path while it is followed. */
typedef struct {
  EnlaceInference *inference;
  const EnlaceNode *node;
  gboolean asks;                  /* it may be absent: has(), .? */
} Walk;

EnlaceType *
enlace_infer_name (EnlaceInference  *self,
                   const EnlaceNode *node)
{
  EnlaceType *type = NULL;

  /* Names with dots in them are not told apart here. */
  if (self->scope != NULL && !(self->expression->flags & ENLACE_COMPILE_QUALIFIED))
    type = self->scope->lookup (self->scope, node->name.text);

  return type != NULL ? type : enlace_type_new_any (FALSE);
}

/* The path as it is written, up to a segment. */
static char *
get_text (const Walk *self,
          guint       n_segments)
{
  guint end = n_segments > 0 ? self->node->path.segments[n_segments - 1].end : self->node->path.base->end;
  guint start = self->node->path.base->start;

  return g_strndup (self->inference->expression->text + start, MIN (end - start, MAX_SHOWN));
}

static guint
get_start (const Walk *self,
           guint       segment)
{
  return segment > 0 ? self->node->path.segments[segment - 1].end : self->node->path.base->end;
}

static EnlaceType *
fail_selection (const Walk       *self,
                guint             segment,
                const EnlaceType *type,
                const char       *what)
{
  g_autofree char *text = get_text (self, segment);
  g_autofree char *words = enlace_type_describe (type);

  return enlace_infer_fail (self->inference, get_start (self, segment), self->node->path.segments[segment].end, "“%s” is %s, which has no %s",
                            text, words, what);
}

static gboolean
is_asked (const Walk *self,
          guint       segment)
{
  guint start = self->node->start, end = self->node->path.segments[segment].end;
  g_autofree char *path = g_strndup (self->inference->expression->text + start, end - start);

  return g_hash_table_contains (self->inference->asked, path);
}

/* The map has no such field; what that means depends on who says so, and on whether the path only asks. */
static EnlaceType *
miss_field (const Walk       *self,
            guint             segment,
            const EnlaceType *type,
            const char       *name)
{
  g_autofree char *text = get_text (self, segment);
  g_autofree char *hint = NULL;
  guint start = get_start (self, segment), end = self->node->path.segments[segment].end;
  EnlaceNearest nearest;

  enlace_nearest_init (&nearest, name);
  for (guint i = 0; i < enlace_type_get_n_fields (type); i++)
    enlace_nearest_offer (&nearest, enlace_type_get_field (type, i)->name);
  hint = nearest.best != NULL ? g_strdup_printf ("; did you mean “%s”?", nearest.best) : g_strdup ("");

  if (enlace_type_get_rest (type) == ENLACE_TYPE_CLOSED && !self->asks && !is_asked (self, segment))
    return enlace_infer_fail (self->inference, start, end, "“%s” has no member “%.64s”%s", text, name, hint);

  if (enlace_type_get_rest (type) == ENLACE_TYPE_CLOSED)
    enlace_infer_warn (self->inference, start, end, "“%s” never has a member “%.64s”%s", text, name, hint);
  else
    enlace_infer_warn (self->inference, start, end, "“%s” has no member “%.64s” in the sample%s", text, name, hint);

  return enlace_type_new_any (TRUE);
}

static EnlaceType *
select_field (const Walk *self,
              guint       segment,
              EnlaceType *type,
              const char *name)
{
  const EnlaceTypeField *field = enlace_type_find_field (type, name);

  if (field != NULL)
    return enlace_type_ref (field->type);
  if (enlace_type_get_rest (type) != ENLACE_TYPE_OPEN)
    return miss_field (self, segment, type, name);

  return enlace_type_get_others (type) != NULL ? enlace_type_ref (enlace_type_get_others (type))
                                              : enlace_type_new_any (enlace_type_is_from_json (type));
}

/* A name, `.name` or `["name"]`, of a map. */
static EnlaceType *
select_name (const Walk *self,
             guint       segment,
             EnlaceType *type,
             const char *name)
{
  g_autofree char *what = NULL;

  if (enlace_type_may_be (type, MAP))
    return select_field (self, segment, type, name);
  if (enlace_type_is_any (type))
    return enlace_type_new_any (enlace_type_is_from_json (type));

  what = g_strdup_printf ("member “%.64s”", name);
  return fail_selection (self, segment, type, what);
}

static EnlaceType *
select_element (const Walk *self,
                guint       segment,
                EnlaceType *type,
                EnlaceType *index)
{
  const EnlaceNode *node = self->node->path.segments[segment].index;
  gboolean negative = node->type == ENLACE_NODE_CONSTANT && enlace_value_get_int (node->constant) < 0;
  guint kinds = enlace_type_get_kinds (type);
  g_autofree char *words = NULL;

  if (!(kinds & (LIST | MAP)))
    return fail_selection (self, segment, type, "elements");
  if (kinds & MAP)
    return enlace_type_new_any (enlace_type_is_from_json (type));

  if (!enlace_type_may_be (index, ENLACE_KINDS_NUMBER) || negative)
    {
      words = enlace_type_describe (index);
      return enlace_infer_fail (self->inference, node->start, node->end, "The index of a list is a whole number from 0 up, but this is %s",
                                negative ? "negative" : words);
    }

  return enlace_type_get_element (type) != NULL ? enlace_type_ref (enlace_type_get_element (type))
                                               : enlace_type_new_any (enlace_type_is_from_json (type));
}

static EnlaceType *
select_segment (const Walk *self,
                guint       segment,
                EnlaceType *type)
{
  const EnlaceSegment *part = &self->node->path.segments[segment];
  g_autoptr(EnlaceType) index = NULL;
  const char *name = part->name;

  if (part->index == NULL)
    return select_name (self, segment, type, name);

  index = enlace_infer_node (self->inference, part->index);
  if (part->index->type == ENLACE_NODE_CONSTANT)
    name = enlace_value_get_string (part->index->constant);
  if (name != NULL && (enlace_type_may_be (type, MAP) || !enlace_type_may_be (type, LIST)))
    return select_name (self, segment, type, name);

  return select_element (self, segment, type, index);
}

/* Where the path goes on from an optional, it goes on from what it holds, and ends as an optional. */
static EnlaceType *
follow_segment (Walk       *self,
                guint       segment,
                EnlaceType *type,
                gboolean   *optional)
{
  g_autoptr(EnlaceType) held = NULL;

  if (enlace_type_get_kinds (type) == OPTIONAL)
    {
      *optional = TRUE;
      held = enlace_type_get_held (type) != NULL ? enlace_type_ref (enlace_type_get_held (type)) : enlace_type_new_any (FALSE);
    }
  else
    held = enlace_type_ref (type);

  if (self->node->path.segments[segment].optional)
    *optional = TRUE;
  self->asks = self->asks || *optional;

  return select_segment (self, segment, held);
}

/* Along the first `n` segments. */
static EnlaceType *
follow (Walk  *self,
        guint  n)
{
  const EnlaceNode *base = self->node->path.base;
  const EnlaceTypeScope *scope = self->inference->scope;
  g_autoptr(EnlaceType) type = NULL;
  gboolean optional = FALSE;
  guint at = 0;

  if (base->type == ENLACE_NODE_NAME && self->inference->expression->flags & ENLACE_COMPILE_QUALIFIED)
    return enlace_type_new_any (FALSE);

  if (n > 0 && base->type == ENLACE_NODE_NAME && scope != NULL && scope->member != NULL && self->node->path.segments[0].name != NULL)
    type = scope->member (scope, base->name.text, self->node->path.segments[0].name);
  if (type != NULL)
    {
      optional = self->node->path.segments[0].optional;
      self->asks = optional;
      at = 1;
    }
  else
    type = enlace_infer_node (self->inference, base);

  for (; at < n; at++)
    {
      EnlaceType *next = follow_segment (self, at, type, &optional);

      enlace_type_unref (type);
      type = next;
    }

  return optional ? enlace_type_new_optional (type) : g_steal_pointer (&type);
}

EnlaceType *
enlace_infer_path (EnlaceInference  *self,
                   const EnlaceNode *node)
{
  Walk walk = { self, node, FALSE };

  return follow (&walk, node->n);
}

EnlaceType *
enlace_infer_has (EnlaceInference  *self,
                  const EnlaceNode *node)
{
  const EnlaceNode *path = node->operand;
  Walk walk = { self, path, FALSE };
  g_autoptr(EnlaceType) container = follow (&walk, path->n - 1);
  EnlaceType *held = enlace_type_get_kinds (container) == OPTIONAL ? enlace_type_get_held (container) : container;

  walk.asks = TRUE;
  if (held != NULL && path->path.segments[path->n - 1].name != NULL)
    enlace_type_unref (select_name (&walk, path->n - 1, held, path->path.segments[path->n - 1].name));

  return enlace_type_new (ENLACE_KIND_MASK (ENLACE_KIND_BOOL));
}
