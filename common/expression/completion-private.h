/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/completion.h"
#include "common/expression/lexer.h"
#include "common/expression/typecheck.h"

G_BEGIN_DECLS

/* Where the cursor is. */
typedef enum {
  ENLACE_PLACE_NONE,        /* nothing can be completed: in a number, a comment, a text, behind a value */
  ENLACE_PLACE_NAME,        /* where an expression begins */
  ENLACE_PLACE_MEMBER,      /* behind a dot */
  ENLACE_PLACE_KEY,         /* in the quotes behind a bracket */
} EnlacePlace;

/* An opening parenthesis, bracket or brace that is not closed before the cursor. */
typedef struct {
  guint   token;            /* its index */
  GArray *commas;           /* guint: indexes of the tokens */
} EnlaceOpening;

typedef struct {
  const char  *text;        /* borrowed */
  gsize        length;
  gsize        cursor;
  GArray      *tokens;      /* EnlaceToken: whole ones before the cursor, without what is being typed */
  GArray      *openings;    /* EnlaceOpening, the outermost first */
  EnlacePlace  place;
  gsize        start;       /* of what is being typed */
  gsize        end;         /* of what it replaces */
  gsize        dot;         /* PLACE_MEMBER: where the dot is */
  char         quote;       /* PLACE_KEY */
  guint        receiver;    /* MEMBER, KEY: index of its first token; G_MAXUINT: none could be found */
  guint        receiver_end; /* index behind its last token */
  gboolean     after_bracket; /* PLACE_NAME: right behind the bracket of an index; then receiver is what it indexes */
} EnlacePlaceInfo;

void     enlace_place_find          (EnlacePlaceInfo       *self,
                                     const char            *text,
                                     gsize                  length,
                                     gsize                  cursor);
void     enlace_place_clear         (EnlacePlaceInfo       *self);
/* The index of the first token of the operand whose last token is given: `a.b(c)[d]`. G_MAXUINT: there is none. */
guint    enlace_place_find_operand  (const EnlacePlaceInfo *self,
                                     guint                  last);
/* The tokens from `first` up to and without `end`, as text. Caller frees. */
char    *enlace_place_dup_text      (const EnlacePlaceInfo *self,
                                     guint                  first,
                                     guint                  end);
EnlaceTokenType enlace_place_get_type (const EnlacePlaceInfo *self,
                                       guint                  token);   /* END outside */

/* What is known of the names around the cursor. */
typedef struct {
  EnlaceTypeScope  scope;
  EnlaceValue     *values;  /* map: the sample with the variables of macros */
  EnlaceType      *names;   /* nullable: from the schema */
  GHashTable      *locals;  /* name → EnlaceType */
} EnlaceSurroundings;

void     enlace_surroundings_init   (EnlaceSurroundings    *self,
                                     EnlaceValue           *sample,
                                     EnlaceValue           *schema);
void     enlace_surroundings_clear  (EnlaceSurroundings    *self);
/* Binds the variables of the macros that are open at the cursor. */
void     enlace_surroundings_enter  (EnlaceSurroundings    *self,
                                     const EnlacePlaceInfo *place);
/* What a piece of the expression gives: `value` and `type` are NULL where that is not known. */
void     enlace_surroundings_look   (EnlaceSurroundings    *self,
                                     const char            *text,
                                     EnlaceValue          **value,
                                     EnlaceType           **type);

G_END_DECLS
