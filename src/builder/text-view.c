/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/text-view.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <stdio.h>
#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-format.h"
#include "common/workflow/document.h"
#include "src/builder/text-place.h"

#define PAUSE_MS 400
#define CATEGORY "problem"

struct _EnlaceTextView
{
  AdwBin           parent_instance;

  GtkSourceView   *view;
  GtkSourceBuffer *buffer;
  GtkTextTag      *tag;
  GtkWidget       *bar;
  GtkLabel        *message;

  EnlaceGraph     *graph;
  char            *problem;       /* nullable */
  int              line;          /* of the problem; -1: none */
  guint            pause;         /* source */
  guint            is_typed : 1;  /* the text may be another than the graph's */
  guint            is_ours : 1;   /* the change that is under way was made here */
  guint            is_behind : 1; /* the graph changed while something was typed that cannot be read */
};

enum {
  PROP_0,
  PROP_PROBLEM,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (EnlaceTextView, enlace_text_view, ADW_TYPE_BIN)

static GParamSpec *properties[N_PROPS];

static char *
dup_text (EnlaceTextView *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);

  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, TRUE);
}

static void
unmark (EnlaceTextView *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  gtk_text_buffer_remove_tag (GTK_TEXT_BUFFER (self->buffer), self->tag, &start, &end);
  gtk_source_buffer_remove_source_marks (self->buffer, &start, &end, CATEGORY);
  self->line = -1;
}

static void
mark (EnlaceTextView *self,
      const char     *text,
      gsize           at)
{
  g_autofree char *before = g_strndup (text, MIN (at, strlen (text)));
  GtkTextIter start;
  GtkTextIter end;

  for (const char *i = before; (i = strchr (i, '\n')) != NULL; i++)
    self->line = MAX (self->line, 0) + 1;
  self->line = MAX (self->line, 0);

  gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), &start, self->line);
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  gtk_text_buffer_apply_tag (GTK_TEXT_BUFFER (self->buffer), self->tag, &start, &end);
  gtk_source_buffer_create_source_mark (self->buffer, NULL, CATEGORY, &start);
}

static void
set_problem (EnlaceTextView *self,
             const char     *problem)
{
  g_autofree char *text = NULL;

  if (problem != NULL && self->line >= 0)
    text = g_strdup_printf (_("Line %d: %s"), self->line + 1, problem);
  else
    text = g_strdup (problem);
  if (text != NULL && self->is_behind)
    {
      g_autofree char *whole = g_strconcat (text, "\n", _("The workflow was changed elsewhere meanwhile; this text would undo that."), NULL);

      gtk_label_set_label (self->message, whole);
    }
  else
    {
      gtk_label_set_label (self->message, text != NULL ? text : "");
    }
  gtk_widget_set_visible (self->bar, text != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_STATE_INVALID,
                               text != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* A reader's message begins with the byte at which it stopped; people count in lines. */
static void
refuse_syntax (EnlaceTextView *self,
               const char     *text,
               const GError   *error)
{
  const char *detail = error->message;
  gsize at = 0;

  if (sscanf (error->message, "No JSON at byte %" G_GSIZE_FORMAT, &at) == 1)
    {
      const char *colon = strchr (error->message, ':');

      mark (self, text, at);
      detail = colon != NULL ? colon + 2 : detail;
    }
  set_problem (self, detail);
}

static void
refuse_document (EnlaceTextView *self,
                 const char     *text,
                 GPtrArray      *refusals)
{
  const EnlaceProblem *first = refusals->len > 0 ? g_ptr_array_index (refusals, 0) : NULL;

  if (first != NULL)
    mark (self, text, enlace_text_place_find (text, first->pointer));
  set_problem (self, first != NULL ? first->detail : _("This is not a workflow."));
}

static gboolean
apply (EnlaceTextView *self)
{
  g_autofree char *text = dup_text (self);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, &error);

  unmark (self);
  if (value == NULL)
    {
      refuse_syntax (self, text, error);
      return FALSE;
    }
  document = enlace_document_read (value, refusals);
  if (document == NULL)
    {
      refuse_document (self, text, refusals);
      return FALSE;
    }

  self->is_ours = TRUE;
  if (!enlace_graph_replace (self->graph, value, _("Edit as Text"), &error))
    {
      self->is_ours = FALSE;
      set_problem (self, error->message);
      return FALSE;
    }
  self->is_ours = FALSE;
  self->is_typed = FALSE;
  self->is_behind = FALSE;
  set_problem (self, NULL);

  return TRUE;
}

static gboolean
pause_cb (gpointer user_data)
{
  EnlaceTextView *self = user_data;

  self->pause = 0;
  apply (self);

  return G_SOURCE_REMOVE;
}

static void
typed_cb (EnlaceTextView *self)
{
  if (self->is_ours)
    return;

  self->is_typed = TRUE;
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (PAUSE_MS, pause_cb, self);
}

/* Where two texts begin and end alike, never inside of a character. */
static void
find_difference (const char *a,
                 const char *b,
                 gsize      *start,
                 gsize      *end)
{
  gsize a_length = strlen (a);
  gsize b_length = strlen (b);
  gsize most = MIN (a_length, b_length);

  for (*start = 0; *start < most && a[*start] == b[*start];)
    (*start)++;
  while (*start > 0 && ((guchar) a[*start] & 0xc0) == 0x80)
    (*start)--;
  for (*end = 0; *end < most - *start && a[a_length - *end - 1] == b[b_length - *end - 1];)
    (*end)++;
  while (*end > 0 && ((guchar) a[a_length - *end] & 0xc0) == 0x80)
    (*end)--;
}

/* Replaces only what differs: the cursor and the view stay where they are. */
static void
fill (EnlaceTextView *self)
{
  g_autoptr(EnlaceValue) document = enlace_graph_to_value (self->graph);
  g_autoptr(GError) error = NULL;
  g_autofree char *text = enlace_document_format (document, &error);
  g_autofree char *before = dup_text (self);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter from;
  GtkTextIter to;
  gsize start;
  gsize end;

  if (text == NULL)
    return set_problem (self, error->message);

  self->is_typed = FALSE;
  self->is_behind = FALSE;
  unmark (self);
  set_problem (self, NULL);
  if (g_str_equal (text, before))
    return;

  find_difference (before, text, &start, &end);
  self->is_ours = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_get_iter_at_offset (buffer, &from, (int) g_utf8_strlen (before, (gssize) start));
  gtk_text_buffer_get_iter_at_offset (buffer, &to, (int) g_utf8_strlen (before, (gssize) (strlen (before) - end)));
  gtk_text_buffer_delete (buffer, &from, &to);
  gtk_text_buffer_insert (buffer, &from, text + start, (int) (strlen (text) - start - end));
  gtk_text_buffer_end_irreversible_action (buffer);
  self->is_ours = FALSE;
  if (*before == '\0')
    {
      gtk_text_buffer_get_start_iter (buffer, &from);
      gtk_text_buffer_place_cursor (buffer, &from);
    }
}

static void
graph_changed_cb (EnlaceTextView *self)
{
  if (self->is_ours)
    return;

  if (self->is_typed)
    {
      self->is_behind = TRUE;
      if (self->problem != NULL)
        {
          g_autofree char *problem = g_strdup (self->problem);

          set_problem (self, problem);
        }
      return;
    }

  /* A text that nobody sees is made when it is looked at. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    fill (self);
}

static void
map_cb (EnlaceTextView *self)
{
  if (!self->is_typed)
    fill (self);
}

static void
leave_cb (EnlaceTextView *self)
{
  enlace_text_view_commit (self);
}

/* The keys of undo mean what was typed here, as far as that goes back, and the builder's changes before it. */
static gboolean
undo_cb (GtkWidget *widget,
         GVariant  *parameter,
         gpointer   user_data)
{
  EnlaceTextView *self = user_data;

  if (gtk_text_buffer_get_can_undo (GTK_TEXT_BUFFER (self->buffer)))
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_activate_action (GTK_WIDGET (self), "builder.undo", NULL);
}

static gboolean
redo_cb (GtkWidget *widget,
         GVariant  *parameter,
         gpointer   user_data)
{
  EnlaceTextView *self = user_data;

  if (gtk_text_buffer_get_can_redo (GTK_TEXT_BUFFER (self->buffer)))
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_activate_action (GTK_WIDGET (self), "builder.redo", NULL);
}

static void
add_keys (EnlaceTextView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>z"),
                                                          gtk_callback_action_new (undo_cb, self, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Shift><Control>z"),
                                                          gtk_callback_action_new (redo_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
}

static void
scheme_cb (EnlaceTextView *self)
{
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  gtk_source_buffer_set_style_scheme (self->buffer,
                                      gtk_source_style_scheme_manager_get_scheme (manager, is_dark ? "Adwaita-dark" : "Adwaita"));
}

static void
make_view (EnlaceTextView *self)
{
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();
  g_autoptr(GtkSourceMarkAttributes) attributes = gtk_source_mark_attributes_new ();

  self->buffer = gtk_source_buffer_new_with_language (gtk_source_language_manager_get_language (languages, "json"));
  self->tag = gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (self->buffer), NULL, "underline", PANGO_UNDERLINE_ERROR, NULL);
  self->view = GTK_SOURCE_VIEW (gtk_source_view_new_with_buffer (self->buffer));
  gtk_source_mark_attributes_set_icon_name (attributes, "dialog-error-symbolic");
  gtk_source_view_set_mark_attributes (self->view, CATEGORY, attributes, 1);
  gtk_source_view_set_show_line_marks (self->view, TRUE);
  gtk_source_view_set_show_line_numbers (self->view, TRUE);
  gtk_source_view_set_highlight_current_line (self->view, TRUE);
  gtk_source_view_set_auto_indent (self->view, TRUE);
  gtk_source_view_set_tab_width (self->view, 2);
  gtk_source_view_set_insert_spaces_instead_of_tabs (self->view, TRUE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->view), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self->view), 24);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The Workflow as Text"), -1);
}

static GtkWidget *
make_bar (EnlaceTextView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-error-symbolic");
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Revert"));

  self->message = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->message, TRUE);
  gtk_label_set_wrap_mode (self->message, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->message, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->message), TRUE);
  gtk_widget_add_css_class (icon, "error");
  gtk_widget_set_tooltip_text (button, _("Drop What Was Typed"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (enlace_text_view_revert), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->message));
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_add_css_class (box, "toolbar");
  gtk_widget_set_visible (box, FALSE);

  return box;
}

static void
enlace_text_view_dispose (GObject *object)
{
  EnlaceTextView *self = ENLACE_TEXT_VIEW (object);

  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_object (&self->graph);
  g_clear_object (&self->buffer);

  G_OBJECT_CLASS (enlace_text_view_parent_class)->dispose (object);
}

static void
enlace_text_view_finalize (GObject *object)
{
  g_free (ENLACE_TEXT_VIEW (object)->problem);

  G_OBJECT_CLASS (enlace_text_view_parent_class)->finalize (object);
}

static void
enlace_text_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, ENLACE_TEXT_VIEW (object)->problem);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_text_view_class_init (EnlaceTextViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enlace_text_view_dispose;
  object_class->finalize = enlace_text_view_finalize;
  object_class->get_property = enlace_text_view_get_property;

  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_text_view_init (EnlaceTextView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->line = -1;
  make_view (self);
  self->bar = make_bar (self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_hexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), self->bar);
  adw_bin_set_child (ADW_BIN (self), box);
  add_keys (self);
  scheme_cb (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (scheme_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
}

GtkWidget *
enlace_text_view_new (EnlaceGraph *graph)
{
  EnlaceTextView *self;

  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);

  self = g_object_new (ENLACE_TYPE_TEXT_VIEW, NULL);
  self->graph = g_object_ref (graph);
  g_signal_connect_object (graph, "changed", G_CALLBACK (graph_changed_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

GtkTextBuffer *
enlace_text_view_get_buffer (EnlaceTextView *self)
{
  g_return_val_if_fail (ENLACE_IS_TEXT_VIEW (self), NULL);

  return GTK_TEXT_BUFFER (self->buffer);
}

const char *
enlace_text_view_get_problem (EnlaceTextView *self)
{
  g_return_val_if_fail (ENLACE_IS_TEXT_VIEW (self), NULL);

  return self->problem;
}

int
enlace_text_view_get_problem_line (EnlaceTextView *self)
{
  g_return_val_if_fail (ENLACE_IS_TEXT_VIEW (self), -1);

  return self->line;
}

gboolean
enlace_text_view_commit (EnlaceTextView *self)
{
  g_return_val_if_fail (ENLACE_IS_TEXT_VIEW (self), FALSE);

  g_clear_handle_id (&self->pause, g_source_remove);

  return !self->is_typed || apply (self);
}

void
enlace_text_view_revert (EnlaceTextView *self)
{
  g_return_if_fail (ENLACE_IS_TEXT_VIEW (self));

  g_clear_handle_id (&self->pause, g_source_remove);
  fill (self);
}
