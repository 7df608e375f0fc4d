/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/context.h"

#include "server/workflow/capability.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/journal.h"

G_DEFINE_QUARK (enlace-step-error-quark, enlace_step_error)

static const char *const error_names[] = {
  [ENLACE_STEP_ERROR_EXPRESSION] = "expression",
  [ENLACE_STEP_ERROR_PARAMETER] = "parameter",
  [ENLACE_STEP_ERROR_COST] = "cost_limit",
  [ENLACE_STEP_ERROR_MEMORY] = "memory_limit",
  [ENLACE_STEP_ERROR_STOPPED] = "stopped",
  [ENLACE_STEP_ERROR_ADDRESS] = "address",
  [ENLACE_STEP_ERROR_CONNECTION] = "connection",
  [ENLACE_STEP_ERROR_TIMEOUT] = "timeout",
  [ENLACE_STEP_ERROR_TOO_LARGE] = "too_large",
  [ENLACE_STEP_ERROR_BAD_REPLY] = "bad_reply",
  [ENLACE_STEP_ERROR_HTTP_STATUS] = "http_status",
  [ENLACE_STEP_ERROR_LIMIT] = "limit",
  [ENLACE_STEP_ERROR_NOT_ENOUGH] = "not_enough",
  [ENLACE_STEP_ERROR_WORKFLOW] = "workflow_failed",
  [ENLACE_STEP_ERROR_STATE] = "state",
  [ENLACE_STEP_ERROR_JAVASCRIPT] = "javascript",
  [ENLACE_STEP_ERROR_TIME] = "time_limit",
  [ENLACE_STEP_ERROR_OUTPUT] = "output_limit",
  [ENLACE_STEP_ERROR_JAIL] = "jail",
  [ENLACE_STEP_ERROR_MAIL] = "mail",
  [ENLACE_STEP_ERROR_INPUT] = "bad_input",
  [ENLACE_STEP_ERROR_INTERRUPTED] = "interrupted",
  [ENLACE_STEP_ERROR_WAITING] = "waiting",
};

const char *
enlace_step_error_get_name (EnlaceStepError code)
{
  return code < G_N_ELEMENTS (error_names) ? error_names[code] : "error";
}

EnlaceStepError
enlace_step_error_from_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (error_names); i++)
    if (g_strcmp0 (error_names[i], name) == 0)
      return i;

  return ENLACE_STEP_ERROR_PARAMETER;
}

static EnlaceValue *
make_execution (EnlaceStepContext *self)
{
  EnlaceRun *run = self->run;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&run->id, id);
  enlace_map_builder_add_string (builder, "id", id);
  enlace_map_builder_add_bool (builder, "is_test", run->is_test);
  enlace_map_builder_add_int (builder, "attempt", self->state->attempt);
  enlace_map_builder_take (builder, "started_at",
                           enlace_value_new_timestamp (run->started_at / G_USEC_PER_SEC, (guint32) (run->started_at % G_USEC_PER_SEC) * 1000));
  enlace_map_builder_take (builder, "resume_urls", enlace_capability_dup_urls (run, run->plan->has_urls ? self->frame : NULL));

  return enlace_map_builder_end (builder);
}

/* Kept for the run, unless it is another one from each frame. */
static EnlaceValue *
get_execution (EnlaceStepContext *self)
{
  EnlaceRun *run = self->run;

  if (run->plan->has_urls)
    return self->execution != NULL ? self->execution : (self->execution = make_execution (self));

  if (run->execution_value == NULL || run->execution_attempt != self->state->attempt)
    {
      g_clear_pointer (&run->execution_value, enlace_value_unref);
      run->execution_value = make_execution (self);
      run->execution_attempt = self->state->attempt;
    }

  return run->execution_value;
}

static EnlaceValue *
get_now (EnlaceStepContext *self)
{
  gint64 now = self->state->now;

  if (self->now == NULL)
    self->now = enlace_value_new_timestamp (now / G_USEC_PER_SEC, (guint32) (now % G_USEC_PER_SEC) * 1000);

  return self->now;
}

/* As they were when the run first read them. */
static EnlaceValue *
get_vars (EnlaceStepContext *self)
{
  EnlaceRun *run = self->run;
  g_autoptr(GError) error = NULL;

  if (run->vars != NULL)
    return run->vars;

  run->vars = enlace_variables_get_scope (run->engine->variables, &run->organisation_id, &run->workflow_id, run->is_test, &error);
  if (run->vars == NULL)
    g_warning ("The variables could not be read: %s", error->message);

  return run->vars;
}

static EnlaceValue *
get_item (EnlaceStepContext *self,
          gboolean           is_index)
{
  EnlaceFrame *loop;

  if (self->index != NULL)
    return is_index ? self->index : self->item;

  loop = enlace_frame_find_loop (self->frame);
  return loop == NULL ? NULL : is_index ? loop->index : loop->item;
}

static EnlaceValue *
lookup_cb (const EnlaceScope *scope,
           const char        *name)
{
  EnlaceStepContext *self = (EnlaceStepContext *) scope;

  if (strcmp (name, "trigger") == 0)
    return self->run->trigger;
  if (strcmp (name, "steps") == 0)
    return enlace_frame_get_steps (self->frame);
  if (strcmp (name, "item") == 0 || strcmp (name, "index") == 0)
    return get_item (self, name[1] == 'n');
  if (strcmp (name, "vars") == 0)
    return get_vars (self);
  if (strcmp (name, "now") == 0)
    return get_now (self);
  if (strcmp (name, "workflow") == 0)
    return self->run->plan->workflow;
  if (strcmp (name, "execution") == 0)
    return get_execution (self);

  return NULL;
}

static void
names_cb (const EnlaceScope *scope,
          GPtrArray         *names)
{
  static const char *const all[] = { "trigger", "steps", "vars", "now", "workflow", "execution" };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    g_ptr_array_add (names, (gpointer) all[i]);
  if (get_item ((EnlaceStepContext *) scope, FALSE) != NULL)
    g_ptr_array_add (names, (gpointer) "item");
  if (get_item ((EnlaceStepContext *) scope, TRUE) != NULL)
    g_ptr_array_add (names, (gpointer) "index");
}

void
enlace_step_context_init (EnlaceStepContext *self,
                          EnlaceRun         *run,
                          EnlaceFrame       *frame,
                          guint              index,
                          guint64            cost)
{
  EnlaceStepState *state = enlace_frame_get_state (frame, index);

  *self = (EnlaceStepContext) {
    .scope = { lookup_cb, names_cb },
    .run = run,
    .frame = frame,
    .step = &run->plan->steps[index],
    .state = state,
    .started_at = enlace_run_get_time (run),
    .cost = cost,
    .port = "out",
  };

  if (state->now == 0)
    state->now = self->started_at;
  if (!state->has_intent && state->wait == NULL)
    state->attempt++;
}

void
enlace_step_context_init_inside (EnlaceStepContext *self,
                                 EnlaceRun         *run,
                                 EnlaceFrame       *parent,
                                 guint              index,
                                 EnlaceFrame       *frame,
                                 guint64            cost)
{
  *self = (EnlaceStepContext) {
    .scope = { lookup_cb, names_cb },
    .run = run,
    .frame = frame,
    .step = &run->plan->steps[index],
    .state = enlace_frame_get_state (parent, index),
    .started_at = run->last_now,
    .cost = cost,
    .port = "out",
  };
}

void
enlace_step_context_clear (EnlaceStepContext *self)
{
  g_clear_pointer (&self->now, enlace_value_unref);
  g_clear_pointer (&self->execution, enlace_value_unref);
  g_clear_pointer (&self->input, enlace_value_unref);
  g_clear_pointer (&self->details, enlace_value_unref);
  g_clear_pointer (&self->wait, enlace_value_unref);
  g_clear_pointer (&self->block_input, enlace_value_unref);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  g_clear_pointer (&self->reply, enlace_pending_reply_free);
}

gboolean
enlace_step_context_charge (EnlaceStepContext  *context,
                            gsize               units,
                            GError            **error)
{
  if (enlace_step_context_is_interrupted (context, error))
    return FALSE;
  if (!context->run->is_inline)
    return TRUE;

  if (units <= context->cost)
    {
      context->cost -= units;
      return TRUE;
    }

  context->cost = 0;
  g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_COST, "The step takes more work than may be done on this thread");
  return FALSE;
}

gboolean
enlace_step_context_reserve (EnlaceStepContext  *context,
                             gsize               bytes,
                             GError            **error)
{
  gsize budget = context->run->engine->memory_budget;

  if (context->run->memory <= budget && bytes <= budget - context->run->memory)
    return TRUE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_MEMORY, "The results of this run hold more than %" G_GSIZE_FORMAT " MiB",
               budget / (1024 * 1024));
  return FALSE;
}

void
enlace_step_context_take_port (EnlaceStepContext *context,
                               const char        *port)
{
  context->port = port;
}

void
enlace_step_context_set_input (EnlaceStepContext *context,
                               EnlaceValue       *input)
{
  g_clear_pointer (&context->input, enlace_value_unref);
  context->input = enlace_value_ref (input);
}

EnlaceValue *
enlace_step_context_get_trigger (EnlaceStepContext *context)
{
  return context->run->trigger;
}

void
enlace_step_context_end_run (EnlaceStepContext *context)
{
  context->ends_run = TRUE;
}

void
enlace_step_context_reply (EnlaceStepContext *context,
                           guint              status,
                           EnlaceValue       *headers,
                           const char        *content_type,
                           GBytes            *body)
{
  EnlacePendingReply *reply = g_new0 (EnlacePendingReply, 1);

  reply->status = status;
  reply->headers = headers != NULL ? enlace_value_ref (headers) : NULL;
  reply->content_type = g_strdup (content_type);
  reply->body = body != NULL ? g_bytes_ref (body) : NULL;
  g_clear_pointer (&context->reply, enlace_pending_reply_free);
  context->reply = reply;
}

EnlaceValue *
enlace_step_context_get_intent (EnlaceStepContext *context)
{
  return context->state->intent;
}

static gboolean
fail_interrupted (GError **error)
{
  g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED, "The run was interrupted");
  return FALSE;
}

/* An intent that is in the store already is not written again: after a crash the effect is sent as it was. */
gboolean
enlace_step_context_begin_effect (EnlaceStepContext  *context,
                                  EnlaceValue        *input,
                                  gboolean            is_repeatable,
                                  GError            **error)
{
  EnlaceStepState *state = context->state;
  EnlaceEntry entry = {
    .kind = ENLACE_ENTRY_INTENT,
    .node = context->step->node->id,
    .iteration = context->frame->path,
    .attempt = state->attempt,
    .now = state->now,
    .started_at = context->started_at,
    .is_repeatable = is_repeatable,
  };

  state->is_repeatable = is_repeatable;
  if (!state->has_intent)
    {
      if (state->intent == NULL)
        {
          state->intent = enlace_value_ref (input);
          entry.input = input;
        }
      state->has_intent = TRUE;
      enlace_journal_add (context->run, &entry);
      if (!enlace_journal_commit (context->run))
        return fail_interrupted (error);
    }

  if (enlace_run_get_interrupt (context->run) != ENLACE_INTERRUPT_NONE)
    return fail_interrupted (error);

  enlace_engine_pass_point (context->run->engine, "effect");
  return TRUE;
}

EnlaceOutboundReply *
enlace_step_context_send (EnlaceStepContext      *context,
                          EnlaceOutboundRequest  *request,
                          GError                **error)
{
  EnlaceRun *run = context->run;
  g_autoptr(DexFuture) either = dex_future_first (enlace_outbound_send (run->engine->outbound, request),
                                                  dex_ref (DEX_FUTURE (run->interrupted)), NULL);
  const GValue *value;

  g_atomic_int_inc (&run->engine->n_sending);
  dex_await (dex_ref (either), NULL);
  g_atomic_int_add (&run->engine->n_sending, -1);
  enlace_engine_pass_point (run->engine, "acted");
  if (enlace_run_get_interrupt (run) != ENLACE_INTERRUPT_NONE)
    {
      fail_interrupted (error);
      return NULL;
    }

  value = dex_future_get_value (either, error);
  return value != NULL ? g_value_dup_boxed (value) : NULL;
}

const char *
enlace_step_context_get_node (EnlaceStepContext *context)
{
  return context->step->node->id;
}

char *
enlace_step_context_dup_key (EnlaceStepContext *context)
{
  char id[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (&context->run->id, id);
  return g_strdup_printf ("%s.%s.%s", id, context->step->node->id, context->frame->path != NULL ? context->frame->path : "0");
}

void
enlace_step_context_set_failure (EnlaceStepContext *context,
                                 EnlaceValue       *details,
                                 gboolean           is_retryable,
                                 gint64             retry_after_ms)
{
  g_clear_pointer (&context->details, enlace_value_unref);
  context->details = details != NULL ? enlace_value_ref (details) : NULL;
  context->is_retryable = is_retryable;
  context->retry_after_ms = retry_after_ms;
}

void
enlace_step_context_set_doubt (EnlaceStepContext *context)
{
  context->is_in_doubt = TRUE;
}

EnlaceValue *
enlace_step_context_get_wait (EnlaceStepContext *context)
{
  return context->state->wait;
}

EnlaceValue *
enlace_step_context_get_signal (EnlaceStepContext *context)
{
  return context->state->signal;
}

void
enlace_step_context_wait (EnlaceStepContext  *context,
                          EnlaceValue        *details,
                          gint64              wake_at,
                          GError            **error)
{
  g_clear_pointer (&context->wait, enlace_value_unref);
  context->wait = enlace_value_ref (details);
  context->wake_at = wake_at;
  if (context->step->timeout != 0)
    {
      gint64 latest = context->state->now + context->step->timeout;

      context->wake_at = wake_at != 0 ? MIN (wake_at, latest) : latest;
    }
  g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_WAITING, "The step waits");
}

char *
enlace_step_context_dup_signal_key (EnlaceStepContext *context)
{
  return enlace_run_dup_signal_key (context->frame, context->step - context->run->plan->steps);
}

void
enlace_step_context_add_change (EnlaceStepContext *context,
                                EnlaceStepChange  *change)
{
  if (context->changes == NULL)
    context->changes = g_ptr_array_new_with_free_func (enlace_step_change_free);
  g_ptr_array_add (context->changes, change);
}

void
enlace_step_context_open_body (EnlaceStepContext *context,
                               EnlaceValue       *input)
{
  g_clear_pointer (&context->block_input, enlace_value_unref);
  context->block_input = enlace_value_ref (input);
}

EnlaceValue *
enlace_step_context_dup_arrivals (EnlaceStepContext *context)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  GArray *arrivals = context->state->arrivals;

  for (guint i = 0; arrivals != NULL && i < arrivals->len; i++)
    {
      guint index = g_array_index (arrivals, guint, i);
      EnlaceValue *view = enlace_frame_get_state (context->frame, index)->view;
      EnlaceValue *output = view != NULL ? enlace_value_get_member (view, "output") : NULL;
      g_autoptr(EnlaceMapBuilder) arrival = enlace_map_builder_new ();

      enlace_map_builder_add_string (arrival, "step", context->run->plan->steps[index].node->id);
      if (output != NULL)
        enlace_map_builder_add (arrival, "output", output);
      else
        enlace_map_builder_add_null (arrival, "output");
      enlace_list_builder_take (list, enlace_map_builder_end (arrival));
    }

  return enlace_list_builder_end (list);
}

EnlaceValue *
enlace_step_context_get_failure (EnlaceStepContext *context)
{
  return context->run->failure;
}

gint64
enlace_step_context_get_now (EnlaceStepContext *context)
{
  return context->state->now;
}

gint64
enlace_step_context_get_time (EnlaceStepContext *context)
{
  return enlace_run_get_time (context->run);
}

gboolean
enlace_step_context_is_interrupted (EnlaceStepContext  *context,
                                    GError            **error)
{
  return enlace_run_get_interrupt (context->run) != ENLACE_INTERRUPT_NONE && !fail_interrupted (error);
}

EnlaceRun *
enlace_step_context_get_run (EnlaceStepContext *context)
{
  return context->run;
}

gint64
enlace_step_context_limit_time (EnlaceStepContext *context,
                                gint64             milliseconds)
{
  return context->step->timeout != 0 ? MIN (milliseconds, MAX (context->step->timeout / 1000, 1)) : milliseconds;
}
