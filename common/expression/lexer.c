/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <errno.h>
#include <string.h>

#include "common/expression/expression.h"
#include "common/expression/lexer.h"

static const struct {
  char            text[3];
  EnlaceTokenType type;
} symbols[] = {
  /* Longer ones first. */
  { "<=", ENLACE_TOKEN_LESS_EQUAL },
  { ">=", ENLACE_TOKEN_GREATER_EQUAL },
  { "==", ENLACE_TOKEN_EQUAL },
  { "!=", ENLACE_TOKEN_NOT_EQUAL },
  { "&&", ENLACE_TOKEN_AND },
  { "||", ENLACE_TOKEN_OR },
  { ".", ENLACE_TOKEN_DOT },
  { ",", ENLACE_TOKEN_COMMA },
  { ":", ENLACE_TOKEN_COLON },
  { "?", ENLACE_TOKEN_QUESTION },
  { "(", ENLACE_TOKEN_PAREN_OPEN },
  { ")", ENLACE_TOKEN_PAREN_CLOSE },
  { "[", ENLACE_TOKEN_BRACKET_OPEN },
  { "]", ENLACE_TOKEN_BRACKET_CLOSE },
  { "{", ENLACE_TOKEN_BRACE_OPEN },
  { "}", ENLACE_TOKEN_BRACE_CLOSE },
  { "+", ENLACE_TOKEN_PLUS },
  { "-", ENLACE_TOKEN_MINUS },
  { "*", ENLACE_TOKEN_STAR },
  { "/", ENLACE_TOKEN_SLASH },
  { "%", ENLACE_TOKEN_PERCENT },
  { "!", ENLACE_TOKEN_NOT },
  { "<", ENLACE_TOKEN_LESS },
  { ">", ENLACE_TOKEN_GREATER },
};

static const struct {
  const char      *text;
  EnlaceTokenType  type;
} words[] = {
  { "true", ENLACE_TOKEN_TRUE },
  { "false", ENLACE_TOKEN_FALSE },
  { "null", ENLACE_TOKEN_NULL },
  { "in", ENLACE_TOKEN_IN },
};

/* Reserved besides the words above, so that expressions can be embedded in other languages. */
static const char *const reserved[] = {
  "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace",
  "return", "var", "void", "while",
};

gboolean
enlace_expression_is_keyword (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (name, words[i].text))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (reserved); i++)
    if (g_str_equal (name, reserved[i]))
      return TRUE;
  return FALSE;
}

void
enlace_lexer_set_error (const EnlaceLexer  *self,
                        gsize               position,
                        GError            **error,
                        const char         *format,
                        ...)
{
  g_autofree char *detail = NULL;
  guint line = 1;
  const char *line_start = self->text;
  va_list arguments;

  va_start (arguments, format);
  detail = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  for (gsize i = 0; i < position; i++)
    if (self->text[i] == '\n')
      {
        line++;
        line_start = self->text + i + 1;
      }
  g_set_error (error, ENLACE_EXPRESSION_ERROR, ENLACE_EXPRESSION_ERROR_SYNTAX, "line %u, column %ld: %s",
               line, g_utf8_pointer_to_offset (line_start, self->text + position) + 1, detail);
}

static int
peek (const EnlaceLexer *self,
      gsize              ahead)
{
  return self->position + ahead < self->length ? (guchar) self->text[self->position + ahead] : -1;
}

static gboolean
is_word_start (int c)
{
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static gboolean
is_digit (int c)
{
  return c >= '0' && c <= '9';
}

static gboolean
is_word (int c)
{
  return is_word_start (c) || is_digit (c);
}

static void
skip_space (EnlaceLexer *self)
{
  for (;;)
    {
      int c = peek (self, 0);

      if (c == ' ' || (c >= '\t' && c <= '\r'))
        self->position++;
      else if (c == '/' && peek (self, 1) == '/')
        while ((c = peek (self, 0)) != -1 && c != '\n' && c != '\r')
          self->position++;
      else
        break;
    }
}

static void
skip_digits (EnlaceLexer *self)
{
  while (is_digit (peek (self, 0)))
    self->position++;
}

static gboolean
skip_exponent (EnlaceLexer *self)
{
  gsize sign = peek (self, 1) == '+' || peek (self, 1) == '-' ? 1 : 0;

  if ((peek (self, 0) | 0x20) != 'e' || !is_digit (peek (self, 1 + sign)))
    return FALSE;
  self->position += 1 + sign;
  skip_digits (self);
  return TRUE;
}

static gboolean
read_number (EnlaceLexer  *self,
             EnlaceToken  *token,
             GError      **error)
{
  token->type = ENLACE_TOKEN_INT;
  if (peek (self, 0) == '0' && peek (self, 1) == 'x' && g_ascii_isxdigit (MAX (peek (self, 2), 0)))
    {
      token->hex = TRUE;
      self->position += 2;
      while (g_ascii_isxdigit (MAX (peek (self, 0), 0)))
        self->position++;
    }
  else
    {
      skip_digits (self);
      if (peek (self, 0) == '.' && is_digit (peek (self, 1)))
        {
          token->type = ENLACE_TOKEN_DOUBLE;
          self->position++;
          skip_digits (self);
        }
      if (skip_exponent (self))
        token->type = ENLACE_TOKEN_DOUBLE;
    }
  if (token->type == ENLACE_TOKEN_INT && (peek (self, 0) | 0x20) == 'u')
    {
      token->type = ENLACE_TOKEN_UINT;
      self->position++;
    }
  if (is_word (peek (self, 0)))
    {
      enlace_lexer_set_error (self, self->position, error, "a letter or digit that does not belong to the number before it");
      return FALSE;
    }
  return TRUE;
}

/* At the opening quote; finds the closing one. */
static gboolean
read_string (EnlaceLexer  *self,
             EnlaceToken  *token,
             GError      **error)
{
  int quote = peek (self, 0);
  int c;

  token->quotes = peek (self, 1) == quote && peek (self, 2) == quote ? 3 : 1;
  self->position += token->quotes;
  while ((c = peek (self, 0)) != -1)
    {
      if (c == '\\' && !token->raw)
        self->position++;
      else if (token->quotes == 1 && (c == '\n' || c == '\r'))
        break;
      else if (c == quote && (token->quotes == 1 || (peek (self, 1) == quote && peek (self, 2) == quote)))
        {
          self->position += token->quotes;
          return TRUE;
        }
      if (self->position < self->length)
        self->position++;
    }
  enlace_lexer_set_error (self, token->start, error, "the string that begins here has no end");
  return FALSE;
}

/* Characters of a string prefix (r, b, br, rb in either case) when a quote follows them; else -1. */
static int
string_prefix (const EnlaceLexer *self,
               EnlaceToken       *token)
{
  gboolean bytes = FALSE, raw = FALSE;
  int n = 0;

  for (; n < 2; n++)
    {
      int c = peek (self, n) | 0x20;

      if (c == 'b' && !bytes && !raw)
        bytes = TRUE;
      else if (c == 'r' && !raw)
        raw = TRUE;
      else
        break;
    }
  if (peek (self, n) != '"' && peek (self, n) != '\'')
    return -1;
  token->type = bytes ? ENLACE_TOKEN_BYTES : ENLACE_TOKEN_STRING;
  token->raw = raw;
  token->prefix = n;
  return n;
}

static void
read_word (EnlaceLexer *self,
           EnlaceToken *token)
{
  gsize length;

  while (is_word (peek (self, 0)))
    self->position++;
  length = self->position - token->start;
  token->type = ENLACE_TOKEN_IDENTIFIER;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strlen (words[i].text) == length && memcmp (words[i].text, self->text + token->start, length) == 0)
      token->type = words[i].type;
}

static gboolean
read_quoted_identifier (EnlaceLexer  *self,
                        EnlaceToken  *token,
                        GError      **error)
{
  int c;

  token->type = ENLACE_TOKEN_QUOTED_IDENTIFIER;
  self->position++;
  while ((c = peek (self, 0)) != '`')
    {
      if (!is_word (c) && c != '.' && c != '-' && c != '/' && c != ' ')
        {
          enlace_lexer_set_error (self, token->start, error, "a name in backticks holds letters, digits, “_”, “.”, “-”, “/” and spaces, and ends with a backtick");
          return FALSE;
        }
      self->position++;
    }
  self->position++;
  if (self->position - token->start > 2)
    return TRUE;
  enlace_lexer_set_error (self, token->start, error, "a name in backticks is empty");
  return FALSE;
}

static gboolean
read_symbol (EnlaceLexer  *self,
             EnlaceToken  *token,
             GError      **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (symbols); i++)
    {
      const char *text = symbols[i].text;

      if (peek (self, 0) == text[0] && (text[1] == '\0' || peek (self, 1) == text[1]))
        {
          token->type = symbols[i].type;
          self->position += strlen (text);
          return TRUE;
        }
    }
  enlace_lexer_set_error (self, self->position, error, "a character that has no meaning here");
  return FALSE;
}

gboolean
enlace_lexer_next (EnlaceLexer  *self,
                   EnlaceToken  *token,
                   GError      **error)
{
  int c, prefix;
  gboolean ok = TRUE;

  skip_space (self);
  *token = (EnlaceToken) { .start = self->position };
  c = peek (self, 0);
  if (c == -1)
    token->type = ENLACE_TOKEN_END;
  else if ((prefix = string_prefix (self, token)) >= 0)
    {
      self->position += prefix;
      ok = read_string (self, token, error);
    }
  else if (is_word_start (c))
    read_word (self, token);
  else if (is_digit (c) || (c == '.' && is_digit (peek (self, 1))))
    ok = read_number (self, token, error);
  else if (c == '`')
    ok = read_quoted_identifier (self, token, error);
  else
    ok = read_symbol (self, token, error);
  token->end = self->position;
  return ok;
}

gboolean
enlace_lexer_find_end (const char  *text,
                       gsize        length,
                       gsize        start,
                       gsize       *end,
                       GError     **error)
{
  EnlaceLexer lexer = { text, length, start };
  EnlaceToken token;
  gsize depth = 0;

  for (;;)
    {
      if (!enlace_lexer_next (&lexer, &token, error))
        return FALSE;
      if (token.type == ENLACE_TOKEN_BRACE_OPEN)
        depth++;
      else if (token.type == ENLACE_TOKEN_BRACE_CLOSE && depth > 0)
        depth--;
      else if (token.type == ENLACE_TOKEN_BRACE_CLOSE && token.end < length && text[token.end] == '}')
        break;
      else if (token.type == ENLACE_TOKEN_BRACE_CLOSE || token.type == ENLACE_TOKEN_END)
        {
          enlace_lexer_set_error (&lexer, start, error, "the “{{” before this place has no “}}”");
          return FALSE;
        }
    }
  *end = token.start;
  return TRUE;
}

static EnlaceValue *
integer_value (const EnlaceLexer  *self,
               const EnlaceToken  *token,
               gboolean            negative,
               GError            **error)
{
  g_autofree char *digits = g_strndup (self->text + token->start, token->end - token->start);
  guint64 limit = token->type == ENLACE_TOKEN_UINT ? G_MAXUINT64 : (guint64) G_MAXINT64 + (negative ? 1 : 0);
  guint64 value;

  errno = 0;
  value = g_ascii_strtoull (token->hex ? digits + 2 : digits, NULL, token->hex ? 16 : 10);
  if (errno == ERANGE || value > limit)
    {
      enlace_lexer_set_error (self, token->start, error, "the number does not fit in 64 bits");
      return NULL;
    }
  if (token->type == ENLACE_TOKEN_UINT)
    return enlace_value_new_uint (value);
  return enlace_value_new_int (negative ? (gint64) (0 - value) : (gint64) value);
}

static EnlaceValue *
double_value (const EnlaceLexer *self,
              const EnlaceToken *token,
              gboolean           negative)
{
  g_autofree char *digits = g_strndup (self->text + token->start, token->end - token->start);
  double value = g_ascii_strtod (digits, NULL);

  return enlace_value_new_double (negative ? -value : value);
}

/* Digits of an escape; -1 when they are not all there. */
static gint64
escape_digits (const char *at,
               const char *end,
               gsize       n,
               guint       base)
{
  gint64 value = 0;

  if ((gsize) (end - at) < n)
    return -1;
  for (gsize i = 0; i < n; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);

      if (digit < 0 || (guint) digit >= base)
        return -1;
      value = value * base + digit;
    }
  return value;
}

static gboolean
append_code_point (GString  *out,
                   gint64    code,
                   gboolean  octet)
{
  if (octet)
    {
      if (code < 0 || code > 0xff)
        return FALSE;
      g_string_append_c (out, (char) code);
      return TRUE;
    }
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
    return FALSE;
  g_string_append_unichar (out, (gunichar) code);
  return TRUE;
}

/* `\u` in the upper half of a surrogate pair: the lower half must follow. */
static gint64
surrogate_pair (gint64       high,
                const char **at,
                const char  *end)
{
  gint64 low;

  if (high < 0xd800 || high >= 0xdc00)
    return high;
  if (end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u')
    return -1;
  low = escape_digits (*at + 2, end, 4, 16);
  if (low < 0xdc00 || low >= 0xe000)
    return -1;
  *at += 6;
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/* `at` is behind the backslash; advances it. */
static gboolean
append_escape (GString     *out,
               const char **at,
               const char  *end,
               gboolean     bytes)
{
  static const char from[] = "abfnrtv\\?\"'`";
  static const char to[] = "\a\b\f\n\r\t\v\\?\"'`";
  char c = **at;
  const char *found = memchr (from, c, sizeof (from) - 1);
  gint64 code;

  if (found != NULL)
    {
      g_string_append_c (out, to[found - from]);
      (*at)++;
      return TRUE;
    }
  if (c >= '0' && c <= '3')
    {
      code = escape_digits (*at, end, 3, 8);
      *at += 3;
      return append_code_point (out, code, bytes);
    }
  (*at)++;
  if (c == 'x' || c == 'X')
    {
      code = escape_digits (*at, end, 2, 16);
      *at += 2;
      return append_code_point (out, code, bytes);
    }
  if ((c != 'u' && c != 'U') || bytes)
    return FALSE;
  code = escape_digits (*at, end, c == 'u' ? 4 : 8, 16);
  *at += c == 'u' ? 4 : 8;
  return append_code_point (out, c == 'u' ? surrogate_pair (code, at, end) : code, FALSE);
}

static EnlaceValue *
string_value (const EnlaceLexer  *self,
              const EnlaceToken  *token,
              GError            **error)
{
  const char *at = self->text + token->start + token->prefix + token->quotes;
  const char *end = self->text + token->end - token->quotes;
  gboolean bytes = token->type == ENLACE_TOKEN_BYTES;
  g_autoptr(GString) out = g_string_sized_new (end - at);

  while (at < end)
    {
      const char *stop = token->raw ? NULL : memchr (at, '\\', end - at);

      g_string_append_len (out, at, (stop != NULL ? stop : end) - at);
      at = stop != NULL ? stop + 1 : end;
      if (stop != NULL && !append_escape (out, &at, end, bytes))
        {
          enlace_lexer_set_error (self, stop - self->text, error, "a backslash sequence that does not exist");
          return NULL;
        }
    }
  return bytes ? enlace_value_new_bytes (out->str, out->len) : enlace_value_new_string_len (out->str, out->len);
}

EnlaceValue *
enlace_lexer_value (const EnlaceLexer  *self,
                    const EnlaceToken  *token,
                    gboolean            negative,
                    GError            **error)
{
  if (token->type == ENLACE_TOKEN_INT || token->type == ENLACE_TOKEN_UINT)
    return integer_value (self, token, negative, error);
  if (token->type == ENLACE_TOKEN_DOUBLE)
    return double_value (self, token, negative);
  return string_value (self, token, error);
}
