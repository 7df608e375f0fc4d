/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* What persons are asked to decide, see migrations/0007-approvals.sql. */

typedef enum {
  ENLACE_APPROVAL_PENDING,
  ENLACE_APPROVAL_APPROVED,
  ENLACE_APPROVAL_REJECTED,
  ENLACE_APPROVAL_EXPIRED,      /* its time is over */
  ENLACE_APPROVAL_CANCELLED,    /* never stored: it is pending, and its run has ended */
} EnlaceApprovalStatus;

typedef struct {
  EnlaceUuid            id;
  EnlaceUuid            organisation_id;
  EnlaceUuid            workflow_id;
  EnlaceUuid            execution_id;
  char                 *key;            /* of the step in its run */
  GBytes               *request;        /* sealed */
  gboolean              allow_link;
  EnlaceApprovalStatus  status;         /* as it is at the time of reading */
  gint64                deadline;       /* microseconds since 1970; 0: none */
  GBytes               *decision;       /* sealed, nullable */
  gint64                created_at;
  gint64                decided_at;     /* 0: not yet */
  gint64                change;         /* set by the store */
} EnlaceApprovalRow;

typedef struct {
  int               status;             /* -1: any */
  const EnlaceUuid *workflow_id;        /* nullable: any */
  const EnlaceUuid *execution_id;       /* nullable: any */
  const EnlaceUuid *before;             /* nullable: the last id of the page before */
  guint             limit;
  gint64            now;
} EnlaceApprovalFilter;

const char *enlace_approval_status_get_name  (EnlaceApprovalStatus         status);
/* -1: there is none of that name. */
int         enlace_approval_status_from_name (const char                  *name);

/* A pending one, of a run that is in the store. Sets change. */
gboolean           enlace_approvals_insert   (EnlaceWriter                *writer,
                                              EnlaceApprovalRow           *row,
                                              GError                     **error);
/* Decides it if it is still open at `now`, else CONFLICT, which says why. NOT_FOUND: there is none. */
gboolean           enlace_approvals_decide   (EnlaceWriter                *writer,
                                              const EnlaceUuid            *execution_id,
                                              const char                  *key,
                                              EnlaceApprovalStatus         status,
                                              GBytes                      *decision,
                                              gint64                       now,
                                              GError                     **error);
/* Its time is over: CONFLICT where a person was faster. */
gboolean           enlace_approvals_expire   (EnlaceWriter                *writer,
                                              const EnlaceUuid            *execution_id,
                                              const char                  *key,
                                              gint64                       now,
                                              GError                     **error);
EnlaceApprovalRow *enlace_approvals_get      (EnlaceReader                *reader,
                                              const EnlaceUuid            *organisation_id,
                                              const EnlaceUuid            *id,
                                              gint64                       now,
                                              GError                     **error);
/* That of a step of a run. */
EnlaceApprovalRow *enlace_approvals_find     (EnlaceReader                *reader,
                                              const EnlaceUuid            *execution_id,
                                              const char                  *key,
                                              gint64                       now,
                                              GError                     **error);
EnlaceApprovalRow *enlace_approvals_find_for_change (EnlaceWriter         *writer,
                                              const EnlaceUuid            *execution_id,
                                              const char                  *key,
                                              gint64                       now,
                                              GError                     **error);
/* Newest first (element-type EnlaceApprovalRow). */
GPtrArray         *enlace_approvals_list     (EnlaceReader                *reader,
                                              const EnlaceUuid            *organisation_id,
                                              const EnlaceApprovalFilter  *filter,
                                              GError                     **error);
void               enlace_approval_row_free  (EnlaceApprovalRow           *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceApprovalRow, enlace_approval_row_free)

G_END_DECLS
