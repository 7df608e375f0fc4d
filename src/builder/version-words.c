/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/version-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/value/json.h"

#define MAX_VALUE 80

static const struct {
  const char *kind;
  const char *title;   /* translatable, with the step's name */
} steps[] = {
  { "step_added", N_("Adds “%s”") },
  { "step_removed", N_("Removes “%s”") },
  { "step_renamed", N_("Renames “%s”") },
  { "step_moved", N_("Moves “%s”") },
};

static const struct {
  const char *kind;
  const char *title;   /* translatable, with both ends */
} edges[] = {
  { "edge_added", N_("Connects “%s” to “%s”") },
  { "edge_removed", N_("Disconnects “%s” from “%s”") },
  { "edge_changed", N_("Changes the connection from “%s” to “%s”") },
};

static const char *
get_step_name (EnlaceGraph *graph,
               const char  *id)
{
  EnlaceGraphNode *node = enlace_graph_find_node (graph, id);
  const char *name = node != NULL ? enlace_value_get_member_string (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "name", NULL) : NULL;

  return name != NULL && *name != '\0' ? name : id;
}

/* "/nodes/ID/parameters/NAME…" by the title that the form shows; any other place as it is written. */
static char *
describe_place (const char  *pointer,
                const char  *id,
                EnlaceGraph *graph)
{
  EnlaceGraphNode *node = enlace_graph_find_node (graph, id);
  const EnlaceStepInfo *info = node != NULL ? enlace_graph_node_get_info (node) : NULL;
  g_auto(GStrv) parts = g_strsplit (pointer, "/", -1);
  guint length = g_strv_length (parts);
  g_autofree char *rest = length > 3 ? g_strjoinv (" › ", parts + 3) : NULL;

  if (length < 5 || !g_str_equal (parts[3], "parameters"))
    return g_strdup (rest != NULL ? rest : pointer);

  for (guint i = 0; info != NULL && i < info->n_parameters; i++)
    {
      g_autofree char *deeper = NULL;

      if (!g_str_equal (info->parameters[i].name, parts[4]))
        continue;
      deeper = length > 5 ? g_strjoinv (" › ", parts + 5) : NULL;
      if (deeper != NULL)
        return g_strdup_printf ("%s › %s", _(info->parameters[i].title), deeper);
      return g_strdup (_(info->parameters[i].title));
    }

  return g_strjoinv (" › ", parts + 4);
}

static char *
describe_edge (EnlaceValue *change,
               const char  *title,
               EnlaceGraph *graph)
{
  const char *pointer = enlace_value_get_member_string (change, "pointer", "");
  g_auto(GStrv) parts = g_strsplit (pointer, "/", 4);
  g_auto(GStrv) ends = g_strsplit (g_strv_length (parts) > 2 ? parts[2] : "", ":", -1);
  guint length = g_strv_length (ends);

  if (length < 3)
    return g_strdup (pointer);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(title), get_step_name (graph, ends[0]), get_step_name (graph, ends[length - 1]));
#pragma GCC diagnostic pop
}

char *
enlace_version_words_title (EnlaceValue *change,
                            EnlaceGraph *graph)
{
  const char *kind = enlace_value_get_member_string (change, "kind", "");
  const char *id = enlace_value_get_member_string (change, "node", "");
  const char *name = enlace_value_get_member_string (change, "name", id);
  const char *pointer = enlace_value_get_member_string (change, "pointer", "");

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (g_str_equal (steps[i].kind, kind))
        {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
          return g_strdup_printf (_(steps[i].title), name);
#pragma GCC diagnostic pop
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    {
      if (g_str_equal (edges[i].kind, kind))
        return describe_edge (change, edges[i].title, graph);
    }

  if (g_str_equal (kind, "step_changed"))
    {
      g_autofree char *place = describe_place (pointer, id, graph);

      return g_strdup_printf (_("“%s”: %s"), name, place);
    }
  if (g_str_equal (kind, "note"))
    return g_strdup (_("A note or a group"));
  if (g_str_equal (kind, "settings"))
    return g_strdup (_("The workflow’s settings"));

  return g_strdup (pointer);
}

static char *
show (EnlaceValue *value)
{
  g_autofree char *text = NULL;
  glong length;

  if (value == NULL)
    return g_strdup (_("nothing"));

  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING)
    text = g_strdup_printf ("“%s”", enlace_value_get_string (value));
  else
    text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);

  length = text != NULL ? g_utf8_strlen (text, -1) : 0;
  if (length > MAX_VALUE)
    {
      g_autofree char *start = g_utf8_substring (text, 0, MAX_VALUE);

      return g_strconcat (start, "…", NULL);
    }

  return g_steal_pointer (&text);
}

char *
enlace_version_words_subtitle (EnlaceValue *change)
{
  const char *kind = enlace_value_get_member_string (change, "kind", "");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!g_str_equal (kind, "step_changed") && !g_str_equal (kind, "step_renamed") && !g_str_equal (kind, "settings") &&
      !g_str_equal (kind, "document"))
    return NULL;

  before = show (enlace_value_get_member (change, "before"));
  after = show (enlace_value_get_member (change, "after"));

  return g_strdup_printf ("%s → %s", before != NULL ? before : "", after != NULL ? after : "");
}
