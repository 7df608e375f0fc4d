/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/expression-entry.h"

#include <glib/gi18n.h>
#include <string.h>

#include "common/value/json.h"
#include "src/builder/completion-braces.h"
#include "src/builder/completion-control.h"
#include "src/builder/condition.h"
#include "src/builder/expression-entry-drop.h"
#include "src/builder/form-value.h"

#define PAUSE_MS 150
#define DESCRIBE_LENGTH 160
#define LONG_HEIGHT 96

struct _EnlaceExpressionEntry
{
  GtkWidget            parent_instance;

  GtkWidget           *editor;       /* the entry, or the scroller of the view */
  GtkEntry            *entry;        /* NULL when it is long */
  GtkTextView         *view;         /* NULL when it is short */
  GtkWidget           *caption_box;
  GtkImage            *caption_icon;
  GtkLabel            *caption;

  EnlaceSample        *sample;
  EnlaceCompletionControl *completion;
  char                *problem;      /* nullable */
  char                *text;         /* of the view, as it was last asked for */
  guint                pause;        /* source */
  EnlaceParameterKind  kind;
  guint                is_bare : 1;
  guint                is_setting : 1;
};

enum {
  CHANGED,
  ENTERED,
  LEFT,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceExpressionEntry, enlace_expression_entry, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

char *
enlace_value_describe (EnlaceValue *value,
                       guint        length)
{
  g_autofree char *text = NULL;
  g_autofree char *start = NULL;

  if (enlace_value_get_size (value) > 64 * 1024)
    return g_strdup (enlace_value_get_kind (value) == ENLACE_KIND_LIST ? _("A long list") : _("A large value"));

  text = enlace_value_get_string (value) != NULL ? g_strdup (enlace_value_get_string (value))
                                                 : enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
  if (text == NULL)
    return g_strdup (_("A value that JSON cannot say"));
  if (text[0] == '\0')
    return g_strdup (_("(empty)"));

  g_strdelimit (text, "\n\r\t", ' ');
  if (g_utf8_strlen (text, -1) <= length)
    return g_steal_pointer (&text);

  start = g_utf8_substring (text, 0, length);

  return g_strconcat (start, "…", NULL);
}

static void
show_caption (EnlaceExpressionEntry *self,
              const char            *icon_name,
              const char            *css_class,
              const char            *text)
{
  static const char *const classes[] = { "error", "accent", "dim-label" };
  GtkWidget *target = self->view != NULL ? GTK_WIDGET (self->view) : GTK_WIDGET (self->entry);
  gboolean is_error = g_strcmp0 (css_class, "error") == 0;

  gtk_widget_set_visible (self->caption_box, text != NULL);
  if (is_error)
    gtk_widget_add_css_class (self->editor, "error");
  else
    gtk_widget_remove_css_class (self->editor, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (target), GTK_ACCESSIBLE_STATE_INVALID,
                               is_error ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (target), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text != NULL ? text : "", -1);
  if (text == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (self->caption_box, classes[i]);
  gtk_widget_add_css_class (self->caption_box, css_class);
  gtk_image_set_from_icon_name (self->caption_icon, icon_name);
  gtk_label_set_label (self->caption, text);
}

static EnlaceValue *
read_text (EnlaceExpressionEntry  *self,
           GError                **error)
{
  const char *text = enlace_expression_entry_get_text (self);
  g_autofree char *wrapped = NULL;

  if (!self->is_bare)
    return enlace_form_value_from_text (self->kind, text, error);
  if (text[strspn (text, " ")] == '\0')
    return NULL;

  wrapped = g_strdup_printf ("{{ %s }}", text);

  return enlace_value_new_string (wrapped);
}

static void
update_caption (EnlaceExpressionEntry *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = read_text (self, &error);
  g_autoptr(EnlaceValue) result = NULL;
  g_autofree char *text = NULL;

  if (self->problem != NULL)
    return show_caption (self, "dialog-error-symbolic", "error", self->problem);
  if (error != NULL)
    return show_caption (self, "dialog-error-symbolic", "error", error->message);
  if (value == NULL || !enlace_sample_is_template (value))
    return show_caption (self, NULL, "dim-label", NULL);
  if (!enlace_sample_has_run (self->sample))
    return show_caption (self, "dialog-information-symbolic", "dim-label", _("Run a test to see the value here"));

  result = enlace_sample_evaluate (self->sample, value, &error);
  if (result == NULL)
    return show_caption (self, "dialog-warning-symbolic", "error", error->message);

  text = enlace_value_describe (result, DESCRIBE_LENGTH);
  show_caption (self, "enlace-equals-symbolic", "accent", text);
}

static gboolean
pause_cb (gpointer user_data)
{
  EnlaceExpressionEntry *self = user_data;

  self->pause = 0;
  update_caption (self);

  return G_SOURCE_REMOVE;
}

static void
queue_caption (EnlaceExpressionEntry *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static void
text_changed_cb (EnlaceExpressionEntry *self)
{
  if (self->is_setting)
    return;

  /* It was about the text before. */
  g_clear_pointer (&self->problem, g_free);
  queue_caption (self);
  enlace_completion_control_typed (self->completion);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
entered_cb (EnlaceExpressionEntry *self)
{
  g_signal_emit (self, signals[ENTERED], 0);
}

static void
left_cb (EnlaceExpressionEntry *self)
{
  enlace_completion_control_close (self->completion);
  g_signal_emit (self, signals[LEFT], 0);
}

static void
enlace_expression_entry_dispose (GObject *object)
{
  EnlaceExpressionEntry *self = ENLACE_EXPRESSION_ENTRY (object);
  GtkWidget *child;

  g_clear_handle_id (&self->pause, g_source_remove);
  if (self->completion != NULL)
    g_object_run_dispose (G_OBJECT (self->completion));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->sample);

  G_OBJECT_CLASS (enlace_expression_entry_parent_class)->dispose (object);
}

static void
enlace_expression_entry_finalize (GObject *object)
{
  EnlaceExpressionEntry *self = ENLACE_EXPRESSION_ENTRY (object);

  /* Callbacks of the children may still ask for it while they go. */
  g_clear_object (&self->completion);
  g_free (self->problem);
  g_free (self->text);

  G_OBJECT_CLASS (enlace_expression_entry_parent_class)->finalize (object);
}

static gboolean
enlace_expression_entry_grab_focus (GtkWidget *widget)
{
  EnlaceExpressionEntry *self = ENLACE_EXPRESSION_ENTRY (widget);

  return self->entry != NULL ? gtk_entry_grab_focus_without_selecting (self->entry) : gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
enlace_expression_entry_class_init (EnlaceExpressionEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_expression_entry_dispose;
  object_class->finalize = enlace_expression_entry_finalize;
  widget_class->grab_focus = enlace_expression_entry_grab_focus;

  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_EXPRESSION_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENTERED] = g_signal_new ("entered", ENLACE_TYPE_EXPRESSION_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LEFT] = g_signal_new ("left", ENLACE_TYPE_EXPRESSION_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "expressionentry");
}

static void
enlace_expression_entry_init (EnlaceExpressionEntry *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 4);
}

static GtkWidget *
make_entry (EnlaceExpressionEntry *self)
{
  self->entry = GTK_ENTRY (gtk_entry_new ());
  /* The builder's own undo covers it. */
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->entry), FALSE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 4);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self->entry);
}

static GtkWidget *
make_view (EnlaceExpressionEntry *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkTextBuffer *buffer;

  self->view = GTK_TEXT_VIEW (gtk_text_view_new ());
  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_set_enable_undo (buffer, FALSE);
  gtk_text_view_set_accepts_tab (self->view, FALSE);
  gtk_text_view_set_wrap_mode (self->view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_monospace (self->view, self->kind == ENLACE_PARAMETER_JSON);
  gtk_text_view_set_left_margin (self->view, 9);
  gtk_text_view_set_right_margin (self->view, 9);
  gtk_text_view_set_top_margin (self->view, 7);
  gtk_text_view_set_bottom_margin (self->view, 7);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->view));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), LONG_HEIGHT);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 3 * LONG_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_widget_add_css_class (scroller, "text-frame");
  g_signal_connect_object (buffer, "changed", G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);

  return scroller;
}

static void
make_caption (EnlaceExpressionEntry *self)
{
  self->caption_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->caption_icon = GTK_IMAGE (gtk_image_new ());
  self->caption = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_valign (GTK_WIDGET (self->caption_icon), GTK_ALIGN_START);
  gtk_label_set_wrap (self->caption, TRUE);
  gtk_label_set_wrap_mode (self->caption, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (self->caption, 4);
  gtk_label_set_ellipsize (self->caption, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->caption, 0);
  gtk_label_set_selectable (self->caption, FALSE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->caption), TRUE);
  gtk_widget_add_css_class (self->caption_box, "caption");
  gtk_widget_add_css_class (self->caption_box, "value-caption");
  gtk_box_append (GTK_BOX (self->caption_box), GTK_WIDGET (self->caption_icon));
  gtk_box_append (GTK_BOX (self->caption_box), GTK_WIDGET (self->caption));
  gtk_widget_set_visible (self->caption_box, FALSE);
}

GtkWidget *
enlace_expression_entry_new (EnlaceSample        *sample,
                             EnlaceParameterKind  kind,
                             gboolean             is_long,
                             const char          *label)
{
  EnlaceExpressionEntry *self;
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkWidget *target;
  GtkWidget *inner;

  g_return_val_if_fail (ENLACE_IS_SAMPLE (sample), NULL);

  self = g_object_new (ENLACE_TYPE_EXPRESSION_ENTRY, NULL);
  self->sample = g_object_ref (sample);
  self->kind = kind;
  self->editor = is_long ? make_view (self) : make_entry (self);
  make_caption (self);
  gtk_widget_set_parent (self->editor, GTK_WIDGET (self));
  gtk_widget_set_parent (self->caption_box, GTK_WIDGET (self));

  inner = is_long ? GTK_WIDGET (self->view) : GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)));
  self->completion = enlace_completion_control_new (GTK_WIDGET (self), inner, sample, kind);
  enlace_expression_entry_accept_paths (self, inner);

  target = is_long ? GTK_WIDGET (self->view) : GTK_WIDGET (self->entry);
  gtk_accessible_update_property (GTK_ACCESSIBLE (target), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (focus, "enter", G_CALLBACK (entered_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (target, focus);
  g_signal_connect_object (sample, "changed", G_CALLBACK (queue_caption), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

const char *
enlace_expression_entry_get_text (EnlaceExpressionEntry *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self), NULL);

  if (self->entry != NULL)
    return gtk_editable_get_text (GTK_EDITABLE (self->entry));

  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  g_free (self->text);
  self->text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);

  return self->text;
}

void
enlace_expression_entry_set_text (EnlaceExpressionEntry *self,
                                  const char            *text)
{
  g_return_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self));
  g_return_if_fail (text != NULL);

  if (!g_str_equal (text, enlace_expression_entry_get_text (self)))
    {
      self->is_setting = TRUE;
      if (self->entry != NULL)
        gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
      else
        gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
      self->is_setting = FALSE;
      enlace_completion_control_reset (self->completion);
    }
  update_caption (self);
}

void
enlace_expression_entry_set_placeholder (EnlaceExpressionEntry *self,
                                         const char            *text)
{
  g_return_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self));

  if (self->entry != NULL)
    gtk_entry_set_placeholder_text (self->entry, text);
}

void
enlace_expression_entry_set_problem (EnlaceExpressionEntry *self,
                                     const char            *detail)
{
  g_return_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self));

  if (g_set_str (&self->problem, detail))
    update_caption (self);
}

void
enlace_expression_entry_set_bare (EnlaceExpressionEntry *self,
                                  gboolean               is_bare)
{
  g_return_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self));

  self->is_bare = is_bare;
  enlace_completion_control_set_bare (self->completion, is_bare);
}

/* Whether a cursor `offset` characters into the text stands inside of braces. */
static gboolean
is_inside_braces (EnlaceExpressionEntry *self,
                  const char            *text,
                  int                    offset)
{
  gsize cursor = (gsize) (g_utf8_offset_to_pointer (text, offset) - text);
  gsize start;
  gsize end;

  return enlace_completion_find_braces (text, cursor, self->kind == ENLACE_PARAMETER_JSON, &start, &end);
}

void
enlace_expression_entry_insert_path (EnlaceExpressionEntry *self,
                                     const char            *path)
{
  g_autofree char *wrapped = NULL;
  const char *text;
  int position;

  g_return_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self));
  g_return_if_fail (path != NULL);

  text = enlace_expression_entry_get_text (self);
  if (self->entry != NULL)
    position = gtk_editable_get_position (GTK_EDITABLE (self->entry));
  else
    g_object_get (gtk_text_view_get_buffer (self->view), "cursor-position", &position, NULL);

  wrapped = self->is_bare || is_inside_braces (self, text, position) ? g_strdup (path) : g_strdup_printf ("{{ %s }}", path);
  if (self->entry != NULL)
    {
      gtk_editable_delete_selection (GTK_EDITABLE (self->entry));
      position = gtk_editable_get_position (GTK_EDITABLE (self->entry));
      gtk_editable_insert_text (GTK_EDITABLE (self->entry), wrapped, -1, &position);
      gtk_editable_set_position (GTK_EDITABLE (self->entry), position);
    }
  else
    {
      gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (self->view), wrapped, -1);
    }
}

void
enlace_expression_entry_focus (EnlaceExpressionEntry *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}
