/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceEntryKind:
 * @ENLACE_ENTRY_RESULT: a step is done, or has failed for good
 * @ENLACE_ENTRY_INTENT: a step is about to act outside
 * @ENLACE_ENTRY_ATTEMPT: an attempt failed; the step is tried again at `wake_at`
 * @ENLACE_ENTRY_UNKNOWN: whether the step acted is not known, and it may not be sent again without a person's word
 * @ENLACE_ENTRY_NOT_DONE: a person said that it did not act: it is sent again
 * @ENLACE_ENTRY_DONE: a person said that it did act; `output` is theirs
 * @ENLACE_ENTRY_WAIT: a step waits to be told something, or until `wake_at`; `input` is what it began to wait with
 * @ENLACE_ENTRY_OPEN: the body of a loop or of a parallel begins; `input` is what it goes through
 * @ENLACE_ENTRY_FRAME: an iteration or a branch is over; `node` is its owner, `iteration` its own path
 * @ENLACE_ENTRY_OPTIONS: the first of a run that is not to run whole; `output` says how
 *
 * What happened in a run, in order. The numbers are written to the store.
 */
typedef enum {
  ENLACE_ENTRY_RESULT = 1,
  ENLACE_ENTRY_INTENT,
  ENLACE_ENTRY_ATTEMPT,
  ENLACE_ENTRY_UNKNOWN,
  ENLACE_ENTRY_NOT_DONE,
  ENLACE_ENTRY_DONE,
  ENLACE_ENTRY_WAIT,
  ENLACE_ENTRY_OPEN,
  ENLACE_ENTRY_FRAME,
  ENLACE_ENTRY_OPTIONS,
  ENLACE_ENTRY_LAST = ENLACE_ENTRY_OPTIONS,
} EnlaceEntryKind;

typedef struct {
  EnlaceEntryKind  kind;
  const char      *node;           /* borrowed; owned by the entry when it was read */
  const char      *port;           /* the same; nullable */
  const char      *iteration;      /* the same; "3.1": in the iteration 1 of a loop in the iteration 3 of another; NULL: in none */
  gboolean         is_failed;
  gboolean         is_repeatable;  /* of an intent: it may be sent twice */
  guint            attempt;        /* from 1 */
  gint64           now;            /* the step's `now`, microseconds */
  gint64           started_at;     /* of this attempt, microseconds */
  gint64           duration;       /* microseconds */
  gint64           wake_at;        /* microseconds; 0: none */
  EnlaceValue     *input;          /* all nullable */
  EnlaceValue     *output;
  EnlaceValue     *error;
} EnlaceEntry;

/* Appends an entry's bytes. Records are made of entries one after the other and nothing else. */
void       enlace_record_append (GByteArray         *record,
                                 const EnlaceEntry  *entry);

/* Adds the entries of `data` to `entries` (element-type EnlaceEntry, freed with enlace_entry_free()). FALSE with ENLACE_JSON_ERROR_SYNTAX
 * when they are damaged. */
gboolean   enlace_record_read   (GPtrArray          *entries,
                                 gconstpointer       data,
                                 gsize               length,
                                 GError            **error);
void       enlace_entry_free    (EnlaceEntry        *self);

G_END_DECLS
