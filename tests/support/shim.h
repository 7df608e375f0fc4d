/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a library, loaded before all others, puts in the place of the C library's: a server that is started while it is in force sees another
 * clock, or a disk without space, whenever the test says so; names that begin with “hangs.” are looked up for a minute. */
typedef struct {
  gint64 clock_offset;    /* microseconds; added to the wall clock, never to the monotonic one */
  gint32 is_disk_full;    /* writes to files whose name has “enlace.db” in it fail for want of space */
} TestShimState;

typedef struct _TestShim TestShim;

/* In force for all processes that are started until it is freed. */
TestShim *test_shim_new               (void);
void      test_shim_set_clock_offset  (TestShim *self,
                                       gint64    microseconds);
void      test_shim_set_disk_full     (TestShim *self,
                                       gboolean  is_full);
void      test_shim_free              (TestShim *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestShim, test_shim_free)

G_END_DECLS
