/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/compare-page.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "src/builder/version-words.h"

struct _EnlaceComparePage
{
  AdwNavigationPage  parent_instance;

  AdwComboRow       *from;
  AdwComboRow       *to;
  GtkListBox        *list;

  EnlaceClient      *client;
  EnlaceWorkflow    *workflow;
  EnlaceGraph       *graph;
  DexFuture         *work;       /* dropped with the page; nullable */
  gboolean           has_draft;
};

G_DEFINE_FINAL_TYPE (EnlaceComparePage, enlace_compare_page, ADW_TYPE_NAVIGATION_PAGE)

static void
add_row (EnlaceComparePage *self,
         const char        *title,
         const char        *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_list_box_append (self->list, row);
}

static void
show_changes (EnlaceComparePage *self,
              EnlaceValue       *changes)
{
  gsize length = changes != NULL ? enlace_value_get_length (changes) : 0;

  gtk_list_box_remove_all (self->list);
  if (length == 0)
    add_row (self, _("Nothing differs"), NULL);
  for (gsize i = 0; i < length; i++)
    {
      EnlaceValue *change = enlace_value_get_element (changes, i);
      g_autofree char *title = enlace_version_words_title (change, self->graph);
      g_autofree char *subtitle = enlace_version_words_subtitle (change);

      add_row (self, title, subtitle);
    }
}

static DexFuture *
compared_cb (DexFuture *future,
             gpointer   user_data)
{
  EnlaceComparePage *self = user_data;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  EnlaceValue *body = value != NULL ? enlace_client_reply_get_value (g_value_get_boxed (value), &error) : NULL;

  if (body != NULL)
    {
      show_changes (self, enlace_value_get_member (body, "changes"));
    }
  else if (error != NULL && error->domain == ENLACE_CLIENT_ERROR)
    {
      gtk_list_box_remove_all (self->list);
      add_row (self, _("The versions cannot be compared"), error->message);
    }

  return dex_future_new_for_boolean (TRUE);
}

/* The rows stand for the draft, where there is one, and the versions, newest first. */
static char *
name_of_row (EnlaceComparePage *self,
             AdwComboRow       *row)
{
  gint64 at = adw_combo_row_get_selected (row);

  if (self->has_draft && at == 0)
    return g_strdup ("draft");

  return g_strdup_printf ("%" PRId64, enlace_workflow_get_version (self->workflow) - at + (self->has_draft ? 1 : 0));
}

static void
compare_cb (EnlaceComparePage *self)
{
  g_autofree char *from = name_of_row (self, self->from);
  g_autofree char *to = name_of_row (self, self->to);
  g_autofree char *path = g_strdup_printf ("workflows/%s/versions/compare?from=%s&to=%s",
                                           enlace_resource_get_id (ENLACE_RESOURCE (self->workflow)), from, to);

  dex_clear (&self->work);
  self->work = dex_future_finally (enlace_client_call (self->client, "GET", path, NULL, NULL), compared_cb, self, NULL);
}

static void
enlace_compare_page_dispose (GObject *object)
{
  EnlaceComparePage *self = ENLACE_COMPARE_PAGE (object);

  dex_clear (&self->work);
  g_clear_object (&self->client);
  g_clear_object (&self->workflow);
  g_clear_object (&self->graph);

  G_OBJECT_CLASS (enlace_compare_page_parent_class)->dispose (object);
}

static void
enlace_compare_page_class_init (EnlaceComparePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enlace_compare_page_dispose;
}

static void
enlace_compare_page_init (EnlaceComparePage *self)
{
  GtkWidget *toolbar = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *choice = adw_preferences_group_new ();
  GtkWidget *changes = adw_preferences_group_new ();

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _("Changes"));
  self->from = ADW_COMBO_ROW (adw_combo_row_new ());
  self->to = ADW_COMBO_ROW (adw_combo_row_new ());
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  /* Translators: the version that a comparison begins with. */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->from), C_("comparison", "From"));
  /* Translators: the version that a comparison ends with. */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->to), C_("comparison", "To"));
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Changes"), -1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (choice), GTK_WIDGET (self->from));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (choice), GTK_WIDGET (self->to));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (changes), GTK_WIDGET (self->list));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (choice));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (changes));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), page);
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (self), toolbar);
}

AdwNavigationPage *
enlace_compare_page_new (EnlaceClient   *client,
                         EnlaceWorkflow *workflow,
                         EnlaceGraph    *graph,
                         gint64          version,
                         gboolean        has_draft)
{
  EnlaceComparePage *self = g_object_new (ENLACE_TYPE_COMPARE_PAGE, NULL);
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  gint64 newest = enlace_workflow_get_version (workflow);

  self->client = g_object_ref (client);
  self->workflow = g_object_ref (workflow);
  self->graph = g_object_ref (graph);
  self->has_draft = has_draft;
  if (has_draft)
    gtk_string_list_append (names, _("Your draft"));
  for (gint64 i = newest; i > 0; i--)
    gtk_string_list_take (names, g_strdup_printf (_("Version %" PRId64), i));

  adw_combo_row_set_model (self->from, G_LIST_MODEL (names));
  adw_combo_row_set_model (self->to, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->from, (guint) (newest - version + (has_draft ? 1 : 0)));
  adw_combo_row_set_selected (self->to, 0);
  g_signal_connect_object (self->from, "notify::selected", G_CALLBACK (compare_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->to, "notify::selected", G_CALLBACK (compare_cb), self, G_CONNECT_SWAPPED);
  compare_cb (self);

  return ADW_NAVIGATION_PAGE (self);
}
