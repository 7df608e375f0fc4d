/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/store/writer.h"

G_BEGIN_DECLS

/* What the finished runs of a group add to their workflows, summed up so that a hot workflow's row is written once a group. Private to the
 * store; a change that fails takes back what it counted by setting the array's size to what it was. */
GArray   *enlace_counts_new   (void);
gboolean  enlace_counts_flush (EnlaceWriter  *self,
                               GError       **error);

G_END_DECLS
