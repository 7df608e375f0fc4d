/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/listener.h"

#define BACKLOG 1024

GInetSocketAddress *
enlace_listener_parse (const char  *text,
                       GError     **error)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  GSocketAddress *address = NULL;
  guint64 port;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
    {
      gsize length = (gsize) (colon - text);

      if (length > 2 && text[0] == '[' && text[length - 1] == ']')
        host = g_strndup (text + 1, length - 2);
      else if (memchr (text, ':', length) == NULL)
        host = g_strndup (text, length);
      if (host != NULL)
        address = g_inet_socket_address_new_from_string (host, (guint) port);
    }

  if (address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "“%s” is no address to listen on: it takes a literal address and a port, 127.0.0.1:7200 or [::1]:7200", text);
      return NULL;
    }

  return G_INET_SOCKET_ADDRESS (address);
}

static int
fail (int                  fd,
      GInetSocketAddress  *address,
      GError             **error)
{
  int code = errno;
  g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "Cannot listen on %s: %s", text, g_strerror (code));
  if (fd >= 0)
    close (fd);

  return -1;
}

int
enlace_listener_open (GInetSocketAddress  *address,
                      GInetSocketAddress **bound,
                      GError             **error)
{
  GSocketAddress *generic = G_SOCKET_ADDRESS (address);
  struct sockaddr_storage native;
  socklen_t size = sizeof native;
  int fd, on = 1;

  if (!g_socket_address_to_native (generic, &native, sizeof native, error))
    return -1;

  fd = socket (native.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  if (fd < 0
      || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
      || (native.ss_family == AF_INET6 && g_inet_address_get_is_any (g_inet_socket_address_get_address (address)) == FALSE
          && setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)
      || bind (fd, (struct sockaddr *) &native, (socklen_t) g_socket_address_get_native_size (generic)) < 0
      || listen (fd, BACKLOG) < 0
      || getsockname (fd, (struct sockaddr *) &native, &size) < 0)
    return fail (fd, address, error);

  *bound = G_INET_SOCKET_ADDRESS (g_socket_address_new_from_native (&native, size));

  return fd;
}

char *
enlace_listener_url (GInetSocketAddress *address)
{
  GInetAddress *host = g_inet_socket_address_get_address (address);
  gboolean is_v6 = g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV6;
  g_autoptr(GInetAddress) loopback = NULL;
  g_autofree char *text = NULL;

  if (g_inet_address_get_is_any (host))
    host = loopback = g_inet_address_new_loopback (g_inet_address_get_family (host));
  text = g_inet_address_to_string (host);

  return g_strdup_printf ("http://%s%s%s:%u", is_v6 ? "[" : "", text, is_v6 ? "]" : "", g_inet_socket_address_get_port (address));
}
