/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "fixture.h"
#include "server/store/data.h"

/* What steps keep beyond their run: data.store, and data.dedupe over several runs. */

typedef struct {
  Fixture base;
  gint64  shift;          /* of the clock */
} DataFixture;

static gint64
get_shifted_time (gpointer data)
{
  return g_get_real_time () + __atomic_load_n ((gint64 *) data, __ATOMIC_SEQ_CST);
}

static void
set_up (DataFixture   *self,
        gconstpointer  data)
{
  self->base.hooks.get_time = get_shifted_time;
  self->base.hooks.data = &self->shift;
  fixture_set_up (&self->base, data);
  fixture_begin (&self->base);
}

static void
tear_down (DataFixture   *self,
           gconstpointer  data)
{
  fixture_tear_down (&self->base, data);
}

static void
restart (DataFixture *self)
{
  fixture_close (&self->base);
  fixture_open (&self->base);
  fixture_begin (&self->base);
}

/* A workflow of one step, whose output is the reply. */
static EnlacePlan *
publish (DataFixture *self,
         const char  *token,
         const char  *step)
{
  g_autofree char *lines = g_strdup_printf ("hook trigger.webhook\nstep %s\nreply flow.respond {\"body\":\"{{ steps.step.output }}\"}\n"
                                            "hook > step\nstep > reply\n", step);
  g_autofree char *document = make_document (lines);

  return fixture_publish (&self->base, token, document);
}

static char *
run (DataFixture *self,
     EnlacePlan  *plan,
     const char  *body,
     gboolean     is_test,
     EnlaceUuid  *id)
{
  g_autofree char *trigger = g_strdup_printf ("{\"body\":%s}", body);
  g_autoptr(EnlaceValue) value = parse (trigger);
  EnlaceStart start = { .plan = plan, .trigger = value, .is_test = is_test, .wait = ENLACE_WAIT_RESPONSE, .wait_ms = 10000 };
  Answer answer;
  char *reply;

  answer_init (&answer);
  enlace_engine_start (self->base.engine, &start, answer_func, &answer);
  answer_wait (&answer);
  reply = answer.kind == ENLACE_OUTCOME_RESPONDED ? g_strdup (answer.body) : g_strdup (enlace_status_get_name (answer.execution_status));
  if (id != NULL)
    *id = answer.execution_id;
  answer_clear (&answer);

  return reply;
}

static void
check (DataFixture *self,
       EnlacePlan  *plan,
       const char  *body,
       const char  *expected)
{
  g_autofree char *reply = run (self, plan, body, FALSE, NULL);

  g_assert_cmpstr (reply, ==, expected);
}

static void
check_failure (DataFixture *self,
               EnlacePlan  *plan,
               const char  *body,
               const char  *message)
{
  g_autoptr(EnlaceExecutionRow) row = NULL;
  g_autofree char *status = NULL;
  EnlaceUuid id;

  status = run (self, plan, body, FALSE, &id);
  g_assert_cmpstr (status, ==, "failed");
  row = fixture_read (&self->base, &id);
  fixture_check_message (&self->base, row, message);
}

#define ANY(scope) \
  "data.store {\"operation\":\"%s\"," scope "\"key\":\"{{ trigger.body.?k.orValue(null) }}\",\"value\":\"{{ trigger.body.?v.orValue(null) }}\"," \
  "\"expected\":\"{{ trigger.body.?e.orValue(null) }}\",\"default\":\"{{ trigger.body.?d.orValue(null) }}\"}"

/* All operations on one scope: `set`, `get`, … publish workflows of their own, so what they share is the organisation's. */
static EnlacePlan *
publish_operation (DataFixture *self,
                   const char  *operation)
{
  g_autofree char *step = g_strdup_printf (ANY ("\"scope\":\"organisation\","), operation);

  return publish (self, operation, step);
}

static void
test_values (DataFixture   *self,
             gconstpointer  data)
{
  g_autoptr(EnlacePlan) get = publish_operation (self, "get");
  g_autoptr(EnlacePlan) set = publish_operation (self, "set");
  g_autoptr(EnlacePlan) delete = publish_operation (self, "delete");
  g_autoptr(EnlacePlan) swap = publish_operation (self, "compare_and_set");

  check (self, get, "{\"k\":\"a\",\"d\":7}", "{\"key\":\"a\",\"found\":false,\"value\":7,\"expires_at\":null}");
  check (self, set, "{\"k\":\"a\",\"v\":{\"id\":[1,null]}}", "{\"key\":\"a\",\"value\":{\"id\":[1,null]},\"expires_at\":null}");
  check (self, get, "{\"k\":\"a\"}", "{\"key\":\"a\",\"found\":true,\"value\":{\"id\":[1,null]},\"expires_at\":null}");
  check (self, set, "{\"k\":12,\"v\":1}", "{\"key\":\"12\",\"value\":1,\"expires_at\":null}");
  check (self, get, "{\"k\":\"12\"}", "{\"key\":\"12\",\"found\":true,\"value\":1,\"expires_at\":null}");

  check (self, swap, "{\"k\":\"12\",\"e\":2,\"v\":3}", "{\"key\":\"12\",\"swapped\":false,\"value\":1,\"expires_at\":null}");
  check (self, swap, "{\"k\":\"12\",\"e\":1,\"v\":3}", "{\"key\":\"12\",\"swapped\":true,\"value\":3,\"expires_at\":null}");
  check (self, swap, "{\"k\":\"new\",\"v\":3}", "{\"key\":\"new\",\"swapped\":true,\"value\":3,\"expires_at\":null}");
  check (self, swap, "{\"k\":\"new\",\"v\":4}", "{\"key\":\"new\",\"swapped\":false,\"value\":3,\"expires_at\":null}");

  check (self, delete, "{\"k\":\"12\"}", "{\"key\":\"12\",\"deleted\":true}");
  check (self, delete, "{\"k\":\"12\"}", "{\"key\":\"12\",\"deleted\":false}");

  check_failure (self, get, "{}", "step: “key” must be a text of 1 to 512 bytes, or a whole number");
  check_failure (self, get, "{\"k\":\"\"}", "step: “key” must be a text of 1 to 512 bytes, or a whole number");

  /* It is there after a restart. */
  restart (self);
  g_clear_pointer (&get, enlace_plan_unref);
  get = enlace_engine_find_token (self->base.engine, "get");
  check (self, get, "{\"k\":\"a\"}", "{\"key\":\"a\",\"found\":true,\"value\":{\"id\":[1,null]},\"expires_at\":null}");
}

static void
test_limits (DataFixture   *self,
             gconstpointer  data)
{
  g_autoptr(EnlacePlan) set = publish_operation (self, "set");
  g_autofree char *key = g_strnfill (513, 'k');
  g_autofree char *value = g_strnfill (257 * 1024, 'v');
  g_autofree char *long_key = g_strdup_printf ("{\"k\":\"%s\",\"v\":1}", key);
  g_autofree char *long_value = g_strdup_printf ("{\"k\":\"a\",\"v\":\"%s\"}", value);

  check_failure (self, set, long_key, "step: “key” must be a text of 1 to 512 bytes, or a whole number");
  check_failure (self, set, long_value, "step: A value that is kept has at most 256 KiB");
}

/* What one workflow keeps, and what test runs keep, is theirs. */
static void
test_scopes (DataFixture   *self,
             gconstpointer  data)
{
#define SWAP "data.store {\"operation\":\"compare_and_set\",\"key\":\"k\",\"value\":\"{{ trigger.body }}\"}"
  g_autoptr(EnlacePlan) one = publish (self, "one", SWAP);
  g_autoptr(EnlacePlan) other = publish (self, "other", SWAP);
  g_autofree char *tested = NULL;

  check (self, one, "1", "{\"key\":\"k\",\"swapped\":true,\"value\":1,\"expires_at\":null}");
  check (self, one, "2", "{\"key\":\"k\",\"swapped\":false,\"value\":1,\"expires_at\":null}");
  check (self, other, "3", "{\"key\":\"k\",\"swapped\":true,\"value\":3,\"expires_at\":null}");
  tested = run (self, one, "4", TRUE, NULL);
  g_assert_cmpstr (tested, ==, "{\"key\":\"k\",\"swapped\":true,\"value\":4,\"expires_at\":null}");
}

static gboolean
expire (EnlaceWriter  *writer,
        gpointer       data,
        GError       **error)
{
  return enlace_data_expire (writer, *(gint64 *) data, error);
}

static void
test_lifetime (DataFixture   *self,
               gconstpointer  data)
{
  g_autoptr(EnlacePlan) swap = publish (self, "swap",
                                        "data.store {\"operation\":\"compare_and_set\",\"key\":\"k\",\"value\":\"{{ trigger.body }}\",\"lifetime\":\"1h\"}");
  g_autofree char *first = run (self, swap, "1", FALSE, NULL);
  g_autofree char *second = run (self, swap, "2", FALSE, NULL);
  g_autofree char *third = NULL;
  g_autoptr(GError) error = NULL;
  gint64 later;

  g_assert_nonnull (strstr (first, "\"swapped\":true,\"value\":1,\"expires_at\":\"20"));
  g_assert_nonnull (strstr (second, "\"swapped\":false,\"value\":1,\"expires_at\":\"20"));
  __atomic_store_n (&self->shift, 61 * 60 * (gint64) G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  third = run (self, swap, "3", FALSE, NULL);
  g_assert_nonnull (strstr (third, "\"swapped\":true,\"value\":3"));

  later = get_shifted_time (&self->shift) + 61 * 60 * (gint64) G_USEC_PER_SEC;
  enlace_store_submit_and_wait (self->base.store, expire, &later, &error);
  g_assert_no_error (error);
}

static void
test_list (DataFixture   *self,
           gconstpointer  data)
{
  g_autoptr(EnlacePlan) set = publish_operation (self, "set");
  g_autoptr(EnlacePlan) list = publish (self, "list",
                                        "data.store {\"operation\":\"list\",\"scope\":\"organisation\",\"limit\":3,\"cursor\":\"{{ trigger.body }}\"}");
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *cursor = g_strdup ("");
  guint n_pages = 0;

  for (guint i = 0; i < 7; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"k\":\"key%u\",\"v\":%u}", i, i);

      g_free (run (self, set, body, FALSE, NULL));
    }

  while (cursor != NULL)
    {
      g_autofree char *body = g_strdup_printf ("\"%s\"", cursor);
      g_autofree char *reply = run (self, list, body, FALSE, NULL);
      g_autoptr(EnlaceValue) page = parse (reply);
      EnlaceValue *items = enlace_value_get_member (page, "items");

      for (gsize i = 0; i < enlace_value_get_length (items); i++)
        g_assert_true (g_hash_table_add (seen, g_strdup (enlace_value_get_member_string (enlace_value_get_element (items, i), "key", ""))));
      g_free (cursor);
      cursor = g_strdup (enlace_value_get_member_string (page, "next_cursor", NULL));
      n_pages++;
    }
  g_assert_cmpuint (n_pages, ==, 3);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 7);
  check_failure (self, list, "\"nonsense\"", "step: “cursor” is none that a list has given");
}

/* A number that many runs raise at the same time, each by reading it and writing it back where nobody else has: none gets lost. */
static void
test_conflicts (DataFixture   *self,
                gconstpointer  data)
{
#define RUNS 40
  g_autofree char *document = make_document (
    "hook trigger.webhook\n"
    "try flow.loop {\"while\":\"{{ index == 0 || !steps.swap.output.swapped }}\",\"limit\":1000,\"result\":1}\n"
    "read data.store {\"operation\":\"get\",\"key\":\"n\",\"default\":null}\n"
    "swap data.store {\"operation\":\"compare_and_set\",\"key\":\"n\",\"expected\":\"{{ steps.read.output.value }}\","
    "\"value\":\"{{ steps.read.output.value == null ? 1 : int(steps.read.output.value) + 1 }}\"}\n"
    "reply flow.respond {\"body\":1}\n"
    "hook > try\ntry > read item\nread > swap\ntry > reply done\n");
  g_autoptr(EnlacePlan) plan = fixture_publish (&self->base, "count", document);
  g_autoptr(EnlaceValue) trigger = parse ("{\"body\":null}");
  EnlaceStart start = { .plan = plan, .trigger = trigger, .wait = ENLACE_WAIT_RESPONSE, .wait_ms = 14000 };
  Answer answers[RUNS];

  for (guint i = 0; i < RUNS; i++)
    {
      answer_init (&answers[i]);
      enlace_engine_start (self->base.engine, &start, answer_func, &answers[i]);
    }
  for (guint i = 0; i < RUNS; i++)
    {
      answer_wait (&answers[i]);
      g_assert_cmpint (answers[i].kind, ==, ENLACE_OUTCOME_RESPONDED);
      answer_clear (&answers[i]);
    }

  answer_init (&answers[0]);
  enlace_engine_start (self->base.engine, &start, answer_func, &answers[0]);
  answer_wait (&answers[0]);
  {
    g_autoptr(EnlaceValue) steps = fixture_read_steps (&self->base, &answers[0].execution_id);
    g_autofree char *text = format (find_step (steps, "swap"));

    g_assert_nonnull (strstr (text, "\"value\":41"));
  }
  answer_clear (&answers[0]);
}

#define SEEN(more) "data.dedupe {\"items\":\"{{ trigger.body }}\",\"scope\":\"workflow\"" more "}"

static void
test_dedupe (DataFixture   *self,
             gconstpointer  data)
{
  g_autoptr(EnlacePlan) one = publish (self, "one", SEEN (",\"key\":\"{{ item.k }}\",\"keep\":\"last\",\"lifetime\":\"1h\""));
  g_autoptr(EnlacePlan) other = publish (self, "other", SEEN (",\"key\":\"{{ item.k }}\""));
  g_autofree char *tested = NULL;

  check (self, one, "[{\"k\":1,\"v\":1},{\"k\":2},{\"k\":1,\"v\":2}]", "[{\"k\":2},{\"k\":1,\"v\":2}]");
  check (self, one, "[{\"k\":1},{\"k\":3},{\"k\":2.0},{\"k\":\"1\"}]", "[{\"k\":3},{\"k\":\"1\"}]");
  check (self, one, "[]", "[]");
  check (self, other, "[{\"k\":1}]", "[{\"k\":1}]");
  tested = run (self, one, "[{\"k\":1}]", TRUE, NULL);
  g_assert_cmpstr (tested, ==, "[{\"k\":1}]");

  /* After a restart, and after their time. */
  restart (self);
  g_clear_pointer (&one, enlace_plan_unref);
  one = enlace_engine_find_token (self->base.engine, "one");
  check (self, one, "[{\"k\":1}]", "[]");
  __atomic_store_n (&self->shift, 61 * 60 * (gint64) G_USEC_PER_SEC, __ATOMIC_SEQ_CST);
  check (self, one, "[{\"k\":1}]", "[{\"k\":1}]");
  check (self, one, "[{\"k\":1}]", "[]");
}

static void
test_single (DataFixture   *self,
             gconstpointer  data)
{
#define NEW(more) "data.dedupe {\"value\":\"{{ trigger.body }}\"" more "}"
  g_autoptr(EnlacePlan) one = publish (self, "one", NEW (",\"scope\":\"organisation\",\"name\":\"orders\""));
  g_autoptr(EnlacePlan) other = publish (self, "other", NEW (",\"scope\":\"organisation\",\"name\":\"orders\""));
  g_autoptr(EnlacePlan) apart = publish (self, "apart", NEW (",\"scope\":\"organisation\",\"name\":\"people\""));
  g_autoptr(EnlacePlan) vain = publish (self, "vain", NEW (""));

  check (self, one, "\"a\"", "{\"is_new\":true}");
  check (self, other, "\"a\"", "{\"is_new\":false}");
  check (self, apart, "\"a\"", "{\"is_new\":true}");
  check_failure (self, vain, "\"a\"", "step: In one run alone a single value is always new: choose a wider scope");
}

/* Of the same event that comes many times at once, one is new. */
static void
test_race (DataFixture   *self,
           gconstpointer  data)
{
  g_autoptr(EnlacePlan) plan = publish (self, "one", NEW (",\"scope\":\"workflow\""));
  g_autoptr(EnlaceValue) trigger = parse ("{\"body\":\"event\"}");
  EnlaceStart start = { .plan = plan, .trigger = trigger, .wait = ENLACE_WAIT_RESPONSE, .wait_ms = 14000 };
  Answer answers[RUNS];
  guint n_new = 0;

  for (guint i = 0; i < RUNS; i++)
    {
      answer_init (&answers[i]);
      enlace_engine_start (self->base.engine, &start, answer_func, &answers[i]);
    }
  for (guint i = 0; i < RUNS; i++)
    {
      answer_wait (&answers[i]);
      g_assert_cmpint (answers[i].kind, ==, ENLACE_OUTCOME_RESPONDED);
      n_new += strcmp (answers[i].body, "{\"is_new\":true}") == 0;
      answer_clear (&answers[i]);
    }
  g_assert_cmpuint (n_new, ==, 1);
}

/* Neither a key nor a value is in the file as it is. */
static void
test_sealed (DataFixture   *self,
             gconstpointer  data)
{
  static const char *const files[] = { "enlace.db", "enlace.db-wal" };
  g_autoptr(EnlacePlan) set = publish_operation (self, "set");
  g_autoptr(EnlacePlan) seen = publish (self, "seen", NEW (",\"scope\":\"workflow\""));

  g_free (run (self, set, "{\"k\":\"ann@example.org\",\"v\":\"a very private value\"}", FALSE, NULL));
  g_free (run (self, seen, "\"bob@example.org\"", FALSE, NULL));
  fixture_close (&self->base);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (self->base.directory, files[i], NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (!g_file_get_contents (path, &bytes, &length, NULL))
        continue;
      g_assert_null (memmem (bytes, length, "ann@example", 11));
      g_assert_null (memmem (bytes, length, "very private", 12));
      g_assert_null (memmem (bytes, length, "bob@example", 11));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/data-store/" name, DataFixture, NULL, set_up, func, tear_down)
  ADD ("values", test_values);
  ADD ("limits", test_limits);
  ADD ("scopes", test_scopes);
  ADD ("lifetime", test_lifetime);
  ADD ("list", test_list);
  ADD ("conflicts", test_conflicts);
  ADD ("dedupe", test_dedupe);
  ADD ("single", test_single);
  ADD ("race", test_race);
  ADD ("sealed", test_sealed);

  return g_test_run ();
}
