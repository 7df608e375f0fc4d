/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "server/outbound/address-guard.h"

/* One address or the beginning of a range: IPv4 uses the first 4 bytes. */
typedef struct {
  gboolean is_v6;
  guint8 bytes[16];
} Address;

typedef struct {
  Address first;
  guint prefix;
  const char *name;      /* static; NULL in a range that was opened */
  const char *reference; /* static */
} Range;

struct _EnlaceAddressGuard {
  gatomicrefcount references;
  GArray *refused; /* Range, the narrowest of overlapping ones first */
  GArray *allowed; /* Range */
};

typedef struct {
  const char *cidr;
  const char *name;
  const char *reference;
} Closed;

/* Names are the registry's; a narrower range comes before a wider one that holds it, so that messages are exact. */
static const Closed closed_ranges[] = {
  { "0.0.0.0/8", "this network", "RFC 791" },
  { "10.0.0.0/8", "private use", "RFC 1918" },
  { "100.64.0.0/10", "shared address space", "RFC 6598" },
  { "127.0.0.0/8", "loopback", "RFC 1122" },
  { "168.63.129.16/32", "platform service of Azure", "Azure documentation" },
  { "169.254.0.0/16", "link local", "RFC 3927" },
  { "172.16.0.0/12", "private use", "RFC 1918" },
  { "192.0.0.0/24", "IETF protocol assignments", "RFC 6890" },
  { "192.0.2.0/24", "documentation", "RFC 5737" },
  { "192.88.99.0/24", "deprecated 6to4 relay anycast", "RFC 7526" },
  { "192.168.0.0/16", "private use", "RFC 1918" },
  { "198.18.0.0/15", "benchmarking", "RFC 2544" },
  { "198.51.100.0/24", "documentation", "RFC 5737" },
  { "203.0.113.0/24", "documentation", "RFC 5737" },
  { "224.0.0.0/4", "multicast", "RFC 5771" },
  { "255.255.255.255/32", "limited broadcast", "RFC 8190" },
  { "240.0.0.0/4", "reserved", "RFC 1112" },
  { "::/128", "unspecified", "RFC 4291" },
  { "::1/128", "loopback", "RFC 4291" },
  { "::/96", "IPv4-compatible", "RFC 4291" },
  { "::ffff:0:0:0/96", "IPv4-translated", "RFC 2765" },
  { "64:ff9b:1::/48", "NAT64 of local use", "RFC 8215" },
  { "100::/64", "discard only", "RFC 6666" },
  { "100:0:0:1::/64", "dummy prefix", "RFC 9780" },
  { "2001::/32", "Teredo", "RFC 4380" },
  { "2001:2::/48", "benchmarking", "RFC 5180" },
  { "2001:10::/28", "deprecated ORCHID", "RFC 4843" },
  { "2001:20::/28", "ORCHIDv2", "RFC 7343" },
  { "2001::/23", "IETF protocol assignments", "RFC 2928" },
  { "2001:db8::/32", "documentation", "RFC 3849" },
  { "2002::/16", "6to4", "RFC 3056" },
  { "3fff::/20", "documentation", "RFC 9637" },
  { "5f00::/16", "segment routing SIDs", "RFC 9602" },
  { "fc00::/7", "unique local", "RFC 4193" },
  { "fe80::/10", "link local", "RFC 4291" },
  { "fec0::/10", "deprecated site local", "RFC 3879" },
  { "ff00::/8", "multicast", "RFC 4291" },
};

/* Names that mean one thing everywhere, with an address that stands for it. A name that begins with a dot is a suffix. */
static const struct {
  const char *name;
  const char *address;
  const char *other; /* the name is open as well when this one is */
} known_names[] = {
  { "localhost", "127.0.0.1", "::1" },
  { ".localhost", "127.0.0.1", "::1" },
  { "localhost.localdomain", "127.0.0.1", "::1" },
  { "localhost6", "::1", "127.0.0.1" },
  { "ip6-localhost", "::1", "127.0.0.1" },
  { "ip6-loopback", "::1", "127.0.0.1" },
  { "metadata.google.internal", "169.254.169.254", NULL },
};

static const guint8 mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
static const guint8 nat64_prefix[12] = { 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0 };

static void
address_set_v4 (Address *address, const guint8 *bytes)
{
  guint8 copy[4];

  memcpy (copy, bytes, sizeof copy);
  memset (address, 0, sizeof *address);
  memcpy (address->bytes, copy, sizeof copy);
}

static gboolean
address_parse (const char *text, Address *address)
{
  memset (address, 0, sizeof *address);
  address->is_v6 = strchr (text, ':') != NULL;

  return inet_pton (address->is_v6 ? AF_INET6 : AF_INET, text, address->bytes) == 1;
}

static void
address_format (const Address *address, char *text)
{
  inet_ntop (address->is_v6 ? AF_INET6 : AF_INET, address->bytes, text, INET6_ADDRSTRLEN);
}

static gboolean
range_contains (const Range *range, const Address *address)
{
  guint whole = range->prefix / 8;
  guint rest = range->prefix % 8;
  guint8 mask = (guint8) (0xff << (8 - rest));

  if (range->first.is_v6 != address->is_v6 || memcmp (range->first.bytes, address->bytes, whole) != 0)
    return FALSE;

  return rest == 0 || (range->first.bytes[whole] & mask) == (address->bytes[whole] & mask);
}

static const Range *
find_range (GArray *ranges, const Address *address)
{
  for (guint i = 0; i < ranges->len; i++)
    {
      const Range *range = &g_array_index (ranges, Range, i);

      if (range_contains (range, address))
        return range;
    }

  return NULL;
}

static gboolean
has_bits_beyond (const Range *range)
{
  guint width = range->first.is_v6 ? 128 : 32;

  for (guint bit = range->prefix; bit < width; bit++)
    if (range->first.bytes[bit / 8] & (0x80 >> (bit % 8)))
      return TRUE;

  return FALSE;
}

static gboolean
range_parse (const char *text, Range *range, GError **error)
{
  g_auto(GStrv) parts = g_strsplit (text, "/", 2);
  guint64 prefix = 0;
  guint width;

  memset (range, 0, sizeof *range);
  if (parts[0] == NULL || !address_parse (parts[0], &range->first))
    {
      g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_RANGE,
                   "“%s” is not a range of addresses such as 127.0.0.0/8 or fd00::/8", text);
      return FALSE;
    }

  width = range->first.is_v6 ? 128 : 32;
  if (parts[1] != NULL && !g_ascii_string_to_unsigned (parts[1], 10, 0, width, &prefix, NULL))
    {
      g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_RANGE,
                   "The prefix of “%s” is not a number from 0 to %u", text, width);
      return FALSE;
    }

  range->prefix = parts[1] != NULL ? (guint) prefix : width;
  if (has_bits_beyond (range))
    {
      g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_RANGE,
                   "“%s” has bits beyond its prefix of %u", text, range->prefix);
      return FALSE;
    }

  return TRUE;
}

/* A range of mapped addresses opens the IPv4 range inside, since that is what mapped addresses are decided by. */
static void
range_unmap (Range *range)
{
  if (range->first.is_v6 && range->prefix >= 96 && memcmp (range->first.bytes, mapped_prefix, 12) == 0)
    {
      address_set_v4 (&range->first, range->first.bytes + 12);
      range->prefix -= 96;
    }
}

static gboolean
refuse (const Address *address, const char *name, const char *reference, GError **error)
{
  char text[INET6_ADDRSTRLEN];

  address_format (address, text);
  g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS,
               "The address %s is closed to outgoing requests: %s (%s)", text, name, reference);

  return FALSE;
}

static gboolean
check_v4 (EnlaceAddressGuard *self, const Address *address, GError **error)
{
  const Range *range;

  if (find_range (self->allowed, address) != NULL || (range = find_range (self->refused, address)) == NULL)
    return TRUE;

  return refuse (address, range->name, range->reference, error);
}

static gboolean
check_v6 (EnlaceAddressGuard *self, const Address *address, GError **error)
{
  const Range *range;
  Address inside;

  address_set_v4 (&inside, address->bytes + 12);
  if (memcmp (address->bytes, mapped_prefix, 12) == 0)
    return check_v4 (self, &inside, error);
  if (find_range (self->allowed, address) != NULL)
    return TRUE;
  if (memcmp (address->bytes, nat64_prefix, 12) == 0)
    return check_v4 (self, &inside, error);
  if ((range = find_range (self->refused, address)) != NULL)
    return refuse (address, range->name, range->reference, error);
  if ((address->bytes[0] & 0xe0) != 0x20)
    return refuse (address, "not global unicast", "RFC 4291", error);

  return TRUE;
}

static gboolean
check_address (EnlaceAddressGuard *self, const Address *address, GError **error)
{
  return address->is_v6 ? check_v6 (self, address, error) : check_v4 (self, address, error);
}

static gboolean
name_matches (const char *host, gsize length, const char *name)
{
  gsize size = strlen (name);

  if (name[0] != '.')
    return length == size && g_ascii_strncasecmp (host, name, size) == 0;

  return length > size && g_ascii_strncasecmp (host + length - size, name, size) == 0;
}

EnlaceAddressGuard *
enlace_address_guard_new (const char * const *allowed, GError **error)
{
  g_autoptr(EnlaceAddressGuard) self = g_new0 (EnlaceAddressGuard, 1);
  Range range;

  g_atomic_ref_count_init (&self->references);
  self->refused = g_array_sized_new (FALSE, FALSE, sizeof (Range), G_N_ELEMENTS (closed_ranges));
  self->allowed = g_array_new (FALSE, FALSE, sizeof (Range));

  for (gsize i = 0; i < G_N_ELEMENTS (closed_ranges); i++)
    {
      if (!range_parse (closed_ranges[i].cidr, &range, error))
        return NULL;
      range.name = closed_ranges[i].name;
      range.reference = closed_ranges[i].reference;
      g_array_append_val (self->refused, range);
    }

  for (gsize i = 0; allowed != NULL && allowed[i] != NULL; i++)
    {
      if (!range_parse (allowed[i], &range, error))
        return NULL;
      range_unmap (&range);
      g_array_append_val (self->allowed, range);
    }

  return g_steal_pointer (&self);
}

EnlaceAddressGuard *
enlace_address_guard_ref (EnlaceAddressGuard *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enlace_address_guard_unref (EnlaceAddressGuard *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_array_unref (self->refused);
  g_array_unref (self->allowed);
  g_free (self);
}

gboolean
enlace_address_guard_check (EnlaceAddressGuard *self, const struct sockaddr *address, socklen_t length, GError **error)
{
  Address plain = { 0 };

  g_return_val_if_fail (self != NULL && address != NULL, FALSE);

  if (address->sa_family == AF_INET && length >= sizeof (struct sockaddr_in))
    {
      struct sockaddr_in v4;

      memcpy (&v4, address, sizeof v4);
      memcpy (plain.bytes, &v4.sin_addr, 4);
    }
  else if (address->sa_family == AF_INET6 && length >= sizeof (struct sockaddr_in6))
    {
      struct sockaddr_in6 v6;

      memcpy (&v6, address, sizeof v6);
      memcpy (plain.bytes, &v6.sin6_addr, 16);
      plain.is_v6 = TRUE;
    }
  else
    {
      g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS,
                   "An address of family %d is closed to outgoing requests", address->sa_family);
      return FALSE;
    }

  return check_address (self, &plain, error);
}

gboolean
enlace_address_guard_check_text (EnlaceAddressGuard *self, const char *address, GError **error)
{
  Address parsed;

  g_return_val_if_fail (self != NULL && address != NULL, FALSE);

  if (!address_parse (address, &parsed))
    {
      g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_REFUSED_ADDRESS,
                   "“%s” is not an address", address);
      return FALSE;
    }

  return check_address (self, &parsed, error);
}

gboolean
enlace_address_guard_check_host (EnlaceAddressGuard *self, const char *host, GError **error)
{
  gsize length;
  Address literal;

  g_return_val_if_fail (self != NULL && host != NULL, FALSE);

  length = strlen (host);
  if (host[0] == '[' && host[length - 1] == ']')
    {
      g_autofree char *inside = g_strndup (host + 1, length - 2);

      return enlace_address_guard_check_text (self, inside, error);
    }
  if (address_parse (host, &literal))
    return check_address (self, &literal, error);

  if (length > 0 && host[length - 1] == '.')
    length--;
  for (gsize i = 0; i < G_N_ELEMENTS (known_names); i++)
    if (name_matches (host, length, known_names[i].name))
      return (known_names[i].other != NULL && enlace_address_guard_check_text (self, known_names[i].other, NULL)) ||
             enlace_address_guard_check_text (self, known_names[i].address, error);

  return TRUE;
}
