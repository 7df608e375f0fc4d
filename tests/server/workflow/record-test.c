/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "server/workflow/record.h"

static GByteArray *
make_record (void)
{
  GByteArray *record = g_byte_array_new ();
  g_autoptr(EnlaceValue) value = enlace_json_parse ("{\"a\":[1,2.5,null,\"x\"],\"b\":{\"c\":true}}", -1, NULL);
  EnlaceEntry entries[] = {
    { .kind = ENLACE_ENTRY_RESULT, .node = "hook", .attempt = 1, .now = 1700000000000000, .started_at = 1700000000000000, .duration = 12 },
    { .kind = ENLACE_ENTRY_INTENT, .node = "call", .attempt = 1, .now = 1700000000000100, .started_at = 1700000000000100, .is_repeatable = TRUE, .input = value },
    { .kind = ENLACE_ENTRY_ATTEMPT, .node = "call", .attempt = 1, .now = 1700000000000100, .started_at = 1700000000000100, .duration = 5000,
      .is_failed = TRUE, .wake_at = 1700000001000000, .error = value },
    { .kind = ENLACE_ENTRY_UNKNOWN, .node = "call", .attempt = 2, .now = 1700000000000100, .started_at = 1700000005000100, .is_failed = TRUE, .error = value },
    { .kind = ENLACE_ENTRY_DONE, .node = "call", .attempt = 2, .now = 1700000000000100, .started_at = -5, .port = "out", .output = value },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    enlace_record_append (record, &entries[i]);
  return record;
}

static GPtrArray *
entries_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_entry_free);
}

static void
test_round_trip (void)
{
  g_autoptr(GByteArray) record = make_record ();
  g_autoptr(GPtrArray) entries = entries_new ();
  g_autoptr(EnlaceValue) value = enlace_json_parse ("{\"a\":[1,2.5,null,\"x\"],\"b\":{\"c\":true}}", -1, NULL);
  g_autoptr(GError) error = NULL;
  const EnlaceEntry *entry;

  enlace_record_read (entries, record->data, record->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, ==, 5);

  entry = entries->pdata[0];
  g_assert_cmpstr (entry->node, ==, "hook");
  g_assert_null (entry->port);
  g_assert_null (entry->output);
  g_assert_cmpint (entry->duration, ==, 12);
  entry = entries->pdata[1];
  g_assert_cmpint (entry->kind, ==, ENLACE_ENTRY_INTENT);
  g_assert_true (entry->is_repeatable);
  g_assert_true (enlace_value_equal (entry->input, value));
  entry = entries->pdata[2];
  g_assert_cmpint (entry->wake_at, ==, 1700000001000000);
  g_assert_true (entry->is_failed);
  entry = entries->pdata[3];
  g_assert_cmpuint (entry->attempt, ==, 2);
  g_assert_cmpint (entry->started_at, ==, 1700000005000100);
  entry = entries->pdata[4];
  g_assert_cmpint (entry->started_at, ==, -5);
  g_assert_cmpstr (entry->port, ==, "out");
  g_assert_true (enlace_value_equal (entry->output, value));
}

/* Cut off anywhere but between two entries it is refused. */
static void
test_cut_off (void)
{
  g_autoptr(GByteArray) record = make_record ();
  guint n_whole = 0;

  for (guint length = 0; length <= record->len; length++)
    {
      g_autoptr(GPtrArray) entries = entries_new ();
      g_autoptr(GError) error = NULL;
      g_autofree guint8 *part = g_memdup2 (record->data, length);

      if (enlace_record_read (entries, part, length, &error))
        g_assert_cmpuint (entries->len, ==, n_whole++);
      else
        g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX);
    }
  g_assert_cmpuint (n_whole, ==, 6);
}

/* Whatever a byte is changed to, it is read or refused, within its bounds. */
static void
test_damaged (void)
{
  g_autoptr(GByteArray) record = make_record ();

  for (guint at = 0; at < record->len; at++)
    for (guint change = 1; change < 256; change += 7)
      {
        g_autoptr(GPtrArray) entries = entries_new ();
        g_autoptr(GError) error = NULL;
        g_autofree guint8 *copy = g_memdup2 (record->data, record->len);

        copy[at] ^= change;
        if (!enlace_record_read (entries, copy, record->len, &error))
          g_assert_error (error, ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_SYNTAX);
      }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/workflow/record/reads-what-it-wrote", test_round_trip);
  g_test_add_func ("/workflow/record/refuses-what-is-cut-off", test_cut_off);
  g_test_add_func ("/workflow/record/survives-damage", test_damaged);

  return g_test_run ();
}
