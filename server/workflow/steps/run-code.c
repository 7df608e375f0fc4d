/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/context.h"

#include "server/workflow/engine-private.h"
#include "server/workflow/journal.h"

/* What takes longer is a wait: what happened so far is written first. Most code is done before. */
#define SHORT_MS 20

/* The same for every attempt of a step, and for no other step. */
static guint64
make_seed (EnlaceStepContext *context)
{
  g_autofree char *key = enlace_step_context_dup_key (context);
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 seed;

  g_checksum_update (checksum, (const guchar *) key, -1);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (&seed, digest, sizeof seed);

  return seed;
}

/* What keeps code from being run may be over soon, but for what it was given. */
static void
translate_error (EnlaceStepContext  *context,
                 const GError       *reason,
                 GError            **error)
{
  gboolean is_input = g_error_matches (reason, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_INPUT);

  enlace_step_context_set_failure (context, NULL, !is_input, 0);
  g_set_error_literal (error, ENLACE_STEP_ERROR, is_input ? ENLACE_STEP_ERROR_PARAMETER : ENLACE_STEP_ERROR_JAIL, reason->message);
}

static DexFuture *
tell_cb (DexFuture *future,
         gpointer   data)
{
  dex_promise_resolve_boolean (data, TRUE);

  return NULL;
}

/* Waits until the call has ended or the run was interrupted, which ends the call. FALSE: it was. */
static gboolean
await_call (EnlaceStepContext *context,
            DexFuture         *call)
{
  EnlaceRun *run = context->run;
  g_autoptr(DexPromise) told = dex_promise_new ();
  g_autoptr(DexFuture) telling = dex_future_finally (dex_ref (call), tell_cb, dex_ref (told), dex_unref);
  gboolean goes_on = TRUE;

  /* The promise stands for the call, which would be killed if it were given up after a while. */
  dex_await (dex_future_first (dex_ref (DEX_FUTURE (told)), dex_ref (DEX_FUTURE (run->interrupted)), dex_timeout_new_msec (SHORT_MS), NULL), NULL);
  if (dex_future_is_pending (call) && enlace_run_get_interrupt (run) == ENLACE_INTERRUPT_NONE && enlace_journal_is_dirty (run))
    goes_on = enlace_journal_commit (run);
  /* Last, the call itself: discarded with the rest, it is killed. */
  dex_await (dex_future_first (dex_ref (telling), dex_ref (DEX_FUTURE (run->interrupted)), goes_on ? NULL : dex_future_new_true (), NULL), NULL);

  return goes_on && enlace_run_get_interrupt (run) == ENLACE_INTERRUPT_NONE;
}

EnlaceJailResult *
enlace_step_context_run_code (EnlaceStepContext  *context,
                              const char         *code,
                              EnlaceValue        *input,
                              guint               timeout_ms,
                              GError            **error)
{
  EnlaceRun *run = context->run;
  EnlaceJailCall call = {
    .organisation_id = run->organisation_id,
    .code = code,
    .input = input,
    .now = enlace_step_context_get_now (context),
    .seed = make_seed (context),
    .timeout_ms = timeout_ms,
  };
  g_autoptr(DexFuture) future = NULL;
  g_autoptr(GError) reason = NULL;
  const GValue *value;

  if (run->engine->jail == NULL)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_JAIL, "This server has no enlace-jail: JavaScript cannot run");
      return NULL;
    }

  future = enlace_jail_call (run->engine->jail, &call);
  if (!await_call (context, future))
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED, "The run was interrupted");
      return NULL;
    }

  value = dex_future_get_value (future, &reason);
  if (value == NULL)
    translate_error (context, reason, error);

  return value != NULL ? g_value_dup_boxed (value) : NULL;
}
