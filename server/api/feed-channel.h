/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/api/feed-listener.h"

G_BEGIN_DECLS

/**
 * EnlaceFeedChannel:
 *
 * The feed of one organisation: its listeners and how far it was read. What is read is read once for all who are in step; one who resumes, or
 * was too slow, reads for itself until it is in step again. Belongs to the feed's thread.
 */
typedef struct _EnlaceFeedChannel EnlaceFeedChannel;

EnlaceFeedChannel *enlace_feed_channel_new      (const EnlaceServices   *services,
                                                 const EnlaceFeedRender *renderers,
                                                 const EnlaceUuid       *organisation_id);
void               enlace_feed_channel_free     (EnlaceFeedChannel      *self);
/* Takes over the listener. */
void               enlace_feed_channel_add      (EnlaceFeedChannel      *self,
                                                 EnlaceFeedListener     *listener);
/* Drops those who have gone or whose key is no longer good, and gives a sign of life to those who had none for 15 s. Returns how many are left. */
guint              enlace_feed_channel_tend     (EnlaceFeedChannel      *self,
                                                 EnlaceKeyCache         *keys,
                                                 gint64                  now);
/* Sends what is new. Returns when it wants to be called again although nothing changes (monotonic); G_MAXINT64: not at all. */
gint64             enlace_feed_channel_send     (EnlaceFeedChannel      *self,
                                                 gint64                  now);

G_END_DECLS
