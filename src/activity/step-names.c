/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/step-names.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "common/workflow/document.h"
#include "common/workflow/regions.h"
#include "common/workflow/step-type.h"

struct _EnlaceStepNames
{
  GHashTable *names;      /* node → name */
  GHashTable *owners;     /* node → its owners, the outermost first: NULL-terminated */
  GHashTable *branches;   /* a parallel → the names of its branches */
};

EnlaceStepNames *
enlace_step_names_new (void)
{
  EnlaceStepNames *self = g_new0 (EnlaceStepNames, 1);

  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  self->branches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);

  return self;
}

void
enlace_step_names_free (EnlaceStepNames *self)
{
  g_hash_table_unref (self->branches);
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->names);
  g_free (self);
}

/* What follows a flow.catch is a region too, but nothing is counted there. */
static char **
dup_owners (EnlaceDocument *document,
            EnlaceRegions  *regions,
            int             region)
{
  g_autoptr(GPtrArray) owners = g_ptr_array_new_with_free_func (g_free);

  for (; region > 0; region = regions->regions[region].parent)
    if (regions->regions[region].port != NULL && regions->regions[region].owner >= 0)
      g_ptr_array_insert (owners, 0, g_strdup (enlace_document_get_node (document, (guint) regions->regions[region].owner)->id));
  g_ptr_array_add (owners, NULL);

  return (char **) g_ptr_array_steal (owners, NULL);
}

static char **
dup_branches (const EnlaceDocumentNode *node)
{
  EnlaceValue *list = enlace_value_get_member (node->parameters, "branches");
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; list != NULL && enlace_value_get_kind (list) == ENLACE_KIND_LIST && i < enlace_value_get_length (list); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_element (list, i));

      g_strv_builder_add (builder, name != NULL ? name : "");
    }

  return g_strv_builder_end (builder);
}

void
enlace_step_names_read (EnlaceStepNames *self,
                        EnlaceValue     *value)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = value != NULL ? enlace_document_read (value, refusals) : NULL;
  g_autoptr(EnlaceRegions) regions = document != NULL ? enlace_regions_new (document, NULL) : NULL;

  for (guint i = 0; document != NULL && i < enlace_document_get_n_nodes (document); i++)
    {
      const EnlaceDocumentNode *node = enlace_document_get_node (document, i);

      g_hash_table_replace (self->names, g_strdup (node->id), g_strdup (node->name));
      g_hash_table_replace (self->owners, g_strdup (node->id), dup_owners (document, regions, (int) regions->of_node[i]));
      if (g_strcmp0 (node->type, "flow.parallel") == 0)
        g_hash_table_replace (self->branches, g_strdup (node->id), dup_branches (node));
    }
}

const char *
enlace_step_names_get (const EnlaceStepNames *self,
                       const char            *node)
{
  const char *name = g_hash_table_lookup (self->names, node);

  return name != NULL && *name != '\0' ? name : node;
}

const char *
enlace_step_names_get_owner (const EnlaceStepNames *self,
                             const char            *node,
                             guint                  depth)
{
  char **owners = g_hash_table_lookup (self->owners, node);

  return owners != NULL && depth < g_strv_length (owners) ? owners[depth] : NULL;
}

char *
enlace_step_names_dup_turn (const EnlaceStepNames *self,
                            const char            *owner,
                            gint64                 number)
{
  char **branches = owner != NULL ? g_hash_table_lookup (self->branches, owner) : NULL;

  if (branches != NULL && number >= 0 && number < (gint64) g_strv_length (branches))
    return g_strdup (branches[number]);

  /* Translators: a turn of a loop: "Iteration 3" */
  return g_strdup_printf (_("Iteration %" PRId64), number + 1);
}
