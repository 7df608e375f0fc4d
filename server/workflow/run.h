/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "server/workflow/engine.h"
#include "server/workflow/plan-private.h"
#include "server/workflow/record.h"

G_BEGIN_DECLS

/* Steps of one run that may act outside at the same time; more wait for their turn. */
#define ENLACE_RUN_MAX_CHILDREN 16
/* Approximate bytes that the results of a run may hold. */
#define ENLACE_RUN_MEMORY_BUDGET (256 * 1024 * 1024)
/* Up to this size of its record, a run is rewritten in its row; beyond, entries are added to the journal. */
#define ENLACE_RUN_RECORD_LIMIT (32 * 1024)
/* Expression cost that a run may use on the thread that received its event; what needs more goes on in a fiber. */
#define ENLACE_RUN_INLINE_COST 20000

typedef enum {
  ENLACE_PHASE_IDLE,          /* not all of its edges are decided */
  ENLACE_PHASE_READY,
  ENLACE_PHASE_ACTIVE,        /* its function is under way */
  ENLACE_PHASE_WAITING,       /* for its next attempt, at `wake_at` */
  ENLACE_PHASE_UNKNOWN,       /* for a person's word */
  ENLACE_PHASE_DONE,
  ENLACE_PHASE_FAILED,
  ENLACE_PHASE_SKIPPED,
} EnlaceStepPhase;

typedef struct {
  EnlaceStepPhase  phase;
  guint            n_decided;     /* edges that lead here */
  guint            n_taken;
  guint            attempt;       /* the present or last one, from 1; 0: none yet */
  gboolean         has_intent;    /* of the present attempt: durable, and without a result */
  gboolean         is_repeatable; /* what the intent says */
  gint64           now;           /* the same for all attempts */
  gint64           wake_at;
  EnlaceValue     *intent;        /* what the effect was begun with */
  EnlaceValue     *view;          /* what expressions see as `steps.ID`; NULL: the step is not there */
} EnlaceStepState;

/* Who waits for an answer. Taken out of the run by the one who answers. */
typedef struct {
  EnlaceOutcomeFunc func;
  gpointer          data;
  EnlaceWait        wait;
  gint64            deadline;     /* monotonic, microseconds; 0: none */
  EnlaceUuid        event_id;
  EnlaceUuid        execution_id;
} EnlaceWaiter;

/* A reply to the caller that is not yet durable. */
typedef struct {
  guint        status;
  EnlaceValue *headers;
  char        *content_type;
  GBytes      *body;
} EnlacePendingReply;

typedef enum {
  ENLACE_INTERRUPT_NONE,
  ENLACE_INTERRUPT_CANCEL,    /* a person ended it */
  ENLACE_INTERRUPT_ABANDON,   /* the server ends: the run goes on from its journal later */
  ENLACE_INTERRUPT_LOST,      /* another holder has it, or it is over */
} EnlaceInterrupt;

/* What a run has to write, see journal.h. */
typedef struct {
  GByteArray *bytes;          /* the record, or, once entries are appended, those that are not in the store yet */
  guint64     n_added;        /* entries since the run was made or loaded */
  guint64     n_durable;      /* of these, how many are in the store */
  gboolean    is_inserted;
  gboolean    is_appending;
  guint       n_appended;     /* entries of the journal's table */
  EnlaceStatus status;        /* as it is in the store */
  DexPromise *in_flight;      /* the commit that is under way, and what it carries: */
  guint64     n_submitted;
  guint       submitted_bytes;
  EnlaceStatus submitted_status;
} EnlaceJournal;

/**
 * EnlaceRun:
 *
 * One execution while it is in memory. Its members belong to the thread that drives it, except the atomic ones. It is driven at once by the thread
 * that received the event, or in a fiber, where its children are on the same thread.
 */
typedef struct _EnlaceRun EnlaceRun;
struct _EnlaceRun {
  gatomicrefcount     ref_count;
  EnlaceEngine       *engine;
  EnlacePlan         *plan;             /* NULL until it is loaded */
  EnlaceUuid          organisation_id;
  EnlaceUuid          workflow_id;
  gint64              version;
  EnlaceUuid          id;
  EnlaceUuid          event_id;
  char               *event_key;
  gboolean            is_test;
  gboolean            is_inline;
  gint64              started_at;
  gint64              last_now;
  gint64              retry_count;
  guint64             inline_cost;      /* what is left of ENLACE_RUN_INLINE_COST */

  EnlaceValue        *trigger;
  EnlaceValue        *steps_value;      /* `steps`, made anew after a step ended */
  EnlaceValue        *execution_value;
  guint               execution_attempt;
  gsize               memory;

  EnlaceJournal       journal;
  EnlacePendingReply *reply;
  gboolean            has_replied;

  gboolean            is_ending;        /* no further step begins */
  gboolean            is_over;          /* nothing more is done with it in memory: it has ended, or waits in the store */
  gboolean            is_failed;
  char               *error_message;    /* holds no payload */

  guint               n_children;
  DexPromise         *child_ended;
  DexPromise         *interrupted;      /* rejected by an interrupt; made before the run is shared */
  int                 interrupt;        /* atomic, EnlaceInterrupt */
  EnlaceWaiter       *waiter;           /* atomic */
  gint64              deadline;         /* of the waiter; set before the run is shared */

  EnlaceStepState    *steps;
};

EnlaceRun   *enlace_run_new             (EnlaceEngine     *engine,
                                         const EnlaceUuid *id);
EnlaceRun   *enlace_run_ref             (EnlaceRun        *self);
void         enlace_run_unref           (EnlaceRun        *self);
/* Gives it the plan to follow (a reference of its own) and the trigger's value, completed. */
void         enlace_run_prepare         (EnlaceRun        *self,
                                         EnlacePlan       *plan,
                                         EnlaceValue      *trigger);
/* Runs all steps that act on nothing outside as far as they go. TRUE: the run is over; FALSE: it needs a fiber. */
gboolean     enlace_run_advance_inline  (EnlaceRun        *self);
/* In a fiber: drives the run until it is over or parked, and writes that. */
void         enlace_run_drive           (EnlaceRun        *self);

/* A step is done and the run goes on by `port`. */
void         enlace_run_complete_step   (EnlaceRun        *self,
                                         guint             index,
                                         const char       *port,
                                         EnlaceValue      *output);
/* What expressions see of a step that ended (both nullable). */
void         enlace_run_set_view        (EnlaceRun        *self,
                                         guint             index,
                                         EnlaceValue      *output,
                                         EnlaceValue      *error);

/* The present time of the engine's clock, never behind an earlier one of this run. */
gint64       enlace_run_get_time        (EnlaceRun        *self);
EnlaceStatus enlace_run_get_status      (EnlaceRun        *self,
                                         gint64           *wake_at);
void         enlace_run_interrupt       (EnlaceRun        *self,
                                         EnlaceInterrupt   interrupt);
EnlaceInterrupt enlace_run_get_interrupt (EnlaceRun       *self);
/* A failure that belongs to no step. */
void         enlace_run_fail            (EnlaceRun        *self,
                                         const char       *message);
/* Lets go of all values: the run is over and written down. */
void         enlace_run_clear_values    (EnlaceRun        *self);

/* Takes the waiter out: who gets it answers, and frees it. */
EnlaceWaiter *enlace_run_take_waiter    (EnlaceRun        *self);
void         enlace_waiter_answer       (EnlaceWaiter     *self,
                                         EnlaceOutcome    *outcome);
void         enlace_pending_reply_free  (EnlacePendingReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRun, enlace_run_unref)

G_END_DECLS
