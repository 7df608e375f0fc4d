/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/expression/text.h"

/* Texts as people write them: case by Unicode, padding, short forms. */

#define CASE_COST 4  /* units for 16 bytes whose case is changed */

static const char *
get_text (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          const char          *kinds,
          gsize               *length)
{
  const char *text;

  if (!enlace_call_accept (evaluation, node, arguments, kinds))
    return NULL;
  text = enlace_operand_get_string (arguments, length);
  return enlace_evaluation_charge_bytes (evaluation, CASE_COST * *length) ? text : NULL;
}

/* Character by character, since GLib's functions for whole texts go by the locale: the same text has to come out everywhere. */
static void
append_case (GString    *result,
             const char *text,
             gsize       length,
             gboolean    upper)
{
  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (upper && c == 0xdf)
        g_string_append (result, "SS");
      else
        g_string_append_unichar (result, upper ? g_unichar_toupper (c) : g_unichar_tolower (c));
    }
}

static gboolean
call_case (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  gsize length;
  const char *text = get_text (evaluation, node, arguments, "s", &length);

  if (text == NULL)
    return FALSE;
  append_case (result, text, length, g_str_equal (node->call.name, "upper"));
  return enlace_call_set_text (out, result);
}

/* The first letter, or that of each word, in its title form; the rest of a word is left as it is. */
static gboolean
call_capitalize (EnlaceEvaluation    *evaluation,
                 const EnlaceNode    *node,
                 const EnlaceOperand *arguments,
                 EnlaceOperand       *out)
{
  gboolean each = g_str_equal (node->call.name, "titleCase"), start = TRUE;
  g_autoptr(GString) result = g_string_new (NULL);
  gsize length;
  const char *text = get_text (evaluation, node, arguments, "s", &length);

  if (text == NULL)
    return FALSE;
  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (result, start ? g_unichar_totitle (c) : c);
      start = each && !g_unichar_isalnum (c) && c != '\'' && c != 0x2019 && !g_unichar_ismark (c);
    }
  return enlace_call_set_text (out, result);
}

static gboolean
append_padding (EnlaceEvaluation *evaluation,
                GString          *result,
                const char       *fill,
                gsize             length,
                gint64            n)
{
  const char *at = fill;

  /* A character has at most four bytes. */
  if (!enlace_evaluation_charge (evaluation, (guint64) n / 4))
    return FALSE;
  for (; n > 0; n--)
    {
      const char *next = g_utf8_next_char (at);

      g_string_append_len (result, at, next - at);
      at = next < fill + length ? next : fill;
    }
  return TRUE;
}

static gboolean
call_pad (EnlaceEvaluation    *evaluation,
          const EnlaceNode    *node,
          const EnlaceOperand *arguments,
          EnlaceOperand       *out)
{
  gboolean at_start = g_str_equal (node->call.name, "padStart");
  g_autoptr(GString) result = g_string_new (NULL);
  const char *fill = " ", *text;
  gsize length, n_fill = 1;
  gint64 missing;

  if ((text = get_text (evaluation, node, arguments, "sis", &length)) == NULL)
    return FALSE;
  if (node->n == 3)
    fill = enlace_operand_get_string (&arguments[2], &n_fill);
  if (n_fill == 0)
    return enlace_evaluation_fail (evaluation, "“%s” cannot fill with an empty text", node->call.name);
  missing = MAX (arguments[1].integer, 0) - (gint64) enlace_text_count (text, length);
  if (at_start && !append_padding (evaluation, result, fill, n_fill, MAX (missing, 0)))
    return FALSE;
  g_string_append_len (result, text, length);
  if (!at_start && !append_padding (evaluation, result, fill, n_fill, MAX (missing, 0)))
    return FALSE;
  return enlace_call_set_text (out, result);
}

static gboolean
call_repeat (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  gsize length;
  const char *text = get_text (evaluation, node, arguments, "si", &length);

  if (text == NULL)
    return FALSE;
  if (arguments[1].integer < 0)
    return enlace_evaluation_fail (evaluation, "“repeat” takes a number of times, not %" G_GINT64_FORMAT, arguments[1].integer);
  for (gint64 i = 0; i < arguments[1].integer; i++)
    if (!enlace_call_append (evaluation, result, text, length))
      return FALSE;
  return enlace_call_set_text (out, result);
}

static gboolean
call_truncate (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  const char *end = "…", *text, *cut;
  gsize length, n_end = strlen (end);
  gint64 keep;

  if ((text = get_text (evaluation, node, arguments, "sis", &length)) == NULL)
    return FALSE;
  if (node->n == 3)
    end = enlace_operand_get_string (&arguments[2], &n_end);
  keep = arguments[1].integer;
  if (keep < (gint64) enlace_text_count (end, n_end))
    return enlace_evaluation_fail (evaluation, "“truncate” cannot keep %" G_GINT64_FORMAT " characters", keep);
  if (keep >= (gint64) enlace_text_count (text, length))
    {
      *out = arguments[0];
      out->owned = FALSE;
      return TRUE;
    }
  keep -= enlace_text_count (end, n_end);
  for (cut = text; keep > 0; keep--)
    cut = g_utf8_next_char (cut);
  g_string_append_len (result, text, cut - text);
  g_string_append_len (result, end, n_end);
  return enlace_call_set_text (out, result);
}

/* Letters and digits of ASCII, in lower case, with hyphens between; marks are taken off letters. */
static gboolean
call_slug (EnlaceEvaluation    *evaluation,
           const EnlaceNode    *node,
           const EnlaceOperand *arguments,
           EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  g_autofree char *plain = NULL;
  gsize length;
  const char *text = get_text (evaluation, node, arguments, "s", &length);

  if (text == NULL || !enlace_evaluation_charge_bytes (evaluation, 4 * CASE_COST * length))
    return FALSE;
  plain = g_utf8_normalize (text, strnlen (text, length), G_NORMALIZE_ALL);
  for (const char *at = plain; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < 0x80 && g_ascii_isalnum (c))
        g_string_append_c (result, g_ascii_tolower (c));
      else if (c == 0xdf)
        g_string_append (result, "ss");
      else if (!g_unichar_ismark (c) && result->len > 0 && result->str[result->len - 1] != '-')
        g_string_append_c (result, '-');
    }
  if (result->len > 0 && result->str[result->len - 1] == '-')
    g_string_truncate (result, result->len - 1);
  return enlace_call_set_text (out, result);
}

/* Of the form that browsers accept in a form: the local part's characters, and a host of labels. */
static gboolean
is_email (const char *text,
          gsize       length)
{
  const char *at = memchr (text, '@', length), *end = text + length;
  gsize label = 0;

  if (at == NULL || at == text || length > 254)
    return FALSE;
  for (const char *c = text; c < at; c++)
    if (!g_ascii_isalnum (*c) && (*c == '\0' || strchr (".!#$%&'*+/=?^_`{|}~-", *c) == NULL))
      return FALSE;
  for (const char *c = at + 1; c < end; c++)
    {
      if (*c == '.' || (*c == '-' && label == 0))
        {
          if (label == 0 || c[-1] == '-')
            return FALSE;
          label = 0;
        }
      else if ((!g_ascii_isalnum (*c) && *c != '-') || ++label > 63)
        return FALSE;
    }
  return label > 0 && end[-1] != '-' && memchr (at, '.', end - at) != NULL;
}

static gboolean
call_is_email (EnlaceEvaluation    *evaluation,
               const EnlaceNode    *node,
               const EnlaceOperand *arguments,
               EnlaceOperand       *out)
{
  gsize length;
  const char *text = get_text (evaluation, node, arguments, "s", &length);

  if (text == NULL)
    return FALSE;
  enlace_operand_set_bool (out, is_email (text, length));
  return TRUE;
}

#define MEMBER(name, min, max, call) name, ENLACE_CALL_MEMBER, min, max, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { MEMBER ("lower", 1, 1, call_case), { "lower", "string.lower(): string", "In lower case, of any alphabet.", "'ÁRBOL'.lower()", "\"árbol\"" } },
  { MEMBER ("upper", 1, 1, call_case), { "upper", "string.upper(): string", "In upper case, of any alphabet.", "'straße'.upper()", "\"STRASSE\"" } },
  { MEMBER ("capitalize", 1, 1, call_capitalize),
    { "capitalize", "string.capitalize(): string", "With its first letter in upper case; the others stay as they are.", "'ñandú gris'.capitalize()", "\"Ñandú gris\"" } },
  { MEMBER ("titleCase", 1, 1, call_capitalize),
    { "titleCase", "string.titleCase(): string", "With the first letter of each word in upper case.", "'ana de la cruz'.titleCase()", "\"Ana De La Cruz\"" } },
  { MEMBER ("slug", 1, 1, call_slug),
    { "slug", "string.slug(): string", "For addresses and file names: letters and digits in lower case with hyphens between.", "'Año Nuevo: ¡30 %!'.slug()", "\"ano-nuevo-30\"" } },
  { MEMBER ("truncate", 2, 3, call_truncate),
    { "truncate", "string.truncate(length: int, end?: string): string", "Cut to so many characters, the end (`…`) among them; shorter texts stay as they are.",
      "'Good morning'.truncate(6)", "\"Good …\"" } },
  { MEMBER ("padStart", 2, 3, call_pad),
    { "padStart", "string.padStart(length: int, fill?: string): string", "Filled up to so many characters at its start, with spaces or what is given.", "'7'.padStart(3, '0')", "\"007\"" } },
  { MEMBER ("padEnd", 2, 3, call_pad),
    { "padEnd", "string.padEnd(length: int, fill?: string): string", "Filled up to so many characters at its end.", "'ab'.padEnd(4, '.')", "\"ab..\"" } },
  { MEMBER ("repeat", 2, 2, call_repeat),
    { "repeat", "string.repeat(times: int): string", "The text that many times over.", "'ab'.repeat(3)", "\"ababab\"" } },
  { MEMBER ("isEmail", 1, 1, call_is_email),
    { "isEmail", "string.isEmail(): bool", "Whether the text has the form of a mail address; not whether mail would arrive.", "'ana@example.com'.isEmail()", "true" } },
};

const EnlaceFunctionLibrary enlace_word_library = { functions, G_N_ELEMENTS (functions), "Text" };
