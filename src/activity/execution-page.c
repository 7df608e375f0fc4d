/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/execution-page-private.h"

#include <glib/gi18n.h>

#include "src/activity/resolve-dialog.h"
#include "src/activity/turns-row.h"
#include "src/client/fiber.h"
#include "src/widgets/format.h"
#include "src/widgets/list-state.h"
#include "src/widgets/status.h"

enum {
  PROP_0,
  PROP_CLIENT,
  PROP_ID,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (EnlaceExecutionPage, enlace_execution_page, ENLACE_TYPE_PAGE)

static GParamSpec *properties[N_PROPS];

static void refresh (EnlaceExecutionPage *self);

static char *
describe_state (EnlaceExecution *execution)
{
  EnlaceExecutionStatus status = enlace_execution_get_status (execution);
  const char *title = enlace_status_get_title (enlace_execution_status_get_name (status));
  g_autofree char *duration = NULL;

  if (!enlace_execution_status_is_final (status))
    return g_strdup (title);

  duration = enlace_format_duration (enlace_execution_get_duration_ms (execution));
  /* Translators: the state of a run and how long it took: "Completed in 340 ms" */
  return g_strdup_printf (_("%s in %s"), title, duration);
}

static char *
describe_detail (EnlaceExecution *execution)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr(GString) text = g_string_new (NULL);
  g_autofree char *time = enlace_format_time (enlace_execution_get_started_at (execution), now);

  g_string_append (text, time);
  g_string_append (text, " · ");
  if (enlace_execution_get_version (execution) > 0)
    g_string_append_printf (text, _("Version %d"), (int) enlace_execution_get_version (execution));
  else
    g_string_append (text, _("Draft"));
  if (enlace_execution_get_is_test (execution))
    g_string_append_printf (text, " · %s", _("Test"));

  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
show_execution (EnlaceExecutionPage *self)
{
  EnlaceExecutionStatus status = enlace_execution_get_status (self->execution);
  g_autofree char *state = describe_state (self->execution);
  g_autofree char *detail = describe_detail (self->execution);
  g_autofree char *exactly = enlace_format_time_exactly (enlace_execution_get_started_at (self->execution));
  const char *error = enlace_execution_get_error_message (self->execution);
  EnlaceValue *trigger = enlace_execution_get_trigger_data (self->execution);

  enlace_status_show (self->status, enlace_execution_status_get_name (status));
  gtk_label_set_label (self->state_label, state);
  gtk_label_set_label (self->detail_label, detail);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->detail_label), exactly);
  gtk_label_set_label (self->error_label, error != NULL ? error : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), error != NULL && *error != '\0');
  gtk_widget_set_visible (self->trigger_group, trigger != NULL && !enlace_value_is_null (trigger));
  enlace_json_view_set_value (self->trigger_view, trigger);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "execution.cancel", !enlace_execution_status_is_final (status));
  gtk_widget_set_visible (self->cancel_button, !enlace_execution_status_is_final (status));

  if (self->workflow != NULL)
    adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), enlace_workflow_get_name (self->workflow));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "execution.open-workflow", self->workflow != NULL);
  _enlace_execution_page_update_replay (self);
  gtk_stack_set_visible_child_name (self->stack, "execution");
}

static void
show_steps (EnlaceExecutionPage *self,
            EnlaceStepList      *steps)
{
  guint n_steps = g_list_model_get_n_items (G_LIST_MODEL (steps));
  g_autoptr(GPtrArray) records = g_ptr_array_new_full (n_steps, g_object_unref);
  g_autofree char *text = NULL;

  for (guint i = 0; i < n_steps; i++)
    g_ptr_array_add (records, g_list_model_get_item (G_LIST_MODEL (steps), i));
  g_set_object (&self->steps, steps);
  enlace_step_rows_show (self->rows, GTK_WIDGET (self->steps_box), records, 0, self->names);

  text = g_strdup_printf (g_dngettext (NULL, "Only the first %u step is shown. The run has more.",
                                       "Only the first %u steps are shown. The run has more.", n_steps), n_steps);
  gtk_label_set_label (self->more_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), enlace_step_list_get_has_more (steps));
}

/* A step of the drawing leads to what it got and gave. */
static void
step_activated_cb (EnlaceExecutionPage *self,
                   const char          *node,
                   EnlaceRunDrawing    *drawing)
{
  GtkWidget *row = enlace_step_rows_open (self->rows, node);

  if (row == NULL)
    return;

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

/* The workflow in the version that ran: its drawing, and what the steps are called; where that version is not to be had, the newest. */
static void
load_workflow (EnlaceExecutionPage *self,
               EnlaceClient        *client)
{
  const char *workflow_id = enlace_execution_get_workflow_id (self->execution);
  gint64 version = enlace_execution_get_version (self->execution);
  g_autoptr(EnlaceClientReply) reply = NULL;
  EnlaceValue *body = NULL;
  EnlaceValue *steps;

  if (self->has_names || workflow_id == NULL)
    return;

  g_clear_object (&self->workflow);
  self->workflow = dex_await_object (enlace_client_load_workflow (client, workflow_id), NULL);
  if (self->workflow == NULL)
    return;

  enlace_step_names_read (self->names, enlace_workflow_get_document (self->workflow));
  if (version == 0)
    reply = dex_await_boxed (enlace_client_get_draft (client, workflow_id), NULL);
  else if (version != enlace_workflow_get_version (self->workflow))
    reply = dex_await_boxed (enlace_client_get_version (client, workflow_id, version), NULL);
  if (reply != NULL)
    body = enlace_client_reply_get_value (reply, NULL);
  steps = body != NULL ? enlace_value_get_member (body, "steps") : enlace_workflow_get_document (self->workflow);
  enlace_step_names_read (self->names, steps);
  self->has_names = TRUE;
  if (self->client != NULL && steps != NULL)
    {
      g_clear_pointer (&self->document, enlace_value_unref);
      self->document = enlace_value_ref (steps);
      gtk_widget_set_visible (GTK_WIDGET (self->drawing), enlace_run_drawing_show (self->drawing, client, self->execution, steps));
    }
}

/* Holds the page, which may be disposed of while it waits: then it has no client any more, and nothing is to be shown. */
static DexFuture *
refresh_fiber (gpointer user_data)
{
  EnlaceExecutionPage *self = user_data;
  g_autoptr(EnlaceClient) client = g_object_ref (self->client);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExecution) execution = NULL;
  g_autoptr(EnlaceStepList) steps = NULL;

  execution = dex_await_object (enlace_client_load_execution (client, self->id), &error);
  if (execution == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  g_set_object (&self->execution, execution);
  load_workflow (self, client);
  steps = dex_await_object (enlace_client_list_steps (client, self->id), &error);
  if (steps == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  if (self->client != NULL)
    {
      show_execution (self);
      show_steps (self, steps);
    }

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
refreshed_cb (DexFuture *future,
              gpointer   user_data)
{
  EnlaceExecutionPage *self = user_data;
  g_autoptr(GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL && self->execution == NULL)
    {
      enlace_list_state_explain (self->error_page, error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE);
      gtk_stack_set_visible_child_name (self->stack, "error");
    }
  else if (error != NULL && !g_error_matches (error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE))
    {
      enlace_page_fail (ENLACE_PAGE (self), error);
    }

  dex_clear (&self->refreshing);
  if (self->is_stale)
    refresh (self);

  return dex_future_new_for_boolean (TRUE);
}

/* One at a time, and once more for what changed meanwhile. */
static void
refresh (EnlaceExecutionPage *self)
{
  if (self->refreshing != NULL)
    {
      self->is_stale = TRUE;
      return;
    }

  self->is_stale = FALSE;
  self->refreshing = dex_future_finally (enlace_fiber_spawn (refresh_fiber, g_object_ref (self), g_object_unref),
                                         refreshed_cb, self, NULL);
}

static void
changed_cb (EnlaceExecutionPage *self,
            EnlaceResource      *resource,
            EnlaceClient        *client)
{
  if (g_str_equal (enlace_resource_get_id (resource), self->id))
    refresh (self);
}

static void
try_again_cb (EnlaceExecutionPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  refresh (self);
}

static DexFuture *
refresh_after_cb (DexFuture *future,
                  gpointer   user_data)
{
  refresh (user_data);

  return NULL;
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);
  DexFuture *future = enlace_client_cancel_execution (self->client, self->id);

  enlace_page_run (ENLACE_PAGE (self), _("Cancelling…"), dex_future_finally (future, refresh_after_cb, self, NULL));
}

static void
copy_id_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), self->id);
  enlace_page_toast (ENLACE_PAGE (self), _("ID copied"));
}

static void
open_workflow_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);

  if (self->workflow != NULL)
    gtk_widget_activate_action (widget, "win.open-workflow", "s", enlace_resource_get_id (ENLACE_RESOURCE (self->workflow)));
}

typedef struct {
  EnlaceExecutionPage *page;   /* not owned: it drops the work when it goes */
  char                *node;
} Decision;

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  g_free (decision->node);
  g_free (decision);
}

static DexFuture *
decided_cb (DexFuture *future,
            gpointer   user_data)
{
  Decision *decision = user_data;
  EnlaceExecutionPage *self = decision->page;
  EnlaceResolution *resolution = g_value_get_boxed (dex_future_get_value (future, NULL));

  if (resolution == NULL)
    return dex_future_new_for_boolean (FALSE);

  return dex_future_finally (enlace_client_resolve_step (self->client, self->id, decision->node, resolution->done, resolution->output),
                             refresh_after_cb, self, NULL);
}

static void
resolve_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (widget);
  Decision *decision = g_new0 (Decision, 1);

  decision->page = self;
  g_variant_get (parameter, "(ss)", &decision->node, NULL);
  enlace_page_follow (ENLACE_PAGE (self),
                      dex_future_then (enlace_resolve_dialog_ask (widget, enlace_step_names_get (self->names, decision->node)), decided_cb,
                                       decision, decision_free));
}

static void
enlace_execution_page_constructed (GObject *object)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (object);

  G_OBJECT_CLASS (enlace_execution_page_parent_class)->constructed (object);

  gtk_label_set_label (self->id_label, self->id);
  g_signal_connect_object (self->client, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->client, "reset", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  refresh (self);
}

static void
enlace_execution_page_dispose (GObject *object)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (object);

  dex_clear (&self->refreshing);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_EXECUTION_PAGE);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (enlace_execution_page_parent_class)->dispose (object);
}

static void
enlace_execution_page_finalize (GObject *object)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (object);

  g_clear_object (&self->execution);
  g_clear_object (&self->workflow);
  g_clear_object (&self->steps);
  g_ptr_array_unref (self->rows);
  enlace_step_names_free (self->names);
  g_clear_pointer (&self->document, enlace_value_unref);
  g_free (self->id);

  G_OBJECT_CLASS (enlace_execution_page_parent_class)->finalize (object);
}

static void
enlace_execution_page_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, self->client);
      break;

    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_execution_page_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  EnlaceExecutionPage *self = ENLACE_EXECUTION_PAGE (object);

  switch (prop_id)
    {
    case PROP_CLIENT:
      self->client = g_value_dup_object (value);
      break;

    case PROP_ID:
      self->id = g_value_dup_string (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_execution_page_class_init (EnlaceExecutionPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = enlace_execution_page_constructed;
  object_class->dispose = enlace_execution_page_dispose;
  object_class->finalize = enlace_execution_page_finalize;
  object_class->get_property = enlace_execution_page_get_property;
  object_class->set_property = enlace_execution_page_set_property;

  properties[PROP_CLIENT] = g_param_spec_object ("client", NULL, NULL, ENLACE_TYPE_CLIENT, flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (ENLACE_TYPE_JSON_VIEW);
  g_type_ensure (ENLACE_TYPE_RUN_DRAWING);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/activity/execution-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, drawing);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, status);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, detail_label);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, steps_box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, more_label);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, trigger_view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, trigger_group);
  gtk_widget_class_bind_template_child (widget_class, EnlaceExecutionPage, id_label);
  gtk_widget_class_bind_template_callback (widget_class, step_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);

  gtk_widget_class_install_action (widget_class, "execution.cancel", NULL, cancel_action);
  _enlace_execution_page_class_init_replay (widget_class);
  gtk_widget_class_install_action (widget_class, "execution.copy-id", NULL, copy_id_action);
  gtk_widget_class_install_action (widget_class, "execution.open-workflow", NULL, open_workflow_action);
  gtk_widget_class_install_action (widget_class, "execution.resolve", "(ss)", resolve_action);
}

static void
enlace_execution_page_init (EnlaceExecutionPage *self)
{
  self->names = enlace_step_names_new ();
  self->rows = g_ptr_array_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "execution.cancel", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "execution.open-workflow", FALSE);
  _enlace_execution_page_update_replay (self);
}

GtkWidget *
enlace_execution_page_new (EnlaceClient *client,
                           const char   *id)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return g_object_new (ENLACE_TYPE_EXECUTION_PAGE, "client", client, "id", id, NULL);
}
