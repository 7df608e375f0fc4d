/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/workflow/document-private.h"

static const char *const trigger_types[] = { "webhook", "schedule", "event", "poll", "manual", NULL };

EnlaceDocument *
enlace_document_ref (EnlaceDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_int_inc (&self->ref_count);

  return self;
}

void
enlace_document_unref (EnlaceDocument *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;

  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_free (self->nodes);
  g_free (self->edges);
  g_free (self->order);
  g_free (self->position);
  g_free (self->first_out);
  g_free (self->outgoing);
  g_free (self->first_in);
  g_free (self->incoming);
  enlace_value_unref (self->no_parameters);
  enlace_value_unref (self->value);
  g_free (self);
}

EnlaceValue *
enlace_document_get_value (EnlaceDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->value;
}

guint
enlace_document_get_n_nodes (EnlaceDocument *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_nodes;
}

const EnlaceDocumentNode *
enlace_document_get_node (EnlaceDocument *self,
                          guint           index)
{
  g_return_val_if_fail (self != NULL && index < self->n_nodes, NULL);

  return &self->nodes[index];
}

const EnlaceDocumentNode *
enlace_document_find_node (EnlaceDocument *self,
                           const char     *id)
{
  guint found;

  g_return_val_if_fail (self != NULL && id != NULL, NULL);

  found = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_id, id));

  return found > 0 ? &self->nodes[found - 1] : NULL;
}

guint
enlace_document_get_n_edges (EnlaceDocument *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_edges;
}

const EnlaceDocumentEdge *
enlace_document_get_edge (EnlaceDocument *self,
                          guint           index)
{
  g_return_val_if_fail (self != NULL && index < self->n_edges, NULL);

  return &self->edges[index];
}

gboolean
enlace_node_is_trigger (const EnlaceDocumentNode *node)
{
  return g_str_has_prefix (node->type, "trigger.");
}

gboolean
enlace_node_has_error_port (const EnlaceDocumentNode *node)
{
  return strcmp (enlace_value_get_member_string (node->value, "on_error", "stop"), "branch") == 0;
}

const EnlaceDocumentNode *
enlace_document_get_trigger (EnlaceDocument *self)
{
  const EnlaceDocumentNode *trigger = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      if (!enlace_node_is_trigger (&self->nodes[i]))
        continue;
      if (trigger != NULL)
        return NULL;

      trigger = &self->nodes[i];
    }

  return trigger;
}

const guint *
enlace_document_get_order (EnlaceDocument *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->order;
}

const char *
enlace_document_get_trigger_type (EnlaceDocument *self)
{
  const EnlaceDocumentNode *trigger = enlace_document_get_trigger (self);
  const char *name = trigger != NULL ? trigger->type + strlen ("trigger.") : "manual";

  return g_strv_contains (trigger_types, name) ? name : "manual";
}
