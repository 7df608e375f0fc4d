/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-schema"

#include <gio/gio.h>
#include <string.h>

#include "common/schema/format.h"
#include "common/value/time.h"
#include "common/value/uuid.h"

static gboolean
is_date_time (const char *text)
{
  gint64 seconds;
  guint32 nanoseconds;

  return enlace_time_parse (text, &seconds, &nanoseconds);
}

static gboolean
is_date (const char *text)
{
  g_autofree char *time = NULL;

  if (strlen (text) != strlen ("2000-01-31"))
    return FALSE;

  time = g_strconcat (text, "T00:00:00Z", NULL);
  return is_date_time (time);
}

static gboolean
is_time (const char *text)
{
  g_autofree char *time = g_strconcat ("2000-01-31T", text, NULL);

  return is_date_time (time);
}

static gboolean
is_uri (const char *text)
{
  return g_uri_is_valid (text, G_URI_FLAGS_NONE, NULL);
}

static gboolean
is_uri_reference (const char *text)
{
  g_autoptr(GUri) base = g_uri_build (G_URI_FLAGS_NONE, "https", NULL, "example.com", -1, "/", NULL, NULL);
  g_autoptr(GUri) uri = g_uri_parse_relative (base, text, G_URI_FLAGS_NONE, NULL);

  return uri != NULL;
}

/* Labels of letters, digits and inner hyphens (RFC 1123, 2.1). */
static gboolean
is_host_name (const char *text)
{
  gsize length = strlen (text), label = 0;

  if (length == 0 || length > 253)
    return FALSE;

  for (gsize i = 0; i <= length; i++)
    {
      if (text[i] == '.' || text[i] == '\0')
        {
          if (label == 0 || label > 63 || text[i - 1] == '-')
            return FALSE;
          label = 0;
        }
      else if (!g_ascii_isalnum (text[i]) && (text[i] != '-' || label == 0))
        return FALSE;
      else
        label++;
    }

  return TRUE;
}

/* The dot-atom form (RFC 5321, 4.1.2); quoted local parts are for machines, and nobody has one. */
static gboolean
is_mail_address (const char *text)
{
  const char *at = strrchr (text, '@');
  gsize local = at != NULL ? (gsize) (at - text) : 0;

  if (local == 0 || local > 64 || text[0] == '.' || at[-1] == '.' || !is_host_name (at + 1))
    return FALSE;

  for (gsize i = 0; i < local; i++)
    {
      if (text[i] == '.' ? text[i - 1] == '.' : (guchar) text[i] < 0x80 && !g_ascii_isalnum (text[i]) &&
                                                strchr ("!#$%&'*+-/=?^_`{|}~", text[i]) == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
is_uuid (const char *text)
{
  EnlaceUuid uuid;

  return enlace_uuid_parse (text, &uuid);
}

static gboolean
is_address (const char    *text,
            GSocketFamily  family)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string (text);

  return address != NULL && strchr (text, '%') == NULL && g_inet_address_get_family (address) == family;
}

static gboolean
is_ipv4 (const char *text)
{
  return is_address (text, G_SOCKET_FAMILY_IPV4);
}

static gboolean
is_ipv6 (const char *text)
{
  return is_address (text, G_SOCKET_FAMILY_IPV6);
}

static const struct
{
  const char *name;
  const char *description;
  gboolean (*accepts) (const char *text);
} formats[] = {
  { "date-time", "time such as 2026-01-31T09:30:00Z", is_date_time },
  { "date", "date such as 2026-01-31", is_date },
  { "time", "time of day such as 09:30:00Z", is_time },
  { "uri", "address such as https://example.com/orders", is_uri },
  { "uri-reference", "address, whole or relative", is_uri_reference },
  { "email", "mail address", is_mail_address },
  { "uuid", "UUID", is_uuid },
  { "hostname", "name of a host", is_host_name },
  { "ipv4", "IPv4 address", is_ipv4 },
  { "ipv6", "IPv6 address", is_ipv6 },
};

gboolean
enlace_format_accepts (const char *format,
                       const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, format) == 0)
      return formats[i].accepts (text);

  return TRUE;
}

const char *
enlace_format_describe (const char *format)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i].name, format) == 0)
      return formats[i].description;

  return NULL;
}
