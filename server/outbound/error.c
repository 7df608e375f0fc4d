/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include "server/outbound/error.h"

typedef struct {
  gboolean may_have_left;
} EnlaceOutboundErrorPrivate;

static void
enlace_outbound_error_private_init (EnlaceOutboundErrorPrivate *private)
{
  private->may_have_left = FALSE;
}

static void
enlace_outbound_error_private_copy (const EnlaceOutboundErrorPrivate *source, EnlaceOutboundErrorPrivate *copy)
{
  copy->may_have_left = source->may_have_left;
}

static void
enlace_outbound_error_private_clear (EnlaceOutboundErrorPrivate *private)
{
}

G_DEFINE_EXTENDED_ERROR (EnlaceOutboundError, enlace_outbound_error)

gboolean
enlace_outbound_error_may_have_left (const GError *error)
{
  g_return_val_if_fail (error != NULL, TRUE);

  return error->domain != ENLACE_OUTBOUND_ERROR || enlace_outbound_error_get_private (error)->may_have_left;
}

GError *
enlace_outbound_error_new (EnlaceOutboundError code, gboolean may_have_left, const char *format, ...)
{
  GError *error;
  va_list arguments;

  va_start (arguments, format);
  error = g_error_new_valist (ENLACE_OUTBOUND_ERROR, (int) code, format, arguments);
  va_end (arguments);

  enlace_outbound_error_get_private (error)->may_have_left = may_have_left;

  return error;
}

void
enlace_outbound_error_mark_left (GError *error)
{
  g_return_if_fail (error != NULL && error->domain == ENLACE_OUTBOUND_ERROR);

  enlace_outbound_error_get_private (error)->may_have_left = TRUE;
}
