/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/server/http/fixture.h"

/* Serves the routes of the tests for as many seconds as its argument says, for a load generator:
 *   http-benchmark 30 &  wrk -t2 -c64 -d10 http://127.0.0.1:PORT/echo/t */
int
main (int    argc,
      char **argv)
{
  guint seconds = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 1;
  Fixture fixture = { 0 };

  fixture_set_up (&fixture, NULL);
  g_print ("http://127.0.0.1:%u\n%s", fixture.port, fixture.bearer);
  g_usleep (seconds * G_USEC_PER_SEC);
  fixture_tear_down (&fixture, NULL);

  return 0;
}
