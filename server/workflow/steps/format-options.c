/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/format-options.h"

#include <string.h>

static gboolean
spend_cb (EnlaceFormatGuard  *guard,
          gsize               units,
          gsize               bytes,
          GError            **error)
{
  EnlaceStepGuard *self = (EnlaceStepGuard *) guard;

  return enlace_step_context_charge (self->context, units, error) && enlace_step_context_reserve (self->context, bytes, error);
}

void
enlace_step_guard_init (EnlaceStepGuard   *self,
                        EnlaceStepContext *context)
{
  *self = (EnlaceStepGuard) { .base.spend = spend_cb, .context = context };
}

gboolean
enlace_step_context_choose (EnlaceStepContext  *context,
                            const char         *name,
                            const char *const  *choices,
                            guint              *number,
                            GError            **error)
{
  g_autofree char *choice = enlace_step_context_dup_text (context, name, error);

  *number = 0;
  for (guint i = 0; choice != NULL && choices[i] != NULL; i++)
    if (strcmp (choices[i], choice) == 0)
      *number = i;

  return choice != NULL;
}

static gboolean
fail (GError     **error,
      const char  *message)
{
  g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, message);
  return FALSE;
}

gboolean
enlace_step_read_dialect (EnlaceStepContext  *context,
                          EnlaceCsvDialect   *dialect,
                          char              **delimiter,
                          GError            **error)
{
  static const char *const escapes[] = { "doubled", "backslash", NULL };
  g_autofree char *quote = NULL;
  guint escape;

  if (!enlace_step_context_choose (context, "escape", escapes, &escape, error) || (quote = enlace_step_context_dup_text (context, "quote", error)) == NULL
      || (*delimiter = enlace_step_context_dup_text (context, "delimiter", error)) == NULL)
    return FALSE;

  if (strcmp (*delimiter, "tab") == 0 || strcmp (*delimiter, "\\t") == 0)
    {
      g_free (*delimiter);
      *delimiter = g_strdup ("\t");
    }
  if (g_utf8_strlen (*delimiter, -1) != 1 || **delimiter == '\n' || **delimiter == '\r')
    return fail (error, "“delimiter” must be one character, or tab");
  if (strlen (quote) > 1 || *quote == '\n' || *quote == '\r' || (guchar) *quote >= 0x80 || (*quote != '\0' && *quote == **delimiter))
    return fail (error, "“quote” must be one ASCII character that is not the delimiter, or nothing");

  dialect->delimiter = *delimiter;
  dialect->quote = *quote;
  dialect->is_backslash = escape == 1;
  return TRUE;
}
