/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-value"

#include <string.h>

#include "common/value/utf8.h"

static inline gboolean
is_continuation (guint8 byte)
{
  return (byte & 0xc0) == 0x80;
}

guint
enlace_utf8_sequence (const char *text,
                      gsize       left)
{
  const guint8 *s = (const guint8 *) text;

  if (s[0] < 0x80)
    return 1;

  if (s[0] < 0xc2 || s[0] > 0xf4 || left < 2 || !is_continuation (s[1]))
    return 0;

  if (s[0] < 0xe0)
    return 2;

  if (left < 3 || !is_continuation (s[2]))
    return 0;

  if (s[0] < 0xf0)
    {
      gboolean overlong = s[0] == 0xe0 && s[1] < 0xa0;
      gboolean surrogate = s[0] == 0xed && s[1] > 0x9f;

      return overlong || surrogate ? 0 : 3;
    }

  if (left < 4 || !is_continuation (s[3]))
    return 0;

  return (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ? 0 : 4;
}

gboolean
enlace_utf8_validate (const char *text,
                      gsize       length)
{
  gsize at = 0;

  while (at < length)
    {
      guint n;

      /* Most text is ASCII: eight bytes at a time. */
      if (length - at >= 8)
        {
          guint64 word;

          memcpy (&word, text + at, 8);
          if ((word & 0x8080808080808080) == 0)
            {
              at += 8;
              continue;
            }
        }

      n = enlace_utf8_sequence (text + at, length - at);
      if (n == 0)
        return FALSE;

      at += n;
    }

  return TRUE;
}
