/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"
#include "server/jail/jail.h"
#include "server/outbound/client.h"
#include "server/workflow/step-change.h"

G_BEGIN_DECLS

/**
 * EnlaceStepContext:
 *
 * What a step sees while it runs: its parameters, evaluated on demand in the scope of the run, and nothing else. It lives on the stack of the
 * interpreter and belongs to one step of one run.
 */
typedef struct _EnlaceStepContext EnlaceStepContext;
struct _EnlaceRun;

/**
 * EnlaceStepError:
 * @ENLACE_STEP_ERROR_EXPRESSION: a template of a parameter failed
 * @ENLACE_STEP_ERROR_PARAMETER: a parameter has a value that it cannot have
 * @ENLACE_STEP_ERROR_COST: the step's expressions passed their cost limit
 * @ENLACE_STEP_ERROR_MEMORY: the run holds more than its memory budget, or JavaScript needed more than it may
 * @ENLACE_STEP_ERROR_STOPPED: `flow.stop` ended the run as failed
 * @ENLACE_STEP_ERROR_ADDRESS: an address that may not be called
 * @ENLACE_STEP_ERROR_CONNECTION: the other end was not reached, or the connection was lost
 * @ENLACE_STEP_ERROR_TIMEOUT: the other end did not answer in time
 * @ENLACE_STEP_ERROR_TOO_LARGE: the answer was larger than is read
 * @ENLACE_STEP_ERROR_BAD_REPLY: the answer is not what it says it is
 * @ENLACE_STEP_ERROR_HTTP_STATUS: the other end answered with a status that is no success
 * @ENLACE_STEP_ERROR_LIMIT: it went on for longer than it may
 * @ENLACE_STEP_ERROR_NOT_ENOUGH: fewer branches came to a merge than it needs
 * @ENLACE_STEP_ERROR_WORKFLOW: the workflow that the step ran has failed
 * @ENLACE_STEP_ERROR_STATE: what the step was to act on is not in a state that allows it
 * @ENLACE_STEP_ERROR_JAVASCRIPT: JavaScript threw, or gave what JSON cannot say
 * @ENLACE_STEP_ERROR_TIME: JavaScript ran for longer than it may
 * @ENLACE_STEP_ERROR_OUTPUT: the output of JavaScript is too large
 * @ENLACE_STEP_ERROR_JAIL: JavaScript could not be run
 * @ENLACE_STEP_ERROR_INPUT: a text that is not what it is read as
 * @ENLACE_STEP_ERROR_MAIL: a message that the step sends was not taken
 * @ENLACE_STEP_ERROR_INTERRUPTED: the run was cancelled, lost its lease or is being parked; nothing is recorded
 * @ENLACE_STEP_ERROR_WAITING: no error: the step waits, see enlace_step_context_wait()
 *
 * The names of a step's errors, as `steps.ID.error.code` shows them: see enlace_step_error_get_name().
 */
typedef enum {
  ENLACE_STEP_ERROR_EXPRESSION,
  ENLACE_STEP_ERROR_PARAMETER,
  ENLACE_STEP_ERROR_COST,
  ENLACE_STEP_ERROR_MEMORY,
  ENLACE_STEP_ERROR_STOPPED,
  ENLACE_STEP_ERROR_ADDRESS,
  ENLACE_STEP_ERROR_CONNECTION,
  ENLACE_STEP_ERROR_TIMEOUT,
  ENLACE_STEP_ERROR_TOO_LARGE,
  ENLACE_STEP_ERROR_BAD_REPLY,
  ENLACE_STEP_ERROR_HTTP_STATUS,
  ENLACE_STEP_ERROR_LIMIT,
  ENLACE_STEP_ERROR_NOT_ENOUGH,
  ENLACE_STEP_ERROR_WORKFLOW,
  ENLACE_STEP_ERROR_STATE,
  ENLACE_STEP_ERROR_JAVASCRIPT,
  ENLACE_STEP_ERROR_TIME,
  ENLACE_STEP_ERROR_OUTPUT,
  ENLACE_STEP_ERROR_JAIL,
  ENLACE_STEP_ERROR_MAIL,
  ENLACE_STEP_ERROR_INPUT,
  ENLACE_STEP_ERROR_INTERRUPTED,
  ENLACE_STEP_ERROR_WAITING,
} EnlaceStepError;

#define ENLACE_STEP_ERROR (enlace_step_error_quark ())
GQuark      enlace_step_error_quark    (void);
const char *enlace_step_error_get_name (EnlaceStepError code);
EnlaceStepError enlace_step_error_from_name (const char *name);

/**
 * EnlaceStepType:
 * @name: the type in a document's node
 * @shape: (nullable): the parameters in the form in which they are compiled, where that differs from the document's: it takes the map of a
 *   node and gives another (transfer full), or NULL with an error that a person can act on
 * @run: does the step and gives its output (transfer full), or NULL with an error. A step that acts outside calls
 *   enlace_step_context_begin_effect() before it does, and may wait.
 *
 * How a step type runs; its form and its checks are in common/workflow/step-type.h.
 */
typedef struct {
  const char   *name;
  EnlaceValue *(*shape) (EnlaceValue       *parameters,
                         GError           **error);
  EnlaceValue *(*run)   (EnlaceStepContext *context,
                         GError           **error);
} EnlaceStepType;

/* The value of a parameter (transfer full); null where the node does not have it; NULL with an error when a template fails. */
EnlaceValue    *enlace_step_context_get           (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   GError            **error);
/* Whether the node has it, and not as null. */
gboolean        enlace_step_context_has           (EnlaceStepContext  *context,
                                                   const char         *name);
/* The names of the parameters in the form in which they are compiled, by number; NULL: no more. */
const char     *enlace_step_context_get_parameter_name (EnlaceStepContext *context,
                                                   guint               index);
/* A length of time (milliseconds, a text such as "90s", or a duration) as milliseconds up to `maximum`; as it was where absent. */
gboolean        enlace_step_context_get_duration  (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   gint64              maximum,
                                                   gint64             *milliseconds,
                                                   GError            **error);
/* "a list", "a text", …: what a value is, for messages. */
const char     *enlace_step_describe_kind         (EnlaceValue        *value);
/* The same as text; NULL with an error when it is something else. */
char           *enlace_step_context_dup_text      (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   GError            **error);
/* A whole number between `minimum` and `maximum`, `fallback` where absent. */
gboolean        enlace_step_context_get_number    (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   gint64              minimum,
                                                   gint64              maximum,
                                                   gint64              fallback,
                                                   gint64             *number,
                                                   GError            **error);
/* A condition: anything but a bool is an error; as it was where absent. */
gboolean        enlace_step_context_test          (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   gboolean           *result,
                                                   GError            **error);
/* The same for one item of a list: `item` and `index` are in scope, and each evaluation has a cost limit of its own. INTERRUPTED where the run was: a
 * long list ends at once. */
EnlaceValue    *enlace_step_context_get_for       (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   EnlaceValue        *item,
                                                   gsize               index,
                                                   GError            **error);
gboolean        enlace_step_context_test_for      (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   EnlaceValue        *item,
                                                   gsize               index,
                                                   gboolean           *result,
                                                   GError            **error);
/* For work that is no expression, in the units of their cost (about a sixteenth of a kilobyte read, or an item handled): FALSE with INTERRUPTED, or with
 * COST where the thread that received the event cannot afford it; then the step is run again where it can. */
gboolean        enlace_step_context_charge        (EnlaceStepContext  *context,
                                                   gsize               units,
                                                   GError            **error);
/* For output that is being made and holds about so many bytes by now: FALSE with MEMORY where the run may not hold as much. */
gboolean        enlace_step_context_reserve       (EnlaceStepContext  *context,
                                                   gsize               bytes,
                                                   GError            **error);
/* A parameter that must be a list (transfer full). */
EnlaceValue    *enlace_step_context_get_list      (EnlaceStepContext  *context,
                                                   const char         *name,
                                                   GError            **error);
/* The port by which the run goes on; "out" if this is not called. `port` is static. */
void            enlace_step_context_take_port     (EnlaceStepContext  *context,
                                                   const char         *port);
/* What the step acts on, to be shown with its result. */
void            enlace_step_context_set_input     (EnlaceStepContext  *context,
                                                   EnlaceValue        *input);
EnlaceValue    *enlace_step_context_get_trigger   (EnlaceStepContext  *context);

/* Ends the run after this step. */
void            enlace_step_context_end_run       (EnlaceStepContext  *context);
/* Answers the waiting caller, once this is durable; the first reply of a run counts. Takes `headers` (nullable map of text) and `body` (nullable). */
void            enlace_step_context_reply         (EnlaceStepContext  *context,
                                                   guint               status,
                                                   EnlaceValue        *headers,
                                                   const char         *content_type,
                                                   GBytes             *body);

/* What an effect was begun with by an earlier attempt, or before a crash: it is sent again exactly as it was (borrowed, NULL: none). */
EnlaceValue    *enlace_step_context_get_intent    (EnlaceStepContext  *context);
/* Makes durable that the step is about to act on `input`; `is_repeatable` says whether it may be sent again when it was cut off. FALSE: it must not
 * act, and returns at once. */
gboolean        enlace_step_context_begin_effect  (EnlaceStepContext  *context,
                                                   EnlaceValue        *input,
                                                   gboolean            is_repeatable,
                                                   GError            **error);
/* Sends a request and waits for the reply (transfer full). NULL with an error of the client; or INTERRUPTED, which is the interpreter's. */
EnlaceOutboundReply *enlace_step_context_send     (EnlaceStepContext      *context,
                                                   EnlaceOutboundRequest  *request,
                                                   GError                **error);
/* Runs JavaScript and waits for what comes of it (transfer full): it sees the step's `now`, and random numbers that are its own. NULL with an error:
 * it could not be run, or INTERRUPTED, which is the interpreter's. */
EnlaceJailResult *enlace_step_context_run_code    (EnlaceStepContext  *context,
                                                   const char         *code,
                                                   EnlaceValue        *input,
                                                   guint               timeout_ms,
                                                   GError            **error);
/* The id of the step in its document. */
const char     *enlace_step_context_get_node      (EnlaceStepContext  *context);
/* `<execution>.<step>.<iteration>` */
char           *enlace_step_context_dup_key       (EnlaceStepContext  *context);

/* A step that waits for a time or to be told something returns NULL after enlace_step_context_wait(), and is run again when that has come. What it
 * began to wait with (borrowed); NULL: it has not. */
EnlaceValue    *enlace_step_context_get_wait      (EnlaceStepContext  *context);
/* What it was told (borrowed); NULL: nothing, but the time has come. */
EnlaceValue    *enlace_step_context_get_signal    (EnlaceStepContext  *context);
/* Waits with `details`, at the latest until `wake_at` (microseconds since 1970; 0: as long as it takes). Sets WAITING. */
void            enlace_step_context_wait          (EnlaceStepContext  *context,
                                                   EnlaceValue        *details,
                                                   gint64              wake_at,
                                                   GError            **error);
/* The key by which this step of this run is told something, see enlace_engine_signal(). */
char           *enlace_step_context_dup_signal_key (EnlaceStepContext *context);
/* A change that goes into the commit that records the step's result or its wait (takes it). Only in steps with ENLACE_STEP_EFFECT or
 * ENLACE_STEP_WAITS. Where it cannot be made because of another's change, the step is run again. */
void            enlace_step_context_add_change    (EnlaceStepContext  *context,
                                                   EnlaceStepChange   *change);
/* The step's body begins after it: with `items`, `concurrency`, `limit`, `continue_on_error` of a loop, `fail_fast` of a parallel. */
void            enlace_step_context_open_body     (EnlaceStepContext  *context,
                                                   EnlaceValue        *input);
/* The steps by which a merge was reached, in the order of time: a list of { step, output } (transfer full). */
EnlaceValue    *enlace_step_context_dup_arrivals  (EnlaceStepContext  *context);
/* Why the run failed (borrowed): { step, name, code, message, … }; NULL: it has not. */
EnlaceValue    *enlace_step_context_get_failure   (EnlaceStepContext  *context);
/* When the step began, the same for all attempts, and the time now: microseconds since 1970. */
gint64          enlace_step_context_get_now       (EnlaceStepContext  *context);
gint64          enlace_step_context_get_time      (EnlaceStepContext  *context);
/* The smaller of a time in milliseconds and what the node gives the step (`timeout_ms`). */
gint64          enlace_step_context_limit_time    (EnlaceStepContext  *context,
                                                   gint64              milliseconds);
/* For steps that compute for long: TRUE, with INTERRUPTED, where the run was. */
gboolean        enlace_step_context_is_interrupted (EnlaceStepContext *context,
                                                   GError            **error);
/* For steps that are part of the engine. */
struct _EnlaceRun *enlace_step_context_get_run    (EnlaceStepContext  *context);

/* More about an error that was set: members for `steps.ID.error` (nullable, transfer none), whether another attempt may help, the least time until then. */
void            enlace_step_context_set_failure   (EnlaceStepContext  *context,
                                                   EnlaceValue        *details,
                                                   gboolean            is_retryable,
                                                   gint64              retry_after_ms);
/* It is not known whether the step acted. */
void            enlace_step_context_set_doubt     (EnlaceStepContext  *context);

G_END_DECLS
