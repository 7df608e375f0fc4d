/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/sqlite.h"

G_BEGIN_DECLS

/* Readers: read-only connections, lent to one thread at a time and kept with their statements. Private to the store. */
struct _EnlaceReader {
  EnlaceConnection *connection;   /* NULL: it could not be opened */
  GError           *error;        /* why */
};

typedef struct _EnlaceReaderPool EnlaceReaderPool;

EnlaceReaderPool *enlace_reader_pool_new       (const char        *path);
void              enlace_reader_pool_free      (EnlaceReaderPool  *self);
EnlaceReader     *enlace_reader_pool_acquire   (EnlaceReaderPool  *self);
void              enlace_reader_pool_release   (EnlaceReaderPool  *self,
                                                EnlaceReader      *reader);
/* Borrows; NULL and @error for a reader without connection. */
EnlaceConnection *enlace_reader_get_connection (EnlaceReader      *self,
                                                GError           **error);

G_END_DECLS
