/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/shim.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/mman.h>

struct _TestShim {
  char          *path;
  TestShimState *state;   /* shared with the servers */
};

TestShim *
test_shim_new (void)
{
  TestShim *self = g_new0 (TestShim, 1);
  g_autofree char *sanitizer = NULL;
  const char *library = g_getenv ("ENLACE_TEST_SHIM_LIBRARY");
  const char *options = g_getenv ("ASAN_OPTIONS");
  int fd = g_file_open_tmp ("enlace-shim-XXXXXX", &self->path, NULL);

  g_assert_nonnull (library);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, sizeof (TestShimState)), ==, 0);
  self->state = mmap (NULL, sizeof (TestShimState), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (self->state != MAP_FAILED);
  g_close (fd, NULL);

  /* A sanitised server otherwise wants to be loaded first itself. */
  sanitizer = g_strconcat (options != NULL ? options : "", options != NULL ? ":" : "", "verify_asan_link_order=0", NULL);
  g_setenv ("ASAN_OPTIONS", sanitizer, TRUE);
  g_setenv ("ENLACE_TEST_SHIM", self->path, TRUE);
  g_setenv ("LD_PRELOAD", library, TRUE);

  return self;
}

void
test_shim_set_clock_offset (TestShim *self,
                            gint64    microseconds)
{
  __atomic_store_n (&self->state->clock_offset, microseconds, __ATOMIC_SEQ_CST);
}

void
test_shim_set_disk_full (TestShim *self,
                         gboolean  is_full)
{
  __atomic_store_n (&self->state->is_disk_full, is_full, __ATOMIC_SEQ_CST);
}

void
test_shim_free (TestShim *self)
{
  g_unsetenv ("LD_PRELOAD");
  g_unsetenv ("ENLACE_TEST_SHIM");
  munmap (self->state, sizeof (TestShimState));
  g_unlink (self->path);
  g_free (self->path);
  g_free (self);
}
