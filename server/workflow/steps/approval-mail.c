/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/approval-mail.h"

#include "server/workflow/capability.h"
#include "server/workflow/engine-private.h"

static char *
write_text (EnlaceValue *request,
            const char  *url)
{
  const char *text = enlace_value_get_member_string (request, "text", "");

  if (url == NULL)
    return g_strdup_printf ("%s\n\nDecide it in Enlace.\n", text);

  return g_strdup_printf ("%s\n\nDecide here:\n%s\n\nThe link is yours: whoever has it can decide in your name.\n", text, url);
}

static gboolean
send_one (EnlaceStepContext  *context,
          EnlaceValue        *request,
          gboolean            allow_link,
          guint               number,
          GError            **error)
{
  EnlaceRun *run = enlace_step_context_get_run (context);
  g_autofree char *key = enlace_step_context_dup_signal_key (context);
  g_autofree char *url = allow_link ? enlace_capability_dup_url (run->engine, ENLACE_CAPABILITY_APPROVE, &run->organisation_id, &run->id, key, (int) number)
                                    : NULL;
  g_autofree char *text = write_text (request, url);
  g_autofree char *step = enlace_step_context_dup_key (context);
  g_autofree char *id = g_strdup_printf ("%s.%u", step, number);
  const EnlaceMail mail = {
    .to = enlace_value_get_string (enlace_value_get_element (enlace_value_get_member (request, "approvers"), number)),
    .subject = enlace_value_get_member_string (request, "title", ""),
    .text = text,
    .id = id,
  };
  g_autoptr(DexFuture) either = dex_future_first (enlace_mailer_send (run->engine->mailer, &mail), dex_ref (DEX_FUTURE (run->interrupted)), NULL);

  dex_await (dex_ref (either), NULL);
  if (enlace_step_context_is_interrupted (context, error))
    return FALSE;

  return dex_future_get_value (either, error) != NULL;
}

static gboolean
is_for_now (const GError *error)
{
  return g_error_matches (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_CONNECT) || g_error_matches (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_LATER)
         || g_error_matches (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_DOUBT);
}

gboolean
enlace_approval_mail (EnlaceStepContext  *context,
                      EnlaceValue        *request,
                      gboolean            allow_link,
                      guint              *n_sent,
                      GError            **error)
{
  EnlaceValue *approvers = enlace_value_get_member (request, "approvers");
  guint n = (guint) enlace_value_get_length (approvers);
  g_autoptr(GError) first = NULL;

  *n_sent = 0;
  if (n == 0 || enlace_step_context_get_run (context)->engine->mailer == NULL)
    return TRUE;
  if (!enlace_step_context_begin_effect (context, request, TRUE, error))
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GError) reason = NULL;

      if (send_one (context, request, allow_link, i, &reason))
        (*n_sent)++;
      else if (g_error_matches (reason, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_INTERRUPTED))
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      else
        {
          g_message ("An approver could not be told: %s", reason->message);
          if (first == NULL)
            first = g_steal_pointer (&reason);
        }
    }
  if (*n_sent > 0)
    return TRUE;

  enlace_step_context_set_failure (context, NULL, is_for_now (first), 0);
  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_MAIL, "No approver could be told: %s", first->message);
  return FALSE;
}
