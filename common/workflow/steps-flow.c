/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const if_ports[] = { "true", "false", NULL };
static const char *const outcomes[] = { "success", "failure", NULL };

static const EnlaceParameter if_parameters[] = {
  {
    .name = "condition",
    .title = N_("Condition"),
    .hint = N_("An expression that is true or false"),
    .kind = ENLACE_PARAMETER_CONDITION,
    .required = TRUE,
  },
};

const EnlaceStepInfo enlace_step_info_flow_if = {
  .name = "flow.if",
  .title = N_("Condition"),
  .description = N_("Goes on one way when a condition holds and the other way when it does not"),
  .category = "flow",
  .icon_name = "media-playlist-shuffle-symbolic",
  .ports = if_ports,
  .parameters = if_parameters,
  .n_parameters = G_N_ELEMENTS (if_parameters),
};

static const EnlaceParameter respond_parameters[] = {
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
  .parameters = respond_parameters,
  .n_parameters = G_N_ELEMENTS (respond_parameters),
};

static const EnlaceParameter stop_parameters[] = {
  {
    .name = "outcome",
    .title = N_("Outcome"),
    .hint = N_("Whether the run counts as done or as failed"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = outcomes,
    .fallback = "\"success\"",
  },
  {
    .name = "message",
    .title = N_("Message"),
    .hint = N_("Shown with the run"),
    .kind = ENLACE_PARAMETER_TEXT,
  },
};

const EnlaceStepInfo enlace_step_info_flow_stop = {
  .name = "flow.stop",
  .title = N_("Stop"),
  .description = N_("Ends the run at once, as done or as failed"),
  .category = "flow",
  .icon_name = "media-playback-stop-symbolic",
  .flags = ENLACE_STEP_END,
  .ports = enlace_step_ports_none,
  .parameters = stop_parameters,
  .n_parameters = G_N_ELEMENTS (stop_parameters),
};
