/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* Where the triggers of live workflows stand that begin runs by themselves: schedules and polls. */

typedef struct {
  EnlaceUuid  workflow_id;
  gint64      settled;        /* all ticks up to it are dealt with; seconds since 1970 */
  GBytes     *cursor;         /* of a poll; sealed, nullable */
  gint64      failures;       /* of a poll, in a row */
} EnlaceTriggerRow;

/* Begins at `settled`, or moves forward to it. A workflow that is gone is left out. */
gboolean    enlace_schedules_open         (EnlaceWriter      *writer,
                                           const EnlaceUuid  *workflow_id,
                                           gint64             settled,
                                           GError           **error);
/* Moves forward. CONFLICT where it is there already, or the workflow is not live any more: then nothing of that transaction may stay. */
gboolean    enlace_schedules_settle       (EnlaceWriter      *writer,
                                           const EnlaceUuid  *workflow_id,
                                           gint64             settled,
                                           GError           **error);
/* Of a poll: after one that worked (`failures` 0, and `cursor`), or one that did not (the cursor stays). CONFLICT as above. */
gboolean    enlace_schedules_note_poll    (EnlaceWriter      *writer,
                                           const EnlaceUuid  *workflow_id,
                                           gint64             settled,
                                           gint64             failures,
                                           GBytes            *cursor,
                                           GError           **error);
gboolean    enlace_schedules_close        (EnlaceWriter      *writer,
                                           const EnlaceUuid  *workflow_id,
                                           GError           **error);
/* Forgets those of workflows that are not live. */
gboolean    enlace_schedules_sweep        (EnlaceWriter      *writer,
                                           GError           **error);
/* All of them (EnlaceTriggerRow). */
GPtrArray  *enlace_schedules_list         (EnlaceReader      *reader,
                                           GError           **error);
/* One, NULL without @error: there is none. */
EnlaceTriggerRow *enlace_schedules_get    (EnlaceReader      *reader,
                                           const EnlaceUuid  *workflow_id,
                                           GError           **error);
void        enlace_trigger_row_free       (EnlaceTriggerRow  *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceTriggerRow, enlace_trigger_row_free)

G_END_DECLS
