/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <string.h>

#include <glib/gi18n.h>

#include "common/workflow/step-type.h"
#include "src/builder/summary.h"

#define MAX_LENGTH 120

typedef struct {
  const char *type;
  char *(*describe) (EnlaceValue *node,
                     EnlaceValue *parameters);
} Summary;

/* Texts stand in one line: no line ends, no braces around a lone expression, not longer than a card could ever show. */
static char *
one_line (const char *text)
{
  g_autofree char *line = g_strdup (text);
  gsize length;

  g_strstrip (line);
  length = strlen (line);
  if (length > 4 && g_str_has_prefix (line, "{{") && g_str_has_suffix (line, "}}") && strstr (line + 2, "{{") == NULL)
    {
      memmove (line, line + 2, length - 4);
      line[length - 4] = '\0';
      g_strstrip (line);
    }
  g_strdelimit (line, "\n\r\t", ' ');
  if (g_utf8_strlen (line, -1) > MAX_LENGTH)
    *g_utf8_offset_to_pointer (line, MAX_LENGTH) = '\0';

  return g_steal_pointer (&line);
}

/* The host of an address that may hold templates; the whole text where it has none. */
static char *
host_of (const char *url)
{
  const char *start = strstr (url, "://");
  gsize length;

  start = start != NULL ? start + 3 : url;
  if (g_str_has_prefix (start, "{{"))
    return one_line (start);
  length = strcspn (start, "/?#");
  if (length == 0)
    return one_line (url);

  return g_strndup (start, length);
}

static char *
describe_manual (EnlaceValue *node,
                 EnlaceValue *parameters)
{
  return g_strdup (_("When you start it"));
}

static char *
describe_webhook (EnlaceValue *node,
                  EnlaceValue *parameters)
{
  const char *connector = enlace_value_get_member_string (node, "connector", NULL);

  if (connector != NULL)
    /* Translators: %s is the name of a service. */
    return g_strdup_printf (_("When an event arrives from %s"), connector);

  return g_strdup (_("When a request arrives"));
}

static char *
describe_schedule (EnlaceValue *node,
                   EnlaceValue *parameters)
{
  return g_strdup (_("At set times"));
}

static char *
describe_request (EnlaceValue *node,
                  EnlaceValue *parameters)
{
  const char *method = enlace_value_get_member_string (parameters, "method", "GET");
  const char *url = enlace_value_get_member_string (parameters, "url", "");
  g_autofree char *host = NULL;

  if (*url == '\0')
    return g_strdup (_("No address yet"));
  host = host_of (url);

  /* Translators: an HTTP method and a host, "POST to api.example.org". */
  return g_strdup_printf (_("%s to %s"), method, host);
}

static char *
describe_if (EnlaceValue *node,
             EnlaceValue *parameters)
{
  const char *condition = enlace_value_get_member_string (parameters, "condition", "");

  return *condition != '\0' ? one_line (condition) : g_strdup (_("No condition yet"));
}

static char *
describe_map (EnlaceValue *node,
              EnlaceValue *parameters)
{
  EnlaceValue *fields = enlace_value_get_member (parameters, "fields");
  gsize n = 0;

  if (fields != NULL && enlace_value_get_kind (fields) == ENLACE_KIND_LIST)
    n = enlace_value_get_length (fields);
  if (n == 0)
    return g_strdup (_("No fields yet"));

  return g_strdup_printf (g_dngettext (NULL, "%zu field", "%zu fields", n), n);
}

static char *
describe_respond (EnlaceValue *node,
                  EnlaceValue *parameters)
{
  EnlaceValue *status = enlace_value_get_member (parameters, "status");
  g_autofree char *text = NULL;

  if (status != NULL && enlace_value_get_kind (status) == ENLACE_KIND_STRING)
    text = one_line (enlace_value_get_string (status));
  else
    text = g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_member_int (parameters, "status", 200));

  /* Translators: %s is an HTTP status, "Reply with 200". */
  return g_strdup_printf (_("Reply with %s"), text);
}

static char *
describe_stop (EnlaceValue *node,
               EnlaceValue *parameters)
{
  return g_strdup (_("End the run here"));
}

static char *
describe_action (EnlaceValue *node,
                 EnlaceValue *parameters)
{
  g_autofree char *operation = g_strdup (enlace_value_get_member_string (parameters, "operation", ""));
  const char *connector = enlace_value_get_member_string (node, "connector", "");

  if (*operation == '\0')
    return g_strdup (*connector != '\0' ? connector : _("Nothing chosen yet"));
  g_strdelimit (operation, "_-", ' ');
  *operation = g_ascii_toupper (*operation);

  /* Translators: what a service is asked to do, and the service, "Send message in slack". */
  return *connector != '\0' ? g_strdup_printf (_("%s in %s"), operation, connector) : g_steal_pointer (&operation);
}

static const Summary summaries[] = {
  { "trigger.manual", describe_manual },
  { "trigger.webhook", describe_webhook },
  { "trigger.schedule", describe_schedule },
  { "http.request", describe_request },
  { "flow.if", describe_if },
  { "flow.respond", describe_respond },
  { "flow.stop", describe_stop },
  { "data.map", describe_map },
  { "action", describe_action },
};

char *
enlace_summary_of_step (const char  *type,
                        EnlaceValue *node)
{
  const EnlaceStepInfo *info;
  EnlaceValue *parameters;

  g_return_val_if_fail (type != NULL, NULL);
  g_return_val_if_fail (node != NULL, NULL);

  parameters = enlace_value_get_member (node, "parameters");
  for (guint i = 0; i < G_N_ELEMENTS (summaries); i++)
    if (g_str_equal (summaries[i].type, type))
      {
        if (parameters == NULL)
          parameters = node;
        return summaries[i].describe (node, parameters);
      }

  info = enlace_step_info_find (type);
  if (info != NULL)
    return g_strdup (_(info->title));

  return g_strdup (enlace_step_type_is_known (type) ? _("Not available in this version") : _("Unknown step"));
}
