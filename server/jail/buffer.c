/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
enlace_jail_buffer_init (EnlaceJailBuffer *self,
                         size_t            limit)
{
  *self = (EnlaceJailBuffer) { .limit = limit };
}

void
enlace_jail_buffer_clear (EnlaceJailBuffer *self)
{
  free (self->data);
  *self = (EnlaceJailBuffer) { 0 };
}

static bool
reserve (EnlaceJailBuffer *self,
         size_t            length)
{
  size_t capacity = self->capacity > 0 ? self->capacity : 256;
  char *data;

  if (self->length + length <= self->capacity)
    return true;

  while (capacity < self->length + length)
    capacity *= 2;
  data = realloc (self->data, capacity);
  if (data == NULL)
    return false;

  self->data = data;
  self->capacity = capacity;
  return true;
}

bool
enlace_jail_buffer_append (EnlaceJailBuffer *self,
                           const char       *text,
                           size_t            length)
{
  size_t fitting = self->limit - self->length;

  if (self->is_full || !reserve (self, length < fitting ? length : fitting))
    {
      self->is_full = true;
      return false;
    }

  self->is_full = length > fitting;
  if (length > fitting)
    length = fitting;
  if (length > 0)
    memcpy (self->data + self->length, text, length);
  self->length += length;
  return !self->is_full;
}

void
enlace_jail_buffer_cut (EnlaceJailBuffer *self)
{
  if (!self->is_full)
    return;

  while (self->length > 0 && ((unsigned char) self->data[self->length - 1] & 0xc0) == 0x80)
    self->length--;
  if (self->length > 0 && (unsigned char) self->data[self->length - 1] >= 0xc0)
    self->length--;
}

bool
enlace_jail_buffer_append_text (EnlaceJailBuffer *self,
                                const char       *text)
{
  return enlace_jail_buffer_append (self, text, strlen (text));
}

size_t
enlace_jail_find_surrogate (const char *text,
                            size_t      length)
{
  for (size_t i = 0; i + 2 < length; i++)
    if ((unsigned char) text[i] == 0xed && (unsigned char) text[i + 1] >= 0xa0)
      return i;

  return length;
}

static bool
append_escaped (EnlaceJailBuffer *self,
                unsigned char     c)
{
  char text[8];

  if (c == '"' || c == '\\')
    snprintf (text, sizeof text, "\\%c", c);
  else if (c == '\n')
    snprintf (text, sizeof text, "\\n");
  else
    snprintf (text, sizeof text, "\\u%04x", c);

  return enlace_jail_buffer_append_text (self, text);
}

/* A stretch of text without surrogates that stand alone. */
static bool
append_plain (EnlaceJailBuffer *self,
              const char       *text,
              size_t            length)
{
  size_t begin = 0;

  for (size_t i = 0; i < length; i++)
    {
      unsigned char c = (unsigned char) text[i];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      if (!enlace_jail_buffer_append (self, text + begin, i - begin) || !append_escaped (self, c))
        return false;
      begin = i + 1;
    }

  return enlace_jail_buffer_append (self, text + begin, length - begin);
}

bool
enlace_jail_buffer_append_quoted (EnlaceJailBuffer *self,
                                  const char       *text,
                                  size_t            length)
{
  if (!enlace_jail_buffer_append (self, "\"", 1))
    return false;

  while (length > 0)
    {
      size_t sound = enlace_jail_find_surrogate (text, length);

      if (!append_plain (self, text, sound))
        return false;
      if (sound == length)
        break;
      if (!enlace_jail_buffer_append_text (self, "\xef\xbf\xbd"))
        return false;
      text += sound + 3;
      length -= sound + 3;
    }

  return enlace_jail_buffer_append (self, "\"", 1);
}
