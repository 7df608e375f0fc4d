/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/note-card.h"

struct _EnlaceNoteCard
{
  GtkWidget        parent_instance;

  GtkWidget       *label;
  GtkWidget       *scroller;
  GtkWidget       *view;

  EnlaceGraphNote *note;          /* owned */
  guint            editing : 1;
};

enum {
  EDITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnlaceNoteCard, enlace_note_card, GTK_TYPE_WIDGET)

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        modifiers,
                EnlaceNoteCard        *self)
{
  gboolean done = keyval == GDK_KEY_Return && (modifiers & GDK_CONTROL_MASK) != 0;

  if (keyval != GDK_KEY_Escape && !done)
    return GDK_EVENT_PROPAGATE;

  enlace_note_card_end_edit (self, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self));

  return GDK_EVENT_STOP;
}

static void
focus_left_cb (GtkEventControllerFocus *controller,
               EnlaceNoteCard          *self)
{
  enlace_note_card_end_edit (self, TRUE);
}

static void
enlace_note_card_dispose (GObject *object)
{
  EnlaceNoteCard *self = ENLACE_NOTE_CARD (object);

  g_clear_object (&self->note);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (enlace_note_card_parent_class)->dispose (object);
}

static void
enlace_note_card_class_init (EnlaceNoteCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_note_card_dispose;

  signals[EDITED] =
    g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_css_name (widget_class, "enlacenote");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
init_editor (EnlaceNoteCard *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->view = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->view), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Text of the note"), -1);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, 0);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->view, keys);
  gtk_widget_add_controller (self->view, focus);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->view);
  gtk_widget_set_visible (self->scroller, FALSE);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

static void
enlace_note_card_init (EnlaceNoteCard *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  self->label = g_object_new (GTK_TYPE_LABEL,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                              "wrap", TRUE,
                              "wrap-mode", PANGO_WRAP_WORD_CHAR,
                              "xalign", 0.0,
                              "yalign", 0.0,
                              "width-chars", 4,
                              "ellipsize", PANGO_ELLIPSIZE_END,
                              "lines", 60,
                              NULL);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  init_editor (self);
}

GtkWidget *
enlace_note_card_new (EnlaceGraphNote *note)
{
  EnlaceNoteCard *self;

  g_return_val_if_fail (ENLACE_IS_GRAPH_NOTE (note), NULL);

  self = g_object_new (ENLACE_TYPE_NOTE_CARD, NULL);
  self->note = g_object_ref (note);
  enlace_note_card_update (self);

  return GTK_WIDGET (self);
}

EnlaceGraphNote *
enlace_note_card_get_note (EnlaceNoteCard *self)
{
  g_return_val_if_fail (ENLACE_IS_NOTE_CARD (self), NULL);

  return self->note;
}

void
enlace_note_card_update (EnlaceNoteCard *self)
{
  const char *text;
  g_autofree char *label = NULL;

  g_return_if_fail (ENLACE_IS_NOTE_CARD (self));

  text = enlace_graph_note_get_text (self->note);
  gtk_label_set_text (GTK_LABEL (self->label), *text != '\0' ? text : _("Empty note"));
  if (*text != '\0')
    gtk_widget_remove_css_class (self->label, "dim-label");
  else
    gtk_widget_add_css_class (self->label, "dim-label");

  /* Translators: %s is the text of a note, for a screen reader. */
  label = g_strdup_printf (_("Note: %s"), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
enlace_note_card_set_selected (EnlaceNoteCard *self,
                               gboolean        selected)
{
  g_return_if_fail (ENLACE_IS_NOTE_CARD (self));

  if (selected)
    gtk_widget_add_css_class (GTK_WIDGET (self), "selected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "selected");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

void
enlace_note_card_begin_edit (EnlaceNoteCard *self)
{
  g_return_if_fail (ENLACE_IS_NOTE_CARD (self));

  if (self->editing)
    return;

  self->editing = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)),
                            enlace_graph_note_get_text (self->note), -1);
  gtk_widget_set_visible (self->label, FALSE);
  gtk_widget_set_visible (self->scroller, TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), TRUE);
  gtk_widget_grab_focus (self->view);
}

void
enlace_note_card_end_edit (EnlaceNoteCard *self,
                           gboolean        keep)
{
  GtkTextBuffer *buffer;
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;

  g_return_if_fail (ENLACE_IS_NOTE_CARD (self));

  if (!self->editing)
    return;

  self->editing = FALSE;
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (self->scroller, FALSE);
  gtk_widget_set_visible (self->label, TRUE);

  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (keep && !g_str_equal (text, enlace_graph_note_get_text (self->note)))
    g_signal_emit (self, signals[EDITED], 0, text);
}

gboolean
enlace_note_card_is_editing (EnlaceNoteCard *self)
{
  g_return_val_if_fail (ENLACE_IS_NOTE_CARD (self), FALSE);

  return self->editing;
}
