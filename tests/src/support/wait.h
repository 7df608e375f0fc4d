/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/* Runs the main context until the future (taken) is done. */
/* Asserts that it resolved, to TRUE or to what is passed over. */
void     test_wait             (DexFuture *future);
gpointer test_wait_object      (DexFuture *future); /* transfer full */
gpointer test_wait_boxed       (DexFuture *future); /* transfer full */
char    *test_wait_string      (DexFuture *future); /* transfer full */
/* Asserts that it was rejected with this error; gives its message. */
char    *test_wait_error       (DexFuture *future,
                                GQuark     domain,
                                int        code);
/* Runs the main context until the condition holds; fails after a time that no healthy machine needs. */
void     test_wait_until       (gboolean (*condition) (gpointer),
                                gpointer   data);
/* Runs what is ready. */
void     test_run_pending      (void);

G_END_DECLS
