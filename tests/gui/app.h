/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/gui/session.h"
#include "tests/gui/tree.h"

G_BEGIN_DECLS

/* The application as a person has it before them: started as a program, read through AT-SPI, worked with mouse and keyboard.
 * What waits, waits for a condition; where it does not come, the test fails with a picture and the tree of the window. */
typedef struct _TestApp TestApp;

typedef gboolean (*TestCondition) (TestApp  *self,
                                   gpointer  data);

/* Starts the program and waits for its window. */
TestApp         *test_app_new             (TestSession     *session);
/* SIGKILL to what still runs. */
void             test_app_free            (TestApp         *self);
/* As a person ends it; the program must exit with 0. */
void             test_app_quit            (TestApp         *self);
/* SIGKILL to the program, and waits for its end. */
void             test_app_kill            (TestApp         *self);

GPid             test_app_get_pid         (TestApp         *self);
/* The server that the program started; 0: there is none now. */
GPid             test_app_get_server      (TestApp         *self);
/* Borrowed. */
AtspiAccessible *test_app_get_root        (TestApp         *self);
TestScreen      *test_app_get_screen      (TestApp         *self);
/* Microseconds from the start of the program to its window being shown with something drawn in it. */
gint64           test_app_get_shown_after (TestApp         *self);
/* Microseconds since the start of the program. */
gint64           test_app_get_age         (TestApp         *self);

/* Fails with a picture of the screen. */
void             test_app_fail            (TestApp         *self,
                                           const char      *format,
                                           ...) G_GNUC_PRINTF (2, 3) G_GNUC_NORETURN;
void             test_app_wait_until      (TestApp         *self,
                                           TestCondition    condition,
                                           gpointer         data,
                                           const char      *what);
/* All that can be focused or pressed has a name. `place` is where in the program this is. */
void             test_app_check_names     (TestApp         *self,
                                           const char      *place);
/* Finds, or waits for it. Owned by the caller. */
AtspiAccessible *test_app_wait            (TestApp         *self,
                                           AtspiRole        role,
                                           const char      *name);
AtspiAccessible *test_app_wait_in         (TestApp         *self,
                                           AtspiAccessible *root,
                                           AtspiRole        role,
                                           const char      *name);
void             test_app_wait_gone       (TestApp         *self,
                                           AtspiRole        role,
                                           const char      *name);
/* The focus is in (or at) an object of this name. */
void             test_app_wait_focus      (TestApp         *self,
                                           const char      *name);
/* Presses a key that moves the focus, waits until it has moved, and gives the name of what has it now. */
char            *test_app_move_focus      (TestApp         *self,
                                           const char      *keys);
gboolean         test_app_has             (TestApp         *self,
                                           AtspiRole        role,
                                           const char      *name);

/* The middle of an object in pixels of the screen. */
void             test_app_locate          (TestApp         *self,
                                           AtspiAccessible *object,
                                           int             *x,
                                           int             *y,
                                           int             *width,
                                           int             *height);
/* Clicks: at an object, or at the one that is waited for. */
void             test_app_click           (TestApp         *self,
                                           AtspiAccessible *object);
void             test_app_press           (TestApp         *self,
                                           AtspiRole        role,
                                           const char      *name);
/* Presses at one place, glides to another, lets go. */
void             test_app_drag            (TestApp         *self,
                                           int              from_x,
                                           int              from_y,
                                           int              to_x,
                                           int              to_y);
void             test_app_key             (TestApp         *self,
                                           const char      *keys);
void             test_app_type            (TestApp         *self,
                                           const char      *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestApp, test_app_free)

G_END_DECLS
