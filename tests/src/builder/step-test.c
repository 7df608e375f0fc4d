/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder-test"

#include "common/value/json.h"
#include "src/builder/references.h"
#include "src/builder/step-id.h"
#include "src/builder/summary.h"

static void
test_renames_references (void)
{
  static const struct {
    const char *before;
    const char *after;
  } cases[] = {
    { "{{ steps.old.output }}", "{{ steps.new.output }}" },
    { "{{steps.old.output+steps.old.error}}", "{{steps.new.output+steps.new.error}}" },
    { "{{ steps[\"old\"].output }} and {{ steps['old'] }}", "{{ steps[\"new\"].output }} and {{ steps['new'] }}" },
    { "{{ steps . old }}", "{{ steps . new }}" },
    { "{{ steps.?old }}", "{{ steps.?new }}" },
    { "{{ {'a': {'b': steps.old}} }}", "{{ {'a': {'b': steps.new}} }}" },
    { "{{ has(steps.old.output) ? steps.old : steps.older }}", "{{ has(steps.new.output) ? steps.new : steps.older }}" },
    /* These mean something else. */
    { "steps.old", "steps.old" },
    { "\\{{ steps.old }}", "\\{{ steps.old }}" },
    { "{{ 'steps.old }}' + x.steps.old }}", "{{ 'steps.old }}' + x.steps.old }}" },
    { "{{ r'\\' + steps.old }}", "{{ r'\\' + steps.new }}" },
    { "{{ \"\"\"steps.old \" \"\"\" + steps.old }}", "{{ \"\"\"steps.old \" \"\"\" + steps.new }}" },
    { "{{ mysteps.old + steps_old + stepsx.old }}", "{{ mysteps.old + steps_old + stepsx.old }}" },
    { "{{ steps.old", "{{ steps.new" },
    { "{{ 'unclosed", "{{ 'unclosed" },
  };
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (ids, (char *) "old", (char *) "new");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceValue) before = enlace_value_new_string (cases[i].before);
      g_autoptr(EnlaceValue) after = enlace_references_rename (before, ids);

      g_assert_cmpstr (enlace_value_get_string (after), ==, cases[i].after);
    }
}

static void
test_renames_inside_lists_and_maps (void)
{
  g_autoptr(GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(EnlaceValue) before = enlace_json_parse ("{\"a\":[1,{\"b\":\"{{ steps.old }}\"}],\"{{ steps.old }}\":null}", -1, NULL);
  g_autoptr(EnlaceValue) after = NULL;
  g_autofree char *text = NULL;

  g_hash_table_insert (ids, (char *) "old", (char *) "new");
  after = enlace_references_rename (before, ids);
  text = enlace_json_format (after, ENLACE_JSON_COMPACT, NULL, NULL);
  /* Keys are never templates. */
  g_assert_cmpstr (text, ==, "{\"a\":[1,{\"b\":\"{{ steps.new }}\"}],\"{{ steps.old }}\":null}");
}

static void
test_ids_are_valid (void)
{
  static const char *const types[] = {
    "trigger.manual", "trigger.webhook", "flow.if", "flow.loop", "flow.switch", "data.map", "code.javascript", "http.request",
    "flow.in", "odd-type!", "9",
  };
  g_autofree char *action = enlace_step_id_base ("action", "google-sheets");

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *base = enlace_step_id_base (types[i], NULL);

      g_assert_true (enlace_step_id_is_valid (base));
    }
  g_assert_cmpstr (action, ==, "google_sheets");
  g_assert_false (enlace_step_id_is_valid (""));
  g_assert_false (enlace_step_id_is_valid ("1a"));
  g_assert_false (enlace_step_id_is_valid ("a-b"));
  g_assert_false (enlace_step_id_is_valid ("null"));
  g_assert_false (enlace_step_id_is_valid ("a234567890123456789012345678901234567890123456789012345678901234x"));
}

static void
test_says_what_a_step_does (void)
{
  static const struct {
    const char *node;
    const char *summary;
  } cases[] = {
    { "{\"type\":\"trigger.webhook\"}", "When a request arrives" },
    { "{\"type\":\"trigger.manual\",\"parameters\":{}}", "When you start it" },
    { "{\"type\":\"http.request\",\"parameters\":{\"method\":\"POST\",\"url\":\"https://api.example.org/v1?x=1\"}}", "POST to api.example.org" },
    { "{\"type\":\"http.request\",\"parameters\":{\"url\":\"{{ vars.base }}/x\"}}", "GET to {{ vars.base }}/x" },
    { "{\"type\":\"http.request\",\"parameters\":{}}", "No address yet" },
    { "{\"type\":\"flow.if\",\"parameters\":{\"condition\":\"{{ trigger.body.amount > 100 }}\"}}", "trigger.body.amount > 100" },
    { "{\"type\":\"flow.if\",\"parameters\":{\"condition\":\"{{}}\"}}", "{{}}" },
    { "{\"type\":\"data.map\",\"parameters\":{\"fields\":[{},{}]}}", "2 fields" },
    { "{\"type\":\"data.map\",\"parameters\":{\"fields\":[{}]}}", "1 field" },
    { "{\"type\":\"data.map\",\"parameters\":{\"fields\":7}}", "No fields yet" },
    { "{\"type\":\"flow.respond\",\"parameters\":{\"status\":404}}", "Reply with 404" },
    { "{\"type\":\"action\",\"connector\":\"slack\",\"parameters\":{\"operation\":\"send_message\"}}", "Send message in slack" },
    { "{\"type\":\"nobody.knows\"}", "Unknown step" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(EnlaceValue) node = enlace_json_parse (cases[i].node, -1, NULL);
      g_autofree char *summary = enlace_summary_of_step (enlace_value_get_member_string (node, "type", ""), node);

      g_assert_cmpstr (summary, ==, cases[i].summary);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builder/references/renames-them-where-they-mean-the-step", test_renames_references);
  g_test_add_func ("/builder/references/renames-inside-lists-and-maps", test_renames_inside_lists_and_maps);
  g_test_add_func ("/builder/step-id/ids-are-valid", test_ids_are_valid);
  g_test_add_func ("/builder/summary/says-what-a-step-does", test_says_what_a_step_does);

  return g_test_run ();
}
