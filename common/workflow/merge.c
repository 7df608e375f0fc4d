/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-keys.h"
#include "common/workflow/merge-private.h"

static const char *const kind_names[] = { "edit-edit", "add-add", "edit-delete", "delete-edit", "dangling-edge", "cycle" };
static const char *const side_names[] = { "none", "mine", "theirs" };

void
enlace_conflict_free (EnlaceConflict *self)
{
  g_free (self->node);
  g_free (self->pointer);
  g_clear_pointer (&self->base, enlace_value_unref);
  g_clear_pointer (&self->mine, enlace_value_unref);
  g_clear_pointer (&self->theirs, enlace_value_unref);
  g_free (self);
}

const char *
enlace_conflict_kind_to_string (EnlaceConflictKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

static void
add_present (EnlaceMapBuilder *builder,
             const char       *name,
             EnlaceValue      *value)
{
  if (value != NULL)
    enlace_map_builder_add (builder, name, value);
}

EnlaceValue *
enlace_conflicts_to_value (GPtrArray *conflicts)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  for (guint i = 0; i < conflicts->len; i++)
    {
      const EnlaceConflict *conflict = conflicts->pdata[i];
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

      enlace_map_builder_add_string (builder, "kind", enlace_conflict_kind_to_string (conflict->kind));
      enlace_map_builder_add_string (builder, "node", conflict->node);
      enlace_map_builder_add_string (builder, "pointer", conflict->pointer);
      add_present (builder, "base", conflict->base);
      add_present (builder, "mine", conflict->mine);
      add_present (builder, "theirs", conflict->theirs);
      enlace_map_builder_add_string (builder, "choice", side_names[conflict->choice]);
      enlace_list_builder_take (list, enlace_map_builder_end (builder));
    }

  return enlace_list_builder_end (list);
}

/* The step that a pointer leads into. */
static char *
dup_node_of (const char *pointer)
{
  const char *id = pointer + strlen ("/nodes/");

  return g_str_has_prefix (pointer, "/nodes/") ? g_strndup (id, strcspn (id, "/")) : NULL;
}

static EnlaceValue *
ref_present (EnlaceValue *value)
{
  return value != NULL ? enlace_value_ref (value) : NULL;
}

EnlaceSide
enlace_merge_decide (EnlaceMerge        *self,
                     EnlaceConflictKind  kind,
                     const char         *pointer,
                     EnlaceValue        *base,
                     EnlaceValue        *mine,
                     EnlaceValue        *theirs)
{
  EnlaceConflict *conflict = g_new0 (EnlaceConflict, 1);

  conflict->kind = kind;
  conflict->pointer = g_strdup (pointer);
  conflict->node = dup_node_of (pointer);
  conflict->base = ref_present (base);
  conflict->mine = ref_present (mine);
  conflict->theirs = ref_present (theirs);
  if (self->choices != NULL)
    conflict->choice = GPOINTER_TO_INT (g_hash_table_lookup (self->choices, pointer));
  g_ptr_array_add (self->conflicts, conflict);

  return conflict->choice == ENLACE_SIDE_THEIRS ? ENLACE_SIDE_THEIRS : ENLACE_SIDE_MINE;
}

static EnlaceValue *
merge_conflict (EnlaceMerge *self,
                const char  *pointer,
                EnlaceValue *base,
                EnlaceValue *mine,
                EnlaceValue *theirs)
{
  EnlaceConflictKind kind = mine == NULL   ? ENLACE_CONFLICT_DELETE_EDIT
                            : theirs == NULL ? ENLACE_CONFLICT_EDIT_DELETE
                            : base == NULL   ? ENLACE_CONFLICT_ADD_ADD
                                             : ENLACE_CONFLICT_EDIT_EDIT;

  return ref_present (enlace_merge_decide (self, kind, pointer, base, mine, theirs) == ENLACE_SIDE_MINE ? mine : theirs);
}

static gboolean
is_map (EnlaceValue *value)
{
  return value != NULL && enlace_value_get_kind (value) == ENLACE_KIND_MAP;
}

/* Two steps of one id are merged by field only where they are the same step: both made of one in the base, of one type. */
static gboolean
goes_by_member (const char  *pointer,
                EnlaceValue *base,
                EnlaceValue *mine,
                EnlaceValue *theirs)
{
  const char *type;

  if (!is_map (mine) || !is_map (theirs) || (base != NULL && !is_map (base)))
    return FALSE;
  if (!g_str_has_prefix (pointer, "/nodes/") || strchr (pointer + strlen ("/nodes/"), '/') != NULL)
    return TRUE;

  type = enlace_value_get_member_string (base, "type", NULL);

  return type != NULL && g_strcmp0 (type, enlace_value_get_member_string (mine, "type", NULL)) == 0 &&
         g_strcmp0 (type, enlace_value_get_member_string (theirs, "type", NULL)) == 0;
}

static EnlaceValue *merge_value (EnlaceMerge *self,
                                 const char  *pointer,
                                 EnlaceValue *base,
                                 EnlaceValue *mine,
                                 EnlaceValue *theirs);

static EnlaceValue *
merge_at (EnlaceMerge *self,
          const char  *pointer,
          const char  *name,
          EnlaceValue *base,
          EnlaceValue *mine,
          EnlaceValue *theirs)
{
  g_autoptr(GString) inner = g_string_new (pointer);

  enlace_json_pointer_append (inner, name);

  return merge_value (self, inner->str, base, mine, theirs);
}

static void
merge_member (EnlaceMerge      *self,
              const char       *pointer,
              const char       *name,
              EnlaceValue      *base,
              EnlaceValue      *mine,
              EnlaceValue      *theirs,
              EnlaceMapBuilder *builder)
{
  EnlaceValue *merged = merge_at (self, pointer, name, base != NULL ? enlace_value_get_member (base, name) : NULL,
                                  enlace_value_get_member (mine, name), enlace_value_get_member (theirs, name));

  if (merged != NULL)
    enlace_map_builder_take (builder, name, merged);
}

static EnlaceValue *
merge_map (EnlaceMerge *self,
           const char  *pointer,
           EnlaceValue *base,
           EnlaceValue *mine,
           EnlaceValue *theirs)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (mine); i++)
    merge_member (self, pointer, enlace_value_get_string (enlace_value_get_key (mine, i)), base, mine, theirs, builder);
  for (gsize i = 0; i < enlace_value_get_length (theirs); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (theirs, i));

      if (enlace_value_get_member (mine, name) == NULL)
        merge_member (self, pointer, name, base, mine, theirs, builder);
    }

  return enlace_map_builder_end (builder);
}

/* Whether the rows that both lists have come in the same order in both. */
static gboolean
same_order (EnlaceValue *a,
            EnlaceValue *b,
            const char  *member)
{
  g_autoptr(GHashTable) of_a = enlace_rows_index (a, member);
  g_autoptr(GHashTable) of_b = enlace_rows_index (b, member);
  gsize n_b = b != NULL ? enlace_value_get_length (b) : 0;
  gsize j = 0;

  for (gsize i = 0; a != NULL && i < enlace_value_get_length (a); i++)
    {
      g_autofree char *key = enlace_rows_dup_key (enlace_value_get_element (a, i), member);

      if (!g_hash_table_contains (of_b, key))
        continue;
      for (; j < n_b; j++)
        {
          g_autofree char *other = enlace_rows_dup_key (enlace_value_get_element (b, j), member);

          if (g_hash_table_contains (of_a, other))
            break;
        }

      g_autofree char *there = enlace_rows_dup_key (enlace_value_get_element (b, j++), member);
      if (strcmp (key, there) != 0)
        return FALSE;
    }

  return TRUE;
}

static EnlaceValue *
merge_rows (EnlaceMerge *self,
            const char  *pointer,
            const char  *member,
            EnlaceValue *base,
            EnlaceValue *mine,
            EnlaceValue *theirs)
{
  g_autoptr(GHashTable) of_base = enlace_rows_index (base, member);
  g_autoptr(GHashTable) of_mine = enlace_rows_index (mine, member);
  g_autoptr(GHashTable) of_theirs = enlace_rows_index (theirs, member);
  gboolean by_theirs = same_order (base, mine, member) && !same_order (base, theirs, member);
  g_autoptr(GPtrArray) order = enlace_rows_order (by_theirs ? theirs : mine, by_theirs ? mine : theirs, member);
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (guint i = 0; i < order->len; i++)
    {
      const char *key = order->pdata[i];
      EnlaceValue *merged = merge_at (self, pointer, key, g_hash_table_lookup (of_base, key), g_hash_table_lookup (of_mine, key),
                                      g_hash_table_lookup (of_theirs, key));

      if (merged != NULL)
        enlace_list_builder_take (builder, merged);
    }

  return enlace_list_builder_end (builder);
}

static EnlaceValue *
merge_value (EnlaceMerge *self,
             const char  *pointer,
             EnlaceValue *base,
             EnlaceValue *mine,
             EnlaceValue *theirs)
{
  EnlaceValue *lists[] = { base, mine, theirs };
  const char *member;

  if (enlace_rows_same (mine, theirs) || enlace_rows_same (base, theirs))
    return ref_present (mine);
  if (enlace_rows_same (base, mine))
    return ref_present (theirs);
  if (g_str_has_prefix (pointer, "/nodes/") && g_str_has_suffix (pointer, "/position") && mine != NULL && theirs != NULL)
    return enlace_value_ref (mine);
  if (goes_by_member (pointer, base, mine, theirs))
    return merge_map (self, pointer, base, mine, theirs);
  if (mine != NULL && theirs != NULL && (member = enlace_rows_find_key (pointer, lists, G_N_ELEMENTS (lists))) != NULL)
    return merge_rows (self, pointer, member, base, mine, theirs);

  return merge_conflict (self, pointer, base, mine, theirs);
}

/* A document with nothing in the lists that are merged as a graph; they keep their places. */
static EnlaceValue *
without_graph (EnlaceValue *document)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) nothing = enlace_list_builder_end (builder);
  g_autoptr(EnlaceValue) without_nodes = enlace_value_with_member (document, "nodes", nothing);

  return enlace_value_with_member (without_nodes, "edges", nothing);
}

static EnlaceValue *
merge_rest (EnlaceMerge *self)
{
  g_autoptr(EnlaceValue) base = without_graph (self->base);
  g_autoptr(EnlaceValue) mine = without_graph (self->mine);
  g_autoptr(EnlaceValue) theirs = without_graph (self->theirs);

  return merge_value (self, "", base, mine, theirs);
}

EnlaceValue *
enlace_merge_value (EnlaceMerge *self,
                    const char  *pointer,
                    EnlaceValue *base,
                    EnlaceValue *mine,
                    EnlaceValue *theirs)
{
  return merge_value (self, pointer, base, mine, theirs);
}

EnlaceValue *
enlace_document_merge (EnlaceValue *base,
                       EnlaceValue *mine,
                       EnlaceValue *theirs,
                       GHashTable  *choices,
                       GPtrArray   *conflicts)
{
  EnlaceMerge self = { choices, conflicts, base, mine, theirs };
  g_autoptr(EnlaceValue) nodes = NULL;
  g_autoptr(EnlaceValue) edges = NULL;
  g_autoptr(EnlaceValue) rest = NULL;
  g_autoptr(EnlaceValue) with_nodes = NULL;

  g_return_val_if_fail (base != NULL && mine != NULL && theirs != NULL && conflicts != NULL, NULL);

  if (enlace_rows_same (mine, theirs) || enlace_rows_same (base, theirs))
    return enlace_value_ref (mine);
  if (enlace_rows_same (base, mine))
    return enlace_value_ref (theirs);

  nodes = merge_rows (&self, "/nodes", "id", enlace_value_get_member (base, "nodes"), enlace_value_get_member (mine, "nodes"),
                      enlace_value_get_member (theirs, "nodes"));
  enlace_merge_graph (&self, &nodes, &edges);
  rest = merge_rest (&self);
  with_nodes = enlace_value_with_member (rest, "nodes", nodes);

  return enlace_value_with_member (with_nodes, "edges", edges);
}
