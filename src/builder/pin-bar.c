/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/pin-bar.h"

#include <glib/gi18n.h>

#include "src/builder/test-dialog.h"
#include "src/client/value-type.h"

struct _EnlacePinBar
{
  AdwBin       parent_instance;

  GtkWidget   *text;
  GtkWidget   *pin;
  GtkWidget   *edit;
  GtkWidget   *unpin;

  /* Owned */
  EnlaceGraph *graph;
  EnlaceValue *output;    /* nullable */
  char        *node;      /* nullable */
};

G_DEFINE_FINAL_TYPE (EnlacePinBar, enlace_pin_bar, ADW_TYPE_BIN)

static void
pin_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  EnlacePinBar *self = ENLACE_PIN_BAR (widget);

  if (self->node != NULL && self->output != NULL)
    enlace_graph_set_pinned (self->graph, self->node, self->output);
  gtk_widget_grab_focus (self->unpin);
}

static void
unpin_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  EnlacePinBar *self = ENLACE_PIN_BAR (widget);

  if (self->node != NULL)
    enlace_graph_set_pinned (self->graph, self->node, NULL);
  if (gtk_widget_get_visible (self->pin))
    gtk_widget_grab_focus (self->pin);
}

/* The person may have gone to another step; the dialog says which it is for. */
typedef struct {
  EnlaceGraph *graph;
  char        *node;
} Edit;

static void
edit_free (gpointer  data,
           GClosure *closure)
{
  Edit *edit = data;

  g_object_unref (edit->graph);
  g_free (edit->node);
  g_free (edit);
}

static void
edited_cb (EnlaceTestDialog *dialog,
           EnlaceValue      *value,
           Edit             *edit)
{
  enlace_graph_set_pinned (edit->graph, edit->node, value);
}

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlacePinBar *self = ENLACE_PIN_BAR (widget);
  EnlaceGraphNode *node = self->node != NULL ? enlace_graph_find_node (self->graph, self->node) : NULL;
  EnlaceValue *pinned = node != NULL ? enlace_graph_node_get_pinned (node) : NULL;
  g_autofree char *text = NULL;
  AdwDialog *dialog;
  Edit *edit;

  if (pinned == NULL)
    return;

  /* Translators: %s is the name of a step */
  text = g_strdup_printf (_("What test runs take as the output of “%s”, as JSON"), enlace_graph_node_get_name (node));
  dialog = enlace_test_dialog_new_for_value (_("Pinned Output"), text, _("_Save"), pinned);
  edit = g_new0 (Edit, 1);
  edit->graph = g_object_ref (self->graph);
  edit->node = g_strdup (self->node);
  g_signal_connect_data (dialog, "run", G_CALLBACK (edited_cb), edit, edit_free, 0);
  adw_dialog_present (dialog, widget);
}

static void
enlace_pin_bar_dispose (GObject *object)
{
  EnlacePinBar *self = ENLACE_PIN_BAR (object);

  g_clear_object (&self->graph);
  g_clear_pointer (&self->output, enlace_value_unref);
  g_clear_pointer (&self->node, g_free);

  G_OBJECT_CLASS (enlace_pin_bar_parent_class)->dispose (object);
}

static void
enlace_pin_bar_class_init (EnlacePinBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_pin_bar_dispose;

  gtk_widget_class_install_action (widget_class, "pin.set", NULL, pin_action);
  gtk_widget_class_install_action (widget_class, "pin.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "pin.unset", NULL, unpin_action);
}

static GtkWidget *
button_new (const char *label,
            const char *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);

  return button;
}

static void
enlace_pin_bar_init (EnlacePinBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *heading = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "icon-name", "view-pin-symbolic", "valign", GTK_ALIGN_START,
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *label = gtk_label_new (_("The output is pinned: test runs take it in the place of running this step."));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (heading), image);
  gtk_box_append (GTK_BOX (heading), label);
  self->text = heading;
  self->pin = button_new (_("_Pin Output"), "pin.set");
  self->edit = button_new (_("_Edit…"), "pin.edit");
  self->unpin = button_new (_("_Unpin"), "pin.unset");
  gtk_box_append (GTK_BOX (buttons), self->pin);
  gtk_box_append (GTK_BOX (buttons), self->edit);
  gtk_box_append (GTK_BOX (buttons), self->unpin);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), buttons);
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
enlace_pin_bar_new (EnlaceGraph *graph)
{
  EnlacePinBar *self;

  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);

  self = g_object_new (ENLACE_TYPE_PIN_BAR, NULL);
  self->graph = g_object_ref (graph);

  return GTK_WIDGET (self);
}

void
enlace_pin_bar_set (EnlacePinBar    *self,
                    EnlaceGraphNode *node,
                    EnlaceValue     *output)
{
  gboolean is_pinned = node != NULL && enlace_graph_node_get_pinned (node) != NULL;
  gboolean can_pin = node != NULL && output != NULL && enlace_graph_node_can_pin (node);

  g_return_if_fail (ENLACE_IS_PIN_BAR (self));

  g_set_str (&self->node, node != NULL ? enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)) : NULL);
  if (output != NULL)
    enlace_value_ref (output);
  g_clear_pointer (&self->output, enlace_value_unref);
  self->output = output;

  gtk_widget_set_visible (self->text, is_pinned);
  gtk_widget_set_visible (self->pin, can_pin && !is_pinned);
  gtk_widget_set_visible (self->edit, is_pinned);
  gtk_widget_set_visible (self->unpin, is_pinned);
  gtk_widget_set_visible (GTK_WIDGET (self), is_pinned || can_pin);
}
