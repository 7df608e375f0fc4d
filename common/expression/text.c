/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/dates.h"
#include "common/expression/function.h"
#include "common/expression/lists.h"
#include "common/expression/text.h"

/* CEL's string extension. Positions count code points. */

typedef struct {
  const char *data;
  gsize       length;
} Text;

gsize
enlace_text_count (const char *text,
                   gsize       length)
{
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    n += ((guchar) text[i] & 0xc0) != 0x80;
  return n;
}

/* Arguments by their kinds, a letter each: s string, i int, l list. FALSE with a failure when they do not fit; charges for
 * the texts. */
static gboolean
accept (EnlaceEvaluation    *evaluation,
        const EnlaceNode    *node,
        const EnlaceOperand *arguments,
        const char          *kinds,
        Text                *texts)
{
  for (guint i = 0; i < node->n; i++)
    {
      EnlaceKind wanted = kinds[i] == 's' ? ENLACE_KIND_STRING : kinds[i] == 'i' ? ENLACE_KIND_INT : ENLACE_KIND_LIST;

      texts[i] = (Text) { "", 0 };
      if (arguments[i].kind != wanted)
        return enlace_evaluation_no_overload (evaluation, node->call.name, arguments, node->n);
      if (wanted == ENLACE_KIND_STRING)
        texts[i].data = enlace_operand_get_string (&arguments[i], &texts[i].length);
      if (!enlace_evaluation_charge_bytes (evaluation, texts[i].length))
        return FALSE;
    }
  return TRUE;
}

static gboolean
out_of_range (EnlaceEvaluation *evaluation,
              gint64            index)
{
  return enlace_evaluation_fail (evaluation, "position %" G_GINT64_FORMAT " is not in the string", index);
}

/* The byte where a code point begins, or -1; the end of the text has a position too. */
static gssize
byte_offset (const Text *text,
             gint64      position)
{
  const char *at = text->data, *end = text->data + text->length;

  for (; position > 0 && at < end; position--)
    at = g_utf8_next_char (at);
  return position == 0 ? at - text->data : -1;
}

static void
set_text (EnlaceOperand *out,
          const char    *data,
          gsize          length)
{
  enlace_operand_take (out, enlace_value_new_string_len (data, length));
}

static void
set_string (EnlaceOperand *out,
            GString       *string)
{
  set_text (out, string->str, string->len);
}

static gboolean
call_char_at (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  Text texts[2];
  gssize at;

  if (!accept (evaluation, node, arguments, "si", texts))
    return FALSE;
  if ((at = byte_offset (&texts[0], arguments[1].integer)) < 0)
    return out_of_range (evaluation, arguments[1].integer);
  set_text (out, texts[0].data + at,
            (gsize) at < texts[0].length ? g_utf8_next_char (texts[0].data + at) - (texts[0].data + at) : 0);
  return TRUE;
}

static gboolean
call_index_of (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  gint64 from = node->n == 3 && arguments[2].kind == ENLACE_KIND_INT ? arguments[2].integer : 0;
  const char *found;
  Text texts[3];
  gssize at;

  if (!accept (evaluation, node, arguments, "ssi", texts))
    return FALSE;
  if ((at = byte_offset (&texts[0], from)) < 0)
    return out_of_range (evaluation, from);
  found = memmem (texts[0].data + at, texts[0].length - at, texts[1].data, texts[1].length);
  enlace_operand_set_int (out, found != NULL ? (gint64) enlace_text_count (texts[0].data, found - texts[0].data) : -1);
  return TRUE;
}

/* The last occurrence that begins at or before a byte; -1: none. */
static gssize
find_last (const Text *text,
           const Text *wanted,
           gsize       from)
{
  if (wanted->length > text->length)
    return -1;
  for (gssize at = MIN (from, text->length - wanted->length); at >= 0; at--)
    if (memcmp (text->data + at, wanted->data, wanted->length) == 0)
      return at;
  return -1;
}

static gboolean
call_last_index_of (EnlaceEvaluation    *evaluation,
                    const EnlaceNode    *node,
                    const EnlaceOperand *arguments,
                    EnlaceOperand       *out)
{
  Text texts[3];
  gssize from, found;

  if (!accept (evaluation, node, arguments, "ssi", texts))
    return FALSE;
  from = node->n == 3 ? byte_offset (&texts[0], arguments[2].integer) : (gssize) texts[0].length;
  if (from < 0)
    return out_of_range (evaluation, arguments[2].integer);

  /* Each place may be compared with the whole of what is looked for. */
  if (!enlace_evaluation_charge_bytes (evaluation, MIN (texts[0].length * MIN (texts[1].length, 1024), G_MAXINT64)))
    return FALSE;
  found = find_last (&texts[0], &texts[1], from);
  enlace_operand_set_int (out, found >= 0 ? (gint64) enlace_text_count (texts[0].data, found) : -1);
  return TRUE;
}

static gboolean
call_case (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  gboolean upper = g_str_equal (node->call.name, "upperAscii");
  g_autofree char *copy = NULL;
  Text text;

  if (!accept (evaluation, node, arguments, "s", &text))
    return FALSE;
  copy = g_memdup2 (text.data, text.length + 1);
  for (gsize i = 0; i < text.length; i++)
    copy[i] = upper ? g_ascii_toupper (copy[i]) : g_ascii_tolower (copy[i]);
  set_text (out, copy, text.length);
  return TRUE;
}

/* Charged before it is appended. */
static gboolean
append (EnlaceEvaluation *evaluation,
        GString          *string,
        const char       *data,
        gsize             length)
{
  if (!enlace_evaluation_charge (evaluation, 1 + length / ENLACE_COST_BYTES))
    return FALSE;
  g_string_append_len (string, data, length);
  return TRUE;
}

/* An empty text is found before each code point and at the end. */
static const char *
find_next (const Text *text,
           const char *from,
           const Text *wanted,
           gboolean    first)
{
  const char *end = text->data + text->length;

  if (wanted->length > 0)
    return memmem (from, end - from, wanted->data, wanted->length);
  if (first)
    return from;
  return from < end ? g_utf8_next_char (from) : NULL;
}

static gboolean
call_replace (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  const char *copied, *from, *found;
  gint64 left;
  Text texts[4];

  if (!accept (evaluation, node, arguments, "sssi", texts))
    return FALSE;
  left = node->n == 4 && arguments[3].integer >= 0 ? arguments[3].integer : G_MAXINT64;
  copied = from = texts[0].data;
  for (gboolean first = TRUE; left > 0 && (found = find_next (&texts[0], from, &texts[1], first)) != NULL; left--, first = FALSE)
    {
      if (!append (evaluation, result, copied, found - copied) || !append (evaluation, result, texts[2].data, texts[2].length))
        return FALSE;
      copied = from = found + texts[1].length;
    }
  if (!append (evaluation, result, copied, texts[0].data + texts[0].length - copied))
    return FALSE;
  set_string (out, result);
  return TRUE;
}

static gboolean
add_piece (EnlaceEvaluation  *evaluation,
           EnlaceListBuilder *pieces,
           const char        *data,
           gsize              length)
{
  if (!enlace_evaluation_charge (evaluation, 1 + length / ENLACE_COST_BYTES))
    return FALSE;
  enlace_list_builder_take (pieces, enlace_value_new_string_len (data, length));
  return TRUE;
}

/* With an empty separator: into code points. */
static const char *
piece_end (const Text *text,
           const char *from,
           const Text *separator)
{
  const char *end = text->data + text->length;

  if (separator->length > 0)
    return memmem (from, end - from, separator->data, separator->length);
  return from < end && g_utf8_next_char (from) < end ? g_utf8_next_char (from) : NULL;
}

static gboolean
call_split (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  g_autoptr(EnlaceListBuilder) pieces = enlace_list_builder_new ();
  const char *from, *found;
  gint64 left;
  Text texts[3];

  if (!accept (evaluation, node, arguments, "ssi", texts))
    return FALSE;
  left = node->n == 3 && arguments[2].integer >= 0 ? arguments[2].integer : G_MAXINT64;
  from = texts[0].data;
  for (; left > 1 && (found = piece_end (&texts[0], from, &texts[1])) != NULL; left--)
    {
      if (!add_piece (evaluation, pieces, from, found - from))
        return FALSE;
      from = found + texts[1].length;
    }
  if (left > 0 && (texts[0].length > 0 || texts[1].length > 0)
      && !add_piece (evaluation, pieces, from, texts[0].data + texts[0].length - from))
    return FALSE;
  enlace_operand_take (out, enlace_list_builder_end (pieces));
  return TRUE;
}

static gboolean
call_substring (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *arguments,
                EnlaceOperand       *out)
{
  Text texts[3];
  gssize start, end;

  if (!accept (evaluation, node, arguments, "sii", texts))
    return FALSE;
  if ((start = byte_offset (&texts[0], arguments[1].integer)) < 0)
    return out_of_range (evaluation, arguments[1].integer);
  end = node->n == 3 ? byte_offset (&texts[0], arguments[2].integer) : (gssize) texts[0].length;
  if (end < 0)
    return out_of_range (evaluation, arguments[2].integer);
  if (end < start)
    return enlace_evaluation_fail (evaluation, "the part begins at %" G_GINT64_FORMAT " and ends before it, at %" G_GINT64_FORMAT,
                                   arguments[1].integer, arguments[2].integer);
  set_text (out, texts[0].data + start, end - start);
  return TRUE;
}

/* White_Space of Unicode. */
static gboolean
is_space (gunichar c)
{
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a)
         || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static gboolean
call_trim (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  const char *start, *end;
  Text text;

  if (!accept (evaluation, node, arguments, "s", &text))
    return FALSE;
  start = text.data;
  end = start + text.length;
  while (start < end && is_space (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  while (end > start && is_space (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  set_text (out, start, end - start);
  return TRUE;
}

static gboolean
call_join (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  Text texts[2] = { { "", 0 }, { "", 0 } };

  if (!accept (evaluation, node, arguments, "ls", texts))
    return FALSE;
  for (gsize i = 0; i < enlace_value_get_length (arguments[0].value); i++)
    {
      EnlaceValue *element = enlace_value_get_element (arguments[0].value, i);
      gsize length;
      const char *data = enlace_value_get_string_len (element, &length);

      if (data == NULL)
        return enlace_evaluation_fail (evaluation, "“join” takes a list of strings, but element %" G_GSIZE_FORMAT " is of type %s",
                                       i, enlace_kind_type_name (enlace_value_get_kind (element)));
      if (i > 0 && !append (evaluation, result, texts[1].data, texts[1].length))
        return FALSE;
      if (!append (evaluation, result, data, length))
        return FALSE;
    }
  set_string (out, result);
  return TRUE;
}

static gboolean
call_reverse (EnlaceEvaluation    *evaluation,
              const EnlaceNode    *node,
              const EnlaceOperand *arguments,
              EnlaceOperand       *out)
{
  g_autofree char *result = NULL;
  char *to;
  Text text;

  if (arguments->kind == ENLACE_KIND_LIST)
    return enlace_list_reverse (evaluation, arguments, out);
  if (!accept (evaluation, node, arguments, "s", &text))
    return FALSE;
  result = g_malloc (text.length + 1);
  to = result + text.length;
  for (const char *at = text.data, *end = at + text.length; at < end; at = g_utf8_next_char (at))
    {
      gsize n = g_utf8_next_char (at) - at;

      to -= n;
      memcpy (to, at, n);
    }
  set_text (out, result, text.length);
  return TRUE;
}

static gboolean
call_quote (EnlaceEvaluation    *evaluation,
            const EnlaceNode    *node,
            const EnlaceOperand *arguments,
            EnlaceOperand       *out)
{
  static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";
  g_autoptr(GString) result = g_string_new ("\"");
  Text text;

  if (!accept (evaluation, node, arguments, "s", &text) || !enlace_evaluation_charge_bytes (evaluation, 2 * text.length))
    return FALSE;
  for (gsize i = 0; i < text.length; i++)
    {
      const char *found = memchr (from, text.data[i], sizeof from - 1);

      if (found != NULL)
        g_string_append_c (result, '\\');
      g_string_append_c (result, found != NULL ? to[found - from] : text.data[i]);
    }
  g_string_append_c (result, '"');
  set_string (out, result);
  return TRUE;
}

static gboolean
call_format (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  Text texts[2];

  /* Times are written by patterns of their own. */
  if (arguments[0].kind == ENLACE_KIND_TIMESTAMP)
    return enlace_date_format (evaluation, node, arguments, out);
  return accept (evaluation, node, arguments, "sl", texts)
         && enlace_text_format (evaluation, &arguments[0], arguments[1].value, out);
}

static const EnlaceFunction functions[] = {
  { "charAt", ENLACE_CALL_MEMBER, 2, 2, FALSE, call_char_at },
  { "format", ENLACE_CALL_MEMBER, 2, 2, FALSE, call_format },
  { "indexOf", ENLACE_CALL_MEMBER, 2, 3, FALSE, call_index_of },
  { "join", ENLACE_CALL_MEMBER, 1, 2, FALSE, call_join },
  { "lastIndexOf", ENLACE_CALL_MEMBER, 2, 3, FALSE, call_last_index_of },
  { "lowerAscii", ENLACE_CALL_MEMBER, 1, 1, FALSE, call_case },
  { "replace", ENLACE_CALL_MEMBER, 3, 4, FALSE, call_replace },
  { "reverse", ENLACE_CALL_MEMBER, 1, 1, FALSE, call_reverse },
  { "split", ENLACE_CALL_MEMBER, 2, 3, FALSE, call_split },
  { "strings.quote", ENLACE_CALL_GLOBAL, 1, 1, FALSE, call_quote },
  { "substring", ENLACE_CALL_MEMBER, 2, 3, FALSE, call_substring },
  { "trim", ENLACE_CALL_MEMBER, 1, 1, FALSE, call_trim },
  { "upperAscii", ENLACE_CALL_MEMBER, 1, 1, FALSE, call_case },
};

const EnlaceFunctionLibrary enlace_text_library = { functions, G_N_ELEMENTS (functions) };
