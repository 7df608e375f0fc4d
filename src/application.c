/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace"

#include "config.h"

#include "src/application.h"

#include <glib/gi18n.h>

#include "resources.h"
#include "src/paths.h"
#include "src/preferences.h"
#include "src/window.h"

/* How long a request of before the end may hold it up. */
#define FLUSH_SECONDS 3

struct _EnlaceApplication
{
  AdwApplication       parent_instance;

  GSettings           *settings;
  EnlaceServerProcess *server;
  EnlaceClient        *client;
  gboolean             quitting;
};

G_DEFINE_FINAL_TYPE (EnlaceApplication, enlace_application, ADW_TYPE_APPLICATION)

static void
color_scheme_cb (EnlaceApplication *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autofree char *name = g_settings_get_string (self->settings, "color-scheme");

  if (g_str_equal (name, "light"))
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  else if (g_str_equal (name, "dark"))
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  else
    adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
}

static void
server_state_cb (EnlaceApplication *self)
{
  guint place;

  if (enlace_server_process_get_state (self->server) != ENLACE_SERVER_READY)
    return;

  g_object_get (self->server, "place", &place, NULL);
  if (g_settings_get_enum (self->settings, "keys-place") != (int) place)
    g_settings_set_enum (self->settings, "keys-place", place);
  enlace_client_connect (self->client, enlace_server_process_get_address (self->server),
                         enlace_server_process_get_key (self->server));
}

static DexFuture *
stopped_cb (DexFuture *future,
            gpointer   user_data)
{
  g_application_release (user_data);
  g_application_quit (user_data);

  return NULL;
}

static DexFuture *
flushed_cb (DexFuture *future,
            gpointer   user_data)
{
  EnlaceApplication *self = user_data;

  enlace_client_disconnect (self->client);

  return enlace_server_process_stop (self->server);
}

static gboolean
end_cb (gpointer user_data)
{
  EnlaceApplication *self = user_data;
  DexFuture *future;

  future = dex_future_first (enlace_client_flush (self->client), dex_timeout_new_seconds (FLUSH_SECONDS), NULL);
  future = dex_future_finally (future, flushed_cb, self, NULL);
  dex_future_disown (dex_future_finally (future, stopped_cb, self, NULL));

  return G_SOURCE_REMOVE;
}

/* The windows go at once, and ask for what they put off; the program goes when that is done and its server has put away what it is at. */
static void
quit (EnlaceApplication *self)
{
  GList *windows;

  if (self->quitting)
    return;

  self->quitting = TRUE;
  g_application_hold (G_APPLICATION (self));
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL)
    gtk_window_destroy (windows->data);
  /* Not now: this is called while a window is still going. */
  g_idle_add (end_cb, self);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  EnlaceApplication *self = user_data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window != NULL)
    gtk_window_close (window);
  else
    quit (self);
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  EnlaceApplication *self = user_data;

  adw_dialog_present (enlace_preferences_new (self->settings),
                      GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (self))));
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  EnlaceApplication *self = user_data;
  const char *developers[] = { "Alkitu", NULL };
  AdwDialog *dialog = adw_about_dialog_new ();

  g_object_set (dialog,
                "application-icon", ENLACE_APPLICATION_ID,
                "application-name", "Enlace",
                "developer-name", "Alkitu",
                "version", ENLACE_VERSION,
                "comments", _("Connect the services that you use, build workflows that move data between them, and see that it all keeps working."),
                "copyright", "© 2026 Alkitu",
                "license-type", GTK_LICENSE_GPL_3_0,
                "developers", developers,
                /* Translators: your name, and those of who translated before you, one a line */
                "translator-credits", _("translator-credits"),
                NULL);
  adw_dialog_present (dialog, GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (self))));
}

static void
enlace_application_window_removed (GtkApplication *application,
                   GtkWindow      *window)
{
  GTK_APPLICATION_CLASS (enlace_application_parent_class)->window_removed (application, window);

  if (ENLACE_IS_WINDOW (window))
    quit (ENLACE_APPLICATION (application));
}

static void
enlace_application_startup (GApplication *application)
{
  EnlaceApplication *self = ENLACE_APPLICATION (application);
  const GActionEntry actions[] = {
    { "quit", quit_action },
    { "preferences", preferences_action },
    { "about", about_action },
  };
  static const struct { const char *action; const char *keys[3]; } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "window.close", { "<Control>w" } },
    { "win.show-help-overlay", { "<Control>question", "<Control>slash" } },
  };
  g_autofree char *program = enlace_paths_get_server ();
  g_autofree char *data_dir = enlace_paths_get_data_dir ();

  enlace_register_resource ();
  G_APPLICATION_CLASS (enlace_application_parent_class)->startup (application);

  self->settings = enlace_paths_new_settings ();
  self->client = enlace_client_new ();
  self->server = enlace_server_process_new (program, data_dir);
  g_settings_bind (self->settings, "server-port", self->server, "port", G_SETTINGS_BIND_DEFAULT);
  g_object_set (self->server, "place", g_settings_get_enum (self->settings, "keys-place"), NULL);
  g_signal_connect_object (self->server, "notify::state", G_CALLBACK (server_state_cb), self, G_CONNECT_SWAPPED);
  enlace_server_process_start (self->server);

  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (color_scheme_cb), self, G_CONNECT_SWAPPED);
  color_scheme_cb (self);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, accels[i].keys);
}

static void
enlace_application_activate (GApplication *application)
{
  EnlaceApplication *self = ENLACE_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (self->quitting)
    return;
  if (window == NULL)
    window = GTK_WINDOW (enlace_window_new (self));

  gtk_window_present (window);
}

static void
enlace_application_finalize (GObject *object)
{
  EnlaceApplication *self = ENLACE_APPLICATION (object);

  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enlace_application_parent_class)->finalize (object);
}

static void
enlace_application_class_init (EnlaceApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->finalize = enlace_application_finalize;
  application_class->startup = enlace_application_startup;
  application_class->activate = enlace_application_activate;
  GTK_APPLICATION_CLASS (klass)->window_removed = enlace_application_window_removed;
}

static void
enlace_application_init (EnlaceApplication *self)
{
}

EnlaceApplication *
enlace_application_new (void)
{
  return g_object_new (ENLACE_TYPE_APPLICATION,
                       "application-id", ENLACE_APPLICATION_ID,
                       "resource-base-path", "/com/alkitu/Enlace",
                       NULL);
}

EnlaceClient *
enlace_application_get_client (EnlaceApplication *self)
{
  g_return_val_if_fail (ENLACE_IS_APPLICATION (self), NULL);

  return self->client;
}

EnlaceServerProcess *
enlace_application_get_server (EnlaceApplication *self)
{
  g_return_val_if_fail (ENLACE_IS_APPLICATION (self), NULL);

  return self->server;
}

GSettings *
enlace_application_get_settings (EnlaceApplication *self)
{
  g_return_val_if_fail (ENLACE_IS_APPLICATION (self), NULL);

  return self->settings;
}
