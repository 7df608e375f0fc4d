/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "server/options.h"

#include <glib/gstdio.h>
#include <string.h>

static EnlaceOptions *
parse (const char *const  *arguments,
       GError            **error)
{
  g_auto(GStrv) owned = g_strdupv ((char **) arguments);
  g_autofree char **argv = g_memdup2 (owned, (g_strv_length (owned) + 1) * sizeof (char *));
  int argc = g_strv_length (owned);

  return enlace_options_parse (ENLACE_OPTIONS_SERVE, NULL, &argc, &argv, error);
}

static char *
write_config (const char *text)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("enlace-config-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));

  return path;
}

static void
test_defaults (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = parse ((const char *[]) { "enlaced", NULL }, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (options->data_dir, "/enlace"));
  g_assert_cmpstr (options->listen, ==, "127.0.0.1:7200");
  g_assert_cmpstr (options->log_format, ==, "text");
  g_assert_cmpstr (options->tier, ==, "free");
  g_assert_cmpuint (g_strv_length (options->allow_addresses), ==, 0);
  g_assert_null (options->public_url);
  g_assert_cmpint (options->key_fd, ==, -1);
  g_assert_cmpint (options->parent_fd, ==, -1);
}

static void
test_file_and_command_line (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = write_config ("[enlaced]\nlisten=127.0.0.1:1\ntier=enterprise\nallow-address=10.0.0.0/8;fc00::/7\npublic-url=https://hooks.example.org/\n");
  g_autoptr(EnlaceOptions) options = parse ((const char *[]) { "enlaced", "--config", path, "--listen", "127.0.0.1:2", "--allow-address",
                                                               "127.0.0.0/8", NULL }, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (options->listen, ==, "127.0.0.1:2");
  g_assert_cmpstr (options->tier, ==, "enterprise");
  g_assert_cmpstr (options->public_url, ==, "https://hooks.example.org");
  g_assert_cmpuint (g_strv_length (options->allow_addresses), ==, 3);
  g_assert_true (g_strv_contains ((const char *const *) options->allow_addresses, "fc00::/7"));
  g_assert_true (g_strv_contains ((const char *const *) options->allow_addresses, "127.0.0.0/8"));
  g_unlink (path);
}

static void
refuses (const char *text,
         const char *word)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = write_config (text);

  g_assert_null (parse ((const char *[]) { "enlaced", "--config", path, NULL }, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, word));
  g_unlink (path);
}

static void
test_refusals (void)
{
  g_autoptr(GError) error = NULL;

  refuses ("[enlaced]\nlisten=127.0.0.1:1\nlisen=x\n", "lisen");
  refuses ("[enlaced]\ntier=gold\n", "gold");
  refuses ("[enlaced]\nlog-format=xml\n", "xml");
  refuses ("[enlaced]\npublic-url=ftp://example.org\n", "public-url");
  refuses ("[enlaced]\npublic-url=https://example.org/?a=1\n", "public-url");
  refuses ("[enlaced]\nmail-server=smtp://mail.example.org\n", "mail-from");
  refuses ("[enlaced]\nmail-from=enlace@example.org\n", "mail-server");
  refuses ("[other]\nlisten=127.0.0.1:1\n", "enlaced");
  refuses ("no key file", "/");

  g_assert_null (parse ((const char *[]) { "enlaced", "--no-such-option", NULL }, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/have-defaults", test_defaults);
  g_test_add_func ("/options/command-line-wins-over-file-and-lists-join", test_file_and_command_line);
  g_test_add_func ("/options/refuse-what-they-do-not-know", test_refusals);

  return g_test_run ();
}
