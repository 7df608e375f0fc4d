/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/json.h"

/* "0", or digits without a leading zero (RFC 6901, 4). */
static gboolean
parse_index (const char *token,
             gsize      *index)
{
  guint64 number;

  if (!g_ascii_isdigit (token[0]) || (token[0] == '0' && token[1] != '\0'))
    return FALSE;
  if (!g_ascii_string_to_unsigned (token, 10, 0, G_MAXSIZE, &number, NULL))
    return FALSE;

  *index = number;

  return TRUE;
}

/* `~1` is a slash, `~0` a tilde; another tilde is no pointer. */
static gboolean
unescape (char *token)
{
  char *out = token;

  for (const char *in = token; *in != '\0'; in++)
    {
      if (*in == '~' && in[1] != '0' && in[1] != '1')
        return FALSE;

      if (*in == '~')
        *out++ = *++in == '0' ? '~' : '/';
      else
        *out++ = *in;
    }

  *out = '\0';

  return TRUE;
}

static EnlaceValue *
step_into (const EnlaceValue *value,
           char              *token)
{
  gsize index;

  if (!unescape (token))
    return NULL;

  if (enlace_value_get_kind (value) == ENLACE_KIND_LIST)
    return parse_index (token, &index) ? enlace_value_get_element (value, index) : NULL;

  return enlace_value_get_member (value, token);
}

/**
 * enlace_json_pointer_get:
 * @root: a value
 * @pointer: a JSON Pointer (RFC 6901); "" is @root itself
 *
 * Returns: (transfer none) (nullable): what it points at, or %NULL when there is nothing
 */
EnlaceValue *
enlace_json_pointer_get (const EnlaceValue *root,
                         const char        *pointer)
{
  g_auto(GStrv) tokens = NULL;
  const EnlaceValue *value = root;

  g_return_val_if_fail (root != NULL && pointer != NULL, NULL);

  if (pointer[0] == '\0')
    return (EnlaceValue *) root;
  if (pointer[0] != '/')
    return NULL;

  tokens = g_strsplit (pointer + 1, "/", -1);
  if (tokens[0] == NULL)
    return enlace_value_get_member (root, "");

  for (gsize i = 0; value != NULL && tokens[i] != NULL; i++)
    value = step_into (value, tokens[i]);

  return (EnlaceValue *) value;
}

void
enlace_json_pointer_append (GString    *pointer,
                            const char *token)
{
  g_return_if_fail (pointer != NULL && token != NULL);

  g_string_append_c (pointer, '/');

  for (const char *c = token; *c != '\0'; c++)
    {
      if (*c == '~')
        g_string_append (pointer, "~0");
      else if (*c == '/')
        g_string_append (pointer, "~1");
      else
        g_string_append_c (pointer, *c);
    }
}
