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

/* From any thread: writes the whole run, which is over, in one commit; the waiter is answered and the run unreffed when it is durable. */
void     enlace_journal_write_final  (EnlaceRun          *run);
/* From any thread: writes the event alone, to be run later. */
void     enlace_journal_write_queued (EnlaceRun          *run);

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
