/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <string.h>

#include "common/workflow/step-tables.h"

const char *const enlace_step_ports_out[] = { "out", NULL };
const char *const enlace_step_ports_none[] = { NULL };

static const EnlaceStepInfo *const infos[] = {
  &enlace_step_info_trigger_webhook,
  &enlace_step_info_trigger_schedule,
  &enlace_step_info_trigger_event,
  &enlace_step_info_trigger_poll,
  &enlace_step_info_trigger_manual,
  &enlace_step_info_flow_if,
  &enlace_step_info_flow_switch,
  &enlace_step_info_flow_loop,
  &enlace_step_info_flow_parallel,
  &enlace_step_info_flow_merge,
  &enlace_step_info_flow_wait,
  &enlace_step_info_flow_approval,
  &enlace_step_info_flow_workflow,
  &enlace_step_info_data_map,
  &enlace_step_info_data_filter,
  &enlace_step_info_data_sort,
  &enlace_step_info_data_aggregate,
  &enlace_step_info_data_dedupe,
  &enlace_step_info_data_split,
  &enlace_step_info_data_join,
  &enlace_step_info_data_template,
  &enlace_step_info_data_parse,
  &enlace_step_info_data_format,
  &enlace_step_info_data_store,
  &enlace_step_info_code_javascript,
  &enlace_step_info_http_request,
  &enlace_step_info_flow_respond,
  &enlace_step_info_flow_stop,
  &enlace_step_info_flow_catch,
};

/* All step types of the workflow document, those included that this version does not run. */
static const char *const known_types[] = {
  "trigger.webhook", "trigger.schedule", "trigger.event", "trigger.poll", "trigger.manual",
  "action", "http.request",
  "data.map", "data.filter", "data.sort", "data.aggregate", "data.dedupe", "data.split", "data.join", "data.template",
  "data.store", "data.parse", "data.format",
  "flow.if", "flow.switch", "flow.loop", "flow.parallel", "flow.merge", "flow.wait", "flow.approval", "flow.workflow",
  "flow.respond", "flow.stop", "flow.catch",
  "code.javascript",
  NULL,
};

/**
 * enlace_step_infos:
 * @n_infos: (out) (optional): how many there are
 *
 * Returns: (transfer none): the step types that are built, in the order of the palette
 */
const EnlaceStepInfo *const *
enlace_step_infos (guint *n_infos)
{
  if (n_infos != NULL)
    *n_infos = G_N_ELEMENTS (infos);

  return infos;
}

const EnlaceStepInfo *
enlace_step_info_find (const char *type)
{
  g_return_val_if_fail (type != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (infos); i++)
    if (strcmp (infos[i]->name, type) == 0)
      return infos[i];

  return NULL;
}

gboolean
enlace_step_type_is_known (const char *type)
{
  g_return_val_if_fail (type != NULL, FALSE);

  return g_strv_contains (known_types, type);
}

char **
enlace_step_ports_from_names (EnlaceValue *list,
                              const char  *member,
                              const char  *last)
{
  g_autoptr(GPtrArray) ports = g_ptr_array_new ();

  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    {
      EnlaceValue *element = enlace_value_get_element (list, i);
      const char *name = member != NULL ? enlace_value_get_member_string (element, member, NULL) : enlace_value_get_string (element);

      if (name != NULL && *name != '\0')
        g_ptr_array_add (ports, g_strdup (name));
    }
  g_ptr_array_add (ports, g_strdup (last));
  g_ptr_array_add (ports, NULL);

  return (char **) g_ptr_array_steal (ports, NULL);
}

char **
enlace_step_info_dup_ports (const EnlaceStepInfo *self,
                            EnlaceValue          *node)
{
  EnlaceValue *parameters = enlace_value_get_member (node, "parameters");
  g_auto(GStrv) ports = self->dup_ports != NULL && parameters != NULL ? self->dup_ports (parameters) : g_strdupv ((char **) self->ports);
  g_autoptr(GStrvBuilder) builder = NULL;

  if (g_strcmp0 (enlace_value_get_member_string (node, "on_error", NULL), "branch") != 0 || g_strv_contains ((const char *const *) ports, "error"))
    return g_steal_pointer (&ports);

  builder = g_strv_builder_new ();
  g_strv_builder_addv (builder, (const char **) ports);
  g_strv_builder_add (builder, "error");
  return g_strv_builder_end (builder);
}

EnlaceStepFlags
enlace_step_info_get_flags (const EnlaceStepInfo *self,
                            EnlaceValue          *parameters)
{
  return self->flags | (self->get_flags != NULL ? self->get_flags (parameters) : 0);
}
