/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "server/log.h"

#include <string.h>

#include "common/value/json.h"

#define MOMENT (G_GINT64_CONSTANT (1764064800) * G_USEC_PER_SEC)  /* 2025-11-25T10:00:00Z */

static void
test_text (void)
{
  g_autofree char *line = enlace_log_format (FALSE, MOMENT, G_LOG_LEVEL_WARNING, "enlace-store", "the disk is nearly full");

  g_assert_cmpstr (line, ==, "2025-11-25T10:00:00.000Z warning store: the disk is nearly full");
}

static void
test_one_line (void)
{
  g_autofree char *line = enlace_log_format (FALSE, MOMENT, G_LOG_LEVEL_MESSAGE, NULL, "a\nforged\rline\x1b[2J\xff");

  g_assert_null (strpbrk (line, "\n\r\x1b"));
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_nonnull (strstr (line, "\\x0aforged"));
}

static void
test_json (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *line = enlace_log_format (TRUE, MOMENT, G_LOG_LEVEL_CRITICAL, "enlace-http", "say \"no\"\n");
  g_autoptr(EnlaceValue) value = enlace_json_parse (line, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (enlace_value_get_member_string (value, "level", NULL), ==, "error");
  g_assert_cmpstr (enlace_value_get_member_string (value, "room", NULL), ==, "http");
  g_assert_cmpstr (enlace_value_get_member_string (value, "message", NULL), ==, "say \"no\"\n");
  g_assert_cmpstr (enlace_value_get_member_string (value, "time", NULL), ==, "2025-11-25T10:00:00.000Z");
}

static void
test_secrets (void)
{
  static const struct { const char *message, *secret; } cases[] = {
    { "key enl_0123456789abcdefghijABCDEFGHIJabcdef is used", "0123456789" },
    { "sent Authorization: Bearer eyJhbGciOi.x-y_z now", "eyJhbGciOi" },
    { "sent authorization: bearer s3cr3t", "s3cr3t" },
    { "called https://user:pa55word@example.org/x", "pa55word" },
    { "POST /hooks/q8Yk2mVtoken/orders refused", "q8Yk2mVtoken" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = enlace_log_format (FALSE, MOMENT, G_LOG_LEVEL_INFO, "enlace-http", cases[i].message);
      g_autofree char *json = enlace_log_format (TRUE, MOMENT, G_LOG_LEVEL_INFO, "enlace-http", cases[i].message);

      g_assert_null (strstr (text, cases[i].secret));
      g_assert_null (strstr (json, cases[i].secret));
      g_assert_nonnull (strstr (text, "•••"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/writes-a-line-of-text", test_text);
  g_test_add_func ("/log/keeps-a-message-on-one-line", test_one_line);
  g_test_add_func ("/log/writes-json", test_json);
  g_test_add_func ("/log/blots-out-secrets", test_secrets);

  return g_test_run ();
}
