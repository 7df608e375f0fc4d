/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* A record under way whose names may come more than once: the values of such a name become a list. */
typedef struct _EnlaceMembers EnlaceMembers;

EnlaceMembers *enlace_members_new   (void);
void           enlace_members_free  (EnlaceMembers *self);
/* Takes a reference of its own of the name, and the caller's of the value. `is_list`: a list even if nothing more comes. */
void           enlace_members_take  (EnlaceMembers *self,
                                     EnlaceValue   *name,
                                     EnlaceValue   *value,
                                     gboolean       is_list);
gsize          enlace_members_count (EnlaceMembers *self);
EnlaceValue   *enlace_members_end   (EnlaceMembers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceMembers, enlace_members_free)

G_END_DECLS
