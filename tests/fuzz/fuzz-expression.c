/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <string.h>

#include "common/expression/completion.h"
#include "common/expression/expression.h"
#include "common/value/json.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static const char scope_text[] =
  "{\"a\": {\"b\": [1, 2.5, \"x\", null, {\"c\": true}], \"n\": 7}, \"s\": \"text é\", \"i\": 3, \"d\": 1.5, \"t\": true,"
  "\"l\": [3, 1, 2], \"e\": {}, \"u\": 18446744073709551615, \"big\": 123456789012345678901234567890}";

/* What an expression promises to read must be names; its bound of the cost must be one. */
static void
check_path (const char *const *segments,
            gpointer           data)
{
  g_assert_nonnull (segments[0]);
  g_assert_cmpuint (strlen (segments[0]), >, 0);
}

static void
check_result (EnlaceExpression  *expression,
              const EnlaceScope *scope)
{
  guint64 bound = enlace_expression_estimate_cost (expression);
  guint64 cost = MIN (bound, 20000);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_expression_evaluate (expression, scope, &cost, &error);

  g_assert_true ((value == NULL) == (error != NULL));
  if (error != NULL)
    {
      g_assert_true (error->domain == ENLACE_EXPRESSION_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  if (bound <= 20000)
    g_assert_false (g_error_matches (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_COST));
  if (value != NULL)
    g_free (enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL));
}

/* At a place that the text itself gives; what is offered can be put in. */
static void
check_completion (const char  *text,
                  gsize        length,
                  EnlaceValue *members)
{
  guint32 number = 5381;
  gsize cursor;
  g_autoptr(EnlaceCompletion) completion = NULL;

  for (gsize i = 0; i < length; i++)
    number = number * 33 + (guchar) text[i];
  cursor = number % (length + 1);
  completion = enlace_completion_new (text, length, cursor, members, NULL);
  for (guint i = 0; i < enlace_completion_get_n_items (completion); i++)
    {
      const EnlaceCompletionItem *item = enlace_completion_get_item (completion, i);

      g_assert_cmpuint (item->start, <=, cursor);
      g_assert_cmpuint (item->start, <=, item->end);
      g_assert_cmpuint (item->end, <=, length);
      g_assert_cmpuint (item->cursor, <=, strlen (item->insert));
      g_assert_true (g_utf8_validate (item->insert, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  static EnlaceValue *members;
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExpression) expression = NULL;
  EnlaceMapScope scope;

  if (members == NULL)
    members = enlace_json_parse (scope_text, -1, NULL);
  if (g_utf8_validate ((const char *) data, size, NULL))
    check_completion ((const char *) data, size, members);
  expression = enlace_expression_compile ((const char *) data, size, &error);
  g_assert_true ((expression == NULL) == (error != NULL));
  if (expression == NULL)
    {
      g_assert_true (error->domain == ENLACE_EXPRESSION_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  enlace_map_scope_init (&scope, members);
  enlace_expression_foreach_path (expression, check_path, NULL);
  check_result (expression, &scope.scope);
  return 0;
}
