/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* A step's "retry" member. */
typedef struct {
  gint64 max_attempts;
  gint64 initial_ms;
  gint64 max_ms;
  double factor;
} EnlaceRetry;

/* What is offered when the person first asks for further tries. */
void         enlace_retry_init_default (EnlaceRetry       *self);
/* FALSE: the value asks for no second try. Members that are missing mean what they mean to the server. */
gboolean     enlace_retry_read         (EnlaceRetry       *self,
                                        EnlaceValue       *value);
/* The member, with what else was in `previous` (nullable) kept. Transfer full. */
EnlaceValue *enlace_retry_to_value     (const EnlaceRetry *self,
                                        EnlaceValue       *previous);
/* All waits together, in milliseconds. */
gint64       enlace_retry_total_wait   (const EnlaceRetry *self);
/* "Try 5 times over 31 minutes, then stop". NULL: "Try once, then stop". Transfer full. */
char        *enlace_retry_describe     (const EnlaceRetry *self);
/* "15 seconds", "31 minutes", "2 hours": the largest unit that says it to about a tenth. Transfer full. */
char        *enlace_words_for_duration (gint64             milliseconds);

G_END_DECLS
