/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <arpa/inet.h>
#include <string.h>

#include "server/outbound/host-name.h"

/* After GLib, some of whose macros it defines where they are not there yet. */
#include <idn2.h>

/* Lengths of RFC 1035, 2.3.4, as text without the final dot. */
#define MAX_NAME 253
#define MAX_LABEL 63

/* The longest run of zero groups, of at least two, is what `::` stands for. */
static void
find_zeros (const guint16 *groups, guint *start, guint *length)
{
  *start = *length = 0;
  for (guint i = 0; i < 8; i++)
    {
      guint end = i;

      while (end < 8 && groups[end] == 0)
        end++;
      if (end - i > MAX (*length, 1))
        {
          *start = i;
          *length = end - i;
        }
      i = MAX (i, end);
    }
}

static char *
canonicalise_v6 (const char *inside)
{
  g_autoptr(GString) text = g_string_new ("[");
  guint8 bytes[16];
  guint16 groups[8];
  guint start, length;

  if (inet_pton (AF_INET6, inside, bytes) != 1)
    return NULL;

  for (guint i = 0; i < 8; i++)
    groups[i] = (guint16) (bytes[2 * i] << 8 | bytes[2 * i + 1]);
  find_zeros (groups, &start, &length);

  for (guint i = 0; i < 8; i++)
    {
      if (length > 0 && i == start)
        {
          g_string_append (text, "::");
          i += length - 1;
          continue;
        }
      if (i > 0 && !(length > 0 && i == start + length))
        g_string_append_c (text, ':');
      g_string_append_printf (text, "%x", groups[i]);
    }
  g_string_append_c (text, ']');

  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* One part of an IPv4 address: decimal, octal after 0, hexadecimal after 0x, where nothing after 0x is zero. */
static gboolean
parse_number (const char *text, guint64 *number)
{
  guint base = 10;

  *number = 0;
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
    {
      base = 16;
      text += 2;
      if (*text == '\0')
        return TRUE;
    }
  else if (text[0] == '0' && text[1] != '\0')
    {
      base = 8;
      text++;
    }
  else if (*text == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    {
      int digit = g_ascii_xdigit_value (*text);

      if (digit < 0 || digit >= (int) base)
        return FALSE;
      *number = MIN (*number * base + (guint) digit, G_GUINT64_CONSTANT (1) << 40);
    }

  return TRUE;
}

/* Whoever ends in a number means an address: it is one, or it is nothing. */
static gboolean
ends_in_number (const char *last)
{
  guint64 number;

  return *last != '\0' && (strspn (last, "0123456789") == strlen (last) || parse_number (last, &number));
}

static char *
canonicalise_v4 (char **parts, guint n_parts)
{
  guint64 address = 0;

  if (n_parts > 4)
    return NULL;

  for (guint i = 0; i < n_parts; i++)
    {
      gboolean is_last = i + 1 == n_parts;
      guint bits = is_last ? 8 * (4 - i) : 8;
      guint64 number;

      if (!parse_number (parts[i], &number) || number >= G_GUINT64_CONSTANT (1) << bits)
        return NULL;
      address |= number << (is_last ? 0 : 8 * (3 - i));
    }

  return g_strdup_printf ("%u.%u.%u.%u", (guint) (address >> 24 & 255), (guint) (address >> 16 & 255),
                          (guint) (address >> 8 & 255), (guint) (address & 255));
}

static char *
to_ascii (const char *host)
{
  uint8_t *converted = NULL;
  char *ascii;

  if (!g_utf8_validate (host, -1, NULL))
    return NULL;
  if (g_str_is_ascii (host))
    return g_ascii_strdown (host, -1);
  if (idn2_lookup_u8 ((const uint8_t *) host, &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
    return NULL;

  ascii = g_ascii_strdown ((const char *) converted, -1);
  idn2_free (converted);

  return ascii;
}

static gboolean
is_label (const char *label)
{
  gsize length = strlen (label);
  gboolean has_alphanumeric = FALSE;

  if (length == 0 || length > MAX_LABEL)
    return FALSE;

  for (const char *p = label; *p != '\0'; p++)
    {
      if (g_ascii_isalnum (*p))
        has_alphanumeric = TRUE;
      else if (*p != '-' && *p != '_')
        return FALSE;
    }

  return has_alphanumeric;
}

char *
enlace_host_name_canonicalise (const char *host)
{
  g_autofree char *ascii = NULL;
  g_auto(GStrv) labels = NULL;
  gsize length = strlen (host);
  gboolean has_final_dot;
  guint n_labels;

  if (length >= 2 && host[0] == '[' && host[length - 1] == ']')
    {
      g_autofree char *inside = g_strndup (host + 1, length - 2);

      return canonicalise_v6 (inside);
    }

  ascii = to_ascii (host);
  if (ascii == NULL || (length = strlen (ascii)) == 0)
    return NULL;

  has_final_dot = ascii[length - 1] == '.';
  if (has_final_dot)
    ascii[--length] = '\0';
  if (length > MAX_NAME)
    return NULL;

  labels = g_strsplit (ascii, ".", -1);
  n_labels = g_strv_length (labels);
  if (n_labels == 0)
    return NULL;
  if (ends_in_number (labels[n_labels - 1]))
    return canonicalise_v4 (labels, n_labels);

  for (guint i = 0; i < n_labels; i++)
    if (!is_label (labels[i]))
      return NULL;

  return has_final_dot ? g_strconcat (ascii, ".", NULL) : g_steal_pointer (&ascii);
}
