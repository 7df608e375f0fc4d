/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/schema/schema-private.h"

G_BEGIN_DECLS

/* One validation. Each function gives whether the value fits. */
typedef struct {
  GPtrArray *faults;        /* nullable: only whether it fits is asked */
  GString *pointer;         /* of the value at hand */
  guint depth;
  guint64 budget;           /* schemas and values that may still be looked at */
  gboolean exhausted;       /* it could not be finished */
  const char *reason;       /* why not */
} EnlaceValidation;

/* Adds a fault at the value, or at its member; gives FALSE. */
gboolean enlace_validation_fail    (EnlaceValidation       *self,
                                    const char             *member,
                                    const char             *format,
                                    ...) G_GNUC_PRINTF (3, 4);
/* FALSE when what may be spent is spent. */
gboolean enlace_validation_charge  (EnlaceValidation       *self,
                                    guint64                 units);
gboolean enlace_validation_visit   (EnlaceValidation       *self,
                                    const EnlaceSchemaNode *node,
                                    EnlaceValue            *value);
/* The same without telling what is wrong. */
gboolean enlace_validation_fits    (EnlaceValidation       *self,
                                    const EnlaceSchemaNode *node,
                                    EnlaceValue            *value);
gboolean enlace_validation_scalar  (EnlaceValidation       *self,
                                    const EnlaceSchemaNode *node,
                                    EnlaceValue            *value);
gboolean enlace_validation_members (EnlaceValidation       *self,
                                    const EnlaceSchemaNode *node,
                                    EnlaceValue            *value);
gboolean enlace_validation_items   (EnlaceValidation       *self,
                                    const EnlaceSchemaNode *node,
                                    EnlaceValue            *value);

G_END_DECLS
