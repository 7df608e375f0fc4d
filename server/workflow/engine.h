/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"
#include "common/workflow/document.h"
#include "server/jail/jail.h"
#include "server/outbound/client.h"
#include "server/outbound/mail.h"
#include "server/security/vault.h"
#include "server/store/executions.h"
#include "server/store/workflows.h"
#include "server/workflow/plan.h"
#include "server/workflow/variables.h"

G_BEGIN_DECLS

/**
 * EnlaceEngineError:
 * @ENLACE_ENGINE_ERROR_STOPPING: the server is stopping and takes no new runs
 * @ENLACE_ENGINE_ERROR_NOT_FOUND: no such run or step
 * @ENLACE_ENGINE_ERROR_STATE: the run is not in a state that allows it
 * @ENLACE_ENGINE_ERROR_INVALID: an argument that cannot be: the message says why
 */
typedef enum {
  ENLACE_ENGINE_ERROR_STOPPING,
  ENLACE_ENGINE_ERROR_NOT_FOUND,
  ENLACE_ENGINE_ERROR_STATE,
  ENLACE_ENGINE_ERROR_INVALID,
} EnlaceEngineError;

#define ENLACE_ENGINE_ERROR (enlace_engine_error_quark ())
GQuark enlace_engine_error_quark (void);

/**
 * EnlaceEngine:
 *
 * Runs workflows: keeps the plans of those that are live, starts runs, journals them, wakes those that wait and takes over those whose
 * holder died. Thread-safe.
 */
typedef struct _EnlaceEngine EnlaceEngine;

typedef enum {
  ENLACE_OUTCOME_ACCEPTED,      /* durable; it runs on */
  ENLACE_OUTCOME_DUPLICATE,     /* the event was here before; the ids are the first's */
  ENLACE_OUTCOME_RESPONDED,     /* flow.respond: status, headers and body are the reply */
  ENLACE_OUTCOME_FINISHED,      /* ended (`execution_status`) without having responded */
  ENLACE_OUTCOME_TIMEOUT,       /* no reply within the time; it runs on */
  ENLACE_OUTCOME_REFUSED,       /* not accepted, nothing was kept: `error` says why (503) */
} EnlaceOutcomeKind;

typedef struct {
  EnlaceOutcomeKind  kind;
  EnlaceUuid         event_id;
  EnlaceUuid         execution_id;
  EnlaceStatus       execution_status;
  guint              status;          /* of RESPONDED, 200..599 */
  EnlaceValue       *headers;         /* borrowed map of text, nullable */
  GBytes            *body;            /* borrowed, nullable */
  const char        *content_type;    /* nullable */
  const GError      *error;
} EnlaceOutcome;

/* Called exactly once, on any thread, for a RESPONDED or ACCEPTED one only after the commit that makes it durable. Must be short. */
typedef void (*EnlaceOutcomeFunc) (const EnlaceOutcome *outcome,
                                   gpointer             data);

typedef enum {
  ENLACE_WAIT_DURABLE,          /* answer when the event is durable */
  ENLACE_WAIT_RESPONSE,         /* answer by flow.respond where the plan has one, else as DURABLE */
  ENLACE_WAIT_FINISHED,         /* answer when the run has ended, at the latest after `wait_ms` */
} EnlaceWait;

typedef struct {
  EnlacePlan   *plan;           /* borrowed */
  EnlaceValue  *trigger;        /* borrowed: what expressions see as `trigger`, without `id` and `received_at`, which the engine adds */
  const char   *event_key;      /* nullable: the id that the sender gave the event, for duplicates */
  gboolean      is_test;
  EnlaceValue  *options;        /* nullable, borrowed: { "until": NODE } ends it after a step, see run.h */
  const EnlaceExecutionRow *source; /* nullable: the run that it is made from */
  EnlaceWait    wait;
  guint         wait_ms;
} EnlaceStart;

EnlaceEngine *enlace_engine_new               (EnlaceStore          *store,
                                               EnlaceVault          *vault,
                                               EnlaceOutbound       *outbound);
/* Before it begins: where code.javascript runs (transfer none). Without it such steps fail. */
void          enlace_engine_set_jail          (EnlaceEngine         *self,
                                               EnlaceJail           *jail);
/* Before it begins: what sends the mail of its own steps (transfer none). */
void          enlace_engine_set_mailer        (EnlaceEngine         *self,
                                               EnlaceMailer         *mailer);
/* Before it begins: where it is reached from outside, for the addresses of steps that wait. Without it there are none. */
void          enlace_engine_set_public_url    (EnlaceEngine         *self,
                                               const char           *url);
/* Compiles what is live and takes over what an earlier process left. */
gboolean      enlace_engine_begin             (EnlaceEngine         *self,
                                               GError              **error);
/* Takes no more runs; lets those under way finish or park within `milliseconds`. Blocks. */
void          enlace_engine_stop              (EnlaceEngine         *self,
                                               guint                 milliseconds);
void          enlace_engine_free              (EnlaceEngine         *self);
/* What its runs see as `vars`; to be told of changes. Borrowed. */
EnlaceVariables *enlace_engine_get_variables  (EnlaceEngine         *self);

/* The live plan behind an inbound token; NULL: none. The caller owns the reference. */
EnlacePlan   *enlace_engine_find_token        (EnlaceEngine         *self,
                                               const char           *token);
/* After a commit that published, took off, or removed (`row` NULL) a workflow. */
void          enlace_engine_workflow_changed  (EnlaceEngine         *self,
                                               const EnlaceUuid     *workflow_id,
                                               const EnlaceWorkflowRow *row);
/* The plan of a version, from the cache or compiled now; `version` 0 with a document: a draft. */
EnlacePlan   *enlace_engine_get_plan          (EnlaceEngine         *self,
                                               const EnlaceUuid     *organisation_id,
                                               const EnlaceUuid     *workflow_id,
                                               gint64                version,
                                               EnlaceDocument       *draft,
                                               GError              **error);

/* The plan that a run followed: its version, or its own draft. */
EnlacePlan   *enlace_engine_get_plan_of       (EnlaceEngine         *self,
                                               const EnlaceExecutionRow *row,
                                               GError              **error);

void          enlace_engine_start             (EnlaceEngine         *self,
                                               const EnlaceStart    *start,
                                               EnlaceOutcomeFunc     func,
                                               gpointer              data);
/* Ends a run that is not final, within a second, whatever it is doing. */
void          enlace_engine_cancel            (EnlaceEngine         *self,
                                               const EnlaceUuid     *organisation_id,
                                               const EnlaceUuid     *execution_id,
                                               void                (*func) (const GError *error, gpointer data),
                                               gpointer              data);
/* A person's word on an unknown step: done (with its output) or not done (it is sent again). */
void          enlace_engine_resolve           (EnlaceEngine         *self,
                                               const EnlaceUuid     *organisation_id,
                                               const EnlaceUuid     *execution_id,
                                               const char           *node,
                                               gboolean              is_done,
                                               EnlaceValue          *output,
                                               void                (*func) (const GError *error, gpointer data),
                                               gpointer              data);

/* On the writer's thread, in the transaction of what it comes with. */
typedef gboolean (*EnlaceExtraFunc) (EnlaceWriter *writer,
                                     gpointer      data,
                                     GError      **error);
/* Once, when it is durable or was refused. */
typedef void     (*EnlaceDoneFunc)  (const GError *error,
                                     gpointer      data);
/* Tells a step that waits, or will (its key: `NODE`, or `NODE/ITERATION`), something; a step is told once (else STATE). `extra` (nullable) is done in
 * the same transaction. */
void          enlace_engine_signal            (EnlaceEngine         *self,
                                               const EnlaceUuid     *organisation_id,
                                               const EnlaceUuid     *execution_id,
                                               const char           *key,
                                               EnlaceValue          *payload,
                                               EnlaceExtraFunc       extra,
                                               EnlaceDoneFunc        func,
                                               gpointer              data);
/* Runs that are begun from inside: `starts` are written as queued, and `extra` (nullable) is done in the same transaction: all, or nothing. An event
 * that was here before (its key) is left out. Then they run. `func` is told how many were begun. */
void          enlace_engine_accept            (EnlaceEngine         *self,
                                               const EnlaceStart    *starts,
                                               guint                 n_starts,
                                               EnlaceExtraFunc       extra,
                                               void                (*func) (guint n_begun, const GError *error, gpointer data),
                                               gpointer              data);

/* What the record and the journal of a run say of its steps, in order: a list of maps { node, iteration, attempt, status, started_at, duration_ms,
 * input, output, error }. */
EnlaceValue  *enlace_engine_read_steps        (EnlaceEngine             *self,
                                               const EnlaceExecutionRow *row,
                                               GPtrArray                *journal,
                                               GError                  **error);
/* The trigger of a run, opened. */
EnlaceValue  *enlace_engine_read_trigger      (EnlaceEngine             *self,
                                               const EnlaceExecutionRow *row,
                                               GError                  **error);

/* Figures for /metrics. */
typedef struct { guint running, waiting_fibers, queued, live_workflows; guint64 started, completed, failed; } EnlaceEngineFigures;
void          enlace_engine_get_figures       (EnlaceEngine         *self,
                                               EnlaceEngineFigures  *figures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceEngine, enlace_engine_free)

G_END_DECLS
