/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const modes[] = { "all", "any", "first", "n", NULL };
static const char *const errors[] = { "not_enough", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "mode",
    .title = N_("Goes On"),
    .hint = N_("“all”: when every way here is decided; “any”: when the first has come; “first”: the same, and what has not begun on the other ways is left out; "
               "“n”: when so many have come"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = modes,
    .fallback = "\"all\"",
  },
  {
    .name = "count",
    .title = N_("How Many"),
    .hint = N_("Of “n”"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "1",
    .minimum = 1,
    .maximum = 1000,
  },
};

const EnlaceStepInfo enlace_step_info_flow_merge = {
  .name = "flow.merge",
  .title = N_("Merge"),
  .description = N_("Brings several ways together again: all of them, the first, or so many"),
  .documentation = N_("The output has the step by which the run came here first (first), its output (value), and the outputs of all that have come by then (outputs)."),
  .output = "{\"type\":\"object\",\"properties\":{\"first\":{\"type\":\"string\"},\"value\":{},\"outputs\":{\"type\":\"object\"}},\"required\":[\"first\",\"value\",\"outputs\"]}",
  .category = "flow",
  .icon_name = "object-select-symbolic",
  .ports = enlace_step_ports_out,
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
