/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Text that grows up to a limit. Only the beginning of what does not fit is taken, and nothing after it. */
typedef struct {
  char   *data;             /* owned, not terminated */
  size_t  length;
  size_t  capacity;
  size_t  limit;
  bool    is_full;          /* something did not fit */
} EnlaceJailBuffer;

void enlace_jail_buffer_init         (EnlaceJailBuffer *self,
                                      size_t            limit);
void enlace_jail_buffer_clear        (EnlaceJailBuffer *self);
bool enlace_jail_buffer_append       (EnlaceJailBuffer *self,
                                      const char       *text,
                                      size_t            length);
bool enlace_jail_buffer_append_text  (EnlaceJailBuffer *self,
                                      const char       *text);
/* Takes half a character, and perhaps a whole one, off the end of what did not fit. */
void enlace_jail_buffer_cut          (EnlaceJailBuffer *self);
/* As a JSON string. The text is UTF-8, except for surrogates that stand alone, which become U+FFFD. */
bool enlace_jail_buffer_append_quoted (EnlaceJailBuffer *self,
                                       const char      *text,
                                       size_t           length);
/* Where the first surrogate that stands alone begins; `length`: there is none. */
size_t enlace_jail_find_surrogate    (const char       *text,
                                      size_t            length);
