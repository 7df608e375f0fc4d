/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <string.h>

/* When an action can be used; all conditions must hold. */
typedef enum {
  NEEDS_LOADED    = 1 << 0,
  NEEDS_UNDO      = 1 << 1,
  NEEDS_REDO      = 1 << 2,
  NEEDS_ONLINE    = 1 << 3,
  NEEDS_LIVE      = 1 << 4,      /* the workflow is on */
  NEEDS_CHANGES   = 1 << 5,      /* there is a draft */
  NEEDS_RUN       = 1 << 6,      /* a run is shown */
  NEEDS_UNDER_WAY = 1 << 7,      /* it goes on */
} Needs;

typedef struct {
  const char                  *name;
  GtkWidgetActionActivateFunc  activate;
  Needs                        needs;
  guint                        key;
  GdkModifierType              modifiers;
} Action;

static void
undo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);

  /* What is being typed is the last change. */
  enlace_inspector_commit (self->inspector);
  gtk_widget_activate_action (GTK_WIDGET (self->canvas), "canvas.undo", NULL);
}

static void
redo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);

  enlace_inspector_commit (self->inspector);
  gtk_widget_activate_action (GTK_WIDGET (self->canvas), "canvas.redo", NULL);
}

static void
palette_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);
  gboolean is_shown = adw_overlay_split_view_get_show_sidebar (self->palette_view);

  adw_overlay_split_view_set_show_sidebar (self->palette_view, !is_shown);
  if (is_shown)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
      return;
    }
  gtk_stack_set_visible_child_name (self->sidebar, "palette");
  gtk_widget_grab_focus (GTK_WIDGET (self->palette));
}

/* The outline takes the place of the steps that can be added. */
static void
outline_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);
  gboolean is_shown = adw_overlay_split_view_get_show_sidebar (self->palette_view) &&
                      g_strcmp0 (gtk_stack_get_visible_child_name (self->sidebar), "outline") == 0;

  if (is_shown)
    {
      adw_overlay_split_view_set_show_sidebar (self->palette_view, FALSE);
      gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
      return;
    }
  gtk_stack_set_visible_child_name (self->sidebar, "outline");
  adw_overlay_split_view_set_show_sidebar (self->palette_view, TRUE);
  enlace_outline_focus (self->outline);
}

static void
find_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  _enlace_builder_page_set_text (ENLACE_BUILDER_PAGE (widget), FALSE);
  enlace_find_bar_open (ENLACE_BUILDER_PAGE (widget)->find_bar);
}

static void
search_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);

  gtk_stack_set_visible_child_name (self->sidebar, "palette");
  adw_overlay_split_view_set_show_sidebar (self->palette_view, TRUE);
  enlace_palette_start_search (self->palette);
}

static void
inspector_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);
  gboolean is_shown = adw_overlay_split_view_get_show_sidebar (self->inspector_view);

  adw_overlay_split_view_set_show_sidebar (self->inspector_view, !is_shown);
  if (is_shown)
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  else
    enlace_inspector_start_editing (self->inspector);
}

static void
run_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  enlace_inspector_commit (ENLACE_BUILDER_PAGE (widget)->inspector);
  _enlace_builder_page_show_test_dialog (ENLACE_BUILDER_PAGE (widget), NULL);
}

static void
cancel_run_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  _enlace_builder_page_cancel_run (ENLACE_BUILDER_PAGE (widget));
}

static void
clear_run_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  _enlace_builder_page_clear_run (ENLACE_BUILDER_PAGE (widget));
}

static void
open_run_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  EnlaceExecution *execution = enlace_run_get_execution (ENLACE_BUILDER_PAGE (widget)->run);

  if (execution != NULL)
    gtk_widget_activate_action (widget, "win.open-execution", "s", enlace_resource_get_id (ENLACE_RESOURCE (execution)));
}

static void
publish_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  enlace_inspector_commit (ENLACE_BUILDER_PAGE (widget)->inspector);
  _enlace_builder_page_show_publish (ENLACE_BUILDER_PAGE (widget));
}

static void
unpublish_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  _enlace_builder_page_unpublish (ENLACE_BUILDER_PAGE (widget));
}

static void
address_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  _enlace_builder_page_show_address (ENLACE_BUILDER_PAGE (widget));
}

static void
versions_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  enlace_inspector_commit (ENLACE_BUILDER_PAGE (widget)->inspector);
  _enlace_builder_page_show_versions (ENLACE_BUILDER_PAGE (widget));
}

static void
discard_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  enlace_inspector_commit (ENLACE_BUILDER_PAGE (widget)->inspector);
  _enlace_builder_page_discard (ENLACE_BUILDER_PAGE (widget));
}

static void
problems_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  enlace_problem_list_popup (ENLACE_BUILDER_PAGE (widget)->problem_list);
}

/* The canvas's own, for buttons and menus that stand beside it. */
static void
canvas_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (widget);
  g_autofree char *action = g_strconcat ("canvas.", name + strlen ("builder."), NULL);

  gtk_widget_activate_action (GTK_WIDGET (self->canvas), action, NULL);
}

static const Action actions[] = {
  { "builder.undo", undo_action, NEEDS_LOADED | NEEDS_UNDO, GDK_KEY_z, GDK_CONTROL_MASK },
  { "builder.redo", redo_action, NEEDS_LOADED | NEEDS_REDO, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
  { "builder.palette", palette_action, NEEDS_LOADED, GDK_KEY_F9, 0 },
  { "builder.outline", outline_action, NEEDS_LOADED, GDK_KEY_F9, GDK_CONTROL_MASK },
  { "builder.search", search_action, NEEDS_LOADED, GDK_KEY_f, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
  { "builder.find", find_action, NEEDS_LOADED, GDK_KEY_f, GDK_CONTROL_MASK },
  { "builder.inspector", inspector_action, NEEDS_LOADED, GDK_KEY_F9, GDK_SHIFT_MASK },
  { "builder.run", run_action, NEEDS_LOADED | NEEDS_ONLINE, GDK_KEY_r, GDK_CONTROL_MASK },
  { "builder.cancel-run", cancel_run_action, NEEDS_LOADED | NEEDS_UNDER_WAY },
  { "builder.clear-run", clear_run_action, NEEDS_LOADED | NEEDS_RUN },
  { "builder.open-run", open_run_action, NEEDS_LOADED | NEEDS_RUN },
  { "builder.publish", publish_action, NEEDS_LOADED | NEEDS_ONLINE, GDK_KEY_p, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
  { "builder.unpublish", unpublish_action, NEEDS_LOADED | NEEDS_ONLINE | NEEDS_LIVE },
  { "builder.address", address_action, NEEDS_LOADED | NEEDS_LIVE },
  { "builder.versions", versions_action, NEEDS_LOADED | NEEDS_ONLINE },
  { "builder.discard", discard_action, NEEDS_LOADED | NEEDS_ONLINE | NEEDS_CHANGES },
  { "builder.problems", problems_action, NEEDS_LOADED, GDK_KEY_F8, 0 },
  { "builder.zoom-in", canvas_action, NEEDS_LOADED },
  { "builder.zoom-out", canvas_action, NEEDS_LOADED },
  { "builder.zoom-reset", canvas_action, NEEDS_LOADED },
  { "builder.zoom-fit", canvas_action, NEEDS_LOADED },
  { "builder.add-note", canvas_action, NEEDS_LOADED },
  { "builder.tidy", canvas_action, NEEDS_LOADED },
};

void
_enlace_builder_page_class_init_actions (GtkWidgetClass *widget_class)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      const Action *action = &actions[i];

      gtk_widget_class_install_action (widget_class, action->name, NULL, action->activate);
      if (action->key != 0)
        gtk_widget_class_add_binding_action (widget_class, action->key, action->modifiers, action->name, NULL);
    }
}

/* The one place where actions are enabled and disabled. */
void
_enlace_builder_page_update_actions (EnlaceBuilderPage *self)
{
  EnlaceHistory *history = enlace_graph_get_history (self->graph);
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (self->draft);
  Needs met = 0;

  if (self->is_loaded)
    met |= NEEDS_LOADED;
  if (enlace_history_can_undo (history))
    met |= NEEDS_UNDO;
  if (enlace_history_can_redo (history))
    met |= NEEDS_REDO;
  if (!enlace_client_get_away (self->client))
    met |= NEEDS_ONLINE;
  if (workflow != NULL && enlace_workflow_get_is_active (workflow))
    met |= NEEDS_LIVE;
  if (enlace_draft_get_has_changes (self->draft))
    met |= NEEDS_CHANGES;
  if (enlace_run_get_execution (self->run) != NULL)
    met |= NEEDS_RUN;
  if (enlace_run_is_under_way (self->run))
    met |= NEEDS_UNDER_WAY;

  enlace_canvas_set_runs (self->canvas, (met & NEEDS_LOADED) && (met & NEEDS_ONLINE), self->base_id != NULL);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].name, (actions[i].needs & ~met) == 0);
}
