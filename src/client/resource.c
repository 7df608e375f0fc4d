/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/resource.h"

typedef struct {
  char   *id;
  GValue *values;   /* of the subclass's members, in the order of its table */
} EnlaceResourcePrivate;

enum {
  PROP_0,
  PROP_ID,
  N_PROPS           /* members of subclasses are numbered from here */
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (EnlaceResource, enlace_resource, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static GParamSpec *
new_pspec (const EnlaceMember *member)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  if (member->type == G_TYPE_STRING)
    return g_param_spec_string (member->name, NULL, NULL, NULL, flags);
  if (member->type == G_TYPE_INT64)
    return g_param_spec_int64 (member->name, NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  g_assert (member->type == G_TYPE_BOOLEAN);
  return g_param_spec_boolean (member->name, NULL, NULL, FALSE, flags);
}

static void
set_member (EnlaceResource *self,
            GParamSpec     *pspec,
            JsonNode       *node)
{
  g_auto(GValue) value = G_VALUE_INIT;
  g_auto(GValue) raw = G_VALUE_INIT;

  if (JSON_NODE_HOLDS_NULL (node))
    {
      g_object_set_property (G_OBJECT (self), pspec->name, g_param_spec_get_default_value (pspec));
      return;
    }
  if (!JSON_NODE_HOLDS_VALUE (node))
    return;

  g_value_init (&value, pspec->value_type);
  json_node_get_value (node, &raw);
  if (g_value_transform (&raw, &value))
    g_object_set_property (G_OBJECT (self), pspec->name, &value);
}

void
enlace_resource_update (EnlaceResource *self,
                        JsonObject     *object)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_return_if_fail (ENLACE_IS_RESOURCE (self));
  g_return_if_fail (object != NULL);

  g_object_freeze_notify (G_OBJECT (self));
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self), name);

      if (pspec != NULL && (pspec->flags & G_PARAM_WRITABLE) != 0 && (pspec->flags & G_PARAM_CONSTRUCT_ONLY) == 0)
        set_member (self, pspec, node);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
enlace_resource_constructed (GObject *object)
{
  EnlaceResourcePrivate *priv = enlace_resource_get_instance_private (ENLACE_RESOURCE (object));
  EnlaceResourceClass *klass = ENLACE_RESOURCE_GET_CLASS (object);
  guint n_properties;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_CLASS (klass), &n_properties);

  priv->values = g_new0 (GValue, klass->n_members);
  for (guint i = 0; i < n_properties; i++)
    {
      guint member = pspecs[i]->param_id - N_PROPS;

      if (pspecs[i]->owner_type != ENLACE_TYPE_RESOURCE && member < klass->n_members)
        g_value_init (&priv->values[member], pspecs[i]->value_type);
    }

  G_OBJECT_CLASS (enlace_resource_parent_class)->constructed (object);
}

static void
enlace_resource_finalize (GObject *object)
{
  EnlaceResourcePrivate *priv = enlace_resource_get_instance_private (ENLACE_RESOURCE (object));

  for (guint i = 0; i < ENLACE_RESOURCE_GET_CLASS (object)->n_members; i++)
    g_value_unset (&priv->values[i]);
  g_free (priv->values);
  g_free (priv->id);

  G_OBJECT_CLASS (enlace_resource_parent_class)->finalize (object);
}

static void
enlace_resource_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  EnlaceResourcePrivate *priv = enlace_resource_get_instance_private (ENLACE_RESOURCE (object));

  if (prop_id == PROP_ID)
    g_value_set_string (value, priv->id);
  else
    g_value_copy (&priv->values[prop_id - N_PROPS], value);
}

static void
enlace_resource_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  EnlaceResourcePrivate *priv = enlace_resource_get_instance_private (ENLACE_RESOURCE (object));

  if (prop_id == PROP_ID)
    {
      priv->id = g_value_dup_string (value);
    }
  else if (g_param_values_cmp (pspec, value, &priv->values[prop_id - N_PROPS]) != 0)
    {
      g_value_copy (value, &priv->values[prop_id - N_PROPS]);
      g_object_notify_by_pspec (object, pspec);
    }
}

void
enlace_resource_class_install_members (EnlaceResourceClass *klass,
                                       const EnlaceMember  *members,
                                       guint                n_members)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  g_return_if_fail (klass->n_members == 0);

  /* These two are not inherited: each class answers for the properties that it installs. */
  if (object_class->get_property == NULL)
    object_class->get_property = enlace_resource_get_property;
  if (object_class->set_property == NULL)
    object_class->set_property = enlace_resource_set_property;

  klass->n_members = n_members;
  for (guint i = 0; i < n_members; i++)
    g_object_class_install_property (object_class, N_PROPS + i, new_pspec (&members[i]));
}

static void
enlace_resource_class_init (EnlaceResourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = enlace_resource_constructed;
  object_class->finalize = enlace_resource_finalize;
  object_class->get_property = enlace_resource_get_property;
  object_class->set_property = enlace_resource_set_property;

  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_resource_init (EnlaceResource *self)
{
}

const char *
enlace_resource_get_id (EnlaceResource *self)
{
  EnlaceResourcePrivate *priv = enlace_resource_get_instance_private (self);

  g_return_val_if_fail (ENLACE_IS_RESOURCE (self), NULL);

  return priv->id;
}

static const GValue *
get_value (EnlaceResource *self,
           guint           member)
{
  EnlaceResourcePrivate *priv = enlace_resource_get_instance_private (self);

  g_assert (member < ENLACE_RESOURCE_GET_CLASS (self)->n_members);

  return &priv->values[member];
}

const char *
enlace_resource_get_string (EnlaceResource *self,
                            guint           member)
{
  g_return_val_if_fail (ENLACE_IS_RESOURCE (self), NULL);

  return g_value_get_string (get_value (self, member));
}

gint64
enlace_resource_get_int (EnlaceResource *self,
                         guint           member)
{
  g_return_val_if_fail (ENLACE_IS_RESOURCE (self), 0);

  return g_value_get_int64 (get_value (self, member));
}

gboolean
enlace_resource_get_bool (EnlaceResource *self,
                          guint           member)
{
  g_return_val_if_fail (ENLACE_IS_RESOURCE (self), FALSE);

  return g_value_get_boolean (get_value (self, member));
}
