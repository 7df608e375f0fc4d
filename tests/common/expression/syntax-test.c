/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression-test"

#include <string.h>

#include "tests/common/expression/support.h"

static void
assert_syntax (const char *text,
               const char *message)
{
  assert_fails (text, NULL, ENLACE_EXPRESSION_ERROR_SYNTAX, message);
}

static void
test_number_forms (void)
{
  assert_json (".5 + 1e1", NULL, "10.5");
  assert_json ("-9223372036854775808", NULL, "-9223372036854775808");
  assert_json ("18446744073709551615u", NULL, "18446744073709551615");
  assert_json ("[1,2,].size()", NULL, "2");
  assert_json ("1-1", NULL, "0");
  assert_json ("1 -1", NULL, "0");
  assert_json ("- 1", NULL, "-1");
  assert_syntax ("9223372036854775808", "line 1, column 1: the number does not fit in 64 bits");
  assert_syntax ("1 + 18446744073709551616u", "line 1, column 5: the number does not fit in 64 bits");
  assert_syntax ("0x1ffffffffffffffff", "line 1, column 1: the number does not fit in 64 bits");
  assert_syntax ("12abc", "line 1, column 3: a letter or digit that does not belong to the number before it");
  assert_syntax ("0x", NULL);
  assert_syntax ("1.", NULL);
  assert_syntax ("1e", NULL);
}

static void
test_strings (void)
{
  assert_json ("'a\\u00e9\\x41\\101\\U0001F600'", NULL, "\"aéAA😀\"");
  assert_json ("'\\uD83D\\uDE00'", NULL, "\"😀\"");
  assert_json ("r'\\d' + R\"\\\"", NULL, "\"\\\\d\\\\\"");
  assert_json ("'''a\n'b''c'''", NULL, "\"a\\n'b''c\"");
  assert_json ("b'\\xff' == b'\\377'", NULL, "true");
  assert_json ("size('a\\u0000b')", NULL, "3");
  assert_syntax ("'abc", "line 1, column 1: the string that begins here has no end");
  assert_syntax ("x + 'a\nb'", "line 1, column 5: the string that begins here has no end");
  assert_syntax ("'''abc''", "line 1, column 1: the string that begins here has no end");
  assert_syntax ("'\\", NULL);
  assert_syntax ("'ab\\qc'", "line 1, column 4: a backslash sequence that does not exist");
  assert_syntax ("'\\ud83d'", NULL);
  assert_syntax ("'\\udc00\\ud83d'", NULL);
  assert_syntax ("'\\U00110000'", NULL);
  assert_syntax ("'\\400'", NULL);
  assert_syntax ("'\\x4'", NULL);
  assert_syntax ("b'\\u0041'", NULL);
}

static void
test_comments_and_space (void)
{
  assert_json ("1 // one\n + // two\r\n 2", NULL, "3");
  assert_json ("\t[ 1\n,\f2 ]", NULL, "[1,2]");
  assert_syntax ("// nothing", "line 1, column 11: the expression ends where a value was expected");
}

static void
test_positions (void)
{
  assert_syntax ("", "line 1, column 1: the expression ends where a value was expected");
  assert_syntax ("a +", "line 1, column 4: the expression ends where a value was expected");
  assert_syntax ("a\n  + )", "line 2, column 5: “)” stands where a value was expected");
  assert_syntax ("'é' 'x'", "line 1, column 5: “'x'” stands where an operator or the end was expected");
  assert_syntax ("a = 1", "line 1, column 3: a character that has no meaning here");
  assert_syntax ("f(1,)", NULL);
  assert_syntax ("[1 2]", "line 1, column 4: “2” stands where “,” or “]” was expected");
  assert_syntax ("{1}", "line 1, column 3: “}” stands where “:” was expected");
  assert_syntax ("a.1", NULL);
  assert_syntax ("a ? b", "line 1, column 6: the expression ends where “:” was expected");
  assert_syntax ("for", "line 1, column 1: “for” is reserved and cannot be a name");
  assert_syntax ("a.in", NULL);
  assert_syntax ("1 < > 2", NULL);
  assert_syntax ("a @ b", NULL);
  assert_syntax ("`a`", NULL);
  assert_syntax ("a.`b", NULL);
  assert_syntax ("a.``", NULL);
  assert_syntax ("!-1", NULL);
}

static void
test_precedence (void)
{
  assert_json ("1 + 2 * 3 - 4 / 2", NULL, "5");
  assert_json ("1 < 2 == true && !false || 1 / 0 > 0", NULL, "true");
  assert_json ("true ? 1 : false ? 2 : 3", NULL, "1");
  assert_json ("10 - 3 - 2", NULL, "5");
  assert_json ("-2 * -3", NULL, "6");
  assert_json ("!!true", NULL, "true");
  assert_json ("-[1, 2][1]", NULL, "-2");
  assert_json ("1 in [1] && 2 in {2: 3}", NULL, "true");
}

static void
test_macro_forms (void)
{
  assert_syntax ("[1].map(1, 2)", "line 1, column 9: a simple name was expected here, for the variable of “map”");
  assert_syntax ("[1].all(a.b, true)", NULL);
  assert_syntax ("[1].all(.a, true)", NULL);
  assert_syntax ("has(a)", "line 1, column 5: has() wants a member: has(a.b)");
  assert_syntax ("has(a['b'])", NULL);
}

static void
test_functions (void)
{
  assert_fails ("sise(x)", NULL, ENLACE_EXPRESSION_ERROR_CHECK, "line 1, column 1: there is no function “sise”; did you mean size?");
  assert_fails ("x.zzzzzz()", NULL, ENLACE_EXPRESSION_ERROR_CHECK, "line 1, column 1: there is no function “zzzzzz”");
  assert_fails ("1 + size(1, 2)", NULL, ENLACE_EXPRESSION_ERROR_CHECK, "line 1, column 5: “size” does not take 2 arguments");
  assert_fails ("startsWith('a', 'b')", NULL, ENLACE_EXPRESSION_ERROR_CHECK,
                "line 1, column 1: “startsWith” is called on a value: x.startsWith(…)");
  assert_fails ("'1'.int()", NULL, ENLACE_EXPRESSION_ERROR_CHECK, "line 1, column 1: “int” is called as int(…), not on a value");
  assert_fails ("math.absolute(1)", NULL, ENLACE_EXPRESSION_ERROR_CHECK, "line 1, column 1: there is no function “math.absolute”");
  assert_fails ("math.ab(1)", NULL, ENLACE_EXPRESSION_ERROR_CHECK,
                "line 1, column 1: there is no function “math.ab”; did you mean math.abs?");
  assert_fails ("math.abs(1, 2)", NULL, ENLACE_EXPRESSION_ERROR_CHECK, "line 1, column 1: “math.abs” does not take 2 arguments");
  assert_fails ("[math].map(math, math.abs(1))", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
  assert_fails ("false && nothing(1)", NULL, ENLACE_EXPRESSION_ERROR_CHECK, NULL);
}

static void
assert_depth (const char *open,
              const char *middle,
              const char *close,
              guint       n,
              gboolean    accepted)
{
  g_autofree char *text = nested (n, open, middle, close);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExpression) expression = enlace_expression_compile (text, -1, &error);

  g_assert_true ((expression != NULL) == accepted);
  if (!accepted)
    g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX);
}

static void
test_depth (void)
{
  static const char *const forms[][3] = {
    { "(", "1", ")" },
    { "[", "1", "]" },
    { "{1: ", "1", "}" },
    { "size([", "1", "])" },
    { "1 + (", "1", ")" },
    { "a[", "0", "]" },
    { "true ? 1 : ", "2", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      guint levels = g_str_has_prefix (forms[i][0], "size") ? 64 : 128;

      assert_depth (forms[i][0], forms[i][1], forms[i][2], levels, TRUE);
      assert_depth (forms[i][0], forms[i][1], forms[i][2], levels + 1, FALSE);
      assert_depth (forms[i][0], forms[i][1], forms[i][2], 10000, FALSE);
    }
  assert_depth ("1 || true && 1 == 1 + 1 * (", "1", ")", 20, TRUE);
  assert_depth ("1 || true && 1 == 1 + 1 * (", "1", ")", 10000, FALSE);
  assert_depth ("", "[]", ".map(a, a)", 100, TRUE);
  assert_depth ("", "[]", ".map(a, a)", 10000, FALSE);
  assert_depth ("[", "", "", 10000, FALSE);
}

/* Repetition is no nesting. */
static void
test_length (void)
{
  g_autofree char *sum = nested (10000, "1+", "1", "");
  g_autofree char *path = nested (10000, "", "a", ".b");
  g_autofree char *minus = nested (100000, "-", "1", "");
  g_autofree char *parens = nested (10000, "(", "1", ")");
  g_autofree char *too_long = nested (1024 * 1024, " ", "1", "");
  g_autofree char *megabyte = nested (1024 * 1024 / 2 - 1, "1+", "1", "");
  g_autofree char *opens = nested (1000 * 1000, "[", "", "");

  assert_json (sum, NULL, "10001");
  assert_fails (path, NULL, ENLACE_EXPRESSION_ERROR_PATH, "a does not exist");
  assert_json (minus, NULL, "1");
  assert_syntax (parens, "line 1, column 130: nested more than 128 levels deep");
  assert_syntax (too_long, "the expression is longer than 1 MiB");
  assert_json (megabyte, NULL, "524288");
  assert_syntax (opens, "line 1, column 130: nested more than 128 levels deep");
}

static void
test_bytes (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceExpression) expression = NULL;

  expression = enlace_expression_compile ("'\xff'", -1, &error);
  g_assert_null (expression);
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX);
  g_clear_error (&error);

  expression = enlace_expression_compile ("1\0+1", 4, &error);
  g_assert_null (expression);
  g_assert_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX);
  g_clear_error (&error);

  /* Only so much of the text. */
  expression = enlace_expression_compile ("1 + 1 + oops", 5, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enlace_expression_get_text (expression), ==, "1 + 1");
}

static void
test_keywords (void)
{
  g_assert_true (enlace_expression_is_keyword ("in"));
  g_assert_true (enlace_expression_is_keyword ("true"));
  g_assert_true (enlace_expression_is_keyword ("namespace"));
  g_assert_false (enlace_expression_is_keyword ("trigger"));
  g_assert_false (enlace_expression_is_keyword ("IN"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/syntax/numbers", test_number_forms);
  g_test_add_func ("/expression/syntax/strings", test_strings);
  g_test_add_func ("/expression/syntax/comments-and-space", test_comments_and_space);
  g_test_add_func ("/expression/syntax/errors-name-the-place", test_positions);
  g_test_add_func ("/expression/syntax/precedence", test_precedence);
  g_test_add_func ("/expression/syntax/macros-want-names", test_macro_forms);
  g_test_add_func ("/expression/syntax/unknown-functions", test_functions);
  g_test_add_func ("/expression/syntax/depth-is-bounded", test_depth);
  g_test_add_func ("/expression/syntax/length-is-no-depth", test_length);
  g_test_add_func ("/expression/syntax/bad-bytes", test_bytes);
  g_test_add_func ("/expression/syntax/keywords", test_keywords);
  return g_test_run ();
}
