/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/security/permissions.h"
#include "server/store/organisations.h"

G_BEGIN_DECLS

/**
 * EnlaceCredential:
 *
 * A valid API key, as a request sees it. Immutable, reference-counted, thread-safe.
 */
typedef struct {
  int                refs;
  EnlaceApiKeyRow   *row;
  EnlacePermissions *permissions;
} EnlaceCredential;

EnlaceCredential *enlace_credential_ref      (EnlaceCredential  *self);
void              enlace_credential_unref    (EnlaceCredential  *self);

/* What is left of a key's requests a minute. */
typedef struct {
  gint64   limit;           /* 0: the key has none */
  gint64   remaining;
  guint    reset_seconds;   /* until all of them are there again */
  guint    wait_seconds;    /* until the next one is: for Retry-After; 0 when there is one now */
} EnlaceAllowance;

/**
 * EnlaceKeyCache:
 *
 * The API keys seen lately. What it says is at most a second old; a change of a key calls enlace_key_cache_forget() after its commit and
 * is felt at once. Also counts a key's requests against its rate limit and notes when it was last used, at most once a minute. Thread-safe.
 */
typedef struct _EnlaceKeyCache EnlaceKeyCache;

EnlaceKeyCache   *enlace_key_cache_new       (EnlaceStore       *store);
void              enlace_key_cache_free      (EnlaceKeyCache    *self);

/* NULL without an error: no such key, or it is inactive or expired. The caller owns the reference. */
EnlaceCredential *enlace_key_cache_find      (EnlaceKeyCache    *self,
                                              const char        *key,
                                              GError           **error);
/* Whether a credential found earlier is still good. */
gboolean          enlace_key_cache_is_valid  (EnlaceKeyCache    *self,
                                              EnlaceCredential  *credential);
/* Takes one request from the key's allowance; FALSE when none is left. */
gboolean          enlace_key_cache_spend     (EnlaceKeyCache    *self,
                                              EnlaceCredential  *credential,
                                              EnlaceAllowance   *allowance);
/* A key was changed, revoked or removed; NULL: all of them. */
void              enlace_key_cache_forget    (EnlaceKeyCache    *self,
                                              const guint8       key_hash[32]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceKeyCache, enlace_key_cache_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceCredential, enlace_credential_unref)

G_END_DECLS
