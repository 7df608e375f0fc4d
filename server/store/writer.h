/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdatomic.h>

#include "server/store/sqlite.h"

G_BEGIN_DECLS

/* The writer: one thread, the only connection that writes and checkpoints. Private to the store. */
struct _EnlaceWriter {
  EnlaceConnection         *connection;

  /* The thread's own. */
  gint64                    time;
  gint64                    change;             /* the last number given */
  gint64                    change_limit;       /* what is stored: numbers below it may be given */
  gint64                    epoch;
  gboolean                  is_epoch_stored;
  GArray                   *counts;             /* EnlaceCount, of the group */
  EnlaceChange             *pending;            /* taken from the queue, in order */
  EnlaceChange            **pending_tail;
  gint64                    wal_pages;
  gint64                    checkpointed_pages;
  gint64                    truncated_at_pages; /* when it last tried to */

  /* Shared. */
  _Atomic (EnlaceChange *)  queue;              /* newest first */
  atomic_uint               queued;
  _Atomic gint64            latest_change;
  _Atomic gint64            wal_bytes;
  _Atomic guint64           n_changes;
  _Atomic guint64           n_groups;
  _Atomic guint64           n_failed;
  _Atomic gint64            refuse_until;       /* monotonic; set by a failed commit */
  GMutex                    mutex;
  GCond                     wake;
  gboolean                  is_closing;         /* under mutex */
  GPtrArray                *observers;          /* under observers_mutex */
  GMutex                    observers_mutex;
  guint                     last_observer;
  GThread                  *thread;
};

/* Takes the connection. */
EnlaceWriter *enlace_writer_new             (EnlaceConnection  *connection,
                                             GError           **error);
void          enlace_writer_start           (EnlaceWriter      *self);
/* Commits what waits, checkpoints and closes the connection. */
void          enlace_writer_free            (EnlaceWriter      *self);
void          enlace_writer_submit          (EnlaceWriter      *self,
                                             EnlaceChange      *change);
guint         enlace_writer_add_observer    (EnlaceWriter      *self,
                                             void             (*func) (gint64, gpointer),
                                             gpointer           data);
void          enlace_writer_remove_observer (EnlaceWriter      *self,
                                             guint              id);

/* checkpoint.c: watches the write-ahead log of the writer's connection. */
void          enlace_checkpoint_watch       (EnlaceWriter      *self);
void          enlace_checkpoint_if_due      (EnlaceWriter      *self,
                                             gboolean           is_idle);
void          enlace_checkpoint_all         (EnlaceWriter      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceWriter, enlace_writer_free)

G_END_DECLS
