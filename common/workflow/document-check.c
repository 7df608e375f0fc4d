/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <stdarg.h>
#include <string.h>

#include "common/expression/nearest.h"
#include "common/value/json.h"
#include "common/workflow/check-private.h"

#define MAX_ATTEMPTS 100
#define MAX_FACTOR 100
#define MAX_WAIT_MS (24 * 60 * 60 * 1000)

/* Members of a node that mean something here, and those that later versions give a meaning. */
static const char *const node_members[] = {
  "id", "type", "name", "position", "parameters", "retry", "on_error", "on_error_value", "timeout_ms", "pinned", NULL,
};
static const char *const later_members[] = { "connector", "connector_version", "integration", NULL };
static const char *const error_policies[] = { "stop", "continue", "branch", NULL };
static const char *const edge_members[] = { "from", "port", "to", NULL };
static const char *const retry_members[] = { "max_attempts", "initial_ms", "factor", "max_ms", NULL };

static void
add (EnlaceCheck    *self,
     EnlaceSeverity  severity,
     const char     *pointer,
     const char     *detail)
{
  EnlaceProblem *problem = enlace_problem_new (pointer, self->node != NULL ? self->node->id : NULL, "%s", detail);

  problem->severity = severity;
  enlace_problems_take (self->problems, problem);
}

void
enlace_check_add (EnlaceCheck *self,
                  const char  *pointer,
                  const char  *format,
                  ...)
{
  g_autofree char *detail = NULL;
  va_list args;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);

  add (self, ENLACE_SEVERITY_PROBLEM, pointer, detail);
}

void
enlace_check_warn (EnlaceCheck *self,
                   const char  *pointer,
                   const char  *format,
                   ...)
{
  g_autofree char *detail = NULL;
  va_list args;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);

  add (self, ENLACE_SEVERITY_WARNING, pointer, detail);
}

static void
check_members (EnlaceCheck       *self,
               const EnlaceValue *value,
               const char *const *known,
               const char        *base)
{
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      g_autoptr(GString) pointer = NULL;

      if (name == NULL || g_strv_contains (known, name))
        continue;

      pointer = g_string_new (base);
      enlace_json_pointer_append (pointer, name);
      if (g_strv_contains (later_members, name))
        enlace_check_add (self, pointer->str, "“%s” is not available in this version", name);
      else
        enlace_check_add (self, pointer->str, "“%.64s” is not known in this place", name);
    }
}

static void
check_type (EnlaceCheck *self,
            const char  *base)
{
  const EnlaceDocumentNode *node = self->node;
  g_autofree char *pointer = g_strconcat (base, "/type", NULL);
  EnlaceNearest nearest;
  guint n_infos;

  if (enlace_step_type_is_known (node->type))
    {
      enlace_check_add (self, pointer, "Steps of type “%s” are not available in this version", node->type);
      return;
    }

  enlace_nearest_init (&nearest, node->type);
  enlace_step_infos (&n_infos);
  for (guint i = 0; i < n_infos; i++)
    enlace_nearest_offer (&nearest, enlace_step_infos (NULL)[i]->name);

  if (nearest.best != NULL)
    enlace_check_add (self, pointer, "There is no step type “%.64s”; did you mean “%s”?", node->type, nearest.best);
  else
    enlace_check_add (self, pointer, "There is no step type “%.64s”", node->type);
}

static gboolean
is_int_between (const EnlaceValue *value,
                gint64             minimum,
                gint64             maximum)
{
  return enlace_value_get_kind (value) == ENLACE_KIND_INT && enlace_value_get_int (value) >= minimum &&
         enlace_value_get_int (value) <= maximum;
}

static void
check_retry_number (EnlaceCheck       *self,
                    const EnlaceValue *retry,
                    const char        *name,
                    gint64             minimum,
                    gint64             maximum,
                    const char        *base)
{
  EnlaceValue *value = enlace_value_get_member (retry, name);
  g_autofree char *pointer = g_strdup_printf ("%s/%s", base, name);

  if (value != NULL && !is_int_between (value, minimum, maximum))
    enlace_check_add (self, pointer, "“%s” is a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name,
                      minimum, maximum);
}

static void
check_retry_factor (EnlaceCheck       *self,
                    const EnlaceValue *retry,
                    const char        *base)
{
  EnlaceValue *value = enlace_value_get_member (retry, "factor");
  g_autofree char *pointer = g_strconcat (base, "/factor", NULL);
  EnlaceKind kind = value != NULL ? enlace_value_get_kind (value) : ENLACE_KIND_NULL;
  double factor = enlace_value_get_double (value);

  if (value == NULL || ((kind == ENLACE_KIND_INT || kind == ENLACE_KIND_DOUBLE) && factor >= 1 && factor <= MAX_FACTOR))
    return;

  enlace_check_add (self, pointer, "“factor” is a number from 1 to %d", MAX_FACTOR);
}

static void
check_retry (EnlaceCheck *self,
             const char  *base)
{
  EnlaceValue *retry = enlace_value_get_member (self->node->value, "retry");
  g_autofree char *pointer = g_strconcat (base, "/retry", NULL);
  EnlaceValue *initial;
  EnlaceValue *longest;

  if (retry == NULL || enlace_value_is_null (retry))
    return;

  if (enlace_value_get_kind (retry) != ENLACE_KIND_MAP)
    {
      enlace_check_add (self, pointer, "“retry” is an object");
      return;
    }

  check_members (self, retry, retry_members, pointer);
  check_retry_number (self, retry, "max_attempts", 1, MAX_ATTEMPTS, pointer);
  check_retry_number (self, retry, "initial_ms", 0, MAX_WAIT_MS, pointer);
  check_retry_number (self, retry, "max_ms", 0, MAX_WAIT_MS, pointer);
  check_retry_factor (self, retry, pointer);

  initial = enlace_value_get_member (retry, "initial_ms");
  longest = enlace_value_get_member (retry, "max_ms");
  if (initial != NULL && longest != NULL && enlace_value_get_int (longest) < enlace_value_get_int (initial))
    enlace_check_add (self, pointer, "“max_ms” is below “initial_ms”");
}

static void
check_on_error (EnlaceCheck *self,
                const char  *base)
{
  EnlaceValue *policy = enlace_value_get_member (self->node->value, "on_error");
  EnlaceValue *value = enlace_value_get_member (self->node->value, "on_error_value");
  const char *text = enlace_value_get_string (policy);
  g_autofree char *pointer = g_strconcat (base, "/on_error", NULL);
  g_autofree char *value_pointer = g_strconcat (base, "/on_error_value", NULL);
  g_autoptr(EnlaceTemplate) template = NULL;

  if (policy != NULL && (text == NULL || !g_strv_contains (error_policies, text)))
    enlace_check_add (self, pointer, "“on_error” is one of: stop, continue, branch");
  self->place = ENLACE_PLACE_ERROR;
  if (value != NULL)
    template = enlace_check_template (self, value, value_pointer);
  self->place = ENLACE_PLACE_STEP;
  if (value != NULL && g_strcmp0 (text, "continue") != 0)
    enlace_check_warn (self, value_pointer, "This counts only where “on_error” is “continue”");
}

static void
check_timeout (EnlaceCheck *self,
               const char  *base)
{
  EnlaceValue *timeout = enlace_value_get_member (self->node->value, "timeout_ms");
  g_autofree char *pointer = g_strconcat (base, "/timeout_ms", NULL);

  if (timeout != NULL && !is_int_between (timeout, 1, MAX_WAIT_MS))
    enlace_check_add (self, pointer, "“timeout_ms” is a whole number from 1 to %d", MAX_WAIT_MS);
}

static void
check_node (EnlaceCheck              *self,
            const EnlaceDocumentNode *node)
{
  const EnlaceStepInfo *info = enlace_step_info_find (node->type);
  g_autofree char *base = g_strdup_printf ("/nodes/%u", node->index);

  self->node = node;

  if (info == NULL)
    {
      check_type (self, base);
    }
  else
    {
      check_members (self, node->value, node_members, base);
      check_retry (self, base);
      check_on_error (self, base);
      check_timeout (self, base);
      enlace_check_parameters (self, info);
      enlace_check_secrets (self);
    }
  enlace_check_effects (self);

  if (self->reachable != NULL && !self->reachable[node - self->document->nodes] && !enlace_node_is_trigger (node))
    enlace_check_add (self, base, "No way leads from the trigger to this step");

  self->node = NULL;
}

static void
check_port (EnlaceCheck              *self,
            const EnlaceDocumentEdge *edge,
            const EnlaceStepInfo     *info)
{
  g_autofree char *pointer = g_strdup_printf ("/edges/%u/port", edge->index);
  const EnlaceDocumentNode *from = &self->document->nodes[edge->from];
  g_auto(GStrv) known = enlace_step_info_dup_ports (info, from->value);
  g_autofree char *ports = NULL;

  if (g_strv_contains ((const char *const *) known, edge->port))
    return;

  if (known[0] == NULL)
    {
      enlace_check_add (self, pointer, "Nothing follows a step of type “%s”", info->name);
      return;
    }

  ports = g_strjoinv (", ", known);
  enlace_check_add (self, pointer, "A step of type “%s” has no port “%.64s”, but: %s", info->name, edge->port, ports);
}

static void
check_edge (EnlaceCheck              *self,
            const EnlaceDocumentEdge *edge,
            const EnlaceValue        *value)
{
  const EnlaceDocumentNode *from = &self->document->nodes[edge->from];
  const EnlaceStepInfo *info = enlace_step_info_find (from->type);
  g_autofree char *base = g_strdup_printf ("/edges/%u", edge->index);

  self->node = from;
  check_members (self, value, edge_members, base);
  if (info != NULL)
    check_port (self, edge, info);

  if (enlace_node_is_trigger (&self->document->nodes[edge->to]))
    {
      g_autofree char *pointer = g_strconcat (base, "/to", NULL);

      self->node = &self->document->nodes[edge->to];
      enlace_check_add (self, pointer, "No edge leads to a trigger");
    }

  self->node = NULL;
}

static void
check_triggers (EnlaceCheck *self)
{
  guint n_triggers = 0;

  for (guint i = 0; i < self->document->n_nodes; i++)
    {
      const EnlaceDocumentNode *node = &self->document->nodes[i];
      g_autofree char *pointer = NULL;

      if (!enlace_node_is_trigger (node) || ++n_triggers == 1)
        continue;

      pointer = g_strdup_printf ("/nodes/%u", node->index);
      self->node = node;
      enlace_check_add (self, pointer, "A workflow has one trigger; this is one more");
      self->node = NULL;
    }

  if (n_triggers == 0)
    enlace_check_add (self, "/nodes", "The workflow has no trigger");
}

static void
check_setting (EnlaceCheck       *self,
               EnlaceValue       *settings,
               const char        *name,
               const char *const *choices,
               const char        *base)
{
  EnlaceValue *value = enlace_value_get_member (settings, name);
  const char *text = value != NULL ? enlace_value_get_string (value) : NULL;
  g_autofree char *pointer = g_strdup_printf ("%s/%s", base, name);
  g_autofree char *joined = NULL;

  if (value == NULL || (text != NULL && g_strv_contains (choices, text)))
    return;

  joined = g_strjoinv (", ", (char **) choices);
  enlace_check_add (self, pointer, "“%s” is one of: %s", name, joined);
}

static void
check_concurrency (EnlaceCheck *self,
                   EnlaceValue *concurrency)
{
  static const char *const policies[] = { "queue", "cancel_oldest", "refuse", NULL };
  static const char *const members[] = { "key", "limit", "policy", NULL };
  EnlaceValue *key = enlace_value_get_member (concurrency, "key");
  EnlaceValue *limit = enlace_value_get_member (concurrency, "limit");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceTemplate) template = NULL;

  if (enlace_value_get_kind (concurrency) != ENLACE_KIND_MAP)
    {
      enlace_check_add (self, "/settings/concurrency", "“concurrency” is an object");
      return;
    }

  check_members (self, concurrency, members, "/settings/concurrency");
  check_setting (self, concurrency, "policy", policies, "/settings/concurrency");
  if (limit != NULL && !is_int_between (limit, 1, 100000))
    enlace_check_add (self, "/settings/concurrency/limit", "“limit” is a whole number from 1 to 100000");
  if (key != NULL && (template = enlace_template_compile (key, NULL, &error)) == NULL)
    enlace_check_add (self, "/settings/concurrency/key", "%s", error->message);
}

/* How runs are begun. */
static void
check_settings (EnlaceCheck *self)
{
  static const char *const priorities[] = { "high", "normal", "low", NULL };
  static const char *const members[] = { "priority", "retry_budget", "concurrency", NULL };
  EnlaceValue *settings = enlace_value_get_member (self->document->value, "settings");
  EnlaceValue *budget, *concurrency;

  if (settings == NULL || enlace_value_is_null (settings))
    return;
  if (enlace_value_get_kind (settings) != ENLACE_KIND_MAP)
    {
      enlace_check_add (self, "/settings", "“settings” is an object");
      return;
    }

  check_members (self, settings, members, "/settings");
  check_setting (self, settings, "priority", priorities, "/settings");
  budget = enlace_value_get_member (settings, "retry_budget");
  if (budget != NULL && !is_int_between (budget, 0, G_MAXINT32))
    enlace_check_add (self, "/settings/retry_budget", "“retry_budget” is a whole number from 0");
  concurrency = enlace_value_get_member (settings, "concurrency");
  if (concurrency != NULL && !enlace_value_is_null (concurrency))
    check_concurrency (self, concurrency);
}

/* Nodes in order: whatever an edge from a reachable node enters is reachable. A run that failed goes on at flow.catch. */
static void
find_reachable (EnlaceCheck *self)
{
  EnlaceDocument *document = self->document;

  if (self->trigger == NULL)
    return;

  self->reachable = g_new0 (guint8, document->n_nodes);
  self->reachable[self->trigger - document->nodes] = TRUE;
  for (guint node = 0; node < document->n_nodes; node++)
    if (strcmp (document->nodes[node].type, "flow.catch") == 0)
      self->reachable[node] = TRUE;

  for (guint at = 0; at < document->n_nodes; at++)
    {
      guint node = document->order[at];

      for (guint i = document->first_out[node]; self->reachable[node] && i < document->first_out[node + 1]; i++)
        self->reachable[document->edges[document->outgoing[i]].to] = TRUE;
    }
}

static void
clear_reference (gpointer data)
{
  EnlaceReference *reference = data;

  g_free (reference->pointer);
}

static void
clear_types (EnlaceType **types,
             guint        n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&types[i], enlace_type_unref);
  g_free (types);
}

static void
check_clear (EnlaceCheck *self)
{
  clear_types (self->outputs, self->document->n_nodes);
  clear_types (self->items, self->document->n_nodes);
  g_clear_pointer (&self->vars, enlace_type_unref);
  g_hash_table_unref (self->templates);
  g_array_unref (self->references);
  enlace_regions_free (self->regions);
  g_free (self->reachable);
}

/**
 * enlace_document_check_within:
 * @self: a document
 * @environment: (nullable): what is known around it
 *
 * Returns: (transfer full) (element-type EnlaceProblem): all that is to be said before publishing it
 */
GPtrArray *
enlace_document_check_within (EnlaceDocument               *self,
                              const EnlaceCheckEnvironment *environment)
{
  EnlaceCheck check = { .document = self, .environment = environment };
  EnlaceValue *edges;

  g_return_val_if_fail (self != NULL, NULL);

  check.trigger = enlace_document_get_trigger (self);
  check.problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  check.references = g_array_new (FALSE, FALSE, sizeof (EnlaceReference));
  g_array_set_clear_func (check.references, clear_reference);
  check.templates = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) enlace_template_unref);
  check.regions = enlace_regions_new (self, check.problems);

  check_triggers (&check);
  check_settings (&check);
  find_reachable (&check);
  enlace_check_outputs (&check);
  for (guint i = 0; i < self->n_nodes; i++)
    check_node (&check, &self->nodes[i]);

  edges = enlace_value_get_member (self->value, "edges");
  for (guint i = 0; i < self->n_edges; i++)
    check_edge (&check, &self->edges[i], enlace_value_get_element (edges, self->edges[i].index));

  enlace_check_references (&check);
  check_clear (&check);

  return check.problems;
}

GPtrArray *
enlace_document_check (EnlaceDocument *self)
{
  return enlace_document_check_within (self, NULL);
}
