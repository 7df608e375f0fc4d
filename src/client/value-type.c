/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/value-type.h"

G_DEFINE_BOXED_TYPE (EnlaceValue, enlace_value, enlace_value_ref, enlace_value_unref)
