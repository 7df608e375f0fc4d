/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <string.h>

#include "src/builder/step-id.h"

#define MAX_LENGTH 64

static const struct {
  const char *type;
  const char *base;
} bases[] = {
  { "trigger.manual", "start" },
  { "trigger.webhook", "webhook" },
  { "trigger.schedule", "schedule" },
  { "trigger.event", "event" },
  { "trigger.poll", "poll" },
  { "http.request", "request" },
  { "flow.if", "check" },
  { "flow.loop", "each" },
  { "flow.workflow", "subworkflow" },
  { "code.javascript", "script" },
};

/* Words of CEL (its grammar's RESERVED and literals) that no identifier may be. */
static const char *const keywords[] = {
  "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop",
  "namespace", "null", "package", "return", "true", "var", "void", "while", NULL
};

gboolean
enlace_step_id_is_valid (const char *id)
{
  g_return_val_if_fail (id != NULL, FALSE);

  if (!g_ascii_isalpha (*id) && *id != '_')
    return FALSE;
  for (const char *at = id; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '_')
      return FALSE;

  return strlen (id) <= MAX_LENGTH && !g_strv_contains (keywords, id);
}

static char *
make_valid (const char *text)
{
  g_autofree char *id = g_strndup (text, MAX_LENGTH - 8);

  for (char *at = id; *at != '\0'; at++)
    *at = g_ascii_isalnum (*at) ? g_ascii_tolower (*at) : '_';
  if (enlace_step_id_is_valid (id))
    return g_steal_pointer (&id);

  return g_strconcat ("step_", id, NULL);
}

char *
enlace_step_id_base (const char *type,
                     const char *connector)
{
  const char *dot;

  g_return_val_if_fail (type != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    if (g_str_equal (bases[i].type, type))
      return g_strdup (bases[i].base);

  if (connector != NULL && g_str_equal (type, "action"))
    return make_valid (connector);

  dot = strrchr (type, '.');

  return make_valid (dot != NULL ? dot + 1 : type);
}
