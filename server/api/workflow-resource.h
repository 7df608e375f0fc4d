/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/document.h"
#include "server/api/request.h"
#include "server/store/workflows.h"

G_BEGIN_DECLS

/* The document of a version, opened and read. */
EnlaceDocument *enlace_workflow_load_document   (const EnlaceServices     *services,
                                                 EnlaceReader             *reader,
                                                 const EnlaceWorkflowRow  *row,
                                                 gint64                    version,
                                                 GError                  **error);
/* The caller's draft of the workflow, opened and read. */
EnlaceDocument *enlace_workflow_load_draft      (EnlaceRequest            *request,
                                                 const EnlaceWorkflowRow  *row,
                                                 GError                  **error);
/* The workflow as the API shows it, with the document of its newest version. */
EnlaceValue    *enlace_workflow_to_value        (const EnlaceServices     *services,
                                                 const EnlaceWorkflowRow  *row,
                                                 EnlaceDocument           *document,
                                                 GError                  **error);
/* For the feed. */
EnlaceValue    *enlace_workflow_render          (const EnlaceServices     *services,
                                                 EnlaceReader             *reader,
                                                 const EnlaceUuid         *organisation_id,
                                                 const EnlaceUuid         *id,
                                                 gint64                   *revision,
                                                 GError                  **error);
/* The problems of a document as the API shows them: pointers from the resource's root. A list of { pointer, node, detail, severity }. */
EnlaceValue    *enlace_workflow_check           (EnlaceDocument           *document);
/* The same, with what is known around the document (nullable). */
EnlaceValue    *enlace_workflow_check_within    (EnlaceDocument           *document,
                                                 const EnlaceCheckEnvironment *environment);
/* What is known around a workflow's document: a schema of its variables in `*vars` (the caller's), and its id in `id`, to which `environment` points.
 * Reads the store: no reader may be held. */
gboolean        enlace_workflow_get_environment (const EnlaceServices     *services,
                                                 const EnlaceWorkflowRow  *row,
                                                 EnlaceValue             **vars,
                                                 char                      id[ENLACE_UUID_TEXT_SIZE],
                                                 EnlaceCheckEnvironment   *environment,
                                                 GError                  **error);
/* Reads `steps` of a request; what refuses it goes into `errors` as { pointer, detail }. NULL then. */
EnlaceDocument *enlace_workflow_read_steps      (EnlaceValue              *steps,
                                                 EnlaceListBuilder        *errors);
/* `find` of the routes with ":id": loads the row. */
gboolean        enlace_workflow_find            (EnlaceRequest            *request,
                                                 gint64                   *revision,
                                                 GError                  **error);

G_END_DECLS
