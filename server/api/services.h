/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/security/vault.h"
#include "server/store/store.h"
#include "server/webhook/inbound.h"
#include "server/workflow/engine.h"

G_BEGIN_DECLS

typedef struct _EnlaceApiState EnlaceApiState;

/* The rooms below, as the resources see them. All borrowed: they outlive the door. */
typedef struct {
  EnlaceStore  *store;
  EnlaceVault  *vault;
  EnlaceEngine *engine;
  EnlaceInbound *inbound;
  const char   *public_url;   /* without a trailing slash: "http://127.0.0.1:7200" or what the configuration says */
  EnlaceApiState *state;      /* what the API keeps between requests: server/api/state.h */
} EnlaceServices;

G_END_DECLS
