/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * EnlaceFeed:
 *
 * The server's live feed: stays connected, takes up after the last change that it saw, and waits longer and longer between
 * attempts while the server is away.
 *
 * Properties: "connected".
 * Signals: "event" (char *name, char *data); "reset" (): changes may have been missed.
 */
#define ENLACE_TYPE_FEED (enlace_feed_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceFeed, enlace_feed, ENLACE, FEED, GObject)

EnlaceFeed *enlace_feed_new           (SoupSession *session,
                                       const char  *address,
                                       const char  *key);
void        enlace_feed_start         (EnlaceFeed  *self);
/* For good. */
void        enlace_feed_stop          (EnlaceFeed  *self);
gboolean    enlace_feed_get_connected (EnlaceFeed  *self);

/* The wait before the next attempt, in milliseconds, after @failures that followed each other (the first attempt is at once). */
guint       enlace_feed_get_delay     (guint        failures);

G_END_DECLS
