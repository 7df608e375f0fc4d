/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <microhttpd.h>

#include "server/http/door.h"

#include "server/api/state.h"
#include "server/http/exchange.h"
#include "server/http/listener.h"

#define CONNECTION_MEMORY (32 * 1024)
#define OTHER_FILES 128

struct _EnlaceDoor
{
  EnlaceDoorOptions options;
  const EnlaceServices *services;
  EnlaceRouter *router;
  EnlaceHostList *hosts;
  GInetSocketAddress *address;
  char *url;

  int fd;                     /* -1: closed */
  struct MHD_Daemon *daemon;  /* NULL: not serving */
  EnlacePeers *peers;
  EnlaceExchanges exchanges;
};

/* libmicrohttpd calls back: each on one of its threads */

static EnlacePeer *
get_peer (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

  return info != NULL ? info->socket_context : NULL;
}

static void
add_peer (EnlaceDoor             *self,
          struct MHD_Connection  *connection,
          void                  **context)
{
  /* Each call may write over what the one before gave. */
  int fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  const union MHD_ConnectionInfo *address = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

  *context = enlace_peers_add (self->peers, fd, address != NULL ? address->client_addr : NULL);
}

static void
connection_cb (void                               *data,
               struct MHD_Connection              *connection,
               void                              **context,
               enum MHD_ConnectionNotificationCode code)
{
  EnlaceDoor *self = data;
  EnlaceApiState *state = self->services->state;

  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    add_peer (self, connection, context);
  else if (*context != NULL)
    enlace_peers_remove (self->peers, g_steal_pointer ((EnlacePeer **) context));

  if (state != NULL)
    enlace_figures_add_connections (state->figures, code == MHD_CONNECTION_NOTIFY_STARTED ? 1 : -1);
}

static void *
request_line_cb (void                  *data,
                 const char            *target,
                 struct MHD_Connection *connection)
{
  EnlaceDoor *self = data;

  return enlace_exchange_new (&self->exchanges, connection, get_peer (connection), target);
}

static enum MHD_Result
access_cb (void                  *data,
           struct MHD_Connection *connection,
           const char            *url,
           const char            *method,
           const char            *version,
           const char            *body,
           size_t                *length,
           void                 **context)
{
  EnlaceExchange *exchange = *context;
  enum MHD_Result result;

  if (exchange == NULL)
    return MHD_NO;
  if (!enlace_exchange_has_head (exchange))
    return enlace_exchange_head (exchange, method);
  if (*length == 0)
    return enlace_exchange_end (exchange);

  result = enlace_exchange_body (exchange, body, *length);
  *length = 0;

  return result;
}

static void
completed_cb (void                           *data,
              struct MHD_Connection          *connection,
              void                          **context,
              enum MHD_RequestTerminationCode code)
{
  if (*context != NULL)
    enlace_exchange_free (g_steal_pointer ((EnlaceExchange **) context));
}

static enum MHD_Result
accept_cb (void                  *data,
           const struct sockaddr *address,
           socklen_t              length)
{
  EnlaceDoor *self = data;

  return g_atomic_int_get (&self->exchanges.is_stopping) ? MHD_NO : MHD_YES;
}

/* Targets stay as they were sent: they are split first and decoded after. */
static size_t
leave_cb (void                  *data,
          struct MHD_Connection *connection,
          char                  *text)
{
  return strlen (text);
}

static void
log_cb (void       *data,
        const char *format,
        va_list     arguments)
{
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *text = g_strdup_vprintf (format, arguments);
#pragma GCC diagnostic pop
  G_GNUC_END_IGNORE_DEPRECATIONS

  g_debug ("%s", g_strchomp (text));
}

/* Life */

EnlaceDoor *
enlace_door_new (const EnlaceDoorOptions        *options,
                 const EnlaceServices           *services,
                 const EnlaceRouteTable *const  *tables,
                 guint                           n_tables,
                 GError                        **error)
{
  g_autoptr(EnlaceDoor) self = g_new0 (EnlaceDoor, 1);
  g_autoptr(GInetSocketAddress) address = NULL;
  EnlaceGate gate = { 0 };

  self->fd = -1;
  self->options = *options;
  self->services = services;
  enlace_exchanges_init (&self->exchanges, &gate);

  address = enlace_listener_parse (options->listen, error);
  if (address == NULL)
    return NULL;
  self->router = enlace_router_new (tables, n_tables, error);
  if (self->router == NULL)
    return NULL;
  self->fd = enlace_listener_open (address, &self->address, error);
  if (self->fd < 0)
    return NULL;

  self->url = enlace_listener_url (self->address);
  self->hosts = enlace_host_list_new (g_inet_socket_address_get_address (self->address), options->public_url);
  self->exchanges.gate = (EnlaceGate) { self->router, self->hosts, services, options->max_body };

  return g_steal_pointer (&self);
}

/* What the process may open, less what the rest of it needs. */
static guint
get_max_connections (EnlaceDoor *self)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
    return self->options.max_connections;

  return (guint) CLAMP (limit.rlim_cur, 2 * OTHER_FILES, self->options.max_connections + OTHER_FILES) - OTHER_FILES;
}

gboolean
enlace_door_start (EnlaceDoor  *self,
                   GError     **error)
{
  const EnlacePeerLimits limits = { self->options.head_seconds, self->options.body_seconds, self->options.reply_seconds };
  guint threads = self->options.threads > 0 ? self->options.threads : g_get_num_processors ();
  unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

  if (g_inet_address_get_family (g_inet_socket_address_get_address (self->address)) == G_SOCKET_FAMILY_IPV6)
    flags |= MHD_USE_IPv6;
  self->peers = enlace_peers_new (&limits);
  self->daemon = MHD_start_daemon (flags, 0, accept_cb, self, access_cb, self,
                                   MHD_OPTION_EXTERNAL_LOGGER, log_cb, self,
                                   MHD_OPTION_LISTEN_SOCKET, self->fd,
                                   MHD_OPTION_THREAD_POOL_SIZE, threads,
                                   MHD_OPTION_CONNECTION_LIMIT, get_max_connections (self),
                                   MHD_OPTION_PER_IP_CONNECTION_LIMIT, self->options.max_connections_per_address,
                                   MHD_OPTION_CONNECTION_TIMEOUT, self->options.idle_seconds,
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) CONNECTION_MEMORY,
                                   MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
                                   MHD_OPTION_UNESCAPE_CALLBACK, leave_cb, NULL,
                                   MHD_OPTION_URI_LOG_CALLBACK, request_line_cb, self,
                                   MHD_OPTION_NOTIFY_CONNECTION, connection_cb, self,
                                   MHD_OPTION_NOTIFY_COMPLETED, completed_cb, self,
                                   MHD_OPTION_END);
  if (self->daemon == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The HTTP server could not be started");
      return FALSE;
    }

  return TRUE;
}

guint16
enlace_door_get_port (EnlaceDoor *self)
{
  return g_inet_socket_address_get_port (self->address);
}

const char *
enlace_door_get_url (EnlaceDoor *self)
{
  return self->url;
}

void
enlace_door_stop (EnlaceDoor *self,
                  guint       milliseconds)
{
  if (self->daemon == NULL)
    return;

  /* Not MHD_quiesce_daemon(): it takes the listening socket from the threads' epoll sets while they may be taking it out themselves, and then ends the
   * process. From here on accept_cb() turns new connections away. */
  g_atomic_int_set (&self->exchanges.is_stopping, TRUE);
  enlace_exchanges_stop (&self->exchanges, milliseconds);
  MHD_stop_daemon (g_steal_pointer (&self->daemon));
  self->fd = -1;  /* the library has closed it */
}

void
enlace_door_free (EnlaceDoor *self)
{
  if (self == NULL)
    return;

  enlace_door_stop (self, 0);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->peers, enlace_peers_free);
  g_clear_pointer (&self->router, enlace_router_free);
  g_clear_pointer (&self->hosts, enlace_host_list_free);
  g_clear_object (&self->address);
  g_free (self->url);
  enlace_exchanges_clear (&self->exchanges);
  g_free (self);
}
