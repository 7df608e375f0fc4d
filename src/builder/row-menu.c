/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/row-menu.h"

#include <glib/gi18n.h>

#define UP "rows.up"
#define DOWN "rows.down"
#define REMOVE "rows.remove"

static const struct {
  const char *label;   /* translatable */
  const char *action;
} items[] = {
  { N_("Move _Up"), UP },
  { N_("Move _Down"), DOWN },
  { N_("_Remove"), REMOVE },
};

static int
get_index (GtkWidget *row)
{
  int index = 0;

  while ((row = gtk_widget_get_prev_sibling (row)) != NULL)
    index++;

  return index;
}

/* The menu names the place that the row has when it is opened. */
static void
fill_menu_cb (GtkMenuButton *button,
              gpointer       row)
{
  g_autoptr(GMenu) menu = g_menu_new ();
  int index = get_index (row);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr(GMenuItem) item = g_menu_item_new (_(items[i].label), NULL);

      g_menu_item_set_action_and_target (item, items[i].action, "i", index);
      g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

void
enlace_row_menu_install (GtkWidgetClass              *widget_class,
                         GtkWidgetActionActivateFunc  activate)
{
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    gtk_widget_class_install_action (widget_class, items[i].action, "i", activate);
}

GtkWidget *
enlace_row_menu_new (GtkWidget *row)
{
  GtkWidget *button = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, _("Row Menu"));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (button), fill_menu_cb, row, NULL);

  return button;
}

static GtkWidget *
find_row (GtkBox *rows,
          int     index)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (rows));

  for (; index > 0 && row != NULL; index--)
    row = gtk_widget_get_next_sibling (row);

  return row;
}

gboolean
enlace_row_menu_apply (GtkBox     *rows,
                       const char *action,
                       GVariant   *parameter)
{
  GtkWidget *row = find_row (rows, g_variant_get_int32 (parameter));
  gboolean is_up = g_str_equal (action, UP);
  GtkWidget *other;

  if (row == NULL)
    return FALSE;
  if (g_str_equal (action, REMOVE))
    {
      gtk_box_remove (rows, row);
      return TRUE;
    }

  other = is_up ? gtk_widget_get_prev_sibling (row) : gtk_widget_get_next_sibling (row);
  if (other == NULL)
    return FALSE;
  gtk_box_reorder_child_after (rows, row, is_up ? gtk_widget_get_prev_sibling (other) : other);

  return TRUE;
}
