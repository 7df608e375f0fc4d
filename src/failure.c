/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace"

#include "config.h"

#include "src/failure.h"

#include <glib/gi18n.h>

#include "src/client/server-process.h"

static const EnlaceFailure failures[] = {
  {
    enlace_secrets_error_quark, ENLACE_SECRETS_ERROR_NO_KEYRING, "dialog-password-symbolic",
    N_("No Keyring"),
    N_("What your workflows process is encrypted, and the keys belong into the keyring of your session: but there is none. "
       "Install GNOME Keyring or KWallet, start it, and try again."),
    .offers_file = TRUE,
  },
  {
    enlace_secrets_error_quark, ENLACE_SECRETS_ERROR_LOCKED, "dialog-password-symbolic",
    N_("Keyring Locked"),
    N_("The keys of the data in %s belong into your keyring. Unlock it and try again."),
    .offers_file = TRUE,
  },
  {
    enlace_secrets_error_quark, ENLACE_SECRETS_ERROR_FAILED, "dialog-password-symbolic",
    N_("Keys Not Read"),
    N_("The keys of the data in %s cannot be read or kept."),
    .shows_message = TRUE,
  },
  {
    enlace_server_error_quark, ENLACE_SERVER_ERROR_HELD, "enlace-server-symbolic",
    N_("Data in Use"),
    N_("Another server uses the data in %s: perhaps one that you started in a terminal, or Enlace in another session. "
       "End it and try again."),
    .shows_message = TRUE,
  },
  {
    enlace_server_error_quark, ENLACE_SERVER_ERROR_KEYS_MISSING, "dialog-password-symbolic",
    N_("Keys Missing"),
    N_("The data in %s is encrypted, and its keys are not in this keyring. If they are in a backup of your keyring, restore it "
       "and try again. If a server that you started in a terminal made the data, start that one. To begin anew, move the folder away."),
  },
  {
    enlace_server_error_quark, ENLACE_SERVER_ERROR_PROGRAM, "enlace-server-symbolic",
    N_("Server Not Started"),
    N_("The server that belongs to Enlace and keeps its data in %s cannot be started. It may help to install Enlace again."),
    .shows_message = TRUE,
  },
  {
    enlace_server_error_quark, ENLACE_SERVER_ERROR_ENDED, "enlace-server-symbolic",
    N_("Server Keeps Ending"),
    N_("The server that keeps its data in %s was started several times and ended each time. This is what it said last:"),
    .shows_message = TRUE,
  },
};

static const char *const file_offer =
  N_("Or keep the keys in a file in %s that only you can read. Whoever gets at your files, or at a copy of them, "
     "can then read what Enlace stores.");

const EnlaceFailure *
enlace_failure_find (const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_error_matches (error, failures[i].domain (), failures[i].code))
      return &failures[i];

  return &failures[G_N_ELEMENTS (failures) - 1];
}

/* The text (translated) with its one %s, if it has one, replaced. */
static char *
fill_in (const char *text,
         const char *data_dir)
{
  g_auto(GStrv) parts = g_strsplit (text, "%s", 2);

  return g_strjoinv (data_dir, parts);
}

char *
enlace_failure_describe (const EnlaceFailure *self,
                         const GError        *error,
                         const char          *data_dir,
                         gboolean             with_file)
{
  g_autofree char *text = fill_in (_(self->description), data_dir);
  g_autofree char *offer = with_file ? fill_in (_(file_offer), data_dir) : NULL;

  if (offer != NULL)
    return g_strdup_printf ("%s\n\n%s", text, offer);
  if (self->shows_message && error != NULL)
    return g_strdup_printf ("%s\n\n%s", text, error->message);

  return g_steal_pointer (&text);
}
