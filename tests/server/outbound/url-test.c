/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <string.h>

#include "server/outbound/address-guard.h"
#include "server/outbound/url.h"
#include "tests/server/outbound/vectors.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_doc, yyjson_doc_free)

static EnlaceAddressGuard *
guard_new (void)
{
  GError *error = NULL;
  EnlaceAddressGuard *guard = enlace_address_guard_new (NULL, &error);

  g_assert_no_error (error);

  return guard;
}

static const char *
get_string (yyjson_val *object, const char *name)
{
  return yyjson_get_str (yyjson_obj_get (object, name));
}

/* Names of the vectors that only a name server decides on; address-guard-test and client-test decide those. */
static gboolean
is_left_to_the_name_server (const char *canonical)
{
  const char * const names[] = { "metadata", "instance-data", "kubernetes.default.svc", "host.docker.internal", NULL };

  return g_strv_contains (names, canonical);
}

static void
check_host (yyjson_val *entry, const char *list, EnlaceAddressGuard *guard)
{
  const char *host = get_string (entry, "host");
  const char *canonical = get_string (entry, "canonical");
  g_autofree char *text = g_strdup_printf ("http://%s/", host);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceUrl) url = enlace_url_parse (text, &error);
  gboolean passes;

  if (g_str_equal (list, "odd"))
    {
      if (url != NULL && enlace_address_guard_check_host (guard, enlace_url_get_host (url), NULL))
        g_error ("%s: accepted as %s", host, enlace_url_get_host (url));
      return;
    }

  if (url == NULL)
    g_error ("%s: %s", host, error->message);
  g_assert_cmpstr (enlace_url_get_host (url), ==, canonical);

  passes = enlace_address_guard_check_host (guard, canonical, &error);
  if (g_str_equal (list, "accept"))
    g_assert_true (passes);
  else if (g_str_equal (list, "refuse") && passes != is_left_to_the_name_server (canonical))
    g_error ("%s: not refused", host);
}

static void
test_hosts (void)
{
  const char * const lists[] = { "refuse", "accept", "either", "odd" };
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("ssrf.json");
  g_autoptr(EnlaceAddressGuard) guard = guard_new ();

  for (gsize i = 0; document != NULL && i < G_N_ELEMENTS (lists); i++)
    {
      yyjson_arr_iter iter = yyjson_arr_iter_with (yyjson_obj_get (yyjson_doc_get_root (document), lists[i]));
      yyjson_val *entry;

      g_assert_cmpuint (iter.max, >, 0);
      while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
        check_host (entry, lists[i], guard);
    }
}

static void
test_urls (void)
{
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("ssrf.json");
  g_autoptr(EnlaceAddressGuard) guard = guard_new ();
  yyjson_arr_iter iter;
  yyjson_val *entry;

  if (document == NULL)
    return;

  iter = yyjson_arr_iter_with (yyjson_obj_get (yyjson_doc_get_root (document), "urls"));
  while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
    {
      g_autoptr(GError) error = NULL;
      const char *text = get_string (entry, "url");
      const char *expected = get_string (entry, "guard");
      yyjson_val *parsed = yyjson_obj_get (entry, "parsed");
      g_autoptr(EnlaceUrl) url = enlace_url_parse (text, &error);
      gboolean passes = url != NULL && enlace_address_guard_check_host (guard, enlace_url_get_host (url), NULL);

      if (g_str_equal (expected, "refuse") && passes)
        g_error ("%s: not refused", text);
      if (g_str_equal (expected, "accept") && !passes)
        g_error ("%s: refused", text);
      if (url != NULL && yyjson_is_obj (parsed))
        g_assert_cmpstr (enlace_url_get_host (url), ==, get_string (parsed, "hostname"));
      if (url == NULL)
        g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_URL);
    }
}

static void
test_redirects (void)
{
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("ssrf.json");
  g_autoptr(EnlaceAddressGuard) guard = guard_new ();
  g_autoptr(EnlaceUrl) base = enlace_url_parse ("http://example.com/start/here?x=1", NULL);
  yyjson_arr_iter iter;
  yyjson_val *entry;

  g_assert_nonnull (base);
  if (document == NULL)
    return;

  iter = yyjson_arr_iter_with (yyjson_obj_get (yyjson_doc_get_root (document), "redirects"));
  while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const char *location = get_string (entry, "location");
      g_autoptr(EnlaceUrl) url = *location != '\0' ? enlace_url_resolve (base, location, NULL) : NULL;
      gboolean passes = url != NULL && enlace_address_guard_check_host (guard, enlace_url_get_host (url), NULL);

      if (passes != g_str_has_prefix (get_string (entry, "guard"), "accept"))
        g_error ("Location: %s is %s", location, passes ? "followed" : "refused");
    }
}

/* The WHATWG parser's own tests: what we take, we read as it does; what it refuses, we refuse. */
static void
test_standard (void)
{
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("urltestdata.json");
  yyjson_arr_iter iter;
  yyjson_val *entry;
  guint n_same = 0;

  if (document == NULL)
    return;

  iter = yyjson_arr_iter_with (yyjson_doc_get_root (document));
  while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const char *input = get_string (entry, "input");
      g_autoptr(EnlaceUrl) url = NULL;

      if (!yyjson_is_obj (entry) || input == NULL || strlen (input) != yyjson_get_len (yyjson_obj_get (entry, "input")))
        continue;
      url = enlace_url_parse (input, NULL);
      if (url == NULL)
        continue;

      if (yyjson_is_true (yyjson_obj_get (entry, "failure")))
        g_error ("%s: accepted as %s", input, enlace_url_get_text (url));
      g_assert_cmpstr (enlace_url_get_host (url), ==, get_string (entry, "hostname"));
      n_same++;
    }
  g_assert_cmpuint (n_same, >, 50);
}

static void
test_canonical (void)
{
  const struct {
    const char *text, *canonical;
  } cases[] = {
    { "HTTP://Example.COM", "http://example.com/" },
    { "http://example.com:80/a/../b/./c?q=1#part", "http://example.com/b/c?q=1" },
    { "https://example.com:443/", "https://example.com/" },
    { "https://example.com:8443/%0d%0aX", "https://example.com:8443/%0d%0aX" },
    { "https://b\303\274cher.example/\303\261?q=\303\241", "https://xn--bcher-kva.example/%c3%b1?q=%c3%a1" },
    { "http://0x7f.1/x", "http://127.0.0.1/x" },
    { "http://[2001:DB8:0:0:1:0:0:1]/", "http://[2001:db8::1:0:0:1]/" },
    { "http://[1:0:0:2:3:0:0:0]/", "http://[1:0:0:2:3::]/" },
    { "http://[1:0:2:3:4:5:6:7]/", "http://[1:0:2:3:4:5:6:7]/" },
    { "http://stra\303\237e.example/", "http://xn--strae-oqa.example/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceUrl) url = enlace_url_parse (cases[i].text, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (enlace_url_get_text (url), ==, cases[i].canonical);
    }
}

static void
test_refused (void)
{
  g_autofree char *long_label = g_strnfill (64, 'a');
  g_autofree char *long_host = g_strdup_printf ("http://%s.com/", long_label);
  g_autofree char *long_path = g_strnfill (70000, 'a');
  g_autofree char *long_url = g_strdup_printf ("http://example.com/%s", long_path);
  const char * const texts[] = {
    "", "example.com", "/path", "mailto:a@b", "http://example.com:25/", "http://example.com:0/", "http://example.com:6667/",
    "http://user@example.com/", "http://:@example.com/", "http://example.com/a b", "http://example.com/\001", "http://\377/",
    "http://example.com:80:80/", "http://[::1]x/", "http://exam!ple.com/", "http://.example.com/", "http://example.com../",
    "http://a\302\240b/", "https:///example.com", "http://example.com:+80/", long_host, long_url,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceUrl) url = enlace_url_parse (texts[i], &error);

      if (url != NULL)
        g_error ("%s: accepted as %s", texts[i], enlace_url_get_text (url));
      g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_URL);
      g_assert_false (enlace_outbound_error_may_have_left (error));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

/* Addresses that are refused may hold secrets all the same; messages go to logs. */
static void
test_messages (void)
{
  const char * const texts[] = { "http://user:s3cret@example.com/", "ftp://example.com/?key=s3cret", "s3cret@x", "/a#s3cret" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_url_parse (texts[i], &error));
      g_assert_null (strstr (error->message, "s3cret"));
    }
}

static void
test_resolve (void)
{
  const struct {
    const char *reference, *result;
  } cases[] = {
    { "other", "https://example.com:8443/a/other" },
    { "/top?x=1", "https://example.com:8443/top?x=1" },
    { "?only=query", "https://example.com:8443/a/b?only=query" },
    { "//elsewhere.example/p", "https://elsewhere.example/p" },
    { "  /with space and \303\261 ", "https://example.com:8443/with%20space%20and%20%C3%B1" },
    { "http://plain.example", "http://plain.example/" },
    { "javascript:alert(1)", NULL },
    { "http://", NULL },
    { "/a\\b", NULL },
    { "http://u:p@example.com/", NULL },
  };
  g_autoptr(EnlaceUrl) base = enlace_url_parse ("https://example.com:8443/a/b?c#d", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceUrl) url = enlace_url_resolve (base, cases[i].reference, &error);

      if (cases[i].result == NULL)
        g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_URL);
      else
        g_assert_no_error (error);
      g_assert_cmpstr (url != NULL ? enlace_url_get_text (url) : NULL, ==, cases[i].result);
    }
}

static void
test_origin (void)
{
  g_autoptr(EnlaceUrl) url = enlace_url_parse ("https://example.com/a", NULL);
  g_autoptr(EnlaceUrl) same = enlace_url_parse ("https://EXAMPLE.com:443/b", NULL);
  g_autoptr(EnlaceUrl) scheme = enlace_url_parse ("http://example.com:443/a", NULL);
  g_autoptr(EnlaceUrl) port = enlace_url_parse ("https://example.com:8443/a", NULL);
  g_autoptr(EnlaceUrl) host = enlace_url_parse ("https://www.example.com/a", NULL);

  g_assert_true (enlace_url_same_origin (url, same));
  g_assert_false (enlace_url_same_origin (url, scheme));
  g_assert_false (enlace_url_same_origin (url, port));
  g_assert_false (enlace_url_same_origin (url, host));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbound/url/reads-every-spelling-of-a-host", test_hosts);
  g_test_add_func ("/outbound/url/agrees-with-the-vectors", test_urls);
  g_test_add_func ("/outbound/url/follows-only-good-redirects", test_redirects);
  g_test_add_func ("/outbound/url/agrees-with-the-url-standard", test_standard);
  g_test_add_func ("/outbound/url/has-one-canonical-form", test_canonical);
  g_test_add_func ("/outbound/url/refuses-what-is-no-address", test_refused);
  g_test_add_func ("/outbound/url/tells-no-secrets-in-messages", test_messages);
  g_test_add_func ("/outbound/url/resolves-references", test_resolve);
  g_test_add_func ("/outbound/url/tells-origins-apart", test_origin);

  return g_test_run ();
}
