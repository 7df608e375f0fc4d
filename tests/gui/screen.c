/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/screen.h"

#include <X11/XKBlib.h>
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <cairo.h>
#include <string.h>

/* Between two events of a hand: as fast as a quick one. */
#define STROKE_MS 2

struct _TestScreen
{
  Display *display;
};

/* A window may be gone when it is asked for. */
static int
error_cb (Display     *source,
          XErrorEvent *event)
{
  return 0;
}

TestScreen *
test_screen_new (void)
{
  TestScreen *self = g_new0 (TestScreen, 1);

  XSetErrorHandler (error_cb);
  self->display = XOpenDisplay (NULL);
  g_assert_nonnull (self->display);

  return self;
}

void
test_screen_free (TestScreen *self)
{
  XCloseDisplay (self->display);
  g_free (self);
}

static GPid
get_pid (TestScreen *self,
         Window window)
{
  Atom name = XInternAtom (self->display, "_NET_WM_PID", False);
  Atom type;
  int format;
  unsigned long n, left;
  unsigned char *data = NULL;
  GPid pid = 0;

  if (XGetWindowProperty (self->display, window, name, 0, 1, False, XA_CARDINAL, &type, &format, &n, &left, &data) == Success &&
      data != NULL && n == 1)
    pid = (GPid) *(unsigned long *) (gpointer) data;
  if (data != NULL)
    XFree (data);

  return pid;
}

gulong
test_screen_find_window (TestScreen *self,
                         GPid pid)
{
  Window root, parent, *windows = NULL;
  unsigned int n = 0;
  gulong best = 0;
  int best_area = 0;

  if (!XQueryTree (self->display, DefaultRootWindow (self->display), &root, &parent, &windows, &n))
    return 0;

  for (guint i = 0; i < n; i++)
    {
      XWindowAttributes attributes;

      if (get_pid (self, windows[i]) != pid || !XGetWindowAttributes (self->display, windows[i], &attributes))
        continue;
      if (attributes.map_state == IsViewable && !attributes.override_redirect && attributes.width * attributes.height > best_area)
        {
          best = windows[i];
          best_area = attributes.width * attributes.height;
        }
    }
  XFree (windows);

  return best;
}

void
test_screen_get_window (TestScreen *self,
                        gulong window,
                        int   *x,
                        int   *y,
                        int   *width,
                        int   *height)
{
  XWindowAttributes attributes = { 0 };

  XGetWindowAttributes (self->display, window, &attributes);
  *x = attributes.x;
  *y = attributes.y;
  *width = attributes.width;
  *height = attributes.height;
}

/* The screen's ground is black, a window's is not, light or dark. */
gboolean
test_screen_is_drawn (TestScreen *self,
                      gulong window)
{
  XWindowAttributes attributes = { 0 };
  XImage *image;
  gboolean drawn = FALSE;

  if (!XGetWindowAttributes (self->display, window, &attributes) || attributes.map_state != IsViewable)
    return FALSE;

  image = XGetImage (self->display, window, attributes.width / 2, attributes.height / 2, 1, 1, AllPlanes, ZPixmap);
  if (image != NULL)
    {
      drawn = (XGetPixel (image, 0, 0) & 0xffffff) != 0;
      XDestroyImage (image);
    }

  return drawn;
}

void
test_screen_place (TestScreen *self,
                   gulong window,
                   int    width,
                   int    height)
{
  int screen = DefaultScreen (self->display);

  if (width == 0)
    width = DisplayWidth (self->display, screen);
  if (height == 0)
    height = DisplayHeight (self->display, screen);
  XMoveResizeWindow (self->display, window, 0, 0, (guint) width, (guint) height);
  test_screen_focus (self, window);
}

void
test_screen_focus (TestScreen *self,
                   gulong window)
{
  XRaiseWindow (self->display, window);
  XSetInputFocus (self->display, window, RevertToPointerRoot, CurrentTime);
  XSync (self->display, False);
}

void
test_screen_save (TestScreen *self,
                  const char *path)
{
  int screen = DefaultScreen (self->display);
  int width = DisplayWidth (self->display, screen);
  int height = DisplayHeight (self->display, screen);
  XImage *image = XGetImage (self->display, DefaultRootWindow (self->display), 0, 0, (guint) width, (guint) height, AllPlanes, ZPixmap);
  cairo_surface_t *surface;

  if (image == NULL)
    return;

  surface = cairo_image_surface_create_for_data ((unsigned char *) image->data, CAIRO_FORMAT_RGB24, width, height,
                                                 image->bytes_per_line);
  cairo_surface_write_to_png (surface, path);
  cairo_surface_destroy (surface);
  XDestroyImage (image);
}

void
test_screen_move (TestScreen *self,
                  int x,
                  int y)
{
  XTestFakeMotionEvent (self->display, -1, x, y, CurrentTime);
  XSync (self->display, False);
}

void
test_screen_press (TestScreen *self,
                   guint button)
{
  XTestFakeButtonEvent (self->display, button, True, CurrentTime);
  XSync (self->display, False);
}

void
test_screen_release (TestScreen *self,
                     guint button)
{
  XTestFakeButtonEvent (self->display, button, False, CurrentTime);
  XSync (self->display, False);
}

static void
fake_key (TestScreen *self,
          KeySym   symbol,
          gboolean down)
{
  KeyCode code = XKeysymToKeycode (self->display, symbol);

  g_assert_cmpuint (code, !=, 0);
  XTestFakeKeyEvent (self->display, code, down, STROKE_MS);
}

static gboolean
needs_shift (TestScreen *self,
             KeySym symbol)
{
  KeyCode code = XKeysymToKeycode (self->display, symbol);

  return XkbKeycodeToKeysym (self->display, code, 0, 0) != symbol && XkbKeycodeToKeysym (self->display, code, 0, 1) == symbol;
}

static KeySym
find_symbol (const char *name)
{
  static const char *const modifiers[][2] = {
    { "Control", "Control_L" },
    { "Shift", "Shift_L" },
    { "Alt", "Alt_L" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (modifiers); i++)
    if (g_str_equal (name, modifiers[i][0]))
      name = modifiers[i][1];

  return XStringToKeysym (name);
}

void
test_screen_key (TestScreen *self,
                 const char *keys)
{
  g_auto(GStrv) names = g_strsplit (keys, "+", -1);
  guint n = g_strv_length (names);

  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (find_symbol (names[i]), !=, NoSymbol);
      fake_key (self, find_symbol (names[i]), True);
    }
  for (guint i = n; i > 0; i--)
    fake_key (self, find_symbol (names[i - 1]), False);
  XSync (self->display, False);
}

void
test_screen_type (TestScreen *self,
                  const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      KeySym symbol = *c == '\n' ? XK_Return : (KeySym) (guchar) *c;
      gboolean shift = needs_shift (self, symbol);

      if (shift)
        fake_key (self, XK_Shift_L, True);
      fake_key (self, symbol, True);
      fake_key (self, symbol, False);
      if (shift)
        fake_key (self, XK_Shift_L, False);
    }
  XSync (self->display, False);
}
