/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/outbound/client.h"

G_BEGIN_DECLS

/* A request whose end is waited for. */
typedef struct {
  GMutex lock;
  GCond ended;
  gboolean is_ended;
  EnlaceOutboundReply *reply;
  GError *error;
} Exchange;

Exchange              *exchange_start     (EnlaceOutbound         *outbound,
                                           EnlaceOutboundRequest  *request,
                                           GCancellable           *cancellable);

/* Waits for the end, and gives the exchange with either `reply` or `error` set. */
Exchange              *exchange_wait      (Exchange               *exchange);
void                   exchange_free      (Exchange               *exchange);

EnlaceOutboundRequest *exchange_request   (const char             *method,
                                           const char             *url);
EnlaceOutbound        *exchange_client    (const char             *allowed);

/* Sends and waits; the reply, or the error. */
EnlaceOutboundReply   *exchange_run       (EnlaceOutbound         *outbound,
                                           EnlaceOutboundRequest  *request,
                                           GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_free)

G_END_DECLS
