/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* What changed after a change number, read from the rows themselves: each resource at most once, in the order of its last change. */
typedef enum { ENLACE_FEED_WORKFLOW, ENLACE_FEED_EXECUTION, ENLACE_FEED_DELETED, ENLACE_FEED_VARIABLE, ENLACE_FEED_APPROVAL } EnlaceFeedKind;

typedef struct {
  gint64          change;
  EnlaceFeedKind  kind;
  EnlaceFeedKind  deleted_kind;   /* of ENLACE_FEED_DELETED */
  EnlaceUuid      id;
} EnlaceFeedEntry;

/* GArray of EnlaceFeedEntry, at most `limit`. *`is_gap` when `after` is older than the kept tombstones: the reader must start anew. */
GArray *enlace_feed_list (EnlaceReader      *reader,
                          const EnlaceUuid  *organisation_id,
                          gint64             after,
                          guint              limit,
                          gboolean          *is_gap,
                          GError           **error);
/* Forgets tombstones of before a time; who reads from an older number gets a gap from then on. */
gboolean enlace_feed_expire (EnlaceWriter  *writer,
                             gint64         before,
                             GError       **error);

G_END_DECLS
