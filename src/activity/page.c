/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/page.h"

#include <glib/gi18n.h>

#include "src/activity/page-replay.h"
#include "src/activity/row.h"
#include "src/client/resource-list.h"
#include "src/widgets/list-follow.h"
#include "src/widgets/list-state.h"
#include "src/widgets/status.h"

struct _EnlaceActivityPage
{
  EnlacePage           parent_instance;

  /* Template children */
  GtkStack            *stack;
  AdwStatusPage       *error_page;
  GtkSearchBar        *search_bar;
  GtkSearchEntry      *search_entry;
  GtkListView         *list_view;
  GtkMenuButton       *filter_button;
  AdwComboRow         *status_row;
  AdwComboRow         *workflow_row;

  /* Owned */
  EnlaceClient        *client;
  EnlaceResourceList  *executions;
  EnlaceResourceList  *workflows;    /* for their names */
  GtkFilterListModel  *shown;
  GtkCustomFilter     *filter;
  char                *search;
  char                *workflow_id;  /* of the filter, NULL: all */
  const char          *status;       /* of the filter, NULL: all */
};

/* The choices of the filter, in its order; the first is all. */
static const char *const statuses[] = { NULL, "running", "waiting", "unknown", "completed", "failed", "cancelled" };

enum {
  PROP_0,
  PROP_CLIENT,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (EnlaceActivityPage, enlace_activity_page, ENLACE_TYPE_PAGE)

static GParamSpec *properties[N_PROPS];

/* Borrowed; NULL: it is not there. */
static EnlaceWorkflow *
find_workflow (EnlaceActivityPage *self,
               const char         *id)
{
  for (guint i = 0; id != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->workflows)); i++)
    {
      g_autoptr(EnlaceResource) workflow = g_list_model_get_item (G_LIST_MODEL (self->workflows), i);

      if (g_str_equal (enlace_resource_get_id (workflow), id))
        return ENLACE_WORKFLOW (workflow);
    }

  return NULL;
}

static gboolean
is_filtered (EnlaceActivityPage *self)
{
  return self->status != NULL || self->workflow_id != NULL;
}

static void
update_state (EnlaceActivityPage *self)
{
  EnlaceListState state = enlace_resource_list_get_state (self->executions);
  const GError *error = state == ENLACE_LIST_FAILED ? enlace_resource_list_get_error (self->executions) : NULL;
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (self->executions)) + (is_filtered (self) ? 1 : 0);
  gboolean is_known = state == ENLACE_LIST_READY || state == ENLACE_LIST_FAILED;

  gtk_stack_set_visible_child_name (self->stack,
                                    enlace_list_state_choose (is_known, error, n_all,
                                                              g_list_model_get_n_items (G_LIST_MODEL (self->shown))));
  if (error != NULL)
    enlace_list_state_explain (self->error_page, error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE);

  /* What is searched for may be on a page that was not read yet. */
  if (self->search != NULL)
    enlace_resource_list_load_more (self->executions);
}

static gboolean
is_shown (gpointer item,
          gpointer user_data)
{
  EnlaceActivityPage *self = user_data;
  EnlaceWorkflow *workflow;

  if (self->search == NULL || g_str_has_prefix (enlace_resource_get_id (item), self->search))
    return TRUE;

  workflow = find_workflow (self, enlace_execution_get_workflow_id (item));

  return workflow != NULL && enlace_workflow_get_name (workflow) != NULL &&
         g_str_match_string (self->search, enlace_workflow_get_name (workflow), TRUE);
}

static gboolean
belongs (EnlaceResource *resource,
         gpointer        user_data)
{
  EnlaceActivityPage *self = user_data;
  EnlaceExecution *execution = ENLACE_EXECUTION (resource);

  if (self->workflow_id != NULL && g_strcmp0 (self->workflow_id, enlace_execution_get_workflow_id (execution)) != 0)
    return FALSE;

  return self->status == NULL ||
         g_str_equal (self->status, enlace_execution_status_get_name (enlace_execution_get_status (execution)));
}

static void
apply_filters (EnlaceActivityPage *self)
{
  g_autoptr(GString) query = g_string_new (NULL);

  if (self->status != NULL)
    g_string_append_printf (query, "status=%s", self->status);
  if (self->workflow_id != NULL)
    g_string_append_printf (query, "%sworkflow_id=%s", query->len > 0 ? "&" : "", self->workflow_id);

  if (is_filtered (self))
    gtk_widget_add_css_class (GTK_WIDGET (self->filter_button), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->filter_button), "accent");
  enlace_resource_list_set_filter (self->executions, query->str, belongs, self, NULL);
}

static void
filter_changed_cb (EnlaceActivityPage *self)
{
  guint status = adw_combo_row_get_selected (self->status_row);
  guint workflow = adw_combo_row_get_selected (self->workflow_row);
  g_autoptr(EnlaceResource) chosen = NULL;
  const char *id;

  if (self->executions == NULL)
    return;

  if (workflow > 0 && workflow != GTK_INVALID_LIST_POSITION)
    chosen = g_list_model_get_item (G_LIST_MODEL (self->workflows), workflow - 1);
  id = chosen != NULL ? enlace_resource_get_id (chosen) : NULL;
  if (g_strcmp0 (self->workflow_id, id) == 0 && self->status == statuses[MIN (status, G_N_ELEMENTS (statuses) - 1)])
    return;

  self->status = statuses[MIN (status, G_N_ELEMENTS (statuses) - 1)];
  g_set_str (&self->workflow_id, id);
  apply_filters (self);
}

static void
search_changed_cb (EnlaceActivityPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  if (!g_set_str (&self->search, *text != '\0' ? text : NULL))
    return;

  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update_state (self);
}

static void
edge_reached_cb (EnlaceActivityPage *self,
                 GtkPositionType     edge)
{
  if (edge == GTK_POS_BOTTOM)
    enlace_resource_list_load_more (self->executions);
}

static void
try_again_cb (EnlaceActivityPage *self)
{
  enlace_resource_list_reload (self->executions);
}

static void
activate_cb (EnlaceActivityPage *self,
             guint               position)
{
  g_autoptr(EnlaceResource) execution = g_list_model_get_item (G_LIST_MODEL (self->shown), position);

  if (execution != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-execution", "s", enlace_resource_get_id (execution));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          EnlaceActivityPage       *self)
{
  gtk_list_item_set_child (list_item, enlace_execution_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         EnlaceActivityPage       *self)
{
  EnlaceExecution *execution = gtk_list_item_get_item (list_item);
  EnlaceWorkflow *workflow = find_workflow (self, enlace_execution_get_workflow_id (execution));
  const char *status = enlace_execution_status_get_name (enlace_execution_get_status (execution));
  g_autofree char *label = NULL;

  enlace_execution_row_set_execution (ENLACE_EXECUTION_ROW (gtk_list_item_get_child (list_item)), execution, workflow);
  label = g_strdup_printf ("%s: %s", workflow != NULL ? enlace_workflow_get_name (workflow) : _("Deleted Workflow"),
                           enlace_status_get_title (status));
  gtk_list_item_set_accessible_label (list_item, label);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           EnlaceActivityPage       *self)
{
  enlace_execution_row_set_execution (ENLACE_EXECUTION_ROW (gtk_list_item_get_child (list_item)), NULL, NULL);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceActivityPage *self = ENLACE_ACTIVITY_PAGE (widget);

  gtk_search_bar_set_search_mode (self->search_bar, !gtk_search_bar_get_search_mode (self->search_bar));
}

static void
clear_filters_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  EnlaceActivityPage *self = ENLACE_ACTIVITY_PAGE (widget);

  adw_combo_row_set_selected (self->status_row, 0);
  adw_combo_row_set_selected (self->workflow_row, 0);
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

/* The server replays the runs of one workflow at a time. */
static void
replay_failed_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  EnlaceActivityPage *self = ENLACE_ACTIVITY_PAGE (widget);

  if (self->workflow_id != NULL)
    enlace_replay_failed (ENLACE_PAGE (self), self->client, self->workflow_id);
  else
    enlace_page_toast (ENLACE_PAGE (self), _("First choose a workflow in the filter"));
}

/* "All Workflows", then each by name. */
static void
fill_workflow_row (EnlaceActivityPage *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  guint n_workflows = g_list_model_get_n_items (G_LIST_MODEL (self->workflows));
  guint selected = 0;

  gtk_string_list_append (names, _("All Workflows"));
  for (guint i = 0; i < n_workflows; i++)
    {
      g_autoptr(EnlaceWorkflow) workflow = g_list_model_get_item (G_LIST_MODEL (self->workflows), i);

      gtk_string_list_append (names, enlace_workflow_get_name (workflow));
      if (g_strcmp0 (self->workflow_id, enlace_resource_get_id (ENLACE_RESOURCE (workflow))) == 0)
        selected = i + 1;
    }

  g_signal_handlers_block_by_func (self->workflow_row, filter_changed_cb, self);
  adw_combo_row_set_model (self->workflow_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->workflow_row, selected);
  g_signal_handlers_unblock_by_func (self->workflow_row, filter_changed_cb, self);
}

/* Names first: a row says what ran. */
static void
workflows_state_cb (EnlaceActivityPage *self)
{
  EnlaceListState state = enlace_resource_list_get_state (self->workflows);

  if (state == ENLACE_LIST_READY && enlace_resource_list_get_has_more (self->workflows))
    enlace_resource_list_load_more (self->workflows);
  else if ((state == ENLACE_LIST_READY || state == ENLACE_LIST_FAILED) &&
           enlace_resource_list_get_state (self->executions) == ENLACE_LIST_IDLE)
    enlace_resource_list_reload (self->executions);

  if (state == ENLACE_LIST_READY)
    fill_workflow_row (self);
}

static void
enlace_activity_page_constructed (GObject *object)
{
  EnlaceActivityPage *self = ENLACE_ACTIVITY_PAGE (object);
  g_autoptr(GtkNoSelection) selection = NULL;

  G_OBJECT_CLASS (enlace_activity_page_parent_class)->constructed (object);

  self->workflows = enlace_resource_list_new (self->client, ENLACE_TYPE_WORKFLOW);
  self->executions = enlace_resource_list_new (self->client, ENLACE_TYPE_EXECUTION);
  self->filter = gtk_custom_filter_new (is_shown, self, NULL);
  self->shown = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->executions)), g_object_ref (GTK_FILTER (self->filter)));
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  enlace_list_follow_beginning (self->list_view);

  g_signal_connect_object (self->executions, "notify::state", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workflows, "notify::state", G_CALLBACK (workflows_state_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workflows, "items-changed", G_CALLBACK (fill_workflow_row), self, G_CONNECT_SWAPPED);
  enlace_resource_list_reload (self->workflows);
}

static void
enlace_activity_page_dispose (GObject *object)
{
  EnlaceActivityPage *self = ENLACE_ACTIVITY_PAGE (object);

  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  if (self->executions != NULL)
    enlace_resource_list_set_filter (self->executions, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_ACTIVITY_PAGE);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->executions);
  g_clear_object (&self->workflows);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (enlace_activity_page_parent_class)->dispose (object);
}

static void
enlace_activity_page_finalize (GObject *object)
{
  EnlaceActivityPage *self = ENLACE_ACTIVITY_PAGE (object);

  g_free (self->search);
  g_free (self->workflow_id);

  G_OBJECT_CLASS (enlace_activity_page_parent_class)->finalize (object);
}

static void
enlace_activity_page_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, ENLACE_ACTIVITY_PAGE (object)->client);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_activity_page_set_property (GObject      *object,
                                   guint         prop_id,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CLIENT:
      ENLACE_ACTIVITY_PAGE (object)->client = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_activity_page_class_init (EnlaceActivityPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = enlace_activity_page_constructed;
  object_class->dispose = enlace_activity_page_dispose;
  object_class->finalize = enlace_activity_page_finalize;
  object_class->get_property = enlace_activity_page_get_property;
  object_class->set_property = enlace_activity_page_set_property;

  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, ENLACE_TYPE_CLIENT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/activity/page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, filter_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, status_row);
  gtk_widget_class_bind_template_child (widget_class, EnlaceActivityPage, workflow_row);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, edge_reached_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);

  gtk_widget_class_install_action (widget_class, "activity.replay-failed", NULL, replay_failed_action);
  gtk_widget_class_install_action (widget_class, "activity.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "activity.clear-filters", NULL, clear_filters_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "activity.search", NULL);
}

static void
enlace_activity_page_init (EnlaceActivityPage *self)
{
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    gtk_string_list_append (titles, statuses[i] != NULL ? enlace_status_get_title (statuses[i]) : _("All"));
  adw_combo_row_set_model (self->status_row, G_LIST_MODEL (titles));
}

GtkWidget *
enlace_activity_page_new (EnlaceClient *client)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);

  return g_object_new (ENLACE_TYPE_ACTIVITY_PAGE, "client", client, NULL);
}
