/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const EnlaceParameter parameters[] = {
  {
    .name = "status",
    .title = N_("Status"),
    .hint = N_("The HTTP status of the reply"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "200",
    .minimum = 200,
    .maximum = 599,
  },
  {
    .name = "headers",
    .title = N_("Headers"),
    .kind = ENLACE_PARAMETER_PAIRS,
  },
  {
    .name = "body",
    .title = N_("Body"),
    .hint = N_("Text is sent as text, anything else as JSON"),
    .kind = ENLACE_PARAMETER_JSON,
  },
};

const EnlaceStepInfo enlace_step_info_flow_respond = {
  .name = "flow.respond",
  .title = N_("Reply"),
  .description = N_("Answers whoever started the workflow and waits for a reply"),
  .category = "flow",
  .icon_name = "mail-reply-sender-symbolic",
  .flags = ENLACE_STEP_REPLY,
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
