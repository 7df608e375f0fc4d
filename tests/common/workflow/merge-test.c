/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "common/workflow/diff-format.h"
#include "common/workflow/diff.h"
#include "common/workflow/document.h"
#include "common/workflow/merge.h"

#define ROUNDS 2000

/* Text with ' in place of ". */
static EnlaceValue *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return value;
}

static void
assert_same (EnlaceValue *a,
             EnlaceValue *b)
{
  g_autofree char *text_a = enlace_json_format (a, ENLACE_JSON_SORTED, NULL, NULL);
  g_autofree char *text_b = enlace_json_format (b, ENLACE_JSON_SORTED, NULL, NULL);

  g_assert_cmpstr (text_a, ==, text_b);
}

static void
assert_readable (EnlaceValue *value)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);

  if (document == NULL)
    g_error ("%s: %s", ((EnlaceProblem *) refusals->pdata[0])->pointer, ((EnlaceProblem *) refusals->pdata[0])->detail);
}

static GPtrArray *
conflicts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_conflict_free);
}

/* Merges with all conflicts decided for one side. A decision may bring up the question of a cycle, so that it is asked again until none is open. */
static EnlaceValue *
merge_for (EnlaceValue *base,
           EnlaceValue *mine,
           EnlaceValue *theirs,
           EnlaceSide   side)
{
  g_autoptr(GHashTable) choices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint round = 0; round < 4; round++)
    {
      g_autoptr(GPtrArray) conflicts = conflicts_new ();
      g_autoptr(EnlaceValue) merged = enlace_document_merge (base, mine, theirs, choices, conflicts);
      gboolean is_open = FALSE;

      assert_readable (merged);
      for (guint i = 0; i < conflicts->len; i++)
        {
          EnlaceConflict *conflict = conflicts->pdata[i];

          is_open |= conflict->choice == ENLACE_SIDE_NONE;
          g_hash_table_insert (choices, g_strdup (conflict->pointer), GINT_TO_POINTER (side));
        }
      if (!is_open)
        return g_steal_pointer (&merged);
    }

  g_assert_not_reached ();
}

/* The only conflict of a merge. */
static EnlaceConflict *
merge_to_conflict (const char   *base_text,
                   const char   *mine_text,
                   const char   *theirs_text,
                   GPtrArray    *conflicts,
                   EnlaceValue **merged)
{
  g_autoptr(EnlaceValue) base = parse (base_text);
  g_autoptr(EnlaceValue) mine = parse (mine_text);
  g_autoptr(EnlaceValue) theirs = parse (theirs_text);

  *merged = enlace_document_merge (base, mine, theirs, NULL, conflicts);
  assert_readable (*merged);
  g_assert_cmpuint (conflicts->len, ==, 1);

  return conflicts->pdata[0];
}

static void
assert_merges (const char *base_text,
               const char *mine_text,
               const char *theirs_text,
               const char *merged_text)
{
  g_autoptr(EnlaceValue) base = parse (base_text);
  g_autoptr(EnlaceValue) mine = parse (mine_text);
  g_autoptr(EnlaceValue) theirs = parse (theirs_text);
  g_autoptr(EnlaceValue) wanted = parse (merged_text);
  g_autoptr(GPtrArray) conflicts = conflicts_new ();
  g_autoptr(EnlaceValue) merged = enlace_document_merge (base, mine, theirs, NULL, conflicts);

  g_assert_cmpuint (conflicts->len, ==, 0);
  assert_same (merged, wanted);
}

#define A "{ 'id': 'a', 'type': 'trigger.manual' }"
#define B "{ 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 1, 'y': 1 } }"
#define C "{ 'id': 'c', 'type': 'data.map' }"
#define DOCUMENT(nodes, edges) "{ 'schema': 1, 'nodes': [" nodes "], 'edges': [" edges "] }"
#define EDGE(from, to) "{ 'from': '" from "', 'to': '" to "' }"

static void
joins_fields_and_rows (void)
{
  assert_merges (DOCUMENT (A "," B, EDGE ("a", "b")),
                 DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 2, 'y': 1 } }", EDGE ("a", "b")),
                 DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'name': 'Map', 'parameters': { 'x': 1 } }," C, EDGE ("a", "b") "," EDGE ("b", "c")),
                 DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 2 }, 'name': 'Map' }," C, EDGE ("a", "b") "," EDGE ("b", "c")));
  assert_merges (DOCUMENT ("{ 'id': 'b', 'type': 'data.map', 'parameters': { 'fields': [ { 'path': 'p', 'value': 1 } ] } }", ""),
                 DOCUMENT ("{ 'id': 'b', 'type': 'data.map', 'parameters': { 'fields': [ { 'path': 'm', 'value': 3 }, { 'path': 'p', 'value': 1 } ] } }", ""),
                 DOCUMENT ("{ 'id': 'b', 'type': 'data.map', 'parameters': { 'fields': [ { 'path': 'p', 'value': 2 }, { 'path': 't', 'value': 4 } ] } }", ""),
                 DOCUMENT ("{ 'id': 'b', 'type': 'data.map', 'parameters': { 'fields': [ { 'path': 'm', 'value': 3 }, { 'path': 'p', 'value': 2 },"
                           " { 'path': 't', 'value': 4 } ] } }", ""));
}

static void
asks_about_a_field_changed_twice (void)
{
  g_autoptr(GPtrArray) conflicts = conflicts_new ();
  g_autoptr(EnlaceValue) merged = NULL;
  EnlaceConflict *conflict = merge_to_conflict (DOCUMENT (A "," B, ""), DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 2, 'y': 1 } }", ""),
                                                DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 3, 'y': 1 } }", ""), conflicts, &merged);

  g_assert_cmpint (conflict->kind, ==, ENLACE_CONFLICT_EDIT_EDIT);
  g_assert_cmpstr (conflict->pointer, ==, "/nodes/b/parameters/x");
  g_assert_cmpstr (conflict->node, ==, "b");
  g_assert_cmpint (enlace_value_get_int (conflict->base), ==, 1);
  g_assert_cmpint (enlace_value_get_int (conflict->mine), ==, 2);
  g_assert_cmpint (enlace_value_get_int (conflict->theirs), ==, 3);
}

static void
keeps_the_edges_of_a_step_that_is_kept (void)
{
  g_autoptr(GPtrArray) conflicts = conflicts_new ();
  g_autoptr(EnlaceValue) merged = NULL;
  EnlaceConflict *conflict = merge_to_conflict (DOCUMENT (A "," B, EDGE ("a", "b")),
                                                DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 2, 'y': 1 } }", EDGE ("a", "b")),
                                                DOCUMENT (A, ""), conflicts, &merged);

  g_assert_cmpint (conflict->kind, ==, ENLACE_CONFLICT_EDIT_DELETE);
  g_assert_cmpstr (conflict->pointer, ==, "/nodes/b");
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (merged, "nodes")), ==, 2);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (merged, "edges")), ==, 1);
}

static void
asks_about_an_edge_to_a_deleted_step (void)
{
  g_autoptr(EnlaceValue) base = parse (DOCUMENT (A "," B "," C, EDGE ("a", "b")));
  g_autoptr(EnlaceValue) mine = parse (DOCUMENT (A "," C, ""));
  g_autoptr(EnlaceValue) theirs = parse (DOCUMENT (A "," B "," C, EDGE ("a", "b") "," EDGE ("b", "c")));
  g_autoptr(GPtrArray) conflicts = conflicts_new ();
  g_autoptr(EnlaceValue) merged = enlace_document_merge (base, mine, theirs, NULL, conflicts);
  g_autoptr(EnlaceValue) for_theirs = merge_for (base, mine, theirs, ENLACE_SIDE_THEIRS);

  g_assert_cmpuint (conflicts->len, ==, 1);
  g_assert_cmpint (((EnlaceConflict *) conflicts->pdata[0])->kind, ==, ENLACE_CONFLICT_DANGLING);
  assert_same (merged, mine);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (for_theirs, "nodes")), ==, 3);
  g_assert_cmpuint (enlace_value_get_length (enlace_value_get_member (for_theirs, "edges")), ==, 2);
}

static void
asks_about_a_cycle (void)
{
  g_autoptr(EnlaceValue) base = parse (DOCUMENT (A "," B "," C, ""));
  g_autoptr(EnlaceValue) mine = parse (DOCUMENT (A "," B "," C, EDGE ("b", "c")));
  g_autoptr(EnlaceValue) theirs = parse (DOCUMENT (A "," B "," C, EDGE ("c", "b")));
  g_autoptr(GPtrArray) conflicts = conflicts_new ();
  g_autoptr(EnlaceValue) merged = enlace_document_merge (base, mine, theirs, NULL, conflicts);
  g_autoptr(EnlaceValue) for_theirs = merge_for (base, mine, theirs, ENLACE_SIDE_THEIRS);

  g_assert_cmpuint (conflicts->len, ==, 1);
  g_assert_cmpint (((EnlaceConflict *) conflicts->pdata[0])->kind, ==, ENLACE_CONFLICT_CYCLE);
  assert_same (merged, mine);
  assert_same (for_theirs, theirs);
}

/* A document of up to 7 steps; its edges go from smaller to larger in an order of its own. */
static EnlaceValue *
make_document (GRand *rand)
{
  GString *text = g_string_new ("{ 'schema': 1, 'nodes': [ { 'id': 'n0', 'type': 'trigger.manual' }");
  gboolean there[8] = { TRUE };
  int rank[8];
  g_autofree char *owned = NULL;
  const char *comma = "";

  for (int i = 0; i < 8; i++)
    rank[i] = g_rand_int_range (rand, 0, 100) * 8 + i;
  for (int i = 1; i < 8; i++)
    {
      if (!(there[i] = g_rand_int_range (rand, 0, 3) > 0))
        continue;
      g_string_append_printf (text, ", { 'id': 'n%d', 'type': 'data.%s', 'parameters': { 'x': %d, 'y': %d, 'fields': [ { 'path': 'p', 'value': %d } ] } }", i,
                              g_rand_int_range (rand, 0, 9) > 0 ? "map" : "sort", g_rand_int_range (rand, 0, 3), g_rand_int_range (rand, 0, 2),
                              g_rand_int_range (rand, 0, 2));
    }

  g_string_append (text, " ], 'edges': [ ");
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++)
      {
        if (!there[i] || !there[j] || rank[i] >= rank[j] || g_rand_int_range (rand, 0, 4) > 0)
          continue;
        g_string_append_printf (text, "%s{ 'from': 'n%d', 'to': 'n%d' }", comma, i, j);
        comma = ", ";
      }
  g_string_append_printf (text, " ], 'settings': { 'priority': %d } }", g_rand_int_range (rand, 0, 3));
  owned = g_string_free (text, FALSE);

  return parse (owned);
}

/* Equal but for the order of steps and edges. */
static void
assert_equivalent (EnlaceValue *a,
                   EnlaceValue *b)
{
  g_autoptr(GPtrArray) differences = enlace_document_diff (a, b);

  if (differences->len > 0)
    {
      g_autofree char *text = enlace_difference_describe (differences->pdata[0]);

      g_error ("%s", text);
    }
}

static void
obeys_its_laws (void)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (i);
      g_autoptr(EnlaceValue) base = make_document (rand);
      g_autoptr(EnlaceValue) x = make_document (rand);
      g_autoptr(EnlaceValue) y = make_document (rand);
      g_autoptr(GPtrArray) none = conflicts_new ();
      g_autoptr(EnlaceValue) one = enlace_document_merge (base, x, base, NULL, none);
      g_autoptr(EnlaceValue) other = enlace_document_merge (base, base, x, NULL, none);
      g_autoptr(EnlaceValue) both = enlace_document_merge (base, x, x, NULL, none);
      g_autoptr(EnlaceValue) for_x = merge_for (base, x, y, ENLACE_SIDE_MINE);
      g_autoptr(EnlaceValue) turned = merge_for (base, y, x, ENLACE_SIDE_THEIRS);

      g_test_message ("seed %u", i);
      g_assert_cmpuint (none->len, ==, 0);
      assert_same (one, x);
      assert_same (other, x);
      assert_same (both, x);
      assert_equivalent (for_x, turned);
    }
}

static void
says_what_differs (void)
{
  static const char *const wanted[] = {
    "“Map”: /parameters/x: 1 → 2", "The step “b” was renamed: nothing → \"Map\"", "The step “Map” was moved", "The step “c” was added",
    "“a” (out) is no longer connected to “b”", "“a” (out) was connected to “c”",
  };
  g_autoptr(EnlaceValue) before = parse (DOCUMENT (A "," B, EDGE ("a", "b")));
  g_autoptr(EnlaceValue) after = parse (DOCUMENT (A ", { 'id': 'b', 'type': 'data.map', 'parameters': { 'x': 2, 'y': 1 }, 'name': 'Map', 'position': [1, 2] }," C,
                                                  EDGE ("a", "c")));
  g_autoptr(GPtrArray) differences = enlace_document_diff (before, after);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < differences->len; i++)
    g_ptr_array_add (texts, enlace_difference_describe (differences->pdata[i]));
  for (guint i = 0; i < texts->len; i++)
    g_test_message ("%s", (char *) texts->pdata[i]);
  g_assert_cmpuint (texts->len, ==, G_N_ELEMENTS (wanted));
  /* A renamed step goes by its new name. */
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_true (g_ptr_array_find_with_equal_func (texts, wanted[i], g_str_equal, NULL));
}

static void
writes_the_same_text_for_the_same_document (void)
{
  static const char wanted[] = "{\n  \"schema\": 1,\n  \"nodes\": [\n    {\n      \"id\": \"a\",\n      \"type\": \"data.map\",\n"
                               "      \"parameters\": {\n        \"z\": 1,\n        \"b\": 2.0\n      },\n      \"own\": null\n    }\n  ],\n"
                               "  \"mine\": true\n}\n";
  g_autoptr(EnlaceValue) document = parse ("{ 'mine': true, 'nodes': [ { 'own': null, 'type': 'data.map', 'parameters': { 'z': 1, 'b': 2.0 }, 'id': 'a' } ], 'schema': 1 }");
  g_autoptr(GError) error = NULL;
  g_autofree char *text = enlace_document_format (document, &error);
  g_autoptr(EnlaceValue) back = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, wanted);
  back = enlace_json_parse (text, -1, &error);
  g_assert_no_error (error);
  assert_same (back, document);
  again = enlace_document_format (back, &error);
  g_assert_cmpstr (again, ==, text);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/merge/joins-fields-and-rows", joins_fields_and_rows);
  g_test_add_func ("/merge/asks-about-a-field-changed-twice", asks_about_a_field_changed_twice);
  g_test_add_func ("/merge/keeps-the-edges-of-a-step-that-is-kept", keeps_the_edges_of_a_step_that_is_kept);
  g_test_add_func ("/merge/asks-about-an-edge-to-a-deleted-step", asks_about_an_edge_to_a_deleted_step);
  g_test_add_func ("/merge/asks-about-a-cycle", asks_about_a_cycle);
  g_test_add_func ("/merge/obeys-its-laws", obeys_its_laws);
  g_test_add_func ("/diff/says-what-differs", says_what_differs);
  g_test_add_func ("/format/writes-the-same-text-for-the-same-document", writes_the_same_text_for_the_same_document);

  return g_test_run ();
}
