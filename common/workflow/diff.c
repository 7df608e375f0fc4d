/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-keys.h"
#include "common/workflow/diff.h"

/* A value in a sentence is cut beyond so many characters. */
#define MAX_SHOWN 60

static const char *const kind_names[] = {
  "step_added", "step_removed", "step_renamed", "step_moved", "step_changed", "edge_added", "edge_removed", "edge_changed", "note", "settings", "document",
};

void
enlace_difference_free (EnlaceDifference *self)
{
  g_free (self->node);
  g_free (self->name);
  g_free (self->pointer);
  g_clear_pointer (&self->before, enlace_value_unref);
  g_clear_pointer (&self->after, enlace_value_unref);
  g_free (self);
}

const char *
enlace_change_kind_to_string (EnlaceChangeKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

/* What is compared: at which pointer, in which step. */
typedef struct {
  GPtrArray  *found;
  EnlaceValue *node;              /* borrowed, nullable */
} Comparison;

static EnlaceChangeKind
classify (const char  *pointer,
          EnlaceValue *before,
          EnlaceValue *after)
{
  const char *member = strchr (pointer + 1, '/') != NULL ? strchr (strchr (pointer + 1, '/') + 1, '/') : NULL;

  if (g_str_has_prefix (pointer, "/nodes/") && member == NULL)
    return before == NULL ? ENLACE_CHANGE_STEP_ADDED : after == NULL ? ENLACE_CHANGE_STEP_REMOVED : ENLACE_CHANGE_STEP_CHANGED;
  if (g_str_has_prefix (pointer, "/nodes/"))
    return strcmp (member, "/name") == 0       ? ENLACE_CHANGE_STEP_RENAMED
           : strcmp (member, "/position") == 0 ? ENLACE_CHANGE_STEP_MOVED
                                               : ENLACE_CHANGE_STEP_CHANGED;
  if (g_str_has_prefix (pointer, "/edges/") && member == NULL)
    return before == NULL ? ENLACE_CHANGE_EDGE_ADDED : after == NULL ? ENLACE_CHANGE_EDGE_REMOVED : ENLACE_CHANGE_EDGE_CHANGED;
  if (g_str_has_prefix (pointer, "/edges/"))
    return ENLACE_CHANGE_EDGE_CHANGED;
  if (g_str_has_prefix (pointer, "/notes") || g_str_has_prefix (pointer, "/groups"))
    return ENLACE_CHANGE_NOTE;

  return g_str_has_prefix (pointer, "/settings") ? ENLACE_CHANGE_SETTINGS : ENLACE_CHANGE_DOCUMENT;
}

static void
note_difference (Comparison  *self,
                 const char  *pointer,
                 EnlaceValue *before,
                 EnlaceValue *after)
{
  EnlaceDifference *difference = g_new0 (EnlaceDifference, 1);

  difference->kind = classify (pointer, before, after);
  difference->pointer = g_strdup (pointer);
  difference->before = before != NULL ? enlace_value_ref (before) : NULL;
  difference->after = after != NULL ? enlace_value_ref (after) : NULL;
  if (self->node != NULL)
    {
      const char *id = enlace_value_get_member_string (self->node, "id", "");
      const char *name = enlace_value_get_member_string (self->node, "name", "");

      difference->node = g_strdup (id);
      difference->name = g_strdup (name[0] != '\0' ? name : id);
    }
  g_ptr_array_add (self->found, difference);
}

static void compare_value (Comparison  *self,
                           const char  *pointer,
                           EnlaceValue *before,
                           EnlaceValue *after);

static void
compare_at (Comparison  *self,
            const char  *pointer,
            const char  *name,
            EnlaceValue *before,
            EnlaceValue *after)
{
  g_autoptr(GString) inner = g_string_new (pointer);

  enlace_json_pointer_append (inner, name);
  compare_value (self, inner->str, before, after);
}

static void
compare_maps (Comparison  *self,
              const char  *pointer,
              EnlaceValue *before,
              EnlaceValue *after)
{
  for (gsize i = 0; i < enlace_value_get_length (after); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (after, i));

      compare_at (self, pointer, name, enlace_value_get_member (before, name), enlace_value_get_member_value (after, i));
    }
  for (gsize i = 0; i < enlace_value_get_length (before); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (before, i));

      if (enlace_value_get_member (after, name) == NULL)
        compare_at (self, pointer, name, enlace_value_get_member_value (before, i), NULL);
    }
}

static void
compare_rows (Comparison  *self,
              const char  *pointer,
              const char  *member,
              EnlaceValue *before,
              EnlaceValue *after)
{
  gboolean are_nodes = strcmp (pointer, "/nodes") == 0;
  g_autoptr(GHashTable) of_before = enlace_rows_index (before, member);
  g_autoptr(GHashTable) of_after = enlace_rows_index (after, member);
  g_autoptr(GPtrArray) order = enlace_rows_order (after, before, member);

  for (guint i = 0; i < order->len; i++)
    {
      EnlaceValue *was = g_hash_table_lookup (of_before, order->pdata[i]);
      EnlaceValue *is = g_hash_table_lookup (of_after, order->pdata[i]);

      if (are_nodes)
        self->node = is != NULL ? is : was;
      compare_at (self, pointer, order->pdata[i], was, is);
    }
  if (are_nodes)
    self->node = NULL;
}

/* Where nothing but the order of rows differs, the rows themselves say nothing. */
static gboolean
is_reordered (EnlaceValue *before,
              EnlaceValue *after,
              const char  *member)
{
  g_autoptr(GHashTable) of_before = enlace_rows_index (before, member);
  guint last = 0;

  for (gsize i = 0; i < enlace_value_get_length (before); i++)
    {
      g_autofree char *key = enlace_rows_dup_key (enlace_value_get_element (before, i), member);

      g_hash_table_insert (of_before, g_steal_pointer (&key), GUINT_TO_POINTER (i + 1));
    }
  for (gsize i = 0; i < enlace_value_get_length (after); i++)
    {
      g_autofree char *key = enlace_rows_dup_key (enlace_value_get_element (after, i), member);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (of_before, key));

      if (place > 0 && place < last)
        return TRUE;
      last = MAX (last, place);
    }

  return FALSE;
}

static gboolean
is_graph_list (const char *pointer)
{
  return strcmp (pointer, "/nodes") == 0 || strcmp (pointer, "/edges") == 0 || strcmp (pointer, "/notes") == 0 || strcmp (pointer, "/groups") == 0;
}

static void
compare_value (Comparison  *self,
               const char  *pointer,
               EnlaceValue *before,
               EnlaceValue *after)
{
  EnlaceValue *lists[] = { before, after };
  const char *member;

  if (enlace_rows_same (before, after))
    return;
  if (before != NULL && after != NULL && enlace_value_get_kind (before) == ENLACE_KIND_MAP && enlace_value_get_kind (after) == ENLACE_KIND_MAP)
    return compare_maps (self, pointer, before, after);
  if ((is_graph_list (pointer) || (before != NULL && after != NULL)) &&
      (member = enlace_rows_find_key (pointer, lists, G_N_ELEMENTS (lists))) != NULL &&
      (is_graph_list (pointer) || !is_reordered (before, after, member)))
    return compare_rows (self, pointer, member, before, after);

  note_difference (self, pointer, before, after);
}

GPtrArray *
enlace_document_diff (EnlaceValue *before,
                      EnlaceValue *after)
{
  static const char *const first[] = { "nodes", "edges", NULL };
  Comparison self = { .found = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_difference_free) };
  g_autoptr(EnlaceValue) was = enlace_value_ref (before);
  g_autoptr(EnlaceValue) is = enlace_value_ref (after);

  for (guint i = 0; first[i] != NULL; i++)
    {
      EnlaceValue *less_before = enlace_value_with_member (was, first[i], NULL);
      EnlaceValue *less_after = enlace_value_with_member (is, first[i], NULL);

      compare_at (&self, "", first[i], enlace_value_get_member (before, first[i]), enlace_value_get_member (after, first[i]));
      enlace_value_unref (was);
      enlace_value_unref (is);
      was = less_before;
      is = less_after;
    }
  compare_maps (&self, "", was, is);

  return self.found;
}

static char *
show_value (EnlaceValue *value)
{
  g_autofree char *text = NULL;
  g_autofree char *cut = NULL;

  if (value == NULL)
    return g_strdup ("nothing");
  text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
  if (text == NULL || g_utf8_strlen (text, -1) <= MAX_SHOWN)
    return g_steal_pointer (&text);

  cut = g_utf8_substring (text, 0, MAX_SHOWN);

  return g_strconcat (cut, "…", NULL);
}

static char *
describe_edge (const EnlaceDifference *self)
{
  EnlaceValue *edge = self->after != NULL ? self->after : self->before;
  const char *did = self->kind == ENLACE_CHANGE_EDGE_ADDED ? "was connected to" : "is no longer connected to";

  if (self->kind == ENLACE_CHANGE_EDGE_CHANGED)
    return g_strdup_printf ("The edge “%s” was changed", self->pointer + strlen ("/edges/"));

  return g_strdup_printf ("“%s” (%s) %s “%s”", enlace_value_get_member_string (edge, "from", ""), enlace_value_get_member_string (edge, "port", "out"),
                          did, enlace_value_get_member_string (edge, "to", ""));
}

char *
enlace_difference_describe (const EnlaceDifference *self)
{
  g_autofree char *before = show_value (self->before);
  g_autofree char *after = show_value (self->after);

  switch (self->kind)
    {
    case ENLACE_CHANGE_STEP_ADDED:
      return g_strdup_printf ("The step “%s” was added", self->name);
    case ENLACE_CHANGE_STEP_REMOVED:
      return g_strdup_printf ("The step “%s” was removed", self->name);
    case ENLACE_CHANGE_STEP_RENAMED:
      return g_strdup_printf ("The step “%s” was renamed: %s → %s", self->node, before, after);
    case ENLACE_CHANGE_STEP_MOVED:
      return g_strdup_printf ("The step “%s” was moved", self->name);
    case ENLACE_CHANGE_STEP_CHANGED:
      return g_strdup_printf ("“%s”: %s: %s → %s", self->name, self->pointer + strlen ("/nodes/") + strlen (self->node), before, after);
    case ENLACE_CHANGE_EDGE_ADDED:
    case ENLACE_CHANGE_EDGE_REMOVED:
    case ENLACE_CHANGE_EDGE_CHANGED:
      return describe_edge (self);
    case ENLACE_CHANGE_NOTE:
    case ENLACE_CHANGE_SETTINGS:
    case ENLACE_CHANGE_DOCUMENT:
    default:
      return g_strdup_printf ("%s: %s → %s", self->pointer, before, after);
    }
}

EnlaceValue *
enlace_differences_to_value (GPtrArray *differences)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();

  for (guint i = 0; i < differences->len; i++)
    {
      const EnlaceDifference *difference = differences->pdata[i];
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

      enlace_map_builder_add_string (builder, "kind", enlace_change_kind_to_string (difference->kind));
      enlace_map_builder_add_string (builder, "node", difference->node);
      enlace_map_builder_add_string (builder, "name", difference->name);
      enlace_map_builder_add_string (builder, "pointer", difference->pointer);
      if (difference->before != NULL)
        enlace_map_builder_add (builder, "before", difference->before);
      if (difference->after != NULL)
        enlace_map_builder_add (builder, "after", difference->after);
      enlace_map_builder_take_string (builder, "text", enlace_difference_describe (difference));
      enlace_list_builder_take (list, enlace_map_builder_end (builder));
    }

  return enlace_list_builder_end (list);
}
