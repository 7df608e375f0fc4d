/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk for SQLite that fails when told to: everything else goes through to the real one. */
typedef enum {
  FAULTY_DISK_WORKS,
  FAULTY_DISK_IS_FULL,        /* writes fail for want of space */
  FAULTY_DISK_CANNOT_SYNC,    /* fsync fails */
} FaultyDiskState;

void faulty_disk_install   (void);   /* for all connections that are opened from now on */
void faulty_disk_set_state (FaultyDiskState state);

G_END_DECLS
