/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/format.h"

G_DEFINE_QUARK (enlace-format-error-quark, enlace_format_error)

gboolean
enlace_format_spend (EnlaceFormatGuard  *guard,
                     gsize               units,
                     gsize               bytes,
                     GError            **error)
{
  return guard == NULL || guard->spend (guard, units, bytes, error);
}

gboolean
enlace_format_fail (EnlaceFormatGuard  *guard,
                    GError            **error,
                    gsize               line,
                    const char         *format,
                    ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_INPUT, "Line %" G_GSIZE_FORMAT ": %s", line, message);
  if (guard != NULL)
    guard->line = line;

  return FALSE;
}
