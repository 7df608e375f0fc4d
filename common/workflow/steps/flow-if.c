/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const ports[] = { "true", "false", NULL };

static const EnlaceParameter parameters[] = {
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
  .ports = ports,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
