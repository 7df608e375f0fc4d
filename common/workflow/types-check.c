/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/expression/template.h"
#include "common/schema/schema.h"
#include "common/value/json.h"
#include "common/workflow/check-private.h"

/* What is known of the values that expressions read, and what it says about the expressions. */

#define KIND(name) ENLACE_KIND_MASK (ENLACE_KIND_##name)
#define MAX_DEPTH 32

guint
enlace_check_region (const EnlaceCheck *self)
{
  guint node = self->node - self->document->nodes;
  int body = self->place == ENLACE_PLACE_BODY ? enlace_regions_find (self->regions, node, "item") : -1;

  return body >= 0 ? (guint) body : self->regions->of_node[node];
}

int
enlace_check_loop (const EnlaceCheck *self,
                   guint              region)
{
  for (int at = (int) region; at >= 0; at = self->regions->regions[at].parent)
    {
      int owner = self->regions->regions[at].owner;

      if (owner >= 0 && strcmp (self->document->nodes[owner].type, "flow.loop") == 0)
        return owner;
    }

  return -1;
}

/* Names to types, at one place of one document. */
typedef struct {
  EnlaceTypeScope scope;
  EnlaceCheck *check;
} Scope;

static EnlaceType *
ref_or_any (EnlaceType *type)
{
  return type != NULL ? enlace_type_ref (type) : enlace_type_new_any (TRUE);
}

static EnlaceType *
infer_items (EnlaceCheck *self,
             guint        node)
{
  const EnlaceDocumentNode *outer = self->node;
  EnlacePlace place = self->place;
  EnlaceValue *items = enlace_value_get_member (self->document->nodes[node].parameters, "items");
  g_autoptr(EnlaceType) list = NULL;

  if (items == NULL || self->regions->regions[self->regions->of_node[node]].depth > ENLACE_REGIONS_MAX_DEPTH)
    return enlace_type_new_any (TRUE);

  self->node = &self->document->nodes[node];
  self->place = ENLACE_PLACE_STEP;
  list = enlace_check_infer (self, items);
  self->node = outer;
  self->place = place;

  return ref_or_any (enlace_type_get_element (list));
}

/* The type of the elements of what the parameter `items` of a step gives, seen from that step. Kept, since each expression in a loop asks for it. */
static EnlaceType *
get_item_type (EnlaceCheck *self,
               guint        node)
{
  if (self->items[node] == NULL)
    self->items[node] = infer_items (self, node);

  return enlace_type_ref (self->items[node]);
}

static EnlaceType *
get_item (EnlaceCheck *self)
{
  int loop = enlace_check_loop (self, enlace_check_region (self));

  if (self->place == ENLACE_PLACE_ITEM)
    return get_item_type (self, self->node - self->document->nodes);

  return loop >= 0 ? get_item_type (self, (guint) loop) : NULL;
}

static void
take_field (EnlaceType *record,
            const char *name,
            EnlaceType *type)
{
  enlace_type_add_field (record, name, type, TRUE);
  enlace_type_unref (type);
}

/* The addresses of steps that can be told something, in this region and in those around it. */
static EnlaceType *
get_resume_urls (EnlaceCheck *self)
{
  int region = self->node != NULL ? (int) enlace_check_region (self) : 0;
  EnlaceType *record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);

  for (guint i = 0; i < self->document->n_nodes; i++)
    {
      const EnlaceDocumentNode *node = &self->document->nodes[i];
      EnlaceValue *resumes = strcmp (node->type, "flow.wait") == 0 ? enlace_value_get_member (node->parameters, "resume") : NULL;
      gboolean is_told = strcmp (node->type, "flow.approval") == 0
                         || (resumes != NULL && !enlace_value_is_null (resumes)
                             && (enlace_value_get_kind (resumes) != ENLACE_KIND_BOOL || enlace_value_get_bool (resumes)));

      for (int at = region; is_told && at >= 0; at = self->regions->regions[at].parent)
        if (self->regions->of_node[i] == (guint) at)
          take_field (record, node->id, enlace_type_new (KIND (STRING)));
    }

  return record;
}

static EnlaceType *
get_execution (EnlaceCheck *self)
{
  EnlaceType *record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);

  take_field (record, "id", enlace_type_new (KIND (STRING)));
  take_field (record, "is_test", enlace_type_new (KIND (BOOL)));
  take_field (record, "attempt", enlace_type_new (KIND (INT)));
  take_field (record, "started_at", enlace_type_new (KIND (TIMESTAMP)));
  take_field (record, "resume_urls", get_resume_urls (self));

  return record;
}

static EnlaceType *
lookup (const EnlaceTypeScope *scope,
        const char            *name)
{
  EnlaceCheck *check = ((const Scope *) scope)->check;

  if (strcmp (name, "trigger") == 0)
    return check->trigger != NULL ? ref_or_any (check->outputs[check->trigger - check->document->nodes]) : NULL;
  if (strcmp (name, "vars") == 0)
    return check->vars != NULL ? enlace_type_ref (check->vars) : NULL;
  if (strcmp (name, "item") == 0)
    return get_item (check);
  if (strcmp (name, "index") == 0)
    return enlace_type_new (KIND (INT));
  if (strcmp (name, "now") == 0)
    return enlace_type_new (KIND (TIMESTAMP));
  if (strcmp (name, "execution") == 0)
    return get_execution (check);

  return NULL;
}

/* `steps.ID`: which step it is has been looked at by then, and whether it has such a member. */
static EnlaceType *
member (const EnlaceTypeScope *scope,
        const char            *name,
        const char            *step)
{
  EnlaceCheck *check = ((const Scope *) scope)->check;
  const EnlaceDocumentNode *node = strcmp (name, "steps") == 0 ? enlace_document_find_node (check->document, step) : NULL;
  g_autoptr(EnlaceType) output = NULL;
  EnlaceType *type;

  if (node == NULL)
    return NULL;

  output = ref_or_any (check->outputs[node - check->document->nodes]);
  type = enlace_type_new_map (ENLACE_TYPE_OPEN, NULL);
  enlace_type_add_field (type, "output", output, TRUE);

  return type;
}

static EnlaceType *
infer_expression (EnlaceCheck       *self,
                  EnlaceExpression  *expression,
                  EnlaceFindingFunc  func,
                  gpointer           data)
{
  Scope scope = { { lookup, member }, self };

  return enlace_expression_infer (expression, &scope.scope, func, data);
}

typedef struct {
  EnlaceCheck *check;
  const char *pointer;
} Told;

static void
found_cb (EnlaceFindingLevel  level,
          const char         *detail,
          guint               start,
          guint               end,
          gpointer            data)
{
  Told *told = data;

  if (level == ENLACE_FINDING_PROBLEM)
    enlace_check_add (told->check, told->pointer, "%s", detail);
  else
    enlace_check_warn (told->check, told->pointer, "%s", detail);
}

void
enlace_check_types (EnlaceCheck      *self,
                    EnlaceExpression *expression,
                    const char       *pointer)
{
  Told told = { self, pointer };

  enlace_type_unref (infer_expression (self, expression, found_cb, &told));
}

static EnlaceType *infer_value (EnlaceCheck *self, EnlaceValue *value, guint depth);

static EnlaceType *
infer_text (EnlaceCheck *self,
            EnlaceValue *value)
{
  EnlaceTemplate *template = g_hash_table_lookup (self->templates, value);
  g_autoptr(EnlaceTemplate) compiled = NULL;
  EnlaceExpression *expression;

  if (template == NULL)
    template = compiled = enlace_template_compile (value, NULL, NULL);
  if (template == NULL)
    return enlace_type_new_any (FALSE);

  expression = enlace_template_get_expression (template);

  return expression != NULL ? infer_expression (self, expression, NULL, NULL) : enlace_type_new (KIND (STRING));
}

static EnlaceType *
infer_list (EnlaceCheck *self,
            EnlaceValue *value,
            guint        depth)
{
  g_autoptr(EnlaceType) element = NULL;

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autoptr(EnlaceType) next = infer_value (self, enlace_value_get_element (value, i), depth + 1);
      EnlaceType *united = element != NULL ? enlace_type_unite (element, next) : enlace_type_ref (next);

      g_clear_pointer (&element, enlace_type_unref);
      element = united;
    }

  return enlace_type_new_list (element);
}

/* An expression that gives optional.none() drops its member, so that none is there for certain. */
static void
add_field (EnlaceType *record,
           const char *name,
           EnlaceType *type)
{
  gboolean optional = (enlace_type_get_kinds (type) & KIND (OPTIONAL)) != 0;
  g_autoptr(EnlaceType) held = optional ? enlace_type_new_any (TRUE) : enlace_type_ref (type);

  enlace_type_add_field (record, name, held, !optional);
}

static EnlaceType *
infer_map (EnlaceCheck *self,
           EnlaceValue *value,
           guint        depth)
{
  EnlaceType *record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (value, i));
      g_autoptr(EnlaceType) type = infer_value (self, enlace_value_get_member_value (value, i), depth + 1);

      if (name != NULL)
        add_field (record, name, type);
    }

  return record;
}

static EnlaceType *
infer_value (EnlaceCheck *self,
             EnlaceValue *value,
             guint        depth)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (depth == MAX_DEPTH)
    return enlace_type_new_any (FALSE);
  if (kind == ENLACE_KIND_STRING)
    return infer_text (self, value);
  if (kind == ENLACE_KIND_LIST)
    return infer_list (self, value, depth);
  if (kind == ENLACE_KIND_MAP)
    return infer_map (self, value, depth);

  return enlace_type_new_for_value (value);
}

EnlaceType *
enlace_check_infer (EnlaceCheck *self,
                    EnlaceValue *value)
{
  return infer_value (self, value, 0);
}

static EnlaceType *
sample_type (EnlaceValue *sample)
{
  g_autoptr(EnlaceValue) schema = enlace_schema_infer (sample);

  return enlace_type_new_for_schema (schema, NULL, TRUE);
}

static EnlaceType *
map_of (EnlaceType *others)
{
  EnlaceType *map = enlace_type_new_map (ENLACE_TYPE_OPEN, others);

  enlace_type_unref (others);

  return map;
}

/* `body`, by the pinned sample where there is one. */
static EnlaceType *
body_type (const EnlaceDocumentNode *node)
{
  EnlaceValue *body = enlace_value_get_member (enlace_value_get_member (node->value, "pinned"), "body");

  return body != NULL ? sample_type (body) : enlace_type_new_any (TRUE);
}

static EnlaceType *
webhook_type (const EnlaceDocumentNode *node)
{
  EnlaceType *record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);
  g_autoptr(EnlaceType) text = enlace_type_new (KIND (STRING));
  const char *pattern = enlace_value_get_member_string (node->parameters, "path", "");

  take_field (record, "id", enlace_type_new (KIND (STRING)));
  take_field (record, "method", enlace_type_new (KIND (STRING)));
  take_field (record, "path", enlace_type_new_any (FALSE));
  if (*pattern != '\0')
    take_field (record, "params", map_of (enlace_type_new (KIND (STRING))));
  take_field (record, "params", map_of (enlace_type_new (KIND (STRING))));
  take_field (record, "query", map_of (enlace_type_new (KIND (STRING))));
  take_field (record, "query_all", map_of (enlace_type_new_list (text)));
  take_field (record, "headers", map_of (enlace_type_new (KIND (STRING))));
  take_field (record, "body", body_type (node));
  take_field (record, "body_raw", enlace_type_new (KIND (BYTES) | KIND (NULL)));
  take_field (record, "received_at", enlace_type_new_any (FALSE));

  return record;
}

static EnlaceType *
manual_type (const EnlaceDocumentNode *node)
{
  EnlaceType *record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);
  EnlaceValue *schema = enlace_value_get_member (node->parameters, "schema");
  EnlaceValue *sample = enlace_value_get_member (enlace_value_get_member (node->value, "pinned"), "data");

  take_field (record, "id", enlace_type_new_any (FALSE));
  if (schema != NULL)
    take_field (record, "data", enlace_type_new_for_schema (schema, NULL, FALSE));
  else
    take_field (record, "data", sample != NULL ? sample_type (sample) : enlace_type_new_any (TRUE));
  take_field (record, "received_at", enlace_type_new_any (FALSE));

  return record;
}

static EnlaceType *
request_type (const EnlaceDocumentNode *node)
{
  EnlaceType *record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);

  take_field (record, "status", enlace_type_new (KIND (INT)));
  take_field (record, "headers", map_of (enlace_type_new (KIND (STRING))));
  take_field (record, "body", body_type (node));

  return record;
}

/* Where the fields of data.map lead: a record of records, made from its paths. */
typedef struct _Branch Branch;
struct _Branch {
  char *name;
  EnlaceType *type;               /* owned; of a field, else NULL */
  GPtrArray *branches;            /* of Branch */
};

static void
branch_free (gpointer data)
{
  Branch *self = data;

  g_clear_pointer (&self->type, enlace_type_unref);
  g_ptr_array_unref (self->branches);
  g_free (self->name);
  g_free (self);
}

static Branch *
get_branch (Branch     *self,
            const char *name)
{
  Branch *branch;

  for (guint i = 0; i < self->branches->len; i++)
    if (strcmp (((Branch *) self->branches->pdata[i])->name, name) == 0)
      return self->branches->pdata[i];

  branch = g_new0 (Branch, 1);
  branch->name = g_strdup (name);
  branch->branches = g_ptr_array_new_with_free_func (branch_free);
  g_ptr_array_add (self->branches, branch);

  return branch;
}

static EnlaceType *
branch_type (const Branch *self)
{
  EnlaceType *record;

  if (self->branches->len == 0 && self->type != NULL)
    return enlace_type_ref (self->type);

  record = enlace_type_new_map (ENLACE_TYPE_CLOSED, NULL);
  for (guint i = 0; i < self->branches->len; i++)
    {
      const Branch *branch = self->branches->pdata[i];
      g_autoptr(EnlaceType) type = branch_type (branch);

      add_field (record, branch->name, type);
    }

  return record;
}

static EnlaceType *
mapped_type (EnlaceCheck              *self,
             const EnlaceDocumentNode *node)
{
  EnlaceValue *fields = enlace_value_get_member (node->parameters, "fields");
  Branch root = { .branches = g_ptr_array_new_with_free_func (branch_free) };
  gboolean complete = fields != NULL && enlace_value_get_kind (fields) == ENLACE_KIND_LIST;
  EnlaceType *type;

  for (gsize i = 0; complete && i < enlace_value_get_length (fields); i++)
    {
      EnlaceValue *field = enlace_value_get_element (fields, i);
      const char *path = enlace_value_get_member_string (field, "path", NULL);
      EnlaceValue *value = enlace_value_get_member (field, "value");
      g_auto(GStrv) names = path != NULL ? g_strsplit (path, ".", MAX_DEPTH) : NULL;
      Branch *at = &root;

      complete = names != NULL && value != NULL;
      for (gsize j = 0; complete && names[j] != NULL; j++)
        at = get_branch (at, names[j]);
      if (complete && at->type == NULL)
        at->type = enlace_check_infer (self, value);
    }

  type = complete ? branch_type (&root) : enlace_type_new_any (TRUE);
  g_ptr_array_unref (root.branches);

  return type;
}

/* A list of the results of the iterations; what failed and was let pass may stand in it as something else. */
static EnlaceType *
loop_type (EnlaceCheck              *self,
           const EnlaceDocumentNode *node)
{
  EnlaceValue *result = enlace_value_get_member (node->parameters, "result");
  EnlaceValue *goes_on = enlace_value_get_member (node->parameters, "continue_on_error");
  g_autoptr(EnlaceType) element = NULL;

  if (result == NULL || (goes_on != NULL && !(enlace_value_get_kind (goes_on) == ENLACE_KIND_BOOL && !enlace_value_get_bool (goes_on))))
    return enlace_type_new (KIND (LIST));

  self->place = ENLACE_PLACE_BODY;
  element = enlace_check_infer (self, result);
  self->place = ENLACE_PLACE_STEP;

  return enlace_type_new_list (element);
}

/* These keep the elements as they are. */
static const char *const keepers[] = { "data.filter", "data.sort", NULL };

static EnlaceType *
kept_type (EnlaceCheck              *self,
           const EnlaceDocumentNode *node)
{
  g_autoptr(EnlaceType) element = get_item_type (self, node - self->document->nodes);

  return enlace_type_new_list (element);
}

static EnlaceType *
called_type (EnlaceCheck              *self,
             const EnlaceDocumentNode *node)
{
  const char *id = enlace_value_get_member_string (node->parameters, "workflow", NULL);
  EnlaceValue *workflows = self->environment != NULL ? self->environment->workflows : NULL;
  EnlaceValue *called = id != NULL && workflows != NULL ? enlace_value_get_member (workflows, id) : NULL;
  EnlaceValue *schema = enlace_value_get_member (called, "output");

  return schema != NULL ? enlace_type_new_for_schema (schema, NULL, FALSE) : NULL;
}

/* What the type of the step says, else what the sample shows. */
static EnlaceType *
declared_type (const EnlaceDocumentNode *node)
{
  const EnlaceStepInfo *info = enlace_step_info_find (node->type);
  EnlaceValue *pinned = enlace_value_get_member (node->value, "pinned");
  g_autoptr(EnlaceValue) schema = info != NULL && info->output != NULL ? enlace_json_parse (info->output, -1, NULL) : NULL;

  if (schema != NULL)
    return enlace_type_new_for_schema (schema, NULL, FALSE);

  return pinned != NULL && !enlace_value_is_null (pinned) ? sample_type (pinned) : NULL;
}

/* A step that goes on after an error has another output then. */
static gboolean
may_have_another (const EnlaceDocumentNode *node)
{
  return strcmp (enlace_value_get_member_string (node->value, "on_error", "stop"), "continue") == 0;
}

static EnlaceType *
output_type (EnlaceCheck              *self,
             const EnlaceDocumentNode *node)
{
  if (may_have_another (node))
    return NULL;
  if (strcmp (node->type, "trigger.webhook") == 0)
    return webhook_type (node);
  if (strcmp (node->type, "trigger.manual") == 0)
    return manual_type (node);
  if (strcmp (node->type, "http.request") == 0)
    return request_type (node);
  if (strcmp (node->type, "data.map") == 0)
    return mapped_type (self, node);
  if (strcmp (node->type, "flow.loop") == 0)
    return loop_type (self, node);
  if (strcmp (node->type, "flow.workflow") == 0)
    return called_type (self, node);
  if (g_strv_contains (keepers, node->type))
    return kept_type (self, node);

  return declared_type (node);
}

/* A loop's result reads the steps of its body, which come after the loop in the order: so loops wait until all others have their types, the inner
 * ones first. */
void
enlace_check_outputs (EnlaceCheck *self)
{
  EnlaceDocument *document = self->document;
  guint n = document->n_nodes;

  self->outputs = g_new0 (EnlaceType *, n + 1);
  self->items = g_new0 (EnlaceType *, n + 1);
  if (self->environment != NULL && self->environment->vars != NULL)
    self->vars = enlace_type_new_for_schema (self->environment->vars, NULL, FALSE);

  for (guint at = 0; at < n; at++)
    {
      guint node = document->order[at];

      self->node = &document->nodes[node];
      if (strcmp (self->node->type, "flow.loop") != 0)
        self->outputs[node] = output_type (self, self->node);
    }
  for (guint at = n; at > 0; at--)
    {
      guint node = document->order[at - 1];

      self->node = &document->nodes[node];
      if (strcmp (self->node->type, "flow.loop") == 0)
        self->outputs[node] = output_type (self, self->node);
    }

  self->node = NULL;
}
