/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "common/value/value.h"
#include "server/jail/protocol.h"

G_BEGIN_DECLS

/**
 * EnlaceJailError:
 * @ENLACE_JAIL_ERROR_START: enlace-jail is not there, or refuses to work on this machine: the message says why
 * @ENLACE_JAIL_ERROR_INPUT: the code or the input is larger than may be, or the input cannot be said in JSON
 * @ENLACE_JAIL_ERROR_LOST: the process ended in the middle of the call, or answered what is no answer
 * @ENLACE_JAIL_ERROR_STOPPED: the jail was closed
 */
typedef enum {
  ENLACE_JAIL_ERROR_START,
  ENLACE_JAIL_ERROR_INPUT,
  ENLACE_JAIL_ERROR_LOST,
  ENLACE_JAIL_ERROR_STOPPED,
} EnlaceJailError;

#define ENLACE_JAIL_ERROR (enlace_jail_error_quark ())
GQuark enlace_jail_error_quark (void);

/**
 * EnlaceJailOutcome:
 * @ENLACE_JAIL_OUTPUT: the code returned: `text` is JSON
 * @ENLACE_JAIL_THROWN: it threw, or returned what JSON cannot say: `text` is the message
 * @ENLACE_JAIL_TIME: it did not end in time
 * @ENLACE_JAIL_MEMORY: it needed too much memory
 * @ENLACE_JAIL_SIZE: its output is too large
 */
typedef enum {
  ENLACE_JAIL_OUTPUT = ENLACE_JAIL_REPLY_OUTPUT,
  ENLACE_JAIL_THROWN = ENLACE_JAIL_REPLY_THROWN,
  ENLACE_JAIL_TIME = ENLACE_JAIL_REPLY_TIME,
  ENLACE_JAIL_MEMORY = ENLACE_JAIL_REPLY_MEMORY,
  ENLACE_JAIL_SIZE = ENLACE_JAIL_REPLY_SIZE,
} EnlaceJailOutcome;

/* What came of a call, as the process said it: nothing of it was looked at yet. */
typedef struct {
  EnlaceJailOutcome  outcome;
  guint              line;          /* of the code, where it threw; 0: not known */
  char              *text;          /* owned, NUL-terminated */
  gsize              text_length;
  char              *logs;          /* owned, NUL-terminated */
  gsize              logs_length;
  guint              n_dropped;     /* lines of the console that did not fit */
} EnlaceJailResult;

#define ENLACE_TYPE_JAIL_RESULT (enlace_jail_result_get_type ())
GType             enlace_jail_result_get_type  (void);
EnlaceJailResult *enlace_jail_result_new       (EnlaceJailOutcome       outcome,
                                                const char             *text);
EnlaceJailResult *enlace_jail_result_copy      (const EnlaceJailResult *self);
void              enlace_jail_result_free      (EnlaceJailResult       *self);

/* The output of one that returned (transfer full); NULL with an error: it is not what it says it is. */
EnlaceValue      *enlace_jail_result_dup_output (const EnlaceJailResult *self,
                                                 GError                **error);
/* What the console said: a list of maps { level, text } (transfer full). NULL with an error as above. */
EnlaceValue      *enlace_jail_result_dup_logs   (const EnlaceJailResult *self,
                                                 GError                **error);

/**
 * enlace_jail_reply_check:
 * @bytes: what a process sent so far; it is not trusted
 *
 * Whether a reply begins here, and how long it is.
 *
 * Returns: bytes of the whole reply; 0 when that cannot be told yet; -1 with an error when no reply begins so
 */
gssize            enlace_jail_reply_check      (const guint8           *bytes,
                                                gsize                   length,
                                                GError                **error);
/* A reply that is there whole, as said by enlace_jail_reply_check(). */
EnlaceJailResult *enlace_jail_reply_parse      (const guint8           *bytes);
gboolean          enlace_jail_reply_is_ready   (const guint8           *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceJailResult, enlace_jail_result_free)

G_END_DECLS
