/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include <string.h>

#include "server/http/host.h"

struct _EnlaceHostList
{
  gboolean is_any;        /* listens on all addresses */
  char *listens_on;
  char *public_host;      /* nullable */
};

static gboolean
parse_port (const char *text,
            guint16    *port)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *port = (guint16) number;

  return TRUE;
}

static gboolean
is_host_text (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("-._:", *p) == NULL)
      return FALSE;

  return *text != '\0';
}

gboolean
enlace_host_parse (const char  *text,
                   char       **host,
                   guint16     *port)
{
  g_autofree char *name = NULL;
  const char *end;

  *port = 0;
  if (*text == '[')
    {
      end = strchr (text, ']');
      if (end == NULL)
        return FALSE;
      name = g_ascii_strdown (text + 1, end - text - 1);
      end++;
      if (!g_hostname_is_ip_address (name))
        return FALSE;
    }
  else
    {
      end = text + strcspn (text, ":");
      name = g_ascii_strdown (text, end - text);
    }

  if (!is_host_text (name) || (*end != '\0' && *end != ':'))
    return FALSE;
  if (*end == ':' && end[1] != '\0' && !parse_port (end + 1, port))
    return FALSE;
  *host = g_steal_pointer (&name);

  return TRUE;
}

EnlaceHostList *
enlace_host_list_new (GInetAddress *listens_on,
                      const char   *public_url)
{
  EnlaceHostList *self = g_new0 (EnlaceHostList, 1);

  self->is_any = g_inet_address_get_is_any (listens_on);
  self->listens_on = g_inet_address_to_string (listens_on);
  if (public_url != NULL)
    {
      g_autoptr(GUri) uri = g_uri_parse (public_url, G_URI_FLAGS_NONE, NULL);

      if (uri != NULL && g_uri_get_host (uri) != NULL)
        self->public_host = g_ascii_strdown (g_uri_get_host (uri), -1);
    }

  return self;
}

void
enlace_host_list_free (EnlaceHostList *self)
{
  g_free (self->listens_on);
  g_free (self->public_host);
  g_free (self);
}

static gboolean
is_same_address (const char *a,
                 const char *b)
{
  g_autoptr(GInetAddress) first = g_inet_address_new_from_string (a);
  g_autoptr(GInetAddress) second = g_inet_address_new_from_string (b);

  return first != NULL && second != NULL && g_inet_address_equal (first, second);
}

gboolean
enlace_host_list_has (EnlaceHostList *self,
                      const char     *text)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (text == NULL || !enlace_host_parse (text, &host, &port))
    return FALSE;
  if (g_str_equal (host, "localhost") || g_strcmp0 (host, self->public_host) == 0 || g_str_equal (host, self->listens_on))
    return TRUE;
  if (self->is_any)
    return g_hostname_is_ip_address (host);

  return is_same_address (host, self->listens_on);
}
