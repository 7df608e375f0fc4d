/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-jail"

#include "server/jail/process.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 10000
/* The process itself says when it is late, with what the console said until then. This is for one that does not. */
#define GRACE_MS 100
#define CHUNK (64 * 1024)
/* A process is replaced after this many calls, or seconds of work. */
#define MAX_CALLS 1000
#define MAX_BUSY_TIME (300 * G_USEC_PER_SEC)

static gboolean ready_cb (int fd, GIOCondition condition, gpointer data);

/* Which statuses it ends with, and what they mean to the person who runs the server. */
static const struct {
  int         status;
  const char *reason;
} exits[] = {
  { ENLACE_JAIL_EXIT_LIMITS, "it cannot limit itself" },
  { ENLACE_JAIL_EXIT_FILTER, "it cannot install its filter of system calls (seccomp)" },
  { ENLACE_JAIL_EXIT_UNFILTERED, "its filter of system calls (seccomp) is not in force" },
  { ENLACE_JAIL_EXIT_ENGINE, "its JavaScript engine does not keep to the time that it is given" },
  { 127, "it cannot be started" },
};

static void
set_watch (EnlaceJailProcess *self,
           GIOCondition       condition)
{
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);

  self->watch = g_unix_fd_source_new (self->fd, condition);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (ready_cb), self, NULL);
  g_source_attach (self->watch, self->context);
}

static void
clear_deadline (EnlaceJailProcess *self)
{
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
}

/* Ends the process; its wait status. */
static int
reap (EnlaceJailProcess *self)
{
  int status = 0;

  if (self->pid == 0)
    return 0;

  kill (self->pid, SIGKILL);
  while (waitpid (self->pid, &status, 0) < 0 && errno == EINTR)
    continue;
  self->pid = 0;

  return status;
}

void
enlace_jail_process_free (EnlaceJailProcess *self)
{
  clear_deadline (self);
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  reap (self);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->task, enlace_jail_task_unref);
  g_byte_array_unref (self->received);
  g_main_context_unref (self->context);
  g_free (self);
}

static GError *
describe_end (EnlaceJailProcess *self)
{
  gboolean is_starting = self->state == ENLACE_JAIL_PROCESS_STARTING;
  int status = reap (self);

  for (gsize i = 0; is_starting && WIFEXITED (status) && i < G_N_ELEMENTS (exits); i++)
    if (WEXITSTATUS (status) == exits[i].status)
      return g_error_new (ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_START, "JavaScript cannot run on this machine: enlace-jail refuses to work, since %s",
                          exits[i].reason);
  if (WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS)
    return g_error_new_literal (ENLACE_JAIL_ERROR, is_starting ? ENLACE_JAIL_ERROR_START : ENLACE_JAIL_ERROR_LOST,
                                "The JavaScript process was ended by the system: it called what it may not call");
  if (WIFSIGNALED (status))
    return g_error_new (ENLACE_JAIL_ERROR, is_starting ? ENLACE_JAIL_ERROR_START : ENLACE_JAIL_ERROR_LOST,
                        "The JavaScript process was ended by signal %d", WTERMSIG (status));

  return g_error_new (ENLACE_JAIL_ERROR, is_starting ? ENLACE_JAIL_ERROR_START : ENLACE_JAIL_ERROR_LOST,
                      "The JavaScript process ended with status %d", WIFEXITED (status) ? WEXITSTATUS (status) : -1);
}

/* Nothing of the process may be touched afterwards. */
static void
fail (EnlaceJailProcess *self,
      GError            *error)
{
  clear_deadline (self);
  self->is_spent = TRUE;
  self->func (self, NULL, error, self->data);
  g_error_free (error);
}

static void
answer (EnlaceJailProcess *self,
        EnlaceJailResult  *result)
{
  gint64 now = g_get_monotonic_time ();

  clear_deadline (self);
  self->busy_time += now - self->since;
  self->is_spent |= (result->outcome != ENLACE_JAIL_OUTPUT && result->outcome != ENLACE_JAIL_THROWN) || self->n_calls >= MAX_CALLS
                    || self->busy_time >= MAX_BUSY_TIME;
  self->state = ENLACE_JAIL_PROCESS_IDLE;
  self->since = now;
  g_byte_array_set_size (self->received, 0);
  self->func (self, result, NULL, self->data);
}

/* What was received: FALSE with an error where it is none of what it may be; *`is_whole` where there is a reply. */
static gboolean
look (EnlaceJailProcess  *self,
      gboolean           *is_whole,
      GError            **error)
{
  gssize size = enlace_jail_reply_check (self->received->data, self->received->len, error);
  gboolean is_ready = size > 0 && enlace_jail_reply_is_ready (self->received->data);

  *is_whole = size > 0 && (gsize) size == self->received->len;
  if (size < 0)
    return FALSE;
  if (self->state == ENLACE_JAIL_PROCESS_IDLE || (size > 0 && (self->received->len > (gsize) size || is_ready != (self->state == ENLACE_JAIL_PROCESS_STARTING))))
    {
      g_set_error_literal (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_LOST, "The JavaScript process spoke without being asked");
      return FALSE;
    }

  return TRUE;
}

static void
act (EnlaceJailProcess *self)
{
  GError *error = NULL;
  gboolean is_whole;

  if (!look (self, &is_whole, &error))
    fail (self, error);
  else if (is_whole && self->state == ENLACE_JAIL_PROCESS_BUSY)
    answer (self, enlace_jail_reply_parse (self->received->data));
  else if (is_whole)
    {
      clear_deadline (self);
      self->state = ENLACE_JAIL_PROCESS_IDLE;
      self->since = g_get_monotonic_time ();
      g_byte_array_set_size (self->received, 0);
      self->func (self, NULL, NULL, self->data);
    }
}

static void
receive (EnlaceJailProcess *self)
{
  guint before = self->received->len;
  ssize_t n;

  g_byte_array_set_size (self->received, before + CHUNK);
  n = read (self->fd, self->received->data + before, CHUNK);
  g_byte_array_set_size (self->received, before + (guint) MAX (n, 0));

  if (n > 0)
    act (self);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    fail (self, describe_end (self));
}

/* A process that reads no more is told apart when its end is read. */
static void
send_more (EnlaceJailProcess *self)
{
  GByteArray *request = self->task->request;

  while (self->n_sent < request->len)
    {
      ssize_t n = send (self->fd, request->data + self->n_sent, request->len - self->n_sent, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      self->n_sent += (gsize) n;
    }
}

static gboolean
ready_cb (int          fd,
          GIOCondition condition,
          gpointer     data)
{
  EnlaceJailProcess *self = data;

  if ((condition & G_IO_OUT) != 0 && self->task != NULL)
    {
      send_more (self);
      if (self->n_sent == self->task->request->len)
        set_watch (self, G_IO_IN);
    }
  if ((condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0)
    receive (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
late_cb (gpointer data)
{
  EnlaceJailProcess *self = data;
  g_autofree char *message = NULL;

  if (self->state != ENLACE_JAIL_PROCESS_BUSY)
    {
      fail (self, g_error_new_literal (ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_START, "The JavaScript process does not get ready"));
      return G_SOURCE_REMOVE;
    }

  message = g_strdup_printf ("The code ran for longer than %u ms", self->task->timeout_ms);
  reap (self);
  answer (self, enlace_jail_result_new (ENLACE_JAIL_TIME, message));
  return G_SOURCE_REMOVE;
}

static void
set_deadline (EnlaceJailProcess *self,
              guint              milliseconds)
{
  clear_deadline (self);
  self->deadline = g_timeout_source_new (milliseconds);
  g_source_set_callback (self->deadline, late_cb, self, NULL);
  g_source_attach (self->deadline, self->context);
}

void
enlace_jail_process_begin (EnlaceJailProcess *self,
                           EnlaceJailTask    *task)
{
  g_return_if_fail (self->state == ENLACE_JAIL_PROCESS_IDLE && !self->is_spent);

  g_clear_pointer (&self->task, enlace_jail_task_unref);
  self->task = enlace_jail_task_ref (task);
  self->organisation_id = task->organisation_id;
  self->n_calls++;
  self->n_sent = 0;
  self->state = ENLACE_JAIL_PROCESS_BUSY;
  self->since = g_get_monotonic_time ();
  set_deadline (self, task->timeout_ms + GRACE_MS);

  send_more (self);
  if (self->n_sent < task->request->len)
    set_watch (self, G_IO_IN | G_IO_OUT);
}

/* Without the signals and the environment of this process; the socket is its descriptor 0, and what it opens to say more is nothing. */
static gboolean
spawn (EnlaceJailProcess  *self,
       const char         *program,
       int                 end,
       GError            **error)
{
  char *const arguments[] = { (char *) "enlace-jail", NULL };
  char *const environment[] = { NULL };
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, all;
  int result;

  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, end, STDIN_FILENO);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setsigmask (&attributes, &none);
  result = posix_spawn (&self->pid, program, &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);

  if (result != 0)
    {
      self->pid = 0;
      g_set_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_START, "JavaScript cannot run: enlace-jail cannot be started: %s", g_strerror (result));
    }
  return result == 0;
}

EnlaceJailProcess *
enlace_jail_process_new (const char             *program,
                         GMainContext           *context,
                         EnlaceJailProcessFunc   func,
                         gpointer                data,
                         GError                **error)
{
  g_autoptr(EnlaceJailProcess) self = g_new0 (EnlaceJailProcess, 1);
  gboolean is_spawned;
  int ends[2];

  self->context = g_main_context_ref (context);
  self->func = func;
  self->data = data;
  self->fd = -1;
  self->received = g_byte_array_new ();
  self->since = g_get_monotonic_time ();
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error, ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_START, "JavaScript cannot run: %s", g_strerror (errno));
      return NULL;
    }

  self->fd = ends[0];
  is_spawned = spawn (self, program, ends[1], error);
  close (ends[1]);
  if (!is_spawned || !g_unix_set_fd_nonblocking (self->fd, TRUE, error))
    return NULL;

  set_watch (self, G_IO_IN);
  set_deadline (self, START_MS);
  return g_steal_pointer (&self);
}
