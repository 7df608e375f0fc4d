/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands that look after a store: init, check, migrate. */

#define G_LOG_DOMAIN "enlace-command"

#include "server/command.h"

#include <sodium.h>
#include <stdio.h>

#include "server/options.h"
#include "server/security/initialise.h"
#include "server/security/vault.h"
#include "server/store/store.h"

static EnlaceOptions *
parse (int                  argc,
       char               **argv,
       const GOptionEntry  *more,
       int                 *status)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = enlace_options_parse (ENLACE_OPTIONS_STORE, more, &argc, &argv, &error);

  if (options == NULL)
    *status = enlace_command_fail (error);
  else if (argc > 1)
    *status = enlace_command_usage ("%s: “%s” is too much", argv[0], argv[1]);
  else if (options->database != NULL)
    {
      fprintf (stderr, "enlaced: --database: only SQLite in the data folder is available in this version\n");
      *status = ENLACE_EXIT_FAILED;
    }
  else
    return g_steal_pointer (&options);

  return NULL;
}

static gboolean
is_mail_address (const char *text)
{
  const char *at = strchr (text, '@');

  return at != NULL && at != text && at[1] != '\0' && strchr (at + 1, '@') == NULL && strpbrk (text, " \t\r\n<>") == NULL;
}

int
enlace_command_init (int    argc,
                     char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = NULL;
  g_autofree char *mail = NULL;
  g_autofree char *key = NULL;
  guint8 master_key[ENLACE_MASTER_KEY_SIZE];
  gboolean done;
  int status;
  const GOptionEntry more[] = {
    { "admin-email", 0, 0, G_OPTION_ARG_STRING, &mail, "Mail address of the administrator", "MAIL" },
    G_OPTION_ENTRY_NULL
  };

  if ((options = parse (argc, argv, more, &status)) == NULL)
    return status;
  if (mail == NULL || !is_mail_address (mail))
    return enlace_command_usage ("init wants --admin-email MAIL");

  done = enlace_store_initialise (options->data_dir, mail, options->key_fd, &key, &error);
  sodium_memzero (master_key, sizeof master_key);
  if (!done)
    return enlace_command_fail (error);

  printf ("%s\n", key);

  return ENLACE_EXIT_DONE;
}

int
enlace_command_check (int    argc,
                      char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = NULL;
  int status;

  if ((options = parse (argc, argv, NULL, &status)) == NULL)
    return status;
  if (!enlace_store_check (options->data_dir, options->key_fd, &error))
    return enlace_command_fail (error);

  printf ("The store is sound.\n");

  return ENLACE_EXIT_DONE;
}

int
enlace_command_migrate (int    argc,
                        char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = NULL;
  g_autoptr(EnlaceStore) store = NULL;
  int status;

  if ((options = parse (argc, argv, NULL, &status)) == NULL)
    return status;
  if ((store = enlace_store_open (options->data_dir, ENLACE_STORE_MIGRATE, &error)) == NULL)
    return enlace_command_fail (error);

  printf ("The store has this version's form.\n");

  return ENLACE_EXIT_DONE;
}
