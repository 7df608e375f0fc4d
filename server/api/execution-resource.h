/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/request.h"
#include "server/store/executions.h"

G_BEGIN_DECLS

/* The columns of an execution, without its payload: what lists and the feed show. */
EnlaceValue *enlace_execution_to_value  (const EnlaceServices      *services,
                                         const EnlaceExecutionRow  *row);
/* With trigger_data and execution_data ({ "steps": { NODE: { status, output | error } } }, the last attempt of each). */
EnlaceValue *enlace_execution_load      (const EnlaceServices      *services,
                                         const EnlaceUuid          *organisation_id,
                                         const EnlaceUuid          *id,
                                         GError                   **error);
/* For the feed. */
EnlaceValue *enlace_execution_render    (const EnlaceServices      *services,
                                         EnlaceReader              *reader,
                                         const EnlaceUuid          *organisation_id,
                                         const EnlaceUuid          *id,
                                         gint64                    *revision,
                                         GError                   **error);
/* `find` of the routes with ":id": loads the row. */
gboolean     enlace_execution_find      (EnlaceRequest             *request,
                                         gint64                    *revision,
                                         GError                   **error);
/* Its steps in order. */
EnlaceValue *enlace_execution_load_steps (const EnlaceServices     *services,
                                         const EnlaceExecutionRow  *row,
                                         GError                   **error);

/* Loads the execution on a worker thread and answers with it: from where nothing may wait. */
void         enlace_execution_reply_later (EnlaceRequest           *request,
                                         guint                      status,
                                         const EnlaceUuid          *id);

G_END_DECLS
