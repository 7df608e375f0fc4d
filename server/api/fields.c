/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/fields.h"

#include <string.h>

#include "common/value/json.h"
#include "common/value/uuid.h"

/* What is wrong beyond this many members is not listed. */
#define MAX_ERRORS 100

void
enlace_fields_init (EnlaceFields  *self,
                    EnlaceRequest *request)
{
  self->body = enlace_request_get_body (request);
  self->errors = enlace_list_builder_new ();
  self->known = g_ptr_array_new ();
}

/* The member, which counts as known from now on; NULL: absent. */
static EnlaceValue *
take (EnlaceFields *self,
      const char   *name)
{
  g_ptr_array_add (self->known, (gpointer) name);

  return enlace_value_get_member (self->body, name);
}

static void
add_member_error (EnlaceFields *self,
                  const char   *name,
                  const char   *detail)
{
  g_autoptr(GString) pointer = g_string_new (NULL);

  enlace_json_pointer_append (pointer, name);
  enlace_fields_add_error (self, pointer->str, "%s", detail);
}

gboolean
enlace_fields_has (EnlaceFields *self,
                   const char   *name)
{
  return enlace_value_get_member (self->body, name) != NULL;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

gboolean
enlace_fields_take_text (EnlaceFields  *self,
                         const char    *name,
                         guint          min,
                         guint          max,
                         char         **value)
{
  EnlaceValue *member = take (self, name);
  g_autofree char *detail = NULL;
  const char *text;

  if (member == NULL)
    return FALSE;

  if (enlace_value_is_null (member) && min == 0)
    {
      g_clear_pointer (value, g_free);
      return TRUE;
    }

  text = enlace_value_get_string (member);
  if (text == NULL)
    detail = g_strdup ("This must be text");
  else if (min > 0 && is_blank (text))
    detail = g_strdup ("This must not be empty");
  else if (g_utf8_strlen (text, -1) > (glong) max)
    detail = g_strdup_printf ("This may have at most %u characters", max);

  if (detail != NULL)
    {
      add_member_error (self, name, detail);
      return FALSE;
    }

  g_set_str (value, text);

  return TRUE;
}

gboolean
enlace_fields_take_bool (EnlaceFields *self,
                         const char   *name,
                         gboolean     *value)
{
  EnlaceValue *member = take (self, name);

  if (member == NULL)
    return FALSE;

  if (enlace_value_get_kind (member) != ENLACE_KIND_BOOL)
    {
      add_member_error (self, name, "This must be true or false");
      return FALSE;
    }

  *value = enlace_value_get_bool (member);

  return TRUE;
}

gboolean
enlace_fields_take_int (EnlaceFields *self,
                        const char   *name,
                        gint64        min,
                        gint64        max,
                        gint64       *value)
{
  EnlaceValue *member = take (self, name);
  gint64 number;

  if (member == NULL)
    return FALSE;

  number = enlace_value_get_int (member);
  if (enlace_value_get_kind (member) != ENLACE_KIND_INT || number < min || number > max)
    {
      g_autofree char *detail = g_strdup_printf ("This must be a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);

      add_member_error (self, name, detail);
      return FALSE;
    }

  *value = number;

  return TRUE;
}

gboolean
enlace_fields_take_value (EnlaceFields  *self,
                          const char    *name,
                          EnlaceKind     kind,
                          EnlaceValue  **value)
{
  EnlaceValue *member = take (self, name);

  if (member == NULL)
    return FALSE;

  if (kind != ENLACE_KIND_NULL && enlace_value_get_kind (member) != kind)
    {
      add_member_error (self, name, kind == ENLACE_KIND_LIST ? "This must be a list" : "This must be an object");
      return FALSE;
    }

  *value = member;

  return TRUE;
}

GArray *
enlace_fields_take_ids (EnlaceFields *self,
                        const char   *name,
                        guint         max)
{
  g_autoptr(GArray) ids = g_array_new (FALSE, FALSE, sizeof (EnlaceUuid));
  EnlaceValue *list = NULL;

  if (!enlace_fields_take_value (self, name, ENLACE_KIND_LIST, &list))
    return NULL;

  if (enlace_value_get_length (list) > max)
    {
      g_autofree char *detail = g_strdup_printf ("This may have at most %u elements", max);

      add_member_error (self, name, detail);
      return NULL;
    }

  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    {
      const char *text = enlace_value_get_string (enlace_value_get_element (list, i));
      EnlaceUuid id;

      if (text != NULL && enlace_uuid_parse (text, &id))
        {
          g_array_append_val (ids, id);
          continue;
        }

      g_autofree char *pointer = g_strdup_printf ("/%s/%" G_GSIZE_FORMAT, name, i);
      enlace_fields_add_error (self, pointer, "This must be an id");
    }

  return g_steal_pointer (&ids);
}

void
enlace_fields_require (EnlaceFields *self,
                       const char   *name)
{
  if (!enlace_fields_has (self, name))
    add_member_error (self, name, "This is missing");
}

void
enlace_fields_ignore (EnlaceFields      *self,
                      const char *const *names)
{
  for (gsize i = 0; names[i] != NULL; i++)
    g_ptr_array_add (self->known, (gpointer) names[i]);
}

void
enlace_fields_add_error (EnlaceFields *self,
                         const char   *pointer,
                         const char   *format,
                         ...)
{
  g_autoptr(EnlaceMapBuilder) entry = enlace_map_builder_new ();
  g_autofree char *detail = NULL;
  va_list arguments;

  if (enlace_list_builder_get_length (self->errors) >= MAX_ERRORS)
    return;

  va_start (arguments, format);
  detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  enlace_map_builder_add_string (entry, "pointer", pointer);
  enlace_map_builder_add_string (entry, "detail", detail);
  enlace_list_builder_take (self->errors, enlace_map_builder_end (entry));
}

static void
find_unknown (EnlaceFields *self)
{
  for (gsize i = 0; i < enlace_value_get_length (self->body); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (self->body, i));

      if (!g_ptr_array_find_with_equal_func (self->known, name, g_str_equal, NULL))
        add_member_error (self, name, "There is no such member");
    }
}

gboolean
enlace_fields_finish (EnlaceFields  *self,
                      EnlaceRequest *request)
{
  g_autoptr(EnlaceListBuilder) errors = NULL;

  find_unknown (self);
  errors = g_steal_pointer (&self->errors);
  g_clear_pointer (&self->known, g_ptr_array_unref);
  if (enlace_list_builder_get_length (errors) == 0)
    return TRUE;

  enlace_request_fail_body (request, enlace_list_builder_end (errors));

  return FALSE;
}
