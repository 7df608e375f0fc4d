/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/http/fixture.h"

static void
test_serves (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(ClientReply) reply = client_request (fixture->port, "GET", "/later", NULL, NULL);

  g_assert_cmpuint (reply->status, ==, 204);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/http/door/serves", Fixture, NULL, fixture_set_up, test_serves, fixture_tear_down);

  return g_test_run ();
}
