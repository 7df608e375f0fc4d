/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <math.h>
#include <string.h>

#include "common/expression/cases.h"
#include "common/expression/program.h"
#include "common/value/json.h"

/* Values of the cases are nested a few levels deep; a file that nests more is no file of cases. */
#define MAX_DEPTH 64

static EnlaceValue *read_value (EnlaceValue *json,
                                guint        depth);

static EnlaceValue *
read_list (EnlaceValue *items,
           guint        depth)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = read_value (enlace_value_get_element (items, i), depth + 1);

      if (item == NULL)
        return NULL;
      enlace_list_builder_take (builder, item);
    }
  return enlace_list_builder_end (builder);
}

static EnlaceValue *
read_map (EnlaceValue *entries,
          guint        depth)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (entries); i++)
    {
      EnlaceValue *entry = enlace_value_get_element (entries, i);
      g_autoptr(EnlaceValue) key = read_value (enlace_value_get_element (entry, 0), depth + 1);
      g_autoptr(EnlaceValue) value = read_value (enlace_value_get_element (entry, 1), depth + 1);

      if (key == NULL || value == NULL || !enlace_map_builder_insert (builder, key, value))
        return NULL;
    }
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
read_scalar (const char *type,
             const char *text)
{
  g_autofree guchar *data = NULL;
  gsize length;

  if (g_str_equal (type, "int"))
    return enlace_value_new_int (g_ascii_strtoll (text, NULL, 10));
  if (g_str_equal (type, "uint"))
    return enlace_value_new_uint (g_ascii_strtoull (text, NULL, 10));
  if (g_str_equal (type, "double"))
    return enlace_value_new_double (g_ascii_strtod (text, NULL));
  if (g_str_equal (type, "type"))
    return enlace_value_new_type (text);
  if (!g_str_equal (type, "bytes"))
    return NULL;
  data = g_base64_decode (text, &length);
  return enlace_value_new_bytes (data, length);
}

/* `{ "type": …, "value": … }` → the value; NULL when it is none. */
static EnlaceValue *
read_value (EnlaceValue *json,
            guint        depth)
{
  const char *type = enlace_value_get_member_string (json, "type", NULL);
  EnlaceValue *value = enlace_value_get_member (json, "value");
  const char *text;

  if (type == NULL || value == NULL || depth > MAX_DEPTH)
    return NULL;
  if (g_str_equal (type, "null") || g_str_equal (type, "bool") || g_str_equal (type, "string"))
    return enlace_value_ref (value);
  if (g_str_equal (type, "list"))
    return read_list (value, depth);
  if (g_str_equal (type, "map"))
    return read_map (value, depth);
  text = enlace_value_get_string (value);
  return text != NULL ? read_scalar (type, text) : NULL;
}

/* Stricter than the language's equality: kinds must be the same, NaN is NaN, and -0 is not 0. */
static gboolean
matches (EnlaceValue *expected,
         EnlaceValue *found)
{
  EnlaceKind kind = enlace_value_get_kind (expected);
  gsize n = enlace_value_get_length (expected);
  double a, b;

  if (kind != enlace_value_get_kind (found))
    return FALSE;
  if (kind == ENLACE_KIND_DOUBLE)
    {
      a = enlace_value_get_double (expected);
      b = enlace_value_get_double (found);
      return (isnan (a) && isnan (b)) || (a == b && signbit (a) == signbit (b));
    }
  if (kind != ENLACE_KIND_LIST && kind != ENLACE_KIND_MAP)
    return enlace_value_equal (expected, found);
  if (n != enlace_value_get_length (found))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      EnlaceValue *part = kind == ENLACE_KIND_LIST ? enlace_value_get_element (found, i)
                                                   : enlace_value_lookup (found, enlace_value_get_key (expected, i));

      if (part == NULL || !matches (kind == ENLACE_KIND_LIST ? enlace_value_get_element (expected, i)
                                                             : enlace_value_get_member_value (expected, i), part))
        return FALSE;
    }
  return TRUE;
}

static EnlaceCompileFlags
case_flags (EnlaceValue *test)
{
  EnlaceCompileFlags flags = ENLACE_COMPILE_QUALIFIED;

  if (enlace_value_get_member_bool (test, "disable_check", FALSE))
    flags |= ENLACE_COMPILE_UNCHECKED;
  if (enlace_value_get_member_bool (test, "disable_macros", FALSE))
    flags |= ENLACE_COMPILE_NO_MACROS;
  return flags;
}

static EnlaceValue *
read_bindings (EnlaceValue *test)
{
  EnlaceValue *bindings = enlace_value_get_member (test, "bindings");
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (bindings); i++)
    {
      EnlaceValue *value = read_value (enlace_value_get_member_value (bindings, i), 0);

      if (value == NULL)
        return NULL;
      enlace_map_builder_take (builder, enlace_value_get_string (enlace_value_get_key (bindings, i)), value);
    }
  return enlace_map_builder_end (builder);
}

/* The value of a case's expression, or NULL with the error that it gave. */
static EnlaceValue *
run_expression (EnlaceValue  *test,
                EnlaceValue  *bindings,
                GError      **error)
{
  const char *text = enlace_value_get_member_string (test, "expr", "");
  g_autoptr(EnlaceExpression) expression = NULL;
  EnlaceMapScope scope;

  expression = enlace_expression_compile_full (text, -1, case_flags (test),
                                               enlace_value_get_member_string (test, "container", NULL), error);
  if (expression == NULL)
    return NULL;
  if (enlace_value_get_member_bool (test, "check_only", FALSE))
    return enlace_value_new_null ();
  enlace_map_scope_init (&scope, bindings);
  return enlace_expression_evaluate (expression, &scope.scope, NULL, error);
}

static char *
shown (EnlaceValue *value)
{
  g_autofree char *json = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);

  if (json == NULL && enlace_value_get_kind (value) == ENLACE_KIND_DOUBLE)
    json = g_strdup_printf ("%g", enlace_value_get_double (value));
  return g_strdup_printf ("%s of kind %d", json != NULL ? json : "a value", enlace_value_get_kind (value));
}

/* NULL: passed; else what was wrong. */
static char *
run_case (EnlaceValue *test)
{
  g_autoptr(EnlaceValue) bindings = read_bindings (test);
  g_autoptr(EnlaceValue) expected = NULL;
  g_autoptr(EnlaceValue) found = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *got = NULL;
  gboolean fails = enlace_value_get_member (test, "error") != NULL;

  if (enlace_value_get_member (test, "value") != NULL)
    expected = read_value (enlace_value_get_member (test, "value"), 0);
  if (bindings == NULL || (expected == NULL && !fails && !enlace_value_get_member_bool (test, "check_only", FALSE)))
    return g_strdup ("the case itself cannot be read");
  found = run_expression (test, bindings, &error);
  if (found == NULL)
    return fails ? NULL : g_strdup (error->message);
  got = shown (found);
  if (fails)
    return g_strdup_printf ("should fail, but is %s", got);
  if (expected == NULL || matches (expected, found))
    return NULL;
  wanted = shown (expected);
  return g_strdup_printf ("should be %s, but is %s", wanted, got);
}

gboolean
enlace_expression_run_cases (EnlaceValue  *file,
                             GString      *report,
                             guint        *n_passed,
                             guint        *n_failed,
                             GError      **error)
{
  EnlaceValue *tests = enlace_value_get_member (file, "tests");

  *n_passed = *n_failed = 0;
  if (tests == NULL || enlace_value_get_kind (tests) != ENLACE_KIND_LIST)
    {
      g_set_error_literal (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX,
                           "A file of cases has a list “tests”");
      return FALSE;
    }
  for (gsize i = 0; i < enlace_value_get_length (tests); i++)
    {
      EnlaceValue *test = enlace_value_get_element (tests, i);
      g_autofree char *problem = run_case (test);

      *(problem == NULL ? n_passed : n_failed) += 1;
      if (problem != NULL && report != NULL)
        g_string_append_printf (report, "%s/%s: %s: %s\n", enlace_value_get_member_string (test, "section", ""),
                                enlace_value_get_member_string (test, "name", ""),
                                enlace_value_get_member_string (test, "expr", ""), problem);
    }
  return TRUE;
}
