/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <libdex.h>

#include "server/jail/jail.h"

G_BEGIN_DECLS

typedef struct _EnlaceJailProcess EnlaceJailProcess;

/* A call from its making to its answer. It belongs to the jail's thread once it was handed over, but for the references. */
typedef struct {
  gatomicrefcount    ref_count;
  EnlaceJail        *jail;            /* borrowed */
  EnlaceUuid         organisation_id;
  guint              timeout_ms;
  gint64             since;           /* monotonic: when it was made */
  GByteArray        *request;         /* owned */
  DexPromise        *promise;         /* owned */
  GCancellable      *cancellable;     /* owned */
  gulong             cancelled_id;
  EnlaceJailProcess *process;         /* borrowed, NULL: it waits for one */
  gboolean           is_answered;
} EnlaceJailTask;

/* NULL with an error: the call is larger than a call may be, or its input cannot be said in JSON. */
EnlaceJailTask *enlace_jail_task_new     (EnlaceJail           *jail,
                                          const EnlaceJailCall *call,
                                          GError              **error);
/* What tells the jail that nobody waits any more: called once at most, on any thread. */
void            enlace_jail_task_watch   (EnlaceJailTask       *self,
                                          GCallback             cancelled_cb);
EnlaceJailTask *enlace_jail_task_ref     (EnlaceJailTask       *self);
void            enlace_jail_task_unref   (EnlaceJailTask       *self);
/* The first answer counts. Takes the result. */
void            enlace_jail_task_answer  (EnlaceJailTask       *self,
                                          EnlaceJailResult     *result);
/* Takes the error. */
void            enlace_jail_task_fail    (EnlaceJailTask       *self,
                                          GError               *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceJailTask, enlace_jail_task_unref)

G_END_DECLS
