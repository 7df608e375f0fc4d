/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/steps/step.h"

G_BEGIN_DECLS

extern const EnlaceStepType enlace_step_trigger_webhook;
extern const EnlaceStepType enlace_step_trigger_schedule;
extern const EnlaceStepType enlace_step_trigger_event;
extern const EnlaceStepType enlace_step_trigger_poll;
extern const EnlaceStepType enlace_step_trigger_manual;
extern const EnlaceStepType enlace_step_flow_if;
extern const EnlaceStepType enlace_step_flow_switch;
extern const EnlaceStepType enlace_step_flow_loop;
extern const EnlaceStepType enlace_step_flow_parallel;
extern const EnlaceStepType enlace_step_flow_merge;
extern const EnlaceStepType enlace_step_flow_wait;
extern const EnlaceStepType enlace_step_flow_approval;
extern const EnlaceStepType enlace_step_flow_workflow;
extern const EnlaceStepType enlace_step_flow_catch;
extern const EnlaceStepType enlace_step_flow_respond;
extern const EnlaceStepType enlace_step_flow_stop;
extern const EnlaceStepType enlace_step_data_map;
extern const EnlaceStepType enlace_step_data_filter;
extern const EnlaceStepType enlace_step_data_sort;
extern const EnlaceStepType enlace_step_data_aggregate;
extern const EnlaceStepType enlace_step_data_dedupe;
extern const EnlaceStepType enlace_step_data_split;
extern const EnlaceStepType enlace_step_data_join;
extern const EnlaceStepType enlace_step_data_template;
extern const EnlaceStepType enlace_step_data_parse;
extern const EnlaceStepType enlace_step_data_format;
extern const EnlaceStepType enlace_step_data_store;
extern const EnlaceStepType enlace_step_http_request;
extern const EnlaceStepType enlace_step_code_javascript;

/* NULL: this server does not run such a step. */
const EnlaceStepType *enlace_step_type_find (const char *name);

G_END_DECLS
