/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A wall clock that is set while runs wait for their next attempt: none is lost, none waits for an hour. */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/runs.h"
#include "tests/support/shim.h"
#include "tests/support/waiting.h"

#define HOUR (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

static const char *const options[] = { "--allow-address", "127.0.0.0/8", NULL };

static void
jump (gint64 offset)
{
  guint port;
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *address = test_waiting_publish (server, port, 1000);
  g_autoptr(GPtrArray) ids = test_waiting_send (server, address, 10);
  g_autoptr(GPtrArray) later = NULL;
  g_autoptr(TestReceiver) receiver = NULL;
  g_autoptr(GHashTable) statuses = NULL;

  test_shim_set_clock_offset (shim, offset);
  later = test_waiting_send (server, address, 10);
  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (ids, g_strdup (g_ptr_array_index (later, i)));
  receiver = test_receiver_new_at (socket);
  test_waiting_check (server, receiver, ids, 8);

  statuses = test_runs_list (server);
  g_assert_cmpuint (g_hash_table_size (statuses), ==, 20);
  g_assert_cmpint (test_server_stop (server), ==, 0);
}

static void
test_forward (void)
{
  jump (HOUR);
}

static void
test_back (void)
{
  jump (-HOUR);
}

/* The clock is wrong when the server starts again: what was to wait a second does not wait an hour. */
static void
test_back_at_a_start (void)
{
  guint port;
  g_autoptr(TestShim) shim = test_shim_new ();
  g_autoptr(GSocket) socket = test_waiting_reserve (&port);
  g_autoptr(TestServer) server = test_server_new (options);
  g_autofree char *address = test_waiting_publish (server, port, 1000);
  g_autoptr(GPtrArray) ids = test_waiting_send (server, address, 10);
  g_autoptr(TestReceiver) receiver = NULL;

  test_server_kill (server);
  test_shim_set_clock_offset (shim, -HOUR);
  receiver = test_receiver_new_at (socket);
  test_server_start (server);
  test_waiting_check (server, receiver, ids, 8);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/jumps-forward", test_forward);
  g_test_add_func ("/clock/jumps-back", test_back);
  g_test_add_func ("/clock/jumps-back-at-a-start", test_back_at_a_start);

  return g_test_run ();
}
