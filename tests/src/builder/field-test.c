/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <gtk/gtk.h>

#include "common/value/json.h"
#include "src/builder/parameter-field.h"

typedef struct {
  EnlaceSample         *sample;
  GtkWidget            *window;
  EnlaceParameterField *field;
  guint                 n_changes;
} Fixture;

static void
count_change (Fixture *fixture)
{
  fixture->n_changes++;
}

/* The field of a step type's parameter, with a value. */
static void
show_field (Fixture    *fixture,
            const char *step_type,
            const char *parameter,
            const char *json)
{
  const EnlaceStepInfo *info = enlace_step_info_find (step_type);
  g_autoptr(EnlaceValue) value = enlace_json_parse (json, -1, NULL);

  g_assert_nonnull (value);
  for (guint i = 0; i < info->n_parameters; i++)
    if (g_str_equal (info->parameters[i].name, parameter))
      fixture->field = ENLACE_PARAMETER_FIELD (enlace_parameter_field_new (&info->parameters[i], fixture->sample));
  g_assert_nonnull (fixture->field);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->field));
  enlace_parameter_field_set_value (fixture->field, value);
  g_signal_connect_swapped (fixture->field, "changed", G_CALLBACK (count_change), fixture);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->sample = enlace_sample_new ();
  fixture->window = gtk_window_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->sample);
}

static void
assert_value (Fixture    *fixture,
              const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_parameter_field_get_value (fixture->field, &error);
  g_autofree char *text = value != NULL ? enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL) : NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

/* Chosen in the menu of the row at `index`; whether the field says that it changed. */
static gboolean
choose (Fixture    *fixture,
        const char *action,
        int         index)
{
  fixture->n_changes = 0;
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->field), action, "i", index));
  g_assert_cmpuint (fixture->n_changes, <=, 1);

  return fixture->n_changes == 1;
}

#define A "{\"value\":\"item.a\"}"
#define B "{\"later\":1,\"value\":\"item.b\"}"
#define C "{\"value\":\"item.c\"}"

static void
test_moves_rows_of_a_table (Fixture       *fixture,
                            gconstpointer  data)
{
  show_field (fixture, "data.sort", "keys", "[" A "," B "," C "]");
  assert_value (fixture, "[" A "," B "," C "]");

  g_assert_true (choose (fixture, "rows.down", 0));
  assert_value (fixture, "[" B "," A "," C "]");
  g_assert_true (choose (fixture, "rows.up", 2));
  assert_value (fixture, "[" B "," C "," A "]");
  g_assert_true (choose (fixture, "rows.up", 1));
  assert_value (fixture, "[" C "," B "," A "]");
  g_assert_true (choose (fixture, "rows.remove", 1));
  assert_value (fixture, "[" C "," A "]");
}

static void
test_moves_names (Fixture       *fixture,
                  gconstpointer  data)
{
  show_field (fixture, "flow.parallel", "branches", "[\"stock\",\"invoice\"]");

  g_assert_true (choose (fixture, "rows.up", 1));
  assert_value (fixture, "[\"invoice\",\"stock\"]");
  g_assert_true (choose (fixture, "rows.remove", 0));
  assert_value (fixture, "[\"stock\"]");
}

static void
test_moves_fields (Fixture       *fixture,
                   gconstpointer  data)
{
  show_field (fixture, "data.map", "fields", "[{\"path\":\"a\",\"value\":1},{\"path\":\"b\",\"value\":2},{\"path\":\"c\",\"value\":3}]");

  g_assert_true (choose (fixture, "rows.down", 1));
  assert_value (fixture, "[{\"path\":\"a\",\"value\":1},{\"path\":\"c\",\"value\":3},{\"path\":\"b\",\"value\":2}]");
  g_assert_true (choose (fixture, "rows.remove", 0));
  assert_value (fixture, "[{\"path\":\"c\",\"value\":3},{\"path\":\"b\",\"value\":2}]");
}

static void
test_moves_nothing_beyond_the_ends (Fixture       *fixture,
                                    gconstpointer  data)
{
  show_field (fixture, "data.sort", "keys", "[" A "," B "]");

  g_assert_false (choose (fixture, "rows.up", 0));
  g_assert_false (choose (fixture, "rows.down", 1));
  g_assert_false (choose (fixture, "rows.remove", 2));
  assert_value (fixture, "[" A "," B "]");
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);

#define add(path, function) g_test_add ("/builder/field/" path, Fixture, NULL, set_up, function, tear_down)
  add ("moves-rows-of-a-table", test_moves_rows_of_a_table);
  add ("moves-names", test_moves_names);
  add ("moves-fields", test_moves_fields);
  add ("moves-nothing-beyond-the-ends", test_moves_nothing_beyond_the_ends);
#undef add

  return g_test_run ();
}
