/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/step-type.h"

G_BEGIN_DECLS

/* The step types that are built, a file each in steps/. step-type.c lists them in the order of the palette. */
extern const EnlaceStepInfo enlace_step_info_trigger_webhook;
extern const EnlaceStepInfo enlace_step_info_trigger_schedule;
extern const EnlaceStepInfo enlace_step_info_trigger_event;
extern const EnlaceStepInfo enlace_step_info_trigger_poll;
extern const EnlaceStepInfo enlace_step_info_trigger_manual;
extern const EnlaceStepInfo enlace_step_info_flow_if;
extern const EnlaceStepInfo enlace_step_info_flow_switch;
extern const EnlaceStepInfo enlace_step_info_flow_loop;
extern const EnlaceStepInfo enlace_step_info_flow_parallel;
extern const EnlaceStepInfo enlace_step_info_flow_merge;
extern const EnlaceStepInfo enlace_step_info_flow_wait;
extern const EnlaceStepInfo enlace_step_info_flow_approval;
extern const EnlaceStepInfo enlace_step_info_flow_workflow;
extern const EnlaceStepInfo enlace_step_info_flow_catch;
extern const EnlaceStepInfo enlace_step_info_flow_respond;
extern const EnlaceStepInfo enlace_step_info_flow_stop;
extern const EnlaceStepInfo enlace_step_info_data_map;
extern const EnlaceStepInfo enlace_step_info_data_filter;
extern const EnlaceStepInfo enlace_step_info_data_sort;
extern const EnlaceStepInfo enlace_step_info_data_aggregate;
extern const EnlaceStepInfo enlace_step_info_data_dedupe;
extern const EnlaceStepInfo enlace_step_info_data_split;
extern const EnlaceStepInfo enlace_step_info_data_join;
extern const EnlaceStepInfo enlace_step_info_data_template;
extern const EnlaceStepInfo enlace_step_info_data_parse;
extern const EnlaceStepInfo enlace_step_info_data_format;
extern const EnlaceStepInfo enlace_step_info_data_store;
extern const EnlaceStepInfo enlace_step_info_http_request;
extern const EnlaceStepInfo enlace_step_info_code_javascript;

/* The ports of most steps, and of those that end a run. */
extern const char *const enlace_step_ports_out[];
extern const char *const enlace_step_ports_none[];

G_END_DECLS
