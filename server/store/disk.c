/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-store"

#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "server/store/disk.h"

#define LEAST_BYTES   (64 * 1024 * 1024)
#define LEAST_PERCENT 3

gboolean
enlace_disk_has_space (const char  *data_dir,
                       GError     **error)
{
  struct statvfs disk;
  guint64 available;

  if (statvfs (data_dir, &disk) != 0 || disk.f_blocks == 0)
    return TRUE;

  available = (guint64) disk.f_bavail * disk.f_frsize;
  if (available >= LEAST_BYTES && disk.f_bavail >= disk.f_blocks * LEAST_PERCENT / 100)
    return TRUE;

  g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_FULL,
               "The disk is nearly full: %" G_GUINT64_FORMAT " MiB are left", available / (1024 * 1024));

  return FALSE;
}

gboolean
enlace_disk_sync_directory (const char  *directory,
                            GError     **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean is_done = fd >= 0 && fsync (fd) == 0;

  if (!is_done)
    g_set_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_UNAVAILABLE, "%s cannot be made durable: %s", directory, g_strerror (errno));

  if (fd >= 0)
    close (fd);

  return is_done;
}
