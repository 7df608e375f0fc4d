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
/* A step has taken it: its payload goes, and the step is told nothing more. */
gboolean   enlace_signals_take   (EnlaceWriter      *writer,
                                  const EnlaceUuid  *execution_id,
                                  const char        *key,
                                  GError           **error);
/* A step goes on without having been told anything, and is told nothing any more. CONFLICT: it was told meanwhile. */
gboolean   enlace_signals_close  (EnlaceWriter      *writer,
                                  const EnlaceUuid  *execution_id,
                                  const char        *key,
                                  GError           **error);
/* Those of a run that were not taken (element-type EnlaceSignalRow). */
GPtrArray *enlace_signals_list   (EnlaceReader      *reader,
                                  const EnlaceUuid  *execution_id,
                                  GError           **error);
/* Whose run it is; NOT_FOUND: there is no such run. */
gboolean   enlace_signals_find_owner (EnlaceReader   *reader,
                                  const EnlaceUuid  *execution_id,
                                  EnlaceUuid        *organisation_id,
                                  GError           **error);
/* Ids (GArray of EnlaceUuid) of runs that wait and have signals that were not taken. */
GArray    *enlace_signals_list_waiting (EnlaceReader *reader,
                                  GError           **error);

G_END_DECLS
