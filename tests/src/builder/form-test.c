/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <locale.h>

#include "common/value/json.h"
#include "src/builder/condition.h"
#include "src/builder/form-value.h"
#include "src/builder/palette.h"
#include "src/builder/publish-words.h"
#include "src/builder/retry-words.h"
#include "src/builder/test-dialog.h"
#include "src/builder/trigger-sample.h"

static EnlaceValue *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  EnlaceValue *value = enlace_json_parse (text, -1, &error);

  g_assert_no_error (error);

  return value;
}

static void
assert_json (EnlaceValue *value,
             const char  *expected)
{
  g_autofree char *text = value != NULL ? enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
test_free_values (void)
{
  static const struct {
    const char *text;
    const char *json;   /* NULL: nothing */
  } cases[] = {
    { "", NULL },
    { "   ", NULL },
    { "hello", "\"hello\"" },
    { "5", "5" },
    { "\"5\"", "\"5\"" },
    { "true", "true" },
    { "{{ trigger.body }}", "\"{{ trigger.body }}\"" },
    { "{ \"a\": \"{{ trigger.body.b }}\" }", "{\"a\":\"{{ trigger.body.b }}\"}" },
    { "[1, 2]", "[1,2]" },
    { "Order {{ trigger.body.id }} paid", "\"Order {{ trigger.body.id }} paid\"" },
    { "null", "null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) value = enlace_form_value_from_text (ENLACE_PARAMETER_JSON, cases[i].text, &error);
      g_autofree char *text = enlace_form_text_from_value (ENLACE_PARAMETER_JSON, value);
      g_autoptr(EnlaceValue) again = enlace_form_value_from_text (ENLACE_PARAMETER_JSON, text, NULL);

      g_assert_no_error (error);
      assert_json (value, cases[i].json);
      assert_json (again, cases[i].json);
    }
}

static void
test_half_typed_json (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_form_value_from_text (ENLACE_PARAMETER_JSON, "{ \"a\": ", &error));
  g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX);
}

static void
test_numbers (void)
{
  g_autoptr(EnlaceValue) number = enlace_form_value_from_text (ENLACE_PARAMETER_NUMBER, " 201 ", NULL);
  g_autoptr(EnlaceValue) expression = enlace_form_value_from_text (ENLACE_PARAMETER_NUMBER, "{{ trigger.body.status }}", NULL);
  g_autofree char *text = enlace_form_text_from_value (ENLACE_PARAMETER_NUMBER, number);

  assert_json (number, "201");
  assert_json (expression, "\"{{ trigger.body.status }}\"");
  g_assert_cmpstr (text, ==, "201");
}

static void
test_fields (void)
{
  g_autoptr(EnlaceValue) value = parse ("[{\"path\":\"a.b\",\"value\":\"{{ trigger.body.x }}\",\"later\":1},{\"path\":\"n\",\"value\":5}]");
  g_autoptr(GPtrArray) rows = enlace_form_rows_from_value (ENLACE_PARAMETER_FIELDS, value);
  g_autoptr(EnlaceValue) same = enlace_form_rows_to_value (ENLACE_PARAMETER_FIELDS, rows);
  g_autoptr(EnlaceValue) changed = NULL;
  EnlaceFormRow *row;

  g_assert_cmpuint (rows->len, ==, 2);
  assert_json (same, "[{\"path\":\"a.b\",\"value\":\"{{ trigger.body.x }}\",\"later\":1},{\"path\":\"n\",\"value\":5}]");

  row = g_ptr_array_index (rows, 1);
  g_set_str (&row->text, "\"5\"");
  g_ptr_array_add (rows, enlace_form_row_new ("", ""));
  g_ptr_array_add (rows, enlace_form_row_new ("new", "text"));
  changed = enlace_form_rows_to_value (ENLACE_PARAMETER_FIELDS, rows);
  assert_json (changed, "[{\"path\":\"a.b\",\"value\":\"{{ trigger.body.x }}\",\"later\":1},{\"path\":\"n\",\"value\":\"5\"},"
                        "{\"path\":\"new\",\"value\":\"text\"}]");
}

static void
test_pairs (void)
{
  g_autoptr(EnlaceValue) value = parse ("{\"page\":2,\"q\":\"{{ trigger.body.q }}\"}");
  g_autoptr(GPtrArray) rows = enlace_form_rows_from_value (ENLACE_PARAMETER_PAIRS, value);
  g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_form_row_free);
  g_autoptr(EnlaceValue) same = enlace_form_rows_to_value (ENLACE_PARAMETER_PAIRS, rows);
  g_autoptr(EnlaceValue) changed = NULL;
  EnlaceFormRow *row = g_ptr_array_index (rows, 0);

  assert_json (same, "{\"page\":2,\"q\":\"{{ trigger.body.q }}\"}");
  g_set_str (&row->text, "3");
  changed = enlace_form_rows_to_value (ENLACE_PARAMETER_PAIRS, rows);
  assert_json (changed, "{\"page\":\"3\",\"q\":\"{{ trigger.body.q }}\"}");

  g_ptr_array_add (none, enlace_form_row_new ("", "no name"));
  g_assert_null (enlace_form_rows_to_value (ENLACE_PARAMETER_PAIRS, none));
}

static void
assert_rows (const char *text,
             guint       n_rows,
             gboolean    any,
             const char *formatted)
{
  gboolean is_any;
  g_autoptr(GPtrArray) rows = enlace_condition_parse (text, &is_any);
  g_autofree char *again = NULL;

  g_assert_nonnull (rows);
  g_assert_cmpuint (rows->len, ==, n_rows);
  g_assert_cmpint (is_any, ==, any);
  again = enlace_condition_format (rows, is_any);
  g_assert_cmpstr (again, ==, formatted != NULL ? formatted : text);
}

static void
test_conditions_as_rows (void)
{
  assert_rows ("", 0, FALSE, NULL);
  assert_rows ("{{ trigger.body.amount > 100 }}", 1, FALSE, NULL);
  assert_rows ("{{ trigger.body.ref == 'refs/heads/' + trigger.body.repository.default_branch }}", 1, FALSE, NULL);
  assert_rows ("{{ trigger.body.a >= 1 && trigger.body.b != \"x\" }}", 2, FALSE, "{{ trigger.body.a >= 1 && trigger.body.b != 'x' }}");
  assert_rows ("{{ trigger.body.name.startsWith('a || b') || has(trigger.body.c) }}", 2, TRUE, NULL);
  assert_rows ("{{!has(trigger.body.c)}}", 1, FALSE, "{{ !has(trigger.body.c) }}");
  assert_rows ("{{ trigger.body.paid }}", 1, FALSE, NULL);
  assert_rows ("{{ trigger.body.name == '100' }}", 1, FALSE, NULL);
}

static void
test_conditions_beyond_rows (void)
{
  static const char *const texts[] = {
    "trigger.body.a > 1", "{{ a && b || c }}", "{{ (trigger.body.a || trigger.body.b) && trigger.body.c }}",
    "{{ trigger.body.a ? true : false }}", "{{ 'x' in trigger.body.list }}", "{{ !trigger.body.paid }}", "{{ 1 < 2 < 3 }}",
    "{{ trigger.body.a > }}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gboolean is_any;

      g_assert_null (enlace_condition_parse (texts[i], &is_any));
    }
}

static void
test_what_is_typed_on_the_right (void)
{
  static const struct {
    const char *typed;
    const char *expression;
  } cases[] = {
    { "paid", "'paid'" },
    { "100", "100" },
    { "-1.5", "-1.5" },
    { "true", "true" },
    { "trueish", "'trueish'" },
    { "it's", "'it\\'s'" },
    { "'100'", "'100'" },
    { "trigger.body.x", "trigger.body.x" },
    { "string(trigger.body.id)", "string(trigger.body.id)" },
    { "trigger happy", "'trigger happy'" },
    { "2 apples", "'2 apples'" },
    { "", "''" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expression = enlace_condition_literal (cases[i].typed);

      g_assert_cmpstr (expression, ==, cases[i].expression);
    }
}

static void
test_retry_words (void)
{
  EnlaceRetry retry = { .max_attempts = 5, .initial_ms = 1000, .factor = 2, .max_ms = 300000 };
  g_autofree char *once = enlace_retry_describe (NULL);
  g_autofree char *short_words = enlace_retry_describe (&retry);
  g_autofree char *long_words = NULL;
  g_autofree char *at_once = NULL;

  g_assert_cmpstr (once, ==, "Try once, then stop");
  g_assert_cmpint (enlace_retry_total_wait (&retry), ==, 15000);
  g_assert_cmpstr (short_words, ==, "Try 5 times over 15 seconds, then stop");

  retry = (EnlaceRetry) { .max_attempts = 6, .initial_ms = 60000, .factor = 2, .max_ms = 86400000 };
  long_words = enlace_retry_describe (&retry);
  g_assert_cmpstr (long_words, ==, "Try 6 times over 31 minutes, then stop");

  retry = (EnlaceRetry) { .max_attempts = 3, .initial_ms = 0, .factor = 1, .max_ms = 0 };
  at_once = enlace_retry_describe (&retry);
  g_assert_cmpstr (at_once, ==, "Try 3 times at once, then stop");

  /* Waits do not grow past the longest, and many tries do not overflow. */
  retry = (EnlaceRetry) { .max_attempts = 100, .initial_ms = 1000, .factor = 100, .max_ms = 86400000 };
  g_assert_cmpint (enlace_retry_total_wait (&retry), >, 96 * (gint64) 86400000);
}

static void
test_retry_member (void)
{
  g_autoptr(EnlaceValue) value = parse ("{\"max_attempts\":3,\"initial_ms\":500,\"factor\":1.5,\"max_ms\":2000,\"later\":true}");
  g_autoptr(EnlaceValue) once = parse ("{\"max_attempts\":1}");
  g_autoptr(EnlaceValue) again = NULL;
  EnlaceRetry retry;

  g_assert_false (enlace_retry_read (&retry, NULL));
  g_assert_false (enlace_retry_read (&retry, once));
  g_assert_true (enlace_retry_read (&retry, value));
  again = enlace_retry_to_value (&retry, value);
  assert_json (again, "{\"max_attempts\":3,\"initial_ms\":500,\"factor\":1.5,\"max_ms\":2000,\"later\":true}");
}

static void
test_trigger_samples (void)
{
  g_autoptr(EnlaceValue) document =
    parse ("{\"schema\":1,\"nodes\":[{\"id\":\"a\",\"type\":\"flow.if\",\"parameters\":{\"condition\":\"{{ trigger.body.order.id > 1 }}\"}},"
           "{\"id\":\"b\",\"type\":\"data.map\",\"parameters\":{\"fields\":[{\"path\":\"x\",\"value\":\"{{ trigger.body.order.name }} {{ trigger.body.kind }}\"}]}}],"
           "\"edges\":[]}");
  g_autoptr(EnlaceValue) fitting = parse ("{\"order\":{\"id\":1,\"name\":\"n\"},\"kind\":\"k\",\"more\":1}");
  g_autoptr(EnlaceValue) other = parse ("{\"ref\":\"x\"}");
  g_autoptr(EnlaceValue) known = enlace_trigger_sample_new (document, "body", fitting);
  g_autoptr(EnlaceValue) made = enlace_trigger_sample_new (document, "body", other);
  g_autoptr(EnlaceValue) nothing = enlace_trigger_sample_new (document, "data", fitting);

  g_assert_true (known == fitting);
  assert_json (made, "{\"order\":{\"id\":\"\",\"name\":\"\"},\"kind\":\"\"}");
  assert_json (nothing, "{}");
}

static void
test_data_of_a_test (void)
{
  g_autoptr(EnlaceValue) written = parse ("{\"a\":1}");
  g_autoptr(EnlaceValue) last = parse ("{\"id\":\"x\",\"method\":\"POST\",\"headers\":{\"x-event\":\"push\"},\"body\":{},\"body_raw\":\"e30=\"}");
  g_autoptr(EnlaceValue) webhook = enlace_test_dialog_make_data ("webhook", written, last);
  g_autoptr(EnlaceValue) manual = enlace_test_dialog_make_data ("manual", written, last);
  g_autoptr(EnlaceValue) empty = enlace_test_dialog_make_data ("webhook", NULL, NULL);

  assert_json (webhook, "{\"method\":\"POST\",\"headers\":{\"x-event\":\"push\"},\"body\":{\"a\":1}}");
  assert_json (manual, "{\"a\":1}");
  assert_json (empty, "{\"body\":null}");
}

static void
test_palette_search (void)
{
  const EnlaceStepInfo *webhook = enlace_step_info_find ("trigger.webhook");
  const EnlaceStepInfo *request = enlace_step_info_find ("http.request");
  const EnlaceStepInfo *stop = enlace_step_info_find ("flow.stop");

  g_assert_true (enlace_palette_offers (webhook, ENLACE_PALETTE_ALL, ""));
  g_assert_false (enlace_palette_offers (webhook, ENLACE_PALETTE_FOLLOWING, ""));
  g_assert_false (enlace_palette_offers (request, ENLACE_PALETTE_TRIGGERS, ""));
  g_assert_true (enlace_palette_offers (stop, ENLACE_PALETTE_FOLLOWING, ""));
  g_assert_false (enlace_palette_offers (stop, ENLACE_PALETTE_BETWEEN, ""));
  g_assert_true (enlace_palette_offers (request, ENLACE_PALETTE_ALL, "REQUEST http"));
  g_assert_false (enlace_palette_offers (request, ENLACE_PALETTE_ALL, "webhook"));
}

static void
test_publish_words (void)
{
  g_autoptr(EnlaceValue) preview =
    parse ("{\"runs_under_way\":2,\"differences\":{\"added\":[{\"id\":\"a\",\"name\":\"100%s\"}],\"removed\":[{\"id\":\"b\",\"name\":\"\"}],"
           "\"changed\":[{\"id\":\"c\",\"name\":\"C\",\"members\":[\"parameters\",\"name\"]}],\"edges_added\":[{}],\"edges_removed\":[]}}");
  g_autoptr(GPtrArray) changes = enlace_publish_words_list (preview);
  g_autofree char *runs = enlace_publish_words_runs (preview);
  g_autofree char *curl = enlace_publish_words_curl ("http://127.0.0.1:1/hooks/x", "POST");

  g_assert_cmpuint (changes->len, ==, 4);
  g_assert_cmpstr (((EnlacePublishChange *) changes->pdata[0])->title, ==, "Adds “100%s”");
  g_assert_cmpstr (((EnlacePublishChange *) changes->pdata[1])->title, ==, "Removes “b”");
  g_assert_cmpstr (((EnlacePublishChange *) changes->pdata[2])->title, ==, "Changes “C”");
  g_assert_cmpstr (((EnlacePublishChange *) changes->pdata[2])->subtitle, ==, "settings, name");
  g_assert_cmpstr (((EnlacePublishChange *) changes->pdata[3])->title, ==, "Changes 1 connection");
  g_assert_nonnull (strstr (runs, "2 runs"));
  g_assert_cmpstr (curl, ==, "curl -X POST 'http://127.0.0.1:1/hooks/x' -H 'Content-Type: application/json' -d '{}'");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/builder/form/free-values-come-back-as-they-were", test_free_values);
  g_test_add_func ("/builder/form/says-that-half-typed-json-is-none", test_half_typed_json);
  g_test_add_func ("/builder/form/numbers-or-expressions", test_numbers);
  g_test_add_func ("/builder/form/fields-keep-what-is-not-known", test_fields);
  g_test_add_func ("/builder/form/pairs-keep-what-was-not-touched", test_pairs);
  g_test_add_func ("/builder/condition/reads-and-writes-rows", test_conditions_as_rows);
  g_test_add_func ("/builder/condition/leaves-to-the-expression-what-rows-cannot-say", test_conditions_beyond_rows);
  g_test_add_func ("/builder/condition/takes-words-as-texts", test_what_is_typed_on_the_right);
  g_test_add_func ("/builder/retry/says-it-in-words", test_retry_words);
  g_test_add_func ("/builder/retry/keeps-what-is-not-known", test_retry_member);
  g_test_add_func ("/builder/test/offers-what-the-workflow-reads", test_trigger_samples);
  g_test_add_func ("/builder/test/makes-the-data-of-a-run", test_data_of_a_test);
  g_test_add_func ("/builder/palette/searches-and-fits", test_palette_search);
  g_test_add_func ("/builder/publish/says-changes-in-words", test_publish_words);

  return g_test_run ();
}
