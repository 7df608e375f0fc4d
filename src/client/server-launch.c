/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/server-launch.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/random.h>
#include <unistd.h>

#include "src/client/server-process.h"

/* The numbers that the child knows its pipes by. */
#define KEY_FD 3
#define PARENT_FD 4

GBytes *
enlace_server_launch_new_master_key (GError **error)
{
  guint8 key[ENLACE_MASTER_KEY_SIZE];

  if (getrandom (key, sizeof key, 0) != (gssize) sizeof key)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
      return NULL;
    }

  return g_bytes_new (key, sizeof key);
}

/* A pipe whose reading end is for the child. The key fits into the pipe's buffer, so that writing does not wait. */
static int
open_key (GBytes  *key,
          GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (key, &size);
  int fds[2];
  gssize written;

  if (!g_unix_open_pipe (fds, O_CLOEXEC, error))
    return -1;

  written = write (fds[1], data, size);
  close (fds[1]);
  if (written != (gssize) size)
    {
      close (fds[0]);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The key could not be handed to the server."));
      return -1;
    }

  return fds[0];
}

static DexFuture *
init_done_cb (DexFuture *future,
              gpointer   user_data)
{
  GSubprocess *process = user_data;
  const char *output = g_value_get_string (dex_future_get_value (future, NULL));
  g_autofree char *key = g_strstrip (g_strdup (output != NULL ? output : ""));

  if (g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == 3)
    return dex_future_new_reject (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_HELD, "%s",
                                  _("Another server uses the store."));
  if (!g_subprocess_get_successful (process) || *key == '\0')
    return dex_future_new_reject (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_PROGRAM, "%s",
                                  _("The server could not make its store."));

  return dex_future_new_take_string (g_steal_pointer (&key));
}

static void
communicated_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr(DexPromise) promise = user_data;
  g_autoptr(GError) error = NULL;
  char *output = NULL;

  if (g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, &output, NULL, &error))
    dex_promise_resolve_string (promise, output);
  else
    dex_promise_reject (promise, g_steal_pointer (&error));
}

DexFuture *
enlace_server_launch_init (const char *program,
                           const char *data_dir,
                           GBytes     *master_key)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *address = g_strconcat (g_get_user_name (), "@localhost", NULL);
  DexPromise *promise;
  int key_fd;

  key_fd = open_key (master_key, &error);
  if (key_fd < 0)
    return dex_future_new_for_error (g_steal_pointer (&error));

  g_subprocess_launcher_take_fd (launcher, key_fd, KEY_FD);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "init", "--data-dir", data_dir, "--admin-email", address,
                                         "--key-fd", G_STRINGIFY (KEY_FD), NULL);
  if (process == NULL)
    return dex_future_new_reject (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_PROGRAM,
                                  _("The server’s program does not start: %s"), error->message);

  promise = dex_promise_new_cancellable ();
  g_subprocess_communicate_utf8_async (process, NULL, dex_promise_get_cancellable (promise), communicated_cb,
                                       dex_ref (promise));

  return dex_future_then (DEX_FUTURE (promise), init_done_cb, g_object_ref (process), g_object_unref);
}

GSubprocess *
enlace_server_launch_serve (const char  *program,
                            const char  *data_dir,
                            GBytes      *master_key,
                            guint        port,
                            int         *parent_fd,
                            GError     **error)
{
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", port);
  g_autofd int alive_fd = -1;
  GSubprocess *process;
  int fds[2];
  int key_fd;

  if (!g_unix_open_pipe (fds, O_CLOEXEC, error))
    return NULL;
  alive_fd = fds[1];

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_fd (launcher, fds[0], PARENT_FD);
  key_fd = open_key (master_key, error);
  if (key_fd < 0)
    return NULL;

  g_subprocess_launcher_take_fd (launcher, key_fd, KEY_FD);
  process = g_subprocess_launcher_spawn (launcher, error, program,
                                         "--data-dir", data_dir,
                                         "--listen", listen,
                                         "--key-fd", G_STRINGIFY (KEY_FD),
                                         "--parent-fd", G_STRINGIFY (PARENT_FD),
                                         "--allow-address", "127.0.0.0/8",
                                         "--allow-address", "::1/128",
                                         NULL);
  if (process != NULL)
    *parent_fd = g_steal_fd (&alive_fd);

  return process;
}

gboolean
enlace_server_launch_port_is_free (guint port)
{
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  return socket != NULL && g_socket_bind (socket, address, TRUE, NULL) && g_socket_listen (socket, NULL);
}
