/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const EnlaceParameter parameters[] = {
  {
    .name = "schema",
    .title = N_("Form"),
    .hint = N_("A JSON Schema of what is asked for at the start, which is in trigger.data then"),
    .kind = ENLACE_PARAMETER_SCHEMA,
  },
};

const EnlaceStepInfo enlace_step_info_trigger_manual = {
  .name = "trigger.manual",
  .title = N_("Manual Start"),
  .description = N_("Starts when a person runs the workflow"),
  .category = "trigger",
  .icon_name = "media-playback-start-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
