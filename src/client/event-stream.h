/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A reader of Server-Sent Events (WHATWG HTML, 9.2.6): bytes in, events out. */
typedef struct _EnlaceEventStream EnlaceEventStream;

/* @name: "message" where the stream names none. @data: lines joined by "\n". */
typedef void (*EnlaceEventFunc) (const char *name,
                                 const char *data,
                                 gpointer    user_data);

EnlaceEventStream *enlace_event_stream_new         (EnlaceEventFunc    func,
                                                    gpointer           user_data);
void               enlace_event_stream_free        (EnlaceEventStream *self);
void               enlace_event_stream_push        (EnlaceEventStream *self,
                                                    const char        *bytes,
                                                    gsize              length);
/* The id of the last event that was whole; NULL: none yet. */
const char        *enlace_event_stream_get_last_id (EnlaceEventStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceEventStream, enlace_event_stream_free)

G_END_DECLS
