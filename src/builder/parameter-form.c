/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/parameter-form.h"

#include <glib/gi18n.h>

#include "common/workflow/document.h"
#include "src/builder/failure-field.h"
#include "src/builder/parameter-field.h"
#include "src/builder/retry-field.h"

/* The pause in typing after which what was typed is one change. */
#define PAUSE_MS 400

struct _EnlaceParameterForm
{
  GtkWidget              parent_instance;

  GtkWidget             *box;
  GPtrArray             *fields;     /* EnlaceParameterField, borrowed from the box */
  EnlaceRetryField      *retry;      /* nullable */
  EnlaceFailureField    *failure;    /* nullable */
  EnlaceExpressionEntry *last;       /* had the focus last; weak */

  EnlaceGraph           *graph;
  EnlaceSample          *sample;
  char                  *node;       /* id; NULL: none */
  char                  *type;
  GHashTable            *pending;    /* fields that the person changed */
  guint                  pause;      /* source */
  guint                  is_committing : 1;
  guint                  is_retry_pending : 1;
  guint                  is_failure_pending : 1;
};

G_DEFINE_FINAL_TYPE (EnlaceParameterForm, enlace_parameter_form, GTK_TYPE_WIDGET)

static void
set_last (EnlaceParameterForm   *self,
          EnlaceExpressionEntry *entry)
{
  g_set_weak_pointer (&self->last, entry);
}

static gboolean
differs (EnlaceValue *before,
         EnlaceValue *after)
{
  if (before == NULL || after == NULL)
    return before != after;

  return enlace_value_get_kind (before) != enlace_value_get_kind (after) || !enlace_value_equal (before, after);
}

static void
commit_field (EnlaceParameterForm  *self,
              EnlaceGraphNode      *node,
              EnlaceParameterField *field)
{
  const EnlaceParameter *parameter = enlace_parameter_field_get_parameter (field);
  EnlaceValue *before = enlace_value_get_member (enlace_graph_node_get_parameters (node), parameter->name);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_parameter_field_get_value (field, &error);

  /* What means nothing yet is said under the entry. */
  if (error == NULL && differs (before, value))
    enlace_graph_set_parameter (self->graph, self->node, parameter->name, value);
}

static void
commit_failure (EnlaceParameterForm *self,
                EnlaceGraphNode     *node)
{
  EnlaceValue *before = enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node));
  gboolean is_unclear;
  g_autoptr(EnlaceValue) way = enlace_failure_field_get_way (self->failure);
  g_autoptr(EnlaceValue) value = enlace_failure_field_get_value (self->failure, &is_unclear);

  if (differs (enlace_value_get_member (before, "on_error"), way))
    enlace_graph_set_member (self->graph, self->node, "on_error", way);
  if (!is_unclear && differs (enlace_value_get_member (before, "on_error_value"), value))
    enlace_graph_set_member (self->graph, self->node, "on_error_value", value);
}

void
enlace_parameter_form_commit (EnlaceParameterForm *self)
{
  EnlaceGraphNode *node;

  g_return_if_fail (ENLACE_IS_PARAMETER_FORM (self));

  g_clear_handle_id (&self->pause, g_source_remove);
  node = self->node != NULL ? enlace_graph_find_node (self->graph, self->node) : NULL;
  if (node == NULL || (g_hash_table_size (self->pending) == 0 && !self->is_retry_pending && !self->is_failure_pending))
    return;

  self->is_committing = TRUE;
  for (guint i = 0; i < self->fields->len; i++)
    if (g_hash_table_contains (self->pending, g_ptr_array_index (self->fields, i)))
      commit_field (self, node, g_ptr_array_index (self->fields, i));
  if (self->is_retry_pending && self->retry != NULL)
    {
      g_autoptr(EnlaceValue) value = enlace_retry_field_get_value (self->retry);

      if (differs (enlace_value_get_member (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "retry"), value))
        enlace_graph_set_member (self->graph, self->node, "retry", value);
    }
  if (self->is_failure_pending && self->failure != NULL)
    commit_failure (self, node);
  g_hash_table_remove_all (self->pending);
  self->is_retry_pending = self->is_failure_pending = FALSE;
  self->is_committing = FALSE;
}

static gboolean
pause_cb (gpointer user_data)
{
  EnlaceParameterForm *self = user_data;

  self->pause = 0;
  enlace_parameter_form_commit (self);

  return G_SOURCE_REMOVE;
}

static void
queue_commit (EnlaceParameterForm *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static void
field_changed_cb (EnlaceParameterField *field,
                  EnlaceParameterForm  *self)
{
  g_hash_table_add (self->pending, field);
  queue_commit (self);
}

static void
field_entered_cb (EnlaceParameterField  *field,
                  EnlaceExpressionEntry *entry,
                  EnlaceParameterForm   *self)
{
  set_last (self, entry);
}

static void
field_left_cb (EnlaceParameterField *field,
               EnlaceParameterForm  *self)
{
  enlace_parameter_form_commit (self);
}

static void
retry_changed_cb (EnlaceParameterForm *self)
{
  self->is_retry_pending = TRUE;
  queue_commit (self);
}

static void
failure_changed_cb (EnlaceParameterForm *self)
{
  self->is_failure_pending = TRUE;
  queue_commit (self);
}

static void
show_values (EnlaceParameterForm *self,
             EnlaceGraphNode     *node)
{
  EnlaceValue *parameters = enlace_graph_node_get_parameters (node);

  for (guint i = 0; i < self->fields->len; i++)
    {
      EnlaceParameterField *field = g_ptr_array_index (self->fields, i);

      if (!g_hash_table_contains (self->pending, field))
        enlace_parameter_field_set_value (field, enlace_value_get_member (parameters, enlace_parameter_field_get_parameter (field)->name));
    }
  if (self->retry != NULL && !self->is_retry_pending)
    enlace_retry_field_set_value (self->retry, enlace_value_get_member (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)), "retry"));
  if (self->failure != NULL && !self->is_failure_pending)
    enlace_failure_field_set_node (self->failure, enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (node)));
}

static void
clear_fields (EnlaceParameterForm *self)
{
  GtkWidget *child;

  set_last (self, NULL);
  g_hash_table_remove_all (self->pending);
  g_ptr_array_set_size (self->fields, 0);
  self->retry = NULL;
  self->failure = NULL;
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
}

static void
append_note (EnlaceParameterForm *self,
             const char          *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (self->box), label);
}

static void
build_fields (EnlaceParameterForm  *self,
              const EnlaceStepInfo *info)
{
  for (guint i = 0; i < info->n_parameters; i++)
    {
      GtkWidget *field = enlace_parameter_field_new (&info->parameters[i], self->sample);

      g_signal_connect_object (field, "changed", G_CALLBACK (field_changed_cb), self, 0);
      g_signal_connect_object (field, "entered", G_CALLBACK (field_entered_cb), self, 0);
      g_signal_connect_object (field, "left", G_CALLBACK (field_left_cb), self, 0);
      g_ptr_array_add (self->fields, field);
      gtk_box_append (GTK_BOX (self->box), field);
    }
  if (info->n_parameters == 0)
    append_note (self, _("This step needs no settings."));

  if ((info->flags & ENLACE_STEP_EFFECT) != 0)
    {
      self->retry = ENLACE_RETRY_FIELD (enlace_retry_field_new ());
      g_signal_connect_object (self->retry, "changed", G_CALLBACK (retry_changed_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->retry));
    }
  if ((info->flags & (ENLACE_STEP_TRIGGER | ENLACE_STEP_CATCH | ENLACE_STEP_END)) == 0)
    {
      self->failure = ENLACE_FAILURE_FIELD (enlace_failure_field_new ());
      g_signal_connect_object (self->failure, "changed", G_CALLBACK (failure_changed_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->failure));
    }
}

static void
build (EnlaceParameterForm *self,
       EnlaceGraphNode     *node)
{
  const EnlaceStepInfo *info = enlace_graph_node_get_info (node);

  clear_fields (self);
  g_set_str (&self->type, enlace_graph_node_get_step_type (node));
  if (info != NULL)
    build_fields (self, info);
  else
    append_note (self, _("This version of the application does not know this kind of step. It is kept as it is."));
}

static void
item_changed_cb (EnlaceGraph         *graph,
                 EnlaceGraphItem     *item,
                 EnlaceGraphChange    change,
                 EnlaceParameterForm *self)
{
  if (change == ENLACE_GRAPH_CHANGED && !self->is_committing && self->node != NULL && ENLACE_IS_GRAPH_NODE (item) &&
      g_str_equal (enlace_graph_item_get_id (item), self->node))
    show_values (self, ENLACE_GRAPH_NODE (item));
}

static void
enlace_parameter_form_dispose (GObject *object)
{
  EnlaceParameterForm *self = ENLACE_PARAMETER_FORM (object);

  g_clear_handle_id (&self->pause, g_source_remove);
  set_last (self, NULL);
  if (self->box != NULL)
    clear_fields (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->graph);
  g_clear_object (&self->sample);

  G_OBJECT_CLASS (enlace_parameter_form_parent_class)->dispose (object);
}

static void
enlace_parameter_form_finalize (GObject *object)
{
  EnlaceParameterForm *self = ENLACE_PARAMETER_FORM (object);

  g_ptr_array_unref (self->fields);
  g_hash_table_unref (self->pending);
  g_free (self->node);
  g_free (self->type);

  G_OBJECT_CLASS (enlace_parameter_form_parent_class)->finalize (object);
}

static void
enlace_parameter_form_class_init (EnlaceParameterFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enlace_parameter_form_dispose;
  object_class->finalize = enlace_parameter_form_finalize;

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
enlace_parameter_form_init (EnlaceParameterForm *self)
{
  self->fields = g_ptr_array_new ();
  self->pending = g_hash_table_new (NULL, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
enlace_parameter_form_new (EnlaceGraph  *graph,
                           EnlaceSample *sample)
{
  EnlaceParameterForm *self;

  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);
  g_return_val_if_fail (ENLACE_IS_SAMPLE (sample), NULL);

  self = g_object_new (ENLACE_TYPE_PARAMETER_FORM, NULL);
  self->graph = g_object_ref (graph);
  self->sample = g_object_ref (sample);
  g_signal_connect_object (graph, "item-changed", G_CALLBACK (item_changed_cb), self, 0);

  return GTK_WIDGET (self);
}

void
enlace_parameter_form_set_node (EnlaceParameterForm *self,
                                EnlaceGraphNode     *node)
{
  g_return_if_fail (ENLACE_IS_PARAMETER_FORM (self));
  g_return_if_fail (node == NULL || ENLACE_IS_GRAPH_NODE (node));

  enlace_parameter_form_commit (self);
  if (!g_set_str (&self->node, node != NULL ? enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)) : NULL) &&
      (node == NULL || g_strcmp0 (self->type, enlace_graph_node_get_step_type (node)) == 0))
    return;

  if (node == NULL)
    {
      clear_fields (self);
      return;
    }

  build (self, node);
  show_values (self, node);
}

void
enlace_parameter_form_set_problems (EnlaceParameterForm *self,
                                    GPtrArray           *problems)
{
  g_autoptr(GPtrArray) mine = g_ptr_array_new ();

  g_return_if_fail (ENLACE_IS_PARAMETER_FORM (self));

  for (guint i = 0; self->node != NULL && problems != NULL && i < problems->len; i++)
    {
      EnlaceProblem *problem = g_ptr_array_index (problems, i);

      if (g_strcmp0 (problem->node, self->node) == 0)
        g_ptr_array_add (mine, problem);
    }
  for (guint i = 0; i < self->fields->len; i++)
    if (!g_hash_table_contains (self->pending, g_ptr_array_index (self->fields, i)))
      enlace_parameter_field_set_problems (g_ptr_array_index (self->fields, i), mine);
}

static GtkWidget *
find_entry (GtkWidget *widget)
{
  if (ENLACE_IS_EXPRESSION_ENTRY (widget))
    return gtk_widget_get_child_visible (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gtk_widget_get_visible (child) ? find_entry (child) : NULL;

      if (found != NULL)
        return found;
    }

  return NULL;
}

gboolean
enlace_parameter_form_insert_path (EnlaceParameterForm *self,
                                   const char          *path)
{
  EnlaceExpressionEntry *entry;

  g_return_val_if_fail (ENLACE_IS_PARAMETER_FORM (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  entry = self->last;
  if (entry == NULL)
    entry = (EnlaceExpressionEntry *) find_entry (self->box);
  if (entry == NULL)
    return FALSE;

  enlace_expression_entry_insert_path (entry, path);
  gtk_widget_grab_focus (GTK_WIDGET (entry));

  return TRUE;
}
