/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "common/workflow/bundle.h"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/bundle-private.h"
#include "common/workflow/diff-format.h"
#include "common/workflow/step-type.h"

#define REFERENCE "bundle:"
#define MAX_KEY 60

static void
free_variable (gpointer data)
{
  EnlaceBundleVariable *self = data;

  g_free (self->name);
  g_free (self->type);
  g_free (self->description);
  g_clear_pointer (&self->value, enlace_value_unref);
  g_clear_pointer (&self->test_value, enlace_value_unref);
  g_free (self);
}

static void
free_workflow (gpointer data)
{
  EnlaceBundleWorkflow *self = data;

  g_free (self->key);
  g_free (self->id);
  g_free (self->name);
  g_free (self->description);
  g_clear_pointer (&self->tags, enlace_value_unref);
  g_clear_pointer (&self->document, enlace_value_unref);
  g_ptr_array_unref (self->variables);
  g_free (self);
}

EnlaceBundle *
enlace_bundle_new (void)
{
  EnlaceBundle *self = g_new0 (EnlaceBundle, 1);

  self->workflows = g_ptr_array_new_with_free_func (free_workflow);
  self->variables = g_ptr_array_new_with_free_func (free_variable);

  return self;
}

void
enlace_bundle_free (EnlaceBundle *self)
{
  g_ptr_array_unref (self->workflows);
  g_ptr_array_unref (self->variables);
  g_free (self);
}

EnlaceBundleWorkflow *
enlace_bundle_add_workflow (EnlaceBundle *self,
                            const char   *id,
                            const char   *name,
                            const char   *description,
                            EnlaceValue  *tags,
                            EnlaceValue  *document)
{
  EnlaceBundleWorkflow *workflow = g_new0 (EnlaceBundleWorkflow, 1);

  workflow->id = g_strdup (id);
  workflow->name = g_strdup (name);
  workflow->description = g_strdup (description);
  workflow->tags = enlace_value_ref (tags);
  workflow->document = enlace_value_ref (document);
  workflow->variables = g_ptr_array_new_with_free_func (free_variable);
  g_ptr_array_add (self->workflows, workflow);

  return workflow;
}

void
enlace_bundle_add_variable (GPtrArray   *variables,
                            const char  *name,
                            const char  *type,
                            const char  *description,
                            EnlaceValue *value,
                            EnlaceValue *test_value)
{
  EnlaceBundleVariable *variable = g_new0 (EnlaceBundleVariable, 1);

  variable->name = g_strdup (name);
  variable->type = g_strdup (type);
  variable->description = g_strdup (description);
  variable->value = enlace_value_ref (value);
  variable->test_value = test_value != NULL ? enlace_value_ref (test_value) : NULL;
  g_ptr_array_add (variables, variable);
}

/* References */

static EnlaceValue *
map_parameters (const EnlaceStepInfo *info,
                EnlaceValue          *parameters,
                GHashTable           *map)
{
  g_autoptr(EnlaceValue) mapped = enlace_value_ref (parameters);

  for (guint i = 0; i < info->n_parameters; i++)
    {
      const char *name = info->parameters[i].name;
      const char *from = enlace_value_get_member_string (mapped, name, NULL);
      const char *to = from != NULL && info->parameters[i].kind == ENLACE_PARAMETER_WORKFLOW ? g_hash_table_lookup (map, from) : NULL;
      g_autoptr(EnlaceValue) value = to != NULL ? enlace_value_new_string (to) : NULL;
      EnlaceValue *next = value != NULL ? enlace_value_with_member (mapped, name, value) : NULL;

      if (next == NULL)
        continue;
      enlace_value_unref (mapped);
      mapped = next;
    }

  return g_steal_pointer (&mapped);
}

static EnlaceValue *
map_node (EnlaceValue *node,
          GHashTable  *map)
{
  const EnlaceStepInfo *info = enlace_step_info_find (enlace_value_get_member_string (node, "type", ""));
  EnlaceValue *parameters = enlace_value_get_member (node, "parameters");
  g_autoptr(EnlaceValue) mapped = NULL;

  if (info == NULL || parameters == NULL || enlace_value_get_kind (parameters) != ENLACE_KIND_MAP)
    return enlace_value_ref (node);

  mapped = map_parameters (info, parameters, map);

  return enlace_value_with_member (node, "parameters", mapped);
}

EnlaceValue *
enlace_bundle_map_references (EnlaceValue *document,
                              GHashTable  *map)
{
  EnlaceValue *nodes = enlace_value_get_member (document, "nodes");
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) mapped = NULL;

  if (nodes == NULL || enlace_value_get_kind (nodes) != ENLACE_KIND_LIST)
    return enlace_value_ref (document);

  for (gsize i = 0; i < enlace_value_get_length (nodes); i++)
    enlace_list_builder_take (builder, map_node (enlace_value_get_element (nodes, i), map));
  mapped = enlace_list_builder_end (builder);

  return enlace_value_with_member (document, "nodes", mapped);
}

GPtrArray *
enlace_bundle_list_references (EnlaceValue *document)
{
  g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func (g_free);
  EnlaceValue *nodes = enlace_value_get_member (document, "nodes");

  for (gsize i = 0; nodes != NULL && i < enlace_value_get_length (nodes); i++)
    {
      EnlaceValue *node = enlace_value_get_element (nodes, i);
      const EnlaceStepInfo *info = enlace_step_info_find (enlace_value_get_member_string (node, "type", ""));

      for (guint j = 0; info != NULL && j < info->n_parameters; j++)
        {
          const char *reference = enlace_value_get_member_string (enlace_value_get_member (node, "parameters"), info->parameters[j].name, NULL);

          if (info->parameters[j].kind == ENLACE_PARAMETER_WORKFLOW && reference != NULL)
            g_ptr_array_add (references, g_strdup (reference));
        }
    }

  return g_steal_pointer (&references);
}

static EnlaceValue *
without_integrations (EnlaceValue *document)
{
  EnlaceValue *nodes = enlace_value_get_member (document, "nodes");
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) list = NULL;

  if (nodes == NULL || enlace_value_get_kind (nodes) != ENLACE_KIND_LIST)
    return enlace_value_ref (document);

  for (gsize i = 0; i < enlace_value_get_length (nodes); i++)
    {
      EnlaceValue *node = enlace_value_get_element (nodes, i);

      if (enlace_value_get_member (node, "integration") != NULL)
        enlace_list_builder_take (builder, enlace_value_with_member (node, "integration", NULL));
      else
        enlace_list_builder_add (builder, node);
    }
  list = enlace_list_builder_end (builder);

  return enlace_value_with_member (document, "nodes", list);
}

/* Keys and order */

char *
enlace_bundle_make_key (const char *name)
{
  g_autofree char *ascii = g_str_to_ascii (name, "C");
  GString *key = g_string_new (NULL);

  for (const char *c = ascii; *c != '\0' && key->len < MAX_KEY; c++)
    {
      if (g_ascii_isalnum (*c))
        g_string_append_c (key, g_ascii_tolower (*c));
      else if (key->len > 0 && key->str[key->len - 1] != '-')
        g_string_append_c (key, '-');
    }
  if (key->len > 0 && key->str[key->len - 1] == '-')
    g_string_truncate (key, key->len - 1);
  if (key->len == 0)
    g_string_append (key, "workflow");

  return g_string_free_and_steal (key);
}

/* Workflows of one name stand in the order in which they were made, which is that of their ids, and of the numbers in their keys. */
static int
compare_workflows (gconstpointer a,
                   gconstpointer b)
{
  const EnlaceBundleWorkflow *one = *(EnlaceBundleWorkflow *const *) a, *other = *(EnlaceBundleWorkflow *const *) b;
  g_autofree char *own = enlace_bundle_make_key (one->name);
  g_autofree char *others = enlace_bundle_make_key (other->name);
  int order = strcmp (own, others);

  if (order == 0 && one->key != NULL && other->key != NULL && strlen (one->key) != strlen (other->key))
    return strlen (one->key) < strlen (other->key) ? -1 : 1;
  if (order == 0)
    order = one->key != NULL ? g_strcmp0 (one->key, other->key) : g_strcmp0 (one->id, other->id);

  return order;
}

static int
compare_variables (gconstpointer a,
                   gconstpointer b)
{
  return strcmp ((*(EnlaceBundleVariable *const *) a)->name, (*(EnlaceBundleVariable *const *) b)->name);
}

void
enlace_bundle_sort (EnlaceBundle *self)
{
  g_ptr_array_sort (self->workflows, compare_workflows);
  g_ptr_array_sort (self->variables, compare_variables);
  for (guint i = 0; i < self->workflows->len; i++)
    g_ptr_array_sort (((EnlaceBundleWorkflow *) g_ptr_array_index (self->workflows, i))->variables, compare_variables);
}

static void
give_keys (EnlaceBundle *self,
           GHashTable   *map)
{
  g_autoptr(GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->workflows->len; i++)
    {
      EnlaceBundleWorkflow *workflow = g_ptr_array_index (self->workflows, i);
      g_autofree char *base = enlace_bundle_make_key (workflow->name);

      workflow->key = g_strdup (base);
      for (guint n = 2; g_hash_table_contains (taken, workflow->key); n++)
        {
          g_free (workflow->key);
          workflow->key = g_strdup_printf ("%s-%u", base, n);
        }
      g_hash_table_add (taken, workflow->key);
      if (workflow->id != NULL)
        g_hash_table_insert (map, g_strdup (workflow->id), g_strconcat (REFERENCE, workflow->key, NULL));
    }
}

void
enlace_bundle_seal (EnlaceBundle *self)
{
  g_autoptr(GHashTable) map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  enlace_bundle_sort (self);
  give_keys (self, map);
  for (guint i = 0; i < self->workflows->len; i++)
    {
      EnlaceBundleWorkflow *workflow = g_ptr_array_index (self->workflows, i);
      g_autoptr(EnlaceValue) bare = without_integrations (workflow->document);

      enlace_value_unref (workflow->document);
      workflow->document = enlace_bundle_map_references (bare, map);
    }
}

/* Writing */

static EnlaceValue *
variable_to_value (const EnlaceBundleVariable *variable)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "name", variable->name);
  enlace_map_builder_add_string (builder, "type", variable->type);
  if (variable->description != NULL)
    enlace_map_builder_add_string (builder, "description", variable->description);
  enlace_map_builder_add (builder, "value", variable->value);
  if (variable->test_value != NULL)
    enlace_map_builder_add (builder, "test_value", variable->test_value);

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
variables_to_value (GPtrArray *variables)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (guint i = 0; i < variables->len; i++)
    enlace_list_builder_take (builder, variable_to_value (g_ptr_array_index (variables, i)));

  return enlace_list_builder_end (builder);
}

static EnlaceValue *
workflow_to_value (const EnlaceBundleWorkflow *workflow)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "key", workflow->key);
  enlace_map_builder_add_string (builder, "name", workflow->name);
  if (workflow->description != NULL)
    enlace_map_builder_add_string (builder, "description", workflow->description);
  enlace_map_builder_add (builder, "tags", workflow->tags);
  enlace_map_builder_take (builder, "variables", variables_to_value (workflow->variables));
  enlace_map_builder_take (builder, "steps", enlace_document_arrange (workflow->document));

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
build (GPtrArray         *variables,
       EnlaceListBuilder *workflows)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_int (builder, ENLACE_BUNDLE_MARKER, ENLACE_BUNDLE_FORM);
  if (variables->len > 0)
    enlace_map_builder_take (builder, "variables", variables_to_value (variables));
  enlace_map_builder_take (builder, "workflows", enlace_list_builder_end (workflows));

  return enlace_map_builder_end (builder);
}

EnlaceValue *
enlace_bundle_to_value (EnlaceBundle *self)
{
  g_autoptr(EnlaceListBuilder) workflows = enlace_list_builder_new ();

  for (guint i = 0; i < self->workflows->len; i++)
    enlace_list_builder_take (workflows, workflow_to_value (g_ptr_array_index (self->workflows, i)));

  return build (self->variables, workflows);
}

EnlaceValue *
enlace_bundle_part_to_value (EnlaceBundle         *self,
                             EnlaceBundleWorkflow *workflow)
{
  g_autoptr(EnlaceListBuilder) workflows = enlace_list_builder_new ();
  g_autoptr(GPtrArray) none = g_ptr_array_new ();

  if (workflow != NULL)
    enlace_list_builder_take (workflows, workflow_to_value (workflow));

  return build (workflow != NULL ? none : self->variables, workflows);
}

char *
enlace_bundle_format (EnlaceValue  *value,
                      GError      **error)
{
  g_autofree char *text = enlace_json_format (value, ENLACE_JSON_PRETTY, NULL, error);

  return text != NULL ? g_strconcat (text, g_str_has_suffix (text, "\n") ? "" : "\n", NULL) : NULL;
}
