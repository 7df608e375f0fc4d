/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/workflow/derive.h"
#include "common/workflow/document-private.h"

EnlaceValue *
enlace_document_derive_trigger_config (EnlaceDocument *self)
{
  const EnlaceDocumentNode *trigger = enlace_document_get_trigger (self);

  g_return_val_if_fail (self != NULL, NULL);

  return enlace_value_ref (trigger != NULL ? trigger->parameters : self->no_parameters);
}

EnlaceValue *
enlace_document_derive_conditions (EnlaceDocument *self)
{
  g_autoptr(EnlaceListBuilder) list = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_nodes; i++)
    {
      const EnlaceDocumentNode *node = &self->nodes[i];
      EnlaceValue *condition = enlace_value_get_member (node->parameters, "condition");

      if (strcmp (node->type, "flow.if") != 0)
        continue;

      enlace_map_builder_add_string (map, "node", node->id);
      enlace_map_builder_add (map, "condition", condition != NULL ? condition : enlace_value_new_null ());
      enlace_list_builder_take (list, enlace_map_builder_end (map));
    }

  return enlace_list_builder_end (list);
}
