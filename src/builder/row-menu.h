/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The menu of a row in a form: up, down, away. */

/* Installs the actions that the menus of a field's rows name. The activation calls enlace_row_menu_apply(). */
void       enlace_row_menu_install (GtkWidgetClass              *widget_class,
                                    GtkWidgetActionActivateFunc  activate);
/* The button of a row, which is a child of the box of rows and outlives the button. */
GtkWidget *enlace_row_menu_new     (GtkWidget                   *row);
/* Does to the box of rows what an action says. Returns whether it changed something. */
gboolean   enlace_row_menu_apply   (GtkBox                      *rows,
                                    const char                  *action,
                                    GVariant                    *parameter);

G_END_DECLS
