/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const errors[] = { "expression", "parameter", NULL };

static const char *const one_of[] = { "duration", "until", "resume", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "duration",
    .title = N_("For"),
    .hint = N_("How long to wait, such as 90s, 15m, 2h or 3d"),
    .kind = ENLACE_PARAMETER_DURATION,
  },
  {
    .name = "until",
    .title = N_("Until"),
    .hint = N_("A time such as 2030-01-31T09:00:00Z; one that is over does not wait"),
    .kind = ENLACE_PARAMETER_TIME,
  },
  {
    .name = "resume",
    .title = N_("Until It Is Told"),
    .hint = N_("Goes on when its resume address is called, at the latest after the time above"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "false",
  },
};

const EnlaceStepInfo enlace_step_info_flow_wait = {
  .name = "flow.wait",
  .title = N_("Wait"),
  .description = N_("Waits for a time, until a time, or until another system says that it can go on"),
  .documentation = N_("A wait costs no memory and survives restarts. With “resume” the address is execution.resume_urls.STEP, where STEP is the id of this step; "
                      "a POST to it goes on with the request’s body. The output says whether it was resumed, and with what."),
  .output = "{\"type\":\"object\",\"properties\":{\"resumed\":{\"type\":\"boolean\"},\"data\":{}},\"required\":[\"resumed\",\"data\"]}",
  .category = "flow",
  .icon_name = "alarm-symbolic",
  .flags = ENLACE_STEP_WAITS,
  .ports = enlace_step_ports_out,
  .errors = errors,
  .one_of = one_of,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
