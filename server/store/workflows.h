/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* Workflows, their versions and drafts. Documents are sealed by the caller (packed form, then the vault). */

typedef struct {
  EnlaceUuid  id;
  EnlaceUuid  organisation_id;
  char       *name;
  char       *description;        /* nullable */
  char       *tags;               /* JSON list of strings */
  char       *trigger_type;       /* of the newest version */
  gint64      version;            /* the newest, from 1 */
  gint64      published_version;  /* 0: never published */
  gboolean    is_active;
  GBytes     *token;              /* the sealed token of its inbound address; the same over all versions */
  gint64      execution_count;
  gint64      success_count;
  gint64      error_count;
  gint64      last_execution_at;  /* 0: never */
  char       *last_status;        /* nullable */
  EnlaceUuid  created_by;
  gint64      created_at;
  gint64      updated_at;
  gint64      revision;           /* what an ETag names: rises with every edit, not with counters */
  gint64      change;             /* set by the store */
} EnlaceWorkflowRow;

typedef struct {
  EnlaceUuid  workflow_id;
  gint64      version;
  char       *name;               /* nullable: a person's name for it */
  char       *comment;            /* nullable: what a person says of it */
  GBytes     *document;           /* sealed */
  EnlaceUuid  created_by;
  gint64      created_at;
  gint64      revision;           /* of name and comment, from 1; set by the store */
} EnlaceVersionRow;

typedef struct {
  EnlaceUuid  workflow_id;
  EnlaceUuid  member_id;
  gint64      base_version;
  GBytes     *document;           /* sealed */
  gint64      updated_at;
} EnlaceDraftRow;

/* Version 1 comes with the workflow. Sets change. */
gboolean           enlace_workflows_insert      (EnlaceWriter            *writer,
                                                 EnlaceWorkflowRow       *row,
                                                 const EnlaceVersionRow  *version,
                                                 GError                 **error);
/* Writes name, description, tags, trigger_type, version, published_version, is_active and updated_at, if the stored revision is
 * `expected_revision` (-1: any), else ENLACE_STORE_ERROR_REVISION. With `version`, its number is set to the stored newest + 1 and it
 * becomes row->version. Sets revision and change. */
gboolean           enlace_workflows_update      (EnlaceWriter            *writer,
                                                 EnlaceWorkflowRow       *row,
                                                 EnlaceVersionRow        *version,
                                                 gint64                   expected_revision,
                                                 GError                 **error);
/* With its versions, drafts and executions; leaves a tombstone for the feed. */
gboolean           enlace_workflows_delete      (EnlaceWriter            *writer,
                                                 const EnlaceUuid        *organisation_id,
                                                 const EnlaceUuid        *id,
                                                 gint64                   expected_revision,
                                                 GError                 **error);
/* Adds a finished run to the workflow's counters; the writer sums them up over the group. Inserting and updating executions does it by itself. */
void               enlace_workflows_count       (EnlaceWriter            *writer,
                                                 const EnlaceUuid        *id,
                                                 const char              *status);

/* NOT_FOUND when it is not there or another organisation's (NULL: any). */
EnlaceWorkflowRow *enlace_workflows_get         (EnlaceReader            *reader,
                                                 const EnlaceUuid        *organisation_id,
                                                 const EnlaceUuid        *id,
                                                 GError                 **error);
/* The row as the transaction sees it. */
EnlaceWorkflowRow *enlace_workflows_get_for_change (EnlaceWriter         *writer,
                                                 const EnlaceUuid        *organisation_id,
                                                 const EnlaceUuid        *id,
                                                 GError                 **error);
typedef struct {
  const char       *search;       /* part of the name, nullable */
  const char       *trigger_type; /* nullable */
  const char       *name;         /* exact, nullable */
  int               is_active;    /* -1: either */
  const EnlaceUuid *before;       /* the last id of the previous page, nullable; newest first */
  guint             limit;
} EnlaceWorkflowFilter;
GPtrArray         *enlace_workflows_list        (EnlaceReader                *reader,
                                                 const EnlaceUuid            *organisation_id,
                                                 const EnlaceWorkflowFilter  *filter,
                                                 GError                     **error);
/* Every published and active workflow of every organisation. */
GPtrArray         *enlace_workflows_list_active (EnlaceReader            *reader,
                                                 GError                 **error);
/* With its number as given; CONFLICT where there is one of that number. */
gboolean           enlace_versions_insert       (EnlaceWriter            *writer,
                                                 const EnlaceVersionRow  *row,
                                                 GError                 **error);
EnlaceVersionRow  *enlace_versions_get          (EnlaceReader            *reader,
                                                 const EnlaceUuid        *workflow_id,
                                                 gint64                   version,
                                                 GError                 **error);
/* Newest first, without documents. `before` 0: from the newest. */
GPtrArray         *enlace_versions_list         (EnlaceReader            *reader,
                                                 const EnlaceUuid        *workflow_id,
                                                 gint64                   before,
                                                 guint                    limit,
                                                 GError                 **error);
/* As the transaction sees it, without its document. */
EnlaceVersionRow  *enlace_versions_get_for_change (EnlaceWriter          *writer,
                                                 const EnlaceUuid        *workflow_id,
                                                 gint64                   version,
                                                 GError                 **error);
/* Writes name and comment of a row that was read for change, if its revision is `expected_revision` (-1: any), else REVISION. Nothing else of a
 * version ever changes. Sets the revision, and gives the workflow a new change number. */
gboolean           enlace_versions_rename       (EnlaceWriter            *writer,
                                                 EnlaceVersionRow        *row,
                                                 gint64                   expected_revision,
                                                 GError                 **error);
gboolean           enlace_drafts_put            (EnlaceWriter            *writer,
                                                 const EnlaceDraftRow    *row,
                                                 GError                 **error);
gboolean           enlace_drafts_delete         (EnlaceWriter            *writer,
                                                 const EnlaceUuid        *workflow_id,
                                                 const EnlaceUuid        *member_id,
                                                 GError                 **error);
EnlaceDraftRow    *enlace_drafts_get            (EnlaceReader            *reader,
                                                 const EnlaceUuid        *workflow_id,
                                                 const EnlaceUuid        *member_id,
                                                 GError                 **error);

void               enlace_workflow_row_free     (EnlaceWorkflowRow       *row);
void               enlace_version_row_free      (EnlaceVersionRow        *row);
void               enlace_draft_row_free        (EnlaceDraftRow          *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceWorkflowRow, enlace_workflow_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceVersionRow, enlace_version_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceDraftRow, enlace_draft_row_free)

G_END_DECLS
