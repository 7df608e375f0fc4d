/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/html.h"

#include <libxml/tree.h>
#include <string.h>

/* Each compound becomes a step, and steps are evaluated by recursion. */
#define MAX_LENGTH 512

typedef struct {
  const char *at;
  GString    *out;
} Translator;

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_' || (guchar) c >= 0x80;
}

/* Empty: there is none. */
static char *
read_name (Translator *self)
{
  const char *start = self->at;

  while (is_name_char (*self->at))
    self->at++;
  return g_strndup (start, self->at - start);
}

/* Of an element or an attribute, as XPath writes it. */
static gboolean
is_xml_name (const char *name)
{
  return xmlValidateNCName ((const xmlChar *) name, 0) == 0;
}

/* XPath has no way to write both quotes in one literal. */
static gboolean
append_literal (Translator *self,
                const char *text)
{
  char quote = strchr (text, '\'') == NULL ? '\'' : '"';

  if (strchr (text, quote) != NULL)
    return FALSE;
  g_string_append_printf (self->out, "%c%s%c", quote, text, quote);
  return TRUE;
}

static gboolean
append_word (Translator *self,
             const char *attribute,
             const char *word)
{
  g_autofree char *padded = g_strdup_printf (" %s ", word);

  g_string_append_printf (self->out, "[contains(concat(' ',normalize-space(@%s),' '),", attribute);
  if (!append_literal (self, padded))
    return FALSE;
  g_string_append (self->out, ")]");
  return TRUE;
}

/* Between [ and ]: after the operator. */
static char *
read_attribute_value (Translator *self)
{
  char quote = *self->at;
  const char *end;
  char *value;

  if (quote != '"' && quote != '\'')
    return read_name (self);

  end = strchr (self->at + 1, quote);
  if (end == NULL)
    return NULL;
  value = g_strndup (self->at + 1, end - self->at - 1);
  self->at = end + 1;
  return value;
}

static gboolean
append_comparison (Translator *self,
                   const char *name,
                   char        operator,
                   const char *value)
{
  g_autofree char *prefix = g_strdup_printf ("%s-", value);

  switch (operator)
    {
    case '~':
      return *value != '\0' && append_word (self, name, value);
    case '^':
    case '*':
      g_string_append_printf (self->out, "[%s(@%s,", operator == '^' ? "starts-with" : "contains", name);
      if (!append_literal (self, value))
        return FALSE;
      g_string_append (self->out, ")]");
      return TRUE;
    case '$':
      g_string_append_printf (self->out, "[substring(@%s,string-length(@%s)-%ld)=", name, name, g_utf8_strlen (value, -1) - 1);
      break;
    case '|':
      g_string_append_printf (self->out, "[starts-with(concat(@%s,'-'),", name);
      if (!append_literal (self, prefix))
        return FALSE;
      g_string_append (self->out, ")]");
      return TRUE;
    default:
      g_string_append_printf (self->out, "[@%s=", name);
    }

  if (!append_literal (self, value))
    return FALSE;
  g_string_append_c (self->out, ']');
  return TRUE;
}

/* Behind [. */
static gboolean
translate_attribute (Translator *self)
{
  g_autofree char *name = read_name (self);
  g_autofree char *value = NULL;
  char operator = '=';

  if (!is_xml_name (name))
    return FALSE;
  if (*self->at == ']')
    {
      self->at++;
      g_string_append_printf (self->out, "[@%s]", name);
      return TRUE;
    }
  if (*self->at != '\0' && strchr ("~|^$*", *self->at) != NULL)
    operator = *self->at++;
  if (*self->at != '=')
    return FALSE;

  self->at++;
  value = read_attribute_value (self);
  if (value == NULL || *self->at != ']')
    return FALSE;
  self->at++;
  return append_comparison (self, name, operator, value);
}

/* Behind :. */
static gboolean
translate_pseudo (Translator *self)
{
  g_autofree char *name = read_name (self);
  char *end;
  guint64 n;

  if (strcmp (name, "first-child") == 0)
    g_string_append (self->out, "[not(preceding-sibling::*)]");
  else if (strcmp (name, "last-child") == 0)
    g_string_append (self->out, "[not(following-sibling::*)]");
  else if (strcmp (name, "nth-child") == 0 && *self->at == '(' && g_ascii_isdigit (self->at[1]))
    {
      n = g_ascii_strtoull (self->at + 1, &end, 10);
      if (n == 0 || n > G_MAXINT32 || *end != ')')
        return FALSE;
      self->at = end + 1;
      g_string_append_printf (self->out, "[count(preceding-sibling::*)=%" G_GUINT64_FORMAT "]", n - 1);
    }
  else
    return FALSE;

  return TRUE;
}

/* One element with all that is asked of it. */
static gboolean
translate_compound (Translator *self)
{
  const char *start = self->at;
  g_autofree char *name = read_name (self);
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (*name == '\0' && *self->at == '*')
    self->at++;
  if (*name != '\0' && !is_xml_name (name))
    return FALSE;
  g_string_append (self->out, *name != '\0' ? lower : "*");

  while (*self->at != '\0' && strchr ("#.[:", *self->at) != NULL)
    {
      char kind = *self->at++;
      g_autofree char *word = kind == '#' || kind == '.' ? read_name (self) : NULL;

      if (word != NULL && *word == '\0')
        return FALSE;
      if (kind == '#')
        g_string_append_printf (self->out, "[@id='%s']", word);
      else if (kind == '.' ? !append_word (self, "class", word) : kind == '[' ? !translate_attribute (self) : !translate_pseudo (self))
        return FALSE;
    }

  return self->at > start;
}

/* At the border of two compounds; FALSE: something else is there. */
static gboolean
translate_combinator (Translator *self)
{
  gboolean has_space = g_ascii_isspace (*self->at);
  char c;

  while (g_ascii_isspace (*self->at))
    self->at++;
  c = *self->at;
  if (c == ',')
    g_string_append (self->out, " | //");
  else if (c == '>')
    g_string_append (self->out, "/");
  else if (c == '+')
    g_string_append (self->out, "/following-sibling::*[1]/self::");
  else if (c == '~')
    g_string_append (self->out, "/following-sibling::");
  else if (has_space)
    {
      g_string_append (self->out, "//");
      return TRUE;
    }
  else
    return FALSE;

  self->at++;
  while (g_ascii_isspace (*self->at))
    self->at++;
  return TRUE;
}

/* Only characters that XML has can be asked for. */
static gboolean
is_xml_text (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if ((c < 0x20 && !g_ascii_isspace ((char) c)) || c == 0x0b || c == 0x0c || c == 0xfffe || c == 0xffff)
        return FALSE;
    }

  return TRUE;
}

/* For a message: whole characters, as many as fit into `length` bytes. */
static char *
dup_start (const char *text,
           gsize       length)
{
  g_autofree char *start = g_strndup (text, length);
  const char *end;

  g_utf8_validate (start, -1, &end);
  return g_strndup (start, end - start);
}

char *
enlace_selector_to_xpath (const char  *selector,
                          GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (selector));
  g_autofree char *shown = NULL;
  g_autofree char *place = NULL;
  g_autoptr(GString) out = g_string_new ("//");
  Translator self = { stripped, out };
  gboolean is_right = strlen (stripped) <= MAX_LENGTH && is_xml_text (stripped) && translate_compound (&self);

  while (is_right && *self.at != '\0')
    is_right = translate_combinator (&self) && translate_compound (&self);
  if (is_right)
    return g_string_free (g_steal_pointer (&out), FALSE);

  shown = dup_start (selector, 60);
  place = dup_start (self.at, 20);
  g_set_error (error, ENLACE_FORMAT_ERROR, ENLACE_FORMAT_ERROR_OPTION, "“%s” is no selector that is understood here; it goes wrong at “%s”", shown, place);
  return NULL;
}
