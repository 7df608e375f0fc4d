/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const outcomes[] = { "success", "failure", NULL };

static const EnlaceParameter parameters[] = {
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
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
