/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A regular expression of a schema: searched anywhere in a text, with limits on what a search may take. Immutable, thread-safe. */
typedef struct _EnlacePattern EnlacePattern;

typedef enum {
  ENLACE_PATTERN_MATCHES,
  ENLACE_PATTERN_DIFFERS,
  ENLACE_PATTERN_EXHAUSTED,  /* the limits did not suffice to tell */
} EnlacePatternResult;

EnlacePattern      *enlace_pattern_new    (const char           *text,
                                           char                **problem);  /* out, the caller's, when NULL is returned */
void                enlace_pattern_free   (EnlacePattern        *self);
const char         *enlace_pattern_get_text (const EnlacePattern *self);
EnlacePatternResult enlace_pattern_search (const EnlacePattern  *self,
                                           const char           *text,
                                           gsize                 length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlacePattern, enlace_pattern_free)

G_END_DECLS
