/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "server/outbound/address-guard.h"
#include "tests/server/outbound/vectors.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_doc, yyjson_doc_free)

static EnlaceAddressGuard *
guard_new (const char *allowed)
{
  const char *list[] = { allowed, NULL };
  GError *error = NULL;
  EnlaceAddressGuard *guard = enlace_address_guard_new (list, &error);

  g_assert_no_error (error);
  g_assert_nonnull (guard);

  return guard;
}

static gboolean
passes (EnlaceAddressGuard *guard, const char *address)
{
  struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons (80) };
  struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons (80) };
  g_autoptr(GError) error = NULL;
  gboolean by_text = enlace_address_guard_check_text (guard, address, NULL);
  gboolean by_socket;

  if (strchr (address, ':') != NULL)
    {
      g_assert_cmpint (inet_pton (AF_INET6, address, &v6.sin6_addr), ==, 1);
      by_socket = enlace_address_guard_check (guard, (const struct sockaddr *) &v6, sizeof v6, &error);
    }
  else
    {
      g_assert_cmpint (inet_pton (AF_INET, address, &v4.sin_addr), ==, 1);
      by_socket = enlace_address_guard_check (guard, (const struct sockaddr *) &v4, sizeof v4, &error);
    }

  g_assert_true (by_text == by_socket);
  if (!by_socket)
    {
      g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS);
      g_assert_false (enlace_outbound_error_may_have_left (error));
    }

  return by_socket;
}

/* Every vector of `list` that has an address. */
static void
check_list (yyjson_val *root, const char *list, gboolean expected)
{
  g_autoptr(EnlaceAddressGuard) guard = guard_new (NULL);
  yyjson_arr_iter iter = yyjson_arr_iter_with (yyjson_obj_get (root, list));
  yyjson_val *entry;
  guint n_checked = 0;

  g_assert_cmpuint (iter.max, >, 0);
  while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
    {
      const char *address = yyjson_get_str (yyjson_obj_get (entry, "address"));

      if (address == NULL)
        continue;
      if (passes (guard, address) != expected)
        g_error ("%s (%s): should %sbe refused", address, yyjson_get_str (yyjson_obj_get (entry, "why")),
                 expected ? "not " : "");
      n_checked++;
    }
  g_assert_cmpuint (n_checked, >, 40);
}

static void
test_vectors (void)
{
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("ssrf.json");

  if (document == NULL)
    return;

  check_list (yyjson_doc_get_root (document), "refuse", FALSE);
  check_list (yyjson_doc_get_root (document), "accept", TRUE);
}

/* Of a range that is refused, its first address; one to be decided by the IPv4 address inside is either's to say. */
static void
test_registry (void)
{
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("ssrf.json");
  g_autoptr(EnlaceAddressGuard) guard = guard_new (NULL);
  yyjson_arr_iter iter;
  yyjson_val *entry;

  if (document == NULL)
    return;

  iter = yyjson_arr_iter_with (yyjson_obj_get (yyjson_doc_get_root (document), "ranges"));
  while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
    {
      g_auto(GStrv) parts = g_strsplit (yyjson_get_str (yyjson_obj_get (entry, "cidr")), "/", 2);
      g_autoptr(EnlaceAddressGuard) opened = guard_new (yyjson_get_str (yyjson_obj_get (entry, "cidr")));

      if (g_str_equal (yyjson_get_str (yyjson_obj_get (entry, "guard")), "refuse"))
        g_assert_false (passes (guard, parts[0]));
      g_assert_true (passes (opened, parts[0]));
    }
}

static void
test_resolutions (void)
{
  g_autoptr(yyjson_doc) document = enlace_test_load_vectors ("ssrf.json");
  g_autoptr(EnlaceAddressGuard) guard = guard_new (NULL);
  yyjson_arr_iter iter;
  yyjson_val *entry;

  if (document == NULL)
    return;

  iter = yyjson_arr_iter_with (yyjson_obj_get (yyjson_doc_get_root (document), "resolutions"));
  while ((entry = yyjson_arr_iter_next (&iter)) != NULL)
    {
      yyjson_val *answers = yyjson_obj_get (entry, "answers");
      yyjson_val *last = yyjson_arr_get_last (answers);
      const char *expected = yyjson_get_str (yyjson_obj_get (entry, "guard"));
      guint n_refused = 0;

      for (gsize i = 0; i < yyjson_arr_size (last); i++)
        n_refused += !passes (guard, yyjson_get_str (yyjson_arr_get (last, i)));

      if (g_str_has_prefix (expected, "refuse"))
        g_assert_cmpuint (n_refused, >, 0);
      else
        g_assert_cmpuint (n_refused, ==, 0);
    }
}

static void
test_opened (void)
{
  const char * const allowed[] = { "127.0.0.0/8", "10.1.2.3", "fd00::/8", "::ffff:192.168.7.0/120", NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceAddressGuard) guard = enlace_address_guard_new (allowed, &error);

  g_assert_no_error (error);
  g_assert_true (passes (guard, "127.0.0.1"));
  g_assert_true (passes (guard, "127.255.255.255"));
  g_assert_true (passes (guard, "::ffff:127.0.0.1"));
  g_assert_true (passes (guard, "10.1.2.3"));
  g_assert_false (passes (guard, "10.1.2.2"));
  g_assert_false (passes (guard, "10.1.2.4"));
  g_assert_true (passes (guard, "fd12::1"));
  g_assert_false (passes (guard, "fc00::1"));
  g_assert_false (passes (guard, "::1"));
  g_assert_true (passes (guard, "192.168.7.9"));
  g_assert_false (passes (guard, "192.168.8.9"));
}

/* Opening all of IPv6 does not open IPv4 by the back door of mapped addresses. */
static void
test_everything_of_v6 (void)
{
  g_autoptr(EnlaceAddressGuard) guard = guard_new ("::/0");

  g_assert_true (passes (guard, "::1"));
  g_assert_true (passes (guard, "fe80::1"));
  g_assert_false (passes (guard, "127.0.0.1"));
  g_assert_false (passes (guard, "::ffff:127.0.0.1"));
}

static void
test_inside (void)
{
  g_autoptr(EnlaceAddressGuard) guard = guard_new (NULL);

  g_assert_true (passes (guard, "::ffff:8.8.8.8"));
  g_assert_true (passes (guard, "64:ff9b::8.8.8.8"));
  g_assert_false (passes (guard, "64:ff9b::10.0.0.1"));
  g_assert_false (passes (guard, "::8.8.8.8"));
  g_assert_false (passes (guard, "2002:808:808::1"));
  g_assert_false (passes (guard, "2001:0:808:808::1"));
  g_assert_false (passes (guard, "4000::1"));
  g_assert_false (passes (guard, "200::1"));
}

static void
test_bad_ranges (void)
{
  const char * const wrong[] = { "",          "127.0.0.1/33", "::1/129",     "127.0.0.1/",  "127.0.0.1/-1", "localhost",
                                 "127.1/8",   "127.0.0.0/8/8", "10.0.0.1/8", "fd00::1/8",   "0x7f.0.0.0/8", "010.0.0.0/8",
                                 "[::1]/128", "fe80::1%lo/64", "127.0.0.0/ 8", "127.0.0.0/+8" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      const char *list[] = { "192.168.0.0/16", wrong[i], NULL };
      g_autoptr(GError) error = NULL;

      g_assert_null (enlace_address_guard_new (list, &error));
      g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_RANGE);
      g_assert_nonnull (strstr (error->message, wrong[i]));
    }
}

static void
test_other_families (void)
{
  g_autoptr(EnlaceAddressGuard) guard = guard_new ("0.0.0.0/0");
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/run/secret" };
  struct sockaddr_in cut = { .sin_family = AF_INET };

  g_assert_false (enlace_address_guard_check (guard, (const struct sockaddr *) &address, sizeof address, NULL));
  g_assert_false (enlace_address_guard_check (guard, (const struct sockaddr *) &cut, 4, NULL));
}

static void
test_hosts (void)
{
  const char * const refused[] = { "localhost", "localhost.", "LOCALHOST", "foo.localhost", "localhost.localdomain",
                                   "ip6-localhost", "metadata.google.internal", "127.0.0.1", "[::1]", "[fd00::1]" };
  const char * const passed[] = { "example.com", "localhost.example.com", "notlocalhost", "127.0.0.1.example.com",
                                  "8.8.8.8", "[2606:4700:4700::1111]" };
  g_autoptr(EnlaceAddressGuard) guard = guard_new (NULL);
  g_autoptr(EnlaceAddressGuard) loopback = guard_new ("127.0.0.0/8");

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (enlace_address_guard_check_host (guard, refused[i], &error));
      g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (passed); i++)
    g_assert_true (enlace_address_guard_check_host (guard, passed[i], NULL));

  g_assert_true (enlace_address_guard_check_host (loopback, "localhost", NULL));
  g_assert_true (enlace_address_guard_check_host (loopback, "ip6-localhost", NULL));
  g_assert_false (enlace_address_guard_check_host (loopback, "metadata.google.internal", NULL));
}

static void
test_message (void)
{
  g_autoptr(EnlaceAddressGuard) guard = guard_new (NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false (enlace_address_guard_check_text (guard, "10.0.0.5", &error));
  g_assert_cmpstr (error->message, ==, "The address 10.0.0.5 is closed to outgoing requests: private use (RFC 1918)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/outbound/address-guard/agrees-with-the-vectors", test_vectors);
  g_test_add_func ("/outbound/address-guard/refuses-every-special-range-until-opened", test_registry);
  g_test_add_func ("/outbound/address-guard/decides-answers-of-a-name-server", test_resolutions);
  g_test_add_func ("/outbound/address-guard/opens-what-is-allowed-and-no-more", test_opened);
  g_test_add_func ("/outbound/address-guard/keeps-ipv4-closed-when-ipv6-is-open", test_everything_of_v6);
  g_test_add_func ("/outbound/address-guard/looks-inside-mapped-and-translated-addresses", test_inside);
  g_test_add_func ("/outbound/address-guard/names-the-wrong-range", test_bad_ranges);
  g_test_add_func ("/outbound/address-guard/refuses-other-families", test_other_families);
  g_test_add_func ("/outbound/address-guard/knows-the-names-of-this-machine", test_hosts);
  g_test_add_func ("/outbound/address-guard/says-why", test_message);

  return g_test_run ();
}
