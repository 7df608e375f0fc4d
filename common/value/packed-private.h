/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <string.h>

#include "common/value/value-private.h"

G_BEGIN_DECLS

/* The form: one byte of version, then one value. A value is one byte that says what it is, then
 *   - an integer or a length as a varint, seven bits a byte, the lowest first; signed ones in zigzag order,
 *   - a double as its eight bytes, the lowest first,
 *   - text as its length and its bytes,
 *   - a list as its number of elements and the elements, a map as its number of members and key and value in turn.
 * Bytes from ENLACE_PACKED_SMALL_INT up are whole numbers from 0 in the byte itself. */
#define ENLACE_PACKED_VERSION 1
#define ENLACE_PACKED_SMALL_INT 0x40
#define ENLACE_PACKED_SMALL_INT_MAX (0xff - ENLACE_PACKED_SMALL_INT)
#define ENLACE_PACKED_INLINE 32

typedef enum {
  ENLACE_PACKED_NULL,
  ENLACE_PACKED_FALSE,
  ENLACE_PACKED_TRUE,
  ENLACE_PACKED_INT,
  ENLACE_PACKED_UINT,
  ENLACE_PACKED_DOUBLE,
  ENLACE_PACKED_NUMBER_TEXT,
  ENLACE_PACKED_STRING,
  ENLACE_PACKED_BYTES,
  ENLACE_PACKED_LIST,
  ENLACE_PACKED_MAP,
  ENLACE_PACKED_TIMESTAMP,
  ENLACE_PACKED_DURATION,
  ENLACE_PACKED_TYPE,
  ENLACE_PACKED_NONE,
  ENLACE_PACKED_OPTIONAL,
} EnlacePackedTag;

/* A container of which parts are still to come; both directions walk with a list of these in place of recursion. */
typedef struct {
  EnlaceValue *value;
  gsize n_parts;                  /* a map has two for each member */
  gsize next;
  EnlaceValue *key;               /* reading a map: owned, waits for its value */
} EnlacePackedFrame;

/* A stack of frames, of which the first few need no allocation. */
typedef struct {
  EnlacePackedFrame *frames;                  /* `first`, or owned */
  gsize length;
  gsize capacity;
  EnlacePackedFrame first[ENLACE_PACKED_INLINE];
} EnlacePackedStack;

static inline void
enlace_packed_stack_init (EnlacePackedStack *self)
{
  self->frames = self->first;
  self->length = 0;
  self->capacity = ENLACE_PACKED_INLINE;
}

static inline void
enlace_packed_stack_push (EnlacePackedStack *self,
                          EnlaceValue       *value,
                          gsize              n_parts)
{
  if (self->length == self->capacity)
    {
      self->capacity *= 2;

      if (self->frames == self->first)
        self->frames = memcpy (g_new (EnlacePackedFrame, self->capacity), self->first, sizeof self->first);
      else
        self->frames = g_renew (EnlacePackedFrame, self->frames, self->capacity);
    }

  self->frames[self->length++] = (EnlacePackedFrame) { value, n_parts, 0, NULL };
}

static inline void
enlace_packed_stack_clear (EnlacePackedStack *self)
{
  for (gsize i = 0; i < self->length; i++)
    g_clear_pointer (&self->frames[i].key, enlace_value_unref);
  if (self->frames != self->first)
    g_free (self->frames);
}

G_END_DECLS
