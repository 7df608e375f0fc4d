/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-server"

#include "server/mail.h"

#include <string.h>

#define CREDENTIAL "mail-password"

/* A line end after the password is the editor's. */
static gboolean
read_password (EnlaceOptions  *options,
               char          **password,
               GError        **error)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *credential = credentials != NULL ? g_build_filename (credentials, CREDENTIAL, NULL) : NULL;
  gboolean is_given = credential != NULL && g_file_test (credential, G_FILE_TEST_EXISTS);
  const char *path = is_given ? credential : options->mail_password_file;

  *password = NULL;
  if (path == NULL)
    return TRUE;

  if (!g_file_get_contents (path, password, NULL, error))
    return FALSE;
  (*password)[strcspn (*password, "\r\n")] = '\0';

  return TRUE;
}

gboolean
enlace_mailer_open (EnlaceOptions  *options,
                    EnlaceMailer  **mailer,
                    GError        **error)
{
  char *password = NULL;

  *mailer = NULL;
  if (options->mail_server == NULL)
    return TRUE;

  if (!read_password (options, &password, error))
    return FALSE;

  *mailer = enlace_mailer_new (options->mail_server, options->mail_from, options->mail_user, password, error);
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
  if (*mailer == NULL)
    g_prefix_error (error, "Mail: ");

  return *mailer != NULL;
}
