/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/group-card.h"

struct _EnlaceGroupCard
{
  GtkWidget         parent_instance;

  GtkWidget        *label;
  GtkWidget        *entry;

  EnlaceGraphGroup *group;        /* owned */
  guint             editing : 1;
};

enum {
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnlaceGroupCard, enlace_group_card, GTK_TYPE_WIDGET)

static void
activate_cb (GtkText         *entry,
             EnlaceGroupCard *self)
{
  enlace_group_card_end_edit (self, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        modifiers,
                EnlaceGroupCard       *self)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;

  enlace_group_card_end_edit (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self));

  return GDK_EVENT_STOP;
}

static void
focus_left_cb (GtkEventControllerFocus *controller,
               EnlaceGroupCard         *self)
{
  enlace_group_card_end_edit (self, TRUE);
}

static void
enlace_group_card_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? ENLACE_GROUP_MIN_WIDTH : ENLACE_GROUP_MIN_HEIGHT;
}

static void
enlace_group_card_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  EnlaceGroupCard *self = ENLACE_GROUP_CARD (widget);
  GtkAllocation title = { 12, 0, MAX (1, width - 24), ENLACE_GROUP_TITLE };

  if (gtk_widget_get_visible (self->label))
    gtk_widget_size_allocate (self->label, &title, -1);
  if (gtk_widget_get_visible (self->entry))
    gtk_widget_size_allocate (self->entry, &title, -1);
}

static void
enlace_group_card_dispose (GObject *object)
{
  EnlaceGroupCard *self = ENLACE_GROUP_CARD (object);

  g_clear_object (&self->group);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->entry, gtk_widget_unparent);

  G_OBJECT_CLASS (enlace_group_card_parent_class)->dispose (object);
}

static void
enlace_group_card_class_init (EnlaceGroupCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_group_card_dispose;
  widget_class->measure = enlace_group_card_measure;
  widget_class->size_allocate = enlace_group_card_size_allocate;

  signals[EDITED] =
    g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_css_name (widget_class, "enlacegroup");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
enlace_group_card_init (EnlaceGroupCard *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);

  self->label = g_object_new (GTK_TYPE_LABEL,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                              "xalign", 0.0,
                              "ellipsize", PANGO_ELLIPSIZE_END,
                              NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));

  self->entry = gtk_text_new ();
  gtk_widget_set_visible (self->entry, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Title of the group"), -1);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (activate_cb), self, 0);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, 0);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->entry, keys);
  gtk_widget_add_controller (self->entry, focus);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
}

GtkWidget *
enlace_group_card_new (EnlaceGraphGroup *group)
{
  EnlaceGroupCard *self;

  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (group), NULL);

  self = g_object_new (ENLACE_TYPE_GROUP_CARD, NULL);
  self->group = g_object_ref (group);
  enlace_group_card_update (self, 0);

  return GTK_WIDGET (self);
}

EnlaceGraphGroup *
enlace_group_card_get_group (EnlaceGroupCard *self)
{
  g_return_val_if_fail (ENLACE_IS_GROUP_CARD (self), NULL);

  return self->group;
}

void
enlace_group_card_update (EnlaceGroupCard *self,
                          guint            n_items)
{
  const char *const *colors = enlace_graph_group_colors ();
  const char *title;
  const char *color;
  g_autofree char *label = NULL;

  g_return_if_fail (ENLACE_IS_GROUP_CARD (self));

  title = enlace_graph_group_get_title (self->group);
  color = enlace_graph_group_get_color (self->group);
  gtk_label_set_text (GTK_LABEL (self->label), *title != '\0' ? title : _("Group"));
  for (guint i = 0; colors[i] != NULL; i++)
    if (g_str_equal (colors[i], color))
      gtk_widget_add_css_class (GTK_WIDGET (self), colors[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), colors[i]);

  /* Translators: %s is the title of a group, %u how many steps and notes stand in it, for a screen reader. */
  label = g_strdup_printf (g_dngettext (NULL, "Group: %s, %u item", "Group: %s, %u items", n_items), title, n_items);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
enlace_group_card_set_selected (EnlaceGroupCard *self,
                                gboolean         selected)
{
  g_return_if_fail (ENLACE_IS_GROUP_CARD (self));

  if (selected)
    gtk_widget_add_css_class (GTK_WIDGET (self), "selected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "selected");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

void
enlace_group_card_begin_edit (EnlaceGroupCard *self)
{
  g_return_if_fail (ENLACE_IS_GROUP_CARD (self));

  if (self->editing)
    return;

  self->editing = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), enlace_graph_group_get_title (self->group));
  gtk_widget_set_visible (self->label, FALSE);
  gtk_widget_set_visible (self->entry, TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (self->entry);
}

void
enlace_group_card_end_edit (EnlaceGroupCard *self,
                            gboolean         keep)
{
  g_autofree char *title = NULL;

  g_return_if_fail (ENLACE_IS_GROUP_CARD (self));

  if (!self->editing)
    return;

  self->editing = FALSE;
  title = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (self->entry, FALSE);
  gtk_widget_set_visible (self->label, TRUE);
  if (keep && !g_str_equal (title, enlace_graph_group_get_title (self->group)))
    g_signal_emit (self, signals[EDITED], 0, title);
}

gboolean
enlace_group_card_is_editing (EnlaceGroupCard *self)
{
  g_return_val_if_fail (ENLACE_IS_GROUP_CARD (self), FALSE);

  return self->editing;
}
