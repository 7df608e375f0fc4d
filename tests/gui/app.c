/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Generous: a machine that builds and tests at once is slow. What is there is seen at once. */
#define PATIENCE (25 * G_USEC_PER_SEC)
#define LOOK_MS 15
#define FOCUS_EVENT "object:state-changed:focused"
/* A hand's drag: so many moves, so far apart. */
#define DRAG_MOVES 14
#define REST_MS 80
#define DRAG_MS 12

struct _TestApp
{
  TestSession        *session;     /* borrowed */
  GSubprocess        *process;
  GPid                pid;
  AtspiAccessible    *root;
  AtspiAccessible    *frame;
  AtspiEventListener *listener;
  AtspiAccessible    *focused;     /* the last that said that it got the focus; nullable */
  gulong              window;
  gint64              started;
  gint64              shown_after;
};

/* Time passes, and what the buses say is read. */
static void
let_pass (guint milliseconds)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add_once (milliseconds, (GSourceOnceFunc) g_main_loop_quit, loop);
  g_main_loop_run (loop);
}

void
test_app_fail (TestApp    *self,
               const char *format,
               ...)
{
  g_autofree char *text = NULL;
  g_autofree char *tree = self->root != NULL ? test_tree_describe (self->root) : NULL;
  g_autofree char *name = g_strdelimit (g_strconcat (g_test_get_path () + 1, ".png", NULL), "/", '-');
  g_autofree char *path = g_build_filename (g_getenv ("ENLACE_TEST_OUTPUT"), name, NULL);
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  test_screen_save (test_app_get_screen (self), path);
  g_printerr ("%s\nThe screen: %s\n%s\n", text, path, tree != NULL ? tree : "");
  kill (self->pid, SIGKILL);
  abort ();
}

void
test_app_wait_until (TestApp       *self,
                     TestCondition  condition,
                     gpointer       data,
                     const char    *what)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (!condition (self, data))
    {
      if (g_get_monotonic_time () > end)
        test_app_fail (self, "Waited in vain: %s", what);
      let_pass (LOOK_MS);
    }
}

static gboolean
has_window (TestApp  *self,
            gpointer  data)
{
  self->window = test_screen_find_window (test_app_get_screen (self), self->pid);

  return self->window != 0 && test_screen_is_drawn (test_app_get_screen (self), self->window);
}

static gboolean
has_root (TestApp  *self,
          gpointer  data)
{
  g_autoptr(AtspiAccessible) desktop = atspi_get_desktop (0);
  int n;

  atspi_accessible_clear_cache (desktop);
  n = atspi_accessible_get_child_count (desktop, NULL);
  for (int i = 0; i < n && self->root == NULL; i++)
    {
      g_autoptr(AtspiAccessible) child = atspi_accessible_get_child_at_index (desktop, i, NULL);

      if (child != NULL && (GPid) atspi_accessible_get_process_id (child, NULL) == self->pid)
        self->root = g_steal_pointer (&child);
    }
  if (self->root == NULL)
    return FALSE;

  atspi_accessible_set_cache_mask (self->root, ATSPI_CACHE_NONE);

  return TRUE;
}

static gboolean
has_frame (TestApp  *self,
           gpointer  data)
{
  g_clear_object (&self->frame);
  self->frame = test_tree_find (self->root, ATSPI_ROLE_FRAME, NULL);
  if (self->frame == NULL)
    self->frame = test_tree_find (self->root, ATSPI_ROLE_WINDOW, NULL);

  return self->frame != NULL;
}

/* What a screen reader goes by. */
static void
focused_cb (AtspiEvent *event,
            gpointer    data)
{
  TestApp *self = data;

  if (event->detail1 != 0)
    g_set_object (&self->focused, event->source);
  g_boxed_free (ATSPI_TYPE_EVENT, event);
}

TestApp *
test_app_new (TestSession *session)
{
  const char *argv[] = { g_getenv ("ENLACE"), NULL };
  TestApp *self = g_new0 (TestApp, 1);

  self->session = session;
  self->listener = atspi_event_listener_new (focused_cb, self, NULL);
  atspi_event_listener_register (self->listener, FOCUS_EVENT, NULL);
  self->started = g_get_monotonic_time ();
  self->process = test_session_spawn (argv, NULL, NULL);
  self->pid = atoi (g_subprocess_get_identifier (self->process));
  test_app_wait_until (self, has_window, NULL, "a window on the screen");
  self->shown_after = test_app_get_age (self);
  test_app_wait_until (self, has_root, NULL, "the program on the accessibility bus");
  test_app_wait_until (self, has_frame, NULL, "its window on the accessibility bus");
  test_screen_place (test_app_get_screen (self), self->window, 0, 0);

  return self;
}

static void
forget (TestApp *self)
{
  atspi_event_listener_deregister (self->listener, FOCUS_EVENT, NULL);
  g_clear_object (&self->listener);
  g_clear_object (&self->focused);
  g_clear_object (&self->frame);
  g_clear_object (&self->root);
  g_clear_object (&self->process);
}

void
test_app_free (TestApp *self)
{
  if (self->process != NULL)
    test_app_kill (self);
  g_free (self);
}

void
test_app_quit (TestApp *self)
{
  g_autoptr(GError) error = NULL;

  test_app_key (self, "Control+q");
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  forget (self);
}

void
test_app_kill (TestApp *self)
{
  g_autoptr(GError) error = NULL;

  g_subprocess_send_signal (self->process, SIGKILL);
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  forget (self);
}

GPid
test_app_get_pid (TestApp *self)
{
  return self->pid;
}

/* The parent of a process and its program's name, from /proc. */
static gboolean
is_server_of (const char *pid,
              GPid        parent)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "stat", NULL);
  g_autofree char *text = NULL;
  const char *end;
  int ppid;
  char state;

  if (!g_ascii_isdigit (*pid) || !g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;

  end = strrchr (text, ')');

  return end != NULL && strstr (text, "(enlaced)") != NULL && sscanf (end + 1, " %c %d", &state, &ppid) == 2 &&
         ppid == parent && state != 'Z';
}

GPid
test_app_get_server (TestApp *self)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (is_server_of (name, self->pid))
      return atoi (name);

  return 0;
}

AtspiAccessible *
test_app_get_root (TestApp *self)
{
  return self->root;
}

TestScreen *
test_app_get_screen (TestApp *self)
{
  return test_session_get_screen (self->session);
}

gint64
test_app_get_shown_after (TestApp *self)
{
  return self->shown_after;
}

gint64
test_app_get_age (TestApp *self)
{
  return g_get_monotonic_time () - self->started;
}

typedef struct {
  AtspiAccessible *root;
  AtspiRole        role;
  const char      *name;
  AtspiAccessible *found;   /* owned */
} Wanted;

static gboolean
is_found (TestApp  *self,
          gpointer  data)
{
  Wanted *wanted = data;

  wanted->found = test_tree_find (wanted->root, wanted->role, wanted->name);

  return wanted->found != NULL;
}

static gboolean
is_gone (TestApp  *self,
         gpointer  data)
{
  Wanted *wanted = data;
  g_autoptr(AtspiAccessible) found = test_tree_find (wanted->root, wanted->role, wanted->name);

  return found == NULL;
}

AtspiAccessible *
test_app_wait_in (TestApp         *self,
                  AtspiAccessible *root,
                  AtspiRole        role,
                  const char      *name)
{
  g_autofree char *role_name = atspi_role_get_name (role);
  g_autofree char *what = g_strdup_printf ("%s “%s”", role_name, name != NULL ? name : "*");
  Wanted wanted = { root, role, name, NULL };

  test_app_wait_until (self, is_found, &wanted, what);

  return wanted.found;
}

AtspiAccessible *
test_app_wait (TestApp    *self,
               AtspiRole   role,
               const char *name)
{
  return test_app_wait_in (self, self->root, role, name);
}

void
test_app_wait_gone (TestApp    *self,
                    AtspiRole   role,
                    const char *name)
{
  g_autofree char *what = g_strdup_printf ("“%s” goes", name);
  Wanted wanted = { self->root, role, name, NULL };

  test_app_wait_until (self, is_gone, &wanted, what);
}

static gboolean
is_focused (TestApp  *self,
            gpointer  data)
{
  g_autoptr(GPtrArray) list = test_tree_list (self->root, ATSPI_ROLE_INVALID, data);

  for (guint i = 0; i < list->len; i++)
    if (test_tree_has_state (g_ptr_array_index (list, i), ATSPI_STATE_FOCUSED))
      return TRUE;

  return FALSE;
}

void
test_app_wait_focus (TestApp    *self,
                     const char *name)
{
  g_autofree char *what = g_strdup_printf ("the focus at “%s”", name);

  test_app_wait_until (self, is_focused, (gpointer) name, what);
}

static gboolean
has_moved (TestApp  *self,
           gpointer  data)
{
  return self->focused != NULL && test_tree_has_state (self->focused, ATSPI_STATE_FOCUSED);
}

char *
test_app_move_focus (TestApp    *self,
                     const char *keys)
{
  g_autofree char *what = g_strdup_printf ("%s moves the focus", keys);

  g_clear_object (&self->focused);
  test_app_key (self, keys);
  test_app_wait_until (self, has_moved, NULL, what);

  return test_tree_dup_name (self->focused);
}

void
test_app_check_names (TestApp    *self,
                      const char *place)
{
  g_autofree char *nameless = test_tree_list_nameless (self->root);

  if (*nameless != '\0')
    test_app_fail (self, "Without a name in %s:\n%s", place, nameless);
}

gboolean
test_app_has (TestApp    *self,
              AtspiRole   role,
              const char *name)
{
  g_autoptr(AtspiAccessible) found = test_tree_find (self->root, role, name);

  return found != NULL;
}

/* With a border that the program draws itself, the frame's own place comes out as minus the border, and all others too small by twice
 * that. What has a padded object around it comes out too near to the corner by that padding: the middle of a row is safer than its label's. */
void
test_app_locate (TestApp         *self,
                 AtspiAccessible *object,
                 int             *x,
                 int             *y,
                 int             *width,
                 int             *height)
{
  g_autoptr(AtspiComponent) component = atspi_accessible_get_component_iface (object);
  g_autoptr(AtspiComponent) frame = atspi_accessible_get_component_iface (self->frame);
  g_autofree AtspiRect *place = component != NULL ? atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, NULL) : NULL;
  g_autofree AtspiRect *border = frame != NULL ? atspi_component_get_extents (frame, ATSPI_COORD_TYPE_WINDOW, NULL) : NULL;
  int window_x, window_y, window_width, window_height;

  if (place == NULL || border == NULL)
    test_app_fail (self, "An object without a place");

  test_screen_get_window (test_app_get_screen (self), self->window, &window_x, &window_y, &window_width, &window_height);
  *x = window_x + place->x - 2 * border->x + place->width / 2;
  *y = window_y + place->y - 2 * border->y + place->height / 2;
  if (width != NULL)
    *width = place->width;
  if (height != NULL)
    *height = place->height;
}

/* Where an object is once it has stopped moving: windows grow and pages slide in. */
static void
locate_at_rest (TestApp         *self,
                AtspiAccessible *object,
                int             *x,
                int             *y)
{
  int before_x, before_y;

  test_app_locate (self, object, x, y, NULL, NULL);
  do
    {
      before_x = *x;
      before_y = *y;
      let_pass (REST_MS);
      test_app_locate (self, object, x, y, NULL, NULL);
    }
  while (*x != before_x || *y != before_y);
}

void
test_app_click (TestApp         *self,
                AtspiAccessible *object)
{
  TestScreen *screen = test_app_get_screen (self);
  int x, y;

  locate_at_rest (self, object, &x, &y);
  test_screen_move (screen, x, y);
  test_screen_press (screen, 1);
  test_screen_release (screen, 1);
}

void
test_app_press (TestApp    *self,
                AtspiRole   role,
                const char *name)
{
  g_autoptr(AtspiAccessible) object = test_app_wait (self, role, name);

  test_app_click (self, object);
}

void
test_app_drag (TestApp *self,
               int      from_x,
               int      from_y,
               int      to_x,
               int      to_y)
{
  TestScreen *screen = test_app_get_screen (self);

  test_screen_move (screen, from_x, from_y);
  let_pass (DRAG_MS);
  test_screen_press (screen, 1);
  for (int i = 1; i <= 12; i += 3)
    {
      /* Small at first: past the threshold of a drag, yet from where it began. */
      test_screen_move (screen, from_x + (to_x > from_x ? i : -i), from_y + (to_y > from_y ? i : -i));
      let_pass (DRAG_MS);
    }
  for (int i = 1; i <= DRAG_MOVES; i++)
    {
      test_screen_move (screen, from_x + (to_x - from_x) * i / DRAG_MOVES, from_y + (to_y - from_y) * i / DRAG_MOVES);
      let_pass (DRAG_MS);
    }
  test_screen_move (screen, to_x + 1, to_y);
  let_pass (2 * DRAG_MS);
  test_screen_release (screen, 1);
}

void
test_app_key (TestApp    *self,
              const char *keys)
{
  test_screen_key (test_app_get_screen (self), keys);
}

void
test_app_type (TestApp    *self,
               const char *text)
{
  test_screen_type (test_app_get_screen (self), text);
}
