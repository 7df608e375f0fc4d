/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/test-dialog.h"

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/client/value-type.h"

#define MOST_BYTES (1024 * 1024)

struct _EnlaceTestDialog
{
  AdwDialog      parent_instance;

  /* Template children */
  GtkLabel      *explanation;
  GtkTextView   *view;
  GtkTextBuffer *buffer;
  GtkLabel      *problem;
  GtkWidget     *problem_box;
  GtkWidget     *run_button;
  GtkWidget     *note;

  char          *trigger_type;
  EnlaceValue   *last;          /* nullable */
};

enum {
  RUN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceTestDialog, enlace_test_dialog, ADW_TYPE_DIALOG)

static guint signals[N_SIGNALS];

const char *
enlace_test_dialog_get_root (const char *trigger_type)
{
  return g_strcmp0 (trigger_type, "webhook") == 0 ? "body" : "data";
}

EnlaceValue *
enlace_test_dialog_make_data (const char  *trigger_type,
                              EnlaceValue *written,
                              EnlaceValue *last)
{
  static const char *const kept[] = { "method", "path", "query", "query_all", "headers" };
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(EnlaceValue) nothing = NULL;

  if (written == NULL)
    written = nothing = enlace_value_new_null ();
  if (g_strcmp0 (trigger_type, "webhook") != 0)
    return enlace_value_ref (written);

  builder = enlace_map_builder_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      EnlaceValue *member = last != NULL ? enlace_value_get_member (last, kept[i]) : NULL;

      if (member != NULL)
        enlace_map_builder_add (builder, kept[i], member);
    }
  enlace_map_builder_add (builder, "body", written);

  return enlace_map_builder_end (builder);
}

static char *
get_text (EnlaceTestDialog *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);

  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

static void
show_problem (EnlaceTestDialog *self,
              const char       *text)
{
  gtk_widget_set_visible (self->problem_box, text != NULL);
  gtk_label_set_label (self->problem, text != NULL ? text : "");
  gtk_widget_set_sensitive (self->run_button, text == NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_STATE_INVALID,
                               text != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

/* NULL without a problem: nothing is written. */
static EnlaceValue *
read_written (EnlaceTestDialog *self)
{
  g_autofree char *text = get_text (self);
  g_autoptr(GError) error = NULL;
  g_autofree char *problem = NULL;
  EnlaceValue *value = NULL;

  if (text[strspn (text, " \t\r\n")] != '\0' && (value = enlace_json_parse (text, -1, &error)) == NULL)
    /* Translators: %s is what is wrong, such as "unexpected character at byte 12" */
    problem = g_strdup_printf (_("This is not JSON yet: %s"), error->message);
  show_problem (self, problem);

  return value;
}

static void
changed_cb (EnlaceTestDialog *self)
{
  g_autoptr(EnlaceValue) value = read_written (self);
}

static void
run_cb (EnlaceTestDialog *self)
{
  g_autoptr(EnlaceValue) written = read_written (self);
  g_autoptr(EnlaceValue) data = NULL;

  if (gtk_widget_get_visible (self->problem_box))
    return;

  data = enlace_test_dialog_make_data (self->trigger_type, written, self->last);
  g_signal_emit (self, signals[RUN], 0, data);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
run_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  run_cb (ENLACE_TEST_DIALOG (widget));
}

static void
set_value (EnlaceTestDialog *self,
           EnlaceValue      *value)
{
  g_autofree char *text = enlace_json_format (value, ENLACE_JSON_PRETTY, NULL, NULL);

  gtk_text_buffer_set_text (self->buffer, text != NULL ? text : "", -1);
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(EnlaceTestDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (object), result, &text, &length, NULL, &error))
    return show_problem (self, error->message);
  if (length > MOST_BYTES)
    return show_problem (self, _("The file is larger than what a test can take."));
  if (!g_utf8_validate_len (text, length, NULL))
    return show_problem (self, _("The file is no text."));

  value = enlace_json_parse (text, (gssize) length, NULL);
  if (value != NULL)
    set_value (self, value);
  else
    gtk_text_buffer_set_text (self->buffer, text, (int) length);
}

static void
chosen_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(EnlaceTestDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file != NULL)
    g_file_load_contents_async (file, NULL, loaded_cb, g_steal_pointer (&self));
}

static void
load_cb (EnlaceTestDialog *self)
{
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_dialog_set_title (dialog, _("Load Data"));
  gtk_file_dialog_open (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, chosen_cb, g_object_ref (self));
}

static void
enlace_test_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_TEST_DIALOG);

  G_OBJECT_CLASS (enlace_test_dialog_parent_class)->dispose (object);
}

static void
enlace_test_dialog_finalize (GObject *object)
{
  EnlaceTestDialog *self = ENLACE_TEST_DIALOG (object);

  g_free (self->trigger_type);
  g_clear_pointer (&self->last, enlace_value_unref);

  G_OBJECT_CLASS (enlace_test_dialog_parent_class)->finalize (object);
}

static void
enlace_test_dialog_class_init (EnlaceTestDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_test_dialog_dispose;
  object_class->finalize = enlace_test_dialog_finalize;

  signals[RUN] = g_signal_new ("run", ENLACE_TYPE_TEST_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, ENLACE_TYPE_VALUE);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/test-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, buffer);
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, problem);
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, problem_box);
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, run_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceTestDialog, note);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, run_cb);
  gtk_widget_class_bind_template_callback (widget_class, load_cb);

  gtk_widget_class_install_action (widget_class, "test.run", NULL, run_action);
}

static void
enlace_test_dialog_init (EnlaceTestDialog *self)
{
  GtkShortcut *run = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Return, GDK_CONTROL_MASK), gtk_named_action_new ("test.run"));
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  /* Before the text, which would take it for a new line. */
  gtk_event_controller_set_propagation_phase (shortcuts, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts), run);
  gtk_widget_add_controller (GTK_WIDGET (self), shortcuts);
}

AdwDialog *
enlace_test_dialog_new (const char  *trigger_type,
                        EnlaceValue *last,
                        EnlaceValue *fallback)
{
  EnlaceTestDialog *self = g_object_new (ENLACE_TYPE_TEST_DIALOG, NULL);
  const char *root = enlace_test_dialog_get_root (trigger_type);
  EnlaceValue *written = last != NULL ? enlace_value_get_member (last, root) : NULL;

  self->trigger_type = g_strdup (trigger_type);
  self->last = last != NULL ? enlace_value_ref (last) : NULL;
  if (g_str_equal (root, "body"))
    gtk_label_set_label (self->explanation, _("The body of the request that starts the workflow, as JSON"));
  else
    gtk_label_set_label (self->explanation, _("The data that the workflow is started with, as JSON"));

  if (written == NULL || enlace_value_is_null (written))
    written = fallback;
  set_value (self, written);

  return ADW_DIALOG (self);
}

void
enlace_test_dialog_set_purpose (EnlaceTestDialog *self,
                                const char       *title,
                                const char       *label)
{
  g_return_if_fail (ENLACE_IS_TEST_DIALOG (self));

  adw_dialog_set_title (ADW_DIALOG (self), title);
  gtk_button_set_label (GTK_BUTTON (self->run_button), label);
  gtk_widget_set_tooltip_text (self->run_button, NULL);
  gtk_widget_set_visible (self->note, FALSE);
}

AdwDialog *
enlace_test_dialog_new_for_value (const char  *title,
                                  const char  *explanation,
                                  const char  *label,
                                  EnlaceValue *value)
{
  EnlaceTestDialog *self = g_object_new (ENLACE_TYPE_TEST_DIALOG, NULL);

  self->trigger_type = g_strdup ("");
  gtk_label_set_label (self->explanation, explanation);
  enlace_test_dialog_set_purpose (self, title, label);
  if (value != NULL)
    set_value (self, value);

  return ADW_DIALOG (self);
}
