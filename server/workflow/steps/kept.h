/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/data.h"
#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

/* What steps keep beyond their run, in the store: for whom, and by which hash a key is known there. Test runs keep apart from others. */
typedef struct {
  EnlaceStepContext *context;
  gboolean           is_organisation;  /* else the workflow's own */
  gint64             now;
} EnlaceKept;

/* Reads the parameter `scope`: `organisation`, else the workflow's own. */
gboolean      enlace_kept_init         (EnlaceKept         *self,
                                        EnlaceStepContext  *context,
                                        GError            **error);
/* NULL: the organisation's. */
const EnlaceUuid *enlace_kept_get_workflow (const EnlaceKept *self);
/* The hash of a key; `name` keeps those of one set apart from those of another. */
void          enlace_kept_hash         (const EnlaceKept   *self,
                                        const char         *purpose,
                                        const char         *name,
                                        const char         *key,
                                        gsize               length,
                                        guint8              hash[ENLACE_DATA_HASH_SIZE]);
/* A row of a value, sealed; a length of time of 0 keeps it for ever. PARAMETER: the value is larger than may be kept. */
EnlaceDataRow *enlace_kept_make_row    (const EnlaceKept   *self,
                                        const char         *key,
                                        EnlaceValue        *value,
                                        gint64              lifetime_ms,
                                        GError            **error);
/* What a row holds (transfer full). */
EnlaceValue   *enlace_kept_read_value  (const EnlaceKept   *self,
                                        const EnlaceDataRow *row,
                                        GError            **error);
char          *enlace_kept_read_key    (const EnlaceKept   *self,
                                        const EnlaceDataRow *row,
                                        GError            **error);

#define ENLACE_KEPT_VALUES "data.store"
#define ENLACE_KEPT_SEEN "data.dedupe"

G_END_DECLS
