/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* What both programs know of a step type: the palette, the inspector's form and the static check are made from it.
 * How a step runs is the server's (server/workflow/steps). */

typedef enum {
  ENLACE_PARAMETER_TEXT,          /* one line; may hold {{ }} */
  ENLACE_PARAMETER_LONG_TEXT,
  ENLACE_PARAMETER_CONDITION,     /* one {{ expression }} that yields a bool */
  ENLACE_PARAMETER_NUMBER,        /* integer, or a template */
  ENLACE_PARAMETER_CHOICE,        /* one of `choices` */
  ENLACE_PARAMETER_FIELDS,        /* data.map's list of { path, value } */
  ENLACE_PARAMETER_PAIRS,         /* a map of text → template: headers, query */
  ENLACE_PARAMETER_JSON,          /* any JSON value with templates in it */
  ENLACE_PARAMETER_CHOICES,       /* a list of `choices`, each at most once, one at least */
  ENLACE_PARAMETER_HEADER_NAME,   /* the name of an HTTP header; no template */
} EnlaceParameterKind;

typedef struct {
  const char          *name;      /* the member of "parameters" */
  const char          *title;     /* translatable (N_) */
  const char          *hint;      /* translatable, nullable */
  EnlaceParameterKind  kind;
  const char *const   *choices;   /* NULL-terminated; of ENLACE_PARAMETER_CHOICE */
  const char          *fallback;  /* JSON text of the default; NULL: none */
  gboolean             required;
  gint64               minimum;   /* of ENLACE_PARAMETER_NUMBER */
  gint64               maximum;
} EnlaceParameter;

typedef enum {
  ENLACE_STEP_TRIGGER = 1 << 0,   /* begins a run; no edge enters it */
  ENLACE_STEP_EFFECT  = 1 << 1,   /* acts outside, so it may be cut off and may be retried */
  ENLACE_STEP_REPLY   = 1 << 2,   /* answers the waiting caller */
  ENLACE_STEP_END     = 1 << 3,   /* no port: ends the run */
} EnlaceStepFlags;

typedef struct {
  const char            *name;        /* "flow.if" */
  const char            *title;       /* translatable */
  const char            *description; /* translatable, one sentence */
  const char            *category;    /* "trigger", "flow", "data", "http" */
  const char            *icon_name;   /* a symbolic icon */
  EnlaceStepFlags        flags;
  const char *const     *ports;       /* outgoing, NULL-terminated; { "out", NULL } for most, empty for an end */
  const EnlaceParameter *parameters;
  guint                  n_parameters;
} EnlaceStepInfo;

/* Only step types that are built; others of the contract are told apart by enlace_step_type_is_known(). */
const EnlaceStepInfo *const *enlace_step_infos        (guint      *n_infos);
const EnlaceStepInfo        *enlace_step_info_find    (const char *type);  /* NULL: not built, or unknown */
gboolean                     enlace_step_type_is_known (const char *type);

G_END_DECLS
