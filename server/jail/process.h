/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/jail/task.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_JAIL_PROCESS_STARTING,   /* it has not said yet that it is locked up */
  ENLACE_JAIL_PROCESS_IDLE,
  ENLACE_JAIL_PROCESS_BUSY,
} EnlaceJailProcessState;

/**
 * EnlaceJailProcessFunc:
 * @result: (transfer full) (nullable): what came of its call
 * @error: (nullable): the process is of no use any more
 *
 * It is ready (neither), has answered, or failed. Called by the main context; may free the process.
 */
typedef void (*EnlaceJailProcessFunc) (EnlaceJailProcess *process,
                                       EnlaceJailResult  *result,
                                       const GError      *error,
                                       gpointer           data);

/**
 * EnlaceJailProcess:
 *
 * One enlace-jail and the socket to it. It belongs to the thread that made it, which must live as long: the process dies with that thread.
 */
struct _EnlaceJailProcess {
  GMainContext           *context;          /* owned */
  EnlaceJailProcessFunc   func;
  gpointer                data;
  EnlaceJailProcessState  state;
  GPid                    pid;
  int                     fd;
  GSource                *watch;            /* owned */
  GSource                *deadline;         /* owned; of its start or its call */
  GByteArray             *received;         /* owned */
  EnlaceJailTask         *task;             /* owned; NULL unless it is busy */
  gsize                   n_sent;           /* bytes of the task's request */
  EnlaceUuid              organisation_id;  /* whose it is, once `n_calls` > 0 */
  guint                   n_calls;
  gint64                  since;            /* monotonic: when its state began */
  gint64                  busy_time;        /* microseconds */
  gboolean                is_spent;         /* it must not be called again */
};

EnlaceJailProcess *enlace_jail_process_new   (const char            *program,
                                              GMainContext          *context,
                                              EnlaceJailProcessFunc  func,
                                              gpointer               data,
                                              GError               **error);
/* Kills it, and waits until it is gone. */
void               enlace_jail_process_free  (EnlaceJailProcess     *self);
/* An idle one takes a task (a reference of its own). It is killed where it takes longer than the task may. */
void               enlace_jail_process_begin (EnlaceJailProcess     *self,
                                              EnlaceJailTask        *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceJailProcess, enlace_jail_process_free)

G_END_DECLS
