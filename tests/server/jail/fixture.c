/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/server/jail/fixture.h"

#include "common/value/json.h"

const char *
fixture_get_program (void)
{
  const char *program = g_getenv ("ENLACE_JAIL");

  g_assert_nonnull (program);
  return program;
}

DexFuture *
fixture_begin (EnlaceJail *jail,
               guint8      organisation,
               const char *code,
               const char *input,
               guint       timeout_ms)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) value = enlace_json_parse (input, -1, &error);
  EnlaceJailCall call = {
    .organisation_id = { .bytes = { organisation } },
    .code = code,
    .input = value,
    .now = G_GINT64_CONSTANT (1700000000123456),
    .seed = 7,
    .timeout_ms = timeout_ms,
  };

  g_assert_no_error (error);
  return enlace_jail_call (jail, &call);
}

EnlaceJailResult *
fixture_wait (DexFuture  *future,
              GError    **error)
{
  g_autoptr(DexFuture) owned = future;
  const GValue *value;

  while (dex_future_is_pending (owned))
    g_main_context_iteration (NULL, FALSE);

  value = dex_future_get_value (owned, error);
  return value != NULL ? g_value_dup_boxed (value) : NULL;
}

EnlaceJailResult *
fixture_call (EnlaceJail *jail,
              const char *code,
              const char *input)
{
  g_autoptr(GError) error = NULL;
  EnlaceJailResult *result = fixture_wait (fixture_begin (jail, 1, code, input, 5000), &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

void
fixture_check (EnlaceJail *jail,
               const char *code,
               const char *input,
               const char *output)
{
  g_autoptr(EnlaceJailResult) result = fixture_call (jail, code, input);

  g_test_message ("%s", code);
  g_assert_cmpstr (result->text, ==, output);
  g_assert_cmpint (result->outcome, ==, ENLACE_JAIL_OUTPUT);
}

void
fixture_check_end (EnlaceJail        *jail,
                   const char        *code,
                   EnlaceJailOutcome  outcome,
                   const char        *message)
{
  g_autoptr(EnlaceJailResult) result = fixture_call (jail, code, "null");

  g_test_message ("%s → %s", code, result->text);
  g_assert_cmpint (result->outcome, ==, outcome);
  g_assert_true (g_str_has_prefix (result->text, message));
}
