/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/server-process.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/client/fiber.h"
#include "src/client/server-launch.h"

#define READY_PREFIX "enlaced: ready on "
#define STORE_NAME "enlace.db"
#define EXIT_HELD 3

/* A server of before that is still ending (at most ten seconds) holds the store; after that it is somebody else's. */
#define HELD_SECONDS 12
#define HELD_DELAY_MS 300
#define STOP_SECONDS 12
/* One that served this long was well: what ended it is new. */
#define WELL_SECONDS 10
#define MAX_FAILURES 6
/* One that never became ready will not do so by being asked more often. */
#define MAX_FAILED_STARTS 3
#define FIRST_DELAY_MS 250
#define LAST_DELAY_MS 15000

struct _EnlaceServerProcess
{
  GObject             parent_instance;

  char               *program;
  char               *data_dir;
  GBytes             *master_key;
  char               *key;
  char               *address;
  GSubprocess        *process;
  DexFuture          *life;        /* the fiber, while it lives */
  DexCancellable     *stop;        /* ends every wait of the fiber */
  GError             *failure;
  char               *last_words;  /* the last line of its log */
  gint64              ready_at;    /* monotonic, microseconds */
  gint64              held_since;  /* monotonic, microseconds; 0: not held */
  guint               port;
  guint               failures;    /* in a row */
  int                 parent_fd;   /* the server ends when this is closed */
  EnlaceSecretsPlace  place;
  EnlaceServerState   state;
  gboolean            stopping;
};

enum {
  PROP_0,
  PROP_STATE,
  PROP_PORT,
  PROP_PLACE,
  N_PROPS
};

enum {
  MOVED,
  N_SIGNALS
};

G_DEFINE_ENUM_TYPE (EnlaceServerState, enlace_server_state,
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_UNLOCKING, "unlocking"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_PREPARING, "preparing"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_RESTARTING, "restarting"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_STOPPING, "stopping"),
                    G_DEFINE_ENUM_VALUE (ENLACE_SERVER_FAILED, "failed"))

G_DEFINE_QUARK (enlace-server-error-quark, enlace_server_error)

G_DEFINE_FINAL_TYPE (EnlaceServerProcess, enlace_server_process, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
set_state (EnlaceServerProcess *self,
           EnlaceServerState    state)
{
  if (self->state == state)
    return;

  g_debug ("The server: %d → %d", self->state, state);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static EnlaceServerState
fail (EnlaceServerProcess *self,
      GError              *error) /* taken */
{
  g_clear_error (&self->failure);
  self->failure = error;

  return ENLACE_SERVER_FAILED;
}

/* Awaits what comes first: the future (taken), or the wish to stop (FALSE, with `stopping` set). */
static gboolean
wait_for (EnlaceServerProcess  *self,
          DexFuture            *future,
          GError              **error)
{
  return dex_await (dex_future_first (future, dex_ref (self->stop), NULL), error);
}

static char *
lookup (EnlaceServerProcess  *self,
        const char           *name,
        GError              **error)
{
  return dex_await_string (dex_future_first (enlace_secrets_lookup (self->place, self->data_dir, name),
                                             dex_ref (self->stop), NULL),
                           error);
}

static EnlaceServerState
unlock (EnlaceServerProcess *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *master_key = lookup (self, ENLACE_SECRET_MASTER_KEY, &error);
  g_autofree char *key = error == NULL ? lookup (self, ENLACE_SECRET_API_KEY, &error) : NULL;
  g_autofree guint8 *bytes = NULL;
  gsize length = 0;

  if (self->stopping)
    return ENLACE_SERVER_STOPPING;
  if (error != NULL)
    return fail (self, g_steal_pointer (&error));
  if (!enlace_server_process_has_store (self))
    return ENLACE_SERVER_PREPARING;

  if (master_key != NULL)
    bytes = g_base64_decode (master_key, &length);
  if (key == NULL || length != ENLACE_MASTER_KEY_SIZE)
    return fail (self, g_error_new (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_KEYS_MISSING,
                                    _("There is a store in %s, but its keys are not here."), self->data_dir));

  g_clear_pointer (&self->master_key, g_bytes_unref);
  self->master_key = g_bytes_new_take (g_steal_pointer (&bytes), length);
  g_set_str (&self->key, key);

  return ENLACE_SERVER_STARTING;
}

static void
remove_folder (const char *path)
{
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_unlink (child) != 0)
        remove_folder (child);
    }
  g_rmdir (path);
}

static gboolean
keep (EnlaceServerProcess  *self,
      const char           *folder,
      const char           *name,
      const char           *secret,
      GError              **error)
{
  return wait_for (self, enlace_secrets_store (self->place, self->data_dir, folder, name, secret), error);
}

/* Makes the store beside its place and moves it there last, so that a store is never without its keys, whenever this is cut off. */
static gboolean
make_store (EnlaceServerProcess  *self,
            const char           *folder,
            GError              **error)
{
  g_autoptr(GBytes) master_key = enlace_server_launch_new_master_key (error);
  g_autofree char *encoded = NULL;
  g_autofree char *key = NULL;

  if (master_key == NULL)
    return FALSE;

  encoded = g_base64_encode (g_bytes_get_data (master_key, NULL), g_bytes_get_size (master_key));
  if (!keep (self, folder, ENLACE_SECRET_MASTER_KEY, encoded, error))
    return FALSE;
  key = dex_await_string (dex_future_first (enlace_server_launch_init (self->program, folder, master_key),
                                            dex_ref (self->stop), NULL),
                          error);
  if (key == NULL || !keep (self, folder, ENLACE_SECRET_API_KEY, key, error))
    return FALSE;

  if (g_rename (folder, self->data_dir) != 0)
    {
      g_set_error (error, ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_PROGRAM, _("The store cannot be put into %s: %s"),
                   self->data_dir, g_strerror (errno));
      return FALSE;
    }

  g_clear_pointer (&self->master_key, g_bytes_unref);
  self->master_key = g_steal_pointer (&master_key);
  g_set_str (&self->key, key);

  return TRUE;
}

static EnlaceServerState
prepare (EnlaceServerProcess *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_strconcat (self->data_dir, ".new", NULL);

  remove_folder (folder);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (self, g_error_new (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_PROGRAM, _("The folder %s is not made: %s"),
                                    folder, g_strerror (errno)));
  if (make_store (self, folder, &error))
    return ENLACE_SERVER_STARTING;

  remove_folder (folder);
  if (self->stopping)
    return ENLACE_SERVER_STOPPING;

  return fail (self, g_steal_pointer (&error));
}

/* What the server logs goes on to our own standard error, and the last line is kept for the case that it ends. */
static DexFuture *
read_log_fiber (gpointer user_data)
{
  EnlaceServerProcess *self = user_data;
  g_autoptr(GInputStream) stream = g_object_ref (g_subprocess_get_stderr_pipe (self->process));
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new (stream);

  for (;;)
    {
      g_autoptr(GBytes) bytes = dex_await_boxed (dex_input_stream_read_bytes (stream, 4096, G_PRIORITY_LOW), NULL);
      g_autofree char *text = NULL;
      const char *line;

      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        break;

      text = g_utf8_make_valid (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      fputs (text, stderr);
      g_strchomp (text);
      line = strrchr (text, '\n');
      g_set_str (&self->last_words, line != NULL ? line + 1 : text);
    }

  return dex_future_new_for_boolean (TRUE);
}

/* The port of the ready line; 0: it is not there, and the output has ended. */
static guint
read_ready_line (EnlaceServerProcess *self)
{
  GInputStream *stream = g_subprocess_get_stdout_pipe (self->process);
  g_autoptr(GString) text = g_string_new (NULL);
  const char *colon;

  while (strchr (text->str, '\n') == NULL && text->len < 4096)
    {
      g_autoptr(GBytes) bytes = NULL;

      bytes = dex_await_boxed (dex_future_first (dex_input_stream_read_bytes (stream, 512, G_PRIORITY_DEFAULT),
                                                 dex_ref (self->stop), NULL),
                               NULL);
      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        return 0;
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }

  if (!g_str_has_prefix (text->str, READY_PREFIX) || (colon = strrchr (text->str, ':')) == NULL)
    return 0;

  return (guint) g_ascii_strtoull (colon + 1, NULL, 10);
}

static void
clear_process (EnlaceServerProcess *self)
{
  g_clear_object (&self->process);
  g_clear_fd (&self->parent_fd, NULL);
  g_clear_pointer (&self->address, g_free);
}

static EnlaceServerState
fail_as_ended (EnlaceServerProcess *self)
{
  return fail (self, g_error_new (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_ENDED, "%s",
                                  self->last_words != NULL ? self->last_words : _("The server ended without a word.")));
}

/* It ended before it was ready. */
static EnlaceServerState
judge_start (EnlaceServerProcess *self)
{
  gboolean is_held;

  dex_await (dex_subprocess_wait_check (self->process), NULL);
  is_held = g_subprocess_get_if_exited (self->process) && g_subprocess_get_exit_status (self->process) == EXIT_HELD;
  clear_process (self);

  if (is_held && self->held_since == 0)
    self->held_since = g_get_monotonic_time ();
  if (is_held && g_get_monotonic_time () - self->held_since >= HELD_SECONDS * G_USEC_PER_SEC)
    return fail (self, g_error_new (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_HELD, "%s",
                                    self->last_words != NULL ? self->last_words : _("Another server uses the store.")));
  if (!is_held && ++self->failures >= MAX_FAILED_STARTS)
    return fail_as_ended (self);

  return ENLACE_SERVER_RESTARTING;
}

static EnlaceServerState
start (EnlaceServerProcess *self)
{
  g_autoptr(GError) error = NULL;
  guint asked = self->port != 0 && enlace_server_launch_port_is_free (self->port) ? self->port : 0;
  guint port;

  g_clear_pointer (&self->last_words, g_free);
  self->process = enlace_server_launch_serve (self->program, self->data_dir, self->master_key, asked, &self->parent_fd, &error);
  if (self->process == NULL)
    return fail (self, g_error_new (ENLACE_SERVER_ERROR, ENLACE_SERVER_ERROR_PROGRAM,
                                    _("The server’s program does not start: %s"), error->message));

  dex_future_disown (enlace_fiber_spawn (read_log_fiber, g_object_ref (self), g_object_unref));
  port = read_ready_line (self);
  if (self->stopping)
    return ENLACE_SERVER_STOPPING;
  if (port == 0)
    return judge_start (self);

  self->held_since = 0;
  self->ready_at = g_get_monotonic_time ();
  self->address = g_strdup_printf ("http://127.0.0.1:%u", port);
  if (self->port != port)
    {
      gboolean has_moved = self->port != 0;

      self->port = port;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
      if (has_moved)
        g_signal_emit (self, signals[MOVED], 0);
    }

  return ENLACE_SERVER_READY;
}

static EnlaceServerState
serve (EnlaceServerProcess *self)
{
  wait_for (self, dex_subprocess_wait_check (self->process), NULL);
  if (self->stopping)
    return ENLACE_SERVER_STOPPING;

  if (g_get_monotonic_time () - self->ready_at >= WELL_SECONDS * G_USEC_PER_SEC)
    self->failures = 0;
  self->failures++;
  clear_process (self);

  return self->failures < MAX_FAILURES ? ENLACE_SERVER_RESTARTING : fail_as_ended (self);
}

static EnlaceServerState
wait_to_restart (EnlaceServerProcess *self)
{
  guint delay = FIRST_DELAY_MS << MIN (self->failures > 0 ? self->failures - 1 : 0, 6);

  if (self->held_since != 0)
    delay = HELD_DELAY_MS;
  wait_for (self, dex_timeout_new_msec (MIN (delay, LAST_DELAY_MS)), NULL);

  return self->stopping ? ENLACE_SERVER_STOPPING : ENLACE_SERVER_STARTING;
}

static EnlaceServerState
end (EnlaceServerProcess *self)
{
  if (self->process == NULL)
    return ENLACE_SERVER_STOPPED;

  g_subprocess_send_signal (self->process, SIGTERM);
  dex_await (dex_future_first (dex_subprocess_wait_check (self->process), dex_timeout_new_seconds (STOP_SECONDS), NULL), NULL);
  if (g_subprocess_get_identifier (self->process) != NULL)
    {
      g_subprocess_force_exit (self->process);
      dex_await (dex_subprocess_wait_check (self->process), NULL);
    }
  clear_process (self);

  return ENLACE_SERVER_STOPPED;
}

/* Does the work of the state that it is in, and says which one follows. */
static EnlaceServerState
advance (EnlaceServerProcess *self)
{
  switch (self->state)
    {
    case ENLACE_SERVER_UNLOCKING:
      return unlock (self);

    case ENLACE_SERVER_PREPARING:
      return prepare (self);

    case ENLACE_SERVER_STARTING:
      return start (self);

    case ENLACE_SERVER_READY:
      return serve (self);

    case ENLACE_SERVER_RESTARTING:
      return wait_to_restart (self);

    case ENLACE_SERVER_STOPPING:
      return end (self);

    case ENLACE_SERVER_STOPPED:
    case ENLACE_SERVER_FAILED:
    default:
      g_assert_not_reached ();
    }
}

static DexFuture *
life_fiber (gpointer user_data)
{
  EnlaceServerProcess *self = user_data;

  while (self->state != ENLACE_SERVER_STOPPED && self->state != ENLACE_SERVER_FAILED)
    set_state (self, advance (self));

  return dex_future_new_for_boolean (TRUE);
}

static void
enlace_server_process_finalize (GObject *object)
{
  EnlaceServerProcess *self = ENLACE_SERVER_PROCESS (object);

  dex_clear (&self->life);
  dex_clear (&self->stop);
  clear_process (self);
  g_clear_error (&self->failure);
  g_clear_pointer (&self->master_key, g_bytes_unref);
  g_free (self->key);
  g_free (self->program);
  g_free (self->data_dir);
  g_free (self->last_words);

  G_OBJECT_CLASS (enlace_server_process_parent_class)->finalize (object);
}

static void
enlace_server_process_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  EnlaceServerProcess *self = ENLACE_SERVER_PROCESS (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;

    case PROP_PLACE:
      g_value_set_uint (value, self->place);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_server_process_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  EnlaceServerProcess *self = ENLACE_SERVER_PROCESS (object);

  switch (prop_id)
    {
    case PROP_PORT:
      self->port = g_value_get_uint (value);
      break;

    case PROP_PLACE:
      self->place = g_value_get_uint (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_server_process_class_init (EnlaceServerProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enlace_server_process_finalize;
  object_class->get_property = enlace_server_process_get_property;
  object_class->set_property = enlace_server_process_set_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, ENLACE_TYPE_SERVER_STATE, ENLACE_SERVER_STOPPED,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PORT] =
    g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PLACE] =
    g_param_spec_uint ("place", NULL, NULL, ENLACE_SECRETS_KEYRING, ENLACE_SECRETS_FILE, ENLACE_SECRETS_KEYRING,
                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[MOVED] = g_signal_new ("moved", ENLACE_TYPE_SERVER_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
enlace_server_process_init (EnlaceServerProcess *self)
{
  self->parent_fd = -1;
}

EnlaceServerProcess *
enlace_server_process_new (const char *program,
                           const char *data_dir)
{
  EnlaceServerProcess *self;

  g_return_val_if_fail (program != NULL && data_dir != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_SERVER_PROCESS, NULL);
  self->program = g_strdup (program);
  self->data_dir = g_strdup (data_dir);

  return self;
}

void
enlace_server_process_start (EnlaceServerProcess *self)
{
  g_return_if_fail (ENLACE_IS_SERVER_PROCESS (self));

  if (self->state != ENLACE_SERVER_STOPPED && self->state != ENLACE_SERVER_FAILED)
    return;

  dex_clear (&self->life);
  dex_clear (&self->stop);
  self->stop = dex_cancellable_new ();
  self->stopping = FALSE;
  self->failures = 0;
  self->held_since = 0;
  g_clear_error (&self->failure);

  set_state (self, ENLACE_SERVER_UNLOCKING);
  self->life = enlace_fiber_spawn (life_fiber, g_object_ref (self), g_object_unref);
}

DexFuture *
enlace_server_process_stop (EnlaceServerProcess *self)
{
  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), NULL);

  if (self->life == NULL || self->state == ENLACE_SERVER_STOPPED || self->state == ENLACE_SERVER_FAILED)
    return dex_future_new_for_boolean (TRUE);

  if (!self->stopping)
    {
      self->stopping = TRUE;
      dex_cancellable_cancel (self->stop);
    }

  return dex_ref (self->life);
}

EnlaceServerState
enlace_server_process_get_state (EnlaceServerProcess *self)
{
  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), ENLACE_SERVER_STOPPED);

  return self->state;
}

const char *
enlace_server_process_get_address (EnlaceServerProcess *self)
{
  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), NULL);

  return self->address;
}

const char *
enlace_server_process_get_key (EnlaceServerProcess *self)
{
  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), NULL);

  return self->key;
}

const GError *
enlace_server_process_get_failure (EnlaceServerProcess *self)
{
  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), NULL);

  return self->failure;
}

const char *
enlace_server_process_get_data_dir (EnlaceServerProcess *self)
{
  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), NULL);

  return self->data_dir;
}

gboolean
enlace_server_process_has_store (EnlaceServerProcess *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), FALSE);

  path = g_build_filename (self->data_dir, STORE_NAME, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

GPid
enlace_server_process_get_pid (EnlaceServerProcess *self)
{
  const char *identifier;

  g_return_val_if_fail (ENLACE_IS_SERVER_PROCESS (self), 0);

  identifier = self->process != NULL ? g_subprocess_get_identifier (self->process) : NULL;

  return identifier != NULL ? (GPid) g_ascii_strtoll (identifier, NULL, 10) : 0;
}
