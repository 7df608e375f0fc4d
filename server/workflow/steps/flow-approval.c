/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "server/workflow/approval.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/signal.h"
#include "server/workflow/steps/approval-mail.h"

/* The longest time to decide: ten years. */
#define LONGEST_MS (G_GINT64_CONSTANT (10) * 366 * 24 * 60 * 60 * 1000)
#define MAX_TITLE 300
#define MAX_TEXT (64 * 1024)
#define MAX_APPROVERS 50

static EnlaceValue *
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, message);
  return NULL;
}

/* "a@example.org, b@example.org", or a list of such, as a list of addresses. */
static gboolean
add_approvers (EnlaceListBuilder  *builder,
               EnlaceValue        *value,
               GError            **error)
{
  const char *text = enlace_value_get_kind (value) == ENLACE_KIND_STRING ? enlace_value_get_string (value) : NULL;
  g_auto(GStrv) parts = text != NULL ? g_strsplit (text, ",", MAX_APPROVERS + 2) : NULL;

  if (parts == NULL)
    return fail (error, "“approvers” must be mail addresses") != NULL;

  for (char **part = parts; *part != NULL; part++)
    {
      g_autoptr(GError) reason = NULL;
      g_autofree char *address = NULL;

      if (*g_strstrip (*part) == '\0')
        continue;
      if ((address = enlace_mail_dup_address (*part, &reason)) == NULL)
        {
          g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“approvers”: %s", reason->message);
          return FALSE;
        }
      enlace_list_builder_take (builder, enlace_value_new_string (address));
    }

  return TRUE;
}

static EnlaceValue *
get_approvers (EnlaceStepContext  *context,
               GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, "approvers", error);
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) list = NULL;

  if (value == NULL)
    return NULL;
  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST && !enlace_value_is_null (value) && !add_approvers (builder, value, error))
    return NULL;
  for (gsize i = 0; enlace_value_get_kind (value) == ENLACE_KIND_LIST && i < enlace_value_get_length (value); i++)
    if (!add_approvers (builder, enlace_value_get_element (value, i), error))
      return NULL;

  list = enlace_list_builder_end (builder);
  if (enlace_value_get_length (list) > MAX_APPROVERS)
    return fail (error, "“approvers” are 50 at most");

  return g_steal_pointer (&list);
}

/* What is asked: { title, text, approvers }. */
static EnlaceValue *
make_request (EnlaceStepContext  *context,
              GError            **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autofree char *title = enlace_step_context_dup_text (context, "title", error);
  g_autofree char *text = NULL;
  EnlaceValue *approvers;

  if (title == NULL)
    return NULL;
  g_strstrip (g_strdelimit (title, "\r\n\t", ' '));
  if (*title == '\0' || g_utf8_strlen (title, -1) > MAX_TITLE)
    return fail (error, "“title” must be a line of 1 to 300 characters");

  text = enlace_step_context_has (context, "text") ? enlace_step_context_dup_text (context, "text", error) : g_strdup ("");
  if (text == NULL || (approvers = get_approvers (context, error)) == NULL)
    return NULL;
  enlace_map_builder_take (builder, "approvers", approvers);
  if (strlen (text) > MAX_TEXT)
    return fail (error, "“text” has 64 KiB at most");

  enlace_map_builder_add_string (builder, "title", title);
  enlace_map_builder_add_string (builder, "text", text);

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
make_details (EnlaceValue *request,
              gint64       deadline,
              gboolean     allow_link,
              guint        n_sent)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (request); i++)
    enlace_map_builder_add (builder, enlace_value_get_string (enlace_value_get_key (request, i)), enlace_value_get_member_value (request, i));
  if (deadline != 0)
    enlace_map_builder_take (builder, "deadline",
                             enlace_value_new_timestamp (deadline / G_USEC_PER_SEC, (guint32) (deadline % G_USEC_PER_SEC) * 1000));
  enlace_map_builder_add_bool (builder, "allow_link", allow_link);
  enlace_map_builder_add_int (builder, "mails_sent", n_sent);

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
begin (EnlaceStepContext  *context,
       GError            **error)
{
  EnlaceRun *run = enlace_step_context_get_run (context);
  EnlaceValue *intent = enlace_step_context_get_intent (context);
  g_autoptr(EnlaceValue) request = intent != NULL ? enlace_value_ref (intent) : make_request (context, error);
  g_autoptr(EnlaceValue) details = NULL;
  g_autofree char *key = enlace_step_context_dup_signal_key (context);
  gint64 milliseconds = -1, deadline;
  gboolean allow_link = TRUE;
  guint n_sent = 0;

  if (request == NULL || !enlace_step_context_get_duration (context, "deadline", LONGEST_MS, &milliseconds, error)
      || !enlace_step_context_test (context, "allow_link", &allow_link, error))
    return NULL;

  deadline = milliseconds >= 0 ? enlace_step_context_get_now (context) + milliseconds * 1000 : 0;
  if (!enlace_approval_mail (context, request, allow_link, &n_sent, error))
    return NULL;

  enlace_step_context_add_change (context, enlace_approval_new_request (run->engine, &run->organisation_id, &run->workflow_id, &run->id, key, request,
                                                                        allow_link, deadline, enlace_step_context_get_time (context)));
  details = make_details (request, deadline, allow_link, n_sent);
  enlace_step_context_wait (context, details, deadline, error);

  return NULL;
}

static EnlaceValue *
finish (EnlaceStepContext *context,
        EnlaceValue       *output)
{
  const char *decision = enlace_value_get_member_string (output, "decision", "");
  int status = enlace_approval_status_from_name (decision);

  enlace_step_context_take_port (context, status >= 0 ? enlace_approval_status_get_name (status) : "rejected");

  return enlace_value_ref (output);
}

/* Somebody decided in the moment in which the time was over: what is in the store counts. */
static EnlaceValue *
take_decision (EnlaceStepContext        *context,
               const EnlaceApprovalRow  *row,
               GError                  **error)
{
  EnlaceRun *run = enlace_step_context_get_run (context);
  g_autoptr(EnlaceValue) decision = enlace_approval_read_decision (run->engine->vault, row, error);
  g_autoptr(EnlaceValue) output = NULL;

  if (decision == NULL)
    return NULL;

  enlace_step_context_add_change (context, enlace_signal_new_removal (&run->id, row->key));
  output = enlace_approval_make_output (row->status, enlace_value_get_member_string (decision, "by", NULL),
                                        enlace_value_get_member_string (decision, "comment", NULL), row->decided_at);

  return finish (context, output);
}

static EnlaceValue *
end_by_time (EnlaceStepContext  *context,
             GError            **error)
{
  EnlaceRun *run = enlace_step_context_get_run (context);
  gint64 now = enlace_step_context_get_time (context);
  g_autofree char *key = enlace_step_context_dup_signal_key (context);
  EnlaceReader *reader = enlace_store_acquire_reader (run->engine->store);
  g_autoptr(GError) reason = NULL;
  g_autoptr(EnlaceApprovalRow) row = enlace_approvals_find (reader, &run->id, key, now, &reason);
  g_autoptr(EnlaceValue) output = NULL;

  enlace_store_release_reader (run->engine->store, reader);
  if (row == NULL)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "The approval cannot be read: %s", reason->message);
      return NULL;
    }
  if (row->decision != NULL)
    return take_decision (context, row, error);

  enlace_step_context_add_change (context, enlace_approval_new_expiry (&run->id, key, now));
  output = enlace_approval_make_output (ENLACE_APPROVAL_EXPIRED, NULL, NULL, now);

  return finish (context, output);
}

static EnlaceValue *
flow_approval_run (EnlaceStepContext  *context,
                   GError            **error)
{
  if (enlace_step_context_get_wait (context) == NULL)
    return begin (context, error);
  if (enlace_step_context_get_signal (context) != NULL)
    return finish (context, enlace_step_context_get_signal (context));

  return end_by_time (context, error);
}

const EnlaceStepType enlace_step_flow_approval = {
  .name = "flow.approval",
  .run = flow_approval_run,
};
