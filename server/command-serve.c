/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-server"

#include "server/command.h"

#include <curl/curl.h>
#include <glib-unix.h>
#include <libdex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/log.h"
#include "server/server.h"

#define MAX_DESCRIPTORS 16384

typedef struct {
  EnlaceServer  *server;
  GMainLoop     *loop;
  int            argc;      /* as given, to be read again on SIGHUP */
  char         **argv;
} Serving;

static EnlaceOptions *
read_options (int      argc,
              char   **argv,
              GError **error)
{
  g_autofree char **copy = g_memdup2 (argv, (argc + 1) * sizeof (char *));
  g_autoptr(EnlaceOptions) options = enlace_options_parse (ENLACE_OPTIONS_SERVE, NULL, &argc, &copy, error);

  if (options != NULL && argc > 1)
    {
      g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "“%s” is too much", copy[1]);
      return NULL;
    }

  return g_steal_pointer (&options);
}

static gboolean
stop_cb (gpointer data)
{
  Serving *serving = data;

  g_main_loop_quit (serving->loop);

  return G_SOURCE_CONTINUE;
}

static gboolean
reload_cb (gpointer data)
{
  Serving *serving = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = read_options (serving->argc, serving->argv, &error);

  if (options == NULL || !enlace_server_reload (serving->server, options, &error))
    g_warning ("The configuration was not reloaded: %s", error->message);
  else
    g_message ("The configuration was reloaded: allowed addresses are in force, other settings from the next start on");

  return G_SOURCE_CONTINUE;
}

/* The desktop holds the other end: when it ends, however it ends, so does its server. */
static gboolean
parent_cb (int          fd,
           GIOCondition condition,
           gpointer     data)
{
  char bytes[64];
  gssize n = read (fd, bytes, sizeof bytes);

  if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;

  stop_cb (data);

  return G_SOURCE_REMOVE;
}

/* From before the start on: whoever has read the ready line may stop the server at once, and who stops it earlier is served as soon as it is up. */
static void
watch_for_end (Serving       *serving,
               EnlaceOptions *options)
{
  g_unix_signal_add (SIGTERM, stop_cb, serving);
  g_unix_signal_add (SIGINT, stop_cb, serving);
  g_unix_signal_add (SIGHUP, reload_cb, serving);
  if (options->parent_fd >= 0)
    g_unix_fd_add (options->parent_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, parent_cb, serving);
}

/* Each connection is a descriptor, and the usual soft limit is small. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= MAX_DESCRIPTORS)
    return;

  limit.rlim_cur = MIN (limit.rlim_max, MAX_DESCRIPTORS);
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    g_warning ("The limit of open files stays as it is: %s", g_strerror (errno));
}

static int
serve (Serving       *serving,
       EnlaceOptions *options)
{
  g_autoptr(GError) error = NULL;

  watch_for_end (serving, options);
  if ((serving->server = enlace_server_new (options, &error)) == NULL)
    return enlace_command_fail (error);

  printf ("enlaced: ready on %s\n", enlace_server_get_url (serving->server));
  fflush (stdout);
  g_main_loop_run (serving->loop);
  g_message ("Stopping");
  g_clear_pointer (&serving->server, enlace_server_free);

  return ENLACE_EXIT_DONE;
}

int
enlace_command_serve (int    argc,
                      char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOptions) options = read_options (argc, argv, &error);
  g_autoptr(GMainLoop) loop = NULL;
  Serving serving = { .argc = argc, .argv = argv };

  if (options == NULL)
    return enlace_command_fail (error);
  if (options->database != NULL)
    {
      fprintf (stderr, "enlaced: --database: only SQLite in the data folder is available in this version\n");
      return ENLACE_EXIT_FAILED;
    }

  enlace_log_start (strcmp (options->log_format, "json") == 0);
  signal (SIGPIPE, SIG_IGN);
  raise_descriptor_limit ();
  curl_global_init (CURL_GLOBAL_DEFAULT);
  dex_init ();
  loop = serving.loop = g_main_loop_new (NULL, FALSE);

  return serve (&serving, options);
}
