/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/expression/nearest.h"
#include "common/value/json.h"
#include "common/workflow/check-private.h"

/* What a free name may be. */
static const char *const names[] = { "trigger", "steps", "item", "index", "vars", "workflow", "execution", "now", NULL };
/* Names of types stand for themselves: `type(x) == int`. */
static const char *const type_names[] = {
  "bool", "bytes", "double", "int", "list", "map", "null_type", "optional_type", "string", "type", "uint", NULL,
};
static const char *const step_members[] = { "output", "error", NULL };

static void
add_unknown (EnlaceCheck       *self,
             const char        *pointer,
             const char        *wanted,
             const char *const *known,
             const char        *what)
{
  EnlaceNearest nearest;

  enlace_nearest_init (&nearest, wanted);
  for (gsize i = 0; known[i] != NULL; i++)
    enlace_nearest_offer (&nearest, known[i]);

  if (nearest.best != NULL)
    enlace_check_add (self, pointer, "%s “%.64s”; did you mean “%s”?", what, wanted, nearest.best);
  else
    enlace_check_add (self, pointer, "%s “%.64s”", what, wanted);
}

static void
add_unknown_step (EnlaceCheck *self,
                  const char  *id,
                  const char  *pointer)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < self->document->n_nodes; i++)
    g_ptr_array_add (ids, (gpointer) self->document->nodes[i].id);

  g_ptr_array_add (ids, NULL);
  add_unknown (self, pointer, id, (const char *const *) ids->pdata, "There is no step");
}

/* Whether the region is, or is in, what follows a flow.catch, where any step may not have run; gives the region of the catch, or -1. */
static int
find_catch (const EnlaceRegions *regions,
            guint                region)
{
  for (int at = (int) region; at > 0; at = regions->regions[at].parent)
    if (regions->regions[at].port == NULL)
      return at;

  return -1;
}

/* A step of another region: what is inside a loop or a branch is read there alone. TRUE when the order of the two steps is still to be checked. */
static gboolean
check_regions (EnlaceCheck              *self,
               const EnlaceDocumentNode *step,
               gboolean                  guarded,
               const char               *pointer)
{
  const EnlaceRegions *regions = self->regions;
  guint reader = enlace_check_region (self);
  guint target = regions->of_node[step - self->document->nodes];
  int handler = find_catch (regions, reader);

  if (handler >= 0 && !enlace_regions_is_within (regions, target, (guint) handler))
    {
      if (!guarded)
        enlace_check_add (self, pointer, "The step “%s” may not have run when a run has failed; ask has(steps.%s) before reading it", step->id, step->id);
      return FALSE;
    }

  if (!enlace_regions_is_within (regions, reader, target))
    {
      const EnlaceDocumentNode *owner = &self->document->nodes[regions->regions[target].owner];

      enlace_check_add (self, pointer, "The step “%s” runs inside “%s”, and cannot be read from outside of it", step->id, owner->id);
      return FALSE;
    }

  /* At the end of an iteration the body has run. */
  return self->place != ENLACE_PLACE_BODY || target != reader;
}

static void
check_step_path (EnlaceCheck       *self,
                 const char *const *path,
                 gboolean           guarded,
                 const char        *pointer)
{
  const EnlaceDocumentNode *step = path[0] != NULL ? enlace_document_find_node (self->document, path[0]) : NULL;
  EnlaceReference reference;

  if (path[0] == NULL)
    return;

  if (step == NULL)
    {
      add_unknown_step (self, path[0], pointer);
      return;
    }

  if (path[1] != NULL && !g_strv_contains (step_members, path[1]))
    add_unknown (self, pointer, path[1], step_members, "A step has no member");
  if (self->place == ENLACE_PLACE_ERROR && step == self->node)
    return;
  if (!check_regions (self, step, guarded, pointer))
    return;

  reference = (EnlaceReference) { self->node - self->document->nodes, step - self->document->nodes, guarded,
                                  g_strdup (pointer) };
  g_array_append_val (self->references, reference);
}

static gboolean
is_loop_name (const char *name)
{
  return strcmp (name, "item") == 0 || strcmp (name, "index") == 0;
}

void
enlace_check_path (EnlaceCheck       *self,
                   const char *const *segments,
                   gboolean           guarded,
                   const char        *pointer)
{
  const char *name = segments[0];

  if (is_loop_name (name) && self->place != ENLACE_PLACE_ITEM && enlace_check_loop (self, enlace_check_region (self)) < 0)
    enlace_check_add (self, pointer, "“%s” is there only inside a loop", name);
  else if (g_strv_contains (type_names, name))
    return;
  else if (!g_strv_contains (names, name))
    add_unknown (self, pointer, name, names, "There is no");
  else if (strcmp (name, "steps") == 0)
    check_step_path (self, segments + 1, guarded, pointer);
}

/* Where an expression is, and which paths of it have been looked at. */
typedef struct {
  EnlaceCheck *check;
  const char *base;
  char *pointer;                  /* owned */
  gboolean guarded;
  GHashTable *seen;               /* of text, owned */
} Visit;

static void
visit_path_cb (const char *const *segments,
               gpointer           data)
{
  Visit *visit = data;

  if (g_hash_table_add (visit->seen, g_strjoinv (".", (char **) segments)))
    enlace_check_path (visit->check, segments, visit->guarded, visit->pointer);
}

/* What a webhook computes of an event before there is a run. */
static gboolean
is_of_event (const Visit *visit)
{
  return strcmp (visit->check->node->type, "trigger.webhook") == 0 &&
         (strstr (visit->pointer, "/parameters/event_id") != NULL || strstr (visit->pointer, "/parameters/body") != NULL);
}

static void
visit_event_path_cb (const char *const *segments,
                     gpointer           data)
{
  Visit *visit = data;

  if (strcmp (segments[0], "trigger") != 0 && g_hash_table_add (visit->seen, g_strdup (segments[0])))
    enlace_check_add (visit->check, visit->pointer, "There is no run yet here, so that only “trigger” is known, not “%.64s”", segments[0]);
}

/* What a poll computes of its request and of the answer, before there is a run. */
static const struct { const char *parameter; const char *names[5]; } poll_names[] = {
  { "/parameters/url", { "cursor" } },
  { "/parameters/query", { "cursor" } },
  { "/parameters/headers", { "cursor" } },
  { "/parameters/items", { "reply", "cursor" } },
  { "/parameters/cursor", { "reply", "cursor" } },
  { "/parameters/key", { "reply", "cursor", "item", "index" } },
};

static const char *const *
find_poll_names (const Visit *visit)
{
  if (strcmp (visit->check->node->type, "trigger.poll") != 0)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (poll_names); i++)
    if (strstr (visit->pointer, poll_names[i].parameter) != NULL)
      return poll_names[i].names;

  return NULL;
}

static void
visit_poll_path_cb (const char *const *segments,
                    gpointer           data)
{
  Visit *visit = data;
  const char *const *known_names = find_poll_names (visit);
  g_autofree char *known = NULL;

  if (g_strv_contains (known_names, segments[0]) || !g_hash_table_add (visit->seen, g_strdup (segments[0])))
    return;

  known = g_strjoinv (", ", (char **) known_names);
  enlace_check_add (visit->check, visit->pointer, "There is no run yet here: what is known is %s, not “%.64s”", known, segments[0]);
}

static void
visit_expression_cb (EnlaceExpression *expression,
                     const char       *pointer,
                     gpointer          data)
{
  Visit *visit = data;

  visit->pointer = g_strconcat (visit->base, pointer, NULL);
  visit->guarded = enlace_expression_tests_members (expression, "steps");
  visit->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (is_of_event (visit))
    {
      enlace_expression_foreach_path (expression, visit_event_path_cb, visit);
      enlace_check_types (visit->check, expression, visit->pointer);
    }
  else if (find_poll_names (visit) != NULL)
    enlace_expression_foreach_path (expression, visit_poll_path_cb, visit);
  else if (enlace_node_is_trigger (visit->check->node))
    enlace_check_add (visit->check, visit->pointer, "A trigger’s parameters hold no expressions");
  else
    {
      enlace_expression_foreach_path (expression, visit_path_cb, visit);
      enlace_check_types (visit->check, expression, visit->pointer);
    }

  g_clear_pointer (&visit->seen, g_hash_table_unref);
  g_clear_pointer (&visit->pointer, g_free);
}

EnlaceTemplate *
enlace_check_template (EnlaceCheck *self,
                       EnlaceValue *value,
                       const char  *pointer)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *inside = NULL;
  EnlaceTemplate *template = enlace_template_compile (value, &inside, &error);
  Visit visit = { .check = self, .base = pointer };

  if (template == NULL)
    {
      g_autofree char *place = g_strconcat (pointer, inside, NULL);

      enlace_check_add (self, place, "%s", error->message);
      return NULL;
    }

  g_hash_table_insert (self->templates, value, enlace_template_ref (template));
  enlace_template_foreach_expression (template, visit_expression_cb, &visit);

  return template;
}
