/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/feed-route.h"

#include "server/api/request-private.h"
#include "server/api/state.h"

/* Where a client that was here before left off; -1: it was not. FALSE: no number that the feed gives. */
static gboolean
read_last_id (EnlaceRequest *request,
              gint64        *after)
{
  const char *text = enlace_request_get_header (request, "Last-Event-ID");
  guint64 number;

  *after = -1;
  if (text == NULL || *text == '\0')
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;
  *after = (gint64) number;

  return TRUE;
}

static void
listen_to_feed (EnlaceRequest *request)
{
  EnlaceFeed *feed = enlace_request_get_services (request)->state->feed;
  g_autoptr(EnlaceStream) stream = NULL;
  EnlaceReply *reply;
  gint64 after;

  if (!read_last_id (request, &after))
    {
      enlace_request_reply (request, enlace_reply_new_problem (400, NULL, "Last-Event-ID is not an id that the feed gave.", NULL, NULL));
      return;
    }

  stream = feed != NULL ? enlace_feed_subscribe (feed, request->credential, after) : NULL;
  if (stream == NULL)
    {
      reply = enlace_reply_new_problem (503, NULL, "The feed takes no more listeners now.", NULL, NULL);
      enlace_reply_add_header (reply, "Retry-After", "5");
    }
  else
    {
      reply = enlace_reply_new_stream (200, "text/event-stream", stream);
      /* A proxy that gathers a reply before it passes it on would hold the events back. */
      enlace_reply_add_header (reply, "X-Accel-Buffering", "no");
    }
  enlace_request_reply (request, reply);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/feed", "feed:read", listen_to_feed,
    .summary = "What changes, as Server-Sent Events: workflow, execution, deleted, reset.", .media_type = "text/event-stream" },
};

const EnlaceRouteTable enlace_feed_routes = { "feed", routes, G_N_ELEMENTS (routes) };
