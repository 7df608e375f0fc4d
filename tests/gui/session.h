/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "tests/gui/screen.h"

G_BEGIN_DECLS

/* A desktop session of its own: an X server without a screen, a message bus, the accessibility bus, and an unlocked keyring.
 * What it starts ends with the test, however the test ends. One a program: the accessibility library knows one bus. */
typedef struct _TestSession TestSession;

typedef enum {
  TEST_SESSION_PLAIN      = 0,
  TEST_SESSION_NO_KEYRING = 1 << 0,
} TestSessionFlags;

/* NULL where a part of it is not installed: the test is to be skipped. Sets the environment of this program. */
TestSession *test_session_new        (TestSessionFlags  flags);
/* A home where nothing was started yet; programs that are started after this one live there. */
void         test_session_new_home   (TestSession      *self);
TestScreen  *test_session_get_screen (TestSession      *self);
/* "XDG_DATA_HOME" of the present home; borrowed. */
const char  *test_session_get_data   (TestSession      *self);
void         test_session_free       (TestSession      *self);

/* Starts a program that dies with this one. `input` (nullable) is what it reads. `output`: gets the reading end of descriptor 3, which
 * the program is given to say when it is ready; nullable. */
GSubprocess *test_session_spawn      (const char *const *argv,
                                      const char        *input,
                                      int               *output);
/* SIGTERM, and waits for the end. */
void         test_session_end        (GSubprocess       *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestSession, test_session_free)

G_END_DECLS
