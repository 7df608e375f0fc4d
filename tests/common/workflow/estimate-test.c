/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/value/json.h"
#include "common/workflow/document.h"

/* Nodes by a letter each: c calls, i chooses, m maps, s ends the run, l is a loop over two, u one over whatever comes, w one that may end early, t one of at most five
 * iterations, n one without a limit, s a switch with the ports eu, us and default,
 * p a parallel, e calls and goes on by `error` when it fails. Edges as "from to" or "from port to"; the trigger is `start`. */
static const struct
{
  const char *nodes;
  const char *edges;
  guint64 minimum;
  guint64 typical;
  gint64 maximum;
} cases[] = {
  { "c1", "start c1", 1, 1, 1 },
  { "c1 c2", "start c1,c1 c2", 2, 2, 2 },
  { "c1 c2", "start c1", 1, 1, 1 },
  { "c1 c2", "start c1,start c2", 2, 2, 2 },
  { "i1 c1", "start i1,i1 true c1", 0, 1, 1 },
  { "i1 c1 c2", "start i1,i1 true c1,i1 false c2", 1, 1, 1 },
  { "i1 c1 c2 c3", "start i1,i1 true c1,c1 c2,i1 false c3", 1, 2, 2 },
  { "i1 c1 c2 c3", "start i1,i1 true c1,i1 false c2,c1 c3,c2 c3", 2, 2, 2 },
  { "i1 c1 c3", "start i1,i1 true c1,i1 false c3,c1 c3", 1, 2, 2 },
  { "i1 m1 c1", "start i1,i1 true m1,m1 c1", 0, 1, 1 },
  { "i1 i2 c1", "start i1,start i2,i1 true c1,i2 true c1", 0, 1, 1 },
  { "i1 i2 c1 c2 c3", "start i1,i1 true i2,i2 true c1,i2 false c2,i1 false c3", 1, 1, 1 },
  { "i1 i2 c1 c2 c3 c4", "start i1,i1 true i2,i2 true c1,i2 false c2,c1 c3,c2 c3,i1 false c4", 1, 2, 2 },
  { "l1 c1 c2", "start l1,l1 item c1,l1 done c2", 3, 3, 3 },
  { "u1 c1 c2", "start u1,u1 item c1,u1 done c2", 1, 11, -1 },
  { "u1 m1 c2", "start u1,u1 item m1,u1 done c2", 1, 1, 1 },
  { "w1 c1", "start w1,w1 item c1", 0, 2, 2 },
  { "t1 c1", "start t1,t1 item c1", 0, 5, 5 },
  { "n1 c1", "start n1,n1 item c1", 0, 10, -1 },
  { "s1 c1 c2 c3", "start s1,s1 eu c1,s1 us c2,s1 default c3", 1, 1, 1 },
  { "s1 c1 c2", "start s1,s1 eu c1,c1 c2", 0, 1, 2 },
  { "l1 l2 c1", "start l1,l1 item l2,l2 item c1", 4, 4, 4 },
  { "l1 i1 c1", "start l1,l1 item i1,i1 true c1", 0, 1, 2 },
  { "p1 c1 c2 c3 c4", "start p1,p1 left c1,p1 right c2,c2 c3,p1 done c4", 4, 4, 4 },
  { "i1 l1 c1 c2", "start i1,i1 true l1,l1 item c1,i1 false c2", 1, 2, 2 },
  { "e1 c1 c2", "start e1,e1 out c1,e1 error c2", 2, 2, 2 },
};

static void
append_node (GString    *text,
             const char *id)
{
  const char *type = "data.map", *more = "";

  switch (id[0])
    {
    case 'c': type = "http.request"; break;
    case 'e': type = "http.request"; more = ",\"on_error\":\"branch\""; break;
    case 'i': type = "flow.if"; break;
    case 't': type = "flow.loop"; more = ",\"parameters\":{\"while\":\"{{ true }}\",\"limit\":5}"; break;
    case 'n': type = "flow.loop"; more = ",\"parameters\":{\"while\":\"{{ true }}\"}"; break;
    case 's': type = "flow.switch"; more = ",\"parameters\":{\"cases\":[{\"port\":\"eu\"},{\"port\":\"us\"}]}"; break;
    case 'p': type = "flow.parallel"; break;
    case 'l': type = "flow.loop"; more = ",\"parameters\":{\"items\":[1,2]}"; break;
    case 'w': type = "flow.loop"; more = ",\"parameters\":{\"items\":[1,2],\"while\":\"{{ true }}\"}"; break;
    case 'u': type = "flow.loop"; more = ",\"parameters\":{\"items\":\"{{ trigger.body }}\"}"; break;
    default: break;
    }

  g_string_append_printf (text, ",{\"id\":\"%s\",\"type\":\"%s\"%s}", id, type, more);
}

static EnlaceDocument *
make_document (const char *nodes,
               const char *edges)
{
  g_autoptr(GString) text = g_string_new ("{\"schema\":1,\"nodes\":[{\"id\":\"start\",\"type\":\"trigger.webhook\"}");
  g_auto(GStrv) ids = g_strsplit (nodes, " ", -1);
  g_auto(GStrv) lines = g_strsplit (edges, ",", -1);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  EnlaceDocument *document;

  for (gsize i = 0; ids[i] != NULL; i++)
    append_node (text, ids[i]);
  g_string_append (text, "],\"edges\":[");
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = g_strsplit (lines[i], " ", -1);
      guint n = g_strv_length (words);

      g_string_append_printf (text, "%s{\"from\":\"%s\",\"port\":\"%s\",\"to\":\"%s\"}", i > 0 ? "," : "", words[0], n == 3 ? words[1] : "out",
                              words[n - 1]);
    }
  g_string_append (text, "]}");
  value = enlace_json_parse (text->str, -1, &error);
  g_assert_no_error (error);
  document = enlace_document_read (value, refusals);
  if (document == NULL)
    g_error ("%s: %s", text->str, ((EnlaceProblem *) refusals->pdata[0])->detail);

  return document;
}

static void
test_calls (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceDocument) document = make_document (cases[i].nodes, cases[i].edges);
      EnlaceEstimate estimate;

      enlace_document_estimate_calls (document, &estimate);
      if (estimate.minimum != cases[i].minimum || estimate.typical != cases[i].typical || estimate.maximum != cases[i].maximum)
        {
          g_test_message ("%s: %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT ", %" G_GINT64_FORMAT, cases[i].edges, estimate.minimum, estimate.typical,
                          estimate.maximum);
          g_test_fail ();
        }
    }
}

/* Loops inside loops multiply; past what can be counted there is no limit. */
static void
test_large_numbers (void)
{
  g_autoptr(GString) nodes = g_string_new ("l0");
  g_autoptr(GString) edges = g_string_new ("start l0");
  g_autoptr(EnlaceDocument) document = NULL;
  EnlaceEstimate estimate;

  for (guint i = 1; i < 60; i++)
    {
      g_string_append_printf (nodes, " l%u", i);
      g_string_append_printf (edges, ",l%u item l%u", i - 1, i);
    }
  g_string_append (nodes, " c1");
  g_string_append (edges, ",l59 item c1");
  document = make_document (nodes->str, edges->str);
  enlace_document_estimate_calls (document, &estimate);

  g_assert_cmpint (estimate.maximum, ==, -1);
}

static void
test_without_a_trigger (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse ("{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"http.request\"}]}", -1, &error);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);
  EnlaceEstimate estimate;

  enlace_document_estimate_calls (document, &estimate);

  g_assert_cmpint (estimate.maximum, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/estimate/counts-the-calls-of-a-run", test_calls);
  g_test_add_func ("/estimate/large-numbers-are-no-limit", test_large_numbers);
  g_test_add_func ("/estimate/nothing-runs-without-a-trigger", test_without_a_trigger);

  return g_test_run ();
}
