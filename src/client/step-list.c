/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include <gio/gio.h>

#include "src/client/step-list.h"

struct _EnlaceStepList
{
  GObject    parent_instance;

  GPtrArray *records;
  gboolean   has_more;
};

static void enlace_step_list_init_model (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnlaceStepList, enlace_step_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, enlace_step_list_init_model))

static GType
enlace_step_list_get_item_type (GListModel *model)
{
  return ENLACE_TYPE_STEP_RECORD;
}

static guint
enlace_step_list_get_n_items (GListModel *model)
{
  return ENLACE_STEP_LIST (model)->records->len;
}

static gpointer
enlace_step_list_get_item (GListModel *model,
                           guint       position)
{
  EnlaceStepList *self = ENLACE_STEP_LIST (model);

  return position < self->records->len ? g_object_ref (g_ptr_array_index (self->records, position)) : NULL;
}

static void
enlace_step_list_init_model (GListModelInterface *iface)
{
  iface->get_item_type = enlace_step_list_get_item_type;
  iface->get_n_items = enlace_step_list_get_n_items;
  iface->get_item = enlace_step_list_get_item;
}

static void
enlace_step_list_finalize (GObject *object)
{
  g_ptr_array_unref (ENLACE_STEP_LIST (object)->records);

  G_OBJECT_CLASS (enlace_step_list_parent_class)->finalize (object);
}

static void
enlace_step_list_class_init (EnlaceStepListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_step_list_finalize;
}

static void
enlace_step_list_init (EnlaceStepList *self)
{
}

EnlaceStepList *
enlace_step_list_new (GPtrArray *records,
                      gboolean   has_more)
{
  EnlaceStepList *self;

  g_return_val_if_fail (records != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_STEP_LIST, NULL);
  self->records = records;
  self->has_more = has_more;

  return self;
}

gboolean
enlace_step_list_get_has_more (EnlaceStepList *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_LIST (self), FALSE);

  return self->has_more;
}
