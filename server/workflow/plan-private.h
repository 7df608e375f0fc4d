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

typedef struct {
  const EnlaceDocumentNode *node;
  const EnlaceStepInfo     *info;
  const EnlaceStepType     *type;
  EnlaceValue              *shaped;       /* the parameters as they were compiled: it keeps their names */
  EnlacePlanParameter      *parameters;
  guint                     n_parameters;
  EnlacePlanPort           *ports;
  guint                     n_ports;
  guint                     n_incoming;
  EnlaceRetryPolicy         retry;
} EnlacePlanStep;

struct _EnlacePlan {
  gatomicrefcount  ref_count;
  EnlaceUuid       organisation_id;
  EnlaceUuid       workflow_id;
  gint64           version;
  EnlaceDocument  *document;
  EnlacePlanStep  *steps;                 /* in topological order */
  guint            n_steps;
  EnlaceValue     *workflow;              /* what expressions see as `workflow` */
  EnlaceValue     *trigger_parameters;
  guint64          cost;                  /* of all expressions, in their units; G_MAXUINT64 where it depends on data */
  gboolean         has_respond;
  gboolean         is_pure;
};

/* Before the plan is shared: what `workflow.name` is. */
void  enlace_plan_set_name  (EnlacePlan *self,
                             const char *name);
/* The index of the step of a node, -1 where there is none. */
int   enlace_plan_find_step (EnlacePlan *self,
                             const char *node);

G_END_DECLS
