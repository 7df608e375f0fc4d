/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENLACE_MAX_ARGUMENTS 4

typedef enum {
  ENLACE_CALL_GLOBAL = 1 << 0,   /* f(x) */
  ENLACE_CALL_MEMBER = 1 << 1,   /* x.f() */
} EnlaceCallStyle;

/**
 * EnlaceFunctionEntry:
 * @name: the name, with its namespace: `json.parse`
 * @signature: `string.substring(start: int, end?: int): string`, `json.parse(text: string): any`, `list.map(x, value: any): list`.
 *   What ends in `?` may be left out, what ends in `…` may come more than once, what has no type is the name of a variable
 * @documentation: one or two sentences, in English; code between backticks
 * @example: an expression without names
 * @result: its value as JSON
 *
 * One form of a function or macro, for people, for completion and for the static check. All texts are static.
 */
typedef struct {
  const char *name;
  const char *signature;
  const char *documentation;
  const char *example;
  const char *result;
} EnlaceFunctionEntry;

/* Calls `func` for each entry, the groups one after the other; `group` is the title of its group. */
typedef void (*EnlaceFunctionEntryFunc) (const EnlaceFunctionEntry *entry,
                                         const char                *group,
                                         gpointer                   data);
void  enlace_library_foreach   (EnlaceFunctionEntryFunc    func,
                                gpointer                   data);
/* The reference of all functions in Markdown: docs/functions.md. Caller frees. */
char *enlace_library_dup_page  (void);

/* An argument of a signature. */
typedef struct {
  gsize    start;       /* where it stands in the signature's text, in bytes */
  gsize    end;
  guint    kinds;       /* a mask of ENLACE_KIND_MASK (); 0: the name of a variable */
  gboolean optional;
  gboolean repeated;
} EnlaceArgument;

/* A signature, read. */
typedef struct {
  const EnlaceFunctionEntry *entry;
  const char     *result;               /* the text of its type */
  guint           kinds;                /* of the result */
  gboolean        member;
  guint           receiver;             /* kinds; 0 without one */
  EnlaceArgument  arguments[ENLACE_MAX_ARGUMENTS + 1];  /* without the receiver */
  guint           n_arguments;
} EnlaceSignature;

void  enlace_signature_read         (EnlaceSignature           *self,
                                     const EnlaceFunctionEntry *entry);
/* Whether it is a macro: one of its arguments is a variable, or it is has(). */
gboolean enlace_signature_is_macro  (const EnlaceSignature     *self);
/* The argument in a place, the receiver not counted. NULL: it has none there. */
const EnlaceArgument *enlace_signature_get_argument (const EnlaceSignature *self,
                                                     guint                  index);
/* How many arguments it takes, the receiver not counted; the most is G_MAXUINT where there is no bound. */
void  enlace_signature_get_arity    (const EnlaceSignature     *self,
                                     guint                     *least,
                                     guint                     *most);
/* Signatures (EnlaceSignature) of one name, or with NULL of all. */
GArray *enlace_library_list         (const char                *name);
/* Kinds as signatures name them: "string|bytes", "number", "any". Caller frees. */
char *enlace_kinds_dup_text         (guint                      kinds);

G_END_DECLS
