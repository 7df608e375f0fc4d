/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/clock.h"
#include "server/workflow/engine.h"
#include "server/workflow/run.h"
#include "server/workflow/schedules.h"

G_BEGIN_DECLS

#define ENLACE_ENGINE_MAX_RUNS 4096
#define ENLACE_ENGINE_STACK_SIZE (256 * 1024)
#define ENLACE_ENGINE_MAX_IDLE 64

/* The points of a run at which a process may be killed by a test: before and after each durable write and each effect outside. NULL-terminated. */
extern const char *const enlace_fail_points[];

/* What a test may put in the place of the real thing. */
typedef struct {
  gint64 (*get_time)   (gpointer data);                          /* microseconds since 1970 */
  void   (*fail_point) (const char *name, gpointer data);        /* called at named points of a run */
  gpointer data;
} EnlaceEngineHooks;

/* What a person asked of a run, see control.c. */
typedef struct {
  EnlaceUuid   organisation_id;
  EnlaceUuid   id;
  gboolean     is_resolution;   /* else it is to be cancelled */
  char        *node;
  gboolean     is_done;
  EnlaceValue *output;
  void       (*func) (const GError *error, gpointer data);
  gpointer     data;
} EnlaceOrder;

/* Ids in order, taken from `head` on. */
typedef struct {
  GArray *ids;                  /* EnlaceUuid */
  guint   head;
} EnlaceRunQueue;

/* A fiber that waits for its next run: making one anew costs a stack. */
typedef struct {
  DexPromise *called;
  EnlaceRun  *run;              /* set before it is called; NULL: it ends */
} EnlaceIdleFiber;

struct _EnlaceEngine {
  EnlaceStore       *store;       /* borrowed */
  EnlaceVault       *vault;       /* borrowed */
  EnlaceOutbound    *outbound;    /* borrowed */
  EnlaceMailer      *mailer;      /* borrowed, NULL: no mail is sent */
  EnlaceJail        *jail;        /* borrowed, NULL: no JavaScript */
  char              *public_url;  /* without a trailing slash; NULL: it has no addresses */
  EnlaceVariables   *variables;   /* owned */
  EnlaceSchedules   *schedules;   /* owned */
  struct _EnlaceEvents *events;   /* owned, see events.h */
  gint64             epoch;
  guint              max_runs;
  gsize              memory_budget;
  EnlaceEngineHooks  hooks;
  EnlaceClock        clock;

  GRWLock            plans_lock;  /* of the three tables */
  GHashTable        *live;        /* EnlaceUuid → EnlaceLive */
  GHashTable        *tokens;      /* text → EnlaceLive, borrowed */
  GHashTable        *versions;    /* EnlacePlanKey → EnlacePlan */

  GMutex             lock;        /* of all below */
  GCond              changed;     /* a run ended, the scheduler should look again, or it should end */
  GHashTable        *active;      /* EnlaceUuid → EnlaceRun; NULL: reserved while its row is changed from outside */
  GHashTable        *waiters;     /* EnlaceUuid → EnlaceWaiter: of runs that are not active */
  EnlaceRunQueue     queues[ENLACE_N_PRIORITIES];  /* runs in the store that wait for a place */
  GHashTable        *gates;       /* GBytes → Gate, see gate.c */
  GHashTable        *held;        /* EnlaceUuid: runs that wait for their gate */
  GArray            *postponed;   /* EnlaceUuid: runs that could not be read, for the queue at `retry_at` */
  gint64             retry_at;    /* monotonic */
  guint              n_fibers;    /* that have a run */
  GPtrArray         *idle;        /* EnlaceIdleFiber, on the stacks of the fibers */
  guint              n_idle;      /* fibers without a run that have not ended */
  GHashTable        *orders;      /* EnlaceUuid → GSList of EnlaceOrder: for when the run is not active any more */
  guint              n_committing; /* commits that are under way */
  int                n_sending;    /* atomic: requests that are under way */
  gint64             next_due;    /* when the scheduler looks for runs that are due; 0: none is known */
  gboolean           is_begun;
  gboolean           is_ticking;  /* the scheduler looks at the waiters soon */
  int                is_stopping; /* set with the lock held, read without */
  GThread           *scheduler;

  guint64            n_started;   /* atomic */
  guint64            n_completed;
  guint64            n_failed;
};

/* A run in memory that has not begun. */
EnlaceRun  *enlace_engine_make_run       (EnlaceEngine       *self,
                                          const EnlaceStart  *start);
/* Begins a run that has a record already: it goes on from there, loaded from the store. Takes it. */
void        enlace_engine_start_prepared (EnlaceEngine       *self,
                                          EnlaceRun          *run,
                                          const EnlaceStart  *start,
                                          EnlaceOutcomeFunc   func,
                                          gpointer            data);
gint64      enlace_engine_get_time       (EnlaceEngine       *self);
void        enlace_engine_pass_point     (EnlaceEngine       *self,
                                          const char         *name);
void        enlace_engine_set_hooks      (EnlaceEngine       *self,
                                          const EnlaceEngineHooks *hooks);

/* plans.c */
void        enlace_plans_init            (EnlaceEngine       *self);
void        enlace_plans_clear           (EnlaceEngine       *self);
gboolean    enlace_plans_load            (EnlaceEngine       *self,
                                          GError            **error);
/* The plan for a row that was read: its version's, or that of the draft in it. */
EnlacePlan *enlace_plans_get_for_row     (EnlaceEngine       *self,
                                          const EnlaceExecutionRow *row,
                                          GError            **error);
guint       enlace_plans_count           (EnlaceEngine       *self);

/* scheduler.c */
/* Takes a place for a run and drives it in a fiber (takes the reference). FALSE: there is none free. */
gboolean    enlace_scheduler_admit       (EnlaceEngine       *self,
                                          EnlaceRun          *run);
/* A run that is in the store waits for a place; takes the waiter. */
void        enlace_scheduler_enqueue     (EnlaceEngine       *self,
                                          const EnlaceUuid   *id,
                                          EnlacePriority      priority,
                                          EnlaceWaiter       *waiter);
/* With the lock held. */
void        enlace_scheduler_push        (EnlaceEngine       *self,
                                          const EnlaceUuid   *id,
                                          EnlacePriority      priority);
/* A run could not be read just now: it is tried again soon. */
void        enlace_scheduler_postpone    (EnlaceEngine       *self,
                                          const EnlaceUuid   *id);
/* A commit is over: the engine may be waiting for the last one. */
void        enlace_scheduler_begin_commit (EnlaceEngine      *self);
void        enlace_scheduler_end_commit  (EnlaceEngine       *self);
/* A run in the store is due at `wake_at`. */
void        enlace_scheduler_wake_at     (EnlaceEngine       *self,
                                          gint64              wake_at);
/* Fills free places from the queue. */
void        enlace_scheduler_start_queued (EnlaceEngine      *self);
/* With the lock held: lets the idle fibers end. */
void        enlace_scheduler_dismiss_idle (EnlaceEngine      *self);
/* The reply comes too late, or the server ends: what was accepted runs on. Takes the waiter. */
void        enlace_waiter_time_out       (EnlaceWaiter       *waiter);

/* timer.c */
gboolean    enlace_scheduler_begin       (EnlaceEngine       *self,
                                          GError            **error);
void        enlace_scheduler_stop        (EnlaceEngine       *self,
                                          guint               milliseconds);
/* Keeps a run that is not active from being started. FALSE: it is active, and takes the order with it, which is carried out when it is not any more;
 * an order to cancel interrupts it. */
gboolean    enlace_scheduler_reserve     (EnlaceEngine       *self,
                                          EnlaceOrder        *order);
/* With `is_ready` it is started as soon as there is a place. */
void        enlace_scheduler_release     (EnlaceEngine       *self,
                                          const EnlaceUuid   *id,
                                          gboolean            is_ready);
/* The waiter of a run that is not active, to be answered by the caller; NULL: none. */
EnlaceWaiter *enlace_scheduler_take_waiter (EnlaceEngine     *self,
                                          const EnlaceUuid   *id);
guint       enlace_scheduler_count_queued (EnlaceEngine      *self);

/* control.c */
/* Takes the order. `is_cancelled`: the run has just ended so. */
void        enlace_order_carry_out       (EnlaceEngine       *self,
                                          EnlaceOrder        *order,
                                          gboolean            is_cancelled);

guint       enlace_uuid_hash_cb          (gconstpointer       uuid);
gboolean    enlace_uuid_equal_cb         (gconstpointer       a,
                                          gconstpointer       b);

G_END_DECLS
