/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "common/value/json.h"
#include "server/webhook/inbound.h"
#include "server/webhook/multipart.h"

static EnlaceValue *
read_form (const char  *type,
           const char  *text,
           gssize       length,
           GError     **error)
{
  g_autoptr(GBytes) body = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);

  return enlace_multipart_read (type, body, error);
}

static void
test_forms (void)
{
  static const struct { const char *type; const char *text; const char *value; } cases[] = {
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n", "{\"a\":\"1\"}" },
    { "multipart/form-data;boundary=\"b c\"", "--b c\r\ncontent-disposition: form-data; name=a\r\n\r\n\xc3\xa9\r\n--b c--", "{\"a\":\"\xc3\xa9\"}" },
    { "multipart/form-data; boundary=b",
      "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--x\r\n\r\n--b--\r\nepilogue",
      "{\"a\":[\"1\",\"--x\\r\\n\"],\"b\":\"\"}" },
    { "multipart/form-data; boundary=b",
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a \\\"b\\\"; c.txt\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b--\r\n",
      "{\"f\":{\"filename\":\"a \\\"b\\\"; c.txt\",\"content_type\":\"text/plain\",\"data\":\"aGk=\"}}" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\xff\r\n--b--\r\n",
      "{\"f\":{\"filename\":\"\",\"content_type\":\"application/octet-stream\",\"data\":\"/w==\"}}" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--b--\r\n", "{\"a\":\"/w==\"}" },
    { "multipart/form-data; boundary=b", "--b--\r\n", "{}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) value = read_form (cases[i].type, cases[i].text, -1, &error);
      g_autofree char *text = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_no_error (error);
      text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
      g_assert_cmpstr (text, ==, cases[i].value);
    }
}

static void
test_malformed (void)
{
  static const struct { const char *type; const char *text; } cases[] = {
    { "multipart/form-data", "--b--" },
    { "multipart/form-data; boundary=", "--b--" },
    { "multipart/form-data; boundary=b", "" },
    { "multipart/form-data; boundary=b", "nothing of it" },
    { "multipart/form-data; boundary=b", "--b" },
    { "multipart/form-data; boundary=b", "--bx\r\n" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n1\r\n--b--" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--" },
    { "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--b--" },
    { "multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890x", "--" },
  };
  g_autoptr(GString) many = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_null (read_form (cases[i].type, cases[i].text, -1, &error));
      g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_BODY);
    }

  for (guint i = 0; i < 1001; i++)
    g_string_append (many, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n");
  g_string_append (many, "--b--\r\n");
  {
    g_autoptr(GError) error = NULL;

    g_assert_null (read_form ("multipart/form-data; boundary=b", many->str, -1, &error));
    g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_BODY);
  }
}

static EnlaceHookSettings *
read_settings (const char  *text,
               const char **pointer,
               GError     **error)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (text, -1, NULL);

  return enlace_hook_settings_new (value, pointer, error);
}

static void
test_paths (void)
{
  static const struct { const char *pattern; const char *path; const char *params; } cases[] = {
    { "/orders/{id}", "orders/17", "{\"id\":\"17\"}" },
    { "orders/{id}", "orders/a b", "{\"id\":\"a b\"}" },
    { "/orders/{id}", "orders", NULL },
    { "/orders/{id}", "orders/", NULL },
    { "/orders/{id}", "orders/17/lines", NULL },
    { "/orders/{id}", "Orders/17", NULL },
    { "/orders/{id}", "orderss/17", NULL },
    { "/orders/{id}/lines/{line}", "orders/1/lines/2", "{\"id\":\"1\",\"line\":\"2\"}" },
    { "/{a}/{rest*}", "x/y/z", "{\"a\":\"x\",\"rest\":\"y/z\"}" },
    { "/{a}/{rest*}", "x", NULL },
    { "/orders", "orders", "{}" },
    { "/orders", "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"path\":\"%s\"}", cases[i].pattern);
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceHookSettings) settings = read_settings (text, NULL, &error);
      g_autoptr(EnlaceValue) params = NULL;
      g_autofree char *found = NULL;

      g_assert_no_error (error);
      g_test_message ("%s %s", cases[i].pattern, cases[i].path);
      params = enlace_hook_settings_match_path (settings, cases[i].path);
      found = params != NULL ? enlace_json_format (params, ENLACE_JSON_COMPACT, NULL, NULL) : NULL;
      g_assert_cmpstr (found, ==, cases[i].params);
    }
}

static void
test_addresses (void)
{
  static const struct { const char *address; gboolean is_taken; } cases[] = {
    { "192.0.2.7", TRUE }, { "192.0.3.1", FALSE }, { "::ffff:192.0.2.7", TRUE }, { "2001:db8::1", TRUE }, { "2001:db9::1", FALSE },
    { "198.51.100.4", TRUE }, { "198.51.100.5", FALSE }, { "", FALSE }, { "elsewhere", FALSE }, { NULL, FALSE },
  };
  g_autoptr(EnlaceHookSettings) some = read_settings ("{\"allow_addresses\":[\"192.0.2.0/24\",\"2001:db8::/32\",\"198.51.100.4\"]}", NULL, NULL);
  g_autoptr(EnlaceHookSettings) all = read_settings ("{\"allow_addresses\":[]}", NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpint (enlace_hook_settings_takes_address (some, cases[i].address), ==, cases[i].is_taken);
      g_assert_true (enlace_hook_settings_takes_address (all, cases[i].address));
    }
}

static void
test_bad_settings (void)
{
  static const struct { const char *text; const char *pointer; } cases[] = {
    { "{\"path\":7}", "/path" },
    { "{\"path\":\"/a//b\"}", "/path" },
    { "{\"path\":\"/a/{1}\"}", "/path" },
    { "{\"path\":\"/a/{x}{y}\"}", "/path" },
    { "{\"path\":\"/a/b{x}\"}", "/path" },
    { "{\"path\":\"/{a}/{a}\"}", "/path" },
    { "{\"path\":\"/{a*}/b\"}", "/path" },
    { "{\"path\":\"/a/b?x\"}", "/path" },
    { "{\"path\":\"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31/32/33\"}", "/path" },
    { "{\"allow_addresses\":\"192.0.2.0/24\"}", "/allow_addresses" },
    { "{\"allow_addresses\":[\"192.0.2.1/24\"]}", "/allow_addresses" },
    { "{\"allow_addresses\":[7]}", "/allow_addresses" },
    { "{\"signature\":\"github\"}", "/signature" },
    { "{\"signature\":{\"scheme\":\"x\"}}", "/signature" },
    { "{\"event_id\":\"{{ trigger. }}\"}", "/event_id" },
    { "{\"respond\":\"later\"}", "/respond" },
    { "{\"status\":99}", "/status" },
    { "{\"body\":[\"{{\"]}", "/body" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      const char *pointer = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_null (read_settings (cases[i].text, &pointer, &error));
      g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_SETTINGS);
      g_assert_cmpstr (pointer, ==, cases[i].pointer);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/webhook/form/with-files-is-a-map", test_forms);
  g_test_add_func ("/webhook/form/malformed-is-refused", test_malformed);
  g_test_add_func ("/webhook/settings/match-paths", test_paths);
  g_test_add_func ("/webhook/settings/hold-addresses", test_addresses);
  g_test_add_func ("/webhook/settings/refuse-what-cannot-be-used", test_bad_settings);

  return g_test_run ();
}
