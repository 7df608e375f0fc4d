/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/gui/session.h"

#include <atspi/atspi.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#include "tests/gui/screen.h"
#include "tests/support/server.h"

#define SCREEN "1500x900x24"
#define READY_FD 3

/* Only what a session must have is started by its bus: a portal or a second keyring would make it another one on each machine. */
#define BUS_CONFIG \
  "<busconfig>\n" \
  "  <type>session</type>\n" \
  "  <listen>unix:path=%s/bus</listen>\n" \
  "  <auth>EXTERNAL</auth>\n" \
  "  <servicedir>%s/services</servicedir>\n" \
  "  <policy context=\"default\">\n" \
  "    <allow send_destination=\"*\" eavesdrop=\"true\"/>\n" \
  "    <allow eavesdrop=\"true\"/>\n" \
  "    <allow own=\"*\"/>\n" \
  "  </policy>\n" \
  "</busconfig>\n"

/* No animations: nothing is in between when it is looked for. */
#define GTK_SETTINGS "[Settings]\ngtk-enable-animations=false\ngtk-cursor-blink=false\n"

#define A11Y_SERVICE "dbus-1/services/org.a11y.Bus.service"

struct _TestSession
{
  char        *folder;
  TestScreen  *screen;
  char        *data;        /* of the present home */
  guint        n_homes;
  GSubprocess *display;
  GSubprocess *bus;
  GSubprocess *keyring;     /* nullable */
};

static const struct {
  const char *name;
  const char *value;        /* NULL: unset */
} environment[] = {
  { "GDK_BACKEND", "x11" },
  { "GSK_RENDERER", "cairo" },
  { "GSETTINGS_BACKEND", "keyfile" },
  { "ADW_DISABLE_PORTAL", "1" },
  { "GDK_DEBUG", "no-portals" },
  { "GTK_USE_PORTAL", "0" },
  { "GTK_A11Y", "atspi" },
  { "GTK_IM_MODULE", "gtk-im-context-simple" },
  { "GIO_USE_VFS", "local" },
  { "LANG", "C.UTF-8" },
  { "LC_ALL", "C.UTF-8" },
  { "LANGUAGE", NULL },
  { "TZ", "UTC" },
  { "WAYLAND_DISPLAY", NULL },
  { "AT_SPI_BUS_ADDRESS", NULL },
  { "NO_AT_BRIDGE", NULL },
  { "GTK_THEME", NULL },
  { "http_proxy", NULL },
};

static void
child_setup_cb (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

GSubprocess *
test_session_spawn (const char *const *argv,
                    const char        *input,
                    int               *output)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (input != NULL ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE);
  GSubprocess *process;
  int fds[2];

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  if (output != NULL)
    {
      g_assert_true (g_unix_open_pipe (fds, O_CLOEXEC, &error));
      g_subprocess_launcher_take_fd (launcher, fds[1], READY_FD);
      *output = fds[0];
    }
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  if (input != NULL)
    {
      GOutputStream *stream = g_subprocess_get_stdin_pipe (process);

      g_output_stream_write_all (stream, input, strlen (input), NULL, NULL, &error);
      g_assert_no_error (error);
      g_output_stream_close (stream, NULL, NULL);
    }

  return process;
}

void
test_session_end (GSubprocess *process)
{
  g_autoptr(GError) error = NULL;

  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
}

/* One line from the descriptor, which it closes: the program is ready then. */
static char *
read_line (int fd)
{
  g_autoptr(GString) line = g_string_new (NULL);
  char byte;

  while (read (fd, &byte, 1) == 1 && byte != '\n')
    g_string_append_c (line, byte);
  close (fd);

  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
start_display (TestSession *self)
{
  const char *argv[] = { "Xvfb", "-displayfd", G_STRINGIFY (READY_FD), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset", NULL };
  g_autofree char *number = NULL;
  g_autofree char *display = NULL;
  int fd;

  self->display = test_session_spawn (argv, NULL, &fd);
  number = read_line (fd);
  g_assert_cmpstr (number, !=, "");
  display = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", display, TRUE);
}

static char *
find_service (void)
{
  for (const char *const *dirs = g_get_system_data_dirs (); *dirs != NULL; dirs++)
    {
      g_autofree char *path = g_build_filename (*dirs, A11Y_SERVICE, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static void
start_bus (TestSession *self)
{
  const char *argv[] = { "dbus-daemon", "--nofork", "--nopidfile", "--nosyslog", "--print-address=" G_STRINGIFY (READY_FD), NULL, NULL };
  g_autofree char *services = g_build_filename (self->folder, "services", NULL);
  g_autofree char *service = find_service ();
  g_autofree char *link = g_build_filename (services, "org.a11y.Bus.service", NULL);
  g_autofree char *config = g_build_filename (self->folder, "bus.conf", NULL);
  g_autofree char *text = g_strdup_printf (BUS_CONFIG, self->folder, self->folder);
  g_autofree char *option = g_strconcat ("--config-file=", config, NULL);
  g_autofree char *address = NULL;
  g_autoptr(GError) error = NULL;
  int fd;

  g_assert_cmpint (g_mkdir (services, 0700), ==, 0);
  g_assert_cmpint (symlink (service, link), ==, 0);
  g_file_set_contents (config, text, -1, &error);
  g_assert_no_error (error);

  argv[5] = option;
  self->bus = test_session_spawn (argv, NULL, &fd);
  address = read_line (fd);
  g_assert_cmpstr (address, !=, "");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
}

/* The keyring has its name on the bus before its programs are started. */
static void
start_keyring (TestSession *self)
{
  const char *argv[] = { "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = NULL;
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  gboolean is_there = FALSE;

  bus = g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  g_assert_no_error (error);
  /* The empty password makes and unlocks the keyring "login" without asking. */
  self->keyring = test_session_spawn (argv, "\n", NULL);
  while (!is_there)
    {
      g_autoptr(GVariant) reply = NULL;

      g_assert_cmpint (g_get_monotonic_time (), <, end);
      reply = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                           "NameHasOwner", g_variant_new ("(s)", "org.freedesktop.secrets"), G_VARIANT_TYPE ("(b)"),
                                           G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
      g_assert_no_error (error);
      g_variant_get (reply, "(b)", &is_there);
    }
  g_dbus_connection_close_sync (bus, NULL, NULL);
}

static gboolean
has_all_parts (TestSessionFlags flags)
{
  const char *const programs[] = { "Xvfb", "dbus-daemon", "gnome-keyring-daemon" };
  g_autofree char *service = find_service ();
  guint n = (flags & TEST_SESSION_NO_KEYRING) != 0 ? 2 : 3;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_find_program_in_path (programs[i]);

      if (path == NULL)
        {
          g_test_message ("%s is not installed", programs[i]);
          return FALSE;
        }
    }

  if (service == NULL)
    g_test_message ("The accessibility bus (at-spi2-core) is not installed");

  return service != NULL && g_getenv ("ENLACE") != NULL;
}

TestSession *
test_session_new (TestSessionFlags flags)
{
  g_autoptr(GError) error = NULL;
  TestSession *self;

  if (!has_all_parts (flags))
    return NULL;

  /* The accessibility library warns when an object goes while it is being read, which is the way of a live window. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  self = g_new0 (TestSession, 1);
  self->folder = g_dir_make_tmp ("enlace-gui-XXXXXX", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (environment); i++)
    if (environment[i].value != NULL)
      g_setenv (environment[i].name, environment[i].value, TRUE);
    else
      g_unsetenv (environment[i].name);

  test_session_new_home (self);
  start_display (self);
  start_bus (self);
  if ((flags & TEST_SESSION_NO_KEYRING) == 0)
    start_keyring (self);
  self->screen = test_screen_new ();
  atspi_init ();

  return self;
}

void
test_session_new_home (TestSession *self)
{
  static const char *const places[][2] = {
    { "HOME", "home" },
    { "XDG_CONFIG_HOME", "config" },
    { "XDG_DATA_HOME", "data" },
    { "XDG_CACHE_HOME", "cache" },
    { "XDG_STATE_HOME", "state" },
    { "XDG_RUNTIME_DIR", "run" },
  };
  g_autofree char *name = g_strdup_printf ("home%u", self->n_homes++);
  g_autofree char *home = g_build_filename (self->folder, name, NULL);
  g_autofree char *settings = g_build_filename (home, "config", "gtk-4.0", "settings.ini", NULL);
  g_autofree char *settings_dir = g_path_get_dirname (settings);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (home, places[i][1], NULL);

      g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
      g_setenv (places[i][0], path, TRUE);
      if (g_str_equal (places[i][1], "data"))
        g_set_str (&self->data, path);
    }
  g_assert_cmpint (g_mkdir_with_parents (settings_dir, 0700), ==, 0);
  g_file_set_contents (settings, GTK_SETTINGS, -1, &error);
  g_assert_no_error (error);
}

TestScreen *
test_session_get_screen (TestSession *self)
{
  return self->screen;
}

const char *
test_session_get_data (TestSession *self)
{
  return self->data;
}

void
test_session_free (TestSession *self)
{
  atspi_exit ();
  test_screen_free (self->screen);
  if (self->keyring != NULL)
    test_session_end (self->keyring);
  test_session_end (self->bus);
  test_session_end (self->display);
  g_clear_object (&self->keyring);
  g_clear_object (&self->bus);
  g_clear_object (&self->display);
  test_remove_tree (self->folder);
  g_free (self->folder);
  g_free (self->data);
  g_free (self);
}
