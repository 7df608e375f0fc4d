/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include <glib/gi18n.h>

#include "src/builder/graph-node.h"
#include "src/builder/graph-private.h"
#include "src/builder/summary.h"

struct _EnlaceGraphNode
{
  EnlaceGraphItem       parent_instance;

  const EnlaceStepInfo *info;             /* static; nullable */
  const char           *type;             /* borrowed from the value, like the next two */
  const char           *name;
  EnlaceValue          *parameters;
  EnlaceValue          *no_parameters;    /* owned; an empty map for a step without any */
  char                 *summary;          /* made when it is asked for */
  char                **ports;            /* of a type that is known */
  GPtrArray            *found_ports;      /* NULL-terminated; of a type that is not known */
  char                **problems;
  double                x;
  double                y;
  double                fallback_x;       /* where a step without a position is shown */
  double                fallback_y;
  gint64                item_count;
  EnlaceRunState        run_state;
};

enum {
  PROP_0,
  PROP_STEP_TYPE,
  PROP_NAME,
  PROP_X,
  PROP_Y,
  PROP_SUMMARY,
  PROP_ICON_NAME,
  PROP_N_PROBLEMS,
  PROP_RUN_STATE,
  PROP_ITEM_COUNT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *const no_texts[] = { NULL };

static const struct {
  const char *text;
  const char *title;
  const char *icon_name;
} run_states[] = {
  [ENLACE_RUN_STATE_NONE] = { "", NULL, NULL },
  [ENLACE_RUN_STATE_RUNNING] = { "running", N_("Running"), "media-playback-start-symbolic" },
  [ENLACE_RUN_STATE_COMPLETED] = { "completed", N_("Completed"), "object-select-symbolic" },
  [ENLACE_RUN_STATE_FAILED] = { "failed", N_("Failed"), "dialog-error-symbolic" },
  [ENLACE_RUN_STATE_SKIPPED] = { "skipped", N_("Skipped"), "action-unavailable-symbolic" },
  [ENLACE_RUN_STATE_WAITING] = { "waiting", N_("Waiting"), "content-loading-symbolic" },
  [ENLACE_RUN_STATE_UNKNOWN] = { "unknown", N_("Unknown"), "dialog-question-symbolic" },
};

G_DEFINE_ENUM_TYPE (EnlaceRunState, enlace_run_state,
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_COMPLETED, "completed"),
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_SKIPPED, "skipped"),
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (ENLACE_RUN_STATE_UNKNOWN, "unknown"))

G_DEFINE_FINAL_TYPE (EnlaceGraphNode, enlace_graph_node, ENLACE_TYPE_GRAPH_ITEM)

static void
read_position (EnlaceGraphNode *self,
               EnlaceValue     *value)
{
  double x;
  double y;

  if (!_enlace_graph_read_point (value, "position", &x, &y))
    {
      x = self->fallback_x;
      y = self->fallback_y;
    }

  if (x != self->x)
    {
      self->x = x;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_X]);
    }
  if (y != self->y)
    {
      self->y = y;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_Y]);
    }
}

static void
enlace_graph_node_value_changed (EnlaceGraphItem *item,
                                 EnlaceValue     *value)
{
  EnlaceGraphNode *self = ENLACE_GRAPH_NODE (item);
  EnlaceValue *parameters = enlace_value_get_member (value, "parameters");

  self->type = enlace_value_get_member_string (value, "type", "");
  self->name = enlace_value_get_member_string (value, "name", "");
  self->info = enlace_step_info_find (self->type);
  self->parameters = parameters;
  g_strfreev (self->ports);
  self->ports = self->info != NULL ? enlace_step_info_dup_ports (self->info, value) : NULL;
  g_clear_pointer (&self->summary, g_free);
  read_position (self, value);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP_TYPE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
}

static void
enlace_graph_node_finalize (GObject *object)
{
  EnlaceGraphNode *self = ENLACE_GRAPH_NODE (object);

  g_clear_pointer (&self->summary, g_free);
  g_clear_pointer (&self->problems, g_strfreev);
  g_clear_pointer (&self->ports, g_strfreev);
  g_clear_pointer (&self->found_ports, g_ptr_array_unref);
  g_clear_pointer (&self->no_parameters, enlace_value_unref);

  G_OBJECT_CLASS (enlace_graph_node_parent_class)->finalize (object);
}

static void
enlace_graph_node_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  EnlaceGraphNode *self = ENLACE_GRAPH_NODE (object);

  switch (prop_id)
    {
    case PROP_STEP_TYPE:
      g_value_set_string (value, self->type);
      break;
    case PROP_NAME:
      g_value_set_string (value, enlace_graph_node_get_name (self));
      break;
    case PROP_X:
      g_value_set_double (value, self->x);
      break;
    case PROP_Y:
      g_value_set_double (value, self->y);
      break;
    case PROP_SUMMARY:
      g_value_set_string (value, enlace_graph_node_get_summary (self));
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, enlace_graph_node_get_icon_name (self));
      break;
    case PROP_N_PROBLEMS:
      g_value_set_uint (value, enlace_graph_node_get_n_problems (self));
      break;
    case PROP_RUN_STATE:
      g_value_set_enum (value, self->run_state);
      break;
    case PROP_ITEM_COUNT:
      g_value_set_int64 (value, self->item_count);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_graph_node_class_init (EnlaceGraphNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = enlace_graph_node_finalize;
  object_class->get_property = enlace_graph_node_get_property;
  ENLACE_GRAPH_ITEM_CLASS (klass)->value_changed = enlace_graph_node_value_changed;

  properties[PROP_STEP_TYPE] = g_param_spec_string ("step-type", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_X] = g_param_spec_double ("x", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_Y] = g_param_spec_double ("y", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_N_PROBLEMS] = g_param_spec_uint ("n-problems", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_RUN_STATE] =
    g_param_spec_enum ("run-state", NULL, NULL, ENLACE_TYPE_RUN_STATE, ENLACE_RUN_STATE_NONE, flags);
  properties[PROP_ITEM_COUNT] = g_param_spec_int64 ("item-count", NULL, NULL, -1, G_MAXINT64, -1, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_graph_node_init (EnlaceGraphNode *self)
{
  self->item_count = -1;
}

void
_enlace_graph_node_set_fallback (EnlaceGraphNode *self,
                                 double           x,
                                 double           y)
{
  self->fallback_x = x;
  self->fallback_y = y;
  read_position (self, enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (self)));
}

void
_enlace_graph_node_note_port (EnlaceGraphNode *self,
                              const char      *port)
{
  if (self->info != NULL || enlace_graph_node_has_port (self, port))
    return;

  if (self->found_ports == NULL)
    self->found_ports = g_ptr_array_new_null_terminated (2, g_free, TRUE);
  g_ptr_array_add (self->found_ports, g_strdup (port));
}

gboolean
_enlace_graph_node_set_problems (EnlaceGraphNode *self,
                                 GPtrArray       *problems)
{
  g_auto(GStrv) texts = NULL;

  if (problems != NULL && problems->len > 0)
    {
      texts = g_new0 (char *, problems->len + 1);
      for (guint i = 0; i < problems->len; i++)
        texts[i] = g_strdup (g_ptr_array_index (problems, i));
    }

  if (self->problems == texts ||
      (self->problems != NULL && texts != NULL &&
       g_strv_equal ((const char *const *) self->problems, (const char *const *) texts)))
    return FALSE;

  g_strfreev (self->problems);
  self->problems = g_steal_pointer (&texts);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PROBLEMS]);

  return TRUE;
}

gboolean
_enlace_graph_node_set_run (EnlaceGraphNode *self,
                            EnlaceRunState   state,
                            gint64           item_count)
{
  if (self->run_state == state && self->item_count == item_count)
    return FALSE;

  self->run_state = state;
  self->item_count = item_count;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUN_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM_COUNT]);

  return TRUE;
}

EnlaceRunState
enlace_run_state_from_text (const char *text)
{
  for (guint i = 1; text != NULL && i < G_N_ELEMENTS (run_states); i++)
    if (g_str_equal (run_states[i].text, text))
      return i;

  return ENLACE_RUN_STATE_NONE;
}

const char *
enlace_run_state_get_title (EnlaceRunState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (run_states), NULL);

  return run_states[state].title != NULL ? _(run_states[state].title) : NULL;
}

const char *
enlace_run_state_get_icon_name (EnlaceRunState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (run_states), NULL);

  return run_states[state].icon_name;
}

const char *
enlace_graph_node_get_step_type (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return self->type;
}

const char *
enlace_graph_node_get_name (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return *self->name != '\0' ? self->name : enlace_graph_node_get_kind_title (self);
}

double
enlace_graph_node_get_x (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), 0);

  return self->x;
}

double
enlace_graph_node_get_y (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), 0);

  return self->y;
}

EnlaceValue *
enlace_graph_node_get_parameters (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  if (self->parameters != NULL)
    return self->parameters;

  if (self->no_parameters == NULL)
    {
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

      self->no_parameters = enlace_map_builder_end (builder);
    }

  return self->no_parameters;
}

const EnlaceStepInfo *
enlace_graph_node_get_info (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return self->info;
}

const char *
enlace_graph_node_get_kind_title (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return self->info != NULL ? _(self->info->title) : self->type;
}

const char *
enlace_graph_node_get_summary (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  if (self->summary == NULL)
    self->summary = enlace_summary_of_step (self->type, enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (self)));

  return self->summary;
}

const char *
enlace_graph_node_get_icon_name (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return self->info != NULL ? self->info->icon_name : "dialog-question-symbolic";
}

const char *const *
enlace_graph_node_get_ports (EnlaceGraphNode *self)
{
  static const char *const out[] = { "out", NULL };

  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  if (self->ports != NULL)
    return (const char *const *) self->ports;
  if (self->found_ports != NULL)
    return (const char *const *) self->found_ports->pdata;

  return out;
}

gboolean
enlace_graph_node_has_port (EnlaceGraphNode *self,
                            const char      *port)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), FALSE);

  return g_strv_contains (enlace_graph_node_get_ports (self), port);
}

gboolean
enlace_graph_node_has_input (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), FALSE);

  return !g_str_has_prefix (self->type, "trigger.") && !g_str_equal (self->type, "flow.catch");
}

EnlaceValue *
enlace_graph_node_get_pinned (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return enlace_value_get_member (enlace_graph_item_get_value (ENLACE_GRAPH_ITEM (self)), "pinned");
}

gboolean
enlace_graph_node_can_pin (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), FALSE);

  return self->info != NULL && enlace_graph_node_has_input (self) && g_strv_contains (self->info->ports, "out");
}

const char *const *
enlace_graph_node_get_problems (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), NULL);

  return self->problems != NULL ? (const char *const *) self->problems : no_texts;
}

guint
enlace_graph_node_get_n_problems (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), 0);

  return self->problems != NULL ? g_strv_length (self->problems) : 0;
}

EnlaceRunState
enlace_graph_node_get_run_state (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), ENLACE_RUN_STATE_NONE);

  return self->run_state;
}

gint64
enlace_graph_node_get_item_count (EnlaceGraphNode *self)
{
  g_return_val_if_fail (ENLACE_IS_GRAPH_NODE (self), -1);

  return self->item_count;
}
