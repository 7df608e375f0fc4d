/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/list-follow.h"

/* After the view's own handler and before the next layout: where it stands is still where it stood. */
static void
items_changed_cb (GtkListView *view,
                  guint        position,
                  guint        removed,
                  guint        added,
                  GListModel  *model)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));

  if (position == 0 && added > 0 && adjustment != NULL && gtk_adjustment_get_value (adjustment) < 1)
    gtk_list_view_scroll_to (view, 0, GTK_LIST_SCROLL_NONE, NULL);
}

void
enlace_list_follow_beginning (GtkListView *view)
{
  GtkSelectionModel *model;

  g_return_if_fail (GTK_IS_LIST_VIEW (view));

  model = gtk_list_view_get_model (view);
  g_return_if_fail (model != NULL);

  g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), view, G_CONNECT_SWAPPED);
}
