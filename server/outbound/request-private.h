/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/outbound/request.h"

G_BEGIN_DECLS

/* How a header behaves when a redirect leads to another origin or changes the method. */
typedef enum {
  ENLACE_OUTBOUND_HEADER_PLAIN = 1 << 0,   /* known to hold no credential: goes to other origins as well */
  ENLACE_OUTBOUND_HEADER_CONTENT = 1 << 1, /* describes the body: goes when the body goes */
} EnlaceOutboundHeaderFlags;

typedef struct {
  char *line; /* as libcurl wants it: `Name: value`, or `Name;` for an empty value */
  gsize name_length;
  EnlaceOutboundHeaderFlags flags;
} EnlaceOutboundHeader;

struct _EnlaceOutboundRequest {
  gatomicrefcount references;
  char *method;
  EnlaceUrl *url;
  GBytes *body;   /* nullable */
  GArray *headers; /* EnlaceOutboundHeader */
  guint timeout_ms;
  guint connect_timeout_ms;
  guint max_redirects;
  gsize max_body;
  gboolean repeatable;
};

G_END_DECLS
