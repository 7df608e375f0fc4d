/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <libdex.h>

#include "fixture.h"

/* Random graphs, run by the engine and by a small reference: the same steps must run, as often, in the same iterations. The seed is GLib's (--seed). */

enum { MAX_DEPTH = 3, MAX_STEPS = 7, N_GRAPHS = 150 };

typedef enum { MAP, BROKEN, IF, SWITCH, MERGE, LOOP, PARALLEL, N_KINDS } Kind;

typedef struct _Region Region;

typedef struct {
  char       *id;
  Kind        kind;
  const char *port;          /* that it goes on by: fixed when the graph is made */
  guint       need;          /* of a merge: how many must have come */
  guint       n_items;       /* of a loop */
  Region     *bodies[2];
  GArray     *edges;         /* Edge: to steps behind it in the region */
} Step;

typedef struct {
  guint       to;
  const char *port;
} Edge;

struct _Region {
  GPtrArray *steps;
};

typedef struct {
  GRand   *random;
  GString *lines;            /* of the document */
  guint    n_steps;
} Maker;

static void
step_free (gpointer data)
{
  Step *step = data;

  for (guint i = 0; i < 2; i++)
    if (step->bodies[i] != NULL)
      {
        g_ptr_array_unref (step->bodies[i]->steps);
        g_free (step->bodies[i]);
      }
  g_array_unref (step->edges);
  g_free (step->id);
  g_free (step);
}

static const char *const ports[N_KINDS][3] = {
  [MAP] = { "out" },
  [BROKEN] = { "out", "error" },
  [IF] = { "true", "false" },
  [SWITCH] = { "a", "b", "default" },
  [MERGE] = { "out" },
  [LOOP] = { "done" },
  [PARALLEL] = { "done" },
};
static const guint n_ports[N_KINDS] = { 1, 2, 2, 3, 1, 1, 1 };

static void
write_step (Maker *self,
            Step  *step)
{
  GString *lines = self->lines;

  switch (step->kind)
    {
    case BROKEN:
      g_string_append_printf (lines, "%s data.map {\"fields\":[{\"path\":\"n\",\"value\":\"{{ 1 / int(trigger.body.zero) }}\"}]} | \"on_error\":\"branch\"\n", step->id);
      break;
    case IF:
      g_string_append_printf (lines, "%s flow.if {\"condition\":\"{{ trigger.body.zero == %d }}\"}\n", step->id, g_str_equal (step->port, "true") ? 0 : 1);
      break;
    case SWITCH:
      g_string_append_printf (lines, "%s flow.switch {\"cases\":[{\"port\":\"a\",\"condition\":%s},{\"port\":\"b\",\"condition\":%s}]}\n", step->id,
                              g_str_equal (step->port, "a") ? "true" : "false", g_str_equal (step->port, "b") ? "true" : "false");
      break;
    case MERGE:
      g_string_append_printf (lines, "%s flow.merge {\"mode\":\"%s\",\"count\":%u} | \"on_error\":\"continue\"\n", step->id,
                              step->need == 0 ? "all" : step->need == 1 ? "any" : "n", MAX (step->need, 1));
      break;
    case LOOP:
      g_string_append_printf (lines, "%s flow.loop {\"items\":\"{{ trigger.body.list.slice(0, %u) }}\",\"concurrency\":%u}\n", step->id, step->n_items,
                              g_rand_int_range (self->random, 1, 4));
      break;
    case PARALLEL:
      g_string_append_printf (lines, "%s flow.parallel {\"branches\":[\"x\",\"y\"]}\n", step->id);
      break;
    case MAP:
    case N_KINDS:
    default:
      g_string_append_printf (lines, "%s data.map {\"fields\":[{\"path\":\"n\",\"value\":1}]}\n", step->id);
      break;
    }
}

static Region *make_region (Maker *self, guint depth, const char *owner, const char *port);

static Step *
make_step (Maker *self,
           guint  depth)
{
  Step *step = g_new0 (Step, 1);

  step->id = g_strdup_printf ("s%u", self->n_steps++);
  step->kind = g_rand_int_range (self->random, 0, depth < MAX_DEPTH ? N_KINDS : LOOP);
  step->port = ports[step->kind][g_rand_int_range (self->random, 0, n_ports[step->kind])];
  if (step->kind == BROKEN)
    step->port = "error";
  step->need = g_rand_int_range (self->random, 0, 4);
  step->n_items = g_rand_int_range (self->random, 0, 4);
  step->edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  write_step (self, step);
  if (step->kind == LOOP)
    step->bodies[0] = make_region (self, depth + 1, step->id, "item");
  if (step->kind == PARALLEL)
    {
      step->bodies[0] = make_region (self, depth + 1, step->id, "x");
      step->bodies[1] = make_region (self, depth + 1, step->id, "y");
    }

  return step;
}

static void
connect_step (Maker  *self,
              Region *region,
              guint   to)
{
  guint n_edges = g_rand_int_range (self->random, 1, 4);

  for (guint i = 0; i < n_edges; i++)
    {
      Step *from = region->steps->pdata[g_rand_int_range (self->random, 0, to)];
      Edge edge = { to, ports[from->kind][g_rand_int_range (self->random, 0, n_ports[from->kind])] };
      gboolean is_there = FALSE;

      for (guint j = 0; j < from->edges->len; j++)
        is_there |= g_array_index (from->edges, Edge, j).to == to && g_str_equal (g_array_index (from->edges, Edge, j).port, edge.port);
      if (is_there)
        continue;
      g_array_append_val (from->edges, edge);
      g_string_append_printf (self->lines, "%s > %s %s\n", from->id, ((Step *) region->steps->pdata[to])->id, edge.port);
    }
}

/* The first step is where the region begins; every other is behind one or several before it. */
static Region *
make_region (Maker      *self,
             guint       depth,
             const char *owner,
             const char *port)
{
  Region *region = g_new0 (Region, 1);
  guint n_steps = g_rand_int_range (self->random, 1, MAX_STEPS);

  region->steps = g_ptr_array_new_with_free_func (step_free);
  for (guint i = 0; i < n_steps; i++)
    {
      g_ptr_array_add (region->steps, make_step (self, depth));
      if (i > 0)
        connect_step (self, region, i);
      else
        g_string_append_printf (self->lines, "%s > %s %s\n", owner, ((Step *) region->steps->pdata[0])->id, port);
    }

  return region;
}

/* What the reference runs: "ID@PATH". */
static void
run_region (Region     *region,
            const char *path,
            GHashTable *ran)
{
  g_autofree guint *n_taken = g_new0 (guint, region->steps->len + 1);

  n_taken[0] = 1;
  for (guint i = 0; i < region->steps->len; i++)
    {
      Step *step = region->steps->pdata[i];
      guint n_frames = step->kind == LOOP ? step->n_items : step->kind == PARALLEL ? 2 : 0;

      if (n_taken[i] == 0)
        continue;
      g_hash_table_add (ran, g_strdup_printf ("%s@%s", step->id, path));
      for (guint j = 0; j < n_frames; j++)
        {
          g_autofree char *inner = *path != '\0' ? g_strdup_printf ("%s.%u", path, j) : g_strdup_printf ("%u", j);

          run_region (step->bodies[step->kind == LOOP ? 0 : j], inner, ran);
        }
      for (guint j = 0; j < step->edges->len; j++)
        n_taken[g_array_index (step->edges, Edge, j).to] += g_str_equal (g_array_index (step->edges, Edge, j).port, step->port);
    }
}

static GHashTable *
list_ran (Fixture          *fixture,
          const EnlaceUuid *id)
{
  g_autoptr(EnlaceValue) steps = fixture_read_steps (fixture, id);
  GHashTable *ran = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < enlace_value_get_length (steps); i++)
    {
      EnlaceValue *step = enlace_value_get_element (steps, i);
      EnlaceValue *path = enlace_value_get_member (step, "path");
      g_autoptr(GString) text = g_string_new (enlace_value_get_member_string (step, "node", ""));

      if (g_str_equal (text->str, "hook"))
        continue;
      g_string_append_c (text, '@');
      for (gsize j = 0; j < enlace_value_get_length (path); j++)
        g_string_append_printf (text, "%s%" G_GINT64_FORMAT, j > 0 ? "." : "", enlace_value_get_int (enlace_value_get_element (path, j)));
      g_assert_true (g_hash_table_add (ran, g_string_free (g_steal_pointer (&text), FALSE)));
    }

  return ran;
}

static void
check_same (GHashTable *expected,
            GHashTable *ran,
            const char *lines)
{
  GHashTableIter iter;
  const char *key;

  g_hash_table_iter_init (&iter, expected);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, NULL))
    if (!g_hash_table_contains (ran, key))
      g_error ("%s did not run in\n%s", key, lines);

  g_hash_table_iter_init (&iter, ran);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, NULL))
    if (!g_hash_table_contains (expected, key))
      g_error ("%s ran in\n%s", key, lines);
}

static void
check_graph (Fixture *fixture,
             GRand   *random,
             guint    number)
{
  Maker maker = { random, g_string_new ("hook trigger.webhook\n"), 0 };
  Region *root = make_region (&maker, 0, "hook", "out");
  g_autoptr(GHashTable) expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) ran = NULL;
  g_autofree char *document = make_document (maker.lines->str);
  g_autofree char *token = g_strdup_printf ("token%u", number);
  g_autoptr(EnlacePlan) plan = fixture_publish (fixture, token, document);
  Answer answer;

  run_region (root, "", expected);
  answer_init (&answer);
  fixture_start (fixture, plan, "{\"body\":{\"zero\":0,\"list\":[1,2,3,4]}}", NULL, ENLACE_WAIT_FINISHED, &answer);
  answer_wait (&answer);
  if (answer.execution_status != ENLACE_STATUS_COMPLETED)
    g_error ("%s:\n%s", enlace_status_get_name (answer.execution_status), maker.lines->str);
  ran = list_ran (fixture, &answer.execution_id);
  check_same (expected, ran, maker.lines->str);

  answer_clear (&answer);
  g_ptr_array_unref (root->steps);
  g_free (root);
  g_string_free (maker.lines, TRUE);
}

static void
test_graphs (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GRand) random = g_rand_new_with_seed (g_test_rand_int ());

  fixture_begin (fixture);
  for (guint i = 0; i < N_GRAPHS; i++)
    check_graph (fixture, random, i);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add ("/workflow/model/random-graphs-run-as-the-reference-does", Fixture, NULL, fixture_set_up, test_graphs, fixture_tear_down);

  return g_test_run ();
}
