/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "server/store/lock.h"

/* What the process calls itself, for the message; NULL when it cannot be seen. */
static char *
get_process_name (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/comm", pid);
  char *name = NULL;

  if (!g_file_get_contents (path, &name, NULL, NULL))
    return NULL;

  return g_strchomp (name);
}

static void
tell_holder (int          fd,
             const char  *data_dir,
             GError     **error)
{
  g_autofree char *name = NULL;
  char text[32] = "";
  gint64 pid;

  if (pread (fd, text, sizeof text - 1, 0) <= 0 || (pid = g_ascii_strtoll (text, NULL, 10)) <= 0)
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_HELD, "The data directory %s is in use by another process", data_dir);
      return;
    }

  name = get_process_name (pid);
  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_HELD,
               "The data directory %s is in use by process %" G_GINT64_FORMAT "%s%s%s", data_dir, pid,
               name != NULL ? " (" : "", name != NULL ? name : "", name != NULL ? ")" : "");
}

static void
write_holder (int fd)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());

  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_warning ("The lock cannot say who holds it: %s", g_strerror (errno));
}

int
enlace_lock_take (const char  *data_dir,
                  GError     **error)
{
  g_autofree char *path = g_build_filename (data_dir, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_READ_ONLY,
                   "The data directory %s cannot be written: %s", data_dir, g_strerror (errno));
      return -1;
    }

  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      tell_holder (fd, data_dir, error);
      close (fd);
      return -1;
    }

  write_holder (fd);

  return fd;
}

void
enlace_lock_release (int fd)
{
  if (fd < 0)
    return;

  if (ftruncate (fd, 0) != 0)
    g_debug ("The lock keeps the name of its last holder: %s", g_strerror (errno));
  close (fd);
}
