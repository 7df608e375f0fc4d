/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/outbound/error.h"

G_BEGIN_DECLS

/**
 * EnlaceUrl:
 *
 * The address of an outgoing request, parsed once. Immutable, reference-counted, to be used from any thread.
 *
 * Only absolute `http://` and `https://` addresses with a host, without user information, control characters, spaces
 * or backslashes, and not on a port that belongs to another service. The host is kept in the canonical form of the WHATWG
 * URL standard: lower case, Punycode for international names, four decimal numbers for every spelling of an IPv4
 * address, compressed IPv6 in brackets. What different parsers would read differently is refused.
 */
typedef struct _EnlaceUrl EnlaceUrl;

/**
 * enlace_url_parse:
 * @text: UTF-8
 *
 * Returns: (transfer full): the address, or NULL with `BAD_URL`
 */
EnlaceUrl  *enlace_url_parse       (const char  *text,
                                    GError     **error);

/**
 * enlace_url_resolve:
 * @reference: what a `Location` header holds: absolute, or relative to @self
 *
 * Returns: (transfer full): the address meant, or NULL with `BAD_URL`
 */
EnlaceUrl  *enlace_url_resolve     (EnlaceUrl   *self,
                                    const char  *reference,
                                    GError     **error);

EnlaceUrl  *enlace_url_ref         (EnlaceUrl   *self);
void        enlace_url_unref       (EnlaceUrl   *self);

/* The whole address in canonical form, without the fragment. Borrowed. */
const char *enlace_url_get_text    (EnlaceUrl   *self);

/* The canonical host, IPv6 in brackets. Borrowed. */
const char *enlace_url_get_host    (EnlaceUrl   *self);
guint       enlace_url_get_port    (EnlaceUrl   *self);
gboolean    enlace_url_is_secure   (EnlaceUrl   *self);

/* Whether scheme, host and port are the same. */
gboolean    enlace_url_same_origin (EnlaceUrl   *self,
                                    EnlaceUrl   *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceUrl, enlace_url_unref)

G_END_DECLS
