/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>

#include "common/expression/template.h"
#include "common/value/json.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char scope_text[] =
  "{\"a\": {\"b\": [1, 2.5, \"x\", null, {\"c\": true}], \"n\": 7}, \"s\": \"text é\", \"i\": 3, \"l\": [3, 1, 2], \"e\": {}}";

/* JSON is read as a value, anything else that is text as one string. */
static EnlaceValue *
read_input (const char *data,
            gsize       size)
{
  EnlaceValue *value = enlace_json_parse (data, size, NULL);

  if (value != NULL)
    return value;
  return g_utf8_validate_len (data, size, NULL) ? enlace_value_new_string_len (data, size) : NULL;
}

static void
count (EnlaceExpression *expression,
       const char       *pointer,
       gpointer          data)
{
  guint *n = data;

  g_assert_nonnull (pointer);
  *n += 1;
}

static void
check_template (EnlaceTemplate *template,
                EnlaceValue    *value,
                EnlaceValue    *members)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) result = NULL;
  guint64 cost = 20000;
  guint n = 0;
  EnlaceMapScope scope;

  enlace_map_scope_init (&scope, members);
  enlace_template_foreach_expression (template, count, &n);
  g_assert_true (enlace_template_is_constant (template) == (n == 0));
  result = enlace_template_evaluate (template, &scope.scope, &cost, &error);
  g_assert_true ((result == NULL) == (error != NULL));
  if (n == 0)
    g_assert_cmpuint (cost, ==, 20000);
  if (result != NULL)
    g_free (enlace_json_format (result, ENLACE_JSON_COMPACT, NULL, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static EnlaceValue *members;
  g_autoptr(EnlaceValue) value = read_input ((const char *) data, size);
  g_autoptr(EnlaceTemplate) template = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *pointer = NULL;

  if (members == NULL)
    members = enlace_json_parse (scope_text, -1, NULL);
  if (value == NULL)
    return 0;
  template = enlace_template_compile (value, &pointer, &error);
  g_assert_true ((template == NULL) == (error != NULL) && (template == NULL) == (pointer != NULL));
  if (template != NULL)
    check_template (template, value, members);
  return 0;
}
