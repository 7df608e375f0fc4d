/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/workflow/check-private.h"

/* What a step does outside: through which connection, and how often. */

static gboolean
contains (EnlaceValue *list,
          const char  *text)
{
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    if (g_strcmp0 (enlace_value_get_string (enlace_value_get_element (list, i)), text) == 0)
      return TRUE;

  return FALSE;
}

/* A step of a connector acts through an integration; one that was taken over from elsewhere has none yet. */
static void
check_connection (EnlaceCheck *self)
{
  EnlaceValue *connector = enlace_value_get_member (self->node->value, "connector");
  const char *integration = enlace_value_get_member_string (self->node->value, "integration", NULL);
  EnlaceValue *connected = self->environment != NULL ? self->environment->integrations : NULL;
  g_autofree char *pointer = g_strdup_printf ("/nodes/%u/integration", self->node->index);

  if (strcmp (self->node->type, "action") != 0 && (connector == NULL || enlace_value_is_null (connector)))
    return;

  if (integration == NULL)
    enlace_check_add (self, pointer, "No connection has been chosen for this step");
  else if (connected != NULL && !contains (connected, integration))
    enlace_check_add (self, pointer, "The connection of this step is not there, or not connected");
}

static gboolean
acts_outside (const EnlaceDocumentNode *node)
{
  const EnlaceStepInfo *info = enlace_step_info_find (node->type);

  return strcmp (node->type, "action") == 0 || (info != NULL && info->flags & ENLACE_STEP_EFFECT);
}

/* Whether a step inside the loop acts outside, also in loops and branches in it. */
static gboolean
body_acts_outside (EnlaceCheck *self)
{
  int body = enlace_regions_find (self->regions, self->node - self->document->nodes, "item");

  for (guint i = 0; body >= 0 && i < self->document->n_nodes; i++)
    if (acts_outside (&self->document->nodes[i]) && enlace_regions_is_within (self->regions, self->regions->of_node[i], (guint) body))
      return TRUE;

  return FALSE;
}

/* A list bounds a loop; without one it goes on while a condition holds, and somebody has to say how often at most. */
static void
check_loop (EnlaceCheck *self)
{
  EnlaceValue *items = enlace_value_get_member (self->node->parameters, "items");
  EnlaceValue *limit = enlace_value_get_member (self->node->parameters, "limit");
  g_autofree char *pointer = g_strdup_printf ("/nodes/%u/parameters/limit", self->node->index);

  if ((items == NULL || enlace_value_is_null (items)) && (limit == NULL || enlace_value_is_null (limit)) && body_acts_outside (self))
    enlace_check_add (self, pointer, "This loop acts outside, and nothing says how often: it has neither a list nor a limit");
}

static void
check_called (EnlaceCheck *self)
{
  const char *called = enlace_value_get_member_string (self->node->parameters, "workflow", NULL);
  const EnlaceCheckEnvironment *environment = self->environment;
  g_autofree char *pointer = g_strdup_printf ("/nodes/%u/parameters/workflow", self->node->index);

  if (called == NULL || environment == NULL)
    return;

  if (environment->workflow_id != NULL && g_ascii_strcasecmp (called, environment->workflow_id) == 0)
    enlace_check_add (self, pointer, "The workflow runs itself here, and so would never end");
  else if (environment->workflows != NULL && enlace_value_get_member (environment->workflows, called) == NULL)
    enlace_check_add (self, pointer, "The workflow that this step runs is not there");
}

void
enlace_check_effects (EnlaceCheck *self)
{
  check_connection (self);
  if (strcmp (self->node->type, "flow.loop") == 0)
    check_loop (self);
  else if (strcmp (self->node->type, "flow.workflow") == 0)
    check_called (self);
}
