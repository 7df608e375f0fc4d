/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/figures.h"

#define N_STATUSES 6

static const char *const class_names[ENLACE_N_CLASSES] = { "hook", "api", "feed", "system" };

/* Upper bounds in microseconds and their text in seconds. */
static const struct {
  gint64 usec;
  const char *seconds;
} buckets[] = {
  { 500, "0.0005" },
  { 1000, "0.001" },
  { 2500, "0.0025" },
  { 5000, "0.005" },
  { 10000, "0.01" },
  { 25000, "0.025" },
  { 50000, "0.05" },
  { 100000, "0.1" },
  { 250000, "0.25" },
  { 1000000, "1.0" },
  { 5000000, "5.0" },
  { 30000000, "30.0" },
};

typedef struct {
  guint64 by_status[N_STATUSES];
  guint64 by_time[G_N_ELEMENTS (buckets) + 1];
  guint64 usec;
} ClassFigures;

struct _EnlaceFigures
{
  ClassFigures classes[ENLACE_N_CLASSES];
  gint64 connections;
};

static inline void
add (guint64 *counter,
     guint64  amount)
{
  __atomic_fetch_add (counter, amount, __ATOMIC_RELAXED);
}

static inline guint64
get (const guint64 *counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

EnlaceFigures *
enlace_figures_new (void)
{
  return g_new0 (EnlaceFigures, 1);
}

void
enlace_figures_free (EnlaceFigures *self)
{
  g_free (self);
}

EnlaceRequestClass
enlace_class_for_path (const char *path)
{
  if (g_str_has_prefix (path, "/hooks/"))
    return ENLACE_CLASS_HOOK;
  if (g_str_equal (path, "/api/integrations/feed"))
    return ENLACE_CLASS_FEED;
  if (g_str_has_prefix (path, "/api/integrations/"))
    return ENLACE_CLASS_API;

  return ENLACE_CLASS_SYSTEM;
}

void
enlace_figures_record (EnlaceFigures      *self,
                       EnlaceRequestClass  class,
                       guint               status,
                       gint64              usec)
{
  ClassFigures *figures = &self->classes[class];
  gsize bucket = 0;

  while (bucket < G_N_ELEMENTS (buckets) && usec > buckets[bucket].usec)
    bucket++;

  add (&figures->by_status[MIN (status / 100, N_STATUSES - 1)], 1);
  add (&figures->by_time[bucket], 1);
  add (&figures->usec, (guint64) MAX (usec, 0));
}

void
enlace_figures_add_connections (EnlaceFigures *self,
                                int            change)
{
  __atomic_fetch_add (&self->connections, change, __ATOMIC_RELAXED);
}

static void
append_histogram (GString            *out,
                  const char         *class,
                  const ClassFigures *figures)
{
  char sum[G_ASCII_DTOSTR_BUF_SIZE];
  guint64 total = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (buckets); i++)
    {
      total += get (&figures->by_time[i]);
      g_string_append_printf (out, "enlace_http_request_seconds_bucket{class=\"%s\",le=\"%s\"} %" G_GUINT64_FORMAT "\n",
                              class, buckets[i].seconds, total);
    }
  total += get (&figures->by_time[G_N_ELEMENTS (buckets)]);
  g_ascii_formatd (sum, sizeof sum, "%.6f", (double) get (&figures->usec) / 1e6);
  g_string_append_printf (out, "enlace_http_request_seconds_bucket{class=\"%s\",le=\"+Inf\"} %" G_GUINT64_FORMAT "\n", class, total);
  g_string_append_printf (out, "enlace_http_request_seconds_sum{class=\"%s\"} %s\n", class, sum);
  g_string_append_printf (out, "enlace_http_request_seconds_count{class=\"%s\"} %" G_GUINT64_FORMAT "\n", class, total);
}

void
enlace_figures_append (EnlaceFigures *self,
                       GString       *out)
{
  g_string_append (out, "# TYPE enlace_http_requests counter\n"
                        "# HELP enlace_http_requests Requests answered, by class and first digit of the status.\n");
  for (gsize i = 0; i < ENLACE_N_CLASSES; i++)
    for (gsize status = 1; status < N_STATUSES; status++)
      {
        guint64 count = get (&self->classes[i].by_status[status]);

        if (count > 0)
          g_string_append_printf (out, "enlace_http_requests_total{class=\"%s\",status=\"%" G_GSIZE_FORMAT "xx\"} %" G_GUINT64_FORMAT "\n",
                                  class_names[i], status, count);
      }

  g_string_append (out, "# TYPE enlace_http_request_seconds histogram\n"
                        "# UNIT enlace_http_request_seconds seconds\n"
                        "# HELP enlace_http_request_seconds From the request line to the end of the reply.\n");
  for (gsize i = 0; i < ENLACE_N_CLASSES; i++)
    append_histogram (out, class_names[i], &self->classes[i]);

  enlace_metric_append (out, "enlace_http_connections", "gauge", "Open connections.",
                        (double) __atomic_load_n (&self->connections, __ATOMIC_RELAXED));
}

void
enlace_metric_append (GString    *out,
                      const char *name,
                      const char *type,
                      const char *help,
                      double      value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (text, sizeof text, value);
  g_string_append_printf (out, "# TYPE %s %s\n# HELP %s %s\n%s%s %s\n", name, type, name, help, name,
                          g_str_equal (type, "counter") ? "_total" : "", text);
}
