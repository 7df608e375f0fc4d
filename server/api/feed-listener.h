/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/feed.h"

G_BEGIN_DECLS

/* One who listens to the feed. Belongs to the feed's thread. */
typedef struct {
  EnlaceCredential *credential;
  EnlaceStream     *stream;
  gint64            cursor;        /* all changes up to this one were sent */
  gboolean          is_in_step;    /* gets what is read for the whole organisation; else it reads for itself until it has caught up */
  gboolean          may_workflows;
  gboolean          may_executions;
  gboolean          may_variables;
  gboolean          may_approvals;
  gint64            wrote_at;      /* monotonic */
  gint64            checked_at;    /* monotonic */
} EnlaceFeedListener;

EnlaceFeedListener *enlace_feed_listener_new      (EnlaceCredential         *credential,
                                                   gint64                    cursor);
void                enlace_feed_listener_free     (EnlaceFeedListener       *self);
gboolean            enlace_feed_listener_may_see  (EnlaceFeedListener       *self,
                                                   const EnlaceFeedEntry    *entry);
/* FALSE: it does not fit now, or the client has gone. */
gboolean            enlace_feed_listener_send     (EnlaceFeedListener       *self,
                                                   const char               *text,
                                                   gint64                    now);

/* An event as text. `id` -1: without one, so that a client which resumes does not pass over what was held back. `data` NULL: none. Caller frees. */
char               *enlace_feed_format_event      (gint64                    id,
                                                   const char               *event,
                                                   EnlaceValue              *data);
const char         *enlace_feed_kind_get_name     (EnlaceFeedKind            kind);

G_END_DECLS
