/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <gtk/gtk.h>
#include <string.h>

#include "common/value/json.h"
#include "src/builder/completion-braces.h"
#include "src/builder/completion-popover.h"
#include "src/builder/expression-entry-drop.h"
#include "src/builder/expression-entry.h"

#define TRIGGER "{\"body\":{\"amount\":12.5,\"address\":{\"city\":\"Lima\"},\"when-paid\":1},\"headers\":{\"x-request-id\":\"r1\"}}"

typedef struct {
  EnlaceSample          *sample;
  GtkWidget             *window;
  EnlaceExpressionEntry *entry;
  GtkWidget             *target;   /* the GtkText or the GtkTextView */
} Fixture;

static GtkWidget *
find_child (GtkWidget *widget,
            GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean G_GNUC_NORETURN
timeout_cb (gpointer user_data)
{
  g_error ("Nothing happened for 20 seconds");
}

static void
wait_until (gboolean (*condition) (Fixture *),
            Fixture   *fixture)
{
  guint source = g_timeout_add_seconds (20, timeout_cb, NULL);

  while (!condition (fixture))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
}

static gboolean
is_ready (Fixture *fixture)
{
  return gtk_widget_get_mapped (fixture->target) && gtk_widget_get_width (fixture->target) > 0;
}

static void
run_pending (void)
{
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

static void
set_up (Fixture             *fixture,
        EnlaceParameterKind  kind,
        gboolean             is_long)
{
  g_autoptr(EnlaceValue) trigger = enlace_json_parse (TRIGGER, strlen (TRIGGER), NULL);
  g_autoptr(GListStore) records = g_list_store_new (ENLACE_TYPE_STEP_RECORD);

  fixture->sample = enlace_sample_new ();
  enlace_sample_set_run (fixture->sample, trigger, G_LIST_MODEL (records));
  fixture->entry = ENLACE_EXPRESSION_ENTRY (enlace_expression_entry_new (fixture->sample, kind, is_long, "Text"));
  fixture->target = find_child (GTK_WIDGET (fixture->entry), is_long ? GTK_TYPE_TEXT_VIEW : GTK_TYPE_TEXT);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 480, 320);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->entry));
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_until (is_ready, fixture);
  enlace_expression_entry_focus (fixture->entry);
}

static void
tear_down (Fixture *fixture)
{
  GtkWidget *entry = GTK_WIDGET (g_object_ref (fixture->entry));

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  run_pending ();
  g_assert_finalize_object (entry);
  g_assert_finalize_object (fixture->sample);
}

/* One character after the other, as a keyboard gives them. */
static void
type (Fixture    *fixture,
      const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      int length = (int) (g_utf8_next_char (at) - at);

      if (GTK_IS_TEXT (fixture->target))
        {
          int position = gtk_editable_get_position (GTK_EDITABLE (fixture->target));

          gtk_editable_insert_text (GTK_EDITABLE (fixture->target), at, length, &position);
          gtk_editable_set_position (GTK_EDITABLE (fixture->target), position);
        }
      else
        {
          gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (fixture->target)), at, length);
        }
      run_pending ();
    }
}

/* Whether the completion took the key. */
static gboolean
press (Fixture         *fixture,
       guint            keyval,
       GdkModifierType  state)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->entry));
  gboolean is_handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !is_handled; i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, state, &is_handled);
    }
  run_pending ();

  return is_handled;
}

static EnlaceCompletionPopover *
get_popover (Fixture *fixture)
{
  GtkWidget *popover = find_child (GTK_WIDGET (fixture->entry), ENLACE_TYPE_COMPLETION_POPOVER);

  return popover != NULL && gtk_widget_get_visible (popover) ? ENLACE_COMPLETION_POPOVER (popover) : NULL;
}

/* NULL: nothing is selected. */
static const char *
get_selected (Fixture *fixture)
{
  EnlaceCompletionPopover *popover = get_popover (fixture);
  guint index;

  g_assert_nonnull (popover);
  index = enlace_completion_popover_get_selected (popover);
  if (index == GTK_INVALID_LIST_POSITION)
    return NULL;

  return enlace_completion_get_item (enlace_completion_popover_get_completion (popover), index)->label;
}

static void
assert_text (Fixture    *fixture,
             const char *expected)
{
  g_assert_cmpstr (enlace_expression_entry_get_text (fixture->entry), ==, expected);
}

static void
test_braces (void)
{
  /* The bar is the cursor, what is expected stands between the brackets. */
  static const struct { const char *text; const char *expression; gboolean is_json; } cases[] = {
    { "a |{{ b }}", NULL, FALSE },
    { "a {{| b }}", " b ", FALSE },
    { "{{ b }|} c", NULL, FALSE },
    { "{{ b }} c|", NULL, FALSE },
    { "{{ a }}{{ b| ", " b ", FALSE },
    { "{{ a| and {{ b }}", " a and ", FALSE },
    { "{{ a[\"}}\"].b| }}", " a[\"}}\"].b ", FALSE },
    { "{{ a[\"| }} and {{ b }}", " a[\" ", FALSE },
    { "{{ {'a': {'b': 1}}.a| }}", " {'a': {'b': 1}}.a ", FALSE },
    { "\\{{ a|", NULL, FALSE },
    { "{\"a\": \"{{ b|\"}", " b", TRUE },
    { "{\"a\": \"{{ b\", \"c\": 1|}", NULL, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *bar = strchr (cases[i].text, '|');
      g_autofree char *text = g_strdup_printf ("%.*s%s", (int) (bar - cases[i].text), cases[i].text, bar + 1);
      g_autofree char *expression = NULL;
      gsize start;
      gsize end;

      g_test_message ("%s", cases[i].text);
      if (enlace_completion_find_braces (text, (gsize) (bar - cases[i].text), cases[i].is_json, &start, &end))
        expression = g_strndup (text + start, end - start);
      g_assert_cmpstr (expression, ==, cases[i].expression);
    }
}

static void
check_typing (gboolean is_long)
{
  Fixture fixture;

  set_up (&fixture, is_long ? ENLACE_PARAMETER_LONG_TEXT : ENLACE_PARAMETER_TEXT, is_long);
  type (&fixture, "Año am");
  g_assert_null (get_popover (&fixture));

  type (&fixture, "{{ tri");
  g_assert_cmpstr (get_selected (&fixture), ==, "trigger");
  g_assert_true (press (&fixture, GDK_KEY_Return, 0));
  assert_text (&fixture, "Año am{{ trigger");
  g_assert_null (get_popover (&fixture));

  type (&fixture, ".body.");
  g_assert_cmpstr (get_selected (&fixture), ==, "amount");
  type (&fixture, "ad");
  g_assert_cmpstr (get_selected (&fixture), ==, "address");
  g_assert_true (press (&fixture, GDK_KEY_Tab, 0));
  type (&fixture, " }} b");
  g_assert_null (get_popover (&fixture));
  assert_text (&fixture, "Año am{{ trigger.body.address }} b");
  tear_down (&fixture);
}

static void
test_line (void)
{
  check_typing (FALSE);
}

static void
test_long (void)
{
  check_typing (TRUE);
}

static void
test_keys (void)
{
  Fixture fixture;

  set_up (&fixture, ENLACE_PARAMETER_TEXT, FALSE);

  /* Where no name is begun, Return and Tab are not taken. */
  type (&fixture, "{{ ");
  g_assert_null (get_selected (&fixture));
  g_assert_false (press (&fixture, GDK_KEY_Return, 0));
  g_assert_true (press (&fixture, GDK_KEY_Down, 0));
  g_assert_nonnull (get_selected (&fixture));

  /* The list goes round. */
  type (&fixture, "trigger.body.");
  g_assert_cmpstr (get_selected (&fixture), ==, "amount");
  g_assert_true (press (&fixture, GDK_KEY_Up, 0));
  g_assert_cmpstr (get_selected (&fixture), !=, "amount");
  g_assert_true (press (&fixture, GDK_KEY_Down, 0));
  g_assert_cmpstr (get_selected (&fixture), ==, "amount");
  g_assert_false (press (&fixture, GDK_KEY_Down, GDK_SHIFT_MASK));

  /* Escape closes, once; the name that is being typed opens nothing again, the next one does. */
  g_assert_true (press (&fixture, GDK_KEY_Escape, 0));
  g_assert_null (get_popover (&fixture));
  g_assert_false (press (&fixture, GDK_KEY_Escape, 0));
  assert_text (&fixture, "{{ trigger.body.");
  type (&fixture, "am");
  g_assert_null (get_popover (&fixture));
  g_assert_false (press (&fixture, GDK_KEY_Return, 0));
  g_assert_true (press (&fixture, GDK_KEY_space, GDK_CONTROL_MASK));
  g_assert_cmpstr (get_selected (&fixture), ==, "amount");
  g_assert_true (press (&fixture, GDK_KEY_KP_Enter, 0));
  assert_text (&fixture, "{{ trigger.body.amount");

  /* Text that the form sets opens nothing. */
  enlace_expression_entry_set_text (fixture.entry, "{{ tri");
  run_pending ();
  g_assert_null (get_popover (&fixture));
  tear_down (&fixture);
}

static void
test_quoted (void)
{
  Fixture fixture;

  set_up (&fixture, ENLACE_PARAMETER_TEXT, FALSE);
  type (&fixture, "{{ trigger.headers.x");
  g_assert_true (press (&fixture, GDK_KEY_Tab, 0));
  assert_text (&fixture, "{{ trigger.headers[\"x-request-id\"]");
  tear_down (&fixture);

  set_up (&fixture, ENLACE_PARAMETER_JSON, TRUE);
  type (&fixture, "{\"a\": \"{{ trigger.headers.x");
  g_assert_true (press (&fixture, GDK_KEY_Tab, 0));
  type (&fixture, " }}\"}");
  assert_text (&fixture, "{\"a\": \"{{ trigger.headers[\\\"x-request-id\\\"] }}\"}");
  tear_down (&fixture);
}

static void
test_bare (void)
{
  Fixture fixture;

  set_up (&fixture, ENLACE_PARAMETER_CONDITION, TRUE);
  type (&fixture, "trigger.bo");
  g_assert_cmpstr (get_selected (&fixture), ==, "body");
  tear_down (&fixture);

  set_up (&fixture, ENLACE_PARAMETER_TEXT, FALSE);
  enlace_expression_entry_set_bare (fixture.entry, TRUE);
  type (&fixture, "trigger.bo");
  g_assert_cmpstr (get_selected (&fixture), ==, "body");
  tear_down (&fixture);

  /* A name of a header is no template. */
  set_up (&fixture, ENLACE_PARAMETER_HEADER_NAME, FALSE);
  type (&fixture, "{{ tri");
  g_assert_null (get_popover (&fixture));
  tear_down (&fixture);
}

static gboolean
has_lines (Fixture *fixture)
{
  GtkWidget *list = enlace_completion_popover_get_list (get_popover (fixture));
  GtkWidget *line = gtk_widget_get_first_child (list);

  return line != NULL && gtk_widget_get_first_child (line) != NULL && gtk_widget_get_mapped (line);
}

static void
test_click (void)
{
  Fixture fixture;
  g_autoptr(GListModel) controllers = NULL;
  GtkWidget *line;

  set_up (&fixture, ENLACE_PARAMETER_TEXT, FALSE);
  type (&fixture, "{{ trigger.body.addr");
  wait_until (has_lines, &fixture);
  line = gtk_widget_get_first_child (enlace_completion_popover_get_list (get_popover (&fixture)));
  controllers = gtk_widget_observe_controllers (gtk_widget_get_first_child (line));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller))
        g_signal_emit_by_name (controller, "pressed", 1, 4.0, 4.0);
    }
  run_pending ();
  assert_text (&fixture, "{{ trigger.body.address");
  g_assert_null (get_popover (&fixture));
  /* The keyboard is where it was. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture.window)) == fixture.target);
  g_clear_object (&controllers);
  tear_down (&fixture);
}

static void
test_call (void)
{
  Fixture fixture;
  const EnlaceCompletionSignature *signature;
  g_autofree char *active = NULL;

  set_up (&fixture, ENLACE_PARAMETER_TEXT, FALSE);
  type (&fixture, "{{ trigger.body.address.city.substr");
  g_assert_true (press (&fixture, GDK_KEY_Tab, 0));
  assert_text (&fixture, "{{ trigger.body.address.city.substring()");
  g_assert_cmpint (gtk_editable_get_position (GTK_EDITABLE (fixture.target)), ==, strlen ("{{ trigger.body.address.city.substring("));

  type (&fixture, "1, 2");
  g_assert_nonnull (get_popover (&fixture));
  signature = enlace_completion_get_signature (enlace_completion_popover_get_completion (get_popover (&fixture)), 0);
  active = g_strndup (signature->text + signature->active_start, signature->active_end - signature->active_start);
  g_assert_true (g_str_has_prefix (active, "end"));
  /* There is nothing to take. */
  g_assert_false (press (&fixture, GDK_KEY_Return, 0));
  g_assert_true (press (&fixture, GDK_KEY_Escape, 0));
  g_assert_null (get_popover (&fixture));
  tear_down (&fixture);
}

/* Moves and drops as GTK's drop target tells them. */
static void
drop (Fixture    *fixture,
      const char *path,
      double      x)
{
  g_autoptr(GdkContentProvider) provider = enlace_dragged_path_provide (path);
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (fixture->target);
  g_auto(GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, ENLACE_TYPE_DRAGGED_PATH);
  g_assert_true (gdk_content_provider_get_value (provider, &value, NULL));
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !is_taken; i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller)
          && gdk_content_formats_contain_gtype (gtk_drop_target_get_formats (GTK_DROP_TARGET (controller)), ENLACE_TYPE_DRAGGED_PATH))
        g_signal_emit_by_name (controller, "drop", &value, x, 4.0, &is_taken);
    }
  g_assert_true (is_taken);
}

static void
test_drop (void)
{
  Fixture fixture;
  graphene_rect_t place;

  set_up (&fixture, ENLACE_PARAMETER_TEXT, FALSE);
  enlace_expression_entry_set_text (fixture.entry, "ab {{ 1 +  }}");
  gtk_text_compute_cursor_extents (GTK_TEXT (fixture.target), 1, &place, NULL);
  drop (&fixture, "trigger.body", graphene_rect_get_x (&place) + 1);
  assert_text (&fixture, "a{{ trigger.body }}b {{ 1 +  }}");
  gtk_text_compute_cursor_extents (GTK_TEXT (fixture.target), strlen ("a{{ trigger.body }}b {{ 1 + "), &place, NULL);
  drop (&fixture, "now", graphene_rect_get_x (&place) + 1);
  assert_text (&fixture, "a{{ trigger.body }}b {{ 1 + now }}");
  tear_down (&fixture);

  set_up (&fixture, ENLACE_PARAMETER_LONG_TEXT, TRUE);
  enlace_expression_entry_set_text (fixture.entry, "ab");
  drop (&fixture, "trigger.body", 400);
  assert_text (&fixture, "ab{{ trigger.body }}");
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builder/completion/braces", test_braces);
  g_test_add_func ("/builder/completion/in-a-line", test_line);
  g_test_add_func ("/builder/completion/in-a-long-text", test_long);
  g_test_add_func ("/builder/completion/keys", test_keys);
  g_test_add_func ("/builder/completion/quoted-names", test_quoted);
  g_test_add_func ("/builder/completion/bare-expressions", test_bare);
  g_test_add_func ("/builder/completion/click", test_click);
  g_test_add_func ("/builder/completion/call", test_call);
  g_test_add_func ("/builder/completion/dropped-path", test_drop);

  return g_test_run ();
}
