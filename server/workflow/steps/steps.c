/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

static const EnlaceStepType *const step_types[] = {
  &enlace_step_trigger_webhook,
  &enlace_step_trigger_schedule,
  &enlace_step_trigger_event,
  &enlace_step_trigger_poll,
  &enlace_step_trigger_manual,
  &enlace_step_flow_if,
  &enlace_step_flow_switch,
  &enlace_step_flow_loop,
  &enlace_step_flow_parallel,
  &enlace_step_flow_merge,
  &enlace_step_flow_wait,
  &enlace_step_flow_approval,
  &enlace_step_flow_workflow,
  &enlace_step_flow_catch,
  &enlace_step_flow_respond,
  &enlace_step_flow_stop,
  &enlace_step_data_map,
  &enlace_step_data_filter,
  &enlace_step_data_sort,
  &enlace_step_data_aggregate,
  &enlace_step_data_dedupe,
  &enlace_step_data_split,
  &enlace_step_data_join,
  &enlace_step_data_template,
  &enlace_step_data_parse,
  &enlace_step_data_format,
  &enlace_step_data_store,
  &enlace_step_http_request,
  &enlace_step_code_javascript,
};

const EnlaceStepType *
enlace_step_type_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (step_types); i++)
    if (strcmp (step_types[i]->name, name) == 0)
      return step_types[i];

  return NULL;
}
