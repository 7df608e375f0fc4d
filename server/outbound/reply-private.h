/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/outbound/reply.h"

G_BEGIN_DECLS

typedef struct {
  guint name;  /* offsets into the text, of NUL-terminated strings */
  guint value;
} EnlaceOutboundReplyLine;

struct _EnlaceOutboundReply {
  gatomicrefcount references;
  guint status;
  GString *text;
  GArray *lines; /* EnlaceOutboundReplyLine */
  GBytes *body;
  char *url;
  gint64 duration;
  guint64 bytes;
};

EnlaceOutboundReply *enlace_outbound_reply_new        (void);

/* Adds one line of a header without its end; FALSE: it is none. */
gboolean             enlace_outbound_reply_add_line   (EnlaceOutboundReply *self,
                                                       const char          *line,
                                                       gsize                length);

/* Forgets all lines: another header follows. */
void                 enlace_outbound_reply_drop_lines (EnlaceOutboundReply *self);

G_END_DECLS
