/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <string.h>

#include "common/schedule/schedule.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char *const zones[] = { "UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago" };

/* What can be read fires, its ticks go forward, and the way back finds them. */
static void
try_schedule (EnlaceSchedule *schedule)
{
  gint64 tick = G_GINT64_CONSTANT (1767225600), before, previous;
  g_autofree char *sentence = enlace_schedule_describe (schedule, NULL);

  g_assert_true (g_utf8_validate (sentence, -1, NULL));
  for (guint i = 0; i < 4; i++)
    {
      before = tick;
      g_assert_true (enlace_schedule_get_next (schedule, before, &tick));
      g_assert_cmpint (tick, >, before);
      g_assert_true (enlace_schedule_get_previous (schedule, tick + 1, before + 1, &previous));
      g_assert_cmpint (previous, ==, tick);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSchedule) schedule = enlace_schedule_new_cron (text, zones[size % G_N_ELEMENTS (zones)], &error);

  g_assert_true ((schedule == NULL) == (error != NULL));
  if (schedule != NULL)
    try_schedule (schedule);

  return 0;
}
