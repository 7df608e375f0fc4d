/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/key-cache.h"
#include "server/api/services.h"
#include "server/api/stream.h"
#include "server/store/feed.h"

G_BEGIN_DECLS

/* The resource as the API shows it. NULL without an error: it is gone. *`revision`: what its ETag names; a workflow whose revision is as it was
 * is sent at most once a second. Called on the feed's thread. */
typedef EnlaceValue *(*EnlaceFeedRender) (const EnlaceServices  *services,
                                          EnlaceReader          *reader,
                                          const EnlaceUuid      *organisation_id,
                                          const EnlaceUuid      *id,
                                          gint64                *revision,
                                          GError               **error);

/**
 * EnlaceFeed:
 *
 * Sends what changes to those who listen, as Server-Sent Events. One thread reads for all of them.
 */
typedef struct _EnlaceFeed EnlaceFeed;

EnlaceFeed   *enlace_feed_new       (const EnlaceServices   *services,
                                     EnlaceKeyCache         *keys,
                                     const EnlaceFeedRender *renderers);
void          enlace_feed_free      (EnlaceFeed             *self);
/* Ends all streams; takes no more. */
void          enlace_feed_stop      (EnlaceFeed             *self);

/* A new listener: what changed after `after`, -1: from now on. NULL: the feed has stopped, or too many listen. The caller owns the reference. */
EnlaceStream *enlace_feed_subscribe (EnlaceFeed             *self,
                                     EnlaceCredential       *credential,
                                     gint64                  after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceFeed, enlace_feed_free)

G_END_DECLS
