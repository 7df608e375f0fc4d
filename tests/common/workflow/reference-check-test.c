/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/document.h"

/* Small random graphs, of which every run can be played through: what the check says about steps that read others is held
 * against what happens. */

#define N_GRAPHS 3000
#define MAX_NODES 9

typedef struct {
  guint n_nodes;                  /* node 0 is the trigger */
  gboolean is_choice[MAX_NODES];
  /* 0: no edge; 1: out or true; 2: false */
  guint8 edges[MAX_NODES][MAX_NODES];
  guint reader;
  guint target;
} Graph;

static void
make_graph (Graph *self)
{
  memset (self, 0, sizeof *self);
  self->n_nodes = g_test_rand_int_range (3, MAX_NODES + 1);

  for (guint i = 1; i < self->n_nodes; i++)
    self->is_choice[i] = g_test_rand_int_range (0, 3) == 0;

  for (guint to = 1; to < self->n_nodes; to++)
    for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
      {
        guint from = g_test_rand_int_range (0, to);

        self->edges[from][to] = self->is_choice[from] ? g_test_rand_int_range (1, 3) : 1;
      }

  self->reader = g_test_rand_int_range (2, self->n_nodes);
  self->target = g_test_rand_int_range (1, self->reader);
  self->is_choice[self->reader] = FALSE;
  for (guint to = 0; to < self->n_nodes; to++)
    self->edges[self->reader][to] = MIN (self->edges[self->reader][to], 1);
}

static EnlaceDocument *
to_document (const Graph *self)
{
  g_autoptr(GString) text = g_string_new ("{\"schema\":1,\"nodes\":[{\"id\":\"n0\",\"type\":\"trigger.manual\"}");
  g_autoptr(GPtrArray) refusals = g_ptr_array_new ();
  g_autoptr(EnlaceValue) value = NULL;
  const char *comma = "";

  for (guint i = 1; i < self->n_nodes; i++)
    if (i == self->reader)
      g_string_append_printf (text, ",{\"id\":\"n%u\",\"type\":\"flow.respond\",\"parameters\":"
                              "{\"body\":\"{{ steps.n%u.output }}\"}}", i, self->target);
    else if (self->is_choice[i])
      g_string_append_printf (text, ",{\"id\":\"n%u\",\"type\":\"flow.if\",\"parameters\":{\"condition\":true}}", i);
    else
      g_string_append_printf (text, ",{\"id\":\"n%u\",\"type\":\"flow.respond\"}", i);

  g_string_append (text, "],\"edges\":[");
  for (guint from = 0; from < self->n_nodes; from++)
    for (guint to = 0; to < self->n_nodes; to++)
      if (self->edges[from][to] > 0)
        {
          const char *port = !self->is_choice[from] ? "out" : self->edges[from][to] == 1 ? "true" : "false";

          g_string_append_printf (text, "%s{\"from\":\"n%u\",\"port\":\"%s\",\"to\":\"n%u\"}", comma, from, port, to);
          comma = ",";
        }
  g_string_append (text, "]}");

  value = enlace_json_parse (text->str, text->len, NULL);

  return enlace_document_read (value, refusals);
}

/* Whether, over all ways the choices may turn out, the target always ran where the reader ran. */
static gboolean
always_ran (const Graph *self)
{
  for (guint choices = 0; choices < 1u << self->n_nodes; choices++)
    {
      gboolean ran[MAX_NODES] = { TRUE };

      for (guint to = 1; to < self->n_nodes; to++)
        for (guint from = 0; from < to; from++)
          {
            guint taken = self->is_choice[from] && (choices >> from & 1) ? 2 : 1;

            ran[to] |= ran[from] && self->edges[from][to] == taken;
          }

      if (ran[self->reader] && !ran[self->target])
        return FALSE;
    }

  return TRUE;
}

static gboolean
comes_before (const Graph *self)
{
  gboolean after[MAX_NODES] = { FALSE };

  after[self->target] = TRUE;
  for (guint to = self->target + 1; to < self->n_nodes; to++)
    for (guint from = self->target; from < to; from++)
      after[to] |= after[from] && self->edges[from][to] > 0;

  return after[self->reader];
}

static gboolean
has_problem (GPtrArray  *problems,
             const char *detail)
{
  for (guint i = 0; i < problems->len; i++)
    if (strstr (((EnlaceProblem *) problems->pdata[i])->detail, detail) != NULL)
      return TRUE;

  return FALSE;
}

/* The check never calls a step certain that may be skipped. It may warn once in a while where a choice that is made in two places
 * turns out the same, which it does not follow. */
static void
test_holds_against_every_run (void)
{
  guint n_certain = 0, n_warned = 0;

  for (int i = 0; i < N_GRAPHS; i++)
    {
      Graph graph;
      g_autoptr(EnlaceDocument) document = NULL;
      g_autoptr(GPtrArray) problems = NULL;
      gboolean skipped;

      make_graph (&graph);
      document = to_document (&graph);
      problems = enlace_document_check (document);
      skipped = has_problem (problems, "skipped on some ways");

      g_assert_true (has_problem (problems, "does not run before") == !comes_before (&graph));
      if (!comes_before (&graph))
        continue;

      if (!always_ran (&graph))
        g_assert_true (skipped);
      else
        n_warned += skipped ? 1 : 0, n_certain++;
    }

  g_test_message ("%u certain, of which %u were warned about", n_certain, n_warned);
  g_assert_cmpuint (n_certain, >, N_GRAPHS / 10);
  g_assert_cmpuint (n_warned * 20, <, n_certain);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reference-check/holds-against-every-run", test_holds_against_every_run);

  return g_test_run ();
}
