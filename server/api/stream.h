/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnlaceStream:
 *
 * The body of a reply that goes on: one side writes from any thread, the door reads as the client takes it. What waits to be sent is
 * bounded, so that a slow client costs a fixed amount. Thread-safe, reference-counted.
 */
typedef struct _EnlaceStream EnlaceStream;

/* `limit`: bytes that may wait to be sent; a larger piece is taken when nothing else waits. */
EnlaceStream *enlace_stream_new       (gsize           limit);
EnlaceStream *enlace_stream_ref       (EnlaceStream   *self);
void          enlace_stream_unref     (EnlaceStream   *self);

/* Appends all of it; FALSE when it does not fit or the client has gone. */
gboolean      enlace_stream_write     (EnlaceStream   *self,
                                       const char     *data,
                                       gsize           length);
/* No more will be written: the reply ends after what waits. */
void          enlace_stream_end       (EnlaceStream   *self);
/* The client has gone, or the stream has ended. */
gboolean      enlace_stream_is_over   (EnlaceStream   *self);
gsize         enlace_stream_get_pending (EnlaceStream *self);

/* The door's side. `sleep` is called when there is nothing to read, with the stream locked; `wake` after it, once, when there is again. */
typedef struct {
  void (*sleep) (gpointer data);
  void (*wake)  (gpointer data);
} EnlaceStreamReader;

void          enlace_stream_set_reader (EnlaceStream             *self,
                                        const EnlaceStreamReader *reader,
                                        gpointer                  data);
/* Bytes read; 0: none now, the reader sleeps; -1: the end. */
gssize        enlace_stream_read      (EnlaceStream   *self,
                                       char           *buffer,
                                       gsize           size);
/* The client has gone: the reader is forgotten. */
void          enlace_stream_abandon   (EnlaceStream   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceStream, enlace_stream_unref)

G_END_DECLS
