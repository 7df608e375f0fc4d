/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/**
 * EnlaceStepChange:
 *
 * A change of the store that goes into the commit that records a step. @apply runs on the writer's thread inside the commit's savepoint; where it
 * fails with ENLACE_STORE_ERROR_CONFLICT nothing of the commit is kept and the step is run again.
 */
typedef struct _EnlaceStepChange EnlaceStepChange;
struct _EnlaceStepChange {
  gboolean (*apply) (EnlaceStepChange  *self,
                     EnlaceWriter      *writer,
                     GError           **error);
  void     (*done)  (EnlaceStepChange  *self);     /* nullable: after the commit; in the run's fiber */
  void     (*free)  (EnlaceStepChange  *self);
  guint      start;           /* the journal's: the bytes of its entry */
  guint      length;
  gboolean  *is_conflict;     /* the journal's, nullable: set where it could not be applied */
};

G_END_DECLS
