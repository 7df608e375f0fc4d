/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/webhook/settings.h"
#include "server/workflow/engine.h"

G_BEGIN_DECLS

/* What a token of such an address begins with; no workflow's does. */
#define ENLACE_LISTENER_PREFIX "test-"

typedef enum {
  ENLACE_LISTENER_WAITING,
  ENLACE_LISTENER_RECEIVED,
  ENLACE_LISTENER_EXPIRED,
} EnlaceListenerStatus;

/* An address that listens for one event. */
typedef struct {
  EnlaceUuid            id;
  EnlaceUuid            organisation_id;
  EnlaceUuid            workflow_id;
  char                 *token;
  EnlaceHookSettings   *settings;
  EnlacePlan           *plan;             /* nullable: the event also starts a test run of it */
  gint64                expires_at;       /* microseconds since 1970 */
  EnlaceListenerStatus  status;
  EnlaceValue          *event;            /* what expressions would see as `trigger`; NULL: nothing has come */
  gint64                received_at;
  gboolean              has_execution;
  EnlaceUuid            execution_id;
} EnlaceListener;

/**
 * EnlaceListeners:
 *
 * The test addresses, in memory alone: after a restart there are none. Thread-safe.
 */
typedef struct _EnlaceListeners EnlaceListeners;

EnlaceListeners *enlace_listeners_new      (void);
void             enlace_listeners_free     (EnlaceListeners           *self);
/* Adds one and gives a copy; FALSE: the organisation has too many. `plan` nullable. */
EnlaceListener  *enlace_listeners_add      (EnlaceListeners           *self,
                                            const EnlaceUuid          *organisation_id,
                                            const EnlaceUuid          *workflow_id,
                                            EnlaceHookSettings        *settings,
                                            EnlacePlan                *plan,
                                            gint64                     seconds);
/* Copies, owned by the caller; NULL: there is none. */
EnlaceListener  *enlace_listeners_get      (EnlaceListeners           *self,
                                            const EnlaceUuid          *organisation_id,
                                            const EnlaceUuid          *workflow_id,
                                            const EnlaceUuid          *id);
/* One that still waits. */
EnlaceListener  *enlace_listeners_find     (EnlaceListeners           *self,
                                            const char                *token);
/* FALSE: another event was first, or it waits no more. */
gboolean         enlace_listeners_receive  (EnlaceListeners           *self,
                                            const EnlaceUuid          *id,
                                            EnlaceValue               *event);
void             enlace_listeners_set_execution (EnlaceListeners      *self,
                                            const EnlaceUuid          *id,
                                            const EnlaceUuid          *execution_id);
gboolean         enlace_listeners_remove   (EnlaceListeners           *self,
                                            const EnlaceUuid          *organisation_id,
                                            const EnlaceUuid          *workflow_id,
                                            const EnlaceUuid          *id);
void             enlace_listener_free      (EnlaceListener            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceListener, enlace_listener_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceListeners, enlace_listeners_free)

G_END_DECLS
