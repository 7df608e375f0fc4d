/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

const EnlaceStepInfo enlace_step_info_trigger_manual = {
  .name = "trigger.manual",
  .title = N_("Manual Start"),
  .description = N_("Starts when a person runs the workflow"),
  .category = "trigger",
  .icon_name = "media-playback-start-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
};
