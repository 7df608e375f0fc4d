/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceCompletionKind:
 * @ENLACE_COMPLETION_MEMBER: a member of what stands before the dot or the bracket
 * @ENLACE_COMPLETION_VARIABLE: a name that is in scope
 * @ENLACE_COMPLETION_FUNCTION: a function or macro
 * @ENLACE_COMPLETION_KEYWORD: `true`, `false`, `null`
 */
typedef enum {
  ENLACE_COMPLETION_MEMBER,
  ENLACE_COMPLETION_VARIABLE,
  ENLACE_COMPLETION_FUNCTION,
  ENLACE_COMPLETION_KEYWORD,
} EnlaceCompletionKind;

/**
 * EnlaceCompletionItem:
 * @kind: what it is
 * @label: the name, or the signature of a function
 * @insert: the text that replaces the bytes from @start to @end of the expression
 * @start: a byte offset in the expression: where the name begins that is being typed, or the dot before it where the member has to be written in brackets
 * @end: the byte offset behind what is replaced
 * @cursor: where the cursor goes, a byte offset in @insert: behind it, or between the parentheses
 * @type: (nullable): "string", "list", "int or double"; %NULL: it may be anything
 * @documentation: (nullable): what a function does, in English
 * @value: (nullable): what the sample has there
 */
typedef struct {
  EnlaceCompletionKind kind;
  char        *label;
  char        *insert;
  gsize        start;
  gsize        end;
  gsize        cursor;
  char        *type;
  const char  *documentation;
  EnlaceValue *value;
} EnlaceCompletionItem;

/**
 * EnlaceCompletionSignature:
 * @text: `string.substring(start: int, end?: int): string`
 * @active_start: where the argument at the cursor begins in @text, in bytes
 * @active_end: where it ends; both are 0 where the form has no such argument
 * @documentation: what the function does, in English
 */
typedef struct {
  const char *text;
  gsize       active_start;
  gsize       active_end;
  const char *documentation;
} EnlaceCompletionSignature;

/**
 * EnlaceCompletion:
 *
 * What may be written at a place of an expression, which need not be whole or right: candidates, the best first, and the forms of the function
 * inside whose parentheses the place is.
 */
typedef struct _EnlaceCompletion EnlaceCompletion;

EnlaceCompletion                *enlace_completion_new              (const char       *text,
                                                                     gssize            length,
                                                                     gsize             cursor,
                                                                     EnlaceValue      *sample,
                                                                     EnlaceValue      *schema);
void                             enlace_completion_free             (EnlaceCompletion *self);

guint                            enlace_completion_get_n_items      (EnlaceCompletion *self);
const EnlaceCompletionItem      *enlace_completion_get_item         (EnlaceCompletion *self,
                                                                     guint             index);
guint                            enlace_completion_get_n_signatures (EnlaceCompletion *self);
const EnlaceCompletionSignature *enlace_completion_get_signature    (EnlaceCompletion *self,
                                                                     guint             index);
/* The number of the argument at the cursor, from 0; the receiver of a member does not count. */
guint                            enlace_completion_get_argument     (EnlaceCompletion *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceCompletion, enlace_completion_free)

G_END_DECLS
