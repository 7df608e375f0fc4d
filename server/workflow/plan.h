/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/document.h"
#include "common/value/uuid.h"

G_BEGIN_DECLS

/**
 * EnlacePlan:
 *
 * A version of a workflow made executable: its steps in order with their templates compiled. Immutable, reference-counted, thread-safe.
 */
typedef struct _EnlacePlan EnlacePlan;

/* `version` 0: a draft. Problems of the document refuse (ENLACE_ENGINE_ERROR_INVALID names the first). */
EnlacePlan       *enlace_plan_new                 (const EnlaceUuid  *organisation_id,
                                                   const EnlaceUuid  *workflow_id,
                                                   gint64             version,
                                                   EnlaceDocument    *document,
                                                   GError           **error);
EnlacePlan       *enlace_plan_ref                 (EnlacePlan        *self);
void              enlace_plan_unref               (EnlacePlan        *self);
EnlaceDocument   *enlace_plan_get_document        (EnlacePlan        *self);
const EnlaceUuid *enlace_plan_get_workflow_id     (EnlacePlan        *self);
const EnlaceUuid *enlace_plan_get_organisation_id (EnlacePlan        *self);
gint64            enlace_plan_get_version         (EnlacePlan        *self);
/* Parameters of its trigger, an empty map for a manual one. */
EnlaceValue      *enlace_plan_get_trigger_parameters (EnlacePlan     *self);
const char       *enlace_plan_get_trigger_type    (EnlacePlan        *self);
gboolean          enlace_plan_has_respond         (EnlacePlan        *self);
/* No step acts outside or waits, and the work is bounded: it may run on a door thread. */
gboolean          enlace_plan_is_pure             (EnlacePlan        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlacePlan, enlace_plan_unref)

G_END_DECLS
