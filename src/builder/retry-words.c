/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/retry-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define SECOND_MS 1000
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * (gint64) HOUR_MS)

void
enlace_retry_init_default (EnlaceRetry *self)
{
  *self = (EnlaceRetry) { .max_attempts = 5, .initial_ms = 1000, .factor = 2, .max_ms = 300000 };
}

gboolean
enlace_retry_read (EnlaceRetry *self,
                   EnlaceValue *value)
{
  enlace_retry_init_default (self);
  if (value == NULL || enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    return FALSE;

  self->max_attempts = enlace_value_get_member_int (value, "max_attempts", 1);
  self->initial_ms = enlace_value_get_member_int (value, "initial_ms", 1000);
  self->max_ms = enlace_value_get_member_int (value, "max_ms", 300000);
  self->factor = enlace_value_get_member_double (value, "factor", 2);

  return self->max_attempts > 1;
}

EnlaceValue *
enlace_retry_to_value (const EnlaceRetry *self,
                       EnlaceValue       *previous)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; previous != NULL && i < enlace_value_get_length (previous); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (previous, i)),
                            enlace_value_get_member_value (previous, i));

  enlace_map_builder_add_int (builder, "max_attempts", self->max_attempts);
  enlace_map_builder_add_int (builder, "initial_ms", self->initial_ms);
  if (self->factor == floor (self->factor))
    enlace_map_builder_add_int (builder, "factor", (gint64) self->factor);
  else
    enlace_map_builder_add_double (builder, "factor", self->factor);
  enlace_map_builder_add_int (builder, "max_ms", self->max_ms);

  return enlace_map_builder_end (builder);
}

gint64
enlace_retry_total_wait (const EnlaceRetry *self)
{
  double wait = (double) self->initial_ms;
  double total = 0;

  for (gint64 i = 1; i < self->max_attempts; i++)
    {
      total += MIN (wait, (double) self->max_ms);
      wait = MIN (wait * self->factor, (double) self->max_ms);
    }

  return (gint64) total;
}

/* One and many of the same, for translators (see po/meson.build). */
#define NP_(one, many) one, many

char *
enlace_words_for_duration (gint64 milliseconds)
{
  static const struct {
    gint64      unit_ms;
    const char *one;
    const char *many;
  } units[] = {
    { DAY_MS, NP_("%d day", "%d days") },
    { HOUR_MS, NP_("%d hour", "%d hours") },
    { MINUTE_MS, NP_("%d minute", "%d minutes") },
    { SECOND_MS, NP_("%d second", "%d seconds") },
  };
  int number;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      double exact = (double) milliseconds / (double) units[i].unit_ms;

      number = (int) round (exact);
      if (exact >= 1 && fabs (exact - number) <= 0.1 * exact)
        {
          /* Translators: a length of time, inside "Try 5 times over %s, then stop" */
          const char *format = g_dngettext (NULL, units[i].one, units[i].many, number);
          g_autofree char *digits = g_strdup_printf ("%d", number);
          g_auto(GStrv) parts = g_strsplit (format, "%d", 2);

          return g_strjoinv (digits, parts);
        }
    }

  return g_strdup_printf (ngettext ("%d millisecond", "%d milliseconds", (int) milliseconds), (int) milliseconds);
}

char *
enlace_retry_describe (const EnlaceRetry *self)
{
  g_autofree char *duration = NULL;
  gint64 total;

  if (self == NULL || self->max_attempts < 2)
    return g_strdup (_("Try once, then stop"));

  total = enlace_retry_total_wait (self);
  if (total == 0)
    return g_strdup_printf (ngettext ("Try %d time at once, then stop", "Try %d times at once, then stop", (int) self->max_attempts),
                            (int) self->max_attempts);

  duration = enlace_words_for_duration (total);

  /* Translators: how often a step is tried again when it fails; %s is a length of time such as "31 minutes" */
  return g_strdup_printf (ngettext ("Try %d time over %s, then stop", "Try %d times over %s, then stop", (int) self->max_attempts),
                          (int) self->max_attempts, duration);
}
