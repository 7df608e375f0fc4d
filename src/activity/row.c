/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/row.h"

#include <glib/gi18n.h>

#include "src/widgets/format.h"
#include "src/widgets/status.h"

/* Times are said from now, so they age. */
#define REFRESH_SECONDS 30

struct _EnlaceExecutionRow
{
  GtkWidget        parent_instance;

  /* Template children */
  GtkWidget       *box;
  GtkImage        *status;
  GtkLabel        *name;
  GtkLabel        *summary;
  GtkLabel        *test;
  GtkLabel        *duration;

  /* Owned */
  EnlaceExecution *execution;
  EnlaceWorkflow  *workflow;
  GSignalGroup    *signals;
  guint            refresh;    /* source, while mapped */
};

G_DEFINE_FINAL_TYPE (EnlaceExecutionRow, enlace_execution_row, GTK_TYPE_WIDGET)

static char *
describe (EnlaceExecution *execution)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  const char *title = enlace_status_get_title (enlace_execution_status_get_name (enlace_execution_get_status (execution)));
  const char *error = enlace_execution_get_error_message (execution);
  g_autofree char *time = enlace_format_time (enlace_execution_get_started_at (execution), now);

  if (error != NULL && *error != '\0')
    return g_strdup_printf ("%s · %s", time, error);

  return g_strdup_printf ("%s · %s", time, title);
}

static void
update (EnlaceExecutionRow *self)
{
  g_autofree char *summary = describe (self->execution);
  EnlaceExecutionStatus status = enlace_execution_get_status (self->execution);
  g_autofree char *duration = NULL;
  g_autofree char *exactly = NULL;

  enlace_status_show (self->status, enlace_execution_status_get_name (status));
  gtk_label_set_label (self->name, self->workflow != NULL ? enlace_workflow_get_name (self->workflow) : _("Deleted Workflow"));
  gtk_label_set_label (self->summary, summary);
  exactly = enlace_format_time_exactly (enlace_execution_get_started_at (self->execution));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary), exactly);
  gtk_widget_set_visible (GTK_WIDGET (self->test), enlace_execution_get_is_test (self->execution));

  if (enlace_execution_status_is_final (status))
    duration = enlace_format_duration (enlace_execution_get_duration_ms (self->execution));
  gtk_label_set_label (self->duration, duration != NULL ? duration : "");
}

static void
changed_cb (EnlaceExecutionRow *self)
{
  if (self->execution != NULL)
    update (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  changed_cb (user_data);

  return G_SOURCE_CONTINUE;
}

static void
enlace_execution_row_map (GtkWidget *widget)
{
  EnlaceExecutionRow *self = ENLACE_EXECUTION_ROW (widget);

  GTK_WIDGET_CLASS (enlace_execution_row_parent_class)->map (widget);

  changed_cb (self);
  self->refresh = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
}

static void
enlace_execution_row_unmap (GtkWidget *widget)
{
  EnlaceExecutionRow *self = ENLACE_EXECUTION_ROW (widget);

  g_clear_handle_id (&self->refresh, g_source_remove);

  GTK_WIDGET_CLASS (enlace_execution_row_parent_class)->unmap (widget);
}

static void
enlace_execution_row_dispose (GObject *object)
{
  EnlaceExecutionRow *self = ENLACE_EXECUTION_ROW (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->execution);
  g_clear_object (&self->workflow);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_EXECUTION_ROW);

  G_OBJECT_CLASS (enlace_execution_row_parent_class)->dispose (object);
}

static void
enlace_execution_row_class_init (EnlaceExecutionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_execution_row_dispose;
  widget_class->map = enlace_execution_row_map;
  widget_class->unmap = enlace_execution_row_unmap;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/activity/row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionRow, status);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionRow, name);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionRow, summary);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionRow, test);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionRow, duration);
}

static void
enlace_execution_row_init (EnlaceExecutionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->signals = g_signal_group_new (ENLACE_TYPE_EXECUTION);
  g_signal_group_connect_object (self->signals, "notify", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
enlace_execution_row_new (void)
{
  return g_object_new (ENLACE_TYPE_EXECUTION_ROW, NULL);
}

void
enlace_execution_row_set_execution (EnlaceExecutionRow *self,
                                    EnlaceExecution    *execution,
                                    EnlaceWorkflow     *workflow)
{
  g_return_if_fail (ENLACE_IS_EXECUTION_ROW (self));

  g_set_object (&self->workflow, workflow);
  g_set_object (&self->execution, execution);
  g_signal_group_set_target (self->signals, execution);
  changed_cb (self);
}
