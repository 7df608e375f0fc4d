/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/server/outbound/exchange.h"
#include "tests/server/outbound/hostile-server.h"

/* A name server that takes questions and never answers, at the address that this process's own /etc/resolv.conf names, in a
 * network and a file tree of its own. */
static int name_server = -1;

static gboolean
write_text (const char *path, const char *text)
{
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL);
}

static gboolean
bring_loopback_up (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean done;

  done = ioctl (fd, SIOCGIFFLAGS, &request) == 0;
  request.ifr_flags |= IFF_UP | IFF_RUNNING;
  done = done && ioctl (fd, SIOCSIFFLAGS, &request) == 0;
  close (fd);

  return done;
}

static gboolean
mount_file (const char *text, const char *target)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("outbound-XXXXXX", &path, NULL);
  gboolean done;

  if (fd < 0)
    return FALSE;
  close (fd);
  done = write_text (path, text) && mount (path, target, NULL, MS_BIND, NULL) == 0;
  g_unlink (path);

  return done;
}

static gboolean
open_name_server (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (53) };

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  name_server = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  return name_server >= 0 && bind (name_server, (const struct sockaddr *) &address, sizeof address) == 0;
}

/* Before the first thread. FALSE where the system gives no name spaces to tests. */
static gboolean
enter_own_world (void)
{
  if (unshare (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) != 0)
    return FALSE;

  return bring_loopback_up () && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount_file ("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n", "/etc/resolv.conf") &&
         mount_file ("hosts: files dns\n", "/etc/nsswitch.conf") && open_name_server ();
}

static void
wait_question (void)
{
  char question[512];

  g_assert_cmpint (recv (name_server, question, sizeof question, 0), >, 0);
}

static gboolean
has_world (void)
{
  if (name_server >= 0)
    return TRUE;
  g_test_skip ("this system gives tests no user, mount and network name spaces");

  return FALSE;
}

static EnlaceOutboundRequest *
slow_request (void)
{
  return exchange_request ("POST", "http://slow.example.com/");
}

/* The time-out holds although the look-up goes on, and nothing has left. */
static void
test_time_out (void)
{
  g_autoptr(EnlaceOutboundRequest) request = NULL;
  g_autoptr(EnlaceOutbound) outbound = NULL;
  g_autoptr(GError) error = NULL;
  gint64 started = g_get_monotonic_time ();

  if (!has_world ())
    return;

  outbound = exchange_client ("127.0.0.0/8");
  request = slow_request ();
  enlace_outbound_request_set_connect_timeout (request, 300);
  g_assert_null (exchange_run (outbound, request, &error));
  wait_question ();
  g_assert_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_TIMEOUT);
  g_assert_false (enlace_outbound_error_may_have_left (error));
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * G_USEC_PER_SEC);
}

/* Others are answered while look-ups hang, and the end of the client waits for none of these. */
static void
test_others_and_free (void)
{
  g_autoptr(HostileServer) server = NULL;
  g_autoptr(EnlaceOutboundRequest) slow = NULL;
  g_autoptr(EnlaceOutboundRequest) quick = NULL;
  g_autoptr(GPtrArray) exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify) exchange_free);
  g_autofree char *url = NULL;
  EnlaceOutbound *outbound;
  gint64 started;

  if (!has_world ())
    return;

  server = hostile_server_new ();
  outbound = exchange_client ("127.0.0.0/8");
  slow = slow_request ();
  url = hostile_server_dup_url (server, "/echo");
  quick = exchange_request ("GET", url);
  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (exchanges, exchange_start (outbound, slow, NULL));
  wait_question ();

  started = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceOutboundReply) reply = exchange_run (outbound, quick, &error);

      g_assert_no_error (error);
    }
  g_assert_cmpint (g_get_monotonic_time () - started, <, 3 * G_USEC_PER_SEC);

  started = g_get_monotonic_time ();
  enlace_outbound_free (outbound);
  g_assert_cmpint (g_get_monotonic_time () - started, <, G_USEC_PER_SEC);
  for (guint i = 0; i < exchanges->len; i++)
    {
      Exchange *exchange = exchanges->pdata[i];

      g_assert_error (exchange->error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_CANCELLED);
      g_assert_false (enlace_outbound_error_may_have_left (exchange->error));
    }
}

static void
test_cancel (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(EnlaceOutboundRequest) request = NULL;
  g_autoptr(EnlaceOutbound) outbound = NULL;
  g_autoptr(Exchange) exchange = NULL;
  gint64 started;

  if (!has_world ())
    return;

  outbound = exchange_client ("127.0.0.0/8");
  request = slow_request ();
  exchange = exchange_start (outbound, request, cancellable);
  wait_question ();

  started = g_get_monotonic_time ();
  g_cancellable_cancel (cancellable);
  exchange_wait (exchange);
  g_assert_error (exchange->error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_CANCELLED);
  g_assert_false (enlace_outbound_error_may_have_left (exchange->error));
  g_assert_cmpint (g_get_monotonic_time () - started, <, G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  gboolean has_own_world = enter_own_world ();
  int status;

  if (!has_own_world && name_server >= 0)
    {
      close (name_server);
      name_server = -1;
    }

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbound/resolver/gives-up-in-time", test_time_out);
  g_test_add_func ("/outbound/resolver/holds-up-neither-others-nor-the-end", test_others_and_free);
  g_test_add_func ("/outbound/resolver/cancels-a-look-up", test_cancel);
  status = g_test_run ();

  /* Threads that still wait for the name server end with the process, not before. */
  fflush (NULL);
  _exit (status);
}
