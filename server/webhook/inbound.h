/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/webhook/listeners.h"
#include "server/webhook/secrets.h"
#include "server/workflow/engine.h"

G_BEGIN_DECLS

/* A request to a workflow's inbound address, as the door read it. All borrowed. */
typedef struct {
  const char  *token;         /* the first segment after /hooks/ */
  const char  *method;
  const char  *path;          /* what follows /hooks/TOKEN/, decoded; "" when nothing does */
  const char  *url;           /* the public address with path and query as they were sent; nullable: no signature may cover it */
  const char  *address;       /* of the sender, as text; nullable */
  EnlaceValue *query;         /* map: name → the last value (text) */
  EnlaceValue *query_all;     /* map: name → list of values */
  EnlaceValue *headers;       /* map: lower-case name → values joined by ", " */
  GBytes      *body;
} EnlaceInboundRequest;

/**
 * EnlaceInboundError:
 * @ENLACE_INBOUND_ERROR_NOT_FOUND: no live workflow has this token, or its trigger has another path (404)
 * @ENLACE_INBOUND_ERROR_METHOD: the trigger does not take this verb (405)
 * @ENLACE_INBOUND_ERROR_BODY: a body declared as JSON that is none, or a form that is none (400)
 * @ENLACE_INBOUND_ERROR_ADDRESS: the trigger does not take events from this address (403)
 * @ENLACE_INBOUND_ERROR_SIGNATURE: the signature is missing, wrong or stale (401)
 * @ENLACE_INBOUND_ERROR_EVENT_ID: the event's id cannot be told (422)
 * @ENLACE_INBOUND_ERROR_SETTINGS: the trigger's parameters cannot be used: the message says why (422 where they are saved, 500 at an event)
 */
typedef enum {
  ENLACE_INBOUND_ERROR_NOT_FOUND,
  ENLACE_INBOUND_ERROR_METHOD,
  ENLACE_INBOUND_ERROR_BODY,
  ENLACE_INBOUND_ERROR_ADDRESS,
  ENLACE_INBOUND_ERROR_SIGNATURE,
  ENLACE_INBOUND_ERROR_EVENT_ID,
  ENLACE_INBOUND_ERROR_SETTINGS,
} EnlaceInboundError;

#define ENLACE_INBOUND_ERROR (enlace_inbound_error_quark ())
GQuark   enlace_inbound_error_quark (void);

/**
 * EnlaceInbound:
 *
 * Takes requests to the addresses of workflows and makes events of them. Thread-safe.
 */
typedef struct _EnlaceInbound EnlaceInbound;

/* Borrows all. */
EnlaceInbound     *enlace_inbound_new           (EnlaceEngine                *engine,
                                                 EnlaceStore                 *store,
                                                 EnlaceVault                 *vault);
void               enlace_inbound_free          (EnlaceInbound               *self);

/* FALSE with an error: refused at once, `func` is not called. Else `func` is called once with the outcome (at the latest after 30 s). */
gboolean           enlace_inbound_receive       (EnlaceInbound               *self,
                                                 const EnlaceInboundRequest  *request,
                                                 EnlaceOutcomeFunc            func,
                                                 gpointer                     data,
                                                 GError                     **error);
/* Whether there is such an address at all. */
gboolean           enlace_inbound_has_token     (EnlaceInbound               *self,
                                                 const char                  *token);
/* The verbs that a token's trigger takes, for `Allow`: NULL-terminated, owned by the caller; NULL: no such token. */
char             **enlace_inbound_get_methods   (EnlaceInbound               *self,
                                                 const char                  *token);
/* Borrowed. */
EnlaceHookSecrets *enlace_inbound_get_secrets   (EnlaceInbound               *self);
EnlaceListeners   *enlace_inbound_get_listeners (EnlaceInbound               *self);

/* What was refused since the start, for /metrics. */
typedef struct { guint64 unsigned_events, stale_events, foreign_addresses; } EnlaceInboundFigures;
void               enlace_inbound_get_figures   (EnlaceInbound               *self,
                                                 EnlaceInboundFigures        *figures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceInbound, enlace_inbound_free)

G_END_DECLS
