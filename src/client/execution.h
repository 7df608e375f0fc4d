/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/resource.h"
#include "src/client/value-type.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_EXECUTION_QUEUED,
  ENLACE_EXECUTION_RUNNING,
  ENLACE_EXECUTION_WAITING,
  ENLACE_EXECUTION_UNKNOWN,
  ENLACE_EXECUTION_COMPLETED,
  ENLACE_EXECUTION_FAILED,
  ENLACE_EXECUTION_CANCELLED,
} EnlaceExecutionStatus;

#define ENLACE_TYPE_EXECUTION_STATUS (enlace_execution_status_get_type ())
GType       enlace_execution_status_get_type  (void);
/* "running" …; @fallback for a name that is not known. */
EnlaceExecutionStatus
            enlace_execution_status_from_name (const char            *name,
                                               EnlaceExecutionStatus  fallback);
const char *enlace_execution_status_get_name  (EnlaceExecutionStatus  status);
/* Nothing follows: completed, failed or cancelled. */
gboolean    enlace_execution_status_is_final  (EnlaceExecutionStatus  status);

/**
 * EnlaceExecution:
 *
 * One run of a workflow. "trigger-data" (what started it) is known after the execution was loaded alone, not from a list.
 */
#define ENLACE_TYPE_EXECUTION (enlace_execution_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceExecution, enlace_execution, ENLACE, EXECUTION, EnlaceResource)

const char            *enlace_execution_get_workflow_id   (EnlaceExecution *self);
gint64                 enlace_execution_get_version       (EnlaceExecution *self); /* 0: a draft */
EnlaceExecutionStatus  enlace_execution_get_status        (EnlaceExecution *self);
gboolean               enlace_execution_get_is_test       (EnlaceExecution *self);
const char            *enlace_execution_get_started_at    (EnlaceExecution *self);
const char            *enlace_execution_get_completed_at  (EnlaceExecution *self);
gint64                 enlace_execution_get_duration_ms   (EnlaceExecution *self);
const char            *enlace_execution_get_error_message (EnlaceExecution *self);
EnlaceValue           *enlace_execution_get_trigger_data  (EnlaceExecution *self);
void                   enlace_execution_load              (EnlaceExecution *self,
                                                           EnlaceValue     *body);

G_END_DECLS
