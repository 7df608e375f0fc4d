/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/approval-page.h"

#include <string.h>

#include "server/api/approval-html.h"
#include "server/workflow/approval.h"
#include "server/workflow/capability.h"
#include "server/workflow/message.h"

#define MAX_COMMENT 2000
#define MAX_FORM (32 * 1024)

/* What a link leads to. */
typedef struct {
  EnlaceApprovalRow *row;
  EnlaceValue       *question;    /* { title, text, approvers } */
  int                person;
} Link;

static void
link_free (Link *self)
{
  g_clear_pointer (&self->row, enlace_approval_row_free);
  g_clear_pointer (&self->question, enlace_value_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Link, link_free)

static const EnlaceApprovalPage pages[] = {
  [ENLACE_APPROVAL_PENDING] = ENLACE_APPROVAL_PAGE_OPEN,
  [ENLACE_APPROVAL_APPROVED] = ENLACE_APPROVAL_PAGE_APPROVED,
  [ENLACE_APPROVAL_REJECTED] = ENLACE_APPROVAL_PAGE_REJECTED,
  [ENLACE_APPROVAL_EXPIRED] = ENLACE_APPROVAL_PAGE_EXPIRED,
  [ENLACE_APPROVAL_CANCELLED] = ENLACE_APPROVAL_PAGE_CANCELLED,
};

static EnlaceApprovalRow *
find_row (const EnlaceServices          *services,
          const EnlaceCapabilityTarget  *target,
          GError                       **error)
{
  EnlaceReader *reader = enlace_store_acquire_reader (services->store);
  EnlaceApprovalRow *row = enlace_approvals_find (reader, &target->execution_id, target->key, enlace_approval_get_now (services->engine), error);

  enlace_store_release_reader (services->store, reader);

  return row;
}

static Link *
load (EnlaceRequest  *request,
      GError        **error)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_auto(EnlaceCapabilityTarget) target = { 0 };
  g_autoptr(Link) self = g_new0 (Link, 1);

  if (!enlace_capability_read (services->engine, ENLACE_CAPABILITY_APPROVE, enlace_request_get_param (request, "token"), &target, error)
      || (self->row = find_row (services, &target, error)) == NULL
      || (self->question = enlace_approval_read_request (services->vault, self->row, error)) == NULL)
    return NULL;
  self->person = target.person;

  return g_steal_pointer (&self);
}

static EnlaceReply *
new_page (EnlaceRequest      *request,
          guint               status,
          EnlaceApprovalPage  page,
          const Link         *link)
{
  return enlace_approval_html_new (status, page, link != NULL ? link->question : NULL, link != NULL ? link->row->deadline : 0,
                                   enlace_request_get_header (request, "accept-language"));
}

/* It cannot be known which of the two it is that does not exist: neither is told. */
static EnlaceReply *
new_failure (EnlaceRequest *request,
             const GError  *error)
{
  if (g_error_matches (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_NOT_FOUND)
      || g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND))
    return new_page (request, 404, ENLACE_APPROVAL_PAGE_UNKNOWN, NULL);

  return enlace_reply_new_error (error);
}

static void
show (EnlaceRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Link) link = load (request, &error);

  if (link == NULL)
    enlace_request_reply (request, new_failure (request, error));
  else if (!link->row->allow_link)
    enlace_request_reply (request, new_page (request, 403, ENLACE_APPROVAL_PAGE_NO_LINKS, NULL));
  else
    enlace_request_reply (request, new_page (request, 200, pages[link->row->status], link));
}

/* A decision by the form */

typedef struct {
  EnlaceApiChange  base;
  EnlaceRequest   *request;
  Link            *link;
  EnlaceDecision  *decision;
  EnlaceApprovalStatus found;     /* what it was before: pending, if it was decided by this */
} Change;

/* What is not open any more is told as a page, not as a failure. */
static gboolean
apply_cb (EnlaceApiChange  *base,
          EnlaceWriter     *writer,
          GError          **error)
{
  Change *self = (Change *) base;
  EnlaceEngine *engine = enlace_request_get_services (self->request)->engine;
  g_autoptr(EnlaceApprovalRow) row = enlace_approvals_find_for_change (writer, &self->decision->execution_id, self->decision->key,
                                                                       enlace_approval_get_now (engine), error);

  if (row == NULL)
    return FALSE;

  self->found = row->status;

  return row->status != ENLACE_APPROVAL_PENDING || enlace_decision_apply (self->decision, engine, writer, error);
}

static EnlaceReply *
reply_cb (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  if (self->found == ENLACE_APPROVAL_PENDING)
    return new_page (self->request, 200, ENLACE_APPROVAL_PAGE_THANKS, self->link);

  return new_page (self->request, 409, pages[self->found], self->link);
}

static void
committed_cb (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  if (self->found == ENLACE_APPROVAL_PENDING)
    enlace_decision_committed (self->decision, enlace_request_get_services (self->request)->engine);
}

static void
change_free (EnlaceApiChange *base)
{
  Change *self = (Change *) base;

  g_clear_pointer (&self->decision, enlace_decision_free);
  g_clear_pointer (&self->link, link_free);
  g_free (self);
}

/* What browsers say of a form that another site sends (Fetch Metadata). */
static gboolean
is_foreign (EnlaceRequest *request)
{
  const char *site = enlace_request_get_header (request, "sec-fetch-site");

  return site != NULL && strcmp (site, "same-origin") != 0;
}

/* The form, checked: FALSE where it is not complete. */
static gboolean
read_form (EnlaceRequest         *request,
           EnlaceApprovalStatus  *status,
           char                 **comment)
{
  const char *type = enlace_request_get_header (request, "content-type");
  GBytes *body = enlace_request_get_raw_body (request);
  g_autoptr(EnlaceValue) form = NULL;
  const char *decision;

  if (type == NULL || !g_str_has_prefix (type, "application/x-www-form-urlencoded") || body == NULL || g_bytes_get_size (body) > MAX_FORM
      || (form = enlace_message_read_body (type, body, NULL)) == NULL || enlace_value_get_kind (form) != ENLACE_KIND_MAP)
    return FALSE;

  decision = enlace_value_get_member_string (form, "decision", "");
  *comment = g_strstrip (g_strdup (enlace_value_get_member_string (form, "comment", "")));
  *status = strcmp (decision, "approved") == 0 ? ENLACE_APPROVAL_APPROVED : ENLACE_APPROVAL_REJECTED;

  return (strcmp (decision, "approved") == 0 || strcmp (decision, "rejected") == 0) && g_utf8_strlen (*comment, -1) <= MAX_COMMENT;
}

static const char *
get_person (const Link *link)
{
  EnlaceValue *approvers = enlace_value_get_member (link->question, "approvers");

  if (link->person < 0 || (gsize) link->person >= enlace_value_get_length (approvers))
    return NULL;

  return enlace_value_get_string (enlace_value_get_element (approvers, link->person));
}

static void
decide (EnlaceRequest *request)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Link) link = load (request, &error);
  g_autofree char *comment = NULL;
  EnlaceApprovalStatus status;
  Change *change;

  if (link == NULL)
    return enlace_request_reply (request, new_failure (request, error));
  if (!link->row->allow_link)
    return enlace_request_reply (request, new_page (request, 403, ENLACE_APPROVAL_PAGE_NO_LINKS, NULL));
  if (is_foreign (request))
    return enlace_request_reply (request, new_page (request, 403, ENLACE_APPROVAL_PAGE_FOREIGN, NULL));
  if (!read_form (request, &status, &comment))
    return enlace_request_reply (request, new_page (request, 400, ENLACE_APPROVAL_PAGE_MALFORMED, NULL));

  change = g_new0 (Change, 1);
  change->base.apply = apply_cb;
  change->base.reply = reply_cb;
  change->base.committed = committed_cb;
  change->base.free = change_free;
  change->request = request;
  change->decision = enlace_decision_new (link->row, status, get_person (link), *comment != '\0' ? comment : NULL);
  change->link = g_steal_pointer (&link);
  enlace_request_reply_after (request, &change->base);
}

/* What does not exist is told before the body is read. */
static gboolean
find (EnlaceRequest  *request,
      gint64         *revision,
      GError        **error)
{
  g_auto(EnlaceCapabilityTarget) target = { 0 };

  return enlace_capability_read (enlace_request_get_services (request)->engine, ENLACE_CAPABILITY_APPROVE, enlace_request_get_param (request, "token"),
                                 &target, error);
}

static const EnlaceRoute routes[] = {
  { "GET", "/approve/:token", ENLACE_PERMISSION_NONE, show, 0, "A page to decide on, for whoever has the link.", .media_type = "text/html" },
  { "POST", "/approve/:token", ENLACE_PERMISSION_NONE, decide, ENLACE_ROUTE_RAW_BODY, "Decides, by the form of that page.", .media_type = "text/html",
    .find = find },
};

const EnlaceRouteTable enlace_approval_page_routes = { "approvals", routes, G_N_ELEMENTS (routes) };
