/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/gui/app.h"
#include "tests/support/receiver.h"

G_BEGIN_DECLS

/* What is done with the workflow of the first story once it is drawn: when a push goes to the default branch, another system is told. */

#define TEST_PUSH_CONDITION "trigger.body.ref == 'refs/heads/' + trigger.body.repository.default_branch"

/* A push to the default branch as JSON text: one that GitHub sent, where the data is here, else one of our own. */
char *test_push_dup_body         (void);
/* Runs a test on the canvas with that push, and waits until each card says that it is done. */
void  test_push_try              (TestApp      *app);
/* Puts the workflow live, sends the push to its address, and waits until the receiver was told, once. */
void  test_push_publish_and_send (TestApp      *app,
                                  TestReceiver *receiver);
/* Goes back to the window's pages and finds the run. */
void  test_push_find_in_activity (TestApp      *app);

G_END_DECLS
