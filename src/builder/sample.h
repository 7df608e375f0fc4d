/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/execution.h"
#include "src/client/step-record.h"

G_BEGIN_DECLS

/**
 * EnlaceSample:
 *
 * The data of one run, against which expressions are tried while they are written.
 *
 * Signals: "changed" ().
 */
#define ENLACE_TYPE_SAMPLE (enlace_sample_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceSample, enlace_sample, ENLACE, SAMPLE, GObject)

EnlaceSample     *enlace_sample_new          (void);
/* `trigger` nullable; `records`: a list of EnlaceStepRecord. */
void              enlace_sample_set_run      (EnlaceSample  *self,
                                              EnlaceValue   *trigger,
                                              GListModel    *records);
/* The workflow's own id and name, which expressions can ask for. */
void              enlace_sample_set_workflow (EnlaceSample  *self,
                                              const char    *id,
                                              const char    *name);
gboolean          enlace_sample_has_run      (EnlaceSample  *self);
EnlaceValue      *enlace_sample_get_trigger  (EnlaceSample  *self); /* borrowed, nullable */
/* The last record of a step, of a loop's iterations the first that failed; borrowed, nullable. */
EnlaceStepRecord *enlace_sample_find_record  (EnlaceSample  *self,
                                              const char    *node);
/* What the value, a parameter with templates, is with this data. Transfer full. */
EnlaceValue      *enlace_sample_evaluate     (EnlaceSample  *self,
                                              EnlaceValue   *value,
                                              GError       **error);
/* What expressions can read by its name, as a map. Transfer full. */
EnlaceValue      *enlace_sample_dup_scope    (EnlaceSample  *self);
/* Whether it holds any expression; an expression that does not compile counts. */
gboolean          enlace_sample_is_template  (EnlaceValue   *value);

/* The path of a member below `path` as an expression says it: "trigger.body", "trigger.headers[\"x-id\"]", "item[0]". Transfer full. */
char             *enlace_sample_join_path    (const char    *path,
                                              EnlaceValue   *key);

G_END_DECLS
