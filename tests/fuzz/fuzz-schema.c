/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>

#include "common/expression/type.h"
#include "common/schema/schema.h"
#include "common/value/json.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* The value fits, or there is a reason why not. */
static void
validate (EnlaceValue *schema_value,
          EnlaceValue *value)
{
  g_autoptr(EnlaceSchema) schema = enlace_schema_new (schema_value, NULL);
  g_autoptr(EnlaceType) type = enlace_type_new_for_schema (schema_value, NULL, TRUE);
  g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_schema_fault_free);

  g_assert_cmpuint (enlace_type_get_kinds (type), !=, 0);
  if (schema != NULL)
    g_assert_true (enlace_schema_validate (schema, value, faults) == (faults->len == 0));
  for (guint i = 0; i < faults->len; i++)
    g_assert_true (g_utf8_validate (((EnlaceSchemaFault *) faults->pdata[i])->detail, -1, NULL));
}

/* A value fits the schema that is made of it. */
static void
infer (EnlaceValue *value)
{
  g_autoptr(EnlaceValue) inferred = enlace_schema_infer (value);
  g_autoptr(EnlaceSchema) schema = enlace_schema_new (inferred, NULL);

  g_assert_nonnull (schema);
  g_assert_true (enlace_schema_validate (schema, value, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse ((const char *) data, size, NULL);
  EnlaceValue *schema;

  if (value == NULL)
    return 0;

  infer (value);
  schema = enlace_value_get_member (value, "schema");
  if (schema != NULL)
    validate (schema, value);

  return 0;
}
