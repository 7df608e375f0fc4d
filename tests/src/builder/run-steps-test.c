/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <gio/gio.h>

#include "common/value/json.h"
#include "src/builder/run-steps.h"

#define DOCUMENT \
  "{\"schema\":1,\"nodes\":[" \
  "{\"id\":\"go\",\"type\":\"trigger.manual\",\"position\":[0,0],\"parameters\":{}}," \
  "{\"id\":\"each\",\"type\":\"flow.loop\",\"position\":[300,0],\"parameters\":{\"items\":\"{{ [1, 2, 3] }}\"}}," \
  "{\"id\":\"odd\",\"type\":\"flow.if\",\"position\":[600,0],\"parameters\":{\"condition\":\"{{ item % 2 == 1 }}\"}}," \
  "{\"id\":\"yes\",\"type\":\"data.map\",\"position\":[900,0],\"parameters\":{\"fields\":[]}}," \
  "{\"id\":\"after\",\"type\":\"data.map\",\"position\":[600,300],\"parameters\":{\"fields\":[]}}]," \
  "\"edges\":[{\"from\":\"go\",\"to\":\"each\"},{\"from\":\"each\",\"port\":\"item\",\"to\":\"odd\"}," \
  "{\"from\":\"odd\",\"port\":\"true\",\"to\":\"yes\"},{\"from\":\"each\",\"port\":\"done\",\"to\":\"after\"}]}"

#define STEPS \
  "[{\"node\":\"go\",\"path\":[],\"status\":\"completed\",\"output\":{}}," \
  "{\"node\":\"odd\",\"path\":[0],\"status\":\"completed\",\"output\":true}," \
  "{\"node\":\"yes\",\"path\":[0],\"status\":\"completed\",\"output\":{}}," \
  "{\"node\":\"odd\",\"path\":[1],\"status\":\"completed\",\"output\":false}," \
  "{\"node\":\"yes\",\"path\":[1],\"status\":\"skipped\"}," \
  "{\"node\":\"odd\",\"path\":[2],\"status\":\"completed\",\"output\":true}," \
  "{\"node\":\"yes\",\"path\":[2],\"attempt\":1,\"status\":\"failed\",\"error\":{\"message\":\"no\"}}," \
  "{\"node\":\"each\",\"path\":[],\"status\":\"failed\"}]"

typedef struct {
  EnlaceGraph    *graph;
  EnlaceRunSteps *steps;
} Fixture;

static GListModel *
read_records (const char *text)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, NULL);
  GListStore *store = g_list_store_new (ENLACE_TYPE_STEP_RECORD);

  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      g_autoptr(EnlaceStepRecord) record = enlace_step_record_new (enlace_value_get_element (value, i));

      g_list_store_append (store, record);
    }

  return G_LIST_MODEL (store);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(EnlaceValue) document = enlace_json_parse (DOCUMENT, -1, NULL);
  g_autoptr(GListModel) records = read_records (STEPS);

  fixture->graph = enlace_graph_new ();
  g_assert_true (enlace_graph_load (fixture->graph, document, NULL));
  fixture->steps = enlace_run_steps_new (records);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  enlace_run_steps_free (fixture->steps);
  g_assert_finalize_object (fixture->graph);
}

static void
test_a_step_stands_for_all_its_iterations (Fixture       *fixture,
                                           gconstpointer  data)
{
  gint64 count;

  g_assert_cmpint (enlace_run_steps_get_state (fixture->steps, "odd", &count), ==, ENLACE_RUN_STATE_COMPLETED);
  g_assert_cmpint (count, ==, 3);
  g_assert_cmpint (enlace_run_steps_get_state (fixture->steps, "yes", &count), ==, ENLACE_RUN_STATE_FAILED);
  g_assert_cmpint (count, ==, 2);
  g_assert_cmpint (enlace_run_steps_get_state (fixture->steps, "after", &count), ==, ENLACE_RUN_STATE_NONE);
  g_assert_cmpint (count, ==, -1);
}

static void
test_the_failure_is_where_it_happened (Fixture       *fixture,
                                       gconstpointer  data)
{
  g_assert_cmpstr (enlace_step_record_get_node (enlace_run_steps_get_failure (fixture->steps)), ==, "yes");
  g_assert_cmpstr (enlace_step_record_get_path (enlace_run_steps_get_failure (fixture->steps)), ==, "2");
  g_assert_true (enlace_run_steps_find (fixture->steps, "yes") == enlace_run_steps_get_failure (fixture->steps));
  g_assert_cmpstr (enlace_step_record_get_path (enlace_run_steps_find (fixture->steps, "odd")), ==, "2");
}

static gboolean
took (Fixture    *fixture,
      const char *from,
      const char *port,
      const char *to,
      gint64     *count)
{
  return enlace_run_steps_took_edge (fixture->steps, enlace_graph_find_node (fixture->graph, from),
                                     enlace_graph_find_edge (fixture->graph, from, port, to), count);
}

static void
test_edges_count_iterations (Fixture       *fixture,
                             gconstpointer  data)
{
  gint64 count;

  g_assert_true (took (fixture, "go", "out", "each", &count));
  g_assert_cmpint (count, ==, 1);
  g_assert_true (took (fixture, "each", "item", "odd", &count));
  g_assert_cmpint (count, ==, 3);
  g_assert_true (took (fixture, "odd", "true", "yes", &count));
  g_assert_cmpint (count, ==, 2);
  g_assert_false (took (fixture, "each", "done", "after", &count));
  g_assert_cmpint (count, ==, -1);
}

static void
test_a_later_attempt_replaces_a_failure (void)
{
  g_autoptr(GListModel) records = read_records ("[{\"node\":\"a\",\"attempt\":1,\"status\":\"failed\"},"
                                                "{\"node\":\"a\",\"attempt\":2,\"status\":\"completed\",\"output\":[1,2]}]");
  g_autoptr(EnlaceRunSteps) steps = enlace_run_steps_new (records);
  gint64 count;

  g_assert_cmpint (enlace_run_steps_get_state (steps, "a", &count), ==, ENLACE_RUN_STATE_COMPLETED);
  g_assert_cmpint (count, ==, 2);
  g_assert_null (enlace_run_steps_get_failure (steps));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define add(path, func) g_test_add ("/builder/run-steps/" path, Fixture, NULL, set_up, func, tear_down)
  add ("a-step-stands-for-all-its-iterations", test_a_step_stands_for_all_its_iterations);
  add ("the-failure-is-where-it-happened", test_the_failure_is_where_it_happened);
  add ("edges-count-iterations", test_edges_count_iterations);
#undef add
  g_test_add_func ("/builder/run-steps/a-later-attempt-replaces-a-failure", test_a_later_attempt_replaces_a_failure);

  return g_test_run ();
}
