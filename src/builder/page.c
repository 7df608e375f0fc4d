/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/page-private.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/workflow/document.h"
#include "src/builder/draft-file.h"

#define CHECK_PAUSE_MS 200

enum {
  PROP_0,
  PROP_CLIENT,
  PROP_PIN_RUN,
  PROP_TEXT,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (EnlaceBuilderPage, enlace_builder_page, ENLACE_TYPE_PAGE)

static GParamSpec *properties[N_PROPS];

/* What the title says about the draft. */
static char *
describe_draft (EnlaceBuilderPage *self)
{
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (self->draft);
  const GError *error = enlace_draft_get_error (self->draft);

  switch (enlace_draft_get_state (self->draft))
    {
    case ENLACE_DRAFT_CHANGED:
    case ENLACE_DRAFT_SAVING:
      return g_strdup (_("Saving…"));

    case ENLACE_DRAFT_SAVED:
      return g_strdup (_("Draft saved"));

    case ENLACE_DRAFT_OFFLINE:
      return g_strdup (_("Not saved – kept on this computer, will retry"));

    case ENLACE_DRAFT_REFUSED:
      return g_strdup_printf (_("Not saved – %s"), error != NULL ? error->message : "");

    case ENLACE_DRAFT_CLEAN:
    default:
      break;
    }

  if (workflow == NULL)
    return g_strdup ("");
  if (enlace_workflow_get_is_active (workflow) &&
      enlace_workflow_get_published_version (workflow) == enlace_workflow_get_version (workflow))
    return g_strdup_printf (_("Version %" PRId64 ", live"), enlace_workflow_get_version (workflow));
  if (enlace_workflow_get_is_active (workflow))
    return g_strdup_printf (_("Version %" PRId64 ", version %" PRId64 " is live"),
                            enlace_workflow_get_version (workflow), enlace_workflow_get_published_version (workflow));

  return g_strdup_printf (_("Version %" PRId64 ", not live"), enlace_workflow_get_version (workflow));
}

static void
update_title (EnlaceBuilderPage *self)
{
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (self->draft);
  const char *name = workflow != NULL ? enlace_workflow_get_name (workflow) : NULL;
  g_autofree char *subtitle = describe_draft (self);

  adw_window_title_set_title (self->title, name != NULL ? name : _("Workflow"));
  adw_window_title_set_subtitle (self->title, subtitle);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), name != NULL ? name : _("Workflow"));
  if (workflow != NULL)
    enlace_sample_set_workflow (self->sample, self->workflow_id, name);
  _enlace_builder_page_update_actions (self);
}

static void
update_conflict (EnlaceBuilderPage *self)
{
  EnlaceWorkflow *workflow = enlace_draft_get_workflow (self->draft);
  gboolean is_conflict = enlace_draft_get_conflict (self->draft);

  if (is_conflict)
    {
      g_autofree char *text = g_strdup_printf (_("Somebody made version %" PRId64 " while you were editing."),
                                               enlace_workflow_get_version (workflow));

      adw_banner_set_title (self->conflict_banner, text);
    }
  adw_banner_set_revealed (self->conflict_banner, is_conflict);
}

static void
update_away (EnlaceBuilderPage *self)
{
  adw_banner_set_revealed (self->away_banner, enlace_client_get_away (self->client));
  _enlace_builder_page_update_actions (self);
}

static void
workflow_cb (EnlaceBuilderPage *self)
{
  g_signal_group_set_target (self->workflow_signals, enlace_draft_get_workflow (self->draft));
  update_title (self);
}

/* The check speaks of parameters by the names that the document has; a person knows them by their titles. */
static void
use_titles (EnlaceProblem        *problem,
            const EnlaceStepInfo *info)
{
  for (guint i = 0; i < info->n_parameters; i++)
    {
      g_autofree char *name = g_strdup_printf ("“%s”", info->parameters[i].name);
      g_autofree char *title = g_strdup_printf ("“%s”", _(info->parameters[i].title));
      g_autofree char *place = g_strconcat ("/parameters/", info->parameters[i].name, NULL);

      if (strstr (problem->pointer, place) != NULL && strstr (problem->detail, name) != NULL)
        {
          g_auto(GStrv) parts = g_strsplit (problem->detail, name, -1);

          g_free (problem->detail);
          problem->detail = g_strjoinv (title, parts);
          return;
        }
    }
}

static void
check (EnlaceBuilderPage *self)
{
  g_autoptr(EnlaceValue) value = enlace_graph_to_value (self->graph);
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);

  g_clear_pointer (&self->problems, g_ptr_array_unref);
  if (document != NULL)
    {
      self->problems = enlace_document_check (document);
      g_ptr_array_set_free_func (self->problems, (GDestroyNotify) enlace_problem_free);
    }
  else
    {
      self->problems = g_steal_pointer (&refusals);
    }

  for (guint i = 0; i < self->problems->len; i++)
    {
      EnlaceProblem *problem = g_ptr_array_index (self->problems, i);
      EnlaceGraphNode *node = problem->node != NULL ? enlace_graph_find_node (self->graph, problem->node) : NULL;
      const EnlaceStepInfo *info = node != NULL ? enlace_graph_node_get_info (node) : NULL;

      if (info != NULL)
        use_titles (problem, info);
    }

  enlace_graph_set_problems (self->graph, self->problems);
  enlace_problem_list_set_problems (self->problem_list, self->graph, self->problems);
  enlace_inspector_set_problems (self->inspector, self->problems);
}

static gboolean
check_cb (gpointer user_data)
{
  EnlaceBuilderPage *self = user_data;

  self->check = 0;
  check (self);

  return G_SOURCE_REMOVE;
}

static void
graph_changed_cb (EnlaceBuilderPage *self)
{
  gboolean is_empty = g_list_model_get_n_items (enlace_graph_get_nodes (self->graph)) == 0;

  gtk_widget_set_visible (self->empty_hint, is_empty);
  _enlace_builder_page_update_actions (self);
  g_clear_handle_id (&self->check, g_source_remove);
  self->check = g_timeout_add (CHECK_PAUSE_MS, check_cb, self);
}

/* The canvas becomes narrower while the inspector comes; when it rests, the selected card is brought back into view. */
static gboolean
settle_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  EnlaceBuilderPage *self = user_data;
  EnlaceGraphNode *node = enlace_canvas_get_selected_node (self->canvas);
  int width = gtk_widget_get_width (widget);

  if (width != self->settling_width)
    {
      self->settling_width = width;
      return G_SOURCE_CONTINUE;
    }

  self->settling = 0;
  if (node != NULL)
    enlace_canvas_show_node (self->canvas, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));

  return G_SOURCE_REMOVE;
}

static void
inspector_shown_cb (EnlaceBuilderPage *self)
{
  if (!adw_overlay_split_view_get_show_sidebar (self->inspector_view) || self->settling != 0)
    return;

  self->settling_width = -1;
  self->settling = gtk_widget_add_tick_callback (GTK_WIDGET (self->canvas), settle_cb, self, NULL);
}

static void
selection_changed_cb (EnlaceBuilderPage *self)
{
  EnlaceGraphNode *node = enlace_canvas_get_selected_node (self->canvas);

  enlace_inspector_set_node (self->inspector, node);
  if (self->problems != NULL)
    enlace_inspector_set_problems (self->inspector, self->problems);
  /* Beside the canvas it follows the selection; over the canvas it comes when it is asked for. */
  if (!adw_overlay_split_view_get_collapsed (self->inspector_view))
    adw_overlay_split_view_set_show_sidebar (self->inspector_view, node != NULL);
}

static void
activate_node_cb (EnlaceBuilderPage *self,
                  EnlaceGraphNode   *node)
{
  enlace_inspector_set_node (self->inspector, node);
  adw_overlay_split_view_set_show_sidebar (self->inspector_view, TRUE);
  enlace_inspector_start_editing (self->inspector);
}

static void
inspector_close_cb (EnlaceBuilderPage *self)
{
  EnlaceGraphNode *node = enlace_canvas_get_selected_node (self->canvas);

  enlace_inspector_commit (self->inspector);
  adw_overlay_split_view_set_show_sidebar (self->inspector_view, FALSE);
  if (node != NULL)
    enlace_canvas_focus_node (self->canvas, enlace_graph_item_get_id (ENLACE_GRAPH_ITEM (node)));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
refused_cb (EnlaceBuilderPage *self,
            const char        *reason)
{
  enlace_page_toast (ENLACE_PAGE (self), reason);
}

static void
palette_chosen_cb (EnlaceBuilderPage *self,
                   const char        *type,
                   EnlacePalette     *palette)
{
  if (adw_overlay_split_view_get_collapsed (self->palette_view))
    adw_overlay_split_view_set_show_sidebar (self->palette_view, FALSE);
  enlace_canvas_add_step (self->canvas, type, NULL);
}

static void
add_requested_cb (EnlaceBuilderPage *self,
                  double             x,
                  double             y,
                  const char        *from,
                  const char        *port,
                  EnlaceGraphEdge   *edge)
{
  EnlacePaletteFilter filter = ENLACE_PALETTE_ALL;
  double widget_x;
  double widget_y;

  self->add_x = x;
  self->add_y = y;
  g_set_str (&self->add_from, from);
  g_set_str (&self->add_port, port);
  g_set_object (&self->add_edge, edge);
  if (edge != NULL)
    filter = ENLACE_PALETTE_BETWEEN;
  else if (from != NULL)
    filter = ENLACE_PALETTE_FOLLOWING;

  enlace_canvas_canvas_to_widget (self->canvas, x, y, &widget_x, &widget_y);
  widget_x = CLAMP (widget_x, 0, gtk_widget_get_width (GTK_WIDGET (self->canvas)) - 1);
  widget_y = CLAMP (widget_y, 0, gtk_widget_get_height (GTK_WIDGET (self->canvas)) - 1);
  enlace_palette_set_filter (self->popover_palette, filter);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle) { (int) widget_x, (int) widget_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
  enlace_palette_start_search (self->popover_palette);
}

/* The edge may have gone while one chose. */
static gboolean
is_edge_there (EnlaceBuilderPage *self)
{
  EnlaceGraphEdge *edge = self->add_edge;

  return edge != NULL && enlace_graph_find_edge (self->graph, enlace_graph_edge_get_from (edge), enlace_graph_edge_get_port (edge),
                                                 enlace_graph_edge_get_to (edge)) == edge;
}

static void
popover_chosen_cb (EnlaceBuilderPage *self,
                   const char        *type,
                   EnlacePalette     *palette)
{
  EnlaceGraphEdge *edge = is_edge_there (self) ? self->add_edge : NULL;

  gtk_popover_popdown (GTK_POPOVER (self->popover));
  enlace_canvas_add_step_at (self->canvas, type, NULL, self->add_x, self->add_y, self->add_from, self->add_port, edge);
  g_clear_object (&self->add_edge);
}

static void
zoom_cb (EnlaceBuilderPage *self)
{
  g_autofree char *text = g_strdup_printf (_("%d %%"), (int) round (enlace_canvas_get_zoom (self->canvas) * 100));

  gtk_button_set_label (self->zoom_button, text);
}

static void
problem_chosen_cb (EnlaceBuilderPage *self,
                   const char        *id)
{
  if (id != NULL)
    _enlace_builder_page_show_node (self, id);
}

static void
add_trigger_cb (EnlaceBuilderPage *self)
{
  enlace_palette_set_filter (self->popover_palette, ENLACE_PALETTE_TRIGGERS);
  g_clear_pointer (&self->add_from, g_free);
  g_clear_pointer (&self->add_port, g_free);
  g_clear_object (&self->add_edge);
  self->add_x = 80;
  self->add_y = 160;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover),
                               &(GdkRectangle) { gtk_widget_get_width (GTK_WIDGET (self->canvas)) / 2,
                                                 gtk_widget_get_height (GTK_WIDGET (self->canvas)) / 2, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
  enlace_palette_start_search (self->popover_palette);
}

static void
conflict_cb (EnlaceBuilderPage *self)
{
  _enlace_builder_page_resolve_conflict (self);
}

static void
try_again_cb (EnlaceBuilderPage *self)
{
  _enlace_builder_page_load (self);
}

void
_enlace_builder_page_show_node (EnlaceBuilderPage *self,
                                const char        *id)
{
  EnlaceGraphNode *node = enlace_graph_find_node (self->graph, id);

  if (node == NULL)
    return;

  _enlace_builder_page_set_text (self, FALSE);
  enlace_canvas_set_selection (self->canvas, (const char *const[]) { id, NULL });
  enlace_canvas_show_node (self->canvas, id);
  enlace_canvas_focus_node (self->canvas, id);
  activate_node_cb (self, node);
}

static DexFuture *
loaded_cb (DexFuture *future,
           gpointer   user_data)
{
  EnlaceBuilderPage *self = user_data;
  g_autoptr(GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL)
    {
      g_autofree char *markup = g_markup_escape_text (error->message, -1);
      gboolean is_offline = g_error_matches (error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE);

      adw_status_page_set_icon_name (self->error_page, is_offline ? "network-offline-symbolic" : "dialog-error-symbolic");
      adw_status_page_set_title (self->error_page, is_offline ? _("The Server Is Away") : _("The Workflow Cannot Be Opened"));
      adw_status_page_set_description (self->error_page, markup);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return dex_future_new_for_boolean (FALSE);
    }

  self->is_loaded = TRUE;
  gtk_stack_set_visible_child_name (self->stack, "editor");
  graph_changed_cb (self);
  update_title (self);
  update_conflict (self);
  enlace_canvas_zoom_to_fit (self->canvas);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  if (self->opened_id != NULL)
    _enlace_builder_page_load_run (self);
  else
    _enlace_builder_page_load_sample (self);

  return dex_future_new_for_boolean (TRUE);
}

void
_enlace_builder_page_load (EnlaceBuilderPage *self)
{
  gtk_stack_set_visible_child_name (self->stack, "loading");
  enlace_page_follow (ENLACE_PAGE (self), dex_future_finally (enlace_draft_load (self->draft), loaded_cb, self, NULL));
}

/* A server that came back is asked again. */
static void
online_cb (EnlaceBuilderPage *self)
{
  update_away (self);
  if (!self->is_loaded && enlace_client_get_online (self->client) &&
      g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "error") == 0)
    _enlace_builder_page_load (self);
}

/* Nothing that was typed stays behind when the page is left. */
static void
hiding_cb (EnlaceBuilderPage *self)
{
  if (!self->is_loaded)
    return;

  enlace_inspector_commit (self->inspector);
  _enlace_builder_page_commit_text (self);
  dex_future_disown (enlace_draft_flush (self->draft));
}

/* In the inspector's entries the keys of undo mean the builder's: an entry takes them even when it has nothing to undo. */
static void
add_undo_keys (EnlaceBuilderPage *self)
{
  static const struct {
    const char *trigger;
    const char *action;
  } keys[] = {
    { "<Control>z", "builder.undo" },
    { "<Shift><Control>z", "builder.redo" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                                                            gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self->inspector), controller);
}

static void
make_popover (EnlaceBuilderPage *self)
{
  self->popover_palette = ENLACE_PALETTE (enlace_palette_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->popover_palette), 300, 380);
  self->popover = gtk_popover_new ();
  gtk_widget_add_css_class (self->popover, "step-chooser");
  gtk_popover_set_child (GTK_POPOVER (self->popover), GTK_WIDGET (self->popover_palette));
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self->canvas_bin));
  g_signal_connect_object (self->popover_palette, "chosen", G_CALLBACK (popover_chosen_cb), self, G_CONNECT_SWAPPED);
}

static void
make_canvas (EnlaceBuilderPage *self)
{
  self->canvas = ENLACE_CANVAS (enlace_canvas_new (self->graph));
  gtk_widget_set_hexpand (GTK_WIDGET (self->canvas), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->canvas), TRUE);
  adw_bin_set_child (self->canvas_bin, GTK_WIDGET (self->canvas));
  enlace_outline_set_canvas (self->outline, self->canvas);
  enlace_find_bar_set_canvas (self->find_bar, self->canvas);
  g_signal_connect_object (self->canvas, "selection-changed", G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "activate-node", G_CALLBACK (activate_node_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "add-requested", G_CALLBACK (add_requested_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "extract-requested", G_CALLBACK (_enlace_builder_page_extract), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->canvas, "notify::zoom", G_CALLBACK (zoom_cb), self, G_CONNECT_SWAPPED);
}

static void
enlace_builder_page_dispose (GObject *object)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (object);

  g_clear_handle_id (&self->check, g_source_remove);
  g_clear_handle_id (&self->live_pause, g_source_remove);
  if (self->draft != NULL && self->is_loaded)
    hiding_cb (self);
  if (self->settling != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->canvas), self->settling);
  self->settling = 0;
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENLACE_TYPE_BUILDER_PAGE);
  self->is_loaded = FALSE;
  g_clear_object (&self->workflow_signals);
  g_clear_object (&self->run);
  g_clear_object (&self->draft);
  g_clear_object (&self->sample);
  g_clear_object (&self->graph);
  g_clear_object (&self->add_edge);
  g_clear_object (&self->latest);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (enlace_builder_page_parent_class)->dispose (object);
}

static void
enlace_builder_page_finalize (GObject *object)
{
  EnlaceBuilderPage *self = ENLACE_BUILDER_PAGE (object);

  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_free (self->workflow_id);
  g_free (self->sample_id);
  g_free (self->failed_id);
  g_free (self->base_id);
  g_free (self->opened_id);
  g_free (self->add_from);
  g_free (self->add_port);

  G_OBJECT_CLASS (enlace_builder_page_parent_class)->finalize (object);
}

static void
enlace_builder_page_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CLIENT:
      g_value_set_object (value, ENLACE_BUILDER_PAGE (object)->client);
      break;

    case PROP_PIN_RUN:
      g_value_set_boolean (value, ENLACE_BUILDER_PAGE (object)->is_pinned);
      break;

    case PROP_TEXT:
      g_value_set_boolean (value, _enlace_builder_page_get_text (ENLACE_BUILDER_PAGE (object)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_builder_page_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_PIN_RUN:
      _enlace_builder_page_set_pinned (ENLACE_BUILDER_PAGE (object), g_value_get_boolean (value));
      break;

    case PROP_TEXT:
      _enlace_builder_page_set_text (ENLACE_BUILDER_PAGE (object), g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, away_banner);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, conflict_banner);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, palette_view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, inspector_view);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, palette);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, sidebar);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, outline);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, find_bar);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, inspector);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, views);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, canvas_bin);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, text_bin);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, empty_hint);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, problem_list);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, zoom_button);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, run_bar);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, run_icon);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, run_label);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, run_cancel);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, run_pin);
  gtk_widget_class_bind_template_child (widget_class, EnlaceBuilderPage, run_open);
  gtk_widget_class_bind_template_callback (widget_class, palette_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, inspector_close_cb);
  gtk_widget_class_bind_template_callback (widget_class, inspector_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, problem_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_trigger_cb);
  gtk_widget_class_bind_template_callback (widget_class, conflict_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_again_cb);
}

static void
enlace_builder_page_class_init (EnlaceBuilderPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enlace_builder_page_dispose;
  object_class->finalize = enlace_builder_page_finalize;
  object_class->get_property = enlace_builder_page_get_property;
  object_class->set_property = enlace_builder_page_set_property;

  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, ENLACE_TYPE_CLIENT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PIN_RUN] =
    g_param_spec_boolean ("pin-run", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TEXT] =
    g_param_spec_boolean ("text", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (ENLACE_TYPE_PALETTE);
  g_type_ensure (ENLACE_TYPE_OUTLINE);
  g_type_ensure (ENLACE_TYPE_FIND_BAR);
  g_type_ensure (ENLACE_TYPE_INSPECTOR);
  g_type_ensure (ENLACE_TYPE_PROBLEM_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/alkitu/Enlace/ui/builder/page.ui");
  bind_children (widget_class);
  _enlace_builder_page_class_init_actions (widget_class);
  gtk_widget_class_install_property_action (widget_class, "builder.pin-run", "pin-run");
  gtk_widget_class_install_property_action (widget_class, "builder.text", "text");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_u, GDK_CONTROL_MASK, "builder.text", NULL);
}

static void
enlace_builder_page_init (EnlaceBuilderPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "hiding", G_CALLBACK (hiding_cb), NULL);
}

GtkWidget *
enlace_builder_page_new (EnlaceClient *client,
                         const char   *workflow_id)
{
  g_autofree char *folder = enlace_draft_file_get_folder ();
  EnlaceBuilderPage *self;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (workflow_id != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_BUILDER_PAGE, NULL);
  self->client = g_object_ref (client);
  self->workflow_id = g_strdup (workflow_id);
  self->graph = enlace_graph_new ();
  self->sample = enlace_sample_new ();
  self->draft = enlace_draft_new (client, workflow_id, self->graph, folder);
  self->run = enlace_run_new (client, self->graph, self->sample);
  self->workflow_signals = g_signal_group_new (ENLACE_TYPE_WORKFLOW);
  g_signal_group_connect_swapped (self->workflow_signals, "notify", G_CALLBACK (update_title), self);

  make_canvas (self);
  make_popover (self);
  _enlace_builder_page_init_text (self);
  enlace_inspector_set_graph (self->inspector, self->graph, self->sample);
  add_undo_keys (self);
  _enlace_builder_page_init_run (self);
  _enlace_builder_page_init_steps (self);
  g_signal_connect_object (self->graph, "changed", G_CALLBACK (graph_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->graph, "loaded", G_CALLBACK (graph_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->draft, "notify::state", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->draft, "notify::has-changes", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->draft, "notify::workflow", G_CALLBACK (workflow_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->draft, "notify::conflict", G_CALLBACK (update_conflict), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::online", G_CALLBACK (online_cb), self, G_CONNECT_SWAPPED);
  update_title (self);
  update_away (self);
  _enlace_builder_page_load (self);

  return GTK_WIDGET (self);
}

const char *
enlace_builder_page_get_workflow_id (EnlaceBuilderPage *self)
{
  g_return_val_if_fail (ENLACE_IS_BUILDER_PAGE (self), NULL);

  return self->workflow_id;
}
