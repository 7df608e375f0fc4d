/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include "common/expression/completion-private.h"

/* Where the cursor is in an expression that is being written: only the tokens before it count, since what follows may be anything. */

EnlaceTokenType
enlace_place_get_type (const EnlacePlaceInfo *self,
                       guint                  token)
{
  return token < self->tokens->len ? g_array_index (self->tokens, EnlaceToken, token).type : ENLACE_TOKEN_END;
}

static gboolean
ends_operand (EnlaceTokenType type)
{
  return (type >= ENLACE_TOKEN_IDENTIFIER && type <= ENLACE_TOKEN_NULL)
         || type == ENLACE_TOKEN_PAREN_CLOSE || type == ENLACE_TOKEN_BRACKET_CLOSE || type == ENLACE_TOKEN_BRACE_CLOSE;
}

static gboolean
is_opening (EnlaceTokenType type)
{
  return type == ENLACE_TOKEN_PAREN_OPEN || type == ENLACE_TOKEN_BRACKET_OPEN || type == ENLACE_TOKEN_BRACE_OPEN;
}

static gboolean
is_closing (EnlaceTokenType type)
{
  return type == ENLACE_TOKEN_PAREN_CLOSE || type == ENLACE_TOKEN_BRACKET_CLOSE || type == ENLACE_TOKEN_BRACE_CLOSE;
}

/* The index of the opening token that belongs to a closing one. */
static guint
find_opening (const EnlacePlaceInfo *self,
              guint                  closing)
{
  guint depth = 0;

  for (guint i = closing + 1; i > 0; i--)
    {
      EnlaceTokenType type = enlace_place_get_type (self, i - 1);

      if (is_closing (type))
        depth++;
      else if (is_opening (type) && --depth == 0)
        return i - 1;
    }

  return G_MAXUINT;
}

/* Whether a dot, perhaps with a question mark, leads to the token: then the index of the dot. */
static gboolean
has_dot (const EnlacePlaceInfo *self,
         guint                  token,
         guint                 *dot)
{
  *dot = token;
  if (*dot > 1 && enlace_place_get_type (self, *dot - 1) == ENLACE_TOKEN_QUESTION)
    (*dot)--;
  if (*dot > 0 && enlace_place_get_type (self, *dot - 1) == ENLACE_TOKEN_DOT)
    {
      (*dot)--;
      return TRUE;
    }

  return FALSE;
}

guint
enlace_place_find_operand (const EnlacePlaceInfo *self,
                           guint                  last)
{
  guint at = last, dot;

  for (;;)
    {
      EnlaceTokenType type = enlace_place_get_type (self, at), closed = type;

      if (!ends_operand (type))
        return G_MAXUINT;
      if (is_closing (type))
        {
          if ((at = find_opening (self, at)) == G_MAXUINT)
            return G_MAXUINT;
          type = at > 0 ? enlace_place_get_type (self, at - 1) : ENLACE_TOKEN_END;
          if (closed == ENLACE_TOKEN_BRACKET_CLOSE && ends_operand (type))
            {
              at--;
              continue;
            }
          if (closed == ENLACE_TOKEN_PAREN_CLOSE && type == ENLACE_TOKEN_IDENTIFIER)
            at--;
        }
      if (!has_dot (self, at, &dot))
        return at;
      if (dot == 0)
        return dot;
      at = dot - 1;
      if (!ends_operand (enlace_place_get_type (self, at)))
        return dot;
    }
}

char *
enlace_place_dup_text (const EnlacePlaceInfo *self,
                       guint                  first,
                       guint                  end)
{
  gsize start = g_array_index (self->tokens, EnlaceToken, first).start;

  return g_strndup (self->text + start, g_array_index (self->tokens, EnlaceToken, end - 1).end - start);
}

static void
clear_opening (gpointer data)
{
  g_array_unref (((EnlaceOpening *) data)->commas);
}

static void
note_token (EnlacePlaceInfo   *self,
            const EnlaceToken *token)
{
  guint index = self->tokens->len;

  g_array_append_val (self->tokens, *token);
  if (is_opening (token->type))
    {
      EnlaceOpening opening = { index, g_array_new (FALSE, FALSE, sizeof (guint)) };

      g_array_append_val (self->openings, opening);
    }
  else if (is_closing (token->type) && self->openings->len > 0)
    g_array_set_size (self->openings, self->openings->len - 1);
  else if (token->type == ENLACE_TOKEN_COMMA && self->openings->len > 0)
    g_array_append_val (g_array_index (self->openings, EnlaceOpening, self->openings->len - 1).commas, index);
}

/* The operand before the token, if there is one. */
static void
find_receiver (EnlacePlaceInfo *self,
               guint            token)
{
  self->receiver_end = token;
  self->receiver = token > 0 ? enlace_place_find_operand (self, token - 1) : G_MAXUINT;
}

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* The word at the cursor is to be replaced whole. */
static void
set_word (EnlacePlaceInfo *self,
          gsize            start)
{
  self->start = start;
  self->end = self->cursor;
  while (self->end < self->length && is_word (self->text[self->end]))
    self->end++;
}

/* Behind the tokens stands the name that is being typed, or nothing yet. */
static void
place_behind_tokens (EnlacePlaceInfo *self)
{
  guint n = self->tokens->len, dot;
  EnlaceTokenType last = enlace_place_get_type (self, n - 1);

  if (has_dot (self, n, &dot))
    {
      self->place = ENLACE_PLACE_MEMBER;
      self->dot = g_array_index (self->tokens, EnlaceToken, dot).start;
      find_receiver (self, dot);
      return;
    }
  if (n > 0 && ends_operand (last))
    return;

  self->place = ENLACE_PLACE_NAME;
  if (n > 1 && last == ENLACE_TOKEN_QUESTION && enlace_place_get_type (self, n - 2) == ENLACE_TOKEN_BRACKET_OPEN)
    n--;
  self->after_bracket = n > 1 && enlace_place_get_type (self, n - 1) == ENLACE_TOKEN_BRACKET_OPEN && ends_operand (enlace_place_get_type (self, n - 2));
  if (self->after_bracket)
    find_receiver (self, n - 1);
}

/* A text that has no end before the cursor: a key where it stands behind a bracket. */
static void
place_in_text (EnlacePlaceInfo   *self,
               const EnlaceToken *token)
{
  char quote = self->text[token->start];

  if (quote != '"' && quote != '\'')
    return;
  place_behind_tokens (self);
  if (self->place != ENLACE_PLACE_NAME || !self->after_bracket)
    {
      self->place = ENLACE_PLACE_NONE;
      return;
    }

  self->place = ENLACE_PLACE_KEY;
  self->quote = quote;
  self->start = token->start + 1;
  self->end = self->cursor;
}

static gboolean
is_in_comment (const EnlacePlaceInfo *self,
               gsize                  from)
{
  gboolean comment = FALSE;

  for (gsize i = from; i < self->cursor; i++)
    if (self->text[i] == '\n')
      comment = FALSE;
    else if (self->text[i] == '/' && i + 1 < self->cursor && self->text[i + 1] == '/')
      comment = TRUE;

  return comment;
}

void
enlace_place_find (EnlacePlaceInfo *self,
                   const char      *text,
                   gsize            length,
                   gsize            cursor)
{
  EnlaceLexer lexer = { text, cursor, 0 };
  EnlaceToken token;

  *self = (EnlacePlaceInfo) { .text = text, .length = length, .cursor = cursor, .receiver = G_MAXUINT };
  self->tokens = g_array_new (FALSE, FALSE, sizeof (EnlaceToken));
  self->openings = g_array_new (FALSE, FALSE, sizeof (EnlaceOpening));
  g_array_set_clear_func (self->openings, clear_opening);
  for (;;)
    {
      gsize from = lexer.position;

      if (!enlace_lexer_next (&lexer, &token, NULL))
        {
          place_in_text (self, &token);
          return;
        }
      if (token.type == ENLACE_TOKEN_END)
        {
          set_word (self, cursor);
          if (!is_in_comment (self, from))
            place_behind_tokens (self);
          return;
        }
      /* Words, reserved ones too, may go on. */
      if (token.end == cursor && is_word (text[cursor - 1]) && !g_ascii_isdigit (text[token.start]))
        {
          set_word (self, token.start);
          place_behind_tokens (self);
          return;
        }
      note_token (self, &token);
      /* A number that may go on, or a text in whose closing quote nothing can be said. */
      if (token.end == cursor && ends_operand (token.type) && !is_closing (token.type))
        return;
    }
}

void
enlace_place_clear (EnlacePlaceInfo *self)
{
  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->openings, g_array_unref);
}
