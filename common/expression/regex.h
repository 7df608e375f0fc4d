/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

/* A compiled pattern of the RE2 syntax: immutable, usable by several threads at once. */
EnlaceRegex *enlace_regex_new   (const char       *pattern,
                                 gsize             length,
                                 char            **problem); /* the caller's, when NULL is returned */
void         enlace_regex_free  (EnlaceRegex      *self);
/* Memory of the compiled form in bytes: repetitions may make it far larger than the pattern. */
gsize        enlace_regex_get_size (EnlaceRegex   *self);
/* Searches anywhere in the text; every step of the search is charged. FALSE with a failure. */
gboolean     enlace_regex_match (EnlaceRegex      *self,
                                 EnlaceEvaluation *evaluation,
                                 const char       *text,
                                 gsize             length,
                                 gboolean         *matches);
/* Searches from a byte of the text on. `offsets` are the begin and end of the match and of each of the first `n_offsets / 2 - 1`
 * groups, -1 for one that took no part; the first is -1 when there is no match. FALSE with a failure. */
gboolean     enlace_regex_find  (EnlaceRegex      *self,
                                 EnlaceEvaluation *evaluation,
                                 const char       *text,
                                 gsize             length,
                                 gsize             start,
                                 gssize           *offsets,
                                 guint             n_offsets);
guint        enlace_regex_get_n_groups (EnlaceRegex *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceRegex, enlace_regex_free)

G_END_DECLS
