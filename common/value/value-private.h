/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* How values lie in memory: one allocation each, with text, elements and members inside it. Only this folder sees it. */

typedef enum {
  ENLACE_VALUE_STATIC = 1 << 0,   /* never freed and never written to: the shared small values */
  ENLACE_VALUE_TEXT = 1 << 1,     /* a double that keeps its text */
} EnlaceValueFlags;

struct _EnlaceValue {
  int ref_count;
  guint8 kind;
  guint8 flags;
  union {
    guint32 hash;                 /* of a text; 0 until somebody asked */
    EnlaceValue *next_dead;       /* only while it is being freed */
  };
};

typedef struct {
  EnlaceValue base;
  union {
    gint64 i;
    guint64 u;
    double d;
    gboolean b;
  };
  char text[];                    /* with ENLACE_VALUE_TEXT */
} EnlaceScalar;

typedef struct {
  EnlaceValue base;
  gint64 seconds;
  gint32 nanoseconds;
} EnlaceInstant;

/* A string, bytes or the name of a type; a NUL follows the last byte. */
typedef struct {
  EnlaceValue base;
  gsize length;
  char data[];
} EnlaceText;

typedef struct {
  EnlaceValue base;
  gsize length;
  EnlaceValue *elements[];
} EnlaceList;

typedef struct {
  EnlaceValue *key;
  EnlaceValue *value;
} EnlaceEntry;

typedef struct {
  EnlaceValue base;
  gsize length;
  guint32 *index;                 /* owned; NULL while the map is small. Slots hold a position + 1 */
  guint32 mask;
  EnlaceEntry entries[];
} EnlaceMap;

typedef struct {
  EnlaceValue base;
  EnlaceValue *value;             /* owned, nullable */
} EnlaceOptional;

#define ENLACE_SCALAR(value) ((EnlaceScalar *) (value))
#define ENLACE_INSTANT(value) ((EnlaceInstant *) (value))
#define ENLACE_TEXT(value) ((EnlaceText *) (value))
#define ENLACE_LIST(value) ((EnlaceList *) (value))
#define ENLACE_MAP(value) ((EnlaceMap *) (value))
#define ENLACE_OPTIONAL(value) ((EnlaceOptional *) (value))

/* Maps of at most this many members are searched from the first to the last. */
#define ENLACE_MAP_SMALL 8

/* Lists and maps to be filled by the caller: `length` is 0 at first and says how many places are filled. */
EnlaceList  *enlace_list_alloc         (gsize              capacity);
EnlaceMap   *enlace_map_alloc          (gsize              capacity);
/* Gives a map with more than ENLACE_MAP_SMALL members its index, with room for `capacity`. FALSE when a key is there twice:
 * its second position is in `*duplicate`. */
gboolean     enlace_map_build_index    (EnlaceMap         *self,
                                        gsize              capacity,
                                        gsize             *duplicate);
/* Adds the last member, whose key is new, to an index that has room. */
void         enlace_map_index_last     (EnlaceMap         *self);
/* The position of a key, or -1. */
gssize       enlace_map_find           (const EnlaceMap   *self,
                                        const EnlaceValue *key);
gssize       enlace_map_find_name      (const EnlaceMap   *self,
                                        const char        *name,
                                        gsize              length);

guint32      enlace_hash_text          (const char        *data,
                                        gsize              length);
guint32      enlace_text_get_hash      (EnlaceText        *self);
gboolean     enlace_number_equal       (const EnlaceValue *a,
                                        const EnlaceValue *b);
guint32      enlace_number_hash        (const EnlaceValue *number);

static inline gboolean
enlace_kind_is_number (guint kind)
{
  return kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE;
}

G_END_DECLS
