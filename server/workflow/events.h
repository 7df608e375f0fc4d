/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/engine.h"
#include "server/workflow/journal.h"
#include "server/workflow/run.h"

G_BEGIN_DECLS

/* Events inside Enlace, which workflows with a trigger.event begin by. */

typedef enum {
  ENLACE_EVENT_WORKFLOW_FAILED,
  ENLACE_EVENT_WORKFLOW_COMPLETED,
  ENLACE_EVENT_INTEGRATION_BROKE,
  ENLACE_N_EVENTS,
} EnlaceEventKind;

/* Events may begin runs that cause events, and so on: at most so many in a row. */
#define ENLACE_EVENT_MAX_DEPTH 8

typedef struct {
  const char *name;           /* what trigger.event has in `event` */
  const char *schema;         /* JSON Schema of trigger.data */
} EnlaceEventInfo;

const EnlaceEventInfo *enlace_event_info (EnlaceEventKind kind);

typedef struct _EnlaceEvents EnlaceEvents;

EnlaceEvents *enlace_events_new    (void);
void          enlace_events_free   (EnlaceEvents     *self);
/* The live plan of a workflow is this one now; one with another trigger listens to nothing. */
void          enlace_events_put    (EnlaceEvents     *self,
                                    EnlacePlan       *plan);
void          enlace_events_remove (EnlaceEvents     *self,
                                    const EnlaceUuid *workflow_id);

/**
 * enlace_events_emit:
 * @organisation_id: whose workflows may begin by it
 * @payload: what they see as `trigger.data`, by the kind's schema
 *
 * Something happened that no run is the cause of. Its runs are queued; an error of the store is written to the log.
 */
void          enlace_events_emit   (EnlaceEngine     *engine,
                                    const EnlaceUuid *organisation_id,
                                    EnlaceEventKind   kind,
                                    EnlaceValue      *payload);
/* The runs (EnlaceQueuedRow) that the end of a run begins, for the commit that records the end; NULL: none. */
GPtrArray    *enlace_events_of_end (EnlaceRun        *run,
                                    EnlaceStatus      status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceEvents, enlace_events_free)

G_END_DECLS
