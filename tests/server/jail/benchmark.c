/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/server/jail/fixture.h"

/* How long a warm call takes, one after the other. */

#define N_CALLS 2000

static int
compare_cb (gconstpointer a,
            gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
measure (EnlaceJail *jail,
         const char *name,
         const char *code,
         const char *input)
{
  g_autofree gint64 *times = g_new (gint64, N_CALLS);

  for (guint i = 0; i < N_CALLS; i++)
    {
      gint64 begin = g_get_monotonic_time ();
      g_autoptr(EnlaceJailResult) result = fixture_call (jail, code, input);

      times[i] = g_get_monotonic_time () - begin;
    }

  qsort (times, N_CALLS, sizeof *times, compare_cb);
  g_print ("jail, %s: median %" G_GINT64_FORMAT " us, 99 %%: %" G_GINT64_FORMAT " us\n", name, times[N_CALLS / 2], times[N_CALLS * 99 / 100]);
}

int
main (void)
{
  g_autoptr(EnlaceJail) jail = NULL;
  g_autoptr(EnlaceJailResult) first = NULL;

  dex_init ();
  jail = enlace_jail_new (fixture_get_program (), 0);
  first = fixture_call (jail, "return 1", "null");
  measure (jail, "one value", "return input", "1");
  measure (jail, "an order", "const total = input.lines.reduce((sum, x) => sum + x.price * x.quantity, 0); return { ...input, total }",
           "{\"id\":\"o1\",\"lines\":[{\"price\":10.5,\"quantity\":2},{\"price\":3,\"quantity\":1},{\"price\":7.25,\"quantity\":4}]}");

  return 0;
}
