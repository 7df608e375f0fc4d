/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <math.h>

#include <glib/gi18n.h>

#include "src/builder/graph-group.h"
#include "src/builder/graph-private.h"

#define DEFAULT_WIDTH  320
#define DEFAULT_HEIGHT 200
#define PADDING        24

struct _EnlaceGraphGroup
{
  EnlaceGraphItem parent_instance;

  const char     *title;          /* borrowed from the value */
  const char     *color;          /* static */
  double          x;
  double          y;
  double          width;
  double          height;
};

G_DEFINE_FINAL_TYPE (EnlaceGraphGroup, enlace_graph_group, ENLACE_TYPE_GRAPH_ITEM)

static const char *const colors[] = { "blue", "green", "yellow", "orange", "red", "purple", NULL };
static const char *const color_titles[] = { N_("Blue"), N_("Green"), N_("Yellow"), N_("Orange"), N_("Red"), N_("Purple") };

static const char *
known_color (const char *color)
{
  for (guint i = 0; colors[i] != NULL; i++)
    if (g_str_equal (colors[i], color))
      return colors[i];

  return "";
}

static void
enlace_graph_group_value_changed (EnlaceGraphItem *item,
                                  EnlaceValue     *value)
{
  EnlaceGraphGroup *self = ENLACE_GRAPH_GROUP (item);

  self->title = enlace_value_get_member_string (value, "title", "");
  self->color = known_color (enlace_value_get_member_string (value, "color", ""));
  if (!_enlace_graph_read_point (value, "position", &self->x, &self->y))
    self->x = self->y = 0;
  if (!_enlace_graph_read_point (value, "size", &self->width, &self->height))
    {
      self->width = DEFAULT_WIDTH;
      self->height = DEFAULT_HEIGHT;
    }
  self->width = MAX (self->width, ENLACE_GROUP_MIN_WIDTH);
  self->height = MAX (self->height, ENLACE_GROUP_MIN_HEIGHT);
}

static void
enlace_graph_group_class_init (EnlaceGraphGroupClass *klass)
{
  ENLACE_GRAPH_ITEM_CLASS (klass)->value_changed = enlace_graph_group_value_changed;
}

static void
enlace_graph_group_init (EnlaceGraphGroup *self)
{
}

double
enlace_graph_group_get_x (EnlaceGraphGroup *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (self), 0);

  return self->x;
}

double
enlace_graph_group_get_y (EnlaceGraphGroup *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (self), 0);

  return self->y;
}

double
enlace_graph_group_get_width (EnlaceGraphGroup *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (self), 0);

  return self->width;
}

double
enlace_graph_group_get_height (EnlaceGraphGroup *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (self), 0);

  return self->height;
}

const char *
enlace_graph_group_get_title (EnlaceGraphGroup *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (self), NULL);

  return self->title;
}

const char *
enlace_graph_group_get_color (EnlaceGraphGroup *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_GROUP (self), NULL);

  return self->color;
}

const char *const *
enlace_graph_group_colors (void)
{
  return colors;
}

const char *
enlace_graph_group_color_title (const char *color)
{
  g_return_val_if_fail (color != NULL, NULL);

  for (guint i = 0; colors[i] != NULL; i++)
    if (g_str_equal (colors[i], color))
      return _(color_titles[i]);

  return _("No Color");
}

/* Whether the middle of one item's box is inside of a group (of another group: all of it). */
static gboolean
is_inside (EnlaceGraph      *self,
           EnlaceGraphGroup *group,
           EnlaceGraphItem  *item)
{
  gboolean whole = ENLACE_IS_GRAPH_GROUP (item);
  double x;
  double y;
  double width;
  double height;

  if (item == ENLACE_GRAPH_ITEM (group) ||
      !enlace_graph_get_bounds (self, enlace_graph_item_get_id (item), &x, &y, &width, &height))
    return FALSE;
  if (!whole)
    {
      x += width / 2;
      y += height / 2;
      width = height = 0;
    }

  return x >= group->x && y >= group->y && x + width <= group->x + group->width && y + height <= group->y + group->height;
}

static void
add_content (EnlaceGraph *self,
             const char  *id,
             GHashTable  *seen,
             GPtrArray   *ids)
{
  GListModel *lists[] = { enlace_graph_get_nodes (self), enlace_graph_get_notes (self), enlace_graph_get_groups (self) };
  EnlaceGraphGroup *group = enlace_graph_find_group (self, id);

  for (guint i = 0; group != NULL && i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < g_list_model_get_n_items (lists[i]); j++)
      {
        g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (lists[i], j);
        const char *inner = enlace_graph_item_get_id (item);

        if (!g_hash_table_contains (seen, inner) && is_inside (self, group, item))
          {
            g_hash_table_add (seen, (char *) inner);
            g_ptr_array_add (ids, g_strdup (inner));
          }
      }
}

GStrv
enlace_graph_expand_groups (EnlaceGraph       *self,
                            const char *const *ids)
{
  g_autoptr(GHashTable) seen = NULL;
  g_autoptr(GPtrArray) all = NULL;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (ids != NULL, NULL);

  seen = g_hash_table_new (g_str_hash, g_str_equal);
  all = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  for (guint i = 0; ids[i] != NULL; i++)
    if (g_hash_table_add (seen, (char *) ids[i]))
      g_ptr_array_add (all, g_strdup (ids[i]));
  for (guint i = 0; ids[i] != NULL; i++)
    add_content (self, ids[i], seen, all);

  return (GStrv) g_ptr_array_steal (all, NULL);
}

/* The frame that holds these, with room for its title; FALSE: there are none. */
static gboolean
find_frame (EnlaceGraph       *self,
            const char *const *ids,
            double            *x,
            double            *y,
            double            *width,
            double            *height)
{
  double left = G_MAXDOUBLE;
  double top = G_MAXDOUBLE;
  double right = -G_MAXDOUBLE;
  double bottom = -G_MAXDOUBLE;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      double item_x;
      double item_y;
      double item_width;
      double item_height;

      if (!enlace_graph_get_bounds (self, ids[i], &item_x, &item_y, &item_width, &item_height))
        continue;
      left = MIN (left, item_x);
      top = MIN (top, item_y);
      right = MAX (right, item_x + item_width);
      bottom = MAX (bottom, item_y + item_height);
    }
  if (left == G_MAXDOUBLE)
    return FALSE;

  *x = floor (left / 8) * 8 - PADDING;
  *y = floor (top / 8) * 8 - PADDING - ENLACE_GROUP_TITLE;
  *width = ceil ((right + PADDING - *x) / 8) * 8;
  *height = ceil ((bottom + PADDING - *y) / 8) * 8;

  return TRUE;
}

static char *
make_group_id (EnlaceGraph *self)
{
  g_autoptr(GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  GListModel *lists[] = { enlace_graph_get_nodes (self), enlace_graph_get_notes (self) };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < g_list_model_get_n_items (lists[i]); j++)
      {
        g_autoptr(EnlaceGraphItem) item = g_list_model_get_item (lists[i], j);

        g_hash_table_add (taken, (char *) enlace_graph_item_get_id (item));
      }

  return _enlace_graph_make_id (self, ENLACE_GRAPH_GROUPS, "group", taken);
}

EnlaceGraphGroup *
enlace_graph_add_group (EnlaceGraph       *self,
                        const char *const *ids,
                        const char        *title)
{
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  g_autoptr(EnlaceValue) value = NULL;
  g_autofree char *id = NULL;
  double x;
  double y;
  double width;
  double height;

  g_return_val_if_fail (ENLACE_IS_GRAPH (self), NULL);
  g_return_val_if_fail (ids != NULL && title != NULL, NULL);

  if (!find_frame (self, ids, &x, &y, &width, &height))
    return NULL;

  id = make_group_id (self);
  builder = enlace_map_builder_new ();
  enlace_map_builder_add_string (builder, "id", id);
  enlace_map_builder_take (builder, "position", _enlace_graph_point (x, y));
  enlace_map_builder_take (builder, "size", _enlace_graph_point (width, height));
  enlace_map_builder_add_string (builder, "title", title);
  enlace_map_builder_add_string (builder, "color", "blue");
  value = enlace_map_builder_end (builder);

  enlace_graph_begin (self, _("Group"));
  _enlace_graph_put (self, ENLACE_GRAPH_GROUPS, id, G_MAXUINT, value);
  enlace_graph_end (self);

  return enlace_graph_find_group (self, id);
}

void
enlace_graph_set_group_title (EnlaceGraph *self,
                              const char  *id,
                              const char  *title)
{
  g_autoptr(EnlaceValue) value = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (title != NULL);

  value = enlace_value_new_string (title);
  enlace_graph_begin (self, _("Rename Group"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_GROUPS, id, "title", value);
  enlace_graph_end (self);
}

void
enlace_graph_set_group_color (EnlaceGraph *self,
                              const char  *id,
                              const char  *color)
{
  g_autoptr(EnlaceValue) value = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));
  g_return_if_fail (color != NULL);

  value = *color != '\0' ? enlace_value_new_string (color) : NULL;
  enlace_graph_begin (self, _("Color Group"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_GROUPS, id, "color", value);
  enlace_graph_end (self);
}

void
enlace_graph_set_group_bounds (EnlaceGraph *self,
                               const char  *id,
                               double       x,
                               double       y,
                               double       width,
                               double       height)
{
  g_autoptr(EnlaceValue) position = NULL;
  g_autoptr(EnlaceValue) size = NULL;

  g_return_if_fail (ENLACE_IS_GRAPH (self));

  position = _enlace_graph_point (x, y);
  size = _enlace_graph_point (MAX (width, ENLACE_GROUP_MIN_WIDTH), MAX (height, ENLACE_GROUP_MIN_HEIGHT));
  enlace_graph_begin (self, _("Resize Group"));
  _enlace_graph_set_member (self, ENLACE_GRAPH_GROUPS, id, "position", position);
  _enlace_graph_set_member (self, ENLACE_GRAPH_GROUPS, id, "size", size);
  enlace_graph_end (self);
}

/* Puts the frame round what is to be inside now. */
void
_enlace_graph_fit_group (EnlaceGraph       *self,
                         const char        *id,
                         const char *const *content)
{
  double x;
  double y;
  double width;
  double height;

  if (find_frame (self, content, &x, &y, &width, &height))
    enlace_graph_set_group_bounds (self, id, x, y, width, height);
}
