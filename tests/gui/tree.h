/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <atspi/atspi.h>

G_BEGIN_DECLS

/* The library defines none. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiAccessible, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiComponent, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiStateSet, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtspiText, g_object_unref)

/* What a screen reader sees of a program. Only what shows is found. Roles: ATSPI_ROLE_INVALID is any. Names are patterns of
 * g_pattern_match_simple(); NULL is any. Names are compared to the whole name. */

/* The first in reading order below `root`, itself not. Owned by the caller; NULL: there is none. */
AtspiAccessible *test_tree_find            (AtspiAccessible *root,
                                            AtspiRole        role,
                                            const char      *name);
/* All of them, in reading order. Element-type AtspiAccessible. */
GPtrArray       *test_tree_list            (AtspiAccessible *root,
                                            AtspiRole        role,
                                            const char      *name);
gboolean         test_tree_has_state       (AtspiAccessible *self,
                                            AtspiStateType   state);
char            *test_tree_dup_name        (AtspiAccessible *self);
char            *test_tree_dup_description (AtspiAccessible *self);
/* What a text field holds; NULL where it is none. */
char            *test_tree_dup_text        (AtspiAccessible *self);
/* The tree in words, one object a line. */
char            *test_tree_describe        (AtspiAccessible *root);
/* All that can be focused or pressed and has no name, in words, one a line; "" where each has one. */
char            *test_tree_list_nameless   (AtspiAccessible *root);

G_END_DECLS
