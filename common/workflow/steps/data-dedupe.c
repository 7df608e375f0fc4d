/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>
#include <string.h>

#include "common/workflow/step-tables.h"

static const char *const keeps[] = { "first", "last", NULL };
static const char *const scopes[] = { "run", "workflow", "organisation", NULL };
static const char *const one_of[] = { "items", "value", NULL };
static const char *const errors[] = { "expression", "parameter", "limit", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "items",
    .title = N_("Items"),
    .hint = N_("The list to look through"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "key",
    .title = N_("Key"),
    .hint = N_("What makes two items the same; without it, the item itself"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
    .per_item = TRUE,
  },
  {
    .name = "value",
    .title = N_("Single Value"),
    .hint = N_("Instead of a list: the output says whether it is new"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "keep",
    .title = N_("Of the Same, Keep"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = keeps,
    .fallback = "\"first\"",
  },
  {
    .name = "scope",
    .title = N_("Remember"),
    .hint = N_("For this run alone, or over all runs of the workflow or the organisation"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = scopes,
    .fallback = "\"run\"",
  },
  {
    .name = "name",
    .title = N_("Remember As"),
    .hint = N_("Steps with the same name and scope share what they remember; without one, the step remembers alone"),
    .kind = ENLACE_PARAMETER_NAME,
  },
  {
    .name = "lifetime",
    .title = N_("Remember For"),
    .kind = ENLACE_PARAMETER_DURATION,
    .fallback = "\"30d\"",
  },
};

/* What is remembered beyond the run is written in the commit that records the step, and that waits. */
static EnlaceStepFlags
get_flags (EnlaceValue *parameters_value)
{
  return strcmp (enlace_value_get_member_string (parameters_value, "scope", "run"), "run") == 0 ? 0 : ENLACE_STEP_WAITS;
}

const EnlaceStepInfo enlace_step_info_data_dedupe = {
  .name = "data.dedupe",
  .title = N_("Remove Duplicates"),
  .description = N_("Keeps of equal items only one, in a list or over several runs"),
  .documentation = N_("With a list, the output is the list of the items that are kept, in their order. With a single value it is { is_new: true or false }. "
                      "Beyond the run only hashes of the keys are kept, in the same commit as the result of the step: a key counts as seen even if the "
                      "run fails later on."),
  .category = "data",
  .icon_name = "edit-clear-all-symbolic",
  .get_flags = get_flags,
  .ports = enlace_step_ports_out,
  .errors = errors,
  .one_of = one_of,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
