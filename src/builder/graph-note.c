/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/graph-note.h"
#include "src/builder/graph-private.h"

#define DEFAULT_WIDTH  240
#define DEFAULT_HEIGHT 120

struct _EnlaceGraphNote
{
  EnlaceGraphItem parent_instance;

  const char     *text;           /* borrowed from the value */
  double          x;
  double          y;
  double          width;
  double          height;
};

G_DEFINE_FINAL_TYPE (EnlaceGraphNote, enlace_graph_note, ENLACE_TYPE_GRAPH_ITEM)

static void
enlace_graph_note_value_changed (EnlaceGraphItem *item,
                                 EnlaceValue     *value)
{
  EnlaceGraphNote *self = ENLACE_GRAPH_NOTE (item);

  self->text = enlace_value_get_member_string (value, "text", "");
  if (!_enlace_graph_read_point (value, "position", &self->x, &self->y))
    self->x = self->y = 0;
  if (!_enlace_graph_read_point (value, "size", &self->width, &self->height))
    self->width = self->height = 0;
  if (self->width <= 0)
    self->width = DEFAULT_WIDTH;
  if (self->height <= 0)
    self->height = DEFAULT_HEIGHT;
  self->width = MAX (self->width, ENLACE_NOTE_MIN_WIDTH);
  self->height = MAX (self->height, ENLACE_NOTE_MIN_HEIGHT);
}

static void
enlace_graph_note_class_init (EnlaceGraphNoteClass *klass)
{
  ENLACE_GRAPH_ITEM_CLASS (klass)->value_changed = enlace_graph_note_value_changed;
}

static void
enlace_graph_note_init (EnlaceGraphNote *self)
{
}

double
enlace_graph_note_get_x (EnlaceGraphNote *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NOTE (self), 0);

  return self->x;
}

double
enlace_graph_note_get_y (EnlaceGraphNote *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NOTE (self), 0);

  return self->y;
}

double
enlace_graph_note_get_width (EnlaceGraphNote *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NOTE (self), 0);

  return self->width;
}

double
enlace_graph_note_get_height (EnlaceGraphNote *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NOTE (self), 0);

  return self->height;
}

const char *
enlace_graph_note_get_text (EnlaceGraphNote *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NOTE (self), NULL);

  return self->text;
}
