/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The screen of the session: windows, pixels, and the mouse and the keys that a person would use (XTest). */

typedef struct _TestScreen TestScreen;

/* That of DISPLAY. */
TestScreen *test_screen_new         (void);
void        test_screen_free        (TestScreen *self);

/* The largest window of a process that is shown, 0: none is. */
gulong      test_screen_find_window (TestScreen *self,
                                     GPid        pid);
/* Where the window is and how large. */
void        test_screen_get_window  (TestScreen *self,
                                     gulong      window,
                                     int        *x,
                                     int        *y,
                                     int        *width,
                                     int        *height);
/* Whether something is drawn in the window already. */
gboolean    test_screen_is_drawn    (TestScreen *self,
                                     gulong      window);
/* What a window manager does: the window over the whole screen, or in another size, and with the keyboard focus. */
void        test_screen_place       (TestScreen *self,
                                     gulong      window,
                                     int         width,
                                     int         height);  /* 0: the screen's */
void        test_screen_focus       (TestScreen *self,
                                     gulong      window);
/* Writes a picture of the screen. */
void        test_screen_save        (TestScreen *self,
                                     const char *path);

void        test_screen_move        (TestScreen *self,
                                     int         x,
                                     int         y);
void        test_screen_press       (TestScreen *self,
                                     guint       button);
void        test_screen_release     (TestScreen *self,
                                     guint       button);
/* A key, as XStringToKeysym() names it, with those that are held meanwhile: "Control+Shift+z", "Return". */
void        test_screen_key         (TestScreen *self,
                                     const char *keys);
/* Types ASCII text. */
void        test_screen_type        (TestScreen *self,
                                     const char *text);

G_END_DECLS
