/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/resource.h"
#include "src/client/value-type.h"

G_BEGIN_DECLS

/**
 * EnlaceWorkflow:
 *
 * A workflow as the server has it. Properties beside the members of the API: "document" (the newest version's steps), "problems"
 * (what refuses publishing), "address" (the full inbound address, for a webhook's workflow) and "etag"; these four are known after
 * the workflow was loaded or saved alone, not from a list.
 */
#define ENLACE_TYPE_WORKFLOW (enlace_workflow_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceWorkflow, enlace_workflow, ENLACE, WORKFLOW, EnlaceResource)

const char  *enlace_workflow_get_name              (EnlaceWorkflow *self);
const char  *enlace_workflow_get_description       (EnlaceWorkflow *self);
const char  *enlace_workflow_get_trigger_type      (EnlaceWorkflow *self);
gint64       enlace_workflow_get_version           (EnlaceWorkflow *self);
gint64       enlace_workflow_get_published_version (EnlaceWorkflow *self); /* 0: never published */
gboolean     enlace_workflow_get_is_active         (EnlaceWorkflow *self);
gint64       enlace_workflow_get_execution_count   (EnlaceWorkflow *self);
gint64       enlace_workflow_get_success_count     (EnlaceWorkflow *self);
gint64       enlace_workflow_get_error_count       (EnlaceWorkflow *self);
const char  *enlace_workflow_get_last_status       (EnlaceWorkflow *self);
const char  *enlace_workflow_get_last_execution_at (EnlaceWorkflow *self);

/* Borrowed, NULL before the workflow was loaded alone. */
EnlaceValue *enlace_workflow_get_document          (EnlaceWorkflow *self);
EnlaceValue *enlace_workflow_get_problems          (EnlaceWorkflow *self);
const char  *enlace_workflow_get_address           (EnlaceWorkflow *self);
const char  *enlace_workflow_get_etag              (EnlaceWorkflow *self);
/* Takes over what only a reply about this one workflow holds. */
void         enlace_workflow_load                  (EnlaceWorkflow *self,
                                                    EnlaceValue    *body,
                                                    const char     *etag);

G_END_DECLS
