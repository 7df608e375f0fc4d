/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/http/host.h"

static EnlaceHostList *
new_list (const char *address,
          const char *public_url)
{
  g_autoptr(GInetAddress) listens_on = g_inet_address_new_from_string (address);

  return enlace_host_list_new (listens_on, public_url);
}

static void
test_parse (void)
{
  static const struct { const char *text; const char *host; guint16 port; } hosts[] = {
    { "Example.COM", "example.com", 0 }, { "example.com:80", "example.com", 80 }, { "example.com:", "example.com", 0 },
    { "[::1]", "::1", 0 }, { "[FE80::1]:7200", "fe80::1", 7200 }, { "127.0.0.1:1", "127.0.0.1", 1 },
    { "", NULL, 0 }, { ":80", NULL, 0 }, { "[::1", NULL, 0 }, { "[]", NULL, 0 }, { "[x]", NULL, 0 }, { "[::1]x", NULL, 0 }, { "a:b", NULL, 0 },
    { "a:65536", NULL, 0 }, { "a:-1", NULL, 0 }, { "a b", NULL, 0 }, { "a/b", NULL, 0 }, { "u@a", NULL, 0 }, { "::1", NULL, 0 }, { "a,b", NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *host = NULL;
      guint16 port;

      g_test_message ("%s", hosts[i].text);
      g_assert_true (enlace_host_parse (hosts[i].text, &host, &port) == (hosts[i].host != NULL));
      g_assert_cmpstr (host, ==, hosts[i].host);
      if (host != NULL)
        g_assert_cmpuint (port, ==, hosts[i].port);
    }
}

static void
test_one_address (void)
{
  g_autoptr(EnlaceHostList) list = new_list ("192.0.2.7", NULL);
  g_autoptr(EnlaceHostList) six = new_list ("2001:db8::7", NULL);

  g_assert_true (enlace_host_list_has (list, "192.0.2.7:80"));
  g_assert_true (enlace_host_list_has (list, "localhost"));
  g_assert_false (enlace_host_list_has (list, "192.0.2.8"));
  g_assert_false (enlace_host_list_has (list, "example.com"));
  g_assert_false (enlace_host_list_has (list, NULL));
  g_assert_true (enlace_host_list_has (six, "[2001:db8::7]:80"));
  g_assert_true (enlace_host_list_has (six, "[2001:DB8:0:0:0:0:0:7]"));
  g_assert_false (enlace_host_list_has (six, "[2001:db8::8]"));
}

static void
test_all_addresses (void)
{
  static const char *const all[] = { "0.0.0.0", "::" };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr(EnlaceHostList) list = new_list (all[i], "https://flows.example.com/enlace");

      g_assert_true (enlace_host_list_has (list, "192.0.2.7:80"));
      g_assert_true (enlace_host_list_has (list, "[2001:db8::7]"));
      g_assert_true (enlace_host_list_has (list, "localhost:1"));
      g_assert_true (enlace_host_list_has (list, "FLOWS.example.com"));
      g_assert_false (enlace_host_list_has (list, "flows.example.com.evil.example"));
      g_assert_false (enlace_host_list_has (list, "evil.example"));
      g_assert_false (enlace_host_list_has (list, "192.0.2.7.evil.example"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http/host/is-parsed", test_parse);
  g_test_add_func ("/http/host/is-the-address-listened-on", test_one_address);
  g_test_add_func ("/http/host/is-any-address-where-all-are-listened-on", test_all_addresses);

  return g_test_run ();
}
