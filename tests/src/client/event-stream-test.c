/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/client/event-stream.h"

#include <string.h>

static void
record_cb (const char *name,
           const char *data,
           gpointer    user_data)
{
  g_string_append_printf (user_data, "[%s|%s]", name, data);
}

static void
check (const char *input,
       const char *expected,
       const char *last_id)
{
  gsize length = strlen (input);

  /* Whole, and cut at every place. */
  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autoptr(GString) events = g_string_new (NULL);
      g_autoptr(EnlaceEventStream) stream = enlace_event_stream_new (record_cb, events);

      enlace_event_stream_push (stream, input, cut);
      enlace_event_stream_push (stream, input + cut, length - cut);
      g_assert_cmpstr (events->str, ==, expected);
      g_assert_cmpstr (enlace_event_stream_get_last_id (stream), ==, last_id);
    }
}

static void
test_reads_names_ids_and_data (void)
{
  check ("event: workflow\nid: 7\ndata: {\"a\":1}\n\n", "[workflow|{\"a\":1}]", "7");
  check ("data:no space\n\n", "[message|no space]", NULL);
  check ("data\n\n", "[message|]", NULL);
}

static void
test_joins_lines_of_data (void)
{
  check ("data: one\ndata: two\ndata:\n\n", "[message|one\ntwo\n]", NULL);
}

static void
test_takes_every_line_end (void)
{
  check ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", "[message|a][message|b][message|c]", NULL);
}

static void
test_passes_over_heartbeats (void)
{
  check (": beat\n\n: beat\n\nevent: reset\ndata: {}\n\n", "[reset|{}]", NULL);
}

static void
test_keeps_an_id_only_with_its_event (void)
{
  /* What was cut off is asked for again. */
  check ("id: 1\ndata: a\n\nid: 2\ndata: b\n", "[message|a]", "1");
  check ("id: 3\n\n", "", "3");
}

static void
test_forgets_the_name_behind_an_event (void)
{
  check ("event: workflow\ndata: a\n\ndata: b\n\n", "[workflow|a][message|b]", NULL);
  check ("event: workflow\n\ndata: b\n\n", "[message|b]", NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/event-stream/reads-names-ids-and-data", test_reads_names_ids_and_data);
  g_test_add_func ("/client/event-stream/joins-lines-of-data", test_joins_lines_of_data);
  g_test_add_func ("/client/event-stream/takes-every-line-end", test_takes_every_line_end);
  g_test_add_func ("/client/event-stream/passes-over-heartbeats", test_passes_over_heartbeats);
  g_test_add_func ("/client/event-stream/keeps-an-id-only-with-its-event", test_keeps_an_id_only_with_its_event);
  g_test_add_func ("/client/event-stream/forgets-the-name-behind-an-event", test_forgets_the_name_behind_an_event);

  return g_test_run ();
}
