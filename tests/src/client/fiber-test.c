/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "src/client/fiber.h"

#include "tests/src/support/wait.h"

typedef struct {
  DexPromise *wanted;
  gboolean    has_begun;
  gboolean    has_ended;
  guint       n_freed;
} Work;

static Work *
work_new (void)
{
  Work *work = g_new0 (Work, 1);

  work->wanted = dex_promise_new ();

  return work;
}

static void
work_free (Work *work)
{
  dex_unref (work->wanted);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

static void
count_freed (gpointer data)
{
  Work *work = data;

  work->n_freed++;
}

static DexFuture *
work_fiber (gpointer user_data)
{
  Work *work = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  work->has_begun = TRUE;
  text = dex_await_string (DEX_FUTURE (dex_ref (work->wanted)), &error);
  work->has_ended = TRUE;
  if (text == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_take_string (g_strconcat (text, "!", NULL));
}

static gboolean
has_begun (gpointer data)
{
  return ((Work *) data)->has_begun;
}

static gboolean
has_ended (gpointer data)
{
  return ((Work *) data)->has_ended;
}

static gboolean
is_freed (gpointer data)
{
  return ((Work *) data)->n_freed > 0;
}

static void
test_brings_what_it_comes_to (void)
{
  g_autoptr(Work) work = work_new ();
  DexFuture *future = enlace_fiber_spawn (work_fiber, work, count_freed);
  g_autofree char *text = NULL;

  dex_promise_resolve_string (work->wanted, g_strdup ("here"));
  text = test_wait_string (future);
  g_assert_cmpstr (text, ==, "here!");
  test_wait_until (is_freed, work);
  g_assert_cmpuint (work->n_freed, ==, 1);
}

static void
test_brings_its_error (void)
{
  g_autoptr(Work) work = work_new ();
  DexFuture *future = enlace_fiber_spawn (work_fiber, work, count_freed);
  g_autofree char *message = NULL;

  dex_promise_reject (work->wanted, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "not now"));
  message = test_wait_error (future, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpstr (message, ==, "not now");
}

static DexFuture *
unwanted_cb (DexFuture *future,
             gpointer   user_data)
{
  g_assert_not_reached ();
}

/* What it waited for comes just after nobody wants it any more, and the fibers after it still get their turn. */
static void
test_runs_to_its_end_unwanted (void)
{
  g_autoptr(Work) unwanted = work_new ();
  g_autoptr(Work) next = work_new ();
  DexFuture *future = enlace_fiber_spawn (work_fiber, unwanted, count_freed);
  g_autofree char *text = NULL;

  test_wait_until (has_begun, unwanted);
  dex_unref (dex_future_finally (future, unwanted_cb, NULL, NULL));
  dex_promise_resolve_string (unwanted->wanted, g_strdup ("late"));
  test_wait_until (has_ended, unwanted);
  test_wait_until (is_freed, unwanted);
  g_assert_cmpuint (unwanted->n_freed, ==, 1);

  future = enlace_fiber_spawn (work_fiber, next, count_freed);
  test_wait_until (has_begun, next);
  dex_promise_resolve_string (next->wanted, g_strdup ("turn"));
  text = test_wait_string (future);
  g_assert_cmpstr (text, ==, "turn!");
  /* Nothing is left that always wants to run. */
  test_run_pending ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/client/fiber/brings-what-it-comes-to", test_brings_what_it_comes_to);
  g_test_add_func ("/client/fiber/brings-its-error", test_brings_its_error);
  g_test_add_func ("/client/fiber/runs-to-its-end-unwanted", test_runs_to_its_end_unwanted);

  return g_test_run ();
}
