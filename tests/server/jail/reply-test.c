/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "server/jail/result.h"

/* What a process sends is not trusted: it may be in the hands of the code. */

static GByteArray *
make_reply (guint32     kind,
            const char *text,
            const char *logs)
{
  GByteArray *bytes = g_byte_array_new ();
  EnlaceJailReply reply = { .magic = ENLACE_JAIL_MAGIC, .kind = kind, .line = 3, .text_length = (guint32) strlen (text), .logs_length = (guint32) strlen (logs) };

  g_byte_array_append (bytes, (const guint8 *) &reply, sizeof reply);
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text));
  g_byte_array_append (bytes, (const guint8 *) logs, (guint) strlen (logs));

  return bytes;
}

static EnlaceJailResult *
parse_reply (guint32     kind,
             const char *text,
             const char *logs)
{
  g_autoptr(GByteArray) bytes = make_reply (kind, text, logs);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (enlace_jail_reply_check (bytes->data, bytes->len, &error), ==, bytes->len);
  g_assert_no_error (error);
  return enlace_jail_reply_parse (bytes->data);
}

static void
test_whole (void)
{
  g_autoptr(EnlaceJailResult) result = parse_reply (ENLACE_JAIL_REPLY_OUTPUT, "[1,\"a\"]", "[{\"level\":\"info\",\"text\":\"x\"}]");
  g_autoptr(EnlaceValue) output = enlace_jail_result_dup_output (result, NULL);
  g_autoptr(EnlaceValue) logs = enlace_jail_result_dup_logs (result, NULL);

  g_assert_cmpuint (enlace_value_get_length (output), ==, 2);
  g_assert_cmpuint (enlace_value_get_length (logs), ==, 1);
  g_assert_cmpuint (result->line, ==, 3);
}

static void
test_parts (void)
{
  g_autoptr(GByteArray) bytes = make_reply (ENLACE_JAIL_REPLY_THROWN, "no", "[]");

  for (gsize i = 0; i < bytes->len; i++)
    {
      g_autofree guint8 *part = g_memdup2 (bytes->data, i);
      g_autoptr(GError) error = NULL;

      g_assert_cmpint (enlace_jail_reply_check (part, i, &error), ==, i < sizeof (EnlaceJailReply) ? 0 : bytes->len);
      g_assert_no_error (error);
    }
}

static void
check_refused (guint32 magic,
               guint32 kind,
               guint32 text_length,
               guint32 logs_length)
{
  EnlaceJailReply reply = { .magic = magic, .kind = kind, .text_length = text_length, .logs_length = logs_length };
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (enlace_jail_reply_check ((const guint8 *) &reply, sizeof reply, &error), ==, -1);
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST);
}

static void
test_bounds (void)
{
  check_refused (0, ENLACE_JAIL_REPLY_OUTPUT, 0, 0);
  check_refused (ENLACE_JAIL_MAGIC, 99, 0, 0);
  check_refused (ENLACE_JAIL_MAGIC, ENLACE_JAIL_REPLY_OUTPUT, ENLACE_JAIL_MAX_OUTPUT + 1, 0);
  check_refused (ENLACE_JAIL_MAGIC, ENLACE_JAIL_REPLY_OUTPUT, G_MAXUINT32, G_MAXUINT32);
  check_refused (ENLACE_JAIL_MAGIC, ENLACE_JAIL_REPLY_THROWN, ENLACE_JAIL_MAX_OUTPUT, 0);
  check_refused (ENLACE_JAIL_MAGIC, ENLACE_JAIL_REPLY_OUTPUT, 0, ENLACE_JAIL_MAX_LOGS + 1);
}

static void
test_lies (void)
{
  static const char *const logs[] = { "", "{}", "[", "[1]", "[{}]", "[{\"level\":1,\"text\":\"x\"}]", "[{\"level\":\"info\",\"text\":null}]", "[]x" };
  g_autoptr(EnlaceJailResult) output = parse_reply (ENLACE_JAIL_REPLY_OUTPUT, "{\"a\":1,\"a\":2}", "[]");
  g_autoptr(EnlaceJailResult) text = parse_reply (ENLACE_JAIL_REPLY_THROWN, "\xff\xfe bad", "[]");
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_jail_result_dup_output (output, &error));
  g_assert_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST);
  g_assert_true (g_utf8_validate (text->text, -1, NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (logs); i++)
    {
      g_autoptr(EnlaceJailResult) result = parse_reply (ENLACE_JAIL_REPLY_OUTPUT, "1", logs[i]);
      g_autoptr(GError) reason = NULL;

      g_assert_null (enlace_jail_result_dup_logs (result, &reason));
      g_assert_error (reason, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST);
    }
}

/* Changed copies of a reply: each is refused, or parsed within its bounds (which the sanitizers check). */
static void
test_noise (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr(GByteArray) bytes = make_reply (ENLACE_JAIL_REPLY_OUTPUT, "{\"a\":[1,2,\"é\"],\"b\":null}", "[{\"level\":\"info\",\"text\":\"x\"}]");
      g_autofree guint8 *copy = NULL;
      gssize size;

      for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
        bytes->data[g_test_rand_int_range (0, (gint32) bytes->len)] = (guint8) g_test_rand_int_range (0, 256);
      copy = g_memdup2 (bytes->data, bytes->len);
      size = enlace_jail_reply_check (copy, bytes->len, NULL);
      g_assert_cmpint (size, >=, -1);
      if (size > 0 && (gsize) size <= bytes->len)
        {
          g_autoptr(EnlaceJailResult) result = enlace_jail_reply_parse (copy);
          g_autoptr(EnlaceValue) logs = enlace_jail_result_dup_logs (result, NULL);
          g_autoptr(EnlaceValue) output = result->outcome == ENLACE_JAIL_OUTPUT ? enlace_jail_result_dup_output (result, NULL) : NULL;

          g_assert_cmpint (result->text[result->text_length], ==, '\0');
          g_assert_cmpint (result->logs[result->logs_length], ==, '\0');
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jail/reply/is-read-whole", test_whole);
  g_test_add_func ("/jail/reply/is-waited-for", test_parts);
  g_test_add_func ("/jail/reply/keeps-its-bounds", test_bounds);
  g_test_add_func ("/jail/reply/is-not-believed", test_lies);
  g_test_add_func ("/jail/reply/survives-noise", test_noise);

  return g_test_run ();
}
