/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const EnlaceParameter parameters[] = {
  {
    .name = "input",
    .title = N_("Input"),
    .hint = N_("What the code sees as “input”"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "code",
    /* Translators: a piece of a program */
    .title = N_("Code"),
    .hint = N_("The body of a JavaScript function: what it returns is the output"),
    .kind = ENLACE_PARAMETER_CODE,
    .required = TRUE,
  },
  {
    .name = "timeout_ms",
    .title = N_("Time Limit in Milliseconds"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "5000",
    .minimum = 1,
    .maximum = 5000,
  },
};

static const char *const errors[] = { "javascript", "time_limit", "memory_limit", "output_limit", "jail", NULL };

const EnlaceStepInfo enlace_step_info_code_javascript = {
  .name = "code.javascript",
  .title = N_("JavaScript"),
  .description = N_("Computes with a piece of JavaScript that reaches nothing outside"),
  .category = "code",
  .icon_name = "application-x-executable-symbolic",
  .flags = ENLACE_STEP_WAITS,
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
  .documentation = N_("The code is the body of an async function with the parameter “input”. It has JavaScript and “console”, but no files, no network and no "
                      "modules. It may take 5 seconds and 64 MiB. Date shows when the step began. Whole numbers beyond 2⁵³ are BigInts."),
  .errors = errors,
};
