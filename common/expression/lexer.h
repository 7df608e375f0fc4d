/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/arena.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_TOKEN_END,
  ENLACE_TOKEN_IDENTIFIER,
  ENLACE_TOKEN_QUOTED_IDENTIFIER,  /* in backticks, only behind a dot */
  ENLACE_TOKEN_INT,
  ENLACE_TOKEN_UINT,
  ENLACE_TOKEN_DOUBLE,
  ENLACE_TOKEN_STRING,
  ENLACE_TOKEN_BYTES,
  ENLACE_TOKEN_TRUE,
  ENLACE_TOKEN_FALSE,
  ENLACE_TOKEN_NULL,
  ENLACE_TOKEN_IN,
  ENLACE_TOKEN_DOT,
  ENLACE_TOKEN_COMMA,
  ENLACE_TOKEN_COLON,
  ENLACE_TOKEN_QUESTION,
  ENLACE_TOKEN_PAREN_OPEN,
  ENLACE_TOKEN_PAREN_CLOSE,
  ENLACE_TOKEN_BRACKET_OPEN,
  ENLACE_TOKEN_BRACKET_CLOSE,
  ENLACE_TOKEN_BRACE_OPEN,
  ENLACE_TOKEN_BRACE_CLOSE,
  ENLACE_TOKEN_PLUS,
  ENLACE_TOKEN_MINUS,
  ENLACE_TOKEN_STAR,
  ENLACE_TOKEN_SLASH,
  ENLACE_TOKEN_PERCENT,
  ENLACE_TOKEN_NOT,
  ENLACE_TOKEN_LESS,
  ENLACE_TOKEN_LESS_EQUAL,
  ENLACE_TOKEN_GREATER,
  ENLACE_TOKEN_GREATER_EQUAL,
  ENLACE_TOKEN_EQUAL,
  ENLACE_TOKEN_NOT_EQUAL,
  ENLACE_TOKEN_AND,
  ENLACE_TOKEN_OR,
} EnlaceTokenType;

typedef struct {
  EnlaceTokenType type;
  gsize           start;   /* offsets in the text */
  gsize           end;
  gboolean        raw;     /* a string without escapes */
  gboolean        hex;     /* an integer in base 16 */
  guint8          quotes;  /* length of the quotes of a string: 1 or 3 */
  guint8          prefix;  /* characters before the quotes */
} EnlaceToken;

typedef struct {
  const char *text;      /* UTF-8, borrowed */
  gsize       length;
  gsize       position;
} EnlaceLexer;

/* Reads the next token. FALSE with ENLACE_EXPRESSION_ERROR_SYNTAX, whose message begins with line and column. */
gboolean     enlace_lexer_next      (EnlaceLexer        *self,
                                     EnlaceToken        *token,
                                     GError            **error);
void         enlace_lexer_set_error (const EnlaceLexer  *self,
                                     gsize               position,
                                     GError            **error,
                                     const char         *format,
                                     ...) G_GNUC_PRINTF (4, 5);
/* The value of a literal token: int, uint, double, string or bytes. `negative` for a minus sign that was read before. */
EnlaceValue *enlace_lexer_value     (const EnlaceLexer  *self,
                                     const EnlaceToken  *token,
                                     gboolean            negative,
                                     GError            **error);
/* From `start`, behind a `{{`, to its closing `}}`: its offset. Strings and braces of maps are skipped as tokens. */
gboolean     enlace_lexer_find_end  (const char         *text,
                                     gsize               length,
                                     gsize               start,
                                     gsize              *end,
                                     GError            **error);

G_END_DECLS
