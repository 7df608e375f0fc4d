/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <string.h>

#include "server/http/exchange.h"

#include "server/api/state.h"
#include "server/http/respond.h"

/* A refused request's body up to this size is read and thrown away, so that the connection can be kept. */
#define MAX_THROWN_AWAY (64 * 1024)
/* The same of a body whose size was not said beforehand and that turned out to be too large: the answer can only be sent after it. */
#define MAX_EXCESS (16 * 1024 * 1024)
#define MAX_FIRST_ROOM (64 * 1024)

struct _EnlaceExchange
{
  EnlaceExchanges *owner;
  struct MHD_Connection *connection;
  EnlacePeer *peer;
  EnlaceRequest *request;

  const char *target_problem;
  EnlaceReply *refusal;      /* sent when the body has been read */
  GByteArray *body;
  gsize received;
  gboolean has_head;
  gboolean has_run;
  gboolean is_queued;
  gboolean is_broken;        /* nothing more is read from the connection */

  EnlaceRequestClass class;
  guint status;
  gint64 started_at;

  EnlaceStream *stream;      /* of an answer that goes on */

  EnlaceExchange **list;     /* the owner's that it is in */
  EnlaceExchange *previous, *next;
};

static void
resume_cb (EnlaceRequest *request)
{
  MHD_resume_connection (((EnlaceExchange *) request->door)->connection);
}

EnlaceExchange *
enlace_exchange_new (EnlaceExchanges       *owner,
                     struct MHD_Connection *connection,
                     EnlacePeer            *peer,
                     const char            *target)
{
  EnlaceExchange *self = g_new0 (EnlaceExchange, 1);

  self->owner = owner;
  self->connection = connection;
  self->peer = peer;
  self->class = ENLACE_CLASS_SYSTEM;
  self->started_at = g_get_monotonic_time ();
  self->request = enlace_request_new (owner->gate.services);
  self->request->door = self;
  self->request->resume = resume_cb;
  self->request->is_local = self->request->is_from_loopback = enlace_peer_is_local (peer);
  g_strlcpy (self->request->address, enlace_peer_get_address (peer), sizeof self->request->address);
  if (enlace_target_parse (&self->request->target, target, &self->target_problem))
    self->target_problem = NULL;
  g_atomic_int_inc (&owner->n_under_way);

  return self;
}

/* The owner's lists: an exchange is in one of them at most */

static void
enter (EnlaceExchange  *self,
       EnlaceExchange **list)
{
  self->list = list;
  self->next = *list;
  self->previous = NULL;
  if (self->next != NULL)
    self->next->previous = self;
  *list = self;
}

static void
fall_asleep (EnlaceExchange *self)
{
  g_mutex_lock (&self->owner->lock);
  enter (self, &self->owner->asleep);
  g_mutex_unlock (&self->owner->lock);
}

static void
leave (EnlaceExchange *self)
{
  if (self->list == NULL)
    return;

  g_mutex_lock (&self->owner->lock);
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    *self->list = self->next;
  if (self->next != NULL)
    self->next->previous = self->previous;
  self->list = NULL;
  g_mutex_unlock (&self->owner->lock);
}

/* A stream that has ended lets its connection sleep no more, so that the server can be stopped. */
static void
begin_stream (EnlaceExchange *self,
              EnlaceStream   *stream)
{
  self->stream = enlace_stream_ref (stream);

  g_mutex_lock (&self->owner->lock);
  enter (self, &self->owner->streaming);
  if (g_atomic_int_get (&self->owner->is_stopping))
    enlace_stream_end (stream);
  g_mutex_unlock (&self->owner->lock);
}

void
enlace_exchange_free (EnlaceExchange *self)
{
  EnlaceExchanges *owner = self->owner;
  EnlaceApiState *state = owner->gate.services->state;

  leave (self);
  if (self->status != 0 && state != NULL)
    enlace_figures_record (state->figures, self->class, self->status, g_get_monotonic_time () - self->started_at);
  enlace_peer_set_phase (self->peer, ENLACE_PEER_HEAD);

  enlace_request_forget_head (self->request);
  enlace_request_unref (self->request);
  g_clear_pointer (&self->refusal, enlace_reply_free);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_clear_pointer (&self->stream, enlace_stream_unref);
  g_free (self);

  if (g_atomic_int_dec_and_test (&owner->n_under_way) && g_atomic_int_get (&owner->is_stopping))
    {
      g_mutex_lock (&owner->lock);
      g_cond_broadcast (&owner->cond);
      g_mutex_unlock (&owner->lock);
    }
}

gboolean
enlace_exchange_has_head (EnlaceExchange *self)
{
  return self->has_head;
}

static enum MHD_Result
send_reply (EnlaceExchange *self,
            EnlaceReply    *reply)
{
  EnlaceStream *stream = enlace_reply_get_stream (reply);

  self->is_queued = TRUE;
  self->status = enlace_reply_get_status (reply);
  if (stream != NULL)
    begin_stream (self, stream);
  enlace_peer_set_phase (self->peer, stream != NULL ? ENLACE_PEER_STREAM : ENLACE_PEER_REPLY);

  return enlace_respond (self->connection, reply, self->class,
                         self->is_broken || g_atomic_int_get (&self->owner->is_stopping));
}

static enum MHD_Result
take_header_cb (void               *data,
                enum MHD_ValueKind  kind,
                const char         *name,
                size_t              name_length,
                const char         *value,
                size_t              value_length)
{
  enlace_request_take_header (data, name, name_length, value, value_length);

  return MHD_YES;
}

/* A proxy on this machine speaks for others: they are not local. */
static gboolean
is_forwarded (EnlaceRequest *request)
{
  return enlace_request_get_header (request, "Forwarded") != NULL
         || enlace_request_get_header (request, "X-Forwarded-For") != NULL
         || enlace_request_get_header (request, "Via") != NULL;
}

static void
read_head (EnlaceExchange *self,
           const char     *method)
{
  EnlaceRequest *request = self->request;

  self->has_head = TRUE;
  g_strlcpy (request->method, method, sizeof request->method);
  MHD_get_connection_values_n (self->connection, MHD_HEADER_KIND, take_header_cb, request);
  request->is_local = request->is_local && !is_forwarded (request);
}

/* The size that is announced: 0 for none, MAXUINT64 for an unknown one. */
static guint64
get_announced (EnlaceRequest *request)
{
  const char *length = enlace_request_get_header (request, "Content-Length");

  if (enlace_request_get_header (request, "Transfer-Encoding") != NULL)
    return G_MAXUINT64;

  return length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;
}

static EnlaceReply *
new_stopping (void)
{
  EnlaceReply *reply = enlace_reply_new_problem (503, NULL, "The server is stopping.", NULL, NULL);

  enlace_reply_add_header (reply, "Retry-After", "5");

  return reply;
}

enum MHD_Result
enlace_exchange_head (EnlaceExchange *self,
                      const char     *method)
{
  EnlaceRequest *request = self->request;
  EnlaceReply *refusal;
  guint64 announced;

  read_head (self, method);
  if (g_atomic_int_get (&self->owner->is_stopping))
    refusal = new_stopping ();
  else
    refusal = enlace_gate_check_head (&self->owner->gate, request, self->target_problem, &self->is_broken);
  if (request->route != NULL)
    self->class = enlace_class_for_path (request->route->path);

  announced = get_announced (request);
  if (refusal != NULL && (self->is_broken || announced > MAX_THROWN_AWAY || enlace_request_get_header (request, "Expect") != NULL))
    {
      enum MHD_Result result = send_reply (self, refusal);

      enlace_peer_set_lingers (self->peer);
      enlace_reply_free (refusal);
      return result;
    }

  self->refusal = refusal;
  if (announced > 0)
    enlace_peer_set_phase (self->peer, ENLACE_PEER_BODY);
  if (announced > 0 && refusal == NULL)
    self->body = g_byte_array_sized_new ((guint) MIN (announced, MAX_FIRST_ROOM));

  return MHD_YES;
}

enum MHD_Result
enlace_exchange_body (EnlaceExchange *self,
                      const char     *data,
                      gsize           length)
{
  self->received += length;
  if (self->refusal != NULL)
    return self->received <= self->owner->gate.max_body + MAX_EXCESS ? MHD_YES : MHD_NO;

  if (self->received > self->owner->gate.max_body)
    {
      self->refusal = enlace_gate_refuse_size (&self->owner->gate);
      g_clear_pointer (&self->body, g_byte_array_unref);
      return MHD_YES;
    }
  g_byte_array_append (self->body, (const guint8 *) data, (guint) length);

  return MHD_YES;
}

/* Lets the connection sleep until the answer, unless that came meanwhile. */
static enum MHD_Result
wait_for_answer (EnlaceExchange *self)
{
  int running = ENLACE_REQUEST_RUNNING;

  MHD_suspend_connection (self->connection);
  fall_asleep (self);
  if (!__atomic_compare_exchange_n (&self->request->state, &running, ENLACE_REQUEST_WAITING, FALSE,
                                    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    MHD_resume_connection (self->connection);

  return MHD_YES;
}

static enum MHD_Result
finish (EnlaceExchange *self)
{
  leave (self);

  return send_reply (self, self->request->reply);
}

enum MHD_Result
enlace_exchange_end (EnlaceExchange *self)
{
  EnlaceRequest *request = self->request;

  if (self->is_queued)
    return MHD_YES;
  if (self->has_run)
    return finish (self);

  if (self->body != NULL)
    request->raw_body = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));
  if (self->refusal == NULL)
    self->refusal = enlace_gate_check_body (&self->owner->gate, request);
  if (self->refusal != NULL)
    return send_reply (self, self->refusal);

  enlace_peer_set_phase (self->peer, ENLACE_PEER_BUSY);
  self->has_run = TRUE;
  enlace_request_run (request);
  if (__atomic_load_n (&request->state, __ATOMIC_ACQUIRE) == ENLACE_REQUEST_ANSWERED)
    return finish (self);

  return wait_for_answer (self);
}

/* All of them */

void
enlace_exchanges_init (EnlaceExchanges  *self,
                       const EnlaceGate *gate)
{
  memset (self, 0, sizeof *self);
  self->gate = *gate;
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

void
enlace_exchanges_clear (EnlaceExchanges *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

void
enlace_exchanges_stop (EnlaceExchanges *self,
                       guint            milliseconds)
{
  gint64 until = g_get_monotonic_time () + (gint64) milliseconds * 1000;

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->is_stopping, TRUE);
  for (EnlaceExchange *exchange = self->streaming; exchange != NULL; exchange = exchange->next)
    enlace_stream_end (exchange->stream);
  while (g_atomic_int_get (&self->n_under_way) > 0)
    if (!g_cond_wait_until (&self->cond, &self->lock, until))
      break;

  /* A handler that is still at work on a door thread may fall asleep yet: look until nobody does. */
  while (self->asleep != NULL)
    {
      for (EnlaceExchange *exchange = self->asleep; exchange != NULL; exchange = exchange->next)
        enlace_request_abandon (exchange->request, new_stopping ());
      g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + 10000);
    }
  g_mutex_unlock (&self->lock);
}
