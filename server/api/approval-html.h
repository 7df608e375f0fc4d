/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/reply.h"

G_BEGIN_DECLS

/* What the page behind a link says. */
typedef enum {
  ENLACE_APPROVAL_PAGE_OPEN,          /* a form */
  ENLACE_APPROVAL_PAGE_THANKS,        /* it was decided just now */
  ENLACE_APPROVAL_PAGE_APPROVED,      /* it was decided before */
  ENLACE_APPROVAL_PAGE_REJECTED,
  ENLACE_APPROVAL_PAGE_EXPIRED,
  ENLACE_APPROVAL_PAGE_CANCELLED,
  ENLACE_APPROVAL_PAGE_UNKNOWN,
  ENLACE_APPROVAL_PAGE_NO_LINKS,      /* it is decided in the application only */
  ENLACE_APPROVAL_PAGE_FOREIGN,       /* the form was sent from elsewhere */
  ENLACE_APPROVAL_PAGE_MALFORMED,
} EnlaceApprovalPage;

/**
 * enlace_approval_html_new:
 * @page: what it says
 * @request: (nullable): what is asked: { title, text }
 * @deadline: microseconds since 1970; 0: none
 * @languages: (nullable): the value of Accept-Language; English and Spanish are spoken
 *
 * The page, as a reply with its headers: it loads nothing, runs nothing and may not be shown inside of another.
 */
EnlaceReply *enlace_approval_html_new (guint               status,
                                       EnlaceApprovalPage  page,
                                       EnlaceValue        *request,
                                       gint64              deadline,
                                       const char         *languages);

G_END_DECLS
