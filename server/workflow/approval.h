/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/approvals.h"
#include "server/workflow/engine.h"
#include "server/workflow/step-change.h"

G_BEGIN_DECLS

/* What is asked, and what was said. */

/* The time by which approvals are open or not. */
gint64            enlace_approval_get_now       (EnlaceEngine             *engine);
/* A change that asks: it goes into the commit that records that the step waits. `request`: { title, text, approvers }. */
EnlaceStepChange *enlace_approval_new_request   (EnlaceEngine             *engine,
                                                 const EnlaceUuid         *organisation_id,
                                                 const EnlaceUuid         *workflow_id,
                                                 const EnlaceUuid         *execution_id,
                                                 const char               *key,
                                                 EnlaceValue              *request,
                                                 gboolean                  allow_link,
                                                 gint64                    deadline,
                                                 gint64                    now);
/* A change that ends the asking when its time is over; it conflicts with a decision that was faster. */
EnlaceStepChange *enlace_approval_new_expiry    (const EnlaceUuid         *execution_id,
                                                 const char               *key,
                                                 gint64                    now);
EnlaceValue      *enlace_approval_read_request  (EnlaceVault              *vault,
                                                 const EnlaceApprovalRow  *row,
                                                 GError                  **error);
/* { by, comment }, both nullable: of one that is not decided both are null. */
EnlaceValue      *enlace_approval_read_decision (EnlaceVault              *vault,
                                                 const EnlaceApprovalRow  *row,
                                                 GError                  **error);
/* What the step gives: { decision, by, comment, decided_at }. */
EnlaceValue      *enlace_approval_make_output   (EnlaceApprovalStatus      status,
                                                 const char               *by,
                                                 const char               *comment,
                                                 gint64                    decided_at);

/**
 * EnlaceDecision:
 *
 * A person's word on an approval.
 */
typedef struct {
  EnlaceUuid            approval_id;
  EnlaceUuid            organisation_id;
  EnlaceUuid            execution_id;
  char                 *key;
  EnlaceApprovalStatus  status;       /* approved or rejected */
  char                 *by;           /* a mail address; NULL: by a link that is nobody's in particular */
  char                 *comment;      /* nullable */
} EnlaceDecision;

EnlaceDecision   *enlace_decision_new       (const EnlaceApprovalRow  *row,
                                             EnlaceApprovalStatus      status,
                                             const char               *by,
                                             const char               *comment);
void              enlace_decision_free      (EnlaceDecision           *self);
/* On the writer's thread: decides, and tells the step, in one transaction. ENLACE_STORE_ERROR_CONFLICT, and nothing is changed: it is not open. */
gboolean          enlace_decision_apply     (EnlaceDecision           *self,
                                             EnlaceEngine             *engine,
                                             EnlaceWriter             *writer,
                                             GError                  **error);
/* After the commit: the run goes on. */
void              enlace_decision_committed (EnlaceDecision           *self,
                                             EnlaceEngine             *engine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDecision, enlace_decision_free)

G_END_DECLS
