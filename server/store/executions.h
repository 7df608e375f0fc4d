/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* Executions and their journal. A run that never waited is one row, its steps in `record`. While the record is short each later
 * commit writes it whole (`record`); beyond that it appends to the journal (`append`). Both are sealed by the caller. */

typedef enum {
  ENLACE_STATUS_QUEUED,
  ENLACE_STATUS_RUNNING,
  ENLACE_STATUS_WAITING,
  ENLACE_STATUS_UNKNOWN,
  ENLACE_STATUS_COMPLETED,
  ENLACE_STATUS_FAILED,
  ENLACE_STATUS_CANCELLED,
} EnlaceStatus;

const char *enlace_status_get_name      (EnlaceStatus  status);
gboolean    enlace_status_from_name     (const char   *name,
                                         EnlaceStatus *status);
gboolean    enlace_status_is_final      (EnlaceStatus  status);

typedef struct {
  EnlaceUuid    id;
  EnlaceUuid    organisation_id;
  EnlaceUuid    workflow_id;
  gint64        version;          /* 0: a draft */
  EnlaceUuid    event_id;
  EnlaceStatus  status;
  gboolean      is_test;
  gint64        started_at;       /* microseconds since 1970 */
  gint64        completed_at;     /* 0: not yet */
  gint64        duration_ms;
  GBytes       *error_message;    /* sealed, nullable */
  gint64        retry_count;
  gint64        wake_at;          /* when a waiting run goes on; 0: not by time */
  GBytes       *trigger_data;     /* sealed */
  GBytes       *record;           /* sealed, nullable */
  GBytes       *document;         /* sealed, nullable: the document of a run of a draft */
  gboolean      has_parent;
  EnlaceUuid    parent_id;        /* the run that began this one */
  char         *parent_key;       /* the step there that waits for it; NULL: none does */
  gboolean      has_source;
  EnlaceUuid    source_id;        /* the run that a replay was made from */
  int           priority;         /* 0 before 1 before 2 */
  GBytes       *gate;             /* nullable: runs that may not run at the same time have the same */
  gint64        epoch;            /* of the lease: enlace_store_get_epoch() of the holder */
  gint64        change;           /* set by the store */
} EnlaceExecutionRow;

/* Inserts; a final status also counts for the workflow (unless is_test). `event_key` (nullable): the id that the sender gave the event;
 * where that workflow has seen it (within the kept time) nothing is inserted, ENLACE_STORE_ERROR_CONFLICT is set and the first event's
 * ids are put into row->event_id and row->id. One statement when `event_key` is NULL. */
gboolean            enlace_executions_insert     (EnlaceWriter              *writer,
                                                  EnlaceExecutionRow        *row,
                                                  const char                *event_key,
                                                  GError                   **error);
/* Writes status, completed_at, duration_ms, error_message, retry_count, wake_at and record (NULL: as it was) if the row is not final and its
 * epoch is row->epoch, else ENLACE_STORE_ERROR_LEASE. `append` (nullable): a sealed journal entry added after the others. A record that is
 * written stands for the journal so far: with it the older entries go. A status that becomes final counts for the workflow (unless is_test). */
gboolean            enlace_executions_update     (EnlaceWriter              *writer,
                                                  EnlaceExecutionRow        *row,
                                                  GBytes                    *append,
                                                  GError                   **error);
/* Takes the lease of a run that is not final for `epoch`, whoever held it before; sets row->epoch. */
gboolean            enlace_executions_take       (EnlaceWriter              *writer,
                                                  const EnlaceUuid          *id,
                                                  gint64                     epoch,
                                                  GError                   **error);
EnlaceExecutionRow *enlace_executions_get        (EnlaceReader              *reader,
                                                  const EnlaceUuid          *organisation_id, /* nullable: any */
                                                  const EnlaceUuid          *id,
                                                  GError                   **error);
/* The journal's entries after the record, in order (element-type GBytes). */
GPtrArray          *enlace_executions_get_journal (EnlaceReader             *reader,
                                                  const EnlaceUuid          *id,
                                                  GError                   **error);
/* Where an event with this key was seen before: TRUE and the first's ids. */
gboolean            enlace_executions_find_event (EnlaceReader              *reader,
                                                  const EnlaceUuid          *workflow_id,
                                                  const char                *event_key,
                                                  EnlaceUuid                *event_id,
                                                  EnlaceUuid                *execution_id,
                                                  GError                   **error);
/* Forgets the keys of events that were seen before a time; keep them 7 days at least. */
gboolean            enlace_executions_expire_events (EnlaceWriter           *writer,
                                                  gint64                     before,
                                                  GError                   **error);
typedef struct {
  const EnlaceUuid *workflow_id;  /* nullable */
  int               status;       /* -1: any */
  int               is_test;      /* -1: either */
  gint64            from, to;     /* of started_at; 0: open */
  const EnlaceUuid *before;       /* the last id of the previous page, nullable; newest first */
  guint             limit;
} EnlaceExecutionFilter;
/* Rows without trigger_data, record and document. */
GPtrArray          *enlace_executions_list       (EnlaceReader                 *reader,
                                                  const EnlaceUuid             *organisation_id,
                                                  const EnlaceExecutionFilter  *filter,
                                                  GError                      **error);
/* Ids (GArray of EnlaceUuid) of runs that are not final and whose lease is older than `epoch`, oldest first. */
GArray             *enlace_executions_list_orphans (EnlaceReader            *reader,
                                                  gint64                     epoch,
                                                  guint                      limit,
                                                  GError                   **error);
/* Waiting runs due at or before `until`, soonest first, at most `limit`; `next` (nullable): when the next one after them is due, 0: none. */
GArray             *enlace_executions_list_due   (EnlaceReader              *reader,
                                                  gint64                     until,
                                                  guint                      limit,
                                                  gint64                    *next,
                                                  GError                   **error);
/* Runs behind gates that have not ended, in the order in which they came: without trigger_data, record and document. */
GPtrArray          *enlace_executions_list_gated (EnlaceReader              *reader,
                                                  GError                   **error);
/* Ids (GArray of EnlaceUuid) of runs that a run began and that have not ended, where it waits for them. */
GArray             *enlace_executions_list_children (EnlaceReader           *reader,
                                                  const EnlaceUuid          *parent_id,
                                                  GError                   **error);
/* How many runs of a workflow have not ended. */
gboolean            enlace_executions_count_open (EnlaceReader              *reader,
                                                  const EnlaceUuid          *workflow_id,
                                                  gint64                    *count,
                                                  GError                   **error);
void                enlace_execution_row_free    (EnlaceExecutionRow        *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceExecutionRow, enlace_execution_row_free)

G_END_DECLS
