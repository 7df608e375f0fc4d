/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <signal.h>

#include "server/outbound/client.h"
#include "server/outbound/transfer.h"

/* Easy handles kept for the next request. */
#define MAX_SPARE 64

typedef enum {
  CALL_QUEUED,
  CALL_RUNNING,
  CALL_DONE,
} CallState;

typedef struct {
  gatomicrefcount references;
  EnlaceOutbound *outbound;
  EnlaceOutboundTransfer *transfer;
  EnlaceOutboundCallback callback;
  gpointer data;
  GCancellable *cancellable; /* nullable */
  gulong cancelled_id;
  gint is_cancelled; /* atomic */

  /* the client's thread alone */
  CallState state;
  CURL *easy;
  GList link; /* in `incoming`, then in `running` */
} Call;

/* What a request is sent with besides itself; changed by setters at any time. */
typedef struct {
  EnlaceAddressGuard *guard;
  char *authorities;         /* nullable */
  struct curl_slist *hosts;  /* nullable */
} Settings;

struct _EnlaceOutbound {
  GThread *thread;
  EnlaceOutboundLoop *loop;

  GMutex lock;
  GQueue incoming;      /* Call, by link */
  GPtrArray *cancels;   /* Call */
  Settings *changed;    /* NULL: no change since the thread looked */
  Settings *latest;     /* a copy of what was set last, for the next change */
  gboolean is_waiting;  /* the thread waits, or is about to, and must be woken */
  gboolean is_stopping;

  /* the client's thread alone */
  Settings *settings;
  GQueue running; /* Call, by link */
  GPtrArray *spare; /* CURL */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CURL, curl_easy_cleanup)

static struct curl_slist *
copy_list (const struct curl_slist *list)
{
  struct curl_slist *copy = NULL;

  for (; list != NULL; list = list->next)
    copy = curl_slist_append (copy, list->data);

  return copy;
}

static Settings *
settings_copy (const Settings *settings)
{
  Settings *copy = g_new0 (Settings, 1);

  copy->guard = enlace_address_guard_ref (settings->guard);
  copy->authorities = g_strdup (settings->authorities);
  copy->hosts = copy_list (settings->hosts);

  return copy;
}

static void
settings_free (Settings *settings)
{
  enlace_address_guard_unref (settings->guard);
  g_free (settings->authorities);
  curl_slist_free_all (settings->hosts);
  g_free (settings);
}

static Call *
call_ref (Call *call)
{
  g_atomic_ref_count_inc (&call->references);

  return call;
}

static void
call_unref (gpointer data)
{
  Call *call = data;

  if (!g_atomic_ref_count_dec (&call->references))
    return;

  g_clear_object (&call->cancellable);
  enlace_outbound_transfer_free (call->transfer);
  g_free (call);
}

static CURL *
take_easy (EnlaceOutbound *self)
{
  CURL *easy;

  if (self->spare->len > 0)
    return g_ptr_array_steal_index_fast (self->spare, self->spare->len - 1);

  easy = curl_easy_init ();
  if (easy != NULL)
    enlace_outbound_transfer_set_up (easy, self->loop);

  return easy;
}

static void
give_back_easy (EnlaceOutbound *self, Call *call, gboolean is_sound)
{
  g_autoptr(CURL) easy = g_steal_pointer (&call->easy);

  curl_multi_remove_handle (enlace_outbound_loop_get_multi (self->loop), easy);
  if (!is_sound || self->spare->len == MAX_SPARE || enlace_outbound_transfer_was_retried (call->transfer))
    return;

  enlace_outbound_transfer_release (easy);
  g_ptr_array_add (self->spare, g_steal_pointer (&easy));
}

/* Ends a call for good; takes `reply` or `error`. */
static void
finish_call (EnlaceOutbound *self, Call *call, EnlaceOutboundReply *reply, GError *error)
{
  if (call->easy != NULL)
    give_back_easy (self, call, reply != NULL);
  if (call->state == CALL_RUNNING)
    g_queue_unlink (&self->running, &call->link);
  call->state = CALL_DONE;

  if (call->cancelled_id != 0)
    g_cancellable_disconnect (call->cancellable, call->cancelled_id);
  call->callback (reply, error, call->data);
  call_unref (call);
}

static void
cancel_call (EnlaceOutbound *self, Call *call)
{
  finish_call (self, call, NULL,
               enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_CANCELLED,
                                          enlace_outbound_transfer_is_left (call->transfer),
                                          "The request was cancelled"));
}

/* Prepares the next hop and hands it to libcurl, or ends the call. */
static void
advance_call (EnlaceOutbound *self, Call *call)
{
  GError *error = NULL;

  if (!enlace_outbound_transfer_prepare (call->transfer, call->easy, self->loop, self->settings->guard, &error))
    {
      finish_call (self, call, NULL, error);
      return;
    }

  curl_easy_setopt (call->easy, CURLOPT_PRIVATE, call);
  if (self->settings->authorities != NULL)
    curl_easy_setopt (call->easy, CURLOPT_CAINFO, self->settings->authorities);
  if (self->settings->hosts != NULL)
    curl_easy_setopt (call->easy, CURLOPT_RESOLVE, self->settings->hosts);
  curl_multi_add_handle (enlace_outbound_loop_get_multi (self->loop), call->easy);
}

static void
start_call (EnlaceOutbound *self, Call *call)
{
  call->state = CALL_RUNNING;
  g_queue_push_tail_link (&self->running, &call->link);

  if (g_atomic_int_get (&call->is_cancelled))
    {
      cancel_call (self, call);
      return;
    }

  call->easy = take_easy (self);
  if (call->easy == NULL)
    finish_call (self, call, NULL,
                 enlace_outbound_error_new (ENLACE_OUTBOUND_ERROR_CONNECT, FALSE, "There is no memory for the request"));
  else
    advance_call (self, call);
}

static void
end_hop (EnlaceOutbound *self, Call *call, CURLcode code)
{
  EnlaceOutboundReply *reply = NULL;
  GError *error = NULL;

  switch (enlace_outbound_transfer_finish (call->transfer, call->easy, code, &reply, &error))
    {
    case ENLACE_OUTBOUND_TRANSFER_AGAIN:
      curl_multi_remove_handle (enlace_outbound_loop_get_multi (self->loop), call->easy);
      advance_call (self, call);
      break;
    case ENLACE_OUTBOUND_TRANSFER_DONE:
    case ENLACE_OUTBOUND_TRANSFER_FAILED:
    default:
      finish_call (self, call, reply, error);
      break;
    }
}

static void
collect_finished (EnlaceOutbound *self)
{
  CURLM *multi = enlace_outbound_loop_get_multi (self->loop);
  CURLMsg *message;
  int n_left;

  while ((message = curl_multi_info_read (multi, &n_left)) != NULL)
    {
      CURLcode code = message->data.result;
      char *call = NULL;

      if (message->msg != CURLMSG_DONE)
        continue;
      curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &call);
      end_hop (self, (Call *) (gpointer) call, code);
    }
}

/* With other authorities no easy handle and no connection of before may be used again. */
static void
apply_settings (EnlaceOutbound *self, Settings *settings)
{
  g_clear_pointer (&self->settings, settings_free);
  self->settings = settings;
  g_ptr_array_set_size (self->spare, 0);
}

/* Takes over what other threads asked for. Returns whether the thread goes on. */
static gboolean
take_orders (EnlaceOutbound *self, gboolean *may_wait)
{
  GQueue incoming;
  g_autoptr(GPtrArray) cancels = NULL;
  Settings *changed;
  gboolean is_stopping;

  g_mutex_lock (&self->lock);
  incoming = self->incoming;
  g_queue_init (&self->incoming);
  if (self->cancels->len > 0)
    {
      cancels = g_steal_pointer (&self->cancels);
      self->cancels = g_ptr_array_new_with_free_func (call_unref);
    }
  changed = g_steal_pointer (&self->changed);
  is_stopping = self->is_stopping;
  *may_wait = self->is_waiting = incoming.length == 0 && cancels == NULL && changed == NULL;
  g_mutex_unlock (&self->lock);

  if (changed != NULL)
    apply_settings (self, changed);
  while (incoming.length > 0)
    start_call (self, g_queue_pop_head_link (&incoming)->data);
  for (guint i = 0; cancels != NULL && i < cancels->len; i++)
    {
      Call *call = cancels->pdata[i];

      if (call->state == CALL_RUNNING)
        cancel_call (self, call);
    }

  return !is_stopping;
}

static void
stop (EnlaceOutbound *self)
{
  gboolean may_wait;

  /* A callback may send again what was cancelled: that ends the same way. */
  do
    {
      while (self->running.length > 0)
        cancel_call (self, self->running.head->data);
      take_orders (self, &may_wait);
    }
  while (self->running.length > 0);

  g_clear_pointer (&self->spare, g_ptr_array_unref);
  g_clear_pointer (&self->loop, enlace_outbound_loop_free);
  g_clear_pointer (&self->settings, settings_free);
}

static gpointer
run (gpointer data)
{
  EnlaceOutbound *self = data;
  gboolean may_wait;
  sigset_t signals;

  /* Signals belong to the main thread, and a broken connection is an error like others. */
  sigfillset (&signals);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);

  while (take_orders (self, &may_wait))
    {
      enlace_outbound_loop_turn (self->loop, may_wait);
      collect_finished (self);
    }
  stop (self);

  return NULL;
}

/* Whether the thread has to be woken; the lock is held. One wake-up serves all that is asked for until it runs. */
static gboolean
needs_wake (EnlaceOutbound *self)
{
  gboolean needed = self->is_waiting;

  self->is_waiting = FALSE;

  return needed;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  Call *call = data;
  EnlaceOutbound *self = call->outbound;
  gboolean wake;

  g_atomic_int_set (&call->is_cancelled, TRUE);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->cancels, call_ref (call));
  wake = needs_wake (self);
  g_mutex_unlock (&self->lock);

  if (wake)
    enlace_outbound_loop_wake (self->loop);
}

/* Hands the thread a copy of what was set; called with the lock held, returns without it. */
static void
change_settings (EnlaceOutbound *self)
{
  gboolean wake;

  g_clear_pointer (&self->changed, settings_free);
  self->changed = settings_copy (self->latest);
  wake = needs_wake (self);
  g_mutex_unlock (&self->lock);

  if (wake)
    enlace_outbound_loop_wake (self->loop);
}

static void
resolve_promise_cb (EnlaceOutboundReply *reply, GError *error, gpointer data)
{
  g_autoptr(DexPromise) promise = data;

  if (reply != NULL)
    dex_promise_resolve_boxed (promise, ENLACE_TYPE_OUTBOUND_REPLY, reply);
  else
    dex_promise_reject (promise, error);
}

EnlaceOutbound *
enlace_outbound_new (EnlaceAddressGuard *guard, GError **error)
{
  EnlaceOutbound *self;
  EnlaceOutboundLoop *loop;

  g_return_val_if_fail (guard != NULL, NULL);

  curl_global_init (CURL_GLOBAL_DEFAULT);
  loop = enlace_outbound_loop_new (error);
  if (loop == NULL)
    return NULL;

  self = g_new0 (EnlaceOutbound, 1);
  self->loop = loop;
  g_mutex_init (&self->lock);
  g_queue_init (&self->incoming);
  g_queue_init (&self->running);
  self->cancels = g_ptr_array_new_with_free_func (call_unref);
  self->spare = g_ptr_array_new_with_free_func (curl_easy_cleanup);
  self->latest = g_new0 (Settings, 1);
  self->latest->guard = enlace_address_guard_ref (guard);
  self->settings = settings_copy (self->latest);
  self->thread = g_thread_try_new ("outbound", run, self, error);
  if (self->thread == NULL)
    {
      stop (self);
      g_clear_pointer (&self->latest, settings_free);
      g_clear_pointer (&self->cancels, g_ptr_array_unref);
      g_mutex_clear (&self->lock);
      g_free (self);
      return NULL;
    }

  return self;
}

void
enlace_outbound_free (EnlaceOutbound *self)
{
  g_return_if_fail (self != NULL && g_thread_self () != self->thread);

  /* Under the lock, since the thread frees the loop as soon as it has seen this. */
  g_mutex_lock (&self->lock);
  self->is_stopping = TRUE;
  if (needs_wake (self))
    enlace_outbound_loop_wake (self->loop);
  g_mutex_unlock (&self->lock);

  g_thread_join (self->thread);
  g_clear_pointer (&self->changed, settings_free);
  g_clear_pointer (&self->latest, settings_free);
  g_clear_pointer (&self->cancels, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
enlace_outbound_set_guard (EnlaceOutbound *self, EnlaceAddressGuard *guard)
{
  g_return_if_fail (self != NULL && guard != NULL);

  enlace_address_guard_ref (guard);
  g_mutex_lock (&self->lock);
  enlace_address_guard_unref (self->latest->guard);
  self->latest->guard = guard;
  change_settings (self);
}

void
enlace_outbound_set_authorities (EnlaceOutbound *self, const char *path)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  g_set_str (&self->latest->authorities, path);
  change_settings (self);
}

void
enlace_outbound_set_hosts (EnlaceOutbound *self, const char * const *entries)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->latest->hosts, curl_slist_free_all);
  for (gsize i = 0; entries != NULL && entries[i] != NULL; i++)
    self->latest->hosts = curl_slist_append (self->latest->hosts, entries[i]);
  change_settings (self);
}

void
enlace_outbound_send_async (EnlaceOutbound *self, EnlaceOutboundRequest *request, GCancellable *cancellable,
                            EnlaceOutboundCallback callback, gpointer user_data)
{
  gboolean wake;
  Call *call;

  g_return_if_fail (self != NULL && request != NULL && callback != NULL);

  call = g_new0 (Call, 1);
  g_atomic_ref_count_init (&call->references);
  call->outbound = self;
  call->transfer = enlace_outbound_transfer_new (request, g_get_monotonic_time ());
  call->callback = callback;
  call->data = user_data;
  call->link.data = call;

  /* Before it is queued, since the thread may be done with it a moment later. */
  if (cancellable != NULL)
    {
      call->cancellable = g_object_ref (cancellable);
      call->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), call_ref (call), call_unref);
    }

  g_mutex_lock (&self->lock);
  g_queue_push_tail_link (&self->incoming, &call->link);
  wake = needs_wake (self);
  g_mutex_unlock (&self->lock);

  if (wake)
    enlace_outbound_loop_wake (self->loop);
}

DexFuture *
enlace_outbound_send (EnlaceOutbound *self, EnlaceOutboundRequest *request)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  enlace_outbound_send_async (self, request, dex_promise_get_cancellable (promise), resolve_promise_cb,
                              dex_ref (promise));

  return DEX_FUTURE (promise);
}
