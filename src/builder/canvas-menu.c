/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/canvas-private.h"

typedef struct {
  const char *label;              /* NULL: a new section begins */
  const char *action;
} Item;

static const Item node_items[] = {
  { N_("_Open"), "canvas.open" },
  { N_("_Add Step After…"), "canvas.add-step" },
  { N_("C_onnect To…"), "canvas.connect-to" },
  { NULL },
  { N_("_Run Up to Here…"), "canvas.run-until" },
  { N_("Run This Step Alo_ne"), "canvas.run-only" },
  { N_("Go On _From Here"), "canvas.run-from" },
  { N_("_Pin Output"), "canvas.pin" },
  { N_("Un_pin Output"), "canvas.unpin" },
  { NULL },
  { N_("Cu_t"), "canvas.cut" },
  { N_("_Copy"), "canvas.copy" },
  { N_("D_uplicate"), "canvas.duplicate" },
  { N_("_Delete"), "canvas.delete" },
  { NULL },
  { N_("_Group"), "canvas.group" },
  { N_("_Tidy Up"), "canvas.tidy" },
  { N_("_Extract Into a Workflow…"), "canvas.extract" },
};

static const Item edge_items[] = {
  { N_("_Insert Step…"), "canvas.add-step" },
  { N_("_Delete Connection"), "canvas.delete" },
};

static const Item note_items[] = {
  { N_("Cu_t"), "canvas.cut" },
  { N_("_Copy"), "canvas.copy" },
  { N_("D_uplicate"), "canvas.duplicate" },
  { N_("_Delete"), "canvas.delete" },
};

static const Item group_items[] = {
  { N_("_Rename"), "canvas.rename-group" },
  { NULL },
  { N_("_Copy"), "canvas.copy" },
  { N_("D_uplicate"), "canvas.duplicate" },
  /* Translators: removes the frame; what stands in it stays. */
  { N_("_Ungroup"), "canvas.delete" },
};

static const Item empty_items[] = {
  { N_("_Add Step…"), "canvas.add-step" },
  { N_("Add _Note"), "canvas.add-note" },
  { N_("_Paste"), "canvas.paste" },
  { NULL },
  { N_("Select A_ll"), "canvas.select-all" },
  { N_("_Tidy Up"), "canvas.tidy" },
  { NULL },
  { N_("Zoom to _Fit"), "canvas.zoom-fit" },
  { N_("Actual _Size"), "canvas.zoom-reset" },
  { N_("_Overview Map"), "canvas.minimap" },
};

static const Item align_items[] = {
  { N_("_Left"), "canvas.align-left" },
  { N_("_Center"), "canvas.align-center" },
  { N_("_Right"), "canvas.align-right" },
  { NULL },
  { N_("_Top"), "canvas.align-top" },
  { N_("_Middle"), "canvas.align-middle" },
  { N_("_Bottom"), "canvas.align-bottom" },
  { NULL },
  { N_("Distribute _Horizontally"), "canvas.distribute-horizontally" },
  { N_("Distribute _Vertically"), "canvas.distribute-vertically" },
};

static GMenu *
make_menu (const Item *items,
           guint       n_items)
{
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) section = g_menu_new ();

  for (guint i = 0; i < n_items; i++)
    {
      if (items[i].label != NULL)
        {
          g_autoptr(GMenuItem) item = g_menu_item_new (_(items[i].label), items[i].action);

          /* Of the two the one that can be done. */
          if (g_str_has_suffix (items[i].action, "pin"))
            g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
          g_menu_append_item (section, item);
          continue;
        }
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
      g_object_unref (section);
      section = g_menu_new ();
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));

  return menu;
}

static GMenu *
make_group_menu (void)
{
  GMenu *menu = make_menu (group_items, G_N_ELEMENTS (group_items));
  g_autoptr(GMenu) list = g_menu_new ();
  const char *const *colors = enlace_graph_group_colors ();

  for (guint i = 0; colors[i] != NULL; i++)
    {
      g_autofree char *action = g_strdup_printf ("canvas.color-group::%s", colors[i]);

      g_menu_append (list, enlace_graph_group_color_title (colors[i]), action);
    }
  g_menu_append (list, enlace_graph_group_color_title (""), "canvas.color-group::");
  g_menu_append_submenu (menu, _("_Color"), G_MENU_MODEL (list));

  return menu;
}

static GMenu *
menu_for (EnlaceCanvas *self,
          const Hit    *hit)
{
  GMenu *menu;

  switch (hit->kind)
    {
    case HIT_NODE:
    case HIT_INPUT:
    case HIT_OUTPUT:
      menu = make_menu (node_items, G_N_ELEMENTS (node_items));
      break;
    case HIT_GROUP:
    case HIT_GROUP_CORNER:
      return make_group_menu ();
    case HIT_EDGE_PLUS:
    case HIT_EDGE:
      return make_menu (edge_items, G_N_ELEMENTS (edge_items));
    case HIT_NOTE:
    case HIT_NOTE_CORNER:
      menu = make_menu (note_items, G_N_ELEMENTS (note_items));
      break;
    case HIT_NOTHING:
    default:
      return make_menu (empty_items, G_N_ELEMENTS (empty_items));
    }

  if (g_hash_table_size (self->selection) > 1)
    {
      g_autoptr(GMenu) align = make_menu (align_items, G_N_ELEMENTS (align_items));

      g_menu_append_submenu (menu, _("_Align"), G_MENU_MODEL (align));
    }

  return menu;
}

void
_enlace_canvas_menu_popup (EnlaceCanvas *self,
                           double        x,
                           double        y,
                           const Hit    *hit)
{
  g_autoptr(GMenu) menu = menu_for (self, hit);

  if (self->menu == NULL)
    {
      self->menu = gtk_popover_menu_new_from_model (NULL);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), G_MENU_MODEL (menu));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}
