/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/src/support/wait.h"

#define PATIENCE_SECONDS 30

static gboolean
give_up_cb (gpointer data)
{
  g_error ("What was waited for did not come about");

  return G_SOURCE_REMOVE;
}

void
test_wait_until (gboolean (*condition) (gpointer),
                 gpointer   data)
{
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, give_up_cb, NULL);

  while (!condition (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

void
test_run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
is_done (gpointer future)
{
  return !dex_future_is_pending (future);
}

static const GValue *
wait_for (DexFuture  *future,
          GError    **error)
{
  test_wait_until (is_done, future);

  return dex_future_get_value (future, error);
}

void
test_wait (DexFuture *future)
{
  g_autoptr(GError) error = NULL;

  wait_for (future, &error);
  g_assert_no_error (error);
  dex_unref (future);
}

gpointer
test_wait_object (DexFuture *future)
{
  g_autoptr(GError) error = NULL;
  const GValue *value = wait_for (future, &error);
  gpointer object;

  g_assert_no_error (error);
  object = g_value_dup_object (value);
  dex_unref (future);

  return object;
}

gpointer
test_wait_boxed (DexFuture *future)
{
  g_autoptr(GError) error = NULL;
  const GValue *value = wait_for (future, &error);
  gpointer boxed;

  g_assert_no_error (error);
  boxed = g_value_dup_boxed (value);
  dex_unref (future);

  return boxed;
}

char *
test_wait_string (DexFuture *future)
{
  g_autoptr(GError) error = NULL;
  const GValue *value = wait_for (future, &error);
  char *text;

  g_assert_no_error (error);
  text = g_value_dup_string (value);
  dex_unref (future);

  return text;
}

char *
test_wait_error (DexFuture *future,
                 GQuark     domain,
                 int        code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (wait_for (future, &error));
  g_assert_error (error, domain, code);
  dex_unref (future);

  return g_strdup (error->message);
}
