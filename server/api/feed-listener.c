/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/feed-listener.h"

#include "common/value/json.h"

#define MAX_WAITING (256 * 1024)

EnlaceFeedListener *
enlace_feed_listener_new (EnlaceCredential *credential,
                          gint64            cursor)
{
  EnlaceFeedListener *self = g_new0 (EnlaceFeedListener, 1);

  self->credential = enlace_credential_ref (credential);
  self->stream = enlace_stream_new (MAX_WAITING);
  self->cursor = cursor;
  self->may_workflows = enlace_permissions_allow (credential->permissions, "workflows:read");
  self->may_executions = enlace_permissions_allow (credential->permissions, "executions:read");
  self->may_variables = enlace_permissions_allow (credential->permissions, "variables:read");
  self->may_approvals = enlace_permissions_allow (credential->permissions, "approvals:read");

  return self;
}

void
enlace_feed_listener_free (EnlaceFeedListener *self)
{
  enlace_stream_end (self->stream);
  enlace_stream_unref (self->stream);
  enlace_credential_unref (self->credential);
  g_free (self);
}

gboolean
enlace_feed_listener_may_see (EnlaceFeedListener    *self,
                              const EnlaceFeedEntry *entry)
{
  EnlaceFeedKind kind = entry->kind == ENLACE_FEED_DELETED ? entry->deleted_kind : entry->kind;

  if (kind == ENLACE_FEED_VARIABLE)
    return self->may_variables;
  if (kind == ENLACE_FEED_APPROVAL)
    return self->may_approvals;

  return kind == ENLACE_FEED_WORKFLOW ? self->may_workflows : self->may_executions;
}

gboolean
enlace_feed_listener_send (EnlaceFeedListener *self,
                           const char         *text,
                           gint64              now)
{
  if (!enlace_stream_write (self->stream, text, strlen (text)))
    return FALSE;
  self->wrote_at = now;

  return TRUE;
}

char *
enlace_feed_format_event (gint64       id,
                          const char  *event,
                          EnlaceValue *data)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  if (id >= 0)
    g_string_append_printf (text, "id: %" G_GINT64_FORMAT "\n", id);
  g_string_append_printf (text, "event: %s\ndata: ", event);
  /* Compact JSON has no line breaks, so that it is one `data` line. */
  if (data == NULL)
    g_string_append (text, "{}");
  else if (!enlace_json_append (text, data, ENLACE_JSON_COMPACT, &error))
    {
      g_warning ("An event of the feed could not be written: %s", error->message);
      return NULL;
    }
  g_string_append (text, "\n\n");

  return g_string_free_and_steal (g_steal_pointer (&text));
}

const char *
enlace_feed_kind_get_name (EnlaceFeedKind kind)
{
  switch (kind)
    {
    case ENLACE_FEED_WORKFLOW:
      return "workflow";
    case ENLACE_FEED_EXECUTION:
      return "execution";
    case ENLACE_FEED_VARIABLE:
      return "variable";
    case ENLACE_FEED_APPROVAL:
      return "approval";
    case ENLACE_FEED_DELETED:
    default:
      return "deleted";
    }
}
