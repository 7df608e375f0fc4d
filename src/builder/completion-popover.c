/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/completion-popover.h"

#include <glib/gi18n.h>

#include "src/builder/expression-entry.h"

#define WIDTH 400
/* Of the list: a line, the space around all of them, and the most. */
#define LINE_HEIGHT 30
#define LIST_PADDING 12
#define LIST_HEIGHT 222
#define DESCRIBE_LENGTH 40
#define LONG_DESCRIBE_LENGTH 120

struct _EnlaceCompletionPopover
{
  GtkPopover          parent_instance;

  GtkLabel           *signature;
  GtkWidget          *scroller;
  GtkListView        *list;
  GtkSingleSelection *selection;
  GtkStringList      *names;
  GtkWidget          *details;
  GtkLabel           *facts;
  GtkLabel           *documentation;

  EnlaceCompletion   *completion;   /* nullable */
};

enum {
  TAKEN,
  SELECTED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceCompletionPopover, enlace_completion_popover, GTK_TYPE_POPOVER)

static guint signals[N_SIGNALS];

/* By EnlaceCompletionKind: a sign that stands for the kind, and how it is called. */
static const struct {
  const char *sign;
  const char *css_class;
  const char *title;
} kinds[] = {
  { ".", "member", N_("Field") },
  { "x", "variable", N_("Name") },
  { "ƒ", "function", N_("Function") },
  { "=", "keyword", N_("Fixed value") },
};

static void
clicked_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            GtkListItem     *list_item)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *self = gtk_widget_get_ancestor (row, ENLACE_TYPE_COMPLETION_POPOVER);

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[TAKEN], 0, gtk_list_item_get_position (list_item));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *sign = gtk_label_new (NULL);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *value = gtk_label_new (NULL);
  GtkWidget *type = gtk_label_new (NULL);
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_add_css_class (sign, "kind");
  gtk_widget_set_valign (sign, GTK_ALIGN_CENTER);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (value), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (value), 16);
  gtk_widget_add_css_class (value, "caption");
  gtk_widget_add_css_class (type, "caption");
  gtk_widget_add_css_class (type, "dim-label");
  gtk_box_append (GTK_BOX (box), sign);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), value);
  gtk_box_append (GTK_BOX (box), type);
  g_signal_connect_object (click, "pressed", G_CALLBACK (clicked_cb), list_item, 0);
  gtk_widget_add_controller (box, GTK_EVENT_CONTROLLER (click));
  gtk_list_item_set_child (list_item, box);
}

static char *
describe_item (const EnlaceCompletionItem *item,
               guint                       length)
{
  g_autofree char *value = item->value != NULL ? enlace_value_describe (item->value, length) : NULL;

  if (item->type != NULL && value != NULL)
    /* Translators: a type and the value that is there: "string: Lima" */
    return g_strdup_printf (_("%s: %s"), item->type, value);
  if (item->type != NULL)
    return g_strdup (item->type);

  return g_steal_pointer (&value);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         EnlaceCompletionPopover  *self)
{
  const EnlaceCompletionItem *item = enlace_completion_get_item (self->completion, gtk_list_item_get_position (list_item));
  GtkWidget *sign = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *name = gtk_widget_get_next_sibling (sign);
  GtkWidget *value = gtk_widget_get_next_sibling (name);
  GtkWidget *type = gtk_widget_get_next_sibling (value);
  g_autofree char *text = item->value != NULL ? enlace_value_describe (item->value, DESCRIBE_LENGTH) : NULL;
  g_autofree char *facts = describe_item (item, LONG_DESCRIBE_LENGTH);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_widget_remove_css_class (sign, kinds[i].css_class);
  gtk_widget_add_css_class (sign, kinds[item->kind].css_class);
  gtk_label_set_label (GTK_LABEL (sign), kinds[item->kind].sign);
  gtk_label_set_label (GTK_LABEL (name), item->label);
  gtk_label_set_label (GTK_LABEL (value), text != NULL ? text : "");
  gtk_widget_set_visible (value, text != NULL);
  /* The signature of a function ends with its type. */
  gtk_label_set_label (GTK_LABEL (type), item->type != NULL ? item->type : "");
  gtk_widget_set_visible (type, item->type != NULL && item->kind != ENLACE_COMPLETION_FUNCTION);
  gtk_list_item_set_accessible_label (list_item, item->label);
  gtk_list_item_set_accessible_description (list_item, facts != NULL ? facts : "");
}

/* What stands between backticks becomes code. */
static char *
markup_documentation (const char *text)
{
  g_auto(GStrv) parts = g_strsplit (text, "`", -1);
  g_autoptr(GString) markup = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *escaped = g_markup_escape_text (parts[i], -1);

      g_string_append_printf (markup, i % 2 == 1 ? "<tt>%s</tt>" : "%s", escaped);
    }

  return g_string_free_and_steal (g_steal_pointer (&markup));
}

static const EnlaceCompletionItem *
get_selected_item (EnlaceCompletionPopover *self)
{
  guint index = enlace_completion_popover_get_selected (self);

  return index != GTK_INVALID_LIST_POSITION ? enlace_completion_get_item (self->completion, index) : NULL;
}

/* Of the selected item, else of the call that the cursor is in. */
static const char *
get_documentation (EnlaceCompletionPopover    *self,
                   const EnlaceCompletionItem *item)
{
  if (item != NULL)
    return item->documentation;
  if (self->completion != NULL && enlace_completion_get_n_signatures (self->completion) > 0)
    return enlace_completion_get_signature (self->completion, 0)->documentation;

  return NULL;
}

static void
show_details (EnlaceCompletionPopover *self)
{
  const EnlaceCompletionItem *item = get_selected_item (self);
  const char *text = get_documentation (self, item);
  g_autofree char *markup = text != NULL ? markup_documentation (text) : NULL;
  g_autofree char *facts = NULL;
  g_autofree char *described = NULL;

  if (item != NULL)
    {
      described = describe_item (item, LONG_DESCRIBE_LENGTH);
      facts = described != NULL ? g_strdup_printf ("%s · %s", _(kinds[item->kind].title), described) : g_strdup (_(kinds[item->kind].title));
    }
  gtk_label_set_label (self->facts, facts != NULL ? facts : "");
  gtk_widget_set_visible (GTK_WIDGET (self->facts), facts != NULL);
  gtk_label_set_markup (self->documentation, markup != NULL ? markup : "");
  gtk_widget_set_visible (GTK_WIDGET (self->documentation), markup != NULL);
  gtk_widget_set_visible (self->details, facts != NULL || markup != NULL);
}

static void
selected_cb (EnlaceCompletionPopover *self)
{
  show_details (self);
  g_signal_emit (self, signals[SELECTED], 0);
}

/* All forms of the function, one a line, with the argument at the cursor in bold and underlined. */
static void
show_signatures (EnlaceCompletionPopover *self)
{
  guint n_signatures = enlace_completion_get_n_signatures (self->completion);
  g_autoptr(PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_signatures; i++)
    {
      const EnlaceCompletionSignature *signature = enlace_completion_get_signature (self->completion, i);
      PangoAttribute *marks[] = { pango_attr_weight_new (PANGO_WEIGHT_BOLD), pango_attr_underline_new (PANGO_UNDERLINE_SINGLE) };

      if (i > 0)
        g_string_append_c (text, '\n');
      for (guint j = 0; j < G_N_ELEMENTS (marks); j++)
        {
          marks[j]->start_index = (guint) (text->len + signature->active_start);
          marks[j]->end_index = (guint) (text->len + signature->active_end);
          pango_attr_list_insert (attributes, marks[j]);
        }
      g_string_append (text, signature->text);
    }
  gtk_label_set_label (self->signature, text->str);
  gtk_label_set_attributes (self->signature, attributes);
  gtk_widget_set_visible (GTK_WIDGET (self->signature), n_signatures > 0);
}

static void
enlace_completion_popover_finalize (GObject *object)
{
  EnlaceCompletionPopover *self = ENLACE_COMPLETION_POPOVER (object);

  g_clear_pointer (&self->completion, enlace_completion_free);

  G_OBJECT_CLASS (enlace_completion_popover_parent_class)->finalize (object);
}

static void
enlace_completion_popover_class_init (EnlaceCompletionPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_completion_popover_finalize;

  signals[TAKEN] = g_signal_new ("taken", ENLACE_TYPE_COMPLETION_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SELECTED] = g_signal_new ("selected", ENLACE_TYPE_COMPLETION_POPOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkLabel *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, css_class);

  return GTK_LABEL (label);
}

static void
make_list (EnlaceCompletionPopover *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  self->names = gtk_string_list_new (NULL);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (self->names));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->list = GTK_LIST_VIEW (gtk_list_view_new (GTK_SELECTION_MODEL (self->selection), factory));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Suggestions"), -1);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), LIST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->list));
}

static void
enlace_completion_popover_init (EnlaceCompletionPopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->signature = make_label ("signature");
  make_list (self);
  self->details = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->facts = make_label ("caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->facts), "dim-label");
  self->documentation = make_label ("caption");
  gtk_widget_add_css_class (self->details, "details");
  gtk_box_append (GTK_BOX (self->details), GTK_WIDGET (self->facts));
  gtk_box_append (GTK_BOX (self->details), GTK_WIDGET (self->documentation));
  gtk_widget_set_size_request (box, WIDTH, -1);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->signature));
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_box_append (GTK_BOX (box), self->details);

  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "completion");
}

GtkWidget *
enlace_completion_popover_new (void)
{
  return g_object_new (ENLACE_TYPE_COMPLETION_POPOVER, NULL);
}

void
enlace_completion_popover_set_completion (EnlaceCompletionPopover *self,
                                          EnlaceCompletion        *completion,
                                          gboolean                 has_list,
                                          gboolean                 is_selected)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) names = NULL;
  guint n_items;

  g_return_if_fail (ENLACE_IS_COMPLETION_POPOVER (self));
  g_return_if_fail (completion != NULL);

  /* Lines of the list read the completion: first they go. */
  gtk_string_list_splice (self->names, 0, g_list_model_get_n_items (G_LIST_MODEL (self->names)), NULL);
  g_clear_pointer (&self->completion, enlace_completion_free);
  self->completion = completion;

  n_items = has_list ? enlace_completion_get_n_items (completion) : 0;
  for (guint i = 0; i < n_items; i++)
    g_strv_builder_add (builder, enlace_completion_get_item (completion, i)->label);
  names = g_strv_builder_end (builder);
  gtk_string_list_splice (self->names, 0, 0, (const char *const *) names);
  gtk_widget_set_visible (self->scroller, n_items > 0);
  /* A list that is not shown yet knows nothing of the height of its lines. */
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (self->scroller),
                                              MIN ((int) n_items * LINE_HEIGHT + LIST_PADDING, LIST_HEIGHT));
  show_signatures (self);
  gtk_single_selection_set_selected (self->selection, is_selected && n_items > 0 ? 0 : GTK_INVALID_LIST_POSITION);
  if (n_items > 0)
    gtk_list_view_scroll_to (self->list, 0, GTK_LIST_SCROLL_NONE, NULL);
  show_details (self);
}

EnlaceCompletion *
enlace_completion_popover_get_completion (EnlaceCompletionPopover *self)
{
  g_return_val_if_fail (ENLACE_IS_COMPLETION_POPOVER (self), NULL);

  return self->completion;
}

guint
enlace_completion_popover_get_n_items (EnlaceCompletionPopover *self)
{
  g_return_val_if_fail (ENLACE_IS_COMPLETION_POPOVER (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->names));
}

guint
enlace_completion_popover_get_selected (EnlaceCompletionPopover *self)
{
  g_return_val_if_fail (ENLACE_IS_COMPLETION_POPOVER (self), GTK_INVALID_LIST_POSITION);

  return gtk_single_selection_get_selected (self->selection);
}

void
enlace_completion_popover_move (EnlaceCompletionPopover *self,
                                int                      n_lines)
{
  guint n_items = enlace_completion_popover_get_n_items (self);
  guint selected = enlace_completion_popover_get_selected (self);
  gint64 index;

  g_return_if_fail (ENLACE_IS_COMPLETION_POPOVER (self));

  if (n_items == 0)
    return;

  if (selected == GTK_INVALID_LIST_POSITION)
    index = n_lines > 0 ? 0 : n_items - 1;
  else if (ABS (n_lines) == 1)
    index = ((gint64) selected + n_lines + n_items) % n_items;
  else
    index = CLAMP ((gint64) selected + n_lines, 0, (gint64) n_items - 1);
  gtk_list_view_scroll_to (self->list, (guint) index, GTK_LIST_SCROLL_SELECT, NULL);
}

char *
enlace_completion_popover_describe (EnlaceCompletionPopover *self)
{
  const EnlaceCompletionItem *item;
  g_autofree char *facts = NULL;

  g_return_val_if_fail (ENLACE_IS_COMPLETION_POPOVER (self), NULL);

  if ((item = get_selected_item (self)) == NULL)
    return NULL;

  facts = describe_item (item, DESCRIBE_LENGTH);

  return g_strjoin (", ", item->label, facts != NULL ? facts : _(kinds[item->kind].title), item->documentation, NULL);
}

GtkWidget *
enlace_completion_popover_get_list (EnlaceCompletionPopover *self)
{
  g_return_val_if_fail (ENLACE_IS_COMPLETION_POPOVER (self), NULL);

  return GTK_WIDGET (self->list);
}
