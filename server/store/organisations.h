/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* Organisations, their members and their API keys. */

typedef struct {
  EnlaceUuid  id;
  char       *name;
  GBytes     *wrapped_key;      /* the data key, sealed by the master key */
  gint64      created_at;       /* microseconds since 1970, as all times here */
} EnlaceOrganisationRow;

typedef struct {
  EnlaceUuid  id;
  EnlaceUuid  organisation_id;
  char       *email;
  char       *role;             /* "owner", … */
  gint64      created_at;
} EnlaceMemberRow;

typedef struct {
  EnlaceUuid  id;
  EnlaceUuid  organisation_id;
  EnlaceUuid  member_id;        /* whose key it is: created_by */
  char       *name;
  char       *key_prefix;
  guint8      key_hash[32];     /* SHA-256 of the whole key */
  char       *permissions;      /* JSON list of scopes; ["*"]: all */
  gint64      rate_limit;       /* requests a minute; 0: none */
  gboolean    is_active;
  gint64      last_used_at;     /* 0: never */
  gint64      expires_at;       /* 0: never */
  gint64      created_at;
  gint64      updated_at;
} EnlaceApiKeyRow;

gboolean  enlace_organisations_insert   (EnlaceWriter                 *writer,
                                         const EnlaceOrganisationRow  *row,
                                         GError                      **error);
/* All of them (element-type EnlaceOrganisationRow). */
GPtrArray *enlace_organisations_list    (EnlaceReader                 *reader,
                                         GError                      **error);
gboolean  enlace_members_insert         (EnlaceWriter                 *writer,
                                         const EnlaceMemberRow        *row,
                                         GError                      **error);
/* Caller frees. NULL without an error: there is no such member. */
char     *enlace_members_get_email      (EnlaceReader                 *reader,
                                         const EnlaceUuid             *organisation_id,
                                         const EnlaceUuid             *id,
                                         GError                      **error);
/* The owner, or where there is none the first member. */
gboolean  enlace_members_find_owner     (EnlaceReader                 *reader,
                                         const EnlaceUuid             *organisation_id,
                                         EnlaceUuid                   *id,
                                         GError                      **error);
gboolean  enlace_api_keys_insert        (EnlaceWriter                 *writer,
                                         const EnlaceApiKeyRow        *row,
                                         GError                      **error);
/* NULL without an error: no such key. */
EnlaceApiKeyRow *enlace_api_keys_find   (EnlaceReader                 *reader,
                                         const guint8                  key_hash[32],
                                         GError                      **error);
gboolean  enlace_api_keys_touch         (EnlaceWriter                 *writer,
                                         const EnlaceUuid             *id,
                                         gint64                        last_used_at,
                                         GError                      **error);

void      enlace_organisation_row_free  (EnlaceOrganisationRow        *row);
void      enlace_member_row_free        (EnlaceMemberRow              *row);
void      enlace_api_key_row_free       (EnlaceApiKeyRow              *row);

/* What a store holds about the master key: a sealed known text, written once by `init`. */
gboolean  enlace_store_set_canary       (EnlaceWriter                 *writer,
                                         GBytes                       *sealed,
                                         GError                      **error);
GBytes   *enlace_store_get_canary       (EnlaceReader                 *reader,
                                         GError                      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOrganisationRow, enlace_organisation_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceMemberRow, enlace_member_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceApiKeyRow, enlace_api_key_row_free)

G_END_DECLS
