/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <string.h>

#include "server/outbound/host-name.h"
#include "server/outbound/url-private.h"

/* Longer addresses are a mistake or an attack; servers refuse them from 8 KiB on. */
#define MAX_LENGTH (64 * 1024)

struct _EnlaceUrl {
  gatomicrefcount references;
  gboolean is_secure;
  guint port;
  char *host;
  char *text;
  CURLU *handle;
};

/* Ports of services that take commands as lines of text, which a request could be made to look like: the list of bad
 * ports of the Fetch standard, 2.9 "Port blocking", and port 0. In ascending order. */
static const guint16 blocked_ports[] = {
  0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,   37,   42,   43,
  53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,  110,  111,  113,  115,  117,  119,
  123,  135,  137,  139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,  530,  531,
  532,  540,  548,  554,  556,  563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
};

static gboolean
is_blocked_port (guint port)
{
  for (gsize i = 0; i < G_N_ELEMENTS (blocked_ports) && blocked_ports[i] <= port; i++)
    if (blocked_ports[i] == port)
      return TRUE;

  return FALSE;
}

/* What a message may show of an address: never a user name, a password or the query, where keys are often found. */
static char *
make_presentable (const char *text)
{
  gsize length = MIN (strcspn (text, "?#"), 200);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) length);
  g_autofree char *shown = g_strescape (valid, NULL);
  const char *at = strrchr (shown, '@');

  return g_strdup (at != NULL ? at + 1 : shown);
}

static EnlaceUrl *
refuse (const char *text, const char *why, GError **error)
{
  g_autofree char *shown = make_presentable (text);

  g_set_error (error, ENLACE_OUTBOUND_ERROR, ENLACE_OUTBOUND_ERROR_BAD_URL, "“%s” cannot be called: %s", shown, why);

  return NULL;
}

/* What parsers disagree on is refused before any of them sees it. Returns why, or NULL. */
static const char *
find_fault (const char *text)
{
  const char *authority;
  gsize length;

  if (strlen (text) > MAX_LENGTH)
    return "the address is too long";
  if (!g_utf8_validate (text, -1, NULL))
    return "the address is not UTF-8";
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || *p == 0x7f || *p == '\\')
      return "the address holds a space, a control character or a backslash";

  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    authority = text + 7;
  else if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    authority = text + 8;
  else
    return "the address does not begin with http:// or https://";

  length = strcspn (authority, "/?#");
  if (length == 0)
    return "the address has no host";
  if (memchr (authority, '@', length) != NULL)
    return "the address holds a user name or password; send them as a header";
  if (authority[0] == '[' && memchr (authority, '%', length) != NULL)
    return "the address names a network interface";

  return NULL;
}

/* Puts the canonical host into the handle, so that what was checked is what is called. */
static const char *
read_host (EnlaceUrl *self)
{
  char *host = NULL;

  if (curl_url_get (self->handle, CURLUPART_HOST, &host, 0) != CURLUE_OK)
    return "the address has no host";

  self->host = enlace_host_name_canonicalise (host);
  curl_free (host);
  if (self->host == NULL)
    return "the host is neither a name nor an address";
  if (curl_url_set (self->handle, CURLUPART_HOST, self->host, 0) != CURLUE_OK)
    return "the host is neither a name nor an address";

  return NULL;
}

static const char *
read_parts (EnlaceUrl *self)
{
  const char *why = read_host (self);
  char *part = NULL;

  if (why != NULL)
    return why;

  if (curl_url_get (self->handle, CURLUPART_PORT, &part, CURLU_DEFAULT_PORT) != CURLUE_OK)
    return "the port is not a number from 1 to 65535";
  self->port = (guint) g_ascii_strtoull (part, NULL, 10);
  curl_free (part);
  if (is_blocked_port (self->port))
    return "the port belongs to another service than HTTP";

  curl_url_set (self->handle, CURLUPART_FRAGMENT, NULL, 0);
  if (curl_url_get (self->handle, CURLUPART_URL, &part, CURLU_NO_DEFAULT_PORT) != CURLUE_OK)
    return "the address cannot be read";
  self->text = g_strdup (part);
  self->is_secure = g_str_has_prefix (self->text, "https:");
  curl_free (part);

  return NULL;
}

/* Location headers in the wild hold raw spaces and UTF-8: those bytes are encoded, the rest is left as it is. */
static char *
encode_reference (const char *reference)
{
  GString *text = g_string_new (NULL);
  g_autofree char *trimmed = g_strstrip (g_strdup (reference));

  for (const char *p = trimmed; *p != '\0'; p++)
    {
      if ((guchar) *p == ' ' || (guchar) *p >= 0x80)
        g_string_append_printf (text, "%%%02X", (guchar) *p);
      else
        g_string_append_c (text, *p);
    }

  return g_string_free_and_steal (text);
}

EnlaceUrl *
enlace_url_parse (const char *text, GError **error)
{
  g_autoptr(EnlaceUrl) self = NULL;
  const char *why;

  g_return_val_if_fail (text != NULL, NULL);

  if ((why = find_fault (text)) != NULL)
    return refuse (text, why, error);

  self = g_new0 (EnlaceUrl, 1);
  g_atomic_ref_count_init (&self->references);
  self->handle = curl_url ();
  if (curl_url_set (self->handle, CURLUPART_URL, text, CURLU_URLENCODE) != CURLUE_OK)
    return refuse (text, "its host or port cannot be read", error);
  if ((why = read_parts (self)) != NULL)
    return refuse (text, why, error);

  return g_steal_pointer (&self);
}

EnlaceUrl *
enlace_url_resolve (EnlaceUrl *self, const char *reference, GError **error)
{
  g_autofree char *encoded = NULL;
  g_autoptr(EnlaceUrl) resolved = NULL;
  CURLU *handle;
  char *text = NULL;

  g_return_val_if_fail (self != NULL && reference != NULL, NULL);

  encoded = encode_reference (reference);
  if (strpbrk (encoded, "\\\t\r\n") != NULL)
    return refuse (reference, "the address holds a space, a control character or a backslash", error);

  handle = curl_url_dup (self->handle);
  if (curl_url_set (handle, CURLUPART_URL, encoded, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
      curl_url_get (handle, CURLUPART_URL, &text, 0) != CURLUE_OK)
    refuse (reference, "it is neither an address nor a path", error);
  else
    resolved = enlace_url_parse (text, error);

  curl_free (text);
  curl_url_cleanup (handle);

  return g_steal_pointer (&resolved);
}

EnlaceUrl *
enlace_url_ref (EnlaceUrl *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enlace_url_unref (EnlaceUrl *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_free (self->host);
  g_free (self->text);
  curl_url_cleanup (self->handle);
  g_free (self);
}

const char *
enlace_url_get_text (EnlaceUrl *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

const char *
enlace_url_get_host (EnlaceUrl *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->host;
}

guint
enlace_url_get_port (EnlaceUrl *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

gboolean
enlace_url_is_secure (EnlaceUrl *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_secure;
}

gboolean
enlace_url_same_origin (EnlaceUrl *self, EnlaceUrl *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  return self->is_secure == other->is_secure && self->port == other->port && g_str_equal (self->host, other->host);
}

CURLU *
enlace_url_peek_handle (EnlaceUrl *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->handle;
}
