/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/executions.h"
#include "server/store/feed.h"
#include "server/store/idempotency.h"
#include "server/store/organisations.h"
#include "server/store/workflows.h"

G_BEGIN_DECLS

/* A store in a directory of its own, with one organisation, member and workflow. */
typedef struct {
  char        *data_dir;
  EnlaceStore *store;
  EnlaceUuid   organisation_id;
  EnlaceUuid   member_id;
  EnlaceUuid   workflow_id;
} Fixture;

void     fixture_set_up          (Fixture       *fixture,
                                  gconstpointer  data);
void     fixture_tear_down       (Fixture       *fixture,
                                  gconstpointer  data);
void     fixture_reopen          (Fixture       *fixture);
/* What a test that makes its own store needs. */
char    *make_data_dir           (void);
void     remove_data_dir         (const char    *data_dir);
void     insert_basics           (Fixture       *fixture);

typedef gboolean (*ApplyFunc) (EnlaceWriter *writer, gpointer data, GError **error);

void     fixture_apply           (Fixture       *fixture,
                                  ApplyFunc      apply,
                                  gpointer       data);
EnlaceUuid fixture_insert_workflow (Fixture     *fixture,
                                  const char    *name);
EnlaceExecutionRow *make_execution (Fixture     *fixture,
                                  EnlaceStatus   status);
void     fixture_insert_execution (Fixture      *fixture,
                                  EnlaceExecutionRow *row);
EnlaceExecutionRow *fixture_get_execution (Fixture *fixture,
                                  const EnlaceUuid *id);
EnlaceWorkflowRow *fixture_get_workflow (Fixture *fixture,
                                  const EnlaceUuid *id);
gint64   fixture_count           (Fixture       *fixture,
                                  const char    *sql);

G_END_DECLS
