/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/graph-item.h"
#include "src/builder/graph-private.h"

typedef struct {
  char        *id;
  EnlaceValue *value;             /* owned */
} EnlaceGraphItemPrivate;

enum {
  PROP_0,
  PROP_ID,
  PROP_VALUE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (EnlaceGraphItem, enlace_graph_item, G_TYPE_OBJECT)

static void
enlace_graph_item_finalize (GObject *object)
{
  EnlaceGraphItemPrivate *priv = enlace_graph_item_get_instance_private (ENLACE_GRAPH_ITEM (object));

  g_clear_pointer (&priv->id, g_free);
  g_clear_pointer (&priv->value, enlace_value_unref);

  G_OBJECT_CLASS (enlace_graph_item_parent_class)->finalize (object);
}

static void
enlace_graph_item_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  EnlaceGraphItemPrivate *priv = enlace_graph_item_get_instance_private (ENLACE_GRAPH_ITEM (object));

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, priv->id);
      break;
    case PROP_VALUE:
      g_value_set_pointer (value, priv->value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_graph_item_class_init (EnlaceGraphItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enlace_graph_item_finalize;
  object_class->get_property = enlace_graph_item_get_property;

  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /* An EnlaceValue, which has no GType of its own. */
  properties[PROP_VALUE] =
    g_param_spec_pointer ("value", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_graph_item_init (EnlaceGraphItem *self)
{
}

EnlaceGraphItem *
_enlace_graph_item_new (GType        type,
                        const char  *id,
                        EnlaceValue *value)
{
  EnlaceGraphItem *self = g_object_new (type, NULL);
  EnlaceGraphItemPrivate *priv = enlace_graph_item_get_instance_private (self);

  priv->id = g_strdup (id);
  _enlace_graph_item_set_value (self, value);

  return self;
}

void
_enlace_graph_item_set_value (EnlaceGraphItem *self,
                              EnlaceValue     *value)
{
  EnlaceGraphItemPrivate *priv = enlace_graph_item_get_instance_private (self);

  g_object_freeze_notify (G_OBJECT (self));
  enlace_value_ref (value);
  g_clear_pointer (&priv->value, enlace_value_unref);
  priv->value = value;
  ENLACE_GRAPH_ITEM_GET_CLASS (self)->value_changed (self, value);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
enlace_graph_item_get_id (EnlaceGraphItem *self)
{
  EnlaceGraphItemPrivate *priv = enlace_graph_item_get_instance_private (self);

  g_return_val_if_fail (ENLACE_IS_GRAPH_ITEM (self), NULL);

  return priv->id;
}

EnlaceValue *
enlace_graph_item_get_value (EnlaceGraphItem *self)
{
  EnlaceGraphItemPrivate *priv = enlace_graph_item_get_instance_private (self);

  g_return_val_if_fail (ENLACE_IS_GRAPH_ITEM (self), NULL);

  return priv->value;
}
