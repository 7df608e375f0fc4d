/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/outbound/loop.h"

#define MAX_EVENTS 128

/* Connections at once to one host and to all, and those kept idle. A look-up counts as a connection and has a thread. */
#define MAX_HOST_CONNECTIONS 128
#define MAX_CONNECTIONS 1024
#define MAX_IDLE_CONNECTIONS 256

typedef struct {
  guint8 registered; /* EPOLLIN, EPOLLOUT: what the kernel was told */
  guint8 wanted;     /* what libcurl asked for */
  guint8 is_own;     /* opened here, so that we hear when it is closed */
} Watch;

struct _EnlaceOutboundLoop {
  CURLM *multi;
  int epoll;
  int wake;        /* eventfd, edge-triggered: it is never read */
  gint64 deadline; /* when libcurl wants to be called, monotonic; -1: not by time */
  GArray *watches; /* Watch, by file descriptor */
};

static Watch *
get_watch (EnlaceOutboundLoop *self, int fd)
{
  if ((guint) fd >= self->watches->len)
    g_array_set_size (self->watches, (guint) fd + 1);

  return &g_array_index (self->watches, Watch, fd);
}

static void
register_watch (EnlaceOutboundLoop *self, int fd, Watch *watch, guint8 events)
{
  struct epoll_event event = { .events = events, .data.fd = fd };
  int operation = events == 0 ? EPOLL_CTL_DEL : watch->registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

  if (events == watch->registered)
    return;
  if (epoll_ctl (self->epoll, operation, fd, &event) != 0 && operation == EPOLL_CTL_ADD && errno == EEXIST)
    epoll_ctl (self->epoll, EPOLL_CTL_MOD, fd, &event);
  watch->registered = events;
}

static int
socket_cb (CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
  EnlaceOutboundLoop *self = data;
  Watch *watch = get_watch (self, fd);

  switch (what)
    {
    case CURL_POLL_IN:
      watch->wanted = EPOLLIN;
      break;
    case CURL_POLL_OUT:
      watch->wanted = EPOLLOUT;
      break;
    case CURL_POLL_INOUT:
      watch->wanted = EPOLLIN | EPOLLOUT;
      break;
    default:
      watch->wanted = 0;
      break;
    }

  /* A kept connection goes on waiting for input: nothing is said to the kernel until something comes that nobody wants. */
  if (watch->wanted != 0 || !watch->is_own || watch->registered != EPOLLIN)
    register_watch (self, fd, watch, watch->wanted);

  return 0;
}

static int
timer_cb (CURLM *multi, long milliseconds, void *data)
{
  EnlaceOutboundLoop *self = data;

  self->deadline = milliseconds < 0 ? -1 : g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;

  return 0;
}

static int
get_wait (EnlaceOutboundLoop *self)
{
  gint64 left;

  if (self->deadline < 0)
    return -1;

  left = self->deadline - g_get_monotonic_time ();

  return left <= 0 ? 0 : (int) MIN ((left + 999) / 1000, G_MAXINT);
}

static void
handle_event (EnlaceOutboundLoop *self, const struct epoll_event *event)
{
  int fd = event->data.fd;
  Watch *watch = get_watch (self, fd);
  int action = 0;
  int running;

  if (fd == self->wake)
    return;
  if (watch->wanted == 0)
    {
      register_watch (self, fd, watch, 0);
      return;
    }

  if (event->events & EPOLLIN)
    action |= CURL_CSELECT_IN;
  if (event->events & EPOLLOUT)
    action |= CURL_CSELECT_OUT;
  if (event->events & (EPOLLERR | EPOLLHUP))
    action |= CURL_CSELECT_ERR;
  curl_multi_socket_action (self->multi, fd, action, &running);
}

static void
set_up_multi (EnlaceOutboundLoop *self)
{
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, socket_cb);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, timer_cb);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long) MAX_HOST_CONNECTIONS);
  curl_multi_setopt (self->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long) MAX_CONNECTIONS);
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, (long) MAX_IDLE_CONNECTIONS);
}

EnlaceOutboundLoop *
enlace_outbound_loop_new (GError **error)
{
  g_autoptr(EnlaceOutboundLoop) self = g_new0 (EnlaceOutboundLoop, 1);
  struct epoll_event event = { .events = EPOLLIN | EPOLLET };

  self->deadline = -1;
  self->watches = g_array_new (FALSE, TRUE, sizeof (Watch));
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  event.data.fd = self->wake;
  if (self->epoll < 0 || self->wake < 0 || epoll_ctl (self->epoll, EPOLL_CTL_ADD, self->wake, &event) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "The client for outgoing requests cannot start: %s",
                   g_strerror (code));
      return NULL;
    }

  self->multi = curl_multi_init ();
  if (self->multi == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "The client for outgoing requests cannot start: libcurl has no memory");
      return NULL;
    }
  set_up_multi (self);

  return g_steal_pointer (&self);
}

void
enlace_outbound_loop_free (EnlaceOutboundLoop *self)
{
  g_return_if_fail (self != NULL);

  /* While it closes connections libcurl calls back, so this comes first. */
  if (self->multi != NULL)
    curl_multi_cleanup (self->multi);
  if (self->epoll >= 0)
    close (self->epoll);
  if (self->wake >= 0)
    close (self->wake);
  g_array_unref (self->watches);
  g_free (self);
}

CURLM *
enlace_outbound_loop_get_multi (EnlaceOutboundLoop *self)
{
  return self->multi;
}

void
enlace_outbound_loop_wake (EnlaceOutboundLoop *self)
{
  guint64 one = 1;

  while (write (self->wake, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

void
enlace_outbound_loop_turn (EnlaceOutboundLoop *self, gboolean may_wait)
{
  struct epoll_event events[MAX_EVENTS];
  int n_events = epoll_wait (self->epoll, events, MAX_EVENTS, may_wait ? get_wait (self) : 0);
  int running;

  for (int i = 0; i < n_events; i++)
    handle_event (self, &events[i]);

  if (self->deadline >= 0 && g_get_monotonic_time () >= self->deadline)
    {
      self->deadline = -1;
      curl_multi_socket_action (self->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

int
enlace_outbound_loop_open_socket (EnlaceOutboundLoop *self, int family, int protocol)
{
  int fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

  if (fd >= 0)
    *get_watch (self, fd) = (Watch) { .is_own = TRUE };

  return fd;
}

int
enlace_outbound_loop_close_socket (void *data, curl_socket_t fd)
{
  EnlaceOutboundLoop *self = data;

  /* Closing takes it out of the epoll set; only our own note is left. */
  *get_watch (self, fd) = (Watch) { 0 };

  return close (fd);
}
