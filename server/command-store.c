/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands that look after a store: init, check, migrate. */

#define G_LOG_DOMAIN "enlace-command"

#include "server/command.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/options.h"
#include "server/security/initialise.h"
#include "server/security/vault.h"
#include "server/store/store.h"

EnlaceOptions *
enlace_command_parse_store (int                  argc,
                            char               **argv,
                            const GOptionEntry  *more,
                            const char         **argument,
                            int                 *status)
{
  int n_expected = argument != NULL ? 2 : 1;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = enlace_options_parse (ENLACE_OPTIONS_STORE, more, &argc, &argv, &error);

  if (options == NULL)
    *status = enlace_command_fail (error);
  else if (argc > n_expected)
    *status = enlace_command_usage ("%s: “%s” is too much", argv[0], argv[n_expected]);
  else if (argc < n_expected)
    *status = enlace_command_usage ("%s wants FILE", argv[0]);
  else if (options->database != NULL)
    {
      fprintf (stderr, "enlaced: --database: only SQLite in the data folder is available in this version\n");
      *status = ENLACE_EXIT_FAILED;
    }
  else
    {
      if (argument != NULL)
        *argument = argv[1];
      return g_steal_pointer (&options);
    }

  return NULL;
}

static gboolean
is_mail_address (const char *text)
{
  const char *at = strchr (text, '@');

  return at != NULL && at != text && at[1] != '\0' && strchr (at + 1, '@') == NULL && strpbrk (text, " \t\r\n<>") == NULL;
}

/* A store that is there is left as it is, its master key too. */
static gboolean
initialise (EnlaceOptions  *options,
            const char     *mail,
            char          **key,
            GError        **error)
{
  guint8 master_key[ENLACE_MASTER_KEY_SIZE];
  gboolean done;

  if (enlace_store_exists (options->data_dir))
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_EXISTS, "There is a store in %s already", options->data_dir);
      return FALSE;
    }

  done = enlace_master_key_load (options->data_dir, options->key_fd, TRUE, master_key, error) &&
         enlace_store_initialise (options->data_dir, mail, master_key, key, error);
  sodium_memzero (master_key, sizeof master_key);

  return done;
}

int
enlace_command_init (int    argc,
                     char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = NULL;
  g_autofree char *mail = NULL;
  g_autofree char *key = NULL;
  int status;
  const GOptionEntry more[] = {
    { "admin-email", 0, 0, G_OPTION_ARG_STRING, &mail, "Mail address of the administrator", "MAIL" },
    G_OPTION_ENTRY_NULL
  };

  if ((options = enlace_command_parse_store (argc, argv, more, NULL, &status)) == NULL)
    return status;
  if (mail == NULL || !is_mail_address (mail))
    return enlace_command_usage ("init wants --admin-email MAIL");
  if (!initialise (options, mail, &key, &error))
    return enlace_command_fail (error);

  printf ("%s\n", key);
  sodium_memzero (key, strlen (key));

  return ENLACE_EXIT_DONE;
}

/* Prints what is wrong; TRUE: nothing is. */
static gboolean
print_defects (GPtrArray *defects)
{
  for (guint i = 0; i < defects->len; i++)
    fprintf (stderr, "enlaced: %s\n", (char *) g_ptr_array_index (defects, i));

  return defects->len == 0;
}

int
enlace_command_check (int    argc,
                      char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = NULL;
  g_autoptr(GPtrArray) defects = NULL;
  guint8 master_key[ENLACE_MASTER_KEY_SIZE];
  int status;

  if ((options = enlace_command_parse_store (argc, argv, NULL, NULL, &status)) == NULL)
    return status;
  if (!enlace_master_key_load (options->data_dir, options->key_fd, FALSE, master_key, &error))
    return enlace_command_fail (error);

  defects = enlace_store_check (options->data_dir, master_key, &error);
  sodium_memzero (master_key, sizeof master_key);
  if (defects == NULL)
    return enlace_command_fail (error);
  if (!print_defects (defects))
    return ENLACE_EXIT_FAILED;

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

  if ((options = enlace_command_parse_store (argc, argv, NULL, NULL, &status)) == NULL)
    return status;
  if ((store = enlace_store_open (options->data_dir, ENLACE_STORE_MIGRATE, &error)) == NULL)
    return enlace_command_fail (error);

  printf ("The store has this version's form.\n");

  return ENLACE_EXIT_DONE;
}
