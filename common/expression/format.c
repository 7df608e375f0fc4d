/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/expression/number.h"
#include "common/expression/text.h"
#include "common/value/time.h"

#define DEFAULT_PRECISION 6
#define MAX_PRECISION     100
#define MAX_DEPTH         64     /* of lists and maps in %s */

typedef struct {
  EnlaceEvaluation *evaluation;
  GString          *text;
} Format;

static gboolean
wrong_kind (Format      *self,
            char         clause,
            EnlaceValue *value,
            const char  *wanted)
{
  return enlace_evaluation_fail (self->evaluation, "%%%c takes %s, not %s", clause, wanted,
                                 enlace_kind_type_name (enlace_value_get_kind (value)));
}

static gboolean
append (Format     *self,
        const char *text,
        gssize      length)
{
  gsize n = length >= 0 ? (gsize) length : strlen (text);

  if (!enlace_evaluation_charge (self->evaluation, 1 + n / ENLACE_COST_BYTES))
    return FALSE;
  g_string_append_len (self->text, text, n);
  return TRUE;
}

static gboolean append_plain (Format      *self,
                              EnlaceValue *value,
                              guint        depth);

static gboolean
append_list (Format      *self,
             EnlaceValue *list,
             guint        depth)
{
  gboolean ok = append (self, "[", 1);

  for (gsize i = 0; ok && i < enlace_value_get_length (list); i++)
    ok = (i == 0 || append (self, ", ", 2)) && append_plain (self, enlace_value_get_element (list, i), depth);
  return ok && append (self, "]", 1);
}

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const Format *left = a, *right = b;

  return strcmp (left->text->str, right->text->str);
}

static void
clear_entry (gpointer data)
{
  Format *entry = data;

  g_string_free (entry->text, TRUE);
}

/* By the text of the keys, so that equal maps give equal text. */
static gboolean
append_map (Format      *self,
            EnlaceValue *map,
            guint        depth)
{
  g_autoptr(GArray) entries = g_array_new (FALSE, FALSE, sizeof (Format));
  gboolean ok = TRUE;

  g_array_set_clear_func (entries, clear_entry);
  for (gsize i = 0; ok && i < enlace_value_get_length (map); i++)
    {
      Format entry = { self->evaluation, g_string_new (NULL) };

      ok = append_plain (&entry, enlace_value_get_key (map, i), depth) && append (&entry, ": ", 2)
           && append_plain (&entry, enlace_value_get_member_value (map, i), depth);
      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, compare_keys);
  ok = ok && append (self, "{", 1);
  for (guint i = 0; ok && i < entries->len; i++)
    {
      GString *entry = g_array_index (entries, Format, i).text;

      ok = (i == 0 || append (self, ", ", 2)) && append (self, entry->str, entry->len);
    }
  return ok && append (self, "}", 1);
}

static gboolean
append_double (Format *self,
               double  value)
{
  char text[ENLACE_DOUBLE_TEXT_SIZE];

  return append (self, isinf (value) ? (value > 0 ? "Infinity" : "-Infinity") : enlace_double_format (value, text), -1);
}

static char *
scalar_text (EnlaceValue *value)
{
  switch ((guint) enlace_value_get_kind (value))
    {
    case ENLACE_KIND_NULL:
      return g_strdup ("null");
    case ENLACE_KIND_BOOL:
      return g_strdup (enlace_value_get_bool (value) ? "true" : "false");
    case ENLACE_KIND_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_int (value));
    case ENLACE_KIND_UINT:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, enlace_value_get_uint (value));
    case ENLACE_KIND_TIMESTAMP:
      return enlace_time_format (enlace_value_get_seconds (value), enlace_value_get_nanoseconds (value));
    case ENLACE_KIND_DURATION:
      return enlace_duration_format (enlace_value_get_seconds (value), enlace_value_get_nanoseconds (value));
    case ENLACE_KIND_TYPE:
      return g_strdup (enlace_value_get_type_name (value));
    default:
      return NULL;
    }
}

/* %s: any kind. */
static gboolean
append_plain (Format      *self,
              EnlaceValue *value,
              guint        depth)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  g_autofree char *text = NULL;
  const char *data;
  gsize length;

  if (depth > MAX_DEPTH)
    return enlace_evaluation_fail (self->evaluation, "%%s takes lists and maps of at most %d levels", MAX_DEPTH);
  if (kind == ENLACE_KIND_LIST)
    return append_list (self, value, depth + 1);
  if (kind == ENLACE_KIND_MAP)
    return append_map (self, value, depth + 1);
  if (kind == ENLACE_KIND_DOUBLE)
    return append_double (self, enlace_value_get_double (value));
  if (kind == ENLACE_KIND_STRING)
    {
      data = enlace_value_get_string_len (value, &length);
      return append (self, data, length);
    }
  if (kind == ENLACE_KIND_BYTES)
    {
      data = enlace_value_get_bytes (value, &length);
      text = g_utf8_make_valid (data, length);
      return append (self, text, -1);
    }
  text = scalar_text (value);
  return text != NULL ? append (self, text, -1) : wrong_kind (self, 's', value, "a value with a text");
}

static gboolean
append_decimal (Format      *self,
                EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  if (kind != ENLACE_KIND_INT && kind != ENLACE_KIND_UINT && kind != ENLACE_KIND_DOUBLE)
    return wrong_kind (self, 'd', value, "a number");
  return append_plain (self, value, 0);
}

/* %e and %f */
static gboolean
append_point (Format      *self,
              EnlaceValue *value,
              char         clause,
              int          precision)
{
  char text[512], form[16];
  EnlaceKind kind = enlace_value_get_kind (value);
  double number = enlace_value_get_double (value);

  if (kind != ENLACE_KIND_INT && kind != ENLACE_KIND_UINT && kind != ENLACE_KIND_DOUBLE)
    return wrong_kind (self, clause, value, "a number");
  if (!isfinite (number))
    return append_double (self, number);
  g_snprintf (form, sizeof form, "%%.%d%c", precision < 0 ? DEFAULT_PRECISION : precision, clause);
  return append (self, g_ascii_formatd (text, sizeof text, form, number), -1);
}

static gboolean
append_digits (Format  *self,
               guint64  number,
               gboolean negative,
               guint    base,
               gboolean upper)
{
  const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[66];
  char *at = text + sizeof text;

  do
    {
      *--at = digits[number % base];
      number /= base;
    }
  while (number > 0);
  if (negative)
    *--at = '-';
  return append (self, at, text + sizeof text - at);
}

static gboolean
append_hex_bytes (Format      *self,
                  EnlaceValue *value,
                  gboolean     upper)
{
  const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  gsize length;
  const char *data = enlace_value_get_kind (value) == ENLACE_KIND_BYTES ? enlace_value_get_bytes (value, &length)
                                                                       : enlace_value_get_string_len (value, &length);

  if (!enlace_evaluation_charge_bytes (self->evaluation, 2 * length))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (self->text, digits[(guchar) data[i] >> 4]);
      g_string_append_c (self->text, digits[data[i] & 15]);
    }
  return TRUE;
}

/* %b, %o, %x, %X */
static gboolean
append_base (Format      *self,
             EnlaceValue *value,
             char         clause)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  guint base = clause == 'b' ? 2 : clause == 'o' ? 8 : 16;
  gint64 number;

  if (kind == ENLACE_KIND_BOOL && base == 2)
    return append (self, enlace_value_get_bool (value) ? "1" : "0", 1);
  if ((kind == ENLACE_KIND_STRING || kind == ENLACE_KIND_BYTES) && base == 16)
    return append_hex_bytes (self, value, clause == 'X');
  if (kind == ENLACE_KIND_UINT)
    return append_digits (self, enlace_value_get_uint (value), FALSE, base, clause == 'X');
  if (kind != ENLACE_KIND_INT)
    return wrong_kind (self, clause, value, base == 2 ? "an integer or a bool" : base == 8 ? "an integer"
                                                                               : "an integer, a string or bytes");
  number = enlace_value_get_int (value);
  return append_digits (self, number < 0 ? 0 - (guint64) number : (guint64) number, number < 0, base, clause == 'X');
}

static gboolean
append_clause (Format      *self,
               char         clause,
               int          precision,
               EnlaceValue *value)
{
  if (clause == 's')
    return append_plain (self, value, 0);
  if (clause == 'd')
    return append_decimal (self, value);
  if (clause == 'e' || clause == 'f')
    return append_point (self, value, clause, precision);
  return append_base (self, value, clause);
}

/* Behind a `%`: the precision and the letter. FALSE with a failure. */
static gboolean
read_clause (Format      *self,
             const char **at,
             const char  *end,
             int         *precision)
{
  *precision = -1;
  if (*at < end && **at == '.')
    for (*precision = 0, (*at)++; *at < end && g_ascii_isdigit (**at); (*at)++)
      *precision = MIN (*precision * 10 + (**at - '0'), MAX_PRECISION + 1);
  if (*precision > MAX_PRECISION)
    return enlace_evaluation_fail (self->evaluation, "a format has at most %d digits behind the point", MAX_PRECISION);
  if (*at < end && **at != '\0' && strchr ("sdefboxX", **at) != NULL)
    return TRUE;
  return enlace_evaluation_fail (self->evaluation, "behind %% in a format stands one of s, d, e, f, b, o, x, X or %%");
}

gboolean
enlace_text_format (EnlaceEvaluation    *evaluation,
                    const EnlaceOperand *format,
                    EnlaceValue         *values,
                    EnlaceOperand       *out)
{
  g_autoptr(GString) text = g_string_new (NULL);
  Format self = { evaluation, text };
  gsize length, used = 0;
  const char *at = enlace_value_get_string_len (format->value, &length);
  const char *end = at + length;

  while (at < end)
    {
      const char *mark = memchr (at, '%', end - at);
      int precision;

      if (!append (&self, at, (mark != NULL ? mark : end) - at))
        return FALSE;
      at = mark != NULL ? mark + 1 : end;
      if (mark == NULL || (at < end && *at == '%'))
        {
          if (mark != NULL && !append (&self, at++, 1))
            return FALSE;
          continue;
        }
      if (!read_clause (&self, &at, end, &precision))
        return FALSE;
      if (used >= enlace_value_get_length (values))
        return enlace_evaluation_fail (evaluation, "the format wants more than %" G_GSIZE_FORMAT " values", used);
      if (!append_clause (&self, *at++, precision, enlace_value_get_element (values, used++)))
        return FALSE;
    }
  enlace_operand_take (out, enlace_value_new_string_len (text->str, text->len));
  return TRUE;
}
