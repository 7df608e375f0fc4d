/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "server/workflow/engine.h"
#include "server/workflow/frame.h"
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
  GPtrArray  *changes;        /* EnlaceStepChange, owned; NULL: none */
  gboolean    is_step_conflict; /* the last commit failed because one of its changes could not be made; set by the writer before it says so */
  guint       n_submitted_changes; /* of these, how many the commit under way carries */
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
  gboolean            is_long;          /* it needs more than may be spent on the thread that received the event */
  gint64              started_at;
  gint64              last_now;
  gint64              retry_count;
  guint64             inline_cost;      /* what is left of ENLACE_RUN_INLINE_COST */

  EnlaceValue        *trigger;
  EnlaceValue        *vars;             /* `vars`, as they were when the run first read them; NULL: it has not */
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

  EnlaceFrame        *root;
  EnlaceFrame        *caught;           /* what follows the catch, once the run has failed */
  EnlaceValue        *failure;          /* what the catch gets */
  EnlaceValue        *output;           /* what it has answered, nullable */
  int                 only;             /* the step that alone is to run, whatever leads to it; -1: none */
  guint8             *is_wanted;        /* by step; NULL: all are */
  EnlaceValue        *options;          /* of the entry OPTIONS, nullable */
  GHashTable         *signals;          /* step key → EnlaceValue: came and were not yet taken; nullable */
  int                 is_poked;         /* atomic: signals came */
  DexPromise         *poke;             /* with the engine's lock: resolved when they come */
  gint64              slice_end;        /* monotonic: when others should have their turn */

  gboolean            has_parent;
  EnlaceUuid          parent_id;        /* the run that waits for this one */
  char               *parent_key;
  gboolean            has_source;
  EnlaceUuid          source_id;
  GBytes             *gate;             /* nullable: see gate.h */
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

/* A step has ended and its frame goes on by `port`; output and error (both nullable) are what expressions see of it. */
void         enlace_run_complete_step   (EnlaceRun        *self,
                                         EnlaceFrame      *frame,
                                         guint             index,
                                         const char       *port,
                                         EnlaceValue      *output,
                                         EnlaceValue      *error);
/* A step has failed for good, and its frame with it. `value` is `steps.ID.error`. */
void         enlace_run_fail_step       (EnlaceRun        *self,
                                         EnlaceFrame      *frame,
                                         guint             index,
                                         EnlaceValue      *value);

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

/* Words to a run that has not failed. */
void         enlace_run_set_message     (EnlaceRun        *self,
                                         const char       *message);
/* Which steps are to run, by its options: { "until": NODE } or { "only": NODE }. */
void         enlace_run_apply_options   (EnlaceRun        *self);
/* What the run answers, from the input of the step that does: the first counts. */
void         enlace_run_set_output      (EnlaceRun        *self,
                                         EnlaceValue      *input);
/* What the run comes to: what it answered, else the output of its last step. */
EnlaceValue *enlace_run_dup_output      (EnlaceRun        *self);
void         enlace_step_change_free    (gpointer          change);
/* The key of a signal for a step: its node and where it is. */
char        *enlace_run_dup_signal_key  (EnlaceFrame      *frame,
                                         guint             index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRun, enlace_run_unref)

G_END_DECLS
