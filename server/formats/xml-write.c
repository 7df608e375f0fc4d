/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/xml.h"

#include <libxml/tree.h>
#include <string.h>

#include "common/value/json.h"
#include "server/formats/markup.h"

#define MAX_DEPTH 250

typedef struct {
  GString           *out;
  gboolean           is_pretty;
  EnlaceFormatGuard *guard;
  gsize              spent;
} Writer;

static gboolean
fail (GError     **error,
      const char  *format,
      const char  *name)
{
  g_autofree char *message = g_strdup_printf ("“%s” %s", name, format);

  g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, message);
  return FALSE;
}

static gboolean
is_text (const char *text,
         gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) text[i];

      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
        return FALSE;
      if (c == 0xef && i + 2 < length && (guchar) text[i + 1] == 0xbf && (guchar) text[i + 2] >= 0xbe)
        return FALSE;
    }

  return TRUE;
}

static void
append_text (Writer     *self,
             const char *text,
             gsize       length,
             gboolean    is_attribute)
{
  gsize start = 0;

  for (gsize i = 0; i < length; i++)
    if (text[i] == '\r' || (is_attribute && (text[i] == '\n' || text[i] == '\t')))
      {
        enlace_markup_append (self->out, text + start, i - start);
        g_string_append_printf (self->out, "&#%d;", text[i]);
        start = i + 1;
      }

  enlace_markup_append (self->out, text + start, length - start);
}

/* null, text, a number, a bool; bytes and times as JSON has them. */
static gboolean
append_value (Writer       *self,
              const char   *name,
              EnlaceValue  *value,
              gboolean      is_attribute,
              GError      **error)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  g_autofree char *json = NULL;
  gsize length;
  const char *text = enlace_value_get_string_len (value, &length);

  if (kind == ENLACE_KIND_NULL)
    return TRUE;
  if (kind == ENLACE_KIND_MAP || kind == ENLACE_KIND_LIST)
    return fail (error, "must be a text, a number or true or false", name);
  if (text == NULL)
    {
      text = json = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, error);
      if (json == NULL)
        return FALSE;
      if (*json == '"')
        {
          text++;
          length -= 2;
        }
    }
  if (!is_text (text, length))
    return fail (error, "holds a character that XML cannot say", name);

  append_text (self, text, length, is_attribute);
  return TRUE;
}

static gboolean
append_attributes (Writer       *self,
                   EnlaceValue  *element,
                   gboolean     *has_children,
                   GError      **error)
{
  for (gsize i = 0; i < enlace_value_get_length (element); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (element, i));

      if (name == NULL)
        return fail (error, "is no name of an element or an attribute", "?");
      if (*name != '@')
        {
          *has_children |= strcmp (name, "#text") != 0;
          continue;
        }
      if (xmlValidateQName ((const xmlChar *) name + 1, 0) != 0)
        return fail (error, "is no name of an attribute", name + 1);
      g_string_append_printf (self->out, " %s=\"", name + 1);
      if (!append_value (self, name, enlace_value_get_member_value (element, i), TRUE, error))
        return FALSE;
      g_string_append_c (self->out, '"');
    }

  return TRUE;
}

static void
indent (Writer *self,
        guint   depth)
{
  if (self->is_pretty)
    g_string_append_printf (self->out, "\n%*s", (int) depth * 2, "");
}

static gboolean append_element (Writer       *self,
                                const char   *name,
                                EnlaceValue  *value,
                                guint         depth,
                                GError      **error);

static gboolean
append_children (Writer       *self,
                 EnlaceValue  *element,
                 guint         depth,
                 GError      **error)
{
  for (gsize i = 0; i < enlace_value_get_length (element); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (element, i));
      EnlaceValue *value = enlace_value_get_member_value (element, i);
      gboolean is_list = enlace_value_get_kind (value) == ENLACE_KIND_LIST;

      if (*name == '@' || strcmp (name, "#text") == 0)
        continue;
      for (gsize j = 0; j < (is_list ? enlace_value_get_length (value) : 1); j++)
        if (!append_element (self, name, is_list ? enlace_value_get_element (value, j) : value, depth, error))
          return FALSE;
    }

  return TRUE;
}

static gboolean
append_record (Writer       *self,
               const char   *name,
               EnlaceValue  *element,
               guint         depth,
               GError      **error)
{
  EnlaceValue *text = enlace_value_get_member (element, "#text");
  gboolean has_children = FALSE, was_pretty = self->is_pretty;

  if (!append_attributes (self, element, &has_children, error))
    return FALSE;
  if (!has_children && text == NULL)
    {
      g_string_append (self->out, "/>");
      return TRUE;
    }

  g_string_append_c (self->out, '>');
  if (text != NULL)
    {
      /* Spaces between elements would be part of the text. */
      self->is_pretty = FALSE;
      if (!append_value (self, "#text", text, FALSE, error))
        return FALSE;
    }
  if (!append_children (self, element, depth + 1, error))
    return FALSE;
  if (has_children)
    indent (self, depth);
  self->is_pretty = was_pretty;
  g_string_append_printf (self->out, "</%s>", name);

  return TRUE;
}

static gboolean
append_element (Writer       *self,
                const char   *name,
                EnlaceValue  *value,
                guint         depth,
                GError      **error)
{
  if (depth > MAX_DEPTH)
    return fail (error, "is nested too deep", name);
  if (xmlValidateQName ((const xmlChar *) name, 0) != 0)
    return fail (error, "is no name of an element", name);
  if (!enlace_format_spend (self->guard, 1 + (self->out->len - self->spent) / 16, self->out->len, error))
    return FALSE;

  self->spent = self->out->len;
  indent (self, depth);
  g_string_append_printf (self->out, "<%s", name);
  if (enlace_value_get_kind (value) == ENLACE_KIND_MAP)
    return append_record (self, name, value, depth, error);
  if (enlace_value_is_null (value))
    {
      g_string_append (self->out, "/>");
      return TRUE;
    }

  g_string_append_c (self->out, '>');
  if (!append_value (self, name, value, FALSE, error))
    return FALSE;
  g_string_append_printf (self->out, "</%s>", name);

  return TRUE;
}

char *
enlace_xml_write (EnlaceValue        *root,
                  gboolean            is_pretty,
                  gsize              *length,
                  EnlaceFormatGuard  *guard,
                  GError            **error)
{
  g_autoptr(GString) out = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  Writer self = { .out = out, .is_pretty = is_pretty, .guard = guard };
  const char *name = enlace_value_get_kind (root) == ENLACE_KIND_MAP && enlace_value_get_length (root) == 1
                       ? enlace_value_get_string (enlace_value_get_key (root, 0)) : NULL;

  if (name == NULL || enlace_value_get_kind (enlace_value_get_member_value (root, 0)) == ENLACE_KIND_LIST)
    {
      g_set_error_literal (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_VALUE, "An XML document is a record with one member, its root, which is no list");
      return NULL;
    }
  if (!is_pretty)
    g_string_append_c (out, '\n');
  if (!append_element (&self, name, enlace_value_get_member_value (root, 0), 0, error))
    return NULL;

  g_string_append_c (out, '\n');
  *length = out->len;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
