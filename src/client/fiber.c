/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/fiber.h"

/* Fibers of the application run on its main thread, and their signals reach widgets: they get a roomy stack. */
#define STACK_SIZE (1024 * 1024)

static DexFuture *
ended_cb (DexFuture *fiber,
          gpointer   user_data)
{
  DexPromise *promise = user_data;
  g_autoptr(GError) error = NULL;
  const GValue *value = dex_future_get_value (fiber, &error);

  if (value != NULL)
    dex_promise_resolve (promise, value);
  else
    dex_promise_reject (promise, g_steal_pointer (&error));

  return dex_future_new_for_boolean (TRUE);
}

/* A fiber is never cancelled: libdex 0.10.0 puts one that is cancelled while it waits into its queue a second time when what it waited for comes
 * before it runs again. The queue is a ring then, and no fiber after it gets its turn. */
DexFuture *
enlace_fiber_spawn (DexFiberFunc   func,
                    gpointer       data,
                    GDestroyNotify destroy)
{
  DexPromise *promise = dex_promise_new ();
  DexFuture *fiber = dex_scheduler_spawn (dex_scheduler_get_default (), STACK_SIZE, func, data, destroy);

  dex_future_disown (dex_future_finally (fiber, ended_cb, dex_ref (promise), dex_unref));

  return DEX_FUTURE (promise);
}
