/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/socket.h>

#include "server/outbound/error.h"

G_BEGIN_DECLS

/**
 * EnlaceAddressGuard:
 *
 * Says which addresses outgoing requests may reach: the public ones, and the ranges that were opened with
 * `--allow-address`. Immutable, reference-counted, to be used from any thread.
 *
 * Sources: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its updates). Of IPv6 only global
 * unicast (2000::/3) and NAT64 are reachable at all. An address with an IPv4 address inside that the network would
 * deliver to (IPv4-mapped, NAT64) is decided by that one; IPv4-compatible, IPv4-translated, 6to4 and Teredo addresses
 * are refused whatever is inside.
 */
typedef struct _EnlaceAddressGuard EnlaceAddressGuard;

/**
 * enlace_address_guard_new:
 * @allowed: (nullable): ranges to open, `127.0.0.0/8`, `fd00::/8` or a single address; NULL-terminated
 *
 * Returns: (transfer full): the guard, or NULL with `BAD_RANGE` that names the wrong entry
 */
EnlaceAddressGuard *enlace_address_guard_new        (const char * const     *allowed,
                                                     GError                **error);
EnlaceAddressGuard *enlace_address_guard_ref        (EnlaceAddressGuard     *self);
void                enlace_address_guard_unref      (EnlaceAddressGuard     *self);

/**
 * enlace_address_guard_check:
 * @address: an IPv4 or IPv6 socket address
 * @length: its size
 *
 * Whether a connection to @address may be made; FALSE with `REFUSED_ADDRESS`, whose message names the address and why.
 * Other address families are refused.
 */
gboolean            enlace_address_guard_check      (EnlaceAddressGuard     *self,
                                                     const struct sockaddr  *address,
                                                     socklen_t               length,
                                                     GError                **error);

/* The same for an address in text: four decimal numbers, or IPv6 without brackets and zone. */
gboolean            enlace_address_guard_check_text (EnlaceAddressGuard     *self,
                                                     const char             *address,
                                                     GError                **error);

/**
 * enlace_address_guard_check_host:
 * @host: a host in the canonical form that enlace_url_get_host() gives
 *
 * Checks what can be known without a look-up: literal addresses, and names that always mean this machine (RFC 6761) or
 * the metadata service of a cloud. Any other name passes, to be decided by the address that is really connected to.
 */
gboolean            enlace_address_guard_check_host (EnlaceAddressGuard     *self,
                                                     const char             *host,
                                                     GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceAddressGuard, enlace_address_guard_unref)

G_END_DECLS
