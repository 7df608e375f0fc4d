/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/document.h"
#include "server/api/request.h"
#include "server/store/workflows.h"

G_BEGIN_DECLS

/**
 * EnlaceWorkflowChange:
 *
 * What a request changes of a workflow: the members that it names. It is applied to the row as the transaction finds it, so that two changes
 * of different members do not undo each other.
 */
typedef struct {
  EnlaceApiChange       base;
  EnlaceRequest        *request;        /* borrowed: it lives until it is answered */
  EnlaceUuid            organisation_id;
  EnlaceUuid            id;
  gint64                revision;       /* expected; -1: any */

  gboolean              has_name, has_description, has_tags, has_is_active;
  char                 *name;
  char                 *description;
  char                 *tags;           /* JSON list */
  EnlaceDocument       *document;       /* owned, nullable: the next version */
  char                 *version_name;   /* nullable */
  gboolean              is_active;
  gint64                publish;        /* the version to put live; 0: none; -1: the one that this change makes */

  EnlaceWorkflowRow    *row;            /* owned: as it is after the change */
  EnlaceDocument       *newest;         /* owned: the document of row->version, where this change does not make it */
} EnlaceWorkflowChange;

EnlaceWorkflowChange *enlace_workflow_change_new     (EnlaceRequest         *request,
                                                      const EnlaceUuid      *id);
void                  enlace_workflow_change_free    (EnlaceWorkflowChange  *self);
/* Changes the row of a workflow inside a transaction; sets self->row. */
gboolean              enlace_workflow_change_apply   (EnlaceWorkflowChange  *self,
                                                      EnlaceWriter          *writer,
                                                      GError               **error);
/* Submits it; the reply is the workflow. Takes the change. */
void                  enlace_workflow_change_submit  (EnlaceWorkflowChange  *self);

/* 422 with pointers when the document has problems; NULL: it can be put live. */
EnlaceReply          *enlace_workflow_refuse_publish (EnlaceDocument        *document,
                                                       const EnlaceCheckEnvironment *environment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceWorkflowChange, enlace_workflow_change_free)

G_END_DECLS
