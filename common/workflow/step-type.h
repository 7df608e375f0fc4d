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
  ENLACE_PARAMETER_SWITCH,        /* true or false */
  ENLACE_PARAMETER_EXPRESSION,    /* any value, usually one {{ expression }} */
  ENLACE_PARAMETER_DURATION,      /* milliseconds, a text such as "90s" or "3d", or a template that gives a duration or milliseconds */
  ENLACE_PARAMETER_TIME,          /* RFC 3339, or a template that gives a timestamp or such a text */
  ENLACE_PARAMETER_NAME,          /* a text that names something: a port, a field; no template */
  ENLACE_PARAMETER_NAMES,         /* a list of such texts, each at most once, one at least */
  ENLACE_PARAMETER_ROWS,          /* a list of objects with the members of `columns` */
  ENLACE_PARAMETER_CODE,          /* JavaScript; no template */
  ENLACE_PARAMETER_CRON,          /* five or six fields; no template */
  ENLACE_PARAMETER_TIME_ZONE,     /* an IANA name; no template */
  ENLACE_PARAMETER_SCHEMA,        /* a JSON Schema; no template */
  ENLACE_PARAMETER_WORKFLOW,      /* the id of a workflow; no template */
} EnlaceParameterKind;

typedef struct _EnlaceParameter EnlaceParameter;
struct _EnlaceParameter {
  const char          *name;      /* the member of "parameters" */
  const char          *title;     /* translatable (N_) */
  const char          *hint;      /* translatable, nullable */
  EnlaceParameterKind  kind;
  const char *const   *choices;   /* NULL-terminated; of ENLACE_PARAMETER_CHOICE */
  const char          *fallback;  /* JSON text of the default; NULL: none */
  gboolean             required;
  gint64               minimum;   /* of ENLACE_PARAMETER_NUMBER */
  gint64               maximum;
  gboolean             per_item;  /* evaluated for each item: `item` and `index` are in scope */
  const EnlaceParameter *columns; /* of ENLACE_PARAMETER_ROWS */
  guint                n_columns;
};

typedef enum {
  ENLACE_STEP_TRIGGER = 1 << 0,   /* begins a run; no edge enters it */
  ENLACE_STEP_EFFECT  = 1 << 1,   /* acts outside, so it may be cut off and may be retried */
  ENLACE_STEP_REPLY   = 1 << 2,   /* answers the waiting caller */
  ENLACE_STEP_END     = 1 << 3,   /* no port: ends the run */
  ENLACE_STEP_WAITS   = 1 << 4,   /* waits, but acts on nothing outside */
  ENLACE_STEP_SCOPE   = 1 << 5,   /* owns a body: see regions.h */
  ENLACE_STEP_CATCH   = 1 << 6,   /* begins when the run has failed; no edge enters it */
} EnlaceStepFlags;

typedef struct {
  const char            *name;        /* "flow.if" */
  const char            *title;       /* translatable */
  const char            *description; /* translatable, one sentence */
  const char            *category;    /* "trigger", "flow", "data", "code", "http" */
  const char            *icon_name;   /* a symbolic icon */
  EnlaceStepFlags        flags;
  EnlaceStepFlags      (*get_flags) (EnlaceValue *parameters);   /* those that depend on the parameters, beside `flags`; nullable */
  const char *const     *ports;       /* outgoing, NULL-terminated; { "out", NULL } for most, empty for an end */
  char                **(*dup_ports) (EnlaceValue *parameters); /* where they depend on the parameters; nullable */
  const EnlaceParameter *parameters;
  guint                  n_parameters;
  const char *const     *one_of;      /* parameters of which one at least has to be there; nullable */
  const char            *documentation; /* translatable, nullable: what more there is to know, in some sentences */
  const char            *output;      /* JSON Schema of the output, nullable: not known */
  const char *const     *errors;      /* codes of errors that are its own, nullable */
} EnlaceStepInfo;

/* The ports of a step, with these parameters and its way with errors (`value`: the whole node). NULL-terminated, owned by the caller. */
char                       **enlace_step_info_dup_ports (const EnlaceStepInfo *self,
                                                         EnlaceValue          *node);
/* Ports by the texts of a list, or by a member of its objects (`member`), and a last one. */
char                       **enlace_step_ports_from_names (EnlaceValue        *list,
                                                           const char         *member,
                                                           const char         *last);

/* All flags of a step with these parameters. */
EnlaceStepFlags              enlace_step_info_get_flags (const EnlaceStepInfo *self,
                                                         EnlaceValue          *parameters);

/* Only step types that are built; others of the contract are told apart by enlace_step_type_is_known(). */
const EnlaceStepInfo *const *enlace_step_infos        (guint      *n_infos);
const EnlaceStepInfo        *enlace_step_info_find    (const char *type);  /* NULL: not built, or unknown */
gboolean                     enlace_step_type_is_known (const char *type);

G_END_DECLS
