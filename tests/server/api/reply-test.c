/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "server/api/reply.h"
#include "server/store/store.h"
#include "server/webhook/inbound.h"
#include "server/workflow/engine.h"

static EnlaceValue *
read_body (EnlaceReply *reply)
{
  GBytes *body = enlace_reply_get_body (reply);

  return enlace_json_parse (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
}

static void
test_errors (void)
{
  const struct { GQuark domain; int code; guint status; gboolean shows_message; } errors[] = {
    { ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, 404, FALSE },
    { ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_REVISION, 412, FALSE },
    { ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, 409, TRUE },
    { ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_FULL, 503, FALSE },
    { ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE, 503, FALSE },
    { ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CORRUPT, 500, FALSE },
    { ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STOPPING, 503, FALSE },
    { ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_STATE, 409, TRUE },
    { ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_METHOD, 405, FALSE },
    { ENLACE_JSON_ERROR, ENLACE_JSON_ERROR_DEPTH, 400, TRUE },
    { ENLACE_API_ERROR, 422, 422, TRUE },
    { ENLACE_API_ERROR, 200, 500, FALSE },
    { G_IO_ERROR, G_IO_ERROR_FAILED, 500, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr(GError) error = g_error_new_literal (errors[i].domain, errors[i].code, "SELECT secret FROM /a/path");
      g_autoptr(EnlaceReply) reply = NULL;
      g_autoptr(EnlaceValue) body = NULL;

      if (errors[i].status == 500)
        g_test_expect_message ("enlace-api", G_LOG_LEVEL_WARNING, "*SELECT*");
      reply = enlace_reply_new_error (error);
      g_test_assert_expected_messages ();
      body = read_body (reply);
      g_assert_cmpuint (enlace_reply_get_status (reply), ==, errors[i].status);
      g_assert_cmpstr (enlace_reply_get_content_type (reply), ==, "application/problem+json");
      g_assert_true ((strstr (enlace_value_get_member_string (body, "detail", NULL), "SELECT") != NULL) == errors[i].shows_message);
      g_assert_cmpuint (enlace_reply_get_n_headers (reply), ==, errors[i].status == 503 ? 1 : 0);
    }
}

static void
test_problem (void)
{
  g_autoptr(EnlaceValue) errors = enlace_json_parse ("[{\"pointer\":\"/a\",\"detail\":\"b\"}]", -1, NULL);
  g_autoptr(EnlaceValue) more = enlace_json_parse ("{\"execution_id\":\"x\"}", -1, NULL);
  g_autoptr(EnlaceReply) reply = enlace_reply_new_problem (422, "https://example.com/p", "No.", errors, more);
  g_autoptr(EnlaceValue) body = read_body (reply);
  g_autofree char *text = enlace_json_format (body, 0, NULL, NULL);

  g_assert_cmpstr (text, ==, "{\"type\":\"https://example.com/p\",\"title\":\"Unprocessable Content\",\"status\":422,\"detail\":\"No.\","
                             "\"errors\":[{\"pointer\":\"/a\",\"detail\":\"b\"}],\"execution_id\":\"x\"}");
}

static void
test_headers (void)
{
  g_autoptr(EnlaceReply) reply = enlace_reply_new (200);
  const char *name, *value;

  g_assert_true (enlace_reply_try_header (reply, "X-One", "a\tb"));
  g_assert_true (enlace_reply_try_header (reply, "content-type", "text/csv"));
  g_assert_false (enlace_reply_try_header (reply, "X Two", "a"));
  g_assert_false (enlace_reply_try_header (reply, "", "a"));
  g_assert_false (enlace_reply_try_header (reply, "X-Two", "a\r\nSet-Cookie: b"));
  g_assert_false (enlace_reply_try_header (reply, "Transfer-ENCODING", "chunked"));
  g_assert_false (enlace_reply_try_header (reply, "Content-Length", "1"));
  g_assert_false (enlace_reply_try_header (reply, "Connection", "close"));
  g_assert_cmpuint (enlace_reply_get_n_headers (reply), ==, 1);
  enlace_reply_get_header (reply, 0, &name, &value);
  g_assert_cmpstr (name, ==, "X-One");
  g_assert_cmpstr (value, ==, "a\tb");
  g_assert_cmpstr (enlace_reply_get_content_type (reply), ==, "text/csv");
}

static void
test_unspeakable (void)
{
  g_autoptr(EnlaceValue) nan = enlace_value_new_double (0.0 / 0.0);
  g_autoptr(EnlaceReply) reply = NULL;

  g_test_expect_message ("enlace-api", G_LOG_LEVEL_WARNING, "*JSON*");
  reply = enlace_reply_new_json (200, nan);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (enlace_reply_get_status (reply), ==, 500);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/reply/says-what-an-error-means", test_errors);
  g_test_add_func ("/api/reply/is-a-problem", test_problem);
  g_test_add_func ("/api/reply/takes-only-header-fields", test_headers);
  g_test_add_func ("/api/reply/says-when-it-cannot-be-written", test_unspeakable);

  return g_test_run ();
}
