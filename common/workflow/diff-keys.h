/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* How two writings of one list are laid side by side. Private to diff and merge. */

/* Whether both are absent, or both are there and have the same JSON text but for the order of members. */
gboolean     enlace_rows_same     (EnlaceValue        *a,
                                   EnlaceValue        *b);
/* Whether a list is one of rows that go by a key in all of the `n` lists (absent ones are empty): those of "nodes", "notes" and "groups" go by
 * their id, "edges" by their ends and port, others by the first usual naming member that all rows have and no two share.
 * `name` is that of the member that holds the list. Gives the naming member, "" for edges, NULL: the list has no keys. */
const char  *enlace_rows_find_key (const char         *name,
                                   EnlaceValue *const *lists,
                                   guint               n);
/* The key of a row, to be freed. */
char        *enlace_rows_dup_key  (EnlaceValue        *row,
                                   const char         *member);
/* Key → row, borrowed from the list. */
GHashTable  *enlace_rows_index    (EnlaceValue        *list,
                                   const char         *member);
/* The keys of `first` in their order, those that only `second` has put behind the row that precedes them there (element-type utf8). */
GPtrArray   *enlace_rows_order    (EnlaceValue        *first,
                                   EnlaceValue        *second,
                                   const char         *member);

G_END_DECLS
