/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/expression/nearest.h"
#include "common/value/json.h"
#include "common/workflow/check-private.h"

/* What a free name may be. The others of the contract are told apart so that the message can say why. */
static const char *const names[] = { "trigger", "steps", "workflow", "execution", "now", NULL };
/* Names of types stand for themselves: `type(x) == int`. */
static const char *const type_names[] = {
  "bool", "bytes", "double", "int", "list", "map", "null_type", "optional_type", "string", "type", "uint", NULL,
};
static const char *const step_members[] = { "output", "error", NULL };

/* What is known of the records that steps make. */
static const struct
{
  const char *type;
  const char *const *members;
} records[] = {
  { "trigger.webhook", (const char *const[]) { "id", "method", "path", "params", "query", "query_all", "headers", "body", "body_raw",
                                               "received_at", NULL } },
  { "trigger.manual", (const char *const[]) { "id", "data", "received_at", NULL } },
  { "http.request", (const char *const[]) { "status", "headers", "body", NULL } },
};

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
check_record (EnlaceCheck *self,
              const char  *type,
              const char  *member,
              const char  *what,
              const char  *pointer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    if (strcmp (records[i].type, type) == 0 && !g_strv_contains (records[i].members, member))
      add_unknown (self, pointer, member, records[i].members, what);
}

/* Whether a field lies on the way of `path`, or the way leads to a part of the record. */
static gboolean
field_meets (const char *field,
             const char *path)
{
  gsize n_field = strlen (field);
  gsize n_path = strlen (path);
  gsize n = MIN (n_field, n_path);

  return strncmp (field, path, n) == 0 && (n_field == n_path || (n_field < n_path ? path : field)[n] == '.');
}

/* `path` is what follows the output of a step that maps fields. */
static void
check_mapped_path (EnlaceCheck              *self,
                   const EnlaceDocumentNode *step,
                   const char               *path,
                   const char               *pointer)
{
  EnlaceValue *fields = enlace_value_get_member (step->parameters, "fields");
  g_autoptr(GPtrArray) known = g_ptr_array_new ();
  g_autofree char *what = g_strdup_printf ("The output of the step “%s” has no field", step->id);

  for (gsize i = 0; i < enlace_value_get_length (fields); i++)
    {
      const char *field = enlace_value_get_member_string (enlace_value_get_element (fields, i), "path", NULL);

      if (field == NULL || field_meets (field, path))
        return;

      g_ptr_array_add (known, (gpointer) field);
    }

  g_ptr_array_add (known, NULL);
  add_unknown (self, pointer, path, (const char *const *) known->pdata, what);
}

static void
check_output (EnlaceCheck              *self,
              const EnlaceDocumentNode *step,
              const char *const        *path,
              const char               *pointer)
{
  g_autofree char *what = g_strdup_printf ("The output of the step “%s” has no member", step->id);
  g_autofree char *joined = NULL;

  if (path[0] == NULL)
    return;

  check_record (self, step->type, path[0], what, pointer);
  if (strcmp (step->type, "data.map") != 0)
    return;

  joined = g_strjoinv (".", (char **) path);
  check_mapped_path (self, step, joined, pointer);
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
  else if (path[1] != NULL && strcmp (path[1], "output") == 0)
    check_output (self, step, path + 2, pointer);

  reference = (EnlaceReference) { self->node - self->document->nodes, step - self->document->nodes, guarded,
                                  g_strdup (pointer) };
  g_array_append_val (self->references, reference);
}

void
enlace_check_path (EnlaceCheck       *self,
                   const char *const *segments,
                   gboolean           guarded,
                   const char        *pointer)
{
  const char *name = segments[0];

  if (strcmp (name, "item") == 0 || strcmp (name, "index") == 0)
    enlace_check_add (self, pointer, "“%s” is there only inside a loop", name);
  else if (strcmp (name, "vars") == 0)
    enlace_check_add (self, pointer, "“vars” is not available in this version");
  else if (g_strv_contains (type_names, name))
    return;
  else if (!g_strv_contains (names, name))
    add_unknown (self, pointer, name, names, "There is no");
  else if (strcmp (name, "steps") == 0)
    check_step_path (self, segments + 1, guarded, pointer);
  else if (strcmp (name, "trigger") == 0 && segments[1] != NULL && self->trigger != NULL)
    check_record (self, self->trigger->type, segments[1], "The trigger has no member", pointer);
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
    enlace_expression_foreach_path (expression, visit_event_path_cb, visit);
  else if (enlace_node_is_trigger (visit->check->node))
    enlace_check_add (visit->check, visit->pointer, "A trigger’s parameters hold no expressions");
  else
    enlace_expression_foreach_path (expression, visit_path_cb, visit);

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

  enlace_template_foreach_expression (template, visit_expression_cb, &visit);

  return template;
}
