/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/engine.h"

G_BEGIN_DECLS

/**
 * EnlaceReplay:
 *
 * How a run is made from another: whole, from a step on, or one step alone. What is kept of the other is not run again; its results are the new run's.
 */
typedef struct {
  EnlacePlan  *plan;        /* borrowed: the same version, a newer one, or a draft */
  EnlaceValue *trigger;     /* nullable: that of the other run */
  const char  *from;        /* nullable: the step that is run again, and what comes after it */
  const char  *path;        /* nullable: where it is in loops and branches, "3" or "3.1" */
  const char  *only;        /* nullable: this step alone is run, with the results of the others */
  const char  *until;       /* nullable: it ends after this step */
  EnlaceValue *outputs;     /* nullable: a map of node → output in the place of what was recorded, of steps at the root or beside `from` */
  gboolean     is_test;
  const char  *event_key;   /* nullable */
  EnlaceWait   wait;
  guint        wait_ms;
} EnlaceReplay;

/* Begins it. FALSE with an error (INVALID: what is asked for cannot be): `func` is not called. */
gboolean enlace_engine_replay (EnlaceEngine              *self,
                               const EnlaceExecutionRow  *row,
                               GPtrArray                 *journal,
                               const EnlaceReplay        *replay,
                               EnlaceOutcomeFunc          func,
                               gpointer                   data,
                               GError                   **error);

G_END_DECLS
