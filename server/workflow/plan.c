/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/plan-private.h"

#include "common/value/json.h"
#include "common/workflow/regions.h"
#include "server/workflow/capability.h"
#include "server/workflow/engine.h"
#include "server/workflow/steps/steps.h"

/* What a step costs beyond its expressions, in their units. */
#define STEP_COST 50

static void
clear_step (EnlacePlanStep *step)
{
  for (guint i = 0; i < step->n_parameters; i++)
    enlace_template_unref (step->parameters[i].template);
  for (guint i = 0; i < step->n_ports; i++)
    g_free (step->ports[i].targets);
  g_free (step->parameters);
  g_free (step->ports);
  g_free (step->regions);
  g_clear_pointer (&step->on_error_value, enlace_template_unref);
  g_clear_pointer (&step->shaped, enlace_value_unref);
}

EnlacePlan *
enlace_plan_ref (EnlacePlan *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
enlace_plan_unref (EnlacePlan *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->n_steps; i++)
    clear_step (&self->steps[i]);
  for (guint i = 0; i < self->n_regions; i++)
    g_free (self->regions[i].steps);
  g_free (self->regions);
  g_free (self->steps);
  g_clear_pointer (&self->by_node, g_hash_table_unref);
  g_clear_pointer (&self->gate_key, enlace_template_unref);
  g_clear_pointer (&self->workflow, enlace_value_unref);
  g_clear_pointer (&self->trigger_parameters, enlace_value_unref);
  g_clear_pointer (&self->document, enlace_document_unref);
  g_free (self);
}

/* The node's parameters with the defaults of those that are absent. */
static EnlaceValue *
complete_parameters (const EnlaceDocumentNode *node,
                     const EnlaceStepInfo     *info)
{
  EnlaceValue *parameters = enlace_value_ref (node->parameters);

  for (guint i = 0; i < info->n_parameters; i++)
    {
      const EnlaceParameter *parameter = &info->parameters[i];

      if (parameter->fallback != NULL && enlace_value_get_member (parameters, parameter->name) == NULL)
        {
          g_autoptr(EnlaceValue) before = parameters;
          g_autoptr(EnlaceValue) fallback = enlace_json_parse (parameter->fallback, -1, NULL);

          parameters = enlace_value_with_member (before, parameter->name, fallback);
        }
    }

  return parameters;
}

static guint64
add_cost (guint64 a,
          guint64 b)
{
  return a > G_MAXUINT64 - b ? G_MAXUINT64 : a + b;
}

static gboolean
compile_parameters (EnlacePlan      *self,
                    EnlacePlanStep  *step,
                    GError         **error)
{
  g_autoptr(EnlaceValue) parameters = complete_parameters (step->node, step->info);
  guint n_parameters;

  step->shaped = step->type->shape != NULL ? step->type->shape (parameters, error) : enlace_value_ref (parameters);
  if (step->shaped == NULL)
    return FALSE;

  n_parameters = enlace_value_get_length (step->shaped);
  step->parameters = g_new0 (EnlacePlanParameter, n_parameters);
  for (guint i = 0; i < n_parameters; i++)
    {
      EnlacePlanParameter *parameter = &step->parameters[i];

      parameter->name = enlace_value_get_string (enlace_value_get_key (step->shaped, i));
      parameter->template = enlace_template_compile (enlace_value_get_member_value (step->shaped, i), NULL, error);
      if (parameter->template == NULL)
        return FALSE;
      step->n_parameters++;
      self->cost = add_cost (self->cost, enlace_template_estimate_cost (parameter->template));
    }

  return TRUE;
}

static void
read_retry (EnlacePlanStep *step)
{
  EnlaceValue *retry = enlace_value_get_member (step->node->value, "retry");

  step->retry.max_attempts = (guint) CLAMP (enlace_value_get_member_int (retry, "max_attempts", 1), 1, 100);
  step->retry.initial_ms = CLAMP (enlace_value_get_member_int (retry, "initial_ms", 1000), 0, G_MAXINT32);
  step->retry.max_ms = CLAMP (enlace_value_get_member_int (retry, "max_ms", 300 * 1000), 0, G_MAXINT32);
  step->retry.factor = CLAMP (enlace_value_get_member_double (retry, "factor", 2), 1, 100);
}

static gboolean
read_on_error (EnlacePlan      *self,
               EnlacePlanStep  *step,
               GError         **error)
{
  const char *text = enlace_value_get_member_string (step->node->value, "on_error", "stop");
  EnlaceValue *value = enlace_value_get_member (step->node->value, "on_error_value");

  if (strcmp (text, "branch") == 0)
    step->on_error = ENLACE_ON_ERROR_BRANCH;
  else if (strcmp (text, "continue") == 0)
    step->on_error = ENLACE_ON_ERROR_CONTINUE;

  if (step->on_error != ENLACE_ON_ERROR_CONTINUE || value == NULL)
    return TRUE;

  step->on_error_value = enlace_template_compile (value, NULL, error);
  if (step->on_error_value != NULL)
    self->cost = add_cost (self->cost, enlace_template_estimate_cost (step->on_error_value));

  return step->on_error_value != NULL;
}

static void
read_join (EnlacePlanStep *step)
{
  const char *mode;

  if (strcmp (step->node->type, "flow.merge") != 0)
    return;

  mode = enlace_value_get_member_string (step->node->parameters, "mode", "all");
  if (strcmp (mode, "any") == 0)
    step->join = ENLACE_JOIN_ANY;
  else if (strcmp (mode, "first") == 0)
    step->join = ENLACE_JOIN_FIRST;
  else if (strcmp (mode, "n") == 0)
    step->join = ENLACE_JOIN_COUNT;
  step->join_count = (guint) CLAMP (enlace_value_get_member_int (step->node->parameters, "count", 1), 1, G_MAXINT32);
}

static gboolean
compile_step (EnlacePlan                *self,
              EnlacePlanStep            *step,
              const EnlaceDocumentNode  *node,
              GError                   **error)
{
  step->node = node;
  step->info = enlace_step_info_find (node->type);
  step->type = enlace_step_type_find (node->type);
  if (step->info == NULL || step->type == NULL)
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "The step “%s” is of the type “%s”, which this server cannot run",
                   node->id, node->type);
      return FALSE;
    }

  if (!compile_parameters (self, step, error) || !read_on_error (self, step, error))
    {
      g_prefix_error (error, "The step “%s”: ", node->id);
      return FALSE;
    }

  read_retry (step);
  read_join (step);
  step->timeout = CLAMP (enlace_value_get_member_int (node->value, "timeout_ms", 0), 0, G_MAXINT32) * 1000;
  step->pinned = enlace_value_get_member (node->value, "pinned");
  self->cost = add_cost (self->cost, STEP_COST);
  step->flags = enlace_step_info_get_flags (step->info, node->parameters);
  self->has_respond |= (step->flags & ENLACE_STEP_REPLY) != 0;
  self->has_urls |= enlace_capability_has_url (node);
  self->is_pure &= (step->flags & (ENLACE_STEP_EFFECT | ENLACE_STEP_WAITS | ENLACE_STEP_SCOPE)) == 0;
  return TRUE;
}

static EnlacePlanPort *
get_port (EnlacePlanStep *step,
          const char     *name)
{
  for (guint i = 0; i < step->n_ports; i++)
    if (strcmp (step->ports[i].name, name) == 0)
      return &step->ports[i];

  step->ports = g_renew (EnlacePlanPort, step->ports, step->n_ports + 1);
  step->ports[step->n_ports] = (EnlacePlanPort) { .name = name };
  return &step->ports[step->n_ports++];
}

static void
connect_steps (EnlacePlan  *self,
               const guint *index_of)
{
  for (guint i = 0; i < enlace_document_get_n_edges (self->document); i++)
    {
      const EnlaceDocumentEdge *edge = enlace_document_get_edge (self->document, i);
      EnlacePlanPort *port = get_port (&self->steps[index_of[edge->from]], edge->port);

      port->targets = g_renew (guint, port->targets, port->n_targets + 1);
      port->targets[port->n_targets++] = index_of[edge->to];
      self->steps[index_of[edge->to]].n_incoming++;
    }
}

static void
add_region (EnlacePlan         *self,
            guint               index,
            const EnlaceRegion *region,
            const guint        *index_of)
{
  EnlacePlanRegion *own = &self->regions[index];
  EnlacePlanStep *owner;

  *own = (EnlacePlanRegion) { .owner = -1, .port = region->port, .parent = region->parent };
  if (region->owner < 0)
    return;

  own->owner = (int) index_of[region->owner];
  owner = &self->steps[own->owner];
  if (region->port == NULL)
    {
      self->catch_region = (int) index;
      return;
    }
  own->branch = owner->n_regions;
  owner->regions = g_renew (guint, owner->regions, owner->n_regions + 1);
  owner->regions[owner->n_regions++] = index;
}

/* Branches count in the order of their names in the document, whatever the order of the edges. */
static void
sort_branches (EnlacePlan     *self,
               EnlacePlanStep *step)
{
  EnlaceValue *names = enlace_value_get_member (step->node->parameters, "branches");
  guint n_sorted = 0;

  for (gsize i = 0; names != NULL && i < enlace_value_get_length (names); i++)
    for (guint j = n_sorted; j < step->n_regions; j++)
      if (g_strcmp0 (self->regions[step->regions[j]].port, enlace_value_get_string (enlace_value_get_element (names, i))) == 0)
        {
          guint region = step->regions[j];

          step->regions[j] = step->regions[n_sorted];
          step->regions[n_sorted] = region;
          self->regions[step->regions[j]].branch = j;
          self->regions[region].branch = n_sorted++;
        }
}

static gboolean
divide_steps (EnlacePlan   *self,
              const guint  *index_of,
              GError      **error)
{
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceRegions) regions = enlace_regions_new (self->document, problems);

  if (problems->len > 0)
    {
      g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, ((EnlaceProblem *) problems->pdata[0])->detail);
      return FALSE;
    }

  self->catch_region = -1;
  self->regions = g_new0 (EnlacePlanRegion, regions->n_regions);
  self->n_regions = regions->n_regions;
  for (guint i = 0; i < regions->n_regions; i++)
    add_region (self, i, &regions->regions[i], index_of);

  for (guint i = 0; i < self->n_steps; i++)
    {
      EnlacePlanStep *step = &self->steps[i];
      EnlacePlanRegion *region = &self->regions[regions->of_node[step->node - enlace_document_get_node (self->document, 0)]];

      step->region = region - self->regions;
      step->local = region->n_steps;
      region->steps = g_renew (guint, region->steps, region->n_steps + 1);
      region->steps[region->n_steps++] = i;
      sort_branches (self, step);
    }

  return TRUE;
}

static gboolean
read_concurrency (EnlacePlan   *self,
                  EnlaceValue  *settings,
                  GError      **error)
{
  EnlaceValue *concurrency = enlace_value_get_member (settings, "concurrency");
  const char *policy;
  EnlaceValue *key;

  if (concurrency == NULL || enlace_value_is_null (concurrency))
    return TRUE;

  policy = enlace_value_get_member_string (concurrency, "policy", "queue");
  self->gate_limit = (guint) CLAMP (enlace_value_get_member_int (concurrency, "limit", 1), 1, 100000);
  self->gate_policy = strcmp (policy, "cancel_oldest") == 0 ? ENLACE_GATE_CANCEL_OLDEST
                      : strcmp (policy, "refuse") == 0      ? ENLACE_GATE_REFUSE
                                                            : ENLACE_GATE_QUEUE;
  key = enlace_value_get_member (concurrency, "key");
  if (key != NULL)
    self->gate_key = enlace_template_compile (key, NULL, error);
  else
    {
      g_autoptr(EnlaceValue) all = enlace_value_new_string ("");

      self->gate_key = enlace_template_compile (all, NULL, error);
    }

  return self->gate_key != NULL;
}

/* Ticks that are queued while a run is under way: one run at a time. */
static gboolean
read_overlap (EnlacePlan  *self,
              GError     **error)
{
  g_autoptr(EnlaceValue) all = enlace_value_new_string ("");

  if (strcmp (enlace_value_get_member_string (self->trigger_parameters, "overlap", "allow"), "queue") != 0)
    return TRUE;

  self->gate_limit = 1;
  self->gate_policy = ENLACE_GATE_QUEUE;
  self->gate_key = enlace_template_compile (all, NULL, error);

  return self->gate_key != NULL;
}

static gboolean
read_settings (EnlacePlan  *self,
               GError     **error)
{
  EnlaceValue *settings = enlace_value_get_member (enlace_document_get_value (self->document), "settings");
  const char *priority = enlace_value_get_member_string (settings, "priority", "normal");

  self->priority = strcmp (priority, "high") == 0  ? ENLACE_PRIORITY_HIGH
                   : strcmp (priority, "low") == 0 ? ENLACE_PRIORITY_LOW
                                                   : ENLACE_PRIORITY_NORMAL;
  self->retry_budget = (guint) CLAMP (enlace_value_get_member_int (settings, "retry_budget", 1000), 0, G_MAXINT32);

  return read_concurrency (self, settings, error);
}

static gboolean
check_document (EnlaceDocument  *document,
                GError         **error)
{
  g_autoptr(GPtrArray) problems = enlace_document_check (document);
  const EnlaceProblem *problem = enlace_problems_find_refusing (problems);

  if (problem == NULL)
    return TRUE;

  g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "%s: %s", problem->pointer, problem->detail);
  return FALSE;
}

void
enlace_plan_set_name (EnlacePlan *self,
                      const char *name)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&self->workflow_id, id);
  enlace_map_builder_add_string (builder, "id", id);
  enlace_map_builder_add_string (builder, "name", name);
  enlace_map_builder_add_int (builder, "version", self->version);
  g_clear_pointer (&self->workflow, enlace_value_unref);
  self->workflow = enlace_map_builder_end (builder);
}

EnlacePlan *
enlace_plan_new (const EnlaceUuid  *organisation_id,
                 const EnlaceUuid  *workflow_id,
                 gint64             version,
                 EnlaceDocument    *document,
                 GError           **error)
{
  g_autoptr(EnlacePlan) self = NULL;
  const EnlaceDocumentNode *trigger;
  const guint *order;
  guint n_nodes = enlace_document_get_n_nodes (document);
  g_autofree guint *index_of = g_new0 (guint, n_nodes + 1);

  if (!check_document (document, error))
    return NULL;

  self = g_new0 (EnlacePlan, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->organisation_id = *organisation_id;
  self->workflow_id = *workflow_id;
  self->version = version;
  self->document = enlace_document_ref (document);
  self->steps = g_new0 (EnlacePlanStep, n_nodes);
  self->is_pure = TRUE;
  self->by_node = g_hash_table_new (g_str_hash, g_str_equal);

  order = enlace_document_get_order (document);
  for (guint i = 0; i < n_nodes; i++)
    {
      index_of[order[i]] = i;
      self->n_steps++;
      if (!compile_step (self, &self->steps[i], enlace_document_get_node (document, order[i]), error))
        return NULL;
      g_hash_table_insert (self->by_node, (gpointer) self->steps[i].node->id, GUINT_TO_POINTER (i + 1));
    }
  connect_steps (self, index_of);
  if (!divide_steps (self, index_of, error) || !read_settings (self, error))
    return NULL;

  trigger = enlace_document_get_trigger (document);
  if (trigger != NULL)
    self->trigger_parameters = complete_parameters (trigger, enlace_step_info_find (trigger->type));
  if (self->gate_key == NULL && trigger != NULL && strcmp (trigger->type, "trigger.schedule") == 0 && !read_overlap (self, error))
    return NULL;
  enlace_plan_set_name (self, NULL);

  return g_steal_pointer (&self);
}

EnlaceDocument *
enlace_plan_get_document (EnlacePlan *self)
{
  return self->document;
}

const EnlaceUuid *
enlace_plan_get_workflow_id (EnlacePlan *self)
{
  return &self->workflow_id;
}

const EnlaceUuid *
enlace_plan_get_organisation_id (EnlacePlan *self)
{
  return &self->organisation_id;
}

gint64
enlace_plan_get_version (EnlacePlan *self)
{
  return self->version;
}

EnlaceValue *
enlace_plan_get_trigger_parameters (EnlacePlan *self)
{
  return self->trigger_parameters;
}

const char *
enlace_plan_get_trigger_type (EnlacePlan *self)
{
  return enlace_document_get_trigger_type (self->document);
}

gboolean
enlace_plan_has_respond (EnlacePlan *self)
{
  return self->has_respond;
}

gboolean
enlace_plan_is_pure (EnlacePlan *self)
{
  return self->is_pure;
}

int
enlace_plan_find_step (EnlacePlan *self,
                       const char *node)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->by_node, node)) - 1;
}

EnlaceTemplate *
enlace_plan_step_get_template (EnlacePlanStep *step,
                               const char     *name)
{
  for (guint i = 0; i < step->n_parameters; i++)
    if (strcmp (step->parameters[i].name, name) == 0)
      return step->parameters[i].template;

  return NULL;
}

gboolean
enlace_plan_is_after (EnlacePlan *self,
                      guint       step,
                      guint       other)
{
  g_autofree guint8 *is_after = g_new0 (guint8, self->n_steps);

  is_after[other] = TRUE;
  for (guint i = other; i <= step; i++)
    for (guint j = 0; is_after[i] && j < self->steps[i].n_ports; j++)
      for (guint k = 0; k < self->steps[i].ports[j].n_targets; k++)
        is_after[self->steps[i].ports[j].targets[k]] = TRUE;

  return is_after[step];
}
