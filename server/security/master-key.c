/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-security"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/security/vault.h"

#define FILE_NAME  "master.key"
#define CREDENTIAL "master-key"

static void
fail (GError     **error,
      const char  *source,
      const char  *reason)
{
  g_set_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_MISSING, "The master key cannot be read from %s: %s", source, reason);
}

/* Exactly 32 bytes, and then the end: a longer file is some other file. */
static gboolean
read_key (int          fd,
          const char  *source,
          guint8       key[ENLACE_MASTER_KEY_SIZE],
          GError     **error)
{
  guint8 buffer[ENLACE_MASTER_KEY_SIZE + 1];
  gsize length = 0;
  gssize n;

  do
    {
      n = read (fd, buffer + length, sizeof buffer - length);
      if (n > 0)
        length += n;
    }
  while ((n > 0 && length < sizeof buffer) || (n < 0 && errno == EINTR));

  if (n < 0)
    fail (error, source, g_strerror (errno));
  else if (length != ENLACE_MASTER_KEY_SIZE)
    fail (error, source, "it is not of 32 bytes");
  else
    memcpy (key, buffer, ENLACE_MASTER_KEY_SIZE);

  sodium_memzero (buffer, sizeof buffer);

  return n >= 0 && length == ENLACE_MASTER_KEY_SIZE;
}

/* `needs_privacy`: others must not be able to read it. A systemd credential has its own protection and mode. */
static gboolean
read_file (const char  *path,
           gboolean     needs_privacy,
           guint8       key[ENLACE_MASTER_KEY_SIZE],
           GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat status;
  gboolean is_read = FALSE;

  if (fd < 0 || fstat (fd, &status) != 0)
    fail (error, path, g_strerror (errno));
  else if (needs_privacy && (status.st_mode & 077) != 0)
    fail (error, path, "others may read it; run chmod 600 on it, and think of who has read it");
  else
    is_read = read_key (fd, path, key, error);

  if (fd >= 0)
    close (fd);

  return is_read;
}

static gboolean
write_whole (int           fd,
             const guint8 *key)
{
  return write (fd, key, ENLACE_MASTER_KEY_SIZE) == ENLACE_MASTER_KEY_SIZE && fsync (fd) == 0;
}

static gboolean
sync_directory (const char *directory)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean is_done = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);

  return is_done;
}

/* Durable before anything is sealed with it: a store without its key is lost. Under a temporary name until it is whole. */
static gboolean
create_file (const char  *data_dir,
             const char  *path,
             guint8       key[ENLACE_MASTER_KEY_SIZE],
             GError     **error)
{
  g_autofree char *unfinished = g_strconcat (path, ".new", NULL);
  gboolean is_written;
  int fd;

  if (g_mkdir_with_parents (data_dir, 0700) != 0 ||
      (fd = open (unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
    {
      fail (error, path, g_strerror (errno));
      return FALSE;
    }

  randombytes_buf (key, ENLACE_MASTER_KEY_SIZE);
  is_written = fchmod (fd, 0600) == 0 && write_whole (fd, key);
  close (fd);

  if (is_written && g_rename (unfinished, path) == 0 && sync_directory (data_dir))
    return TRUE;

  fail (error, path, g_strerror (errno));
  g_unlink (unfinished);

  return FALSE;
}

gboolean
enlace_master_key_load (const char  *data_dir,
                        int          fd,
                        gboolean     create,
                        guint8       key[ENLACE_MASTER_KEY_SIZE],
                        GError     **error)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *credential = credentials != NULL ? g_build_filename (credentials, CREDENTIAL, NULL) : NULL;
  g_autofree char *path = g_build_filename (data_dir, FILE_NAME, NULL);

  if (sodium_init () < 0)
    g_error ("libsodium cannot be initialised");

  if (fd >= 0)
    return read_key (fd, "the given descriptor", key, error);

  if (credential != NULL && g_file_test (credential, G_FILE_TEST_EXISTS))
    return read_file (credential, FALSE, key, error);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return read_file (path, TRUE, key, error);

  /* A new key cannot be an old store's. */
  if (create && !enlace_store_exists (data_dir))
    return create_file (data_dir, path, key, error);

  g_set_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_MISSING,
               "There is no master key: neither a descriptor, nor the credential “" CREDENTIAL "”, nor %s", path);

  return FALSE;
}
