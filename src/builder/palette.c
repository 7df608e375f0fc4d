/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/palette.h"

#include <glib/gi18n.h>
#include <string.h>

#include "src/builder/canvas.h"

struct _EnlacePalette
{
  GtkWidget            parent_instance;

  /* Template children */
  GtkWidget           *box;
  GtkSearchEntry      *search_entry;
  GtkStack            *stack;
  GtkListBox          *list;

  EnlacePaletteFilter  filter;
};

enum {
  CHOSEN,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlacePalette, enlace_palette, GTK_TYPE_WIDGET)

static guint signals[N_SIGNALS];

static const struct {
  const char *category;
  const char *title;   /* translatable */
} categories[] = {
  { "trigger", N_("Triggers") },
  { "flow", N_("Flow") },
  { "data", N_("Data") },
  { "code", N_("Code") },
  { "http", N_("Web") },
};

const char *
enlace_category_get_title (const char *category)
{
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    if (g_str_equal (categories[i].category, category))
      return _(categories[i].title);

  return category;
}

static gboolean
mentions (const char *text,
          const char *word)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *normal = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);

  return strstr (normal, word) != NULL;
}

gboolean
enlace_palette_offers (const EnlaceStepInfo *info,
                       EnlacePaletteFilter   filter,
                       const char           *search)
{
  gboolean is_trigger = (info->flags & ENLACE_STEP_TRIGGER) != 0;
  g_autofree char *folded = g_utf8_casefold (search, -1);
  g_autofree char *normal = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  g_auto(GStrv) words = g_strsplit_set (normal != NULL ? normal : "", " \t", -1);

  if (filter == ENLACE_PALETTE_TRIGGERS && !is_trigger)
    return FALSE;
  if ((filter == ENLACE_PALETTE_FOLLOWING || filter == ENLACE_PALETTE_BETWEEN) && is_trigger)
    return FALSE;
  if (filter == ENLACE_PALETTE_BETWEEN && info->ports[0] == NULL)
    return FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    if (!mentions (_(info->title), words[i]) && !mentions (_(info->description), words[i]) && !mentions (info->name, words[i]) &&
        !mentions (enlace_category_get_title (info->category), words[i]))
      return FALSE;

  return TRUE;
}

static const EnlaceStepInfo *
get_info (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "enlace-info");
}

static gboolean
filter_cb (GtkListBoxRow *row,
           gpointer       user_data)
{
  EnlacePalette *self = user_data;

  return enlace_palette_offers (get_info (row), self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
header_cb (GtkListBoxRow *row,
           GtkListBoxRow *before,
           gpointer       user_data)
{
  const char *category = get_info (row)->category;
  GtkWidget *header;

  if (before != NULL && g_str_equal (get_info (before)->category, category))
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }

  header = gtk_label_new (enlace_category_get_title (category));
  gtk_label_set_xalign (GTK_LABEL (header), 0);
  gtk_widget_add_css_class (header, "heading");
  gtk_widget_add_css_class (header, "palette-category");
  gtk_list_box_row_set_header (row, header);
}

static GtkListBoxRow *
find_shown (EnlacePalette *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (gtk_widget_get_child_visible (GTK_WIDGET (row)) && filter_cb (row, self))
      return row;

  return NULL;
}

static void
update_stack (EnlacePalette *self)
{
  GtkListBoxRow *row;
  gboolean is_any = FALSE;

  gtk_list_box_invalidate_filter (self->list);
  for (int i = 0; !is_any && (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    is_any = filter_cb (row, self);
  gtk_stack_set_visible_child_name (self->stack, is_any ? "list" : "nothing");
}

static void
search_changed_cb (EnlacePalette  *self,
                   GtkSearchEntry *entry)
{
  update_stack (self);
}

static void
choose (EnlacePalette *self,
        GtkListBoxRow *row)
{
  g_signal_emit (self, signals[CHOSEN], 0, get_info (row)->name);
}

static void
row_activated_cb (EnlacePalette *self,
                  GtkListBoxRow *row,
                  GtkListBox    *list)
{
  choose (self, row);
}

/* Enter in the search takes the first that is found. */
static void
activate_cb (EnlacePalette  *self,
             GtkSearchEntry *entry)
{
  GtkListBoxRow *row = find_shown (self);

  if (row != NULL)
    choose (self, row);
}

static void
next_match_cb (EnlacePalette  *self,
               GtkSearchEntry *entry)
{
  GtkListBoxRow *row = find_shown (self);

  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static gboolean
search_key_cb (EnlacePalette         *self,
               guint                  keyval,
               guint                  keycode,
               GdkModifierType        state,
               GtkEventControllerKey *controller)
{
  GtkListBoxRow *row = keyval == GDK_KEY_Down ? find_shown (self) : NULL;

  if (row == NULL)
    return GDK_EVENT_PROPAGATE;

  gtk_widget_grab_focus (GTK_WIDGET (row));

  return GDK_EVENT_STOP;
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double         x,
            double         y,
            GtkListBoxRow *row)
{
  g_autofree char *text = g_strconcat (ENLACE_STEP_DRAG_PREFIX, get_info (row)->name, NULL);

  return gdk_content_provider_new_typed (G_TYPE_STRING, text);
}

/* The canvas draws the card where it would come to lie, so the pointer carries only the icon. */
static void
drag_begin_cb (GtkDragSource *source,
               GdkDrag       *drag,
               GtkListBoxRow *row)
{
  g_autoptr(GtkIconPaintable) icon = NULL;
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (row)));

  icon = gtk_icon_theme_lookup_icon (theme, get_info (row)->icon_name, NULL, 24, gtk_widget_get_scale_factor (GTK_WIDGET (row)),
                                     gtk_widget_get_direction (GTK_WIDGET (row)), 0);
  gtk_drag_source_set_icon (source, GDK_PAINTABLE (icon), -8, -8);
}

static GtkWidget *
new_texts (const EnlaceStepInfo *info)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = gtk_label_new (_(info->title));
  GtkWidget *description = gtk_label_new (_(info->description));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (description), 0);
  gtk_label_set_wrap (GTK_LABEL (description), TRUE);
  gtk_label_set_lines (GTK_LABEL (description), 2);
  gtk_label_set_ellipsize (GTK_LABEL (description), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (description), 10);
  gtk_widget_add_css_class (description, "caption");
  gtk_widget_add_css_class (description, "dim-label");
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), title);
  gtk_box_append (GTK_BOX (texts), description);

  return texts;
}

static GtkWidget *
new_row (const EnlaceStepInfo *info)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (info->icon_name);
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_widget_add_css_class (icon, "step-kind");
  gtk_widget_add_css_class (icon, info->category);
  gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), new_texts (info));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, _(info->description));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _(info->title),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(info->description), -1);
  g_object_set_data (G_OBJECT (row), "enlace-info", (gpointer) info);

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), row, 0);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_begin_cb), row, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));

  return row;
}

static gboolean
enlace_palette_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENLACE_PALETTE (widget)->search_entry));
}

static void
enlace_palette_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_PALETTE);

  G_OBJECT_CLASS (enlace_palette_parent_class)->dispose (object);
}

static void
enlace_palette_class_init (EnlacePaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_palette_dispose;
  widget_class->grab_focus = enlace_palette_grab_focus;

  signals[CHOSEN] = g_signal_new ("chosen", ENLACE_TYPE_PALETTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "palette");
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/palette.ui");
  gtk_widget_class_bind_template_child (widget_class, EnlacePalette, box);
  gtk_widget_class_bind_template_child (widget_class, EnlacePalette, search_entry);
  gtk_widget_class_bind_template_child (widget_class, EnlacePalette, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlacePalette, list);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_match_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
enlace_palette_init (EnlacePalette *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  guint n_infos;
  const EnlaceStepInfo *const *infos = enlace_step_infos (&n_infos);

  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint c = 0; c < G_N_ELEMENTS (categories); c++)
    for (guint i = 0; i < n_infos; i++)
      if (g_str_equal (infos[i]->category, categories[c].category))
        gtk_list_box_append (self->list, new_row (infos[i]));
  gtk_list_box_set_header_func (self->list, header_cb, NULL, NULL);
  gtk_list_box_set_filter_func (self->list, filter_cb, self, NULL);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (search_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->search_entry), keys);
}

GtkWidget *
enlace_palette_new (void)
{
  return g_object_new (ENLACE_TYPE_PALETTE, NULL);
}

void
enlace_palette_set_filter (EnlacePalette       *self,
                           EnlacePaletteFilter  filter)
{
  g_return_if_fail (ENLACE_IS_PALETTE (self));

  self->filter = filter;
  update_stack (self);
}

void
enlace_palette_start_search (EnlacePalette *self)
{
  g_return_if_fail (ENLACE_IS_PALETTE (self));

  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  update_stack (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
