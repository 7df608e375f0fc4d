/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/event-stream.h"

#include <string.h>

struct _EnlaceEventStream
{
  EnlaceEventFunc  func;
  gpointer         user_data;
  GString         *line;
  GString         *data;       /* of the event that is being read */
  char            *name;
  char            *id;         /* of the event that is being read */
  char            *last_id;
  gboolean         has_data;
  gboolean         after_cr;   /* the last byte ended a line by CR: an LF now belongs to it */
};

EnlaceEventStream *
enlace_event_stream_new (EnlaceEventFunc func,
                         gpointer        user_data)
{
  EnlaceEventStream *self = g_new0 (EnlaceEventStream, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);

  return self;
}

void
enlace_event_stream_free (EnlaceEventStream *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->name);
  g_free (self->id);
  g_free (self->last_id);
  g_free (self);
}

static void
dispatch (EnlaceEventStream *self)
{
  g_autofree char *name = g_steal_pointer (&self->name);

  if (self->id != NULL)
    {
      g_free (self->last_id);
      self->last_id = g_steal_pointer (&self->id);
    }
  if (self->has_data)
    {
      g_autoptr(GString) data = g_steal_pointer (&self->data);

      self->data = g_string_new (NULL);
      self->has_data = FALSE;
      self->func (name != NULL ? name : "message", data->str, self->user_data);
    }
}

static void
add_field (EnlaceEventStream *self,
           const char        *field,
           const char        *value)
{
  if (g_str_equal (field, "data"))
    {
      if (self->has_data)
        g_string_append_c (self->data, '\n');
      g_string_append (self->data, value);
      self->has_data = TRUE;
    }
  else if (g_str_equal (field, "event"))
    {
      g_set_str (&self->name, value);
    }
  else if (g_str_equal (field, "id"))
    {
      g_set_str (&self->id, value);
    }
}

static void
end_line (EnlaceEventStream *self)
{
  char *colon;

  if (self->line->len == 0)
    {
      dispatch (self);
      return;
    }

  colon = strchr (self->line->str, ':');
  if (colon == NULL)
    {
      add_field (self, self->line->str, "");
    }
  else if (colon != self->line->str) /* a line that begins with a colon is a comment: the heartbeat */
    {
      *colon = '\0';
      add_field (self, self->line->str, colon[1] == ' ' ? colon + 2 : colon + 1);
    }
  g_string_truncate (self->line, 0);
}

void
enlace_event_stream_push (EnlaceEventStream *self,
                          const char        *bytes,
                          gsize              length)
{
  for (gsize i = 0; i < length; i++)
    {
      gboolean after_cr = self->after_cr;

      self->after_cr = bytes[i] == '\r';
      if (bytes[i] == '\n' && after_cr)
        continue;
      if (bytes[i] == '\n' || bytes[i] == '\r')
        end_line (self);
      else
        g_string_append_c (self->line, bytes[i]);
    }
}

const char *
enlace_event_stream_get_last_id (EnlaceEventStream *self)
{
  return self->last_id;
}
