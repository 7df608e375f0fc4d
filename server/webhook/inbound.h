/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/engine.h"

G_BEGIN_DECLS

/* A request to a workflow's inbound address, as the door read it. All borrowed. */
typedef struct {
  const char  *token;         /* the first segment after /hooks/ */
  const char  *method;
  const char  *path;          /* what follows /hooks/TOKEN/, decoded; "" when nothing does */
  EnlaceValue *query;         /* map: name → the last value (text) */
  EnlaceValue *query_all;     /* map: name → list of values */
  EnlaceValue *headers;       /* map: lower-case name → values joined by ", " */
  GBytes      *body;
} EnlaceInboundRequest;

/**
 * EnlaceInboundError:
 * @ENLACE_INBOUND_ERROR_NOT_FOUND: no live workflow has this token (404)
 * @ENLACE_INBOUND_ERROR_METHOD: the trigger does not take this verb (405)
 * @ENLACE_INBOUND_ERROR_BODY: a body declared as JSON that is none, or a form that is none (400)
 */
typedef enum {
  ENLACE_INBOUND_ERROR_NOT_FOUND,
  ENLACE_INBOUND_ERROR_METHOD,
  ENLACE_INBOUND_ERROR_BODY,
} EnlaceInboundError;

#define ENLACE_INBOUND_ERROR (enlace_inbound_error_quark ())
GQuark   enlace_inbound_error_quark (void);

/* FALSE with an error: refused at once, `func` is not called. Else `func` is called once with the outcome (at the latest after 30 s). */
gboolean enlace_inbound_receive     (EnlaceEngine                *engine,
                                     const EnlaceInboundRequest  *request,
                                     EnlaceOutcomeFunc            func,
                                     gpointer                     data,
                                     GError                     **error);
/* The verbs that a token's trigger takes, for `Allow`: NULL-terminated, owned by the caller; NULL: no such token. */
char   **enlace_inbound_get_methods (EnlaceEngine                *engine,
                                     const char                  *token);

G_END_DECLS
