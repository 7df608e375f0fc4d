/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/formats/csv.h"
#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* What data.parse and data.format share. */
typedef struct {
  EnlaceFormatGuard  base;
  EnlaceStepContext *context;
} EnlaceStepGuard;

/* Charges the step and keeps to the memory of its run. */
void     enlace_step_guard_init     (EnlaceStepGuard    *self,
                                     EnlaceStepContext  *context);
/* Reads the choice of a parameter as its number in `choices` (NULL-terminated); 0 where it is none of them. */
gboolean enlace_step_context_choose (EnlaceStepContext  *context,
                                     const char         *name,
                                     const char *const  *choices,
                                     guint              *number,
                                     GError            **error);
/* The delimiter, the quote and how it is escaped; `delimiter` holds what the dialect points to. */
gboolean enlace_step_read_dialect   (EnlaceStepContext  *context,
                                     EnlaceCsvDialect   *dialect,
                                     char              **delimiter,
                                     GError            **error);

G_END_DECLS
