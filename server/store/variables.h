/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* Variables of organisations and of workflows. Values are sealed by the caller. */

typedef struct {
  EnlaceUuid  id;
  EnlaceUuid  organisation_id;
  gboolean    has_workflow;     /* else it is the whole organisation's */
  EnlaceUuid  workflow_id;
  char       *name;
  char       *type;             /* "string", "number", "bool" or "json" */
  char       *description;      /* nullable */
  GBytes     *value;            /* sealed */
  GBytes     *test_value;       /* sealed; NULL: test runs see `value` */
  EnlaceUuid  created_by;
  gint64      created_at;
  gint64      updated_at;
  gint64      revision;
  gint64      change;           /* set by the store */
} EnlaceVariableRow;

typedef struct {
  const EnlaceUuid *workflow_id;   /* nullable: any */
  gboolean          only_organisation; /* those of no workflow */
  const char       *name;          /* nullable: any */
  const char       *type;          /* nullable: any */
  const EnlaceUuid *before;        /* nullable: the last id of the page before */
  guint             limit;
} EnlaceVariableFilter;

/* Sets revision and change. CONFLICT: the name is taken; NOT_FOUND: the workflow is not there, or is another organisation's. */
gboolean           enlace_variables_insert         (EnlaceWriter                *writer,
                                                    EnlaceVariableRow           *row,
                                                    GError                     **error);
/* Writes name, type, description, both values and updated_at, if the stored revision is `expected_revision` (-1: any). Sets revision and change. */
gboolean           enlace_variables_update         (EnlaceWriter                *writer,
                                                    EnlaceVariableRow           *row,
                                                    gint64                       expected_revision,
                                                    GError                     **error);
/* Leaves a tombstone for the feed. */
gboolean           enlace_variables_delete         (EnlaceWriter                *writer,
                                                    const EnlaceUuid            *organisation_id,
                                                    const EnlaceUuid            *id,
                                                    gint64                       expected_revision,
                                                    GError                     **error);
EnlaceVariableRow *enlace_variables_get            (EnlaceReader                *reader,
                                                    const EnlaceUuid            *organisation_id,
                                                    const EnlaceUuid            *id,
                                                    GError                     **error);
EnlaceVariableRow *enlace_variables_get_for_change (EnlaceWriter                *writer,
                                                    const EnlaceUuid            *organisation_id,
                                                    const EnlaceUuid            *id,
                                                    GError                     **error);
/* Newest first (element-type EnlaceVariableRow). */
GPtrArray         *enlace_variables_list           (EnlaceReader                *reader,
                                                    const EnlaceUuid            *organisation_id,
                                                    const EnlaceVariableFilter  *filter,
                                                    GError                     **error);
/* What a run of the workflow (nullable) sees: the organisation's by name, then the workflow's by name. */
GPtrArray         *enlace_variables_list_scope     (EnlaceReader                *reader,
                                                    const EnlaceUuid            *organisation_id,
                                                    const EnlaceUuid            *workflow_id,
                                                    GError                     **error);
void               enlace_variable_row_free        (EnlaceVariableRow           *row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceVariableRow, enlace_variable_row_free)

G_END_DECLS
