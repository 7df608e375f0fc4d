/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/client-private.h"

#include <glib/gi18n.h>

typedef struct {
  EnlaceClient    *client;
  EnlaceReplyFunc  func;
} Adoption;

static void
adoption_free (gpointer data)
{
  Adoption *adoption = data;

  g_object_unref (adoption->client);
  g_free (adoption);
}

static DexFuture *
reply_cb (DexFuture *future,
          gpointer   user_data)
{
  Adoption *adoption = user_data;
  const GValue *value = dex_future_get_value (future, NULL);
  g_autoptr(GError) error = NULL;
  gpointer object = adoption->func (adoption->client, g_value_get_boxed (value), &error);

  if (object != NULL)
    return dex_future_new_take_object (object);
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_reject (ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_REPLY, "%s",
                                _("The server gave a reply that this application does not understand."));
}

DexFuture *
enlace_client_adopt_reply (EnlaceClient    *self,
                           DexFuture       *future,
                           EnlaceReplyFunc  func)
{
  Adoption *adoption = g_new0 (Adoption, 1);

  adoption->client = g_object_ref (self);
  adoption->func = func;

  return dex_future_then (future, reply_cb, adoption, adoption_free);
}
