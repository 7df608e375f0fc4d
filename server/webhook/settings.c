/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/settings.h"

#include <string.h>

#include <gio/gio.h>

#include "server/webhook/inbound.h"

#define MAX_SEGMENTS 32
#define MAX_ADDRESSES 500

typedef gboolean (*Reader) (EnlaceHookSettings *self, EnlaceValue *value, GError **error);

static gboolean fail (GError     **error,
                      const char  *format,
                      ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError     **error,
      const char  *format,
      ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_SETTINGS, format, arguments));
  va_end (arguments);

  return FALSE;
}

/* "{name}" or "{name*}" → its name; NULL: it is none. Caller frees. */
static char *
dup_parameter_name (const char *segment)
{
  gsize length = strlen (segment);

  if (length < 3 || segment[0] != '{' || segment[length - 1] != '}')
    return NULL;

  length -= segment[length - 2] == '*' ? 3 : 2;

  return length > 0 ? g_strndup (segment + 1, length) : NULL;
}

static gboolean
is_rest (const char *segment)
{
  return *segment == '{' && g_str_has_suffix (segment, "*}");
}

static gboolean
check_segment (const char  *segment,
               gboolean     is_last,
               GHashTable  *names,
               GError     **error)
{
  g_autofree char *name = dup_parameter_name (segment);

  if (*segment == '\0')
    return fail (error, "The path has an empty part");
  if (name == NULL)
    return strpbrk (segment, "{}*?#") == NULL || fail (error, "“%.64s” is neither a part of a path nor a {name}", segment);
  if (!g_regex_match_simple ("\\A[A-Za-z_][A-Za-z0-9_]{0,63}\\z", name, 0, 0))
    return fail (error, "“%.64s” cannot be a name: letters, digits and _ can be in it", name);
  if (is_rest (segment) && !is_last)
    return fail (error, "{%s*} takes all that is left of a path, so it must be the last part", name);
  if (!g_hash_table_add (names, g_steal_pointer (&name)))
    return fail (error, "A name is in the path twice");

  return TRUE;
}

static gboolean
read_path (EnlaceHookSettings  *self,
           EnlaceValue         *value,
           GError             **error)
{
  const char *text = enlace_value_get_string (value);
  g_autoptr(GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (text == NULL)
    return fail (error, "The path is a text such as /orders/{id}");
  if (*text == '/')
    text++;
  if (*text == '\0')
    return TRUE;

  self->path = g_strsplit (text, "/", MAX_SEGMENTS + 1);
  if (g_strv_length (self->path) > MAX_SEGMENTS)
    return fail (error, "The path has more than %d parts", MAX_SEGMENTS);
  for (guint i = 0; self->path[i] != NULL; i++)
    if (!check_segment (self->path[i], self->path[i + 1] == NULL, names, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_addresses (EnlaceHookSettings  *self,
                EnlaceValue         *value,
                GError             **error)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_LIST || enlace_value_get_length (value) > MAX_ADDRESSES)
    return fail (error, "The allowed addresses are a list of up to %d ranges such as 192.0.2.0/24", MAX_ADDRESSES);
  if (enlace_value_get_length (value) == 0)
    return TRUE;

  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; i < enlace_value_get_length (value); i++)
    {
      const char *text = enlace_value_get_string (enlace_value_get_element (value, i));
      GInetAddressMask *mask = text != NULL ? g_inet_address_mask_new_from_string (text, NULL) : NULL;

      if (mask == NULL)
        return fail (error, "“%.64s” is no range of addresses such as 192.0.2.0/24", text != NULL ? text : "");
      g_ptr_array_add (self->addresses, mask);
    }

  return TRUE;
}

static gboolean
read_signature (EnlaceHookSettings  *self,
                EnlaceValue         *value,
                GError             **error)
{
  if (enlace_value_get_kind (value) != ENLACE_KIND_MAP)
    return fail (error, "The signature is an object such as { \"scheme\": \"github\" }");
  if (strcmp (enlace_value_get_member_string (value, "scheme", "none"), "none") == 0)
    return TRUE;

  return (self->signature = enlace_signature_new (value, error)) != NULL;
}

static EnlaceTemplate *
compile (EnlaceValue  *value,
         const char   *what,
         GError      **error)
{
  g_autoptr(GError) reason = NULL;
  EnlaceTemplate *template = enlace_template_compile (value, NULL, &reason);

  if (template == NULL)
    fail (error, "%s cannot be read: %s", what, reason->message);

  return template;
}

static gboolean
read_event_id (EnlaceHookSettings  *self,
               EnlaceValue         *value,
               GError             **error)
{
  if (enlace_value_get_kind (value) == ENLACE_KIND_STRING && *enlace_value_get_string (value) == '\0')
    return TRUE;

  return (self->event_id = compile (value, "The event's id", error)) != NULL;
}

static gboolean
read_respond (EnlaceHookSettings  *self,
              EnlaceValue         *value,
              GError             **error)
{
  const char *text = enlace_value_get_string (value);

  self->responds_now = g_strcmp0 (text, "now") == 0;

  return self->responds_now || g_strcmp0 (text, "auto") == 0 || fail (error, "A webhook responds “auto” or “now”");
}

static gboolean
read_status (EnlaceHookSettings  *self,
             EnlaceValue         *value,
             GError             **error)
{
  gint64 status = enlace_value_get_int (value);

  if (enlace_value_get_kind (value) != ENLACE_KIND_INT || status < 200 || status > 599)
    return fail (error, "The status is a whole number from 200 to 599");
  self->status = (guint) status;

  return TRUE;
}

static gboolean
read_body (EnlaceHookSettings  *self,
           EnlaceValue         *value,
           GError             **error)
{
  return (self->body = compile (value, "The reply's body", error)) != NULL;
}

static const struct { const char *name; const char *pointer; Reader read; } readers[] = {
  { "path", "/path", read_path },
  { "allow_addresses", "/allow_addresses", read_addresses },
  { "signature", "/signature", read_signature },
  { "event_id", "/event_id", read_event_id },
  { "respond", "/respond", read_respond },
  { "status", "/status", read_status },
  { "body", "/body", read_body },
};

EnlaceHookSettings *
enlace_hook_settings_new (EnlaceValue  *parameters,
                          const char  **pointer,
                          GError      **error)
{
  g_autoptr(EnlaceHookSettings) self = g_new0 (EnlaceHookSettings, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->parameters = enlace_value_ref (parameters);
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      EnlaceValue *value = enlace_value_get_member (parameters, readers[i].name);

      if (pointer != NULL)
        *pointer = readers[i].pointer;
      if (value != NULL && !enlace_value_is_null (value) && !readers[i].read (self, value, error))
        return NULL;
    }

  return g_steal_pointer (&self);
}

EnlaceHookSettings *
enlace_hook_settings_ref (EnlaceHookSettings *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
enlace_hook_settings_unref (EnlaceHookSettings *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  enlace_value_unref (self->parameters);
  g_strfreev (self->path);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_clear_pointer (&self->signature, enlace_signature_free);
  g_clear_pointer (&self->event_id, enlace_template_unref);
  g_clear_pointer (&self->body, enlace_template_unref);
  g_free (self);
}

gboolean
enlace_hook_settings_takes_method (EnlaceHookSettings *self,
                                   const char         *method)
{
  EnlaceValue *methods = enlace_value_get_member (self->parameters, "methods");

  if (methods == NULL)
    return strcmp (method, "POST") == 0;

  for (gsize i = 0; i < enlace_value_get_length (methods); i++)
    if (g_strcmp0 (enlace_value_get_string (enlace_value_get_element (methods, i)), method) == 0)
      return TRUE;

  return FALSE;
}

EnlaceValue *
enlace_hook_settings_match_path (EnlaceHookSettings *self,
                                 const char         *path)
{
  g_autoptr(EnlaceMapBuilder) params = enlace_map_builder_new ();
  const char *rest = path;

  for (guint i = 0; self->path != NULL && self->path[i] != NULL; i++)
    {
      const char *segment = self->path[i];
      g_autofree char *name = dup_parameter_name (segment);
      gsize length = is_rest (segment) ? strlen (rest) : strcspn (rest, "/");

      if (length == 0)
        return NULL;
      if (name != NULL)
        enlace_map_builder_take (params, name, enlace_value_new_string_len (rest, length));
      else if (strlen (segment) != length || strncmp (segment, rest, length) != 0)
        return NULL;
      rest += length;
      if (self->path[i + 1] != NULL && *rest++ != '/')
        return NULL;
    }

  return self->path == NULL || *rest == '\0' ? enlace_map_builder_end (params) : NULL;
}

/* An IPv4 address that came over IPv6 is meant as what it is. */
static GInetAddress *
read_address (const char *text)
{
  if (g_ascii_strncasecmp (text, "::ffff:", 7) == 0 && strchr (text, '.') != NULL)
    text += 7;

  return g_inet_address_new_from_string (text);
}

gboolean
enlace_hook_settings_takes_address (EnlaceHookSettings *self,
                                    const char         *address)
{
  g_autoptr(GInetAddress) given = self->addresses != NULL && address != NULL ? read_address (address) : NULL;

  for (guint i = 0; given != NULL && i < self->addresses->len; i++)
    if (g_inet_address_mask_matches (g_ptr_array_index (self->addresses, i), given))
      return TRUE;

  return self->addresses == NULL;
}
