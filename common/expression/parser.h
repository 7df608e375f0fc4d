/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/ast.h"
#include "common/expression/lexer.h"

G_BEGIN_DECLS

typedef struct {
  EnlaceLexer   lexer;
  EnlaceToken   token;      /* the one that is looked at */
  EnlaceArena  *arena;
  guint         depth;      /* nesting in the text */
  guint         frames;     /* recursion of the parser, which operators add to */
  gboolean      no_macros;
  GError      **error;
} EnlaceParser;

/* Parses a whole expression; its nodes live in the arena. NULL with ENLACE_EXPRESSION_ERROR_SYNTAX. */
EnlaceNode *enlace_parse        (const char    *text,
                                 gsize          length,
                                 gboolean       no_macros,
                                 EnlaceArena   *arena,
                                 GError       **error);

/* For the macros: fails at an offset; always returns NULL. */
EnlaceNode *enlace_parser_fail  (EnlaceParser  *self,
                                 gsize          position,
                                 const char    *format,
                                 ...) G_GNUC_PRINTF (3, 4);
/* TRUE when the call is a macro: then its expansion, or NULL with the parser's error, is in `expansion`. */
gboolean    enlace_macro_expand (EnlaceParser  *parser,
                                 EnlaceNode    *call,
                                 EnlaceNode   **expansion);

G_END_DECLS
