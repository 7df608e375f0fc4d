/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include <string.h>

#include "server/outbound/reply-private.h"

G_DEFINE_BOXED_TYPE (EnlaceOutboundReply, enlace_outbound_reply, enlace_outbound_reply_ref, enlace_outbound_reply_unref)

static const EnlaceOutboundReplyLine *
get_line (EnlaceOutboundReply *self, guint position)
{
  return &g_array_index (self->lines, EnlaceOutboundReplyLine, position);
}

static const char *
get_name (EnlaceOutboundReply *self, guint position)
{
  return self->text->str + get_line (self, position)->name;
}

static const char *
get_value (EnlaceOutboundReply *self, guint position)
{
  return self->text->str + get_line (self, position)->value;
}

/* The first line of that name from `start` on; the number of lines where there is none. */
static guint
find_line (EnlaceOutboundReply *self, const char *name, guint start)
{
  while (start < self->lines->len && g_ascii_strcasecmp (get_name (self, start), name) != 0)
    start++;

  return start;
}

static char *
join_from (EnlaceOutboundReply *self, guint first)
{
  GString *joined = g_string_new (get_value (self, first));
  const char *name = get_name (self, first);

  for (guint i = find_line (self, name, first + 1); i < self->lines->len; i = find_line (self, name, i + 1))
    {
      g_string_append (joined, ", ");
      g_string_append (joined, get_value (self, i));
    }

  return g_string_free_and_steal (joined);
}

EnlaceOutboundReply *
enlace_outbound_reply_new (void)
{
  EnlaceOutboundReply *self = g_new0 (EnlaceOutboundReply, 1);

  g_atomic_ref_count_init (&self->references);
  self->text = g_string_sized_new (256);
  self->lines = g_array_sized_new (FALSE, FALSE, sizeof (EnlaceOutboundReplyLine), 8);

  return self;
}

gboolean
enlace_outbound_reply_add_line (EnlaceOutboundReply *self, const char *line, gsize length)
{
  const char *colon = memchr (line, ':', length);
  const char *value, *end = line + length;
  EnlaceOutboundReplyLine offsets;

  if (colon == NULL || colon == line || memchr (line, '\0', length) != NULL)
    return FALSE;

  for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
    continue;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;

  offsets.name = (guint) self->text->len;
  for (const char *p = line; p < colon; p++)
    g_string_append_c (self->text, g_ascii_tolower (*p));
  g_string_append_c (self->text, '\0');
  offsets.value = (guint) self->text->len;
  g_string_append_len (self->text, value, end - value);
  g_string_append_c (self->text, '\0');
  g_array_append_val (self->lines, offsets);

  return TRUE;
}

void
enlace_outbound_reply_drop_lines (EnlaceOutboundReply *self)
{
  g_string_truncate (self->text, 0);
  g_array_set_size (self->lines, 0);
}

EnlaceOutboundReply *
enlace_outbound_reply_ref (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enlace_outbound_reply_unref (EnlaceOutboundReply *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_string_free (self->text, TRUE);
  g_array_unref (self->lines);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->url);
  g_free (self);
}

guint
enlace_outbound_reply_get_status (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->status;
}

GBytes *
enlace_outbound_reply_get_body (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->body;
}

guint
enlace_outbound_reply_get_n_headers (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->lines->len;
}

const char *
enlace_outbound_reply_get_header_name (EnlaceOutboundReply *self, guint position)
{
  g_return_val_if_fail (self != NULL && position < self->lines->len, NULL);

  return get_name (self, position);
}

const char *
enlace_outbound_reply_get_header_at (EnlaceOutboundReply *self, guint position)
{
  g_return_val_if_fail (self != NULL && position < self->lines->len, NULL);

  return get_value (self, position);
}

const char *
enlace_outbound_reply_get_header (EnlaceOutboundReply *self, const char *name)
{
  guint position;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  position = find_line (self, name, 0);

  return position < self->lines->len ? get_value (self, position) : NULL;
}

char *
enlace_outbound_reply_dup_header (EnlaceOutboundReply *self, const char *name)
{
  guint position;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  position = find_line (self, name, 0);

  return position < self->lines->len ? join_from (self, position) : NULL;
}

void
enlace_outbound_reply_foreach_header (EnlaceOutboundReply *self, EnlaceOutboundHeaderFunc function, gpointer user_data)
{
  g_return_if_fail (self != NULL && function != NULL);

  for (guint i = 0; i < self->lines->len; i++)
    {
      const char *name = get_name (self, i);

      if (find_line (self, name, 0) != i)
        continue;

      if (find_line (self, name, i + 1) == self->lines->len)
        {
          function (name, get_value (self, i), user_data);
        }
      else
        {
          g_autofree char *joined = join_from (self, i);

          function (name, joined, user_data);
        }
    }
}

const char *
enlace_outbound_reply_get_url (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->url;
}

gint64
enlace_outbound_reply_get_duration (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->duration;
}

guint64
enlace_outbound_reply_get_bytes (EnlaceOutboundReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->bytes;
}
