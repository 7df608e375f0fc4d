/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/tree.h"

#define MAX_DEPTH 60

/* Sees each object that shows before what it contains; FALSE ends the walk. */
typedef gboolean (*Visit) (AtspiAccessible *self,
                           guint            depth,
                           gpointer         data);

gboolean
test_tree_has_state (AtspiAccessible *self,
                     AtspiStateType   state)
{
  g_autoptr(AtspiStateSet) states = atspi_accessible_get_state_set (self);

  return states != NULL && atspi_state_set_contains (states, state);
}

/* An object may go while it is asked: then it is as if it were not there. */
static gboolean
walk (AtspiAccessible *self,
      guint            depth,
      Visit            visit,
      gpointer         data)
{
  int n = depth < MAX_DEPTH ? atspi_accessible_get_child_count (self, NULL) : 0;

  for (int i = 0; i < n; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (self, i, NULL);

      if (child == NULL || !test_tree_has_state (child, ATSPI_STATE_SHOWING))
        continue;
      if (!visit (child, depth + 1, data) || !walk (child, depth + 1, visit, data))
        return FALSE;
    }

  return TRUE;
}

typedef struct {
  AtspiRole   role;
  const char *name;
  GPtrArray  *found;
  gboolean    only_one;
} Search;

static gboolean
search_cb (AtspiAccessible *self,
           guint            depth,
           gpointer         data)
{
  Search *search = data;
  g_autofree char *name = NULL;

  if (search->role != ATSPI_ROLE_INVALID && atspi_accessible_get_role (self, NULL) != search->role)
    return TRUE;
  if (search->name != NULL)
    {
      name = test_tree_dup_name (self);
      if (!g_pattern_match_simple (search->name, name))
        return TRUE;
    }
  g_ptr_array_add (search->found, g_object_ref (self));

  return !search->only_one;
}

AtspiAccessible *
test_tree_find (AtspiAccessible *root,
                AtspiRole        role,
                const char      *name)
{
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  Search search = { role, name, found, TRUE };

  walk (root, 0, search_cb, &search);

  return found->len > 0 ? g_object_ref (g_ptr_array_index (found, 0)) : NULL;
}

GPtrArray *
test_tree_list (AtspiAccessible *root,
                AtspiRole        role,
                const char      *name)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  Search search = { role, name, found, FALSE };

  walk (root, 0, search_cb, &search);

  return found;
}

char *
test_tree_dup_name (AtspiAccessible *self)
{
  char *name = atspi_accessible_get_name (self, NULL);

  return name != NULL ? name : g_strdup ("");
}

char *
test_tree_dup_description (AtspiAccessible *self)
{
  char *description = atspi_accessible_get_description (self, NULL);

  return description != NULL ? description : g_strdup ("");
}

char *
test_tree_dup_text (AtspiAccessible *self)
{
  g_autoptr(AtspiText) text = atspi_accessible_get_text_iface (self);

  return text != NULL ? atspi_text_get_text (text, 0, -1, NULL) : NULL;
}

static void
append_words (GString         *words,
              AtspiAccessible *self,
              guint            depth)
{
  g_autofree char *role = atspi_accessible_get_role_name (self, NULL);
  g_autofree char *name = test_tree_dup_name (self);
  g_autofree char *description = test_tree_dup_description (self);
  g_autofree char *text = test_tree_dup_text (self);

  g_string_append_printf (words, "%*s%s “%s”", (int) depth * 2, "", role, name);
  if (*description != '\0')
    g_string_append_printf (words, " (%s)", description);
  if (text != NULL && g_strcmp0 (text, name) != 0)
    g_string_append_printf (words, " = “%s”", text);
  if (test_tree_has_state (self, ATSPI_STATE_FOCUSABLE))
    g_string_append (words, " focusable");
  if (test_tree_has_state (self, ATSPI_STATE_FOCUSED))
    g_string_append (words, " focused");
  if (test_tree_has_state (self, ATSPI_STATE_CHECKED))
    g_string_append (words, " checked");
  if (!test_tree_has_state (self, ATSPI_STATE_SENSITIVE))
    g_string_append (words, " insensitive");
  g_string_append_c (words, '\n');
}

static gboolean
describe_cb (AtspiAccessible *self,
             guint            depth,
             gpointer         data)
{
  append_words (data, self, depth);

  return TRUE;
}

char *
test_tree_describe (AtspiAccessible *root)
{
  g_autoptr(GString) words = g_string_new (NULL);

  walk (root, 0, describe_cb, words);

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static gboolean
is_pressed (AtspiRole role)
{
  switch ((int) role)
    {
    case ATSPI_ROLE_BUTTON:
    case ATSPI_ROLE_TOGGLE_BUTTON:
    case ATSPI_ROLE_CHECK_BOX:
    case ATSPI_ROLE_SWITCH:
    case ATSPI_ROLE_COMBO_BOX:
    case ATSPI_ROLE_ENTRY:
    case ATSPI_ROLE_MENU_ITEM:
    case ATSPI_ROLE_LINK:
    case ATSPI_ROLE_SPIN_BUTTON:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
can_focus_cb (AtspiAccessible *self,
              guint            depth,
              gpointer         data)
{
  return !test_tree_has_state (self, ATSPI_STATE_FOCUSABLE);
}

/* A scrolled area, a group of rows and the sheet of a dialog hand the focus on to what is in them, where that can have it. */
static gboolean
hands_focus_on (AtspiAccessible *self,
                AtspiRole        role)
{
  return (role == ATSPI_ROLE_SCROLL_PANE || role == ATSPI_ROLE_PANEL || role == ATSPI_ROLE_LIST) && !walk (self, 0, can_focus_cb, NULL);
}

/* What a list of choices shows while it is closed is a part of it: it has the list's name. */
static gboolean
is_in_choices (AtspiAccessible *self,
               AtspiRole        role)
{
  g_autoptr(AtspiAccessible) parent = atspi_accessible_get_parent (self, NULL);

  if (role != ATSPI_ROLE_PANEL && role != ATSPI_ROLE_LIST && role != ATSPI_ROLE_LIST_ITEM)
    return FALSE;

  for (guint depth = 0; parent != NULL && depth < MAX_DEPTH; depth++)
    {
      g_autoptr(AtspiAccessible) above = NULL;

      if (atspi_accessible_get_role (parent, NULL) == ATSPI_ROLE_COMBO_BOX)
        return TRUE;
      above = atspi_accessible_get_parent (parent, NULL);
      g_set_object (&parent, above);
    }

  return FALSE;
}

static gboolean
nameless_cb (AtspiAccessible *self,
             guint            depth,
             gpointer         data)
{
  AtspiRole role = atspi_accessible_get_role (self, NULL);
  g_autofree char *name = test_tree_dup_name (self);

  if (*name == '\0' && (is_pressed (role) || test_tree_has_state (self, ATSPI_STATE_FOCUSABLE)) &&
      !hands_focus_on (self, role) && !is_in_choices (self, role))
    append_words (data, self, 0);

  return TRUE;
}

char *
test_tree_list_nameless (AtspiAccessible *root)
{
  g_autoptr(GString) words = g_string_new (NULL);

  walk (root, 0, nameless_cb, words);

  return g_string_free (g_steal_pointer (&words), FALSE);
}
