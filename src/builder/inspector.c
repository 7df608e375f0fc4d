/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/inspector.h"

#include <glib/gi18n.h>

#include "src/builder/field-tree.h"
#include "src/builder/parameter-form.h"
#include "src/builder/pin-bar.h"
#include "src/widgets/format.h"
#include "src/widgets/json-view.h"

#define NAME_PAUSE_MS 400

struct _EnlaceInspector
{
  GtkWidget            parent_instance;

  /* Template children */
  GtkStack            *stack;
  GtkImage            *icon;
  GtkLabel            *kind;
  GtkEditable         *name;
  AdwViewStack        *views;
  GtkBox              *settings;
  GtkStack            *input_stack;
  GtkBox              *input;
  GtkStack            *output_stack;
  GtkBox              *output;
  GtkLabel            *output_status;
  GtkWidget           *output_error_box;
  GtkLabel            *output_error;

  EnlaceParameterForm *form;
  EnlaceFieldTree     *tree;
  EnlaceJsonView      *json;
  EnlacePinBar        *pin_bar;

  /* Owned */
  EnlaceGraph         *graph;
  EnlaceSample        *sample;
  char                *node;          /* id; NULL: none */
  guint                name_pause;    /* source */
  gboolean             is_setting;
};

enum {
  CLOSE,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceInspector, enlace_inspector, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static EnlaceGraphNode *
get_node (EnlaceInspector *self)
{
  return self->node != NULL ? enlace_graph_find_node (self->graph, self->node) : NULL;
}

static void
commit_name (EnlaceInspector *self)
{
  EnlaceGraphNode *node = get_node (self);
  const char *name = gtk_editable_get_text (self->name);
  const char *before;

  if (self->name_pause == 0)
    return;

  g_clear_handle_id (&self->name_pause, g_source_remove);
  if (node == NULL)
    return;

  before = enlace_value_get_member_string (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "name", "");
  if (!g_str_equal (before, name))
    enlace_graph_rename_node (self->graph, self->node, name);
}

static gboolean
name_pause_cb (gpointer user_data)
{
  commit_name (user_data);

  return G_SOURCE_REMOVE;
}

static void
name_changed_cb (EnlaceInspector *self)
{
  if (self->is_setting)
    return;

  g_clear_handle_id (&self->name_pause, g_source_remove);
  self->name_pause = g_timeout_add (NAME_PAUSE_MS, name_pause_cb, self);
}

static void
close_cb (EnlaceInspector *self)
{
  g_signal_emit (self, signals[CLOSE], 0);
}

static void
show_header (EnlaceInspector *self,
             EnlaceGraphNode *node)
{
  const EnlaceStepInfo *info = enlace_graph_node_get_info (node);
  const char *name = enlace_value_get_member_string (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "name", "");
  const char *classes[] = { "step-kind", info != NULL ? info->category : "other", NULL };

  gtk_image_set_from_icon_name (self->icon, enlace_graph_node_get_icon_name (node));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_label_set_label (self->kind, enlace_graph_node_get_kind_title (node));
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->name), enlace_graph_node_get_kind_title (node));

  if (self->name_pause != 0 || g_str_equal (gtk_editable_get_text (self->name), name))
    return;

  self->is_setting = TRUE;
  gtk_editable_set_text (self->name, name);
  self->is_setting = FALSE;
}

/* The steps before this one, whose output it can read. */
static void
show_input (EnlaceInspector *self)
{
  EnlaceValue *trigger = enlace_sample_get_trigger (self->sample);
  GListModel *nodes = enlace_graph_get_nodes (self->graph);
  gboolean is_any = FALSE;

  enlace_field_tree_clear (self->tree);
  if (self->node == NULL)
    return;

  if (trigger != NULL)
    {
      enlace_field_tree_add (self->tree, _("Trigger"), "trigger", trigger);
      is_any = TRUE;
    }
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr(EnlaceGraphNode) node = g_list_model_get_item (nodes, i);
      const char *id = enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node));
      EnlaceStepRecord *record = enlace_sample_find_record (self->sample, id);
      EnlaceValue *output = record != NULL ? enlace_step_record_get_output (record) : NULL;
      g_autofree char *path = g_strdup_printf ("steps.%s.output", id);

      if (output == NULL || g_str_equal (id, self->node) || !enlace_graph_node_has_input (node) ||
          !enlace_graph_reaches (self->graph, id, self->node))
        continue;

      enlace_field_tree_add (self->tree, enlace_graph_node_get_name (node), path, output);
      is_any = TRUE;
    }

  gtk_stack_set_visible_child_name (self->input_stack, is_any ? "data" : "empty");
}

static void
describe_record (EnlaceInspector  *self,
                 EnlaceStepRecord *record)
{
  const char *title = enlace_run_state_get_title (enlace_run_state_from_text (enlace_step_record_get_status (record)));
  gint64 duration_ms = enlace_step_record_get_duration_ms (record);
  g_autofree char *duration = duration_ms >= 0 ? enlace_format_duration (duration_ms) : NULL;
  g_autofree char *text = NULL;

  if (title == NULL)
    title = enlace_step_record_get_status (record);
  if (duration == NULL)
    text = g_strdup (title);
  else
    /* Translators: what became of a step, and how long it took: "Completed in 340 ms" */
    text = g_strdup_printf (_("%s in %s"), title, duration);
  gtk_label_set_label (self->output_status, text);
}

static void
show_output (EnlaceInspector *self)
{
  EnlaceGraphNode *node = get_node (self);
  EnlaceStepRecord *record = enlace_sample_find_record (self->sample, self->node);
  EnlaceValue *output = record != NULL ? enlace_step_record_get_output (record) : NULL;
  EnlaceValue *pinned = node != NULL ? enlace_graph_node_get_pinned (node) : NULL;
  const char *message = record != NULL ? enlace_step_record_get_error_message (record) : NULL;

  if (record == NULL && pinned == NULL)
    {
      gtk_stack_set_visible_child_name (self->output_stack, "empty");
      return;
    }

  if (record != NULL)
    describe_record (self, record);
  gtk_widget_set_visible (GTK_WIDGET (self->output_status), record != NULL);
  gtk_label_set_label (self->output_error, message != NULL ? message : "");
  gtk_widget_set_visible (self->output_error_box, message != NULL);
  enlace_pin_bar_set (self->pin_bar, node, output);
  /* What the next test takes. */
  if (pinned != NULL)
    output = pinned;
  enlace_json_view_set_value (self->json, output);
  gtk_widget_set_visible (GTK_WIDGET (self->json), output != NULL);
  gtk_stack_set_visible_child_name (self->output_stack, "data");
}

static void
show_sample (EnlaceInspector *self)
{
  if (self->node == NULL)
    return;

  show_input (self);
  show_output (self);
}

static void
path_chosen_cb (EnlaceInspector *self,
                const char      *path,
                EnlaceFieldTree *tree)
{
  /* First the settings, so that the entry can take the focus. */
  adw_view_stack_set_visible_child_name (self->views, "settings");
  if (!enlace_parameter_form_insert_path (self->form, path))
    {
      g_autofree char *text = g_strdup_printf ("{{ %s }}", path);

      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), _("The path was copied."), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
}

static void
item_changed_cb (EnlaceGraph       *graph,
                 EnlaceGraphItem   *item,
                 EnlaceGraphChange  change,
                 EnlaceInspector   *self)
{
  if (self->node == NULL || !ENLACE_IS_GRAPH_NODE (item) || !g_str_equal (enlace_graph_item_get_id (item), self->node))
    return;

  if (change == ENLACE_GRAPH_CHANGED)
    show_header (self, ENLACE_GRAPH_NODE (item));
  else if (change == ENLACE_GRAPH_REMOVED)
    enlace_inspector_set_node (self, NULL);
}

/* Another document: what is shown of the step may be another, or it may be gone. */
static void
loaded_cb (EnlaceInspector *self)
{
  EnlaceGraphNode *node = get_node (self);

  g_clear_handle_id (&self->name_pause, g_source_remove);
  enlace_inspector_set_node (self, NULL);
  enlace_inspector_set_node (self, node);
}

static void
enlace_inspector_dispose (GObject *object)
{
  EnlaceInspector *self = ENLACE_INSPECTOR (object);

  g_clear_handle_id (&self->name_pause, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_INSPECTOR);
  g_clear_object (&self->graph);
  g_clear_object (&self->sample);

  G_OBJECT_CLASS (enlace_inspector_parent_class)->dispose (object);
}

static void
enlace_inspector_finalize (GObject *object)
{
  g_free (ENLACE_INSPECTOR (object)->node);

  G_OBJECT_CLASS (enlace_inspector_parent_class)->finalize (object);
}

static void
enlace_inspector_class_init (EnlaceInspectorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_inspector_dispose;
  object_class->finalize = enlace_inspector_finalize;

  signals[CLOSE] = g_signal_new ("close", ENLACE_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "inspector");
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, icon);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, kind);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, name);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, views);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, settings);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, input_stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, input);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, output_stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, output);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, output_status);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, output_error_box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceInspector, output_error);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
enlace_inspector_init (EnlaceInspector *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The builder's own undo covers it. */
  gtk_editable_set_enable_undo (self->name, FALSE);
}

void
enlace_inspector_set_graph (EnlaceInspector *self,
                            EnlaceGraph     *graph,
                            EnlaceSample    *sample)
{
  g_return_if_fail (ENLACE_IS_INSPECTOR (self));
  g_return_if_fail (self->graph == NULL);

  self->graph = g_object_ref (graph);
  self->sample = g_object_ref (sample);
  self->form = ENLACE_PARAMETER_FORM (enlace_parameter_form_new (graph, sample));
  gtk_box_append (self->settings, GTK_WIDGET (self->form));
  self->tree = ENLACE_FIELD_TREE (enlace_field_tree_new (_("Data for This Step")));
  gtk_widget_set_vexpand (GTK_WIDGET (self->tree), TRUE);
  gtk_box_append (self->input, GTK_WIDGET (self->tree));
  self->pin_bar = ENLACE_PIN_BAR (enlace_pin_bar_new (graph));
  gtk_box_append (self->output, GTK_WIDGET (self->pin_bar));
  self->json = ENLACE_JSON_VIEW (enlace_json_view_new (_("Output")));
  gtk_widget_set_vexpand (GTK_WIDGET (self->json), TRUE);
  gtk_box_append (self->output, GTK_WIDGET (self->json));

  g_signal_connect_object (self->tree, "chosen", G_CALLBACK (path_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (sample, "changed", G_CALLBACK (show_sample), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graph, "changed", G_CALLBACK (show_sample), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graph, "loaded", G_CALLBACK (loaded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (graph, "item-changed", G_CALLBACK (item_changed_cb), self, 0);
}

void
enlace_inspector_set_node (EnlaceInspector *self,
                           EnlaceGraphNode *node)
{
  g_return_if_fail (ENLACE_IS_INSPECTOR (self));
  g_return_if_fail (node == NULL || ENLACE_IS_GRAPH_NODE (node));

  enlace_inspector_commit (self);
  g_set_str (&self->node, node != NULL ? enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)) : NULL);
  enlace_parameter_form_set_node (self->form, node);
  gtk_stack_set_visible_child_name (self->stack, node != NULL ? "step" : "nothing");
  if (node == NULL)
    return;

  show_header (self, node);
  show_sample (self);
}

void
enlace_inspector_set_problems (EnlaceInspector *self,
                               GPtrArray       *problems)
{
  g_return_if_fail (ENLACE_IS_INSPECTOR (self));

  enlace_parameter_form_set_problems (self->form, problems);
}

void
enlace_inspector_commit (EnlaceInspector *self)
{
  g_return_if_fail (ENLACE_IS_INSPECTOR (self));

  commit_name (self);
  enlace_parameter_form_commit (self->form);
}

void
enlace_inspector_start_editing (EnlaceInspector *self)
{
  g_return_if_fail (ENLACE_IS_INSPECTOR (self));

  adw_view_stack_set_visible_child_name (self->views, "settings");
  if (self->node != NULL && !gtk_widget_child_focus (GTK_WIDGET (self->form), GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (GTK_WIDGET (self->name));
}

void
enlace_inspector_show_output (EnlaceInspector *self)
{
  g_return_if_fail (ENLACE_IS_INSPECTOR (self));

  adw_view_stack_set_visible_child_name (self->views, "output");
}
