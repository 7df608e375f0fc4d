/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-jail"

#include "server/jail/result.h"

#include <string.h>

#include "common/value/json.h"

G_DEFINE_QUARK (enlace-jail-error-quark, enlace_jail_error)
G_DEFINE_BOXED_TYPE (EnlaceJailResult, enlace_jail_result, enlace_jail_result_copy, enlace_jail_result_free)

EnlaceJailResult *
enlace_jail_result_new (EnlaceJailOutcome  outcome,
                        const char        *text)
{
  EnlaceJailResult *self = g_new0 (EnlaceJailResult, 1);

  self->outcome = outcome;
  self->text = g_strdup (text);
  self->text_length = strlen (text);
  self->logs = g_strdup ("[]");
  self->logs_length = 2;

  return self;
}

EnlaceJailResult *
enlace_jail_result_copy (const EnlaceJailResult *self)
{
  EnlaceJailResult *copy = g_new (EnlaceJailResult, 1);

  *copy = *self;
  copy->text = g_memdup2 (self->text, self->text_length + 1);
  copy->logs = g_memdup2 (self->logs, self->logs_length + 1);

  return copy;
}

void
enlace_jail_result_free (EnlaceJailResult *self)
{
  g_free (self->text);
  g_free (self->logs);
  g_free (self);
}

static EnlaceValue *
parse (const char  *text,
       gsize        length,
       GError     **error)
{
  g_autoptr(GError) reason = NULL;
  EnlaceValue *value = enlace_json_parse (text, (gssize) length, &reason);

  if (value == NULL)
    g_set_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST, "The JavaScript process answered what is no JSON: %s", reason->message);

  return value;
}

EnlaceValue *
enlace_jail_result_dup_output (const EnlaceJailResult  *self,
                               GError                 **error)
{
  g_return_val_if_fail (self->outcome == ENLACE_JAIL_OUTPUT, NULL);

  return parse (self->text, self->text_length, error);
}

static gboolean
is_line (EnlaceValue *line)
{
  return enlace_value_get_kind (line) == ENLACE_KIND_MAP && enlace_value_get_member_string (line, "level", NULL) != NULL
         && enlace_value_get_member_string (line, "text", NULL) != NULL;
}

EnlaceValue *
enlace_jail_result_dup_logs (const EnlaceJailResult  *self,
                             GError                 **error)
{
  g_autoptr(EnlaceValue) logs = parse (self->logs, self->logs_length, error);
  gboolean is_sound = logs != NULL && enlace_value_get_kind (logs) == ENLACE_KIND_LIST;

  for (gsize i = 0; is_sound && i < enlace_value_get_length (logs); i++)
    is_sound = is_line (enlace_value_get_element (logs, i));
  if (logs != NULL && !is_sound)
    {
      g_set_error_literal (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST, "The JavaScript process answered with a console that is none");
      return NULL;
    }

  return g_steal_pointer (&logs);
}

gssize
enlace_jail_reply_check (const guint8  *bytes,
                         gsize          length,
                         GError       **error)
{
  EnlaceJailReply reply;
  guint32 max_text;

  if (length < sizeof reply)
    return 0;

  memcpy (&reply, bytes, sizeof reply);
  max_text = reply.kind == ENLACE_JAIL_REPLY_OUTPUT ? ENLACE_JAIL_MAX_OUTPUT : 2 * ENLACE_JAIL_MAX_MESSAGE;
  if (reply.magic != ENLACE_JAIL_MAGIC || reply.kind > ENLACE_JAIL_REPLY_SIZE || reply.text_length > max_text
      || reply.logs_length > ENLACE_JAIL_MAX_LOGS)
    {
      g_set_error_literal (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST, "The JavaScript process answered what is no answer");
      return -1;
    }

  return (gssize) (sizeof reply + reply.text_length + reply.logs_length);
}

/* Messages are shown to people as they are: whatever a process sends, they are text. */
static char *
take_text (const guint8 *bytes,
           gsize         length,
           gsize        *text_length)
{
  char *text = g_utf8_make_valid ((const char *) bytes, (gssize) length);

  *text_length = strlen (text);
  return text;
}

static char *
take_bytes (const guint8 *bytes,
            gsize         length)
{
  char *copy = g_malloc (length + 1);

  memcpy (copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

EnlaceJailResult *
enlace_jail_reply_parse (const guint8 *bytes)
{
  EnlaceJailResult *self = g_new0 (EnlaceJailResult, 1);
  EnlaceJailReply reply;

  memcpy (&reply, bytes, sizeof reply);
  bytes += sizeof reply;
  self->outcome = (EnlaceJailOutcome) reply.kind;
  self->line = reply.line;
  self->n_dropped = reply.n_dropped;
  self->logs = take_bytes (bytes + reply.text_length, reply.logs_length);
  self->logs_length = reply.logs_length;
  if (reply.kind != ENLACE_JAIL_REPLY_OUTPUT)
    self->text = take_text (bytes, reply.text_length, &self->text_length);
  else
    {
      self->text = take_bytes (bytes, reply.text_length);
      self->text_length = reply.text_length;
    }

  return self;
}

gboolean
enlace_jail_reply_is_ready (const guint8 *bytes)
{
  EnlaceJailReply reply;

  memcpy (&reply, bytes, sizeof reply);
  return reply.kind == ENLACE_JAIL_REPLY_READY && reply.text_length == 0 && reply.logs_length == 0;
}
