/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceFormatError:
 * @ENLACE_FORMAT_ERROR_INPUT: the text is not what it is read as; the message names the line
 * @ENLACE_FORMAT_ERROR_VALUE: a value that the format cannot say
 * @ENLACE_FORMAT_ERROR_OPTION: an option that cannot be, such as a selector that is none
 */
typedef enum {
  ENLACE_FORMAT_ERROR_INPUT,
  ENLACE_FORMAT_ERROR_VALUE,
  ENLACE_FORMAT_ERROR_OPTION,
} EnlaceFormatError;

#define ENLACE_FORMAT_ERROR (enlace_format_error_quark ())
GQuark enlace_format_error_quark (void);

/**
 * EnlaceFormatGuard:
 * @spend: asked again and again: `units` of work (a sixteenth of a kilobyte, or an item) since it was last asked, `bytes` held by now, about.
 *   FALSE with an error of its own ends the work
 * @line: where the input is wrong, from 1 on; 0: not known
 *
 * Who reads or writes for somebody else asks before each piece of work. NULL in place of it: there is no limit.
 */
typedef struct _EnlaceFormatGuard EnlaceFormatGuard;
struct _EnlaceFormatGuard {
  gboolean (*spend) (EnlaceFormatGuard  *self,
                     gsize               units,
                     gsize               bytes,
                     GError            **error);
  gsize      line;
};

gboolean enlace_format_spend (EnlaceFormatGuard  *guard,
                              gsize               units,
                              gsize               bytes,
                              GError            **error);
/* Sets INPUT with “Line N: …” and the guard's line. Returns FALSE. */
gboolean enlace_format_fail  (EnlaceFormatGuard  *guard,
                              GError            **error,
                              gsize               line,
                              const char         *format,
                              ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
