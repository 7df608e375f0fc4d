/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const ports[] = { "default", NULL };

static const EnlaceParameter columns[] = {
  {
    .name = "port",
    /* Translators: the name of a case, by which the run goes on */
    .title = N_("Case"),
    .kind = ENLACE_PARAMETER_NAME,
    .required = TRUE,
  },
  {
    .name = "condition",
    .title = N_("Condition"),
    .kind = ENLACE_PARAMETER_CONDITION,
    .required = TRUE,
  },
};

static const EnlaceParameter parameters[] = {
  {
    .name = "cases",
    .title = N_("Cases"),
    .hint = N_("The first whose condition holds is taken"),
    .kind = ENLACE_PARAMETER_ROWS,
    .required = TRUE,
    .columns = columns,
    .n_columns = G_N_ELEMENTS (columns),
  },
};

/* The cases, then what is left. */
static char **
dup_ports (EnlaceValue *parameters_value)
{
  return enlace_step_ports_from_names (enlace_value_get_member (parameters_value, "cases"), "port", "default");
}

const EnlaceStepInfo enlace_step_info_flow_switch = {
  .name = "flow.switch",
  .title = N_("Switch"),
  .description = N_("Goes on by the first of several cases whose condition holds"),
  .documentation = N_("Each case has a port of its own name. Where no condition holds the run goes on by “default”. The output has the name of the case."),
  .category = "flow",
  .icon_name = "media-playlist-shuffle-symbolic",
  .ports = ports,
  .dup_ports = dup_ports,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
