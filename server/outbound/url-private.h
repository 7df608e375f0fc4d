/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <curl/curl.h>

#include "server/outbound/url.h"

G_BEGIN_DECLS

/* The parsed address for CURLOPT_CURLU, which only reads it. Borrowed. */
CURLU *enlace_url_peek_handle (EnlaceUrl *self);

G_END_DECLS
