/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/workflow-preview.h"

#include <string.h>

#include "common/workflow/diff.h"
#include "server/api/fields.h"
#include "server/api/workflow-resource.h"
#include "server/store/executions.h"

/* Where a card lies changes nothing of what a workflow does. */
static gboolean
is_layout (const char *member)
{
  return strcmp (member, "position") == 0;
}

static void
add_differing (EnlaceListBuilder *names,
               EnlaceValue       *a,
               EnlaceValue       *b,
               gboolean           only_absent)
{
  for (gsize i = 0; i < enlace_value_get_length (a); i++)
    {
      EnlaceValue *key = enlace_value_get_key (a, i);
      EnlaceValue *other = enlace_value_lookup (b, key);

      if (is_layout (enlace_value_get_string (key)))
        continue;
      if (other == NULL || (!only_absent && !enlace_value_equal (enlace_value_get_member_value (a, i), other)))
        enlace_list_builder_add (names, key);
    }
}

/* The members in which two nodes differ; an empty list: none. */
static EnlaceValue *
differing_members (EnlaceValue *before,
                   EnlaceValue *after)
{
  g_autoptr(EnlaceListBuilder) names = enlace_list_builder_new ();

  add_differing (names, after, before, FALSE);
  add_differing (names, before, after, TRUE);

  return enlace_list_builder_end (names);
}

static EnlaceValue *
describe_node (const EnlaceDocumentNode *node,
               EnlaceValue              *members)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "id", node->id);
  enlace_map_builder_add_string (builder, "name", node->name);
  if (members != NULL)
    enlace_map_builder_add (builder, "members", members);

  return enlace_map_builder_end (builder);
}

/* Nodes of `a` that `b` has not. */
static EnlaceValue *
nodes_beyond (EnlaceDocument *a,
              EnlaceDocument *b)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  for (guint i = 0; i < enlace_document_get_n_nodes (a); i++)
    {
      const EnlaceDocumentNode *node = enlace_document_get_node (a, i);

      if (b == NULL || enlace_document_find_node (b, node->id) == NULL)
        enlace_list_builder_take (list, describe_node (node, NULL));
    }

  return enlace_list_builder_end (list);
}

static EnlaceValue *
nodes_changed (EnlaceDocument *before,
               EnlaceDocument *after)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  for (guint i = 0; i < enlace_document_get_n_nodes (after); i++)
    {
      const EnlaceDocumentNode *node = enlace_document_get_node (after, i);
      const EnlaceDocumentNode *other = enlace_document_find_node (before, node->id);
      g_autoptr(EnlaceValue) members = other != NULL ? differing_members (other->value, node->value) : NULL;

      if (members != NULL && enlace_value_get_length (members) > 0)
        enlace_list_builder_take (list, describe_node (node, members));
    }

  return enlace_list_builder_end (list);
}

/* "FROM PORT TO" → itself. */
static GHashTable *
edge_set (EnlaceDocument *document)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < enlace_document_get_n_edges (document); i++)
    {
      const EnlaceDocumentEdge *edge = enlace_document_get_edge (document, i);

      g_hash_table_add (set, g_strdup_printf ("%s %s %s", enlace_document_get_node (document, edge->from)->id, edge->port,
                                              enlace_document_get_node (document, edge->to)->id));
    }

  return set;
}

static EnlaceValue *
edges_beyond (EnlaceDocument *a,
              EnlaceDocument *b)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(GHashTable) others = edge_set (b);

  for (guint i = 0; i < enlace_document_get_n_edges (a); i++)
    {
      const EnlaceDocumentEdge *edge = enlace_document_get_edge (a, i);
      const char *from = enlace_document_get_node (a, edge->from)->id;
      const char *to = enlace_document_get_node (a, edge->to)->id;
      g_autofree char *name = g_strdup_printf ("%s %s %s", from, edge->port, to);
      g_autoptr(EnlaceMapBuilder) builder = NULL;

      if (g_hash_table_contains (others, name))
        continue;

      builder = enlace_map_builder_new ();
      enlace_map_builder_add_string (builder, "from", from);
      enlace_map_builder_add_string (builder, "port", edge->port);
      enlace_map_builder_add_string (builder, "to", to);
      enlace_list_builder_take (list, enlace_map_builder_end (builder));
    }

  return enlace_list_builder_end (list);
}

/* `before` NULL: nothing is live, so all of it is new. */
static EnlaceValue *
differences (EnlaceDocument *before,
             EnlaceDocument *after)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(GPtrArray) refusals = g_ptr_array_new ();
  g_autoptr(EnlaceMapBuilder) nothing = enlace_map_builder_new ();
  g_autoptr(EnlaceListBuilder) none = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) no_list = enlace_list_builder_end (none);
  g_autoptr(EnlaceValue) no_document = NULL;
  g_autoptr(EnlaceDocument) empty = NULL;

  enlace_map_builder_add_int (nothing, "schema", 1);
  enlace_map_builder_add (nothing, "nodes", no_list);
  enlace_map_builder_add (nothing, "edges", no_list);
  no_document = enlace_map_builder_end (nothing);
  empty = enlace_document_read (no_document, refusals);
  if (before == NULL)
    before = empty;

  enlace_map_builder_take (builder, "added", nodes_beyond (after, before));
  enlace_map_builder_take (builder, "removed", nodes_beyond (before, after));
  enlace_map_builder_take (builder, "changed", nodes_changed (before, after));
  enlace_map_builder_take (builder, "edges_added", edges_beyond (after, before));
  enlace_map_builder_take (builder, "edges_removed", edges_beyond (before, after));

  return enlace_map_builder_end (builder);
}

/* What a person would say of it, field by field. `before` NULL: nothing is live. */
static EnlaceValue *
list_changes (EnlaceDocument *before,
              EnlaceDocument *after)
{
  g_autoptr(EnlaceValue) no_nodes = NULL;
  g_autoptr(EnlaceValue) nothing = NULL;
  g_autoptr(GPtrArray) changes = NULL;

  if (before == NULL)
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
      g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

      no_nodes = enlace_list_builder_end (list);
      enlace_map_builder_add_int (builder, "schema", 1);
      enlace_map_builder_add (builder, "nodes", no_nodes);
      nothing = enlace_map_builder_end (builder);
    }
  changes = enlace_document_diff (before != NULL ? enlace_document_get_value (before) : nothing, enlace_document_get_value (after));

  return enlace_differences_to_value (changes);
}

/* Calls of other systems in one run. */
static EnlaceValue *
estimate_calls (EnlaceDocument *document)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  EnlaceEstimate estimate;

  enlace_document_estimate_calls (document, &estimate);
  enlace_map_builder_add_int (builder, "calls_min", (gint64) estimate.minimum);
  enlace_map_builder_add_int (builder, "calls_typical", (gint64) estimate.typical);
  if (estimate.maximum >= 0)
    enlace_map_builder_add_int (builder, "calls_max", estimate.maximum);
  else
    enlace_map_builder_add_null (builder, "calls_max");

  return enlace_map_builder_end (builder);
}

/* `draft` NULL: the version that is named. */
static EnlaceReply *
preview (const EnlaceServices          *services,
         EnlaceReader                  *reader,
         EnlaceWorkflowRow             *row,
         gint64                         version,
         EnlaceDocument                *draft,
         const EnlaceCheckEnvironment  *environment,
         GError                       **error)
{
  g_autoptr(EnlaceDocument) after = NULL;
  g_autoptr(EnlaceDocument) before = NULL;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;
  gint64 n_open;

  after = draft != NULL ? enlace_document_ref (draft) : enlace_workflow_load_document (services, reader, row, version, error);
  if (after == NULL || !enlace_executions_count_open (reader, &row->id, &n_open, error))
    return NULL;
  if (row->is_active && (before = enlace_workflow_load_document (services, reader, row, row->published_version, error)) == NULL)
    return NULL;

  if (draft != NULL)
    enlace_map_builder_add_string (builder, "version", "draft");
  else
    enlace_map_builder_add_int (builder, "version", version);
  if (row->is_active)
    enlace_map_builder_add_int (builder, "live_version", row->published_version);
  else
    enlace_map_builder_add_null (builder, "live_version");
  enlace_map_builder_take (builder, "problems", enlace_workflow_check_within (after, environment));
  enlace_map_builder_take (builder, "estimate", estimate_calls (after));
  enlace_map_builder_take (builder, "differences", differences (before, after));
  enlace_map_builder_take (builder, "changes", list_changes (before, after));
  enlace_map_builder_add_int (builder, "runs_under_way", n_open);
  body = enlace_map_builder_end (builder);

  return enlace_reply_new_json (200, body);
}

void
enlace_workflow_preview_publish (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  EnlaceWorkflowRow *row = enlace_request_get_object (request);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceDocument) draft = NULL;
  g_autoptr(EnlaceValue) vars = NULL;
  char id[ENLACE_UUID_TEXT_SIZE];
  EnlaceCheckEnvironment environment;
  gint64 version = row->version;
  gboolean is_draft;
  EnlaceReader *reader;
  EnlaceFields fields;
  EnlaceReply *reply;

  enlace_fields_init (&fields, request);
  is_draft = g_strcmp0 (enlace_value_get_member_string (fields.body, "version", NULL), "draft") == 0;
  if (is_draft)
    enlace_fields_ignore (&fields, (const char *const[]) { "version", NULL });
  else
    enlace_fields_take_int (&fields, "version", 1, row->version, &version);
  if (!enlace_fields_finish (&fields, request))
    return;
  if (is_draft && (draft = enlace_workflow_load_draft (request, row, &error)) == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));
  if (!enlace_workflow_get_environment (services, row, &vars, id, &environment, &error))
    return enlace_request_fail (request, g_steal_pointer (&error));

  reader = enlace_store_acquire_reader (services->store);
  reply = preview (services, reader, row, version, draft, &environment, &error);
  enlace_store_release_reader (services->store, reader);
  if (reply == NULL)
    return enlace_request_fail (request, g_steal_pointer (&error));

  enlace_request_reply (request, reply);
}
