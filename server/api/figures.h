/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is counted apart: an address of a workflow, the management API, the live feed, everything else. */
typedef enum {
  ENLACE_CLASS_HOOK,
  ENLACE_CLASS_API,
  ENLACE_CLASS_FEED,
  ENLACE_CLASS_SYSTEM,
  ENLACE_N_CLASSES,
} EnlaceRequestClass;

/**
 * EnlaceFigures:
 *
 * Counts of requests by class and status, and how long they took. Recording is a few relaxed atomic additions from any thread.
 */
typedef struct _EnlaceFigures EnlaceFigures;

EnlaceFigures      *enlace_figures_new      (void);
void                enlace_figures_free     (EnlaceFigures      *self);

EnlaceRequestClass  enlace_class_for_path   (const char         *path);  /* of a route */
void                enlace_figures_record   (EnlaceFigures      *self,
                                             EnlaceRequestClass  class,
                                             guint               status,
                                             gint64              usec);
void                enlace_figures_add_connections (EnlaceFigures *self,
                                             int                 change);
/* The OpenMetrics text of these figures, without the closing `# EOF`. */
void                enlace_figures_append   (EnlaceFigures      *self,
                                             GString            *out);

/* One gauge or counter of the OpenMetrics text. `type` is "gauge" or "counter"; a counter's sample gets the suffix `_total`. */
void                enlace_metric_append    (GString            *out,
                                             const char         *name,
                                             const char         *type,
                                             const char         *help,
                                             double              value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceFigures, enlace_figures_free)

G_END_DECLS
