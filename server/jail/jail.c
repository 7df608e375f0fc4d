/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-jail"

#include "server/jail/jail.h"

#include "server/jail/process.h"

/* A process that nobody called for so long is ended. */
#define MAX_IDLE (60 * G_USEC_PER_SEC)
#define SWEEP_SECONDS 15
/* A task that waited so long takes the process of another organisation even where that has more tasks for it. */
#define MAX_PATIENCE (20 * G_TIME_SPAN_MILLISECOND)

struct _EnlaceJail {
  char         *program;
  guint         max_processes;
  GMainContext *context;
  GThread      *thread;
  int           is_stopping;    /* atomic */
  int           n_processes;    /* atomic */

  /* The thread's own. */
  GQueue        waiting;        /* EnlaceJailTask, owned */
  GPtrArray    *processes;      /* EnlaceJailProcess, owned */
};

/* What the thread does next for a task. */
typedef void (*TaskFunc) (EnlaceJail     *self,
                          EnlaceJailTask *task);

typedef struct {
  EnlaceJailTask *task;         /* owned */
  TaskFunc        func;
} Message;

static void dispatch (EnlaceJail *self);

static gboolean
is_of (EnlaceJailProcess *process,
       const EnlaceUuid  *organisation_id)
{
  return process->n_calls > 0 && enlace_uuid_equal (&process->organisation_id, organisation_id);
}

/* An idle process for a task: one of its organisation, else one that was never used. */
static EnlaceJailProcess *
choose (EnlaceJail     *self,
        EnlaceJailTask *task)
{
  EnlaceJailProcess *unused = NULL;

  for (guint i = 0; i < self->processes->len; i++)
    {
      EnlaceJailProcess *process = self->processes->pdata[i];

      if (process->state != ENLACE_JAIL_PROCESS_IDLE)
        continue;
      if (is_of (process, &task->organisation_id))
        return process;
      if (process->n_calls == 0)
        unused = process;
    }

  return unused;
}

static guint
count (EnlaceJail             *self,
       EnlaceJailProcessState  state,
       gboolean                is_unused)
{
  guint n = 0;

  for (guint i = 0; i < self->processes->len; i++)
    {
      EnlaceJailProcess *process = self->processes->pdata[i];

      n += process->state == state && (!is_unused || process->n_calls == 0);
    }

  return n;
}

static void
discard (EnlaceJail        *self,
         EnlaceJailProcess *process)
{
  g_ptr_array_remove_fast (self->processes, process);
  g_atomic_int_set (&self->n_processes, (int) self->processes->len);
}

static void
fail_all (EnlaceJail   *self,
          const GError *error)
{
  EnlaceJailTask *task;

  while ((task = g_queue_pop_head (&self->waiting)) != NULL)
    {
      enlace_jail_task_fail (task, g_error_copy (error));
      enlace_jail_task_unref (task);
    }
}

static void
process_cb (EnlaceJailProcess *process,
            EnlaceJailResult  *result,
            const GError      *error,
            gpointer           data)
{
  EnlaceJail *self = data;
  gboolean is_starting = process->state == ENLACE_JAIL_PROCESS_STARTING;

  if (result != NULL)
    enlace_jail_task_answer (process->task, result);
  else if (error != NULL && process->state == ENLACE_JAIL_PROCESS_BUSY)
    enlace_jail_task_fail (process->task, g_error_copy (error));
  if (error != NULL)
    g_warning ("%s", error->message);

  if (process->is_spent)
    discard (self, process);
  /* Another one would refuse as well: whoever waits is told, and the next call tries again. */
  if (error != NULL && is_starting)
    fail_all (self, error);
  else
    dispatch (self);
}

static gboolean
start_process (EnlaceJail *self)
{
  g_autoptr(GError) error = NULL;
  EnlaceJailProcess *process = enlace_jail_process_new (self->program, self->context, process_cb, self, &error);

  if (process == NULL)
    {
      g_warning ("%s", error->message);
      fail_all (self, error);
      return FALSE;
    }

  g_ptr_array_add (self->processes, process);
  g_atomic_int_set (&self->n_processes, (int) self->processes->len);
  return TRUE;
}

/* Ends a process of an organisation that does not need it now, for another's. */
static gboolean
make_room (EnlaceJail *self)
{
  EnlaceJailProcess *oldest = NULL;

  if (self->processes->len < self->max_processes)
    return TRUE;

  for (guint i = 0; i < self->processes->len; i++)
    {
      EnlaceJailProcess *process = self->processes->pdata[i];

      if (process->state == ENLACE_JAIL_PROCESS_IDLE && (oldest == NULL || process->since < oldest->since))
        oldest = process;
    }
  if (oldest != NULL)
    discard (self, oldest);

  return oldest != NULL;
}

/* Starts processes for the first `n_tasks` that wait, as far as there is room. FALSE: there is none, or they do not start. */
static gboolean
start_for (EnlaceJail *self,
           guint       n_tasks)
{
  while (n_tasks > count (self, ENLACE_JAIL_PROCESS_STARTING, FALSE))
    if (!make_room (self) || !start_process (self))
      return FALSE;

  return TRUE;
}

/* Hands out the idle processes, to those who came first. A process stays with its organisation while that has tasks, unless somebody waits for long. */
static void
hand_out (EnlaceJail *self)
{
  gint64 now = g_get_monotonic_time ();
  guint n_left = 0;

  for (GList *link = self->waiting.head, *next; link != NULL; link = next)
    {
      EnlaceJailTask *task = link->data;
      EnlaceJailProcess *process = choose (self, task);

      next = link->next;
      if (process != NULL)
        {
          g_queue_delete_link (&self->waiting, link);
          task->process = process;
          enlace_jail_process_begin (process, task);
          enlace_jail_task_unref (task);
        }
      else if (now - task->since >= MAX_PATIENCE && !start_for (self, ++n_left))
        break;
    }
}

/* Hands out what there is, then starts what is missing: a process for each task that waits, and one to spare while some work. */
static void
dispatch (EnlaceJail *self)
{
  hand_out (self);
  start_for (self, self->waiting.length);

  if (self->processes->len < self->max_processes && count (self, ENLACE_JAIL_PROCESS_BUSY, FALSE) > 0
      && count (self, ENLACE_JAIL_PROCESS_STARTING, FALSE) + count (self, ENLACE_JAIL_PROCESS_IDLE, TRUE) == 0)
    start_process (self);
}

static void
add_task (EnlaceJail     *self,
          EnlaceJailTask *task)
{
  if (g_atomic_int_get (&self->is_stopping))
    {
      enlace_jail_task_fail (task, g_error_new_literal (ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_STOPPED, "The server is stopping"));
      return;
    }

  if (!task->is_answered)
    g_queue_push_tail (&self->waiting, enlace_jail_task_ref (task));
  dispatch (self);
}

/* Nobody waits for it any more: a process that runs it is killed at once. */
static void
drop_task (EnlaceJail     *self,
           EnlaceJailTask *task)
{
  EnlaceJailProcess *process = task->process;

  if (task->is_answered)
    return;

  if (g_queue_remove (&self->waiting, task))
    enlace_jail_task_unref (task);
  enlace_jail_task_fail (task, g_error_new_literal (ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_STOPPED, "The call was cancelled"));
  if (process != NULL)
    discard (self, process);
  dispatch (self);
}

static gboolean
message_cb (gpointer data)
{
  Message *message = data;

  message->func (message->task->jail, message->task);
  return G_SOURCE_REMOVE;
}

static void
message_free (gpointer data)
{
  Message *message = data;

  enlace_jail_task_unref (message->task);
  g_free (message);
}

/* Has the thread do something for a task, after what it was given before. */
static void
post (EnlaceJailTask *task,
      TaskFunc        func)
{
  g_autoptr(GSource) source = g_idle_source_new ();
  Message *message = g_new (Message, 1);

  *message = (Message) { enlace_jail_task_ref (task), func };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, message_cb, message, message_free);
  g_source_attach (source, task->jail->context);
}

static void
cancelled_cb (GCancellable *cancellable,
              gpointer      data)
{
  post (data, drop_task);
}

static gboolean
sweep_cb (gpointer data)
{
  EnlaceJail *self = data;
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->processes->len; i > 0; i--)
    {
      EnlaceJailProcess *process = self->processes->pdata[i - 1];

      if (process->state == ENLACE_JAIL_PROCESS_IDLE && now - process->since > MAX_IDLE)
        discard (self, process);
    }

  return G_SOURCE_CONTINUE;
}

static void
close_all (EnlaceJail *self)
{
  g_autoptr(GError) error = g_error_new_literal (ENLACE_JAIL_ERROR, ENLACE_JAIL_ERROR_STOPPED, "The server is stopping");

  for (guint i = 0; i < self->processes->len; i++)
    {
      EnlaceJailProcess *process = self->processes->pdata[i];

      if (process->state == ENLACE_JAIL_PROCESS_BUSY)
        enlace_jail_task_fail (process->task, g_error_copy (error));
    }
  fail_all (self, error);
  g_ptr_array_set_size (self->processes, 0);
  g_atomic_int_set (&self->n_processes, 0);
}

/* The processes die with this thread, so it lives as long as the jail. */
static gpointer
thread_func (gpointer data)
{
  EnlaceJail *self = data;
  g_autoptr(GSource) sweep = g_timeout_source_new_seconds (SWEEP_SECONDS);

  g_main_context_push_thread_default (self->context);
  g_source_set_callback (sweep, sweep_cb, self, NULL);
  g_source_attach (sweep, self->context);

  while (!g_atomic_int_get (&self->is_stopping))
    g_main_context_iteration (self->context, TRUE);

  close_all (self);
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_source_destroy (sweep);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

char *
enlace_jail_find_program (void)
{
  /* Installed beside the server; in a folder of its own where both were built. */
  static const char *const names[] = { "enlace-jail", "jail/enlace-jail" };
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;

  for (gsize i = 0; folder != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

EnlaceJail *
enlace_jail_new (const char *program,
                 guint       max_processes)
{
  EnlaceJail *self;

  g_return_val_if_fail (program != NULL, NULL);

  self = g_new0 (EnlaceJail, 1);
  self->program = g_strdup (program);
  self->max_processes = max_processes > 0 ? max_processes : MAX (g_get_num_processors (), 2);
  self->context = g_main_context_new ();
  self->processes = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_jail_process_free);
  g_queue_init (&self->waiting);
  self->thread = g_thread_new ("jail", thread_func, self);

  return self;
}

DexFuture *
enlace_jail_call (EnlaceJail           *self,
                  const EnlaceJailCall *call)
{
  g_autoptr(EnlaceJailTask) task = NULL;
  GError *error = NULL;
  DexFuture *future;

  g_return_val_if_fail (self != NULL && call != NULL && call->code != NULL && call->input != NULL, NULL);
  g_return_val_if_fail (call->timeout_ms >= 1 && call->timeout_ms <= ENLACE_JAIL_MAX_TIMEOUT_MS, NULL);

  task = enlace_jail_task_new (self, call, &error);
  if (task == NULL)
    return dex_future_new_for_error (error);

  future = dex_ref (DEX_FUTURE (task->promise));
  /* Before it is handed over, since the thread may be done with it a moment later. */
  enlace_jail_task_watch (task, G_CALLBACK (cancelled_cb));
  post (task, add_task);

  return future;
}

guint
enlace_jail_count (EnlaceJail *self)
{
  return (guint) g_atomic_int_get (&self->n_processes);
}

void
enlace_jail_free (EnlaceJail *self)
{
  g_atomic_int_set (&self->is_stopping, TRUE);
  g_main_context_wakeup (self->context);
  g_thread_join (self->thread);

  g_ptr_array_unref (self->processes);
  g_main_context_unref (self->context);
  g_free (self->program);
  g_free (self);
}
