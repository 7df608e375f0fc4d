/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/webhook/signature.h"

G_BEGIN_DECLS

struct _EnlaceSignature {
  EnlaceValue               *parameter;
  const EnlaceSignatureRule *rules;       /* of the scheme, beside each other */
  guint                      n_rules;
  gint64                     tolerance_s; /* -1: each rule's own */
  EnlaceSignatureRule        own;         /* of the schemes `custom` and `token` */
  char                      *own_header;
  char                      *own_time;
  char                      *own_event_id;
};

G_END_DECLS
