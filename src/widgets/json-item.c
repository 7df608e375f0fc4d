/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/json-item.h"

#include <glib/gi18n.h>

#include "common/value/json.h"

/* A line of a list is no place for more: the whole is copied, or seen in the tooltip. */
#define MAX_CHARACTERS 400

struct _EnlaceJsonItem
{
  GObject      parent_instance;

  char        *name;
  EnlaceValue *value;
};

G_DEFINE_FINAL_TYPE (EnlaceJsonItem, enlace_json_item, G_TYPE_OBJECT)

static void
enlace_json_item_finalize (GObject *object)
{
  EnlaceJsonItem *self = ENLACE_JSON_ITEM (object);

  g_free (self->name);
  g_clear_pointer (&self->value, enlace_value_unref);

  G_OBJECT_CLASS (enlace_json_item_parent_class)->finalize (object);
}

static void
enlace_json_item_class_init (EnlaceJsonItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_json_item_finalize;
}

static void
enlace_json_item_init (EnlaceJsonItem *self)
{
}

EnlaceJsonItem *
enlace_json_item_new (const char  *name,
                      EnlaceValue *value)
{
  EnlaceJsonItem *self;

  g_return_val_if_fail (value != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_JSON_ITEM, NULL);
  self->name = g_strdup (name);
  self->value = enlace_value_ref (value);

  return self;
}

const char *
enlace_json_item_get_name (EnlaceJsonItem *self)
{
  g_return_val_if_fail (ENLACE_IS_JSON_ITEM (self), NULL);

  return self->name;
}

EnlaceValue *
enlace_json_item_get_value (EnlaceJsonItem *self)
{
  g_return_val_if_fail (ENLACE_IS_JSON_ITEM (self), NULL);

  return self->value;
}

static gboolean
is_container (EnlaceValue *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);

  return kind == ENLACE_KIND_LIST || kind == ENLACE_KIND_MAP;
}

static char *
name_of_key (EnlaceValue *key)
{
  if (enlace_value_get_kind (key) == ENLACE_KIND_STRING)
    return g_strdup (enlace_value_get_string (key));

  return enlace_json_format (key, ENLACE_JSON_COMPACT, NULL, NULL);
}

GListModel *
enlace_json_item_list_children (EnlaceJsonItem *self)
{
  GListStore *children;
  gboolean is_map;
  gsize length;

  g_return_val_if_fail (ENLACE_IS_JSON_ITEM (self), NULL);

  length = is_container (self->value) ? enlace_value_get_length (self->value) : 0;
  if (length == 0)
    return NULL;

  is_map = enlace_value_get_kind (self->value) == ENLACE_KIND_MAP;
  children = g_list_store_new (ENLACE_TYPE_JSON_ITEM);
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr(EnlaceJsonItem) child = NULL;

      name = is_map ? name_of_key (enlace_value_get_key (self->value, i)) : g_strdup_printf ("%" G_GSIZE_FORMAT, i);
      child = enlace_json_item_new (name, is_map ? enlace_value_get_member_value (self->value, i)
                                                 : enlace_value_get_element (self->value, i));
      g_list_store_append (children, child);
    }

  return G_LIST_MODEL (children);
}

static char *
shorten (char *text) /* taken */
{
  char *end;

  if (g_utf8_strlen (text, -1) > MAX_CHARACTERS)
    {
      g_autofree char *whole = g_steal_pointer (&text);

      end = g_utf8_offset_to_pointer (whole, MAX_CHARACTERS);
      *end = '\0';
      text = g_strconcat (whole, "…", NULL);
    }

  return text;
}

char *
enlace_json_item_describe (EnlaceJsonItem *self)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  char *text;

  g_return_val_if_fail (ENLACE_IS_JSON_ITEM (self), NULL);

  length = is_container (self->value) ? enlace_value_get_length (self->value) : 0;
  if (enlace_value_get_kind (self->value) == ENLACE_KIND_LIST)
    return length == 0 ? g_strdup ("[ ]")
                       : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d element", "%d elements", length), (int) length);
  if (enlace_value_get_kind (self->value) == ENLACE_KIND_MAP)
    return length == 0 ? g_strdup ("{ }")
                       : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d field", "%d fields", length), (int) length);

  text = enlace_json_format (self->value, ENLACE_JSON_COMPACT, NULL, &error);

  return text != NULL ? shorten (text) : g_strdup (error->message);
}
