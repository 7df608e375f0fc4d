/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENLACE_UUID_TEXT_SIZE 37 /* with the terminating NUL */

typedef struct { guint8 bytes[16]; } EnlaceUuid;

/* UUIDv7 (RFC 9562): Unix milliseconds, a number within the millisecond, then random bits from the system. Ids of a process ascend in the order in
 * which they are asked for, by whichever threads, and also when the clock jumps back. */
void     enlace_uuid_generate (EnlaceUuid       *uuid);
/* UUIDv5 in the URL namespace (RFC 9562, 5.5). */
void     enlace_uuid_for_url  (const char       *url,
                               EnlaceUuid       *uuid);
gboolean enlace_uuid_parse    (const char       *text,
                               EnlaceUuid       *uuid); /* the 36-character form only, either case */
void     enlace_uuid_format   (const EnlaceUuid *uuid,
                               char              text[ENLACE_UUID_TEXT_SIZE]);
gboolean enlace_uuid_equal    (const EnlaceUuid *a,
                               const EnlaceUuid *b);

G_END_DECLS
