/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/request-private.h"
#include "server/http/host.h"
#include "server/http/router.h"

G_BEGIN_DECLS

#define ENLACE_MAX_HEADERS 100

/* What every request passes before its handler: the refusals of the contract, in its order. */
typedef struct {
  EnlaceRouter         *router;
  EnlaceHostList       *hosts;
  const EnlaceServices *services;
  gsize                 max_body;
} EnlaceGate;

/* What can be said before the body: NULL, or the refusal. `target_problem`: what enlace_target_parse() found wrong, NULL for nothing. *`is_broken`: it
 * is not even certain where the request ends, so that nothing more may be read from its connection. The request gets its route, parameters, key and
 * revision. */
EnlaceReply *enlace_gate_check_head (EnlaceGate    *self,
                                     EnlaceRequest *request,
                                     const char    *target_problem,
                                     gboolean      *is_broken);
/* What can be said of the body: NULL, or the refusal, or the stored reply of an earlier request with its Idempotency-Key. */
EnlaceReply *enlace_gate_check_body (EnlaceGate    *self,
                                     EnlaceRequest *request);
/* 413. */
EnlaceReply *enlace_gate_refuse_size (EnlaceGate   *self);

G_END_DECLS
