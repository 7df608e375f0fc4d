/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/expression/expression.h"
#include "common/workflow/document-private.h"

#define SCHEMA 1
#define MAX_ID 64

typedef struct {
  EnlaceDocument *document;
  GPtrArray *refusals;
} Reader;

/* What a member must look like where it is there; the document may hold other members, which are kept. */
typedef struct {
  const char *name;
  gboolean (*is_shape) (const EnlaceValue *value);
  gboolean required;
  const char *detail;
} Shape;

static gboolean
is_text (const EnlaceValue *value)
{
  gsize length;
  const char *text = enlace_value_get_string_len (value, &length);

  /* Ids and names are compared as C strings. */
  return text != NULL && strlen (text) == length;
}

static gboolean
is_named (const EnlaceValue *value)
{
  return is_text (value) && enlace_value_get_string (value)[0] != '\0';
}

static gboolean
is_map (const EnlaceValue *value)
{
  return enlace_value_get_kind (value) == ENLACE_KIND_MAP;
}

static gboolean
is_number (const EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE;
}

static gboolean
is_pair_of_numbers (const EnlaceValue *value)
{
  return enlace_value_get_kind (value) == ENLACE_KIND_LIST && enlace_value_get_length (value) == 2 &&
         is_number (enlace_value_get_element (value, 0)) && is_number (enlace_value_get_element (value, 1));
}

static gboolean
is_node_id (const EnlaceValue *value)
{
  const char *id = is_text (value) ? enlace_value_get_string (value) : "";

  if (!g_ascii_isalpha (id[0]) && id[0] != '_')
    return FALSE;

  for (gsize i = 1; id[i] != '\0'; i++)
    if (i >= MAX_ID || !(g_ascii_isalnum (id[i]) || id[i] == '_'))
      return FALSE;

  return !enlace_expression_is_keyword (id);
}

static const Shape node_shapes[] = {
  { "id", is_node_id, TRUE,
    "A step’s id begins with a letter or _, holds up to 64 letters, digits and _, and is no word of the expression language" },
  { "type", is_named, TRUE, "A step’s type is a text" },
  { "name", is_text, FALSE, "A step’s name is a text" },
  { "position", is_pair_of_numbers, FALSE, "A position is a list of two numbers" },
  { "parameters", is_map, FALSE, "Parameters are an object" },
};

static const Shape edge_shapes[] = {
  { "from", is_text, TRUE, "An edge begins at the id of a step" },
  { "to", is_text, TRUE, "An edge ends at the id of a step" },
  { "port", is_named, FALSE, "A port is a text" },
};

static const Shape note_shapes[] = {
  { "id", is_named, TRUE, "A note’s id is a text" },
  { "position", is_pair_of_numbers, FALSE, "A position is a list of two numbers" },
  { "size", is_pair_of_numbers, FALSE, "A size is a list of two numbers" },
  { "text", is_text, FALSE, "A note’s text is a text" },
};

G_GNUC_PRINTF (4, 5)
static void
refuse (Reader     *self,
        const char *node,
        const char *detail,
        const char *pointer_format,
        ...)
{
  g_autofree char *pointer = NULL;
  va_list args;

  va_start (args, pointer_format);
  pointer = g_strdup_vprintf (pointer_format, args);
  va_end (args);

  enlace_problems_take (self->refusals, enlace_problem_new (pointer, node, "%s", detail));
}

/* Adds a refusal for each member of another shape. */
static gboolean
check_shapes (Reader            *self,
              const EnlaceValue *value,
              const Shape       *shapes,
              gsize              n_shapes,
              const char        *list,
              guint              index)
{
  gboolean fits = TRUE;

  if (enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    {
      refuse (self, NULL, "This must be an object", "/%s/%u", list, index);
      return FALSE;
    }

  for (gsize i = 0; i < n_shapes; i++)
    {
      EnlaceValue *member = enlace_value_get_member (value, shapes[i].name);

      if (member != NULL ? shapes[i].is_shape (member) : !shapes[i].required)
        continue;

      refuse (self, NULL, shapes[i].detail, "/%s/%u/%s", list, index, shapes[i].name);
      fits = FALSE;
    }

  return fits;
}

static void
read_node (Reader      *self,
           EnlaceValue *value,
           guint        index)
{
  EnlaceDocument *document = self->document;
  EnlaceDocumentNode *node = &document->nodes[document->n_nodes];
  EnlaceValue *parameters;

  if (!check_shapes (self, value, node_shapes, G_N_ELEMENTS (node_shapes), "nodes", index))
    return;

  parameters = enlace_value_get_member (value, "parameters");
  node->id = enlace_value_get_member_string (value, "id", "");
  node->type = enlace_value_get_member_string (value, "type", "");
  node->name = enlace_value_get_member_string (value, "name", "");
  node->parameters = parameters != NULL ? parameters : self->document->no_parameters;
  node->value = value;
  node->index = index;

  if (g_hash_table_contains (document->by_id, node->id))
    {
      g_autofree char *detail = g_strdup_printf ("There are two steps with the id “%s”", node->id);

      refuse (self, node->id, detail, "/nodes/%u/id", index);
      return;
    }

  document->n_nodes++;
  g_hash_table_insert (document->by_id, (gpointer) node->id, GUINT_TO_POINTER (document->n_nodes));
}

static gboolean
find_end (Reader            *self,
          const EnlaceValue *edge,
          const char        *end,
          guint              index,
          guint             *node)
{
  const char *id = enlace_value_get_member_string (edge, end, "");
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->document->by_id, id));
  g_autofree char *detail = NULL;

  *node = found - 1;
  if (found > 0)
    return TRUE;

  detail = g_strdup_printf ("There is no step with the id “%.64s”", id);
  refuse (self, NULL, detail, "/edges/%u/%s", index, end);

  return FALSE;
}

static void
read_edge (Reader      *self,
           EnlaceValue *value,
           guint        index)
{
  EnlaceDocument *document = self->document;
  EnlaceDocumentEdge *edge = &document->edges[document->n_edges];

  if (!check_shapes (self, value, edge_shapes, G_N_ELEMENTS (edge_shapes), "edges", index) ||
      !find_end (self, value, "from", index, &edge->from) || !find_end (self, value, "to", index, &edge->to))
    return;

  edge->port = enlace_value_get_member_string (value, "port", "out");
  edge->index = index;
  document->n_edges++;
}

static guint
hash_edge (gconstpointer data)
{
  const EnlaceDocumentEdge *edge = data;

  return (edge->from * 31 + edge->to) * 31 + g_str_hash (edge->port);
}

static gboolean
equal_edges (gconstpointer a,
             gconstpointer b)
{
  const EnlaceDocumentEdge *x = a;
  const EnlaceDocumentEdge *y = b;

  return x->from == y->from && x->to == y->to && strcmp (x->port, y->port) == 0;
}

static void
refuse_duplicate_edges (Reader *self)
{
  g_autoptr(GHashTable) edges = g_hash_table_new (hash_edge, equal_edges);

  for (guint i = 0; i < self->document->n_edges; i++)
    {
      EnlaceDocumentEdge *edge = &self->document->edges[i];

      if (!g_hash_table_add (edges, edge))
        refuse (self, self->document->nodes[edge->from].id, "There is such an edge already", "/edges/%u", edge->index);
    }
}

static void
read_notes (Reader            *self,
            const EnlaceValue *notes)
{
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < enlace_value_get_length (notes); i++)
    {
      EnlaceValue *note = enlace_value_get_element (notes, i);

      if (check_shapes (self, note, note_shapes, G_N_ELEMENTS (note_shapes), "notes", i) &&
          !g_hash_table_add (ids, (gpointer) enlace_value_get_member_string (note, "id", "")))
        refuse (self, NULL, "There are two notes with this id", "/notes/%u/id", (guint) i);
    }
}

/* A list of the document; `required` or absent. */
static const EnlaceValue *
get_list (Reader     *self,
          const char *name,
          gboolean    required)
{
  EnlaceValue *list = enlace_value_get_member (self->document->value, name);

  if (list != NULL ? enlace_value_get_kind (list) == ENLACE_KIND_LIST : !required)
    return list;

  refuse (self, NULL, "This must be a list", "/%s", name);

  return NULL;
}

static void
read_schema (Reader *self)
{
  EnlaceValue *schema = enlace_value_get_member (self->document->value, "schema");

  if (schema == NULL || enlace_value_get_kind (schema) != ENLACE_KIND_INT)
    refuse (self, NULL, "A workflow document says “schema”: 1", "/schema");
  else if (enlace_value_get_int (schema) != SCHEMA)
    refuse (self, NULL, "This version reads only workflow documents of schema 1", "/schema");
}

static void
read_nodes_and_edges (Reader *self)
{
  EnlaceDocument *document = self->document;
  const EnlaceValue *nodes = get_list (self, "nodes", TRUE);
  const EnlaceValue *edges = get_list (self, "edges", FALSE);
  const EnlaceValue *notes = get_list (self, "notes", FALSE);
  gsize n_nodes = enlace_value_get_length (nodes);
  gsize n_edges = enlace_value_get_length (edges);
  document->nodes = g_new0 (EnlaceDocumentNode, n_nodes + 1);
  for (gsize i = 0; i < n_nodes; i++)
    read_node (self, enlace_value_get_element (nodes, i), i);

  document->edges = g_new0 (EnlaceDocumentEdge, n_edges + 1);
  for (gsize i = 0; i < n_edges; i++)
    read_edge (self, enlace_value_get_element (edges, i), i);

  refuse_duplicate_edges (self);
  read_notes (self, notes);
}

/**
 * enlace_document_read:
 * @value: a workflow document; it is kept as it is
 * @refusals: (element-type EnlaceProblem): each reason why @value is no graph is added
 *
 * Returns: (transfer full) (nullable): the document, or %NULL when there was a reason
 */
EnlaceDocument *
enlace_document_read (EnlaceValue *value,
                      GPtrArray   *refusals)
{
  g_autoptr(EnlaceDocument) self = g_new0 (EnlaceDocument, 1);
  g_autoptr(EnlaceMapBuilder) nothing = enlace_map_builder_new ();
  Reader reader = { self, refusals };
  guint before;

  g_return_val_if_fail (refusals != NULL, NULL);

  before = refusals->len;
  self->ref_count = 1;
  self->value = enlace_value_ref (value);
  self->no_parameters = enlace_map_builder_end (nothing);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);

  if (enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    {
      refuse (&reader, NULL, "A workflow document is an object", "%s", "");
      return NULL;
    }

  read_schema (&reader);
  read_nodes_and_edges (&reader);
  if (refusals->len > before || !enlace_document_sort (self, refusals))
    return NULL;

  return g_steal_pointer (&self);
}
