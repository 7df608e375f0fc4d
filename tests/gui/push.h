/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/gui/app.h"
#include "tests/support/receiver.h"

G_BEGIN_DECLS

/* What is done with the workflow of the first story once it is drawn: when a push goes to the default branch, another system is told. */

#define TEST_PUSH_CONDITION "trigger.body.ref == 'refs/heads/' + trigger.body.repository.default_branch"
/* The push of a tag, which takes the other way. */
#define TEST_PUSH_TAG "{\"ref\":\"refs/tags/v1\",\"repository\":{\"full_name\":\"ada/engine\",\"default_branch\":\"trunk\"}}"

/* A push to the default branch as JSON text: one that GitHub sent, where the data is here, else one of our own. */
char *test_push_dup_body         (void);
/* Runs a test on the canvas with that push, and waits until each card says that it is done. */
void  test_push_try              (TestApp      *app);
/* Puts the workflow live with the mouse. Gives its address, owned by the caller. */
char *test_push_publish          (TestApp      *app);
/* Sends the push there, as the other system does: the receiver was told, once, when the reply is here, and the cards say so. */
void  test_push_send             (TestApp      *app,
                                  TestReceiver *receiver,
                                  const char   *address);
/* Sends a body to an address; gives the status of the reply, 0: there was none. */
guint test_push_post             (const char   *address,
                                  const char   *body);
/* Goes back to the window's pages and finds the run. */
void  test_push_find_in_activity (TestApp      *app);

G_END_DECLS
