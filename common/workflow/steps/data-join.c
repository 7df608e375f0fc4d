/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const kinds[] = { "inner", "left", "right", "outer", NULL };
static const char *const outputs[] = { "merged", "pairs", NULL };
static const char *const errors[] = { "expression", "parameter", "memory_limit", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "left",
    .title = N_("Left List"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "left_key",
    .title = N_("Left Key"),
    .hint = N_("Computed for each item of the left list, which it sees as item"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
    .per_item = TRUE,
  },
  {
    .name = "right",
    .title = N_("Right List"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
  },
  {
    .name = "right_key",
    .title = N_("Right Key"),
    .hint = N_("Computed for each item of the right list, which it sees as item"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .required = TRUE,
    .per_item = TRUE,
  },
  {
    .name = "kind",
    .title = N_("Keep"),
    .hint = N_("Pairs alone (inner), or also what has no partner on the left, the right or either side (outer)"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = kinds,
    .fallback = "\"inner\"",
  },
  {
    .name = "output",
    .title = N_("Result"),
    .hint = N_("One record of both, or { left, right }"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = outputs,
    .fallback = "\"merged\"",
  },
};

const EnlaceStepInfo enlace_step_info_data_join = {
  .name = "data.join",
  .title = N_("Join"),
  .description = N_("Brings together the records of two lists that have the same key"),
  .documentation = N_("Each item of the left list meets each item of the right list with an equal key; null equals nothing. The order is that of the left list; "
                      "what only the right list has comes last. Where both records have a field of the same name, the right one’s is taken. In pairs a side "
                      "without a partner is null."),
  .category = "data",
  .icon_name = "insert-link-symbolic",
  .ports = enlace_step_ports_out,
  .output = "{\"type\":\"array\",\"items\":{\"type\":\"object\"}}",
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
