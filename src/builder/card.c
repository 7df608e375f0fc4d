/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "src/builder/card.h"

#define MARK_X       12
#define MARK_OVERLAP 9

struct _EnlaceCard
{
  GtkWidget        parent_instance;

  /* children */
  GtkWidget       *row;
  GtkWidget       *icon;
  GtkWidget       *name;
  GtkWidget       *summary;
  GtkWidget       *mark;
  GtkWidget       *pin_icon;
  GtkWidget       *state_icon;
  GtkWidget       *state_label;
  GtkWidget       *problem_icon;
  GtkWidget       *problem_label;

  EnlaceGraphNode *node;          /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (EnlaceCard, enlace_card, GTK_TYPE_WIDGET)

static const struct {
  EnlaceRunState  state;
  const char     *css_class;
} state_classes[] = {
  { ENLACE_RUN_STATE_RUNNING, "running" },
  { ENLACE_RUN_STATE_COMPLETED, "completed" },
  { ENLACE_RUN_STATE_FAILED, "failed" },
  { ENLACE_RUN_STATE_SKIPPED, "skipped" },
  { ENLACE_RUN_STATE_WAITING, "waiting" },
  { ENLACE_RUN_STATE_UNKNOWN, "unknown" },
};

static GtkWidget *
text_new (const char *css_class)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), 8);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), 2);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class (text, css_class);

  return text;
}

/* The whole card is one thing to a screen reader; its parts would only repeat the label. */
static GtkWidget *
image_new (void)
{
  return g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static GtkWidget *
label_new (void)
{
  return g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "single-line-mode", TRUE, NULL);
}

static char *
dup_state_text (EnlaceGraphNode *node)
{
  const char *title = enlace_run_state_get_title (enlace_graph_node_get_run_state (node));
  gint64 count = enlace_graph_node_get_item_count (node);

  if (title == NULL || count < 0)
    return g_strdup (title);

  /* Translators: the state of a step and how many items it gave, "Completed, 12 items". */
  return g_strdup_printf (g_dngettext (NULL, "%s, %" PRId64 " item", "%s, %" PRId64 " items", (gulong) count),
                          title, count);
}

static char *
dup_problem_text (EnlaceGraphNode *node)
{
  guint n = enlace_graph_node_get_n_problems (node);

  if (n == 0)
    return NULL;

  return g_strdup_printf (g_dngettext (NULL, "%u problem", "%u problems", n), n);
}

char *
enlace_card_dup_label (EnlaceGraphNode *node,
                       const char      *position)
{
  g_autoptr(GString) label = NULL;
  g_autofree char *state = NULL;
  g_autofree char *problems = NULL;
  const char *kind;
  const char *name;

  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (node), NULL);

  state = dup_state_text (node);
  problems = dup_problem_text (node);
  kind = enlace_graph_node_get_kind_title (node);
  name = enlace_graph_node_get_name (node);
  label = g_string_new (kind);
  if (!g_str_equal (kind, name))
    g_string_append_printf (label, " %s", name);
  if (state != NULL)
    g_string_append_printf (label, ", %s", state);
  if (enlace_graph_node_get_pinned (node) != NULL)
    /* Translators: of a step whose output test runs take as it is kept */
    g_string_append_printf (label, ", %s", _("output pinned"));
  if (problems != NULL)
    g_string_append_printf (label, ", %s", problems);
  if (position != NULL)
    g_string_append_printf (label, ", %s", position);

  return g_string_free (g_steal_pointer (&label), FALSE);
}

static void
update_marks (EnlaceCard *self)
{
  g_autofree char *state = dup_state_text (self->node);
  g_autofree char *problems = dup_problem_text (self->node);
  EnlaceRunState run_state = enlace_graph_node_get_run_state (self->node);
  gboolean is_pinned = enlace_graph_node_get_pinned (self->node) != NULL;

  gtk_widget_set_visible (self->state_icon, state != NULL);
  gtk_widget_set_visible (self->state_label, state != NULL);
  if (state != NULL)
    {
      gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), enlace_run_state_get_icon_name (run_state));
      gtk_label_set_text (GTK_LABEL (self->state_label), state);
    }
  gtk_widget_set_visible (self->problem_icon, problems != NULL);
  gtk_widget_set_visible (self->problem_label, problems != NULL);
  gtk_label_set_text (GTK_LABEL (self->problem_label), problems != NULL ? problems : "");
  gtk_widget_set_visible (self->pin_icon, is_pinned);
  gtk_widget_set_visible (self->mark, state != NULL || problems != NULL || is_pinned);

  for (guint i = 0; i < G_N_ELEMENTS (state_classes); i++)
    if (state_classes[i].state == run_state)
      gtk_widget_add_css_class (GTK_WIDGET (self), state_classes[i].css_class);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), state_classes[i].css_class);
  if (problems != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "problem");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "problem");
}

static void
update_category (EnlaceCard *self)
{
  static const char *const categories[] = { "trigger", "flow", "data", "code", "http" };
  const EnlaceStepInfo *info = enlace_graph_node_get_info (self->node);

  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    if (info != NULL && g_str_equal (info->category, categories[i]))
      gtk_widget_add_css_class (GTK_WIDGET (self), categories[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self), categories[i]);
}

void
enlace_card_update (EnlaceCard *self,
                    const char *position,
                    const char *next)
{
  g_autofree char *label = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (ENLACE_IS_CARD (self));
  g_return_if_fail (self->node != NULL);

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), enlace_graph_node_get_icon_name (self->node));
  gtk_inscription_set_text (GTK_INSCRIPTION (self->name), enlace_graph_node_get_name (self->node));
  gtk_inscription_set_text (GTK_INSCRIPTION (self->summary), enlace_graph_node_get_summary (self->node));
  update_category (self);
  update_marks (self);

  label = enlace_card_dup_label (self->node, position);
  description = next != NULL ? g_strdup_printf ("%s. %s", enlace_graph_node_get_summary (self->node), next)
                             : g_strdup (enlace_graph_node_get_summary (self->node));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

static void
enlace_card_measure (GtkWidget      *widget,
                     GtkOrientation  orientation,
                     int             for_size,
                     int            *minimum,
                     int            *natural,
                     int            *minimum_baseline,
                     int            *natural_baseline)
{
  EnlaceCard *self = ENLACE_CARD (widget);

  gtk_widget_measure (self->row, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
enlace_card_size_allocate (GtkWidget *widget,
                           int        width,
                           int        height,
                           int        baseline)
{
  EnlaceCard *self = ENLACE_CARD (widget);

  gtk_widget_allocate (self->row, width, height, -1, NULL);
  if (gtk_widget_get_visible (self->mark))
    {
      GtkRequisition size;
      gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

      gtk_widget_get_preferred_size (self->mark, NULL, &size);
      gtk_widget_size_allocate (self->mark,
                                &(GtkAllocation) { mirrored ? width - MARK_X - size.width : MARK_X, height - MARK_OVERLAP,
                                                   size.width, size.height }, -1);
    }
}

static void
enlace_card_dispose (GObject *object)
{
  EnlaceCard *self = ENLACE_CARD (object);

  g_clear_object (&self->node);
  g_clear_pointer (&self->row, gtk_widget_unparent);
  g_clear_pointer (&self->mark, gtk_widget_unparent);

  G_OBJECT_CLASS (enlace_card_parent_class)->dispose (object);
}

static void
enlace_card_class_init (EnlaceCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enlace_card_dispose;
  widget_class->measure = enlace_card_measure;
  widget_class->size_allocate = enlace_card_size_allocate;

  gtk_widget_class_set_css_name (widget_class, "enlacecard");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

static void
init_row (EnlaceCard *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  self->row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (self->row, "row");
  gtk_widget_set_parent (self->row, GTK_WIDGET (self));

  self->icon = image_new ();
  gtk_widget_add_css_class (self->icon, "kind");
  gtk_widget_set_valign (self->icon, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->row), self->icon);

  self->name = text_new ("name");
  self->summary = text_new ("summary");
  gtk_box_append (GTK_BOX (texts), self->name);
  gtk_box_append (GTK_BOX (texts), self->summary);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->row), texts);
}

static void
init_mark (EnlaceCard *self)
{
  self->mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class (self->mark, "mark");
  gtk_widget_set_visible (self->mark, FALSE);
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));

  self->problem_icon = image_new ();
  gtk_image_set_from_icon_name (GTK_IMAGE (self->problem_icon), "dialog-warning-symbolic");
  gtk_widget_add_css_class (self->problem_icon, "problem-icon");
  self->problem_label = label_new ();
  self->state_icon = image_new ();
  gtk_widget_add_css_class (self->state_icon, "state-icon");
  self->state_label = label_new ();
  self->pin_icon = image_new ();
  gtk_image_set_from_icon_name (GTK_IMAGE (self->pin_icon), "view-pin-symbolic");
  gtk_widget_add_css_class (self->pin_icon, "pin-icon");
  gtk_box_append (GTK_BOX (self->mark), self->pin_icon);
  gtk_box_append (GTK_BOX (self->mark), self->state_icon);
  gtk_box_append (GTK_BOX (self->mark), self->state_label);
  gtk_box_append (GTK_BOX (self->mark), self->problem_icon);
  gtk_box_append (GTK_BOX (self->mark), self->problem_label);
}

static void
enlace_card_init (EnlaceCard *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  init_row (self);
  init_mark (self);
}

GtkWidget *
enlace_card_new (void)
{
  return g_object_new (ENLACE_TYPE_CARD, NULL);
}

void
enlace_card_set_node (EnlaceCard      *self,
                      EnlaceGraphNode *node)
{
  g_return_if_fail (ENLACE_IS_CARD (self));
  g_return_if_fail (node == NULL || ENLACE_IS_GRAPH_NODE (node));

  g_set_object (&self->node, node);
}

EnlaceGraphNode *
enlace_card_get_node (EnlaceCard *self)
{
  g_return_val_if_fail (ENLACE_IS_CARD (self), NULL);

  return self->node;
}

void
enlace_card_set_selected (EnlaceCard *self,
                          gboolean    selected)
{
  g_return_if_fail (ENLACE_IS_CARD (self));

  if (selected)
    gtk_widget_add_css_class (GTK_WIDGET (self), "selected");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "selected");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
}

void
enlace_card_set_marked (EnlaceCard *self,
                        gboolean    marked)
{
  g_return_if_fail (ENLACE_IS_CARD (self));

  if (marked)
    gtk_widget_add_css_class (GTK_WIDGET (self), "marked");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "marked");
}
