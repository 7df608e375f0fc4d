/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/server/outbound/exchange.h"
#include "tests/server/outbound/hostile-server.h"

/* A TLS server with a certificate that it signed itself, for 127.0.0.1: `openssl s_server`, which serves the files of its
 * folder as whole replies. It has one connection at a time, so each reply says that it closes its own. */
typedef struct {
  char *folder;
  char *certificate;
  GSubprocess *process;
  guint port;
  EnlaceOutbound *outbound;
} Fixture;

static void
make_certificate (Fixture *fixture, const char *key)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "openssl", "req",
                              "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
                              "-out", fixture->certificate, "-days", "2", "-subj", "/CN=enlace test", "-addext",
                              "subjectAltName=IP:127.0.0.1", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
}

/* It says `ACCEPT 127.0.0.1:PORT` when it is ready. */
static void
read_port (Fixture *fixture)
{
  g_autoptr(GDataInputStream) output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->process));

  while (fixture->port == 0)
    {
      g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

      g_assert_nonnull (line);
      if (g_str_has_prefix (line, "ACCEPT "))
        fixture->port = (guint) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
    }
  /* The stream is the process's own: it stays open. */
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (output), FALSE);
}

static void
write_reply (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                                       G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                                       G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *key = NULL;
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("outbound-XXXXXX", NULL);
  fixture->certificate = g_build_filename (fixture->folder, "certificate.pem", NULL);
  key = g_build_filename (fixture->folder, "key.pem", NULL);
  fixture->outbound = exchange_client ("127.0.0.0/8");
  make_certificate (fixture, key);
  write_reply (fixture, "fine", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nsecret");

  g_subprocess_launcher_set_cwd (launcher, fixture->folder);
  fixture->process = g_subprocess_launcher_spawn (launcher, &error, "openssl", "s_server", "-accept", "127.0.0.1:0", "-HTTP",
                                                  "-cert", fixture->certificate, "-key", key, NULL);
  g_assert_no_error (error);
  read_port (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char * const names[] = { "certificate.pem", "key.pem", "fine", "down" };

  enlace_outbound_free (fixture->outbound);
  g_subprocess_force_exit (fixture->process);
  g_subprocess_wait (fixture->process, NULL, NULL);
  g_object_unref (fixture->process);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->certificate);
}

static EnlaceOutboundRequest *
request_for (Fixture *fixture, const char *host, const char *path)
{
  g_autofree char *url = g_strdup_printf ("https://%s:%u%s", host, fixture->port, path);

  return exchange_request ("GET", url);
}

static void
assert_fails (Fixture *fixture, EnlaceOutboundRequest *request, EnlaceOutboundError code, gboolean may_have_left)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = exchange_run (fixture->outbound, request, &error);

  g_assert_null (reply);
  g_test_message ("%s", error->message);
  g_assert_error (error, ENLACE_OUTBOUND_ERROR, (int) code);
  g_assert_true (enlace_outbound_error_may_have_left (error) == may_have_left);
}

static void
test_unknown_authority (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "127.0.0.1", "/fine");

  assert_fails (fixture, request, ENLACE_OUTBOUND_ERROR_TLS, FALSE);
}

static void
test_authority (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "127.0.0.1", "/fine");
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) reply = NULL;

  enlace_outbound_set_authorities (fixture->outbound, fixture->certificate);
  reply = exchange_run (fixture->outbound, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (enlace_outbound_reply_get_body (reply)), ==, 6);

  enlace_outbound_set_authorities (fixture->outbound, NULL);
  assert_fails (fixture, request, ENLACE_OUTBOUND_ERROR_TLS, FALSE);
}

/* The certificate is in order, but for another host. */
static void
test_other_host (Fixture *fixture, gconstpointer data)
{
  g_autofree char *entry = g_strdup_printf ("other.example.com:%u:127.0.0.1", fixture->port);
  const char * const entries[] = { entry, NULL };
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "other.example.com", "/fine");

  enlace_outbound_set_hosts (fixture->outbound, entries);
  enlace_outbound_set_authorities (fixture->outbound, fixture->certificate);
  assert_fails (fixture, request, ENLACE_OUTBOUND_ERROR_TLS, FALSE);
}

static void
test_no_way_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr(HostileServer) plain = hostile_server_new ();
  g_autofree char *target = hostile_server_dup_url (plain, "/echo");
  g_autofree char *text = g_strdup_printf ("HTTP/1.1 302 Found\r\nLocation: %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", target);
  g_autoptr(EnlaceOutboundRequest) request = request_for (fixture, "127.0.0.1", "/down");

  write_reply (fixture, "down", text);
  enlace_outbound_set_authorities (fixture->outbound, fixture->certificate);
  assert_fails (fixture, request, ENLACE_OUTBOUND_ERROR_BAD_URL, TRUE);
  g_assert_cmpuint (hostile_server_get_n_connections (plain), ==, 0);
}

static void
add_test (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

static void
test_skipped (void)
{
  g_test_skip ("there is no openssl program to be the server");
}

int
main (int argc, char **argv)
{
  g_autofree char *openssl = g_find_program_in_path ("openssl");

  g_test_init (&argc, &argv, NULL);
  if (openssl == NULL)
    {
      g_test_add_func ("/outbound/tls/needs-openssl", test_skipped);
      return g_test_run ();
    }

  add_test ("/outbound/tls/refuses-an-unknown-authority", test_unknown_authority);
  add_test ("/outbound/tls/trusts-the-authorities-it-is-told", test_authority);
  add_test ("/outbound/tls/refuses-the-certificate-of-another-host", test_other_host);
  add_test ("/outbound/tls/follows-no-redirect-to-plain-http", test_no_way_down);

  return g_test_run ();
}
