/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/error.h"

#include <glib/gi18n.h>

#include "common/value/json.h"

typedef struct {
  EnlaceValue *problem;
} EnlaceClientErrorPrivate;

static void
enlace_client_error_private_init (EnlaceClientErrorPrivate *priv)
{
  priv->problem = NULL;
}

static void
enlace_client_error_private_copy (const EnlaceClientErrorPrivate *source,
                                  EnlaceClientErrorPrivate       *target)
{
  target->problem = source->problem != NULL ? enlace_value_ref (source->problem) : NULL;
}

static void
enlace_client_error_private_clear (EnlaceClientErrorPrivate *priv)
{
  g_clear_pointer (&priv->problem, enlace_value_unref);
}

G_DEFINE_EXTENDED_ERROR (EnlaceClientError, enlace_client_error)

static const struct {
  guint             status;
  EnlaceClientError code;
  const char       *message;
} statuses[] = {
  { 400, ENLACE_CLIENT_ERROR_INVALID, N_("The server did not accept what was sent.") },
  { 401, ENLACE_CLIENT_ERROR_REFUSED, N_("The server does not know this application’s key.") },
  { 402, ENLACE_CLIENT_ERROR_LIMIT, N_("A quota is used up.") },
  { 403, ENLACE_CLIENT_ERROR_REFUSED, N_("You are not allowed to do this.") },
  { 404, ENLACE_CLIENT_ERROR_NOT_FOUND, N_("It does not exist any more.") },
  { 409, ENLACE_CLIENT_ERROR_CHANGED, N_("It was changed in the meantime.") },
  { 412, ENLACE_CLIENT_ERROR_CHANGED, N_("It was changed in the meantime.") },
  { 413, ENLACE_CLIENT_ERROR_INVALID, N_("This is larger than the server accepts.") },
  { 415, ENLACE_CLIENT_ERROR_INVALID, N_("The server did not accept what was sent.") },
  { 421, ENLACE_CLIENT_ERROR_REFUSED, N_("The server does not go by this address.") },
  { 422, ENLACE_CLIENT_ERROR_INVALID, N_("The server did not accept what was sent.") },
  { 428, ENLACE_CLIENT_ERROR_CHANGED, N_("It was changed in the meantime.") },
  { 429, ENLACE_CLIENT_ERROR_LIMIT, N_("Too many requests. Try again in a moment.") },
};

static EnlaceClientError
classify (guint        status,
          const char **message)
{
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (statuses[i].status == status)
      {
        *message = _(statuses[i].message);
        return statuses[i].code;
      }

  if (status >= 500)
    {
      *message = _("The server could not do this. Try again in a moment.");
      return ENLACE_CLIENT_ERROR_SERVER;
    }

  *message = _("The server gave a reply that this application does not understand.");
  return ENLACE_CLIENT_ERROR_REPLY;
}

GError *
enlace_client_error_new_for_reply (guint   status,
                                   GBytes *body)
{
  g_autoptr(EnlaceValue) problem = NULL;
  const char *message;
  const char *detail = NULL;
  EnlaceClientError code = classify (status, &message);
  GError *error;

  if (body != NULL)
    problem = enlace_json_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL);
  if (problem != NULL)
    detail = enlace_value_get_member_string (problem, "detail", NULL);

  error = g_error_new_literal (ENLACE_CLIENT_ERROR, code, detail != NULL && *detail != '\0' ? detail : message);
  enlace_client_error_get_private (error)->problem = g_steal_pointer (&problem);

  return error;
}

GError *
enlace_client_error_take_network (GError *error)
{
  g_autoptr(GError) source = error;

  if (g_error_matches (source, G_IO_ERROR, G_IO_ERROR_CANCELLED) || source->domain == ENLACE_CLIENT_ERROR)
    return g_steal_pointer (&source);

  g_debug ("The server is not reached: %s", source->message);
  return g_error_new_literal (ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE, _("The server is not reached."));
}

EnlaceValue *
enlace_client_error_get_problem (const GError *error)
{
  if (error == NULL || error->domain != ENLACE_CLIENT_ERROR)
    return NULL;

  return enlace_client_error_get_private ((GError *) error)->problem;
}
