/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/type.h"

G_BEGIN_DECLS

/* While a type is made, before anybody else sees it. */
void enlace_type_set_element   (EnlaceType     *self,
                                EnlaceType     *element);
void enlace_type_set_rest      (EnlaceType     *self,
                                EnlaceTypeRest  rest,
                                EnlaceType     *others);
void enlace_type_set_from_json (EnlaceType     *self);

G_END_DECLS
