/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflows"

#include "config.h"

#include "src/workflows/row.h"

#include <glib/gi18n.h>

#include "src/client/execution.h"
#include "src/widgets/format.h"
#include "src/widgets/status.h"

/* Times are said from now, so they age. */
#define REFRESH_SECONDS 30

struct _EnlaceWorkflowRow
{
  GtkWidget       parent_instance;

  /* Template children */
  GtkWidget       *box;
  GtkImage       *trigger;
  GtkLabel       *name;
  GtkImage       *status;
  GtkLabel       *summary;
  GtkSwitch      *active_switch;
  GtkMenuButton  *menu_button;

  /* Owned */
  EnlaceWorkflow *workflow;
  GSignalGroup   *signals;
  guint           refresh;    /* source, while mapped */
};

static const struct {
  const char *type;
  const char *icon_name;
  const char *title;      /* translatable */
} triggers[] = {
  { "webhook", "enlace-webhook-symbolic", N_("Webhook") },
  { "schedule", "enlace-schedule-symbolic", N_("Schedule") },
  { "event", "enlace-event-symbolic", N_("Event") },
  { "poll", "enlace-event-symbolic", N_("Event") },
  { "manual", "enlace-manual-symbolic", N_("By hand") },
};

static const struct {
  const char *action;
  const char *title;      /* translatable */
} menu_sections[][4] = {
  {
    { "workflows.open", N_("_Open") },
    { "workflows.rename", N_("_Rename…") },
    { "workflows.duplicate", N_("_Duplicate") },
    { "workflows.export", N_("_Export…") },
  },
  {
    { "workflows.delete", N_("De_lete") },
  },
};

G_DEFINE_FINAL_TYPE (EnlaceWorkflowRow, enlace_workflow_row, GTK_TYPE_WIDGET)

static char *
describe_counts (EnlaceWorkflow *workflow)
{
  int count = (int) MIN (enlace_workflow_get_execution_count (workflow), G_MAXINT);
  int failed = (int) MIN (enlace_workflow_get_error_count (workflow), G_MAXINT);
  g_autofree char *runs = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d run", "%d runs", count), count);

  if (failed == 0)
    return g_steal_pointer (&runs);

  /* Translators: the first is "12 runs", the number is how many of them failed */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s, %d failed", "%s, %d failed", failed), runs, failed);
}

static char *
describe (EnlaceWorkflow *workflow,
          const char     *trigger)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *counts = NULL;
  g_autofree char *time = NULL;

  if (enlace_workflow_get_execution_count (workflow) == 0)
    /* Translators: %s is the trigger: "Webhook" */
    return g_strdup_printf (_("%s · Not run yet"), trigger);

  counts = describe_counts (workflow);
  time = enlace_format_time (enlace_workflow_get_last_execution_at (workflow), now);
  if (*time == '\0')
    return g_strdup_printf ("%s · %s", trigger, counts);

  return g_strdup_printf ("%s · %s · %s", trigger, counts, time);
}

static void
update_trigger (EnlaceWorkflowRow  *self,
                const char        **title)
{
  const char *type = enlace_workflow_get_trigger_type (self->workflow);

  for (gsize i = 0; i < G_N_ELEMENTS (triggers); i++)
    if (g_strcmp0 (triggers[i].type, type) == 0)
      {
        gtk_image_set_from_icon_name (self->trigger, triggers[i].icon_name);
        *title = _(triggers[i].title);
        return;
      }

  gtk_image_set_from_icon_name (self->trigger, "enlace-workflows-symbolic");
  *title = type != NULL ? type : "";
}

static void
update (EnlaceWorkflowRow *self)
{
  const char *status = enlace_workflow_get_last_status (self->workflow);
  g_autofree char *summary = NULL;
  g_autofree char *switch_label = NULL;
  const char *name = enlace_workflow_get_name (self->workflow);
  const char *trigger;

  update_trigger (self, &trigger);
  gtk_label_set_label (self->name, name);
  summary = describe (self->workflow, trigger);
  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_visible (GTK_WIDGET (self->status), status != NULL);
  if (status != NULL)
    enlace_status_show (self->status, status);

  gtk_switch_set_active (self->active_switch, enlace_workflow_get_is_active (self->workflow));
  gtk_switch_set_state (self->active_switch, enlace_workflow_get_is_active (self->workflow));
  /* Translators: the accessible name of a switch; %s is the name of a workflow */
  switch_label = g_strdup_printf (_("%s is active"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->active_switch), GTK_ACCESSIBLE_PROPERTY_LABEL, switch_label, -1);
}

static void
changed_cb (EnlaceWorkflowRow *self)
{
  if (self->workflow != NULL)
    update (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  changed_cb (user_data);

  return G_SOURCE_CONTINUE;
}

/* The switch follows what the server says, so it is only asked for here. */
static gboolean
state_set_cb (EnlaceWorkflowRow *self,
              gboolean           state)
{
  if (self->workflow == NULL || state == enlace_workflow_get_is_active (self->workflow))
    return FALSE;

  gtk_widget_activate_action (GTK_WIDGET (self), "workflows.set-active", "(sb)",
                              enlace_resource_get_id (ENLACE_RESOURCE (self->workflow)), state);

  return TRUE;
}

static GMenuModel *
new_menu (EnlaceWorkflow *workflow)
{
  GMenu *menu = g_menu_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (menu_sections); i++)
    {
      g_autoptr(GMenu) section = g_menu_new ();

      for (gsize j = 0; j < G_N_ELEMENTS (menu_sections[i]) && menu_sections[i][j].action != NULL; j++)
        {
          g_autoptr(GMenuItem) item = g_menu_item_new (_(menu_sections[i][j].title), NULL);

          g_menu_item_set_action_and_target (item, menu_sections[i][j].action, "s",
                                             enlace_resource_get_id (ENLACE_RESOURCE (workflow)));
          g_menu_append_item (section, item);
        }
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
    }

  return G_MENU_MODEL (menu);
}

static void
enlace_workflow_row_map (GtkWidget *widget)
{
  EnlaceWorkflowRow *self = ENLACE_WORKFLOW_ROW (widget);

  GTK_WIDGET_CLASS (enlace_workflow_row_parent_class)->map (widget);

  changed_cb (self);
  self->refresh = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
}

static void
enlace_workflow_row_unmap (GtkWidget *widget)
{
  EnlaceWorkflowRow *self = ENLACE_WORKFLOW_ROW (widget);

  g_clear_handle_id (&self->refresh, g_source_remove);

  GTK_WIDGET_CLASS (enlace_workflow_row_parent_class)->unmap (widget);
}

static void
enlace_workflow_row_dispose (GObject *object)
{
  EnlaceWorkflowRow *self = ENLACE_WORKFLOW_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->workflow);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_WORKFLOW_ROW);

  G_OBJECT_CLASS (enlace_workflow_row_parent_class)->dispose (object);
}

static void
enlace_workflow_row_class_init (EnlaceWorkflowRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_workflow_row_dispose;
  widget_class->map = enlace_workflow_row_map;
  widget_class->unmap = enlace_workflow_row_unmap;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/workflows/row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, trigger);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, name);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, status);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, summary);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, active_switch);
  gtk_widget_class_bind_template_child (widget_class, EnlaceWorkflowRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, state_set_cb);
}

static void
enlace_workflow_row_init (EnlaceWorkflowRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->signals = g_signal_group_new (ENLACE_TYPE_WORKFLOW);
  g_signal_group_connect_object (self->signals, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
enlace_workflow_row_new (void)
{
  return g_object_new (ENLACE_TYPE_WORKFLOW_ROW, NULL);
}

void
enlace_workflow_row_set_workflow (EnlaceWorkflowRow *self,
                                  EnlaceWorkflow    *workflow)
{
  g_autoptr(GMenuModel) menu = NULL;

  g_return_if_fail (ENLACE_IS_WORKFLOW_ROW (self));

  if (!g_set_object (&self->workflow, workflow))
    return;

  g_signal_group_set_target (self->signals, workflow);
  if (workflow == NULL)
    return;

  menu = new_menu (workflow);
  gtk_menu_button_set_menu_model (self->menu_button, menu);
  update (self);
}
