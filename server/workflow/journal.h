/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"

G_BEGIN_DECLS

/* What a run writes and when. Entries are collected; a commit carries all that were not yet written, and with the first one the event. Nothing is
 * written before the first commit. */

/* Adds an entry that the next commit carries. */
void     enlace_journal_add          (EnlaceRun          *run,
                                      const EnlaceEntry  *entry);
gboolean enlace_journal_is_dirty     (EnlaceRun          *run);

/* In a fiber: returns once all entries are durable, with the run's present status in its row. FALSE: the run was interrupted, or (before its first
 * commit) refused; it must not act. */
gboolean enlace_journal_commit       (EnlaceRun          *run);

/* In a fiber: adds an entry and commits it together with changes of the store (element-type EnlaceStepChange; taken), all or nothing. FALSE: nothing of
 * it was kept: the run was interrupted, or, with `is_conflict`, a change could not be made because of another's. */
gboolean enlace_journal_write        (EnlaceRun          *run,
                                      const EnlaceEntry  *entry,
                                      GPtrArray          *changes,
                                      gboolean           *is_conflict);

/* From any thread: writes the whole run, which is over, in one commit; the waiter is answered and the run unreffed when it is durable. */
void     enlace_journal_write_final  (EnlaceRun          *run);
/* From any thread: writes the event alone, to be run later. */
void     enlace_journal_write_queued (EnlaceRun          *run);

/* The row of a new run that is written as queued by a change of the caller's (takes the run), with what that has to do in it and after it. The gate
 * is passed when it is in the store. */
typedef struct _EnlaceQueuedRow EnlaceQueuedRow;
EnlaceQueuedRow *enlace_queued_row_new    (EnlaceRun          *run);
/* In the transaction. An event that was here before is left out. */
gboolean         enlace_queued_row_insert (EnlaceQueuedRow    *self,
                                           EnlaceWriter       *writer,
                                           GError            **error);
/* After it: the run is started. FALSE: it was left out, or the transaction failed (`error`). */
gboolean         enlace_queued_row_done   (EnlaceQueuedRow    *self,
                                           const GError       *error);
void             enlace_queued_row_free   (EnlaceQueuedRow    *self);

/* The entries of a row (element-type EnlaceEntry), its journal included (element-type GBytes, nullable). */
GPtrArray *enlace_journal_read       (EnlaceVault              *vault,
                                      const EnlaceExecutionRow *row,
                                      GPtrArray                *journal,
                                      GError                  **error);
/* Seals bytes of a record: the whole (`number` -1), or the journal's entry of that number. */
GBytes    *enlace_journal_seal       (EnlaceVault              *vault,
                                      const EnlaceUuid         *organisation_id,
                                      const EnlaceUuid         *id,
                                      int                       number,
                                      GByteArray               *bytes);

G_END_DECLS
