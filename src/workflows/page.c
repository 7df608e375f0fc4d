/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include "src/workflows/page-private.h"

#include <glib/gi18n.h>

#include "src/builder/find.h"
#include "src/widgets/list-follow.h"
#include "src/widgets/list-state.h"
#include "src/workflows/row.h"

enum {
  PROP_0,
  PROP_CLIENT,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (EnlaceWorkflowsPage, enlace_workflows_page, ENLACE_TYPE_PAGE)

static GParamSpec *properties[N_PROPS];

static void
update_state (EnlaceWorkflowsPage *self)
{
  EnlaceListState state = enlace_resource_list_get_state (self->workflows);
  const GError *error = state == ENLACE_LIST_FAILED ? enlace_resource_list_get_error (self->workflows) : NULL;
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (self->workflows));
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->shown));
  gboolean is_known = state == ENLACE_LIST_READY || state == ENLACE_LIST_FAILED;

  gtk_stack_set_visible_child_name (self->stack,
                                    enlace_list_state_choose (is_known, error, n_all - g_hash_table_size (self->deleted), n_shown));
  if (error != NULL)
    enlace_list_state_explain (self->error_page, error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE);

  /* What is searched for may be on a page that was not read yet. */
  if (self->search != NULL && *self->search != '\0')
    enlace_resource_list_load_more (self->workflows);
}

static gboolean
is_shown (gpointer item,
          gpointer user_data)
{
  EnlaceWorkflowsPage *self = user_data;
  const char *name = enlace_workflow_get_name (item);

  if (g_hash_table_contains (self->deleted, enlace_resource_get_id (item)))
    return FALSE;

  if (self->search == NULL || g_str_match_string (self->search, name != NULL ? name : "", TRUE))
    return TRUE;

  /* What a workflow does is found too: its steps, and the expressions in them. */
  return enlace_workflow_get_document (item) != NULL &&
         enlace_find_in_document (enlace_workflow_get_document (item), self->search, NULL) > 0;
}

void
_enlace_workflows_page_refilter (EnlaceWorkflowsPage *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  update_state (self);
}

static void
search_changed_cb (EnlaceWorkflowsPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  if (g_set_str (&self->search, *text != '\0' ? text : NULL))
    _enlace_workflows_page_refilter (self);
}

static void
edge_reached_cb (EnlaceWorkflowsPage *self,
                 GtkPositionType      edge)
{
  if (edge == GTK_POS_BOTTOM)
    enlace_resource_list_load_more (self->workflows);
}

static void
try_again_cb (EnlaceWorkflowsPage *self)
{
  enlace_resource_list_reload (self->workflows);
}

static void
activate_cb (EnlaceWorkflowsPage *self,
             guint                position)
{
  g_autoptr(EnlaceWorkflow) workflow = g_list_model_get_item (G_LIST_MODEL (self->shown), position);

  if (workflow != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "workflows.open", "s", enlace_resource_get_id (ENLACE_RESOURCE (workflow)));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          EnlaceWorkflowsPage      *self)
{
  gtk_list_item_set_child (list_item, enlace_workflow_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         EnlaceWorkflowsPage      *self)
{
  EnlaceWorkflow *workflow = gtk_list_item_get_item (list_item);

  enlace_workflow_row_set_workflow (ENLACE_WORKFLOW_ROW (gtk_list_item_get_child (list_item)), workflow);
  gtk_list_item_set_accessible_label (list_item, enlace_workflow_get_name (workflow));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           EnlaceWorkflowsPage      *self)
{
  enlace_workflow_row_set_workflow (ENLACE_WORKFLOW_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
enlace_workflows_page_constructed (GObject *object)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (object);
  g_autoptr(GtkNoSelection) selection = NULL;

  G_OBJECT_CLASS (enlace_workflows_page_parent_class)->constructed (object);

  self->workflows = enlace_resource_list_new (self->client, ENLACE_TYPE_WORKFLOW);
  self->filter = gtk_custom_filter_new (is_shown, self, NULL);
  self->shown = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->workflows)), g_object_ref (GTK_FILTER (self->filter)));
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  enlace_list_follow_beginning (self->list_view);

  g_signal_connect_object (self->workflows, "notify::state", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  enlace_resource_list_reload (self->workflows);
}

static void
enlace_workflows_page_dispose (GObject *object)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (object);

  if (self->client != NULL)
    _enlace_workflows_page_delete_marked (self);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_WORKFLOWS_PAGE);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->workflows);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (enlace_workflows_page_parent_class)->dispose (object);
}

static void
enlace_workflows_page_finalize (GObject *object)
{
  EnlaceWorkflowsPage *self = ENLACE_WORKFLOWS_PAGE (object);

  g_hash_table_unref (self->deleted);
  g_free (self->search);

  G_OBJECT_CLASS (enlace_workflows_page_parent_class)->finalize (object);
}

static void
enlace_workflows_page_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, ENLACE_WORKFLOWS_PAGE (object)->client);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_workflows_page_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CLIENT:
      ENLACE_WORKFLOWS_PAGE (object)->client = g_value_dup_object (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_workflows_page_class_init (EnlaceWorkflowsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = enlace_workflows_page_constructed;
  object_class->dispose = enlace_workflows_page_dispose;
  object_class->finalize = enlace_workflows_page_finalize;
  object_class->get_property = enlace_workflows_page_get_property;
  object_class->set_property = enlace_workflows_page_set_property;

  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, ENLACE_TYPE_CLIENT,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/workflows/page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowsPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowsPage, list_view);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, edge_reached_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);

  _enlace_workflows_page_class_install_actions (widget_class);
}

static void
enlace_workflows_page_init (EnlaceWorkflowsPage *self)
{
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));
}

GtkWidget *
enlace_workflows_page_new (EnlaceClient *client)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);

  return g_object_new (ENLACE_TYPE_WORKFLOWS_PAGE, "client", client, NULL);
}

EnlaceWorkflow *
_enlace_workflows_page_find (EnlaceWorkflowsPage *self,
                             const char          *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->workflows)); i++)
    {
      g_autoptr(EnlaceResource) resource = g_list_model_get_item (G_LIST_MODEL (self->workflows), i);

      if (g_str_equal (enlace_resource_get_id (resource), id))
        return ENLACE_WORKFLOW (resource);
    }

  return NULL;
}
