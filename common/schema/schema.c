/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#include <string.h>

#include "common/schema/schema-private.h"
#include "common/value/json.h"

/* Schemas in one document, so that a hostile one costs little. */
#define MAX_NODES (20 * 1000)
#define MAX_NESTING 64

/* One compilation. */
typedef struct {
  EnlaceSchema *schema;
  GHashTable *by_value;           /* value of the document, borrowed → its node */
  GQueue pending;                 /* of Pending: schemas that are referred to wait, so that long chains do not nest */
  GString *pointer;               /* where it is */
  guint depth;
  GError **error;
} Compiler;

typedef struct {
  EnlaceValue *value;             /* borrowed */
  EnlaceSchemaNode *node;
  char *pointer;
} Pending;

G_DEFINE_QUARK (enlace-schema-error-quark, enlace_schema_error)

static EnlaceSchemaNode *compile  (Compiler    *self,
                                   EnlaceValue *value);
static EnlaceSchemaNode *new_node (Compiler    *self,
                                   EnlaceValue *value);

static gboolean fail (Compiler   *self,
                      const char *keyword,
                      const char *format,
                      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (Compiler   *self,
      const char *keyword,
      const char *format,
      ...)
{
  g_autofree char *detail = NULL;
  g_autofree char *valid = NULL;
  va_list args;

  va_start (args, format);
  detail = g_strdup_vprintf (format, args);
  va_end (args);

  if (keyword != NULL)
    enlace_json_pointer_append (self->pointer, keyword);
  valid = g_utf8_make_valid (detail, -1);
  g_set_error (self->error, ENLACE_SCHEMA_ERROR, ENLACE_SCHEMA_ERROR_MALFORMED, "%s: %s", self->pointer->str, valid);

  return FALSE;
}

/* A schema that is a member of the one at hand; absent is fine. */
static gboolean
take_schema (Compiler          *self,
             EnlaceValue       *value,
             const char        *keyword,
             EnlaceSchemaNode **out)
{
  EnlaceValue *member = enlace_value_get_member (value, keyword);
  gsize length = self->pointer->len;

  if (member == NULL)
    return TRUE;

  enlace_json_pointer_append (self->pointer, keyword);
  if ((*out = compile (self, member)) == NULL)
    return FALSE;

  g_string_truncate (self->pointer, length);
  return TRUE;
}

static gboolean
take_schemas (Compiler          *self,
              EnlaceValue       *value,
              const char        *keyword,
              EnlaceSchemaNodes *out)
{
  EnlaceValue *list = enlace_value_get_member (value, keyword);
  gsize length = self->pointer->len, n = enlace_value_get_length (list);

  if (list == NULL)
    return TRUE;
  if (enlace_value_get_kind (list) != ENLACE_KIND_LIST || n == 0)
    return fail (self, keyword, "“%s” is a list with one schema at least", keyword);

  out->nodes = g_new0 (EnlaceSchemaNode *, n);
  for (out->n = 0; out->n < n; out->n++)
    {
      g_string_append_printf (self->pointer, "/%s/%" G_GSIZE_FORMAT, keyword, out->n);
      if ((out->nodes[out->n] = compile (self, enlace_value_get_element (list, out->n))) == NULL)
        return FALSE;
      g_string_truncate (self->pointer, length);
    }

  return TRUE;
}

static gboolean
take_property (Compiler             *self,
               EnlaceSchemaProperty *property,
               EnlaceValue          *members,
               gsize                 index,
               gboolean              by_pattern)
{
  g_autofree char *problem = NULL;
  gsize length = self->pointer->len;

  property->name = enlace_value_get_string (enlace_value_get_key (members, index));
  if (property->name == NULL)
    return fail (self, NULL, "A name is a text");

  enlace_json_pointer_append (self->pointer, property->name);
  if (by_pattern && (property->pattern = enlace_pattern_new (property->name, &problem)) == NULL)
    return fail (self, NULL, "This is no regular expression: %s", problem);
  if ((property->node = compile (self, enlace_value_get_member_value (members, index))) == NULL)
    return FALSE;

  g_string_truncate (self->pointer, length);
  return TRUE;
}

static gboolean
take_properties (Compiler              *self,
                 EnlaceValue           *value,
                 const char            *keyword,
                 EnlaceSchemaProperty **out,
                 gsize                 *n_out)
{
  EnlaceValue *members = enlace_value_get_member (value, keyword);
  gsize length = self->pointer->len, n = enlace_value_get_length (members);

  if (members == NULL)
    return TRUE;
  if (enlace_value_get_kind (members) != ENLACE_KIND_MAP)
    return fail (self, keyword, "“%s” is an object of schemas", keyword);

  enlace_json_pointer_append (self->pointer, keyword);
  *out = g_new0 (EnlaceSchemaProperty, n + 1);
  for (gsize i = 0; i < n; i++)
    {
      *n_out = i + 1;
      if (!take_property (self, &(*out)[i], members, i, strcmp (keyword, "patternProperties") == 0))
        return FALSE;
    }

  g_string_truncate (self->pointer, length);
  return TRUE;
}

static EnlaceSchemaTypes
get_type (const char *name)
{
  static const struct { const char *name; EnlaceSchemaTypes type; } types[] = {
    { "null", ENLACE_SCHEMA_NULL },
    { "boolean", ENLACE_SCHEMA_BOOLEAN },
    { "integer", ENLACE_SCHEMA_INTEGER },
    { "number", ENLACE_SCHEMA_NUMBER },
    { "string", ENLACE_SCHEMA_STRING },
    { "array", ENLACE_SCHEMA_ARRAY },
    { "object", ENLACE_SCHEMA_OBJECT },
  };

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].name, name) == 0)
      return types[i].type;

  return 0;
}

static gboolean
take_types (Compiler         *self,
            EnlaceSchemaNode *node,
            EnlaceValue      *value)
{
  EnlaceValue *types = enlace_value_get_member (value, "type");
  gboolean is_list = types != NULL && enlace_value_get_kind (types) == ENLACE_KIND_LIST;
  gsize n = is_list ? enlace_value_get_length (types) : types != NULL;

  if (is_list && n == 0)
    return fail (self, "type", "“type” names one type at least");

  for (gsize i = 0; i < n; i++)
    {
      const char *name = enlace_value_get_string (is_list ? enlace_value_get_element (types, i) : types);
      EnlaceSchemaTypes type = get_type (name);

      if (type == 0)
        return fail (self, "type", "“type” is one or several of: null, boolean, integer, number, string, array, object");
      node->types |= type;
    }

  return TRUE;
}

static gboolean
take_count (Compiler    *self,
            EnlaceValue *value,
            const char  *keyword,
            gint64      *out)
{
  EnlaceValue *member = enlace_value_get_member (value, keyword);
  double count = enlace_value_get_double (member);
  EnlaceKind kind = member != NULL ? enlace_value_get_kind (member) : ENLACE_KIND_NULL;

  if (member == NULL)
    return TRUE;
  /* 3.0 is a whole number too (core, 4.2.3). */
  if ((kind != ENLACE_KIND_INT && kind != ENLACE_KIND_DOUBLE) || count < 0 || count > 0x1p53 || count != (double) (gint64) count)
    return fail (self, keyword, "“%s” is a whole number from 0 up", keyword);

  *out = (gint64) count;
  return TRUE;
}

static gboolean
take_number (Compiler     *self,
             EnlaceValue  *value,
             const char   *keyword,
             EnlaceValue **out)
{
  EnlaceValue *member = enlace_value_get_member (value, keyword);
  EnlaceKind kind = member != NULL ? enlace_value_get_kind (member) : ENLACE_KIND_INT;

  if (kind != ENLACE_KIND_INT && kind != ENLACE_KIND_UINT && kind != ENLACE_KIND_DOUBLE)
    return fail (self, keyword, "“%s” is a number", keyword);

  *out = member;
  return TRUE;
}

static gboolean
take_numbers (Compiler         *self,
              EnlaceSchemaNode *node,
              EnlaceValue      *value)
{
  node->max_contains = node->max_properties = node->max_items = node->max_length = -1;
  node->min_contains = 1;

  if (!take_number (self, value, "minimum", &node->minimum) || !take_number (self, value, "maximum", &node->maximum) ||
      !take_number (self, value, "exclusiveMinimum", &node->above) || !take_number (self, value, "exclusiveMaximum", &node->below) ||
      !take_number (self, value, "multipleOf", &node->multiple))
    return FALSE;
  if (node->multiple != NULL && !(enlace_value_get_double (node->multiple) > 0))
    return fail (self, "multipleOf", "“multipleOf” is above 0");

  return take_count (self, value, "minLength", &node->min_length) && take_count (self, value, "maxLength", &node->max_length) &&
         take_count (self, value, "minItems", &node->min_items) && take_count (self, value, "maxItems", &node->max_items) &&
         take_count (self, value, "minContains", &node->min_contains) &&
         take_count (self, value, "maxContains", &node->max_contains) &&
         take_count (self, value, "minProperties", &node->min_properties) &&
         take_count (self, value, "maxProperties", &node->max_properties);
}

static gboolean
is_list_of_names (const EnlaceValue *value)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST)
    return FALSE;

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    if (enlace_value_get_string (enlace_value_get_element (value, i)) == NULL)
      return FALSE;

  return TRUE;
}

static gboolean
take_required (Compiler         *self,
               EnlaceSchemaNode *node,
               EnlaceValue      *value)
{
  node->required = enlace_value_get_member (value, "required");
  node->dependent = enlace_value_get_member (value, "dependentRequired");

  if (node->required != NULL && !is_list_of_names (node->required))
    return fail (self, "required", "“required” is a list of names");
  if (node->dependent == NULL)
    return TRUE;
  if (enlace_value_get_kind (node->dependent) != ENLACE_KIND_MAP)
    return fail (self, "dependentRequired", "“dependentRequired” is an object of lists of names");

  for (gsize i = 0; i < enlace_value_get_length (node->dependent); i++)
    if (!is_list_of_names (enlace_value_get_member_value (node->dependent, i)))
      return fail (self, "dependentRequired", "“dependentRequired” is an object of lists of names");

  return TRUE;
}

static gboolean
take_texts (Compiler         *self,
            EnlaceSchemaNode *node,
            EnlaceValue      *value)
{
  EnlaceValue *pattern = enlace_value_get_member (value, "pattern");
  EnlaceValue *format = enlace_value_get_member (value, "format");
  EnlaceValue *unique = enlace_value_get_member (value, "uniqueItems");
  g_autofree char *problem = NULL;

  node->choices = enlace_value_get_member (value, "enum");
  node->constant = enlace_value_get_member (value, "const");
  if (node->choices != NULL && enlace_value_get_kind (node->choices) != ENLACE_KIND_LIST)
    return fail (self, "enum", "“enum” is a list of values");

  if (unique != NULL && enlace_value_get_kind (unique) != ENLACE_KIND_BOOL)
    return fail (self, "uniqueItems", "“uniqueItems” is true or false");
  node->unique = enlace_value_get_bool (unique);

  if (format != NULL && (node->format = enlace_value_get_string (format)) == NULL)
    return fail (self, "format", "“format” is a text");
  if (pattern == NULL)
    return TRUE;
  if (enlace_value_get_string (pattern) == NULL)
    return fail (self, "pattern", "“pattern” is a text");
  if ((node->pattern = enlace_pattern_new (enlace_value_get_string (pattern), &problem)) == NULL)
    return fail (self, "pattern", "This is no regular expression: %s", problem);

  return TRUE;
}

static gboolean
take_reference (Compiler         *self,
                EnlaceSchemaNode *node,
                EnlaceValue      *value)
{
  EnlaceValue *reference = enlace_value_get_member (value, "$ref");
  const char *text = enlace_value_get_string (reference);
  g_autofree char *pointer = NULL;
  EnlaceValue *target;
  Pending *pending;

  if (reference == NULL)
    return TRUE;
  if (text == NULL || text[0] != '#' || (text[1] != '\0' && text[1] != '/'))
    return fail (self, "$ref", "“$ref” is # or begins with #/, since a schema refers to itself alone");
  if ((pointer = g_uri_unescape_string (text + 1, NULL)) == NULL ||
      (target = enlace_json_pointer_get (self->schema->root, pointer)) == NULL)
    return fail (self, "$ref", "There is nothing at “%.200s”", text);
  if ((node->reference = g_hash_table_lookup (self->by_value, target)) != NULL)
    return TRUE;
  if ((node->reference = new_node (self, target)) == NULL)
    return FALSE;

  pending = g_new0 (Pending, 1);
  *pending = (Pending) { target, node->reference, g_steal_pointer (&pointer) };
  g_queue_push_tail (&self->pending, pending);

  return TRUE;
}

static void
index_properties (EnlaceSchemaNode *node)
{
  if (node->n_properties == 0)
    return;

  node->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (gsize i = 0; i < node->n_properties; i++)
    g_hash_table_insert (node->by_name, (gpointer) node->properties[i].name, &node->properties[i]);
}

static gboolean
take_keywords (Compiler         *self,
               EnlaceSchemaNode *node,
               EnlaceValue      *value)
{
  if (!take_types (self, node, value) || !take_numbers (self, node, value) || !take_texts (self, node, value) ||
      !take_required (self, node, value) || !take_reference (self, node, value))
    return FALSE;

  if (!take_properties (self, value, "properties", &node->properties, &node->n_properties) ||
      !take_properties (self, value, "patternProperties", &node->patterns, &node->n_patterns))
    return FALSE;
  index_properties (node);

  return take_schema (self, value, "additionalProperties", &node->additional) &&
         take_schema (self, value, "propertyNames", &node->names) && take_schema (self, value, "items", &node->items) &&
         take_schemas (self, value, "prefixItems", &node->prefix) && take_schema (self, value, "contains", &node->contains) &&
         take_schemas (self, value, "allOf", &node->all) && take_schemas (self, value, "anyOf", &node->any) &&
         take_schemas (self, value, "oneOf", &node->one) && take_schema (self, value, "not", &node->not) &&
         take_schema (self, value, "if", &node->condition) && take_schema (self, value, "then", &node->then) &&
         take_schema (self, value, "else", &node->otherwise);
}

static void
properties_free (EnlaceSchemaProperty *properties,
                 gsize                 n)
{
  for (gsize i = 0; i < n; i++)
    g_clear_pointer (&properties[i].pattern, enlace_pattern_free);
  g_free (properties);
}

static void
node_free (gpointer data)
{
  EnlaceSchemaNode *self = data;

  properties_free (self->properties, self->n_properties);
  properties_free (self->patterns, self->n_patterns);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->pattern, enlace_pattern_free);
  g_free (self->prefix.nodes);
  g_free (self->all.nodes);
  g_free (self->any.nodes);
  g_free (self->one.nodes);
  g_free (self);
}

static EnlaceSchemaNode *
new_node (Compiler    *self,
          EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  EnlaceSchemaNode *node = NULL;

  if (self->schema->nodes->len == MAX_NODES)
    fail (self, NULL, "The schema is too large");
  else if (kind != ENLACE_KIND_MAP && kind != ENLACE_KIND_BOOL)
    fail (self, NULL, "A schema is an object, true or false");
  else
    node = g_new0 (EnlaceSchemaNode, 1);
  if (node == NULL)
    return NULL;

  g_ptr_array_add (self->schema->nodes, node);
  g_hash_table_insert (self->by_value, value, node);
  node->never = kind == ENLACE_KIND_BOOL && !enlace_value_get_bool (value);

  return node;
}

/* A schema that has its node by now is being compiled, or waits to be. */
static EnlaceSchemaNode *
compile (Compiler    *self,
         EnlaceValue *value)
{
  EnlaceSchemaNode *node = g_hash_table_lookup (self->by_value, value);
  gboolean compiled;

  if (node != NULL)
    return node;
  if (self->depth == MAX_NESTING)
    fail (self, NULL, "The schema is too deep");
  else
    node = new_node (self, value);
  if (node == NULL)
    return NULL;

  self->depth++;
  compiled = take_keywords (self, node, value);
  self->depth--;

  return compiled ? node : NULL;
}

static gboolean
compile_pending (Compiler *self,
                 gboolean  compiled)
{
  Pending *pending;

  while ((pending = g_queue_pop_head (&self->pending)) != NULL)
    {
      g_string_assign (self->pointer, pending->pointer);
      compiled = compiled && take_keywords (self, pending->node, pending->value);
      g_free (pending->pointer);
      g_free (pending);
    }

  return compiled;
}

/**
 * enlace_schema_new_within:
 * @root: the document in which it stands
 * @value: the schema, a part of @root
 *
 * Returns: (transfer full) (nullable): the schema, or %NULL with %ENLACE_SCHEMA_ERROR_MALFORMED
 */
EnlaceSchema *
enlace_schema_new_within (EnlaceValue  *root,
                          EnlaceValue  *value,
                          GError      **error)
{
  g_autoptr(EnlaceSchema) self = NULL;
  g_autoptr(GHashTable) by_value = NULL;
  g_autoptr(GString) pointer = g_string_new ("");
  Compiler compiler = { 0 };

  g_return_val_if_fail (root != NULL && value != NULL, NULL);

  self = g_new0 (EnlaceSchema, 1);
  g_atomic_ref_count_init (&self->references);
  self->root = enlace_value_ref (root);
  self->value = enlace_value_ref (value);
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  by_value = g_hash_table_new (NULL, NULL);

  compiler = (Compiler) { .schema = self, .by_value = by_value, .pointer = pointer, .error = error };
  self->first = compile (&compiler, value);
  if (!compile_pending (&compiler, self->first != NULL))
    return NULL;

  return g_steal_pointer (&self);
}

EnlaceSchema *
enlace_schema_new (EnlaceValue  *value,
                   GError      **error)
{
  return enlace_schema_new_within (value, value, error);
}

EnlaceSchema *
enlace_schema_ref (EnlaceSchema *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
enlace_schema_unref (EnlaceSchema *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_ptr_array_unref (self->nodes);
  enlace_value_unref (self->value);
  enlace_value_unref (self->root);
  g_free (self);
}

EnlaceValue *
enlace_schema_get_value (EnlaceSchema *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->value;
}
