/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * enlace_host_name_canonicalise:
 * @host: a host as it stands in a URL, percent-encoding already decoded, UTF-8; IPv6 in brackets
 *
 * The canonical form of the WHATWG URL standard (host parsing, IPv4 parser, IPv6 serialiser; UTS #46 without
 * transitional processing), stricter in that empty labels, zones and characters outside names are refused.
 *
 * Returns: (transfer full) (nullable): the canonical host, or NULL when it is none
 */
char *enlace_host_name_canonicalise (const char *host);

G_END_DECLS
