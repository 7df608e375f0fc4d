/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/expression-entry-drop.h"

#include <math.h>

static EnlaceDraggedPath *
enlace_dragged_path_copy (EnlaceDraggedPath *self)
{
  EnlaceDraggedPath *copy = g_new0 (EnlaceDraggedPath, 1);

  copy->path = g_strdup (self->path);

  return copy;
}

static void
enlace_dragged_path_free (EnlaceDraggedPath *self)
{
  g_free (self->path);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (EnlaceDraggedPath, enlace_dragged_path, enlace_dragged_path_copy, enlace_dragged_path_free)

GdkContentProvider *
enlace_dragged_path_provide (const char *path)
{
  EnlaceDraggedPath dragged = { (char *) path };

  return gdk_content_provider_new_typed (ENLACE_TYPE_DRAGGED_PATH, &dragged);
}

/* The place between two characters of a line that is nearest. */
static int
find_position (GtkText *text,
               double   x)
{
  int length = (int) gtk_text_get_text_length (text);
  int nearest = 0;
  double least = G_MAXDOUBLE;

  for (int i = 0; i <= length; i++)
    {
      graphene_rect_t place;
      double distance;

      gtk_text_compute_cursor_extents (text, (gsize) i, &place, NULL);
      distance = fabs (x - graphene_rect_get_x (&place));
      if (distance < least)
        {
          least = distance;
          nearest = i;
        }
    }

  return nearest;
}

static void
move_cursor (GtkWidget *target,
             double     x,
             double     y)
{
  GtkTextIter iter;
  int left;
  int top;

  if (GTK_IS_TEXT (target))
    {
      gtk_editable_set_position (GTK_EDITABLE (target), find_position (GTK_TEXT (target), x));
      return;
    }

  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (target), GTK_TEXT_WINDOW_WIDGET, (int) x, (int) y, &left, &top);
  gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (target), &iter, left, top);
  gtk_text_buffer_place_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (target)), &iter);
}

/* The cursor shows where the path will stand. */
static GdkDragAction
moved_cb (EnlaceExpressionEntry *self,
          double                 x,
          double                 y,
          GtkDropTarget         *drop)
{
  move_cursor (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (drop)), x, y);

  return GDK_ACTION_COPY;
}

static GdkDragAction
entered_cb (EnlaceExpressionEntry *self,
            double                 x,
            double                 y,
            GtkDropTarget         *drop)
{
  enlace_expression_entry_focus (self);

  return moved_cb (self, x, y, drop);
}

static gboolean
dropped_cb (EnlaceExpressionEntry *self,
            const GValue          *value,
            double                 x,
            double                 y,
            GtkDropTarget         *drop)
{
  EnlaceDraggedPath *dragged = g_value_get_boxed (value);

  move_cursor (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (drop)), x, y);
  enlace_expression_entry_insert_path (self, dragged->path);
  enlace_expression_entry_focus (self);

  return TRUE;
}

void
enlace_expression_entry_accept_paths (EnlaceExpressionEntry *self,
                                      GtkWidget             *target)
{
  GtkDropTarget *drop = gtk_drop_target_new (ENLACE_TYPE_DRAGGED_PATH, GDK_ACTION_COPY);

  g_return_if_fail (ENLACE_IS_EXPRESSION_ENTRY (self));
  g_return_if_fail (GTK_IS_TEXT (target) || GTK_IS_TEXT_VIEW (target));

  g_signal_connect_object (drop, "enter", G_CALLBACK (entered_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drop, "motion", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drop, "drop", G_CALLBACK (dropped_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (target, GTK_EVENT_CONTROLLER (drop));
}
