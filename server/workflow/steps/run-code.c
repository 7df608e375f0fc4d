/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/context.h"

#include "server/workflow/engine-private.h"

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
  g_autoptr(DexFuture) either = NULL;
  g_autoptr(GError) reason = NULL;
  const GValue *value;

  if (run->engine->jail == NULL)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_JAIL, "This server has no enlace-jail: JavaScript cannot run");
      return NULL;
    }

  either = dex_future_first (enlace_jail_call (run->engine->jail, &call), dex_ref (DEX_FUTURE (run->interrupted)), NULL);
  dex_await (dex_ref (either), NULL);
  if (enlace_step_context_is_interrupted (context, error))
    return NULL;

  value = dex_future_get_value (either, &reason);
  if (value == NULL)
    translate_error (context, reason, error);

  return value != NULL ? g_value_dup_boxed (value) : NULL;
}
