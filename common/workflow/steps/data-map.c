/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const EnlaceParameter parameters[] = {
  {
    .name = "fields",
    .title = N_("Fields"),
    .hint = N_("Each field of the result by its path, such as customer.name, with its value"),
    .kind = ENLACE_PARAMETER_FIELDS,
    .required = TRUE,
  },
};

const EnlaceStepInfo enlace_step_info_data_map = {
  .name = "data.map",
  .title = N_("Map Fields"),
  .description = N_("Builds a new record from the data at hand, field by field"),
  .category = "data",
  .icon_name = "view-list-symbolic",
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
