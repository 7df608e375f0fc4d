/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "src/builder/history.h"

typedef struct {
  char   *label;
  GArray *operations;             /* of EnlaceOperation */
} Entry;

struct _EnlaceHistory
{
  GObject             parent_instance;

  EnlaceHistoryApply  apply;
  gpointer            user_data;  /* borrowed */

  GQueue              undone;     /* of Entry; head: the next to redo */
  GQueue              done;       /* of Entry; head: the next to undo */
  Entry              *open;       /* owned; nullable */
  guint               depth;
};

enum {
  PROP_0,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_UNDO_LABEL,
  PROP_REDO_LABEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnlaceHistory, enlace_history, G_TYPE_OBJECT)

static void
operation_clear (gpointer data)
{
  EnlaceOperation *operation = data;

  g_clear_pointer (&operation->id, g_free);
  g_clear_pointer (&operation->before, enlace_value_unref);
  g_clear_pointer (&operation->after, enlace_value_unref);
}

static Entry *
entry_new (const char *label)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->label = g_strdup (label);
  entry->operations = g_array_new (FALSE, FALSE, sizeof (EnlaceOperation));
  g_array_set_clear_func (entry->operations, operation_clear);

  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->label);
  g_array_unref (entry->operations);
  g_free (entry);
}

static void
notify_all (EnlaceHistory *self)
{
  for (guint i = PROP_CAN_UNDO; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

static void
entry_undo (EnlaceHistory *self,
            Entry         *entry)
{
  for (guint i = entry->operations->len; i > 0; i--)
    {
      const EnlaceOperation *operation = &g_array_index (entry->operations, EnlaceOperation, i - 1);
      EnlaceOperation inverse = *operation;

      inverse.before = operation->after;
      inverse.after = operation->before;
      self->apply (&inverse, self->user_data);
    }
}

static void
entry_redo (EnlaceHistory *self,
            Entry         *entry)
{
  for (guint i = 0; i < entry->operations->len; i++)
    self->apply (&g_array_index (entry->operations, EnlaceOperation, i), self->user_data);
}

/* The change of this very item that the open transaction holds and that nothing came after, as far as order matters: only changes,
 * since the last addition or removal of anything. */
static EnlaceOperation *
find_mergeable (Entry                 *entry,
                const EnlaceOperation *operation)
{
  if (operation->before == NULL || operation->after == NULL)
    return NULL;

  for (guint i = entry->operations->len; i > 0; i--)
    {
      EnlaceOperation *earlier = &g_array_index (entry->operations, EnlaceOperation, i - 1);

      if (earlier->after == NULL || earlier->before == NULL || entry->operations->len - i > 64)
        return NULL;
      if (earlier->table == operation->table && g_str_equal (earlier->id, operation->id))
        return earlier;
    }

  return NULL;
}

static void
enlace_history_finalize (GObject *object)
{
  EnlaceHistory *self = ENLACE_HISTORY (object);

  g_queue_clear_full (&self->done, entry_free);
  g_queue_clear_full (&self->undone, entry_free);
  g_clear_pointer (&self->open, entry_free);

  G_OBJECT_CLASS (enlace_history_parent_class)->finalize (object);
}

static void
enlace_history_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  EnlaceHistory *self = ENLACE_HISTORY (object);

  switch (prop_id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, enlace_history_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, enlace_history_can_redo (self));
      break;
    case PROP_UNDO_LABEL:
      g_value_set_string (value, enlace_history_get_undo_label (self));
      break;
    case PROP_REDO_LABEL:
      g_value_set_string (value, enlace_history_get_redo_label (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_history_class_init (EnlaceHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enlace_history_finalize;
  object_class->get_property = enlace_history_get_property;

  properties[PROP_CAN_UNDO] =
    g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_REDO] =
    g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_UNDO_LABEL] =
    g_param_spec_string ("undo-label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REDO_LABEL] =
    g_param_spec_string ("redo-label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_history_init (EnlaceHistory *self)
{
  g_queue_init (&self->done);
  g_queue_init (&self->undone);
}

EnlaceHistory *
enlace_history_new (EnlaceHistoryApply apply,
                    gpointer           user_data)
{
  EnlaceHistory *self;

  g_return_val_if_fail (apply != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_HISTORY, NULL);
  self->apply = apply;
  self->user_data = user_data;

  return self;
}

void
enlace_history_begin (EnlaceHistory *self,
                      const char    *label)
{
  g_return_if_fail (ENLACE_IS_HISTORY (self));
  g_return_if_fail (label != NULL);

  if (self->depth++ == 0)
    self->open = entry_new (label);
}

gboolean
enlace_history_end (EnlaceHistory *self)
{
  Entry *entry;

  g_return_val_if_fail (ENLACE_IS_HISTORY (self), FALSE);
  g_return_val_if_fail (self->depth > 0, FALSE);

  if (--self->depth > 0)
    return FALSE;

  entry = g_steal_pointer (&self->open);
  if (entry->operations->len == 0)
    {
      entry_free (entry);
      return FALSE;
    }

  g_queue_clear_full (&self->undone, entry_free);
  g_queue_push_head (&self->done, entry);
  while (self->done.length > ENLACE_HISTORY_DEPTH)
    entry_free (g_queue_pop_tail (&self->done));

  notify_all (self);

  return TRUE;
}

void
enlace_history_cancel (EnlaceHistory *self)
{
  Entry *entry;

  g_return_if_fail (ENLACE_IS_HISTORY (self));
  g_return_if_fail (self->depth > 0);

  self->depth = 0;
  entry = g_steal_pointer (&self->open);
  entry_undo (self, entry);
  entry_free (entry);
}

gboolean
enlace_history_is_open (EnlaceHistory *self)
{
  g_return_val_if_fail (ENLACE_IS_HISTORY (self), FALSE);

  return self->depth > 0;
}

void
enlace_history_record (EnlaceHistory         *self,
                       const EnlaceOperation *operation)
{
  EnlaceOperation *earlier;
  EnlaceOperation copy;

  g_return_if_fail (ENLACE_IS_HISTORY (self));
  g_return_if_fail (self->depth > 0);
  g_return_if_fail (operation->before != NULL || operation->after != NULL);

  earlier = find_mergeable (self->open, operation);
  if (earlier != NULL)
    {
      enlace_value_unref (earlier->after);
      earlier->after = enlace_value_ref (operation->after);
      return;
    }

  copy = *operation;
  copy.id = g_strdup (operation->id);
  copy.before = operation->before != NULL ? enlace_value_ref (operation->before) : NULL;
  copy.after = operation->after != NULL ? enlace_value_ref (operation->after) : NULL;
  g_array_append_val (self->open->operations, copy);
}

gboolean
enlace_history_undo (EnlaceHistory *self)
{
  Entry *entry;

  g_return_val_if_fail (ENLACE_IS_HISTORY (self), FALSE);
  g_return_val_if_fail (self->depth == 0, FALSE);

  entry = g_queue_pop_head (&self->done);
  if (entry == NULL)
    return FALSE;

  g_queue_push_head (&self->undone, entry);
  entry_undo (self, entry);
  notify_all (self);

  return TRUE;
}

gboolean
enlace_history_redo (EnlaceHistory *self)
{
  Entry *entry;

  g_return_val_if_fail (ENLACE_IS_HISTORY (self), FALSE);
  g_return_val_if_fail (self->depth == 0, FALSE);

  entry = g_queue_pop_head (&self->undone);
  if (entry == NULL)
    return FALSE;

  g_queue_push_head (&self->done, entry);
  entry_redo (self, entry);
  notify_all (self);

  return TRUE;
}

void
enlace_history_clear (EnlaceHistory *self)
{
  g_return_if_fail (ENLACE_IS_HISTORY (self));
  g_return_if_fail (self->depth == 0);

  g_queue_clear_full (&self->done, entry_free);
  g_queue_clear_full (&self->undone, entry_free);
  notify_all (self);
}

gboolean
enlace_history_can_undo (EnlaceHistory *self)
{
  g_return_val_if_fail (ENLACE_IS_HISTORY (self), FALSE);

  return self->done.length > 0;
}

gboolean
enlace_history_can_redo (EnlaceHistory *self)
{
  g_return_val_if_fail (ENLACE_IS_HISTORY (self), FALSE);

  return self->undone.length > 0;
}

const char *
enlace_history_get_undo_label (EnlaceHistory *self)
{
  Entry *entry;

  g_return_val_if_fail (ENLACE_IS_HISTORY (self), NULL);

  entry = g_queue_peek_head (&self->done);

  return entry != NULL ? entry->label : NULL;
}

const char *
enlace_history_get_redo_label (EnlaceHistory *self)
{
  Entry *entry;

  g_return_val_if_fail (ENLACE_IS_HISTORY (self), NULL);

  entry = g_queue_peek_head (&self->undone);

  return entry != NULL ? entry->label : NULL;
}
