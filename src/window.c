/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace"

#include "config.h"

#include "src/window.h"

#include <glib/gi18n.h>

#include "src/activity/execution-page.h"
#include "src/activity/page.h"
#include "src/builder/page.h"
#include "src/failure.h"
#include "src/workflows/page.h"

#define HINT_SECONDS 2

struct _EnlaceWindow
{
  AdwApplicationWindow  parent_instance;

  /* Template children */
  GtkStack              *stack;
  GtkWidget             *keyring_hint;
  AdwStatusPage         *failure;
  GtkWidget             *file_button;
  AdwNavigationView     *navigation;
  AdwNavigationSplitView *split_view;
  GtkListBox            *sidebar;
  GtkLabel              *server_name;
  GtkLabel              *server_state;
  GtkWidget             *server_dot;
  AdwNavigationView     *content;

  /* Owned */
  EnlaceClient          *client;
  EnlaceServerProcess   *server;
  GSettings             *settings;
  guint                  hint;       /* source: the hint that the keyring may be asking */
};

typedef struct {
  const char *name;
  const char *title;      /* translatable */
  const char *icon_name;
  GtkWidget *(*new_page) (EnlaceClient *client);
} WindowPage;

static const WindowPage pages[] = {
  { "workflows", N_("Workflows"), "enlace-workflows-symbolic", enlace_workflows_page_new },
  { "activity", N_("Activity"), "enlace-activity-symbolic", enlace_activity_page_new },
};

/* What the foot of the sidebar says of the server's state. */
static const struct {
  const char *text;       /* translatable */
  const char *css_class;
} server_states[] = {
  [ENLACE_SERVER_STOPPED] = { N_("Stopped"), "error" },
  [ENLACE_SERVER_UNLOCKING] = { N_("Starting…"), "warning" },
  [ENLACE_SERVER_PREPARING] = { N_("Starting…"), "warning" },
  [ENLACE_SERVER_STARTING] = { N_("Starting…"), "warning" },
  [ENLACE_SERVER_READY] = { N_("Running"), "success" },
  [ENLACE_SERVER_RESTARTING] = { N_("Restarting…"), "warning" },
  [ENLACE_SERVER_STOPPING] = { N_("Stopping…"), "warning" },
  [ENLACE_SERVER_FAILED] = { N_("Not running"), "error" },
};

G_DEFINE_FINAL_TYPE (EnlaceWindow, enlace_window, ADW_TYPE_APPLICATION_WINDOW)

static void
show_page (EnlaceWindow *self,
           guint         index)
{
  AdwNavigationPage *page = ADW_NAVIGATION_PAGE (pages[index].new_page (self->client));

  adw_navigation_view_replace (self->content, &page, 1);
}

static void
row_activated_cb (EnlaceWindow  *self,
                  GtkListBoxRow *row,
                  GtkListBox    *sidebar)
{
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}

static void
row_selected_cb (EnlaceWindow  *self,
                 GtkListBoxRow *row,
                 GtkListBox    *sidebar)
{
  if (row != NULL)
    show_page (self, gtk_list_box_row_get_index (row));
}

static GtkWidget *
new_sidebar_row (const WindowPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (_(page->title));
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (page->icon_name));
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _(page->title), -1);

  return row;
}

static void
show_failure (EnlaceWindow *self)
{
  const GError *error = enlace_server_process_get_failure (self->server);
  const EnlaceFailure *failure = enlace_failure_find (error);
  gboolean with_file = failure->offers_file && !enlace_server_process_has_store (self->server);
  g_autofree char *description = NULL;
  g_autofree char *markup = NULL;

  description = enlace_failure_describe (failure, error, enlace_server_process_get_data_dir (self->server), with_file);
  markup = g_markup_escape_text (description, -1);
  adw_status_page_set_icon_name (self->failure, failure->icon_name);
  adw_status_page_set_title (self->failure, _(failure->title));
  adw_status_page_set_description (self->failure, markup);
  gtk_widget_set_visible (self->file_button, with_file);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
show_main (EnlaceWindow *self)
{
  if (adw_navigation_view_get_visible_page (self->content) == NULL)
    gtk_list_box_select_row (self->sidebar, gtk_list_box_get_row_at_index (self->sidebar, 0));
  gtk_stack_set_visible_child_name (self->stack, "main");
}

static gboolean
hint_cb (gpointer user_data)
{
  EnlaceWindow *self = user_data;

  self->hint = 0;
  gtk_widget_set_visible (self->keyring_hint, TRUE);

  return G_SOURCE_REMOVE;
}

/* What takes this long while keys are read or kept is the keyring that asks for its password. */
static void
update_hint (EnlaceWindow      *self,
             EnlaceServerState  state)
{
  gboolean may_ask = state == ENLACE_SERVER_UNLOCKING || state == ENLACE_SERVER_PREPARING;

  if (may_ask && self->hint == 0)
    self->hint = g_timeout_add_seconds (HINT_SECONDS, hint_cb, self);
  if (!may_ask)
    {
      g_clear_handle_id (&self->hint, g_source_remove);
      gtk_widget_set_visible (self->keyring_hint, FALSE);
    }
}

static void
server_state_cb (EnlaceWindow *self)
{
  EnlaceServerState state = enlace_server_process_get_state (self->server);
  const char *text = _(server_states[state].text);
  const char *classes[] = { "server-dot", server_states[state].css_class, NULL };

  update_hint (self, state);
  gtk_label_set_label (self->server_state, text);
  gtk_widget_set_css_classes (self->server_dot, classes);

  if (state == ENLACE_SERVER_FAILED)
    show_failure (self);
  else if (state == ENLACE_SERVER_READY)
    show_main (self);
  else if (adw_navigation_view_get_visible_page (self->content) == NULL)
    gtk_stack_set_visible_child_name (self->stack, "starting");
}

static void
server_moved_cb (EnlaceWindow *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Addresses Have Changed"), NULL);

  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                _("Another program took the port of the server, which now is %s. "
                                  "Where you gave a workflow’s address to a service on this computer, give it the new one."),
                                enlace_server_process_get_address (self->server));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* Where the keys are kept is settled when the server runs with them (see the application). */
static void
start_server (EnlaceWindow       *self,
              EnlaceSecretsPlace  place)
{
  g_object_set (self->server, "place", place, NULL);
  enlace_server_process_start (self->server);
}

static void
try_again_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  EnlaceWindow *self = ENLACE_WINDOW (widget);

  start_server (self, g_settings_get_enum (self->settings, "keys-place"));
}

static void
use_file_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  start_server (ENLACE_WINDOW (widget), ENLACE_SECRETS_FILE);
}

/* A key that belongs to the page that shows, pressed while the focus is elsewhere. */
static gboolean
page_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   user_data)
{
  EnlaceWindow *self = ENLACE_WINDOW (widget);
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->content);
  const char *action;

  g_variant_get (arguments, "&s", &action);

  return page != NULL && gtk_widget_activate_action (GTK_WIDGET (page), action, NULL);
}

static void
show_page_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  EnlaceWindow *self = ENLACE_WINDOW (widget);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (pages[i].name, g_variant_get_string (parameter, NULL)))
      {
        gtk_list_box_select_row (self->sidebar, gtk_list_box_get_row_at_index (self->sidebar, i));
        adw_navigation_view_pop_to_tag (self->navigation, "main");
        adw_navigation_split_view_set_show_content (self->split_view, TRUE);
      }
}

static void
open_workflow_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  EnlaceWindow *self = ENLACE_WINDOW (widget);

  adw_navigation_view_push (self->navigation,
                            ADW_NAVIGATION_PAGE (enlace_builder_page_new (self->client, g_variant_get_string (parameter, NULL))));
}

static void
open_execution_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  EnlaceWindow *self = ENLACE_WINDOW (widget);
  gboolean over_builder = g_strcmp0 (adw_navigation_page_get_tag (adw_navigation_view_get_visible_page (self->navigation)),
                                     "main") != 0;

  adw_navigation_view_push (over_builder ? self->navigation : self->content,
                            ADW_NAVIGATION_PAGE (enlace_execution_page_new (self->client, g_variant_get_string (parameter, NULL))));
}

/* Borrowed; a workflow that is open is not opened a second time: there would be two drafts of it. */
static AdwNavigationPage *
find_builder (EnlaceWindow *self,
              const char   *workflow_id)
{
  g_autoptr(GListModel) stack = adw_navigation_view_get_navigation_stack (self->navigation);

  for (guint i = 0; i < g_list_model_get_n_items (stack); i++)
    {
      g_autoptr(AdwNavigationPage) page = g_list_model_get_item (stack, i);

      if (ENLACE_IS_BUILDER_PAGE (page) && g_strcmp0 (enlace_builder_page_get_workflow_id (ENLACE_BUILDER_PAGE (page)), workflow_id) == 0)
        return page;
    }

  return NULL;
}

static void
open_run_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  EnlaceWindow *self = ENLACE_WINDOW (widget);
  AdwNavigationPage *page;
  const char *workflow_id;
  const char *id;

  g_variant_get (parameter, "(&s&s)", &workflow_id, &id);
  page = find_builder (self, workflow_id);
  if (page != NULL)
    {
      enlace_builder_page_show_run (ENLACE_BUILDER_PAGE (page), id);
      adw_navigation_view_pop_to_page (self->navigation, page);
      return;
    }

  page = ADW_NAVIGATION_PAGE (enlace_builder_page_new (self->client, workflow_id));
  enlace_builder_page_show_run (ENLACE_BUILDER_PAGE (page), id);
  adw_navigation_view_push (self->navigation, page);
}

static void
enlace_window_dispose (GObject *object)
{
  EnlaceWindow *self = ENLACE_WINDOW (object);

  g_clear_handle_id (&self->hint, g_source_remove);
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_WINDOW);

  G_OBJECT_CLASS (enlace_window_parent_class)->dispose (object);
}

static void
enlace_window_class_init (EnlaceWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, keyring_hint);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, file_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, navigation);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, server_name);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, server_state);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, server_dot);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWindow, content);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);

  gtk_widget_class_install_action (widget_class, "win.try-again", NULL, try_again_action);
  gtk_widget_class_install_action (widget_class, "win.use-file", NULL, use_file_action);
  /* Wherever the focus is, these are for the page that shows. */
  gtk_widget_class_add_binding (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, page_key_cb, "s", "workflows.new");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, page_key_cb, "s", "workflows.search");
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", show_page_action);
  gtk_widget_class_install_action (widget_class, "win.open-workflow", "s", open_workflow_action);
  gtk_widget_class_install_action (widget_class, "win.open-execution", "s", open_execution_action);
  gtk_widget_class_install_action (widget_class, "win.open-run-in-builder", "(ss)", open_run_action);
}

static void
enlace_window_init (EnlaceWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_list_box_append (self->sidebar, new_sidebar_row (&pages[i]));
}

GtkWidget *
enlace_window_new (EnlaceApplication *application)
{
  EnlaceWindow *self;

  g_return_val_if_fail (ENLACE_IS_APPLICATION (application), NULL);

  self = g_object_new (ENLACE_TYPE_WINDOW, "application", application, NULL);
  self->client = g_object_ref (enlace_application_get_client (application));
  self->server = g_object_ref (enlace_application_get_server (application));
  self->settings = g_object_ref (enlace_application_get_settings (application));

  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->server, "notify::state", G_CALLBACK (server_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->server, "moved", G_CALLBACK (server_moved_cb), self, G_CONNECT_SWAPPED);
  server_state_cb (self);

  return GTK_WIDGET (self);
}
