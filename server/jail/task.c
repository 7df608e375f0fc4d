/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-jail"

#include "server/jail/task.h"

#include <string.h>

#include "common/value/json.h"

static GByteArray *
make_request (const EnlaceJailCall  *call,
              GError               **error)
{
  gsize code_length = strlen (call->code);
  gsize input_length;
  g_autoptr(GError) reason = NULL;
  g_autofree char *input = enlace_json_format (call->input, ENLACE_JSON_COMPACT, &input_length, &reason);
  EnlaceJailRequest header = { .magic = ENLACE_JAIL_MAGIC, .timeout_ms = call->timeout_ms, .now = call->now, .seed = call->seed };
  GByteArray *request;

  if (input == NULL)
    {
      g_set_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_INPUT, "The input cannot be given to JavaScript: %s", reason->message);
      return NULL;
    }
  if (code_length > ENLACE_JAIL_MAX_CODE || input_length > ENLACE_JAIL_MAX_INPUT)
    {
      g_set_error_literal (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_INPUT,
                           code_length > ENLACE_JAIL_MAX_CODE ? "The code is larger than 1 MiB" : "The input is larger than 8 MiB");
      return NULL;
    }

  header.code_length = (guint32) code_length;
  header.input_length = (guint32) input_length;
  request = g_byte_array_sized_new ((guint) (sizeof header + code_length + input_length));
  g_byte_array_append (request, (const guint8 *) &header, sizeof header);
  g_byte_array_append (request, (const guint8 *) call->code, (guint) code_length);
  g_byte_array_append (request, (const guint8 *) input, (guint) input_length);

  return request;
}

EnlaceJailTask *
enlace_jail_task_new (EnlaceJail            *jail,
                      const EnlaceJailCall  *call,
                      GError               **error)
{
  GByteArray *request = make_request (call, error);
  EnlaceJailTask *self;

  if (request == NULL)
    return NULL;

  self = g_new0 (EnlaceJailTask, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->jail = jail;
  self->organisation_id = call->organisation_id;
  self->timeout_ms = call->timeout_ms;
  self->since = g_get_monotonic_time ();
  self->request = request;
  self->promise = dex_promise_new_cancellable ();
  self->cancellable = g_object_ref (dex_promise_get_cancellable (self->promise));

  return self;
}

EnlaceJailTask *
enlace_jail_task_ref (EnlaceJailTask *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
enlace_jail_task_unref (EnlaceJailTask *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_byte_array_unref (self->request);
  dex_unref (self->promise);
  g_object_unref (self->cancellable);
  g_free (self);
}

static void
unref_cb (gpointer data)
{
  enlace_jail_task_unref (data);
}

void
enlace_jail_task_watch (EnlaceJailTask *self,
                        GCallback       cancelled_cb)
{
  self->cancelled_id = g_cancellable_connect (self->cancellable, cancelled_cb, enlace_jail_task_ref (self), unref_cb);
}

/* FALSE: it was answered before. */
static gboolean
settle (EnlaceJailTask *self)
{
  if (self->is_answered)
    return FALSE;

  self->is_answered = TRUE;
  self->process = NULL;
  if (self->cancelled_id != 0)
    g_cancellable_disconnect (self->cancellable, self->cancelled_id);

  return TRUE;
}

void
enlace_jail_task_answer (EnlaceJailTask   *self,
                         EnlaceJailResult *result)
{
  if (settle (self))
    dex_promise_resolve_boxed (self->promise, ENLACE_TYPE_JAIL_RESULT, result);
  else
    enlace_jail_result_free (result);
}

void
enlace_jail_task_fail (EnlaceJailTask *self,
                       GError         *error)
{
  if (settle (self))
    dex_promise_reject (self->promise, error);
  else
    g_error_free (error);
}
