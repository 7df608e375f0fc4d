/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "server/http/peer.h"

#define TICK_USEC (G_USEC_PER_SEC / 2)
#define LINGER_USEC (2 * G_USEC_PER_SEC)
#define LINGER_TICK_MS 50
#define MAX_LINGERING 64

struct _EnlacePeer
{
  int fd;
  gboolean is_local;
  gboolean lingers;
  char address[INET6_ADDRSTRLEN];
  EnlacePeer *previous, *next;

  /* Set on the door's threads, read by the watch. */
  int phase;
  int n_phases;
  gint64 since;             /* monotonic */

  /* The watch's: what it saw of a head that comes after other requests. */
  int seen_phases;
  guint64 seen_bytes;
  gint64 head_since;        /* 0: nothing of it has come yet */
};

typedef struct {
  int fd;
  gint64 until;
} Lingering;

struct _EnlacePeers
{
  EnlacePeerLimits limits;
  GThread *thread;
  GMutex lock;
  GCond cond;
  gboolean must_stop;
  EnlacePeer *first;
  GArray *lingering;        /* of Lingering */
};

static guint64
count_received (int fd)
{
  struct tcp_info info = { 0 };
  socklen_t size = sizeof info;

  if (getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
    return 0;

  return info.tcpi_bytes_received;
}

/* A head after other requests on the connection: its time begins when its first byte has come. */
static gboolean
is_late_with_head (EnlacePeers *self,
                   EnlacePeer  *peer,
                   int          n_phases,
                   gint64       now)
{
  guint64 received = count_received (peer->fd);

  if (peer->seen_phases != n_phases)
    {
      peer->seen_phases = n_phases;
      peer->seen_bytes = received;
      peer->head_since = 0;
    }
  else if (peer->head_since == 0 && received != peer->seen_bytes)
    peer->head_since = now;

  return peer->head_since != 0 && now - peer->head_since > self->limits.head_seconds * (gint64) G_USEC_PER_SEC;
}

static gboolean
is_late (EnlacePeers *self,
         EnlacePeer  *peer,
         gint64       now)
{
  int n_phases = __atomic_load_n (&peer->n_phases, __ATOMIC_ACQUIRE);
  gint64 spent = now - __atomic_load_n (&peer->since, __ATOMIC_RELAXED);

  switch ((EnlacePeerPhase) __atomic_load_n (&peer->phase, __ATOMIC_RELAXED))
    {
    case ENLACE_PEER_HEAD:
      if (n_phases > 0)
        return is_late_with_head (self, peer, n_phases, now);
      return spent > self->limits.head_seconds * (gint64) G_USEC_PER_SEC;
    case ENLACE_PEER_BODY:
      return spent > self->limits.body_seconds * (gint64) G_USEC_PER_SEC;
    case ENLACE_PEER_REPLY:
      return spent > self->limits.reply_seconds * (gint64) G_USEC_PER_SEC;
    case ENLACE_PEER_BUSY:
    case ENLACE_PEER_STREAM:
    default:
      return FALSE;
    }
}

/* TRUE: it is done with. */
static gboolean
drain (Lingering *lingering,
       gint64     now)
{
  char waste[16384];
  gssize length = 1;

  for (int i = 0; length > 0 && i < 64; i++)
    length = recv (lingering->fd, waste, sizeof waste, MSG_DONTWAIT);

  return length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR) || now > lingering->until;
}

static void
drain_all (EnlacePeers *self,
           gint64       now)
{
  for (guint i = self->lingering->len; i > 0; i--)
    {
      Lingering *lingering = &g_array_index (self->lingering, Lingering, i - 1);

      if (drain (lingering, now))
        {
          close (lingering->fd);
          g_array_remove_index_fast (self->lingering, i - 1);
        }
    }
}

static void
wait_a_tick (EnlacePeers *self)
{
  if (self->lingering->len > 0)
    g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + LINGER_TICK_MS * 1000);
  else if (self->first != NULL)
    g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + TICK_USEC);
  else
    g_cond_wait (&self->cond, &self->lock);
}

static gpointer
watch (gpointer data)
{
  EnlacePeers *self = data;
  gint64 looked_at = 0;

  g_mutex_lock (&self->lock);
  while (!self->must_stop)
    {
      gint64 now = g_get_monotonic_time ();

      drain_all (self, now);
      /* The lock keeps the socket from being closed, and its number from being another's, in between. */
      for (EnlacePeer *peer = now - looked_at >= TICK_USEC ? self->first : NULL; peer != NULL; peer = peer->next)
        if (is_late (self, peer, now))
          shutdown (peer->fd, SHUT_RDWR);
      if (now - looked_at >= TICK_USEC)
        looked_at = now;
      wait_a_tick (self);
    }
  g_mutex_unlock (&self->lock);

  return NULL;
}

EnlacePeers *
enlace_peers_new (const EnlacePeerLimits *limits)
{
  EnlacePeers *self = g_new0 (EnlacePeers, 1);

  self->limits = *limits;
  self->lingering = g_array_new (FALSE, FALSE, sizeof (Lingering));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("enlace-peers", watch, self);

  return self;
}

void
enlace_peers_free (EnlacePeers *self)
{
  g_mutex_lock (&self->lock);
  self->must_stop = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_thread_join (self->thread);

  for (guint i = 0; i < self->lingering->len; i++)
    close (g_array_index (self->lingering, Lingering, i).fd);
  g_array_unref (self->lingering);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

static gboolean
is_loopback (const struct sockaddr *address)
{
  if (address == NULL)
    return FALSE;
  if (address->sa_family == AF_INET)
    return ntohl (((const struct sockaddr_in *) (gconstpointer) address)->sin_addr.s_addr) >> 24 == 127;
  if (address->sa_family == AF_INET6)
    {
      const struct in6_addr *v6 = &((const struct sockaddr_in6 *) (gconstpointer) address)->sin6_addr;

      return IN6_IS_ADDR_LOOPBACK (v6) || (IN6_IS_ADDR_V4MAPPED (v6) && v6->s6_addr[12] == 127);
    }

  return FALSE;
}

static void
write_address (const struct sockaddr *address,
               char                   text[INET6_ADDRSTRLEN])
{
  gconstpointer bytes = NULL;

  if (address != NULL && address->sa_family == AF_INET)
    bytes = &((const struct sockaddr_in *) (gconstpointer) address)->sin_addr;
  else if (address != NULL && address->sa_family == AF_INET6)
    bytes = &((const struct sockaddr_in6 *) (gconstpointer) address)->sin6_addr;
  if (bytes == NULL || inet_ntop (address->sa_family, bytes, text, INET6_ADDRSTRLEN) == NULL)
    *text = '\0';
}

EnlacePeer *
enlace_peers_add (EnlacePeers           *self,
                  int                    fd,
                  const struct sockaddr *address)
{
  EnlacePeer *peer = g_new0 (EnlacePeer, 1);

  peer->fd = fd;
  peer->is_local = is_loopback (address);
  write_address (address, peer->address);
  peer->since = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  peer->next = self->first;
  if (self->first != NULL)
    self->first->previous = peer;
  else
    g_cond_signal (&self->cond);
  self->first = peer;
  g_mutex_unlock (&self->lock);

  return peer;
}

/* With the lock held. */
static void
linger (EnlacePeers *self,
        EnlacePeer  *peer)
{
  Lingering lingering = { -1, g_get_monotonic_time () + LINGER_USEC };

  if (self->lingering->len >= MAX_LINGERING)
    return;
  lingering.fd = fcntl (peer->fd, F_DUPFD_CLOEXEC, 0);
  if (lingering.fd < 0)
    return;
  g_array_append_val (self->lingering, lingering);
  g_cond_signal (&self->cond);
}

void
enlace_peers_remove (EnlacePeers *self,
                     EnlacePeer  *peer)
{
  g_mutex_lock (&self->lock);
  if (peer->previous != NULL)
    peer->previous->next = peer->next;
  else
    self->first = peer->next;
  if (peer->next != NULL)
    peer->next->previous = peer->previous;
  if (peer->lingers)
    linger (self, peer);
  g_mutex_unlock (&self->lock);

  g_free (peer);
}

void
enlace_peer_set_phase (EnlacePeer      *peer,
                       EnlacePeerPhase  phase)
{
  __atomic_store_n (&peer->phase, phase, __ATOMIC_RELAXED);
  __atomic_store_n (&peer->since, g_get_monotonic_time (), __ATOMIC_RELAXED);
  __atomic_fetch_add (&peer->n_phases, 1, __ATOMIC_RELEASE);
}

void
enlace_peer_set_lingers (EnlacePeer *peer)
{
  peer->lingers = TRUE;
}

gboolean
enlace_peer_is_local (EnlacePeer *peer)
{
  return peer->is_local;
}

const char *
enlace_peer_get_address (EnlacePeer *peer)
{
  return peer->address;
}
