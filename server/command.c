/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-command"

#include "config.h"

#include "server/command.h"

#include <stdio.h>
#include <string.h>

#include "server/options.h"
#include "server/outbound/error.h"
#include "server/store/store.h"

typedef struct {
  const char  *name;
  int        (*run) (int argc, char **argv);  /* NULL: not in this version */
  const char  *arguments;
  const char  *summary;
} Command;

static int version (int argc, char **argv);

#define STORE_OPTIONS "[--data-dir DIR] [--database URI] [--config FILE] [--key-fd FD]"

static const Command commands[] = {
  { "init",      enlace_command_init,    "--data-dir DIR --admin-email MAIL", "make the store and print one admin API key, once" },
  { "eval",      enlace_command_eval,    "[--scope FILE] EXPRESSION | --cases FILE", "print the value of an expression, or run a file of cases" },
  { "check",     enlace_command_check,   STORE_OPTIONS, "look the store over, also beside a running server" },
  { "migrate",   enlace_command_migrate, STORE_OPTIONS, "bring the store to this version's form" },
  { "export",    enlace_command_export,  STORE_OPTIONS " [--organisation ID] FILE",
    "write an organisation's workflows and variables to a file, or into a folder, without credentials; also beside a running server" },
  { "import",    enlace_command_import,  STORE_OPTIONS " [--organisation ID] FILE", "make workflows and variables of such a file or folder" },
  { "version",   version,                "", "print the version" },
  { "backup",    NULL, "", NULL },
  { "restore",   NULL, "", NULL },
  { "connector", NULL, "", NULL },
  { "audit",     NULL, "", NULL },
  { "licence",   NULL, "", NULL },
};

static const char options_help[] =
  "Options:\n"
  "  --data-dir DIR         the folder of the store (default: enlace in the user's data folder)\n"
  "  --listen ADDR:PORT     where to listen (default 127.0.0.1:7200; port 0: a free one)\n"
  "  --database URI         the database (default: SQLite in the data folder)\n"
  "  --config FILE          a key file; group [enlaced], keys named as these options, and public-url\n"
  "  --log-format FORMAT    text or json, on standard error\n"
  "  --allow-address CIDR   addresses beside the public ones that outbound calls may reach; may be repeated\n"
  "  --tier TIER            tier of organisations without a licence: free, professional or enterprise\n"
  "  --public-url URL       how the server is reached from outside\n"
  "  --key-fd FD            a file descriptor that gives the master key (32 bytes)\n"
  "  --parent-fd FD         a file descriptor whose end stops the server\n";

static int
version (int    argc,
         char **argv)
{
  if (argc > 1)
    return enlace_command_usage ("version takes no arguments");

  printf ("enlaced %s\n", ENLACE_VERSION);
  return ENLACE_EXIT_DONE;
}

static int
help (void)
{
  printf ("enlaced [OPTION…]: serve\n");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].run != NULL)
      printf ("enlaced %s %s: %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
  printf ("\n%s", options_help);

  return ENLACE_EXIT_DONE;
}

int
enlace_command_usage (const char *format,
                      ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "enlaced: %s\nSee enlaced --help.\n", message);

  return ENLACE_EXIT_USAGE;
}

int
enlace_command_fail (const GError *error)
{
  if (error->domain == G_OPTION_ERROR || error->domain == ENLACE_OPTIONS_ERROR || error->domain == G_KEY_FILE_ERROR ||
      g_error_matches (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_RANGE))
    return enlace_command_usage ("%s", error->message);

  fprintf (stderr, "enlaced: %s\n", error->message);

  return g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_HELD) ? ENLACE_EXIT_HELD : ENLACE_EXIT_FAILED;
}

int
enlace_command_run (int    argc,
                    char **argv)
{
  if (argc > 1 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0))
    return help ();
  if (argc > 1 && strcmp (argv[1], "--version") == 0)
    return version (1, argv);
  if (argc < 2 || argv[1][0] == '-')
    return enlace_command_serve (argc, argv);

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (commands[i].name, argv[1]) != 0)
        continue;
      if (commands[i].run != NULL)
        return commands[i].run (argc - 1, argv + 1);

      fprintf (stderr, "enlaced: “%s” is not available in version %s\n", argv[1], ENLACE_VERSION);
      return ENLACE_EXIT_FAILED;
    }

  return enlace_command_usage ("there is no command “%s”", argv[1]);
}
