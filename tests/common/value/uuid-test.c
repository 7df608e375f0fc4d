/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/uuid.h"

#define N_IDS 100000

static void
test_text_comes_back (void)
{
  static const char text[] = "01a210e3-481b-7568-b5e0-81d2f2f93d09";
  char formatted[ENLACE_UUID_TEXT_SIZE];
  EnlaceUuid uuid, upper;

  g_assert_true (enlace_uuid_parse (text, &uuid));
  enlace_uuid_format (&uuid, formatted);
  g_assert_cmpstr (formatted, ==, text);

  g_assert_true (enlace_uuid_parse ("01A210E3-481B-7568-B5E0-81D2F2F93D09", &upper));
  g_assert_true (enlace_uuid_equal (&uuid, &upper));
}

static void
test_other_forms_are_refused (void)
{
  static const char *const texts[] = {
    "", "01a210e3", "01a210e3481b7568b5e081d2f2f93d09", "{01a210e3-481b-7568-b5e0-81d2f2f93d09}",
    "01a210e3-481b-7568-b5e0-81d2f2f93d0", "01a210e3-481b-7568-b5e0-81d2f2f93d091", "01a210e3-481b-7568-b5e0-81d2f2f93d0g",
    "01a210e3+481b-7568-b5e0-81d2f2f93d09", "01a210e-3481b-7568-b5e0-81d2f2f93d09", " 1a210e3-481b-7568-b5e0-81d2f2f93d09",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      EnlaceUuid uuid = { { 7 } };

      g_assert_false (enlace_uuid_parse (texts[i], &uuid));
      g_assert_cmpint (uuid.bytes[0], ==, 7);
    }
}

static void
test_ids_of_a_thread_ascend (void)
{
  gint64 before = g_get_real_time () / 1000;
  EnlaceUuid last = { { 0 } };
  gint64 ms = 0;

  for (int i = 0; i < N_IDS; i++)
    {
      EnlaceUuid uuid;

      enlace_uuid_generate (&uuid);
      g_assert_cmpint (memcmp (&uuid, &last, sizeof uuid), >, 0);
      g_assert_cmpint (uuid.bytes[6] >> 4, ==, 7);
      g_assert_cmpint (uuid.bytes[8] >> 6, ==, 2);
      last = uuid;
    }

  for (int i = 0; i < 6; i++)
    ms = ms << 8 | last.bytes[i];
  g_assert_cmpint (ms, >=, before);
  g_assert_cmpint (ms, <=, g_get_real_time () / 1000 + 1);
}

static gpointer
make_ids (gpointer data)
{
  EnlaceUuid *ids = g_new (EnlaceUuid, N_IDS);

  for (int i = 0; i < N_IDS; i++)
    enlace_uuid_generate (&ids[i]);

  return ids;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  return memcmp (a, b, sizeof (EnlaceUuid));
}

static void
test_threads_make_different_ids (void)
{
  g_autofree EnlaceUuid *ids = g_new (EnlaceUuid, 4 * N_IDS);
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ids", make_ids, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree EnlaceUuid *made = g_thread_join (threads[i]);

      memcpy (ids + i * N_IDS, made, N_IDS * sizeof (EnlaceUuid));
    }

  qsort (ids, 4 * N_IDS, sizeof (EnlaceUuid), compare);
  for (int i = 1; i < 4 * N_IDS; i++)
    g_assert_false (enlace_uuid_equal (&ids[i - 1], &ids[i]));
}

static gpointer
make_one (gpointer data)
{
  enlace_uuid_generate (data);

  return NULL;
}

/* What one thread asks for after another has its id is greater, in the same millisecond too. */
static void
test_ids_ascend_from_thread_to_thread (void)
{
  EnlaceUuid last, next;

  enlace_uuid_generate (&last);
  for (int i = 0; i < 2000; i++)
    {
      g_thread_join (g_thread_new ("id", make_one, &next));
      g_assert_cmpint (memcmp (&next, &last, sizeof next), >, 0);
      enlace_uuid_generate (&last);
      g_assert_cmpint (memcmp (&last, &next, sizeof next), >, 0);
    }
}

/* What another implementation computes for the same address. */
static void
test_ids_of_urls (void)
{
  char text[ENLACE_UUID_TEXT_SIZE];
  EnlaceUuid uuid;

  enlace_uuid_for_url ("https://enlace.alkitu.com/providers/slack", &uuid);
  enlace_uuid_format (&uuid, text);
  g_assert_cmpstr (text, ==, "975bc980-6994-5814-8998-dc1ca8966120");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uuid/text-comes-back", test_text_comes_back);
  g_test_add_func ("/uuid/other-forms-are-refused", test_other_forms_are_refused);
  g_test_add_func ("/uuid/ids-of-a-thread-ascend", test_ids_of_a_thread_ascend);
  g_test_add_func ("/uuid/ids-ascend-from-thread-to-thread", test_ids_ascend_from_thread_to_thread);
  g_test_add_func ("/uuid/threads-make-different-ids", test_threads_make_different_ids);
  g_test_add_func ("/uuid/ids-of-urls", test_ids_of_urls);

  return g_test_run ();
}
