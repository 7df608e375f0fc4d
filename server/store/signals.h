/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* What waiting steps are told, see migrations/0002-engine.sql. A key names the step in its run; payloads are sealed by the caller. */

typedef struct {
  char   *key;
  GBytes *payload;
} EnlaceSignalRow;

/* NOT_FOUND: there is no such run, or it has ended; CONFLICT: the step was told already. */
gboolean   enlace_signals_add    (EnlaceWriter      *writer,
                                  const EnlaceUuid  *execution_id,
                                  const char        *key,
                                  GBytes            *payload,
                                  GError           **error);
/* Of a step that has taken it. */
gboolean   enlace_signals_remove (EnlaceWriter      *writer,
                                  const EnlaceUuid  *execution_id,
                                  const char        *key,
                                  GError           **error);
/* Those of a run (element-type EnlaceSignalRow). */
GPtrArray *enlace_signals_list   (EnlaceReader      *reader,
                                  const EnlaceUuid  *execution_id,
                                  GError           **error);
/* Ids (GArray of EnlaceUuid) of runs that wait and have signals. */
GArray    *enlace_signals_list_waiting (EnlaceReader *reader,
                                  GError           **error);

G_END_DECLS
