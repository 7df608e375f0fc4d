/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/expression/expression.h"
#include "common/workflow/bundle-private.h"
#include "common/workflow/document.h"

#define MAX_NAME 255
#define MAX_DESCRIPTION 10000
#define MAX_VARIABLE_NAME 64
#define MAX_VARIABLE_SIZE (64 * 1024)
#define MAX_TAGS 50

typedef struct {
  EnlaceBundle *bundle;
  GPtrArray    *problems;
  GHashTable   *keys;           /* of workflows so far */
} Reading;

static const char *const bundle_members[] = { ENLACE_BUNDLE_MARKER, "variables", "workflows", NULL };
static const char *const workflow_members[] = { "key", "name", "description", "tags", "variables", "steps", NULL };
static const char *const variable_members[] = { "name", "type", "description", "value", "test_value", NULL };
static const char *const types[] = { "string", "number", "bool", "json", NULL };

static void
add_problem (Reading    *self,
             const char *pointer,
             const char *member,
             const char *detail)
{
  g_autofree char *place = member != NULL ? g_strconcat (pointer, "/", member, NULL) : g_strdup (pointer);

  g_ptr_array_add (self->problems, enlace_problem_new (place, NULL, "%s", detail));
}

/* A map with no members but these; FALSE: it is none. */
static gboolean
check_map (Reading           *self,
           const char        *pointer,
           EnlaceValue       *value,
           const char *const *members)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    {
      add_problem (self, pointer, NULL, "This must be an object");
      return FALSE;
    }

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      gsize length;
      const char *name = enlace_value_get_string_len (enlace_value_get_key (value, i), &length);

      if (strlen (name) != length || !g_strv_contains (members, name))
        add_problem (self, pointer, name, "This member is not known to a bundle");
    }

  return TRUE;
}

/* Text of a member, borrowed; NULL: it is absent, or was refused. */
static const char *
take_text (Reading     *self,
           const char  *pointer,
           EnlaceValue *map,
           const char  *name,
           gboolean     is_required,
           glong        maximum)
{
  EnlaceValue *value = enlace_value_get_member (map, name);
  gsize length = 0;
  const char *text = value != NULL ? enlace_value_get_string_len (value, &length) : NULL;

  if (value == NULL && !is_required)
    return NULL;
  if (text == NULL)
    add_problem (self, pointer, name, "This must be text");
  else if (strlen (text) != length || (is_required && strspn (text, " \t\r\n") == length))
    add_problem (self, pointer, name, "This must be text that is not empty");
  else if (g_utf8_strlen (text, -1) > maximum)
    add_problem (self, pointer, name, "This is too long");
  else
    return text;

  return NULL;
}

static gboolean
fits (const char  *type,
      EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (strcmp (type, "string") == 0)
    return kind == ENLACE_KIND_STRING;
  if (strcmp (type, "bool") == 0)
    return kind == ENLACE_KIND_BOOL;
  if (strcmp (type, "number") == 0)
    return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE;

  return TRUE;
}

static void
check_value (Reading     *self,
             const char  *pointer,
             const char  *member,
             const char  *type,
             EnlaceValue *value)
{
  if (value == NULL)
    add_problem (self, pointer, member, "The value is missing");
  else if (enlace_value_get_size (value) > MAX_VARIABLE_SIZE)
    add_problem (self, pointer, member, "The value is too large");
  else if (type != NULL && !fits (type, value))
    add_problem (self, pointer, member, "The value is not of the variable's type");
}

static gboolean
has_variable (GPtrArray  *variables,
              const char *name)
{
  for (guint i = 0; i < variables->len; i++)
    if (strcmp (((EnlaceBundleVariable *) g_ptr_array_index (variables, i))->name, name) == 0)
      return TRUE;

  return FALSE;
}

static void
read_variable (Reading     *self,
               const char  *pointer,
               EnlaceValue *map,
               GPtrArray   *variables)
{
  EnlaceValue *value, *test_value;
  const char *name, *type, *description;
  guint n_before = self->problems->len;

  if (!check_map (self, pointer, map, variable_members))
    return;

  name = take_text (self, pointer, map, "name", TRUE, MAX_VARIABLE_NAME);
  type = take_text (self, pointer, map, "type", TRUE, MAX_NAME);
  description = take_text (self, pointer, map, "description", FALSE, MAX_DESCRIPTION);
  value = enlace_value_get_member (map, "value");
  test_value = enlace_value_get_member (map, "test_value");

  if (name != NULL && (!g_regex_match_simple ("\\A[A-Za-z_][A-Za-z0-9_]*\\z", name, 0, 0) || enlace_expression_is_keyword (name)))
    add_problem (self, pointer, "name", "This is no name of a variable");
  else if (name != NULL && has_variable (variables, name))
    add_problem (self, pointer, "name", "There are two variables of this name");
  if (type != NULL && !g_strv_contains (types, type))
    {
      add_problem (self, pointer, "type", "This must be string, number, bool or json");
      type = NULL;
    }
  check_value (self, pointer, "value", type, value);
  if (test_value != NULL)
    check_value (self, pointer, "test_value", type, test_value);

  if (self->problems->len == n_before)
    enlace_bundle_add_variable (variables, name, type, description, value, test_value);
}

static void
read_variables (Reading     *self,
                const char  *pointer,
                EnlaceValue *map,
                GPtrArray   *variables)
{
  EnlaceValue *list = enlace_value_get_member (map, "variables");

  if (list == NULL)
    return;
  if (enlace_value_get_kind (list) != ENLACE_KIND_LIST)
    return add_problem (self, pointer, "variables", "This must be a list");

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      g_autofree char *place = g_strdup_printf ("%s/variables/%" G_GSIZE_FORMAT, pointer, i);

      read_variable (self, place, enlace_value_get_element (list, i), variables);
    }
}

static EnlaceValue *
take_tags (Reading     *self,
           const char  *pointer,
           EnlaceValue *map)
{
  EnlaceValue *tags = enlace_value_get_member (map, "tags");
  gboolean is_good = tags == NULL || (enlace_value_get_kind (tags) == ENLACE_KIND_LIST && enlace_value_get_length (tags) <= MAX_TAGS);

  for (gsize i = 0; is_good && tags != NULL && i < enlace_value_get_length (tags); i++)
    {
      const char *tag = enlace_value_get_string (enlace_value_get_element (tags, i));

      is_good = tag != NULL && *tag != '\0' && strlen (tag) <= MAX_NAME;
    }
  if (!is_good)
    add_problem (self, pointer, "tags", "This must be a list of at most fifty short texts");

  return is_good ? tags : NULL;
}

/* What is no graph is refused, as it is when a workflow is saved. */
static void
check_document (Reading     *self,
                const char  *pointer,
                EnlaceValue *steps)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = NULL;

  if (steps == NULL)
    return add_problem (self, pointer, "steps", "The document is missing");

  document = enlace_document_read (steps, refusals);
  for (guint i = 0; document == NULL && i < refusals->len; i++)
    {
      const EnlaceProblem *refusal = g_ptr_array_index (refusals, i);
      g_autofree char *place = g_strconcat (pointer, "/steps", refusal->pointer, NULL);

      g_ptr_array_add (self->problems, enlace_problem_new (place, refusal->node, "%s", refusal->detail));
    }
}

static void
read_workflow (Reading     *self,
               const char  *pointer,
               EnlaceValue *map)
{
  g_autoptr(EnlaceListBuilder) no_tags = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) empty = enlace_list_builder_end (no_tags);
  guint n_before = self->problems->len;
  EnlaceBundleWorkflow *workflow;
  EnlaceValue *tags, *steps;
  const char *key, *name, *description;

  if (!check_map (self, pointer, map, workflow_members))
    return;

  key = take_text (self, pointer, map, "key", TRUE, MAX_NAME);
  name = take_text (self, pointer, map, "name", TRUE, MAX_NAME);
  description = take_text (self, pointer, map, "description", FALSE, MAX_DESCRIPTION);
  tags = take_tags (self, pointer, map);
  steps = enlace_value_get_member (map, "steps");
  check_document (self, pointer, steps);
  if (key != NULL && !g_regex_match_simple ("\\A[a-z0-9]+(-[a-z0-9]+)*\\z", key, 0, 0))
    add_problem (self, pointer, "key", "A key has small letters, digits, and single hyphens between them");
  else if (key != NULL && !g_hash_table_add (self->keys, g_strdup (key)))
    add_problem (self, pointer, "key", "There are two workflows of this key");
  if (self->problems->len > n_before)
    return;

  workflow = enlace_bundle_add_workflow (self->bundle, NULL, name, description, tags != NULL ? tags : empty, steps);
  workflow->key = g_strdup (key);
  read_variables (self, pointer, map, workflow->variables);
}

gboolean
enlace_bundle_is_one (EnlaceValue *value)
{
  return enlace_value_get_kind (value) == ENLACE_KIND_MAP && enlace_value_get_member (value, ENLACE_BUNDLE_MARKER) != NULL;
}

/* Of a newer form nothing else can be said. */
static gboolean
check_form (Reading     *self,
            EnlaceValue *value)
{
  gint64 form = enlace_bundle_is_one (value) ? enlace_value_get_member_int (value, ENLACE_BUNDLE_MARKER, 0) : 0;

  if (form < 1)
    add_problem (self, "", NULL, "This is no bundle of Enlace, or it is damaged");
  else if (form > ENLACE_BUNDLE_FORM)
    g_ptr_array_add (self->problems, enlace_problem_new ("/" ENLACE_BUNDLE_MARKER, NULL,
                                                         "The bundle was written by a newer version of Enlace (form %" G_GINT64_FORMAT
                                                         ", this version knows %d)", form, ENLACE_BUNDLE_FORM));

  return form >= 1 && form <= ENLACE_BUNDLE_FORM;
}

EnlaceBundle *
enlace_bundle_read (EnlaceValue *value,
                    GPtrArray   *problems)
{
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_new ();
  g_autoptr(GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Reading self = { bundle, problems, keys };
  guint n_before = problems->len;
  EnlaceValue *workflows;

  if (!check_form (&self, value) || !check_map (&self, "", value, bundle_members))
    return NULL;

  read_variables (&self, "", value, bundle->variables);
  workflows = enlace_value_get_member (value, "workflows");
  if (workflows == NULL || enlace_value_get_kind (workflows) != ENLACE_KIND_LIST)
    add_problem (&self, "", "workflows", "This must be a list");
  for (gsize i = 0; problems->len == n_before && i < enlace_value_get_length (workflows); i++)
    {
      g_autofree char *place = g_strdup_printf ("/workflows/%" G_GSIZE_FORMAT, i);

      read_workflow (&self, place, enlace_value_get_element (workflows, i));
    }
  if (problems->len > n_before)
    return NULL;

  enlace_bundle_sort (bundle);

  return g_steal_pointer (&bundle);
}

gboolean
enlace_bundle_join (EnlaceBundle *self,
                    EnlaceBundle *other,
                    GPtrArray    *problems)
{
  guint n_before = problems->len;

  for (guint i = 0; i < other->workflows->len; i++)
    for (guint j = 0; j < self->workflows->len; j++)
      {
        const char *key = ((EnlaceBundleWorkflow *) g_ptr_array_index (other->workflows, i))->key;

        if (strcmp (((EnlaceBundleWorkflow *) g_ptr_array_index (self->workflows, j))->key, key) == 0)
          g_ptr_array_add (problems, enlace_problem_new ("/workflows", NULL, "There are two workflows of the key “%s”", key));
      }
  for (guint i = 0; i < other->variables->len; i++)
    {
      const char *name = ((EnlaceBundleVariable *) g_ptr_array_index (other->variables, i))->name;

      if (has_variable (self->variables, name))
        g_ptr_array_add (problems, enlace_problem_new ("/variables", NULL, "There are two variables of the name “%s”", name));
    }
  if (problems->len > n_before)
    return FALSE;

  g_ptr_array_extend_and_steal (self->workflows, g_ptr_array_ref (other->workflows));
  g_ptr_array_extend_and_steal (self->variables, g_ptr_array_ref (other->variables));
  enlace_bundle_sort (self);

  return TRUE;
}
