/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the text has the format of that name; TRUE for a format that is not known. */
gboolean    enlace_format_accepts  (const char *format,
                                    const char *text);
/* What a text of the format is, as in “This is no …”; NULL for a format that is not known. */
const char *enlace_format_describe (const char *format);

G_END_DECLS
