/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/evaluation.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_GROUP_LISTS,   /* a key's elements */
  ENLACE_GROUP_LAST,    /* the last element of a key */
  ENLACE_GROUP_COUNT,   /* how many they are */
} EnlaceGroup;

/* A map from each of the keys, which are as many as the elements, to what is under it, in the order of their first. */
gboolean enlace_records_group  (EnlaceEvaluation  *evaluation,
                                EnlaceValue       *list,
                                EnlaceValue       *keys,
                                EnlaceGroup        group,
                                EnlaceOperand     *out);
/* Follows a path such as `a.b[0]["c-d"]`. `found` is borrowed, or NULL where the path leads nowhere. FALSE with a failure when the
 * text is no path. */
gboolean enlace_records_follow (EnlaceEvaluation  *evaluation,
                                EnlaceValue       *root,
                                const char        *path,
                                EnlaceValue      **found);

G_END_DECLS
