/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/publish-words.h"

#include <glib/gi18n.h>

/* Members of a step, as a person calls them. */
static const struct {
  const char *member;
  const char *title;   /* translatable */
} members[] = {
  { "parameters", N_("settings") },
  { "name", N_("name") },
  { "type", N_("kind of step") },
  { "retry", N_("further tries") },
  { "on_error", N_("what happens when it fails") },
};

void
enlace_publish_change_free (EnlacePublishChange *change)
{
  g_free (change->title);
  g_free (change->subtitle);
  g_free (change);
}

static void
add_change (GPtrArray  *changes,
            const char *icon_name,
            char       *title,
            char       *subtitle)
{
  EnlacePublishChange *change = g_new0 (EnlacePublishChange, 1);

  change->icon_name = icon_name;
  change->title = title;
  change->subtitle = subtitle;
  g_ptr_array_add (changes, change);
}

static const char *
get_name (EnlaceValue *step)
{
  const char *name = enlace_value_get_member_string (step, "name", "");

  return name[0] != '\0' ? name : enlace_value_get_member_string (step, "id", "");
}

static char *
list_members (EnlaceValue *names)
{
  g_autoptr(GPtrArray) titles = g_ptr_array_new ();

  for (gsize i = 0; names != NULL && i < enlace_value_get_length (names); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_element (names, i));
      const char *title = name;

      for (guint j = 0; j < G_N_ELEMENTS (members); j++)
        if (g_strcmp0 (members[j].member, name) == 0)
          title = _(members[j].title);
      g_ptr_array_add (titles, (gpointer) title);
    }
  g_ptr_array_add (titles, NULL);

  /* Translators: between the parts of a list */
  return g_strjoinv (_(", "), (char **) titles->pdata);
}

static void
add_steps (GPtrArray   *changes,
           EnlaceValue *steps,
           const char  *icon_name,
           const char  *format)
{
  for (gsize i = 0; steps != NULL && i < enlace_value_get_length (steps); i++)
    {
      EnlaceValue *step = enlace_value_get_element (steps, i);
      EnlaceValue *names = enlace_value_get_member (step, "members");
      g_auto(GStrv) parts = g_strsplit (format, "%s", 2);

      add_change (changes, icon_name, g_strjoinv (get_name (step), parts), names != NULL ? list_members (names) : NULL);
    }
}

GPtrArray *
enlace_publish_words_list (EnlaceValue *preview)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_publish_change_free);
  EnlaceValue *differences = enlace_value_get_member (preview, "differences");
  EnlaceValue *added = enlace_value_get_member (differences, "edges_added");
  EnlaceValue *removed = enlace_value_get_member (differences, "edges_removed");
  guint n_edges = 0;

  /* Translators: %s is the name of a step */
  add_steps (changes, enlace_value_get_member (differences, "added"), "list-add-symbolic", _("Adds “%s”"));
  add_steps (changes, enlace_value_get_member (differences, "removed"), "list-remove-symbolic", _("Removes “%s”"));
  add_steps (changes, enlace_value_get_member (differences, "changed"), "document-edit-symbolic", _("Changes “%s”"));

  n_edges += added != NULL ? (guint) enlace_value_get_length (added) : 0;
  n_edges += removed != NULL ? (guint) enlace_value_get_length (removed) : 0;
  if (n_edges > 0)
    add_change (changes, "emblem-shared-symbolic", g_strdup_printf (ngettext ("Changes %u connection", "Changes %u connections", n_edges), n_edges),
                NULL);

  return changes;
}

char *
enlace_publish_words_runs (EnlaceValue *preview)
{
  gint64 n_runs = enlace_value_get_member_int (preview, "runs_under_way", 0);

  if (n_runs == 0)
    return NULL;

  return g_strdup_printf (ngettext ("%d run is under way. It finishes on the version that it began with.",
                                    "%d runs are under way. They finish on the version that they began with.", (int) n_runs), (int) n_runs);
}

char *
enlace_publish_words_curl (const char *address,
                           const char *method)
{
  g_autofree char *quoted = g_shell_quote (address);

  if (g_strcmp0 (method, "GET") == 0)
    return g_strdup_printf ("curl %s", quoted);

  return g_strdup_printf ("curl -X %s %s -H 'Content-Type: application/json' -d '{}'", method != NULL ? method : "POST", quoted);
}
