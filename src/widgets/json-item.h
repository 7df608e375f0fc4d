/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/* A line of a JSON view: a member of a map, an element of a list, or the value itself. Immutable. */
#define ENLACE_TYPE_JSON_ITEM (enlace_json_item_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceJsonItem, enlace_json_item, ENLACE, JSON_ITEM, GObject)

/* @name: nullable, for a value that stands alone. */
EnlaceJsonItem *enlace_json_item_new           (const char     *name,
                                                EnlaceValue    *value);
const char     *enlace_json_item_get_name      (EnlaceJsonItem *self);
EnlaceValue    *enlace_json_item_get_value     (EnlaceJsonItem *self);
/* What is in it: a GListModel of EnlaceJsonItem, made at once but not deeper; NULL for what holds nothing. */
GListModel     *enlace_json_item_list_children (EnlaceJsonItem *self);
/* One short line that says the value: text in quotes, "{ 3 }" for a map of three. */
char           *enlace_json_item_describe      (EnlaceJsonItem *self);

G_END_DECLS
