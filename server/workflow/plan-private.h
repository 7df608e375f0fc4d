/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/template.h"
#include "common/workflow/step-type.h"
#include "server/workflow/plan.h"
#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

typedef struct {
  const char     *name;         /* borrowed from the parameters */
  EnlaceTemplate *template;
} EnlacePlanParameter;

/* The steps that an edge out of one port leads to. */
typedef struct {
  const char *name;             /* borrowed from the document */
  guint      *targets;          /* indexes of steps */
  guint       n_targets;
} EnlacePlanPort;

/* Attempts and the waits between them, in milliseconds. */
typedef struct {
  guint  max_attempts;          /* 1: no second one */
  gint64 initial_ms;
  double factor;
  gint64 max_ms;
} EnlaceRetryPolicy;

/* What becomes of the run when a step has failed for good. */
typedef enum {
  ENLACE_ON_ERROR_STOP,         /* the run, the iteration or the branch that it is in fails */
  ENLACE_ON_ERROR_CONTINUE,     /* it goes on by `out`, with a value in the place of the output */
  ENLACE_ON_ERROR_BRANCH,       /* it goes on by `error` */
} EnlaceOnError;

/* How a flow.merge joins. */
typedef enum {
  ENLACE_JOIN_ALL,              /* as any other step: all edges are decided, one at least is taken */
  ENLACE_JOIN_ANY,              /* as soon as one is taken */
  ENLACE_JOIN_FIRST,            /* the same, and what leads only here and has not begun is left out */
  ENLACE_JOIN_COUNT,            /* as soon as `join_count` are taken */
} EnlaceJoin;

typedef struct {
  const EnlaceDocumentNode *node;
  const EnlaceStepInfo     *info;
  const EnlaceStepType     *type;
  EnlaceStepFlags           flags;        /* with those that depend on its parameters */
  EnlaceValue              *shaped;       /* the parameters as they were compiled: it keeps their names */
  EnlacePlanParameter      *parameters;
  guint                     n_parameters;
  EnlacePlanPort           *ports;
  guint                     n_ports;
  guint                     n_incoming;
  EnlaceRetryPolicy         retry;
  EnlaceOnError             on_error;
  EnlaceTemplate           *on_error_value;   /* nullable */
  gint64                    timeout;      /* microseconds from the step's `now` on; 0: none */
  EnlaceValue              *pinned;       /* borrowed; what test runs take for its output; NULL: nothing */
  EnlaceJoin                join;
  guint                     join_count;
  guint                     region;       /* that it is in */
  guint                     local;        /* its place in the region */
  guint                    *regions;      /* those that it owns: the body of a loop, the branches of a parallel */
  guint                     n_regions;
} EnlacePlanStep;

/* A part of the plan that runs as one, see common/workflow/regions.h. */
typedef struct {
  int         owner;            /* index of a step, -1: the root */
  const char *port;             /* of the owner; borrowed; NULL: the root, a catch */
  int         parent;           /* -1: the root */
  guint       branch;           /* its place among the regions of its owner */
  guint      *steps;            /* indexes of the steps in it, in topological order */
  guint       n_steps;
} EnlacePlanRegion;

typedef enum {
  ENLACE_PRIORITY_HIGH,
  ENLACE_PRIORITY_NORMAL,
  ENLACE_PRIORITY_LOW,
  ENLACE_N_PRIORITIES,
} EnlacePriority;

/* What happens to a run when as many with its concurrency key are under way as may be. */
typedef enum {
  ENLACE_GATE_QUEUE,
  ENLACE_GATE_CANCEL_OLDEST,
  ENLACE_GATE_REFUSE,
} EnlaceGatePolicy;

struct _EnlacePlan {
  gatomicrefcount  ref_count;
  EnlaceUuid       organisation_id;
  EnlaceUuid       workflow_id;
  gint64           version;
  EnlaceDocument  *document;
  EnlacePlanStep  *steps;                 /* in topological order */
  GHashTable      *by_node;               /* id, borrowed → index + 1 */
  guint            n_steps;
  EnlacePlanRegion *regions;              /* the root first */
  guint            n_regions;
  int              catch_region;          /* -1: none */
  EnlacePriority   priority;
  EnlaceTemplate  *gate_key;              /* the concurrency key; NULL: any number may run at the same time */
  guint            gate_limit;
  EnlaceGatePolicy gate_policy;
  guint            retry_budget;          /* attempts after the first ones that a run may make */
  EnlaceValue     *workflow;              /* what expressions see as `workflow` */
  EnlaceValue     *trigger_parameters;
  guint64          cost;                  /* of all expressions, in their units; G_MAXUINT64 where it depends on data */
  gboolean         has_respond;
  gboolean         has_urls;              /* steps that can be told something by an address */
  gboolean         is_pure;
};

/* Before the plan is shared: what `workflow.name` is. */
void  enlace_plan_set_name  (EnlacePlan *self,
                             const char *name);
/* The index of the step of a node, -1 where there is none. */
int   enlace_plan_find_step (EnlacePlan *self,
                             const char *node);
/* The compiled template of a parameter, NULL where the step has none of that name. */
EnlaceTemplate *enlace_plan_step_get_template (EnlacePlanStep *step,
                                               const char     *name);
/* Whether `step` comes after `other`, or is it: by edges, or inside of what comes after it. */
gboolean enlace_plan_is_after (EnlacePlan *self,
                               guint       step,
                               guint       other);

G_END_DECLS
