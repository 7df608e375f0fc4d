/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const kinds[] = { "workflow.failed", "workflow.completed", "integration.broke", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "event",
    .title = N_("Event"),
    .hint = N_("What has to happen inside Enlace"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = kinds,
    .required = TRUE,
  },
  {
    .name = "workflow",
    .title = N_("Workflow"),
    .hint = N_("Only events of this workflow; empty: of all others"),
    .kind = ENLACE_PARAMETER_WORKFLOW,
  },
};

const EnlaceStepInfo enlace_step_info_trigger_event = {
  .name = "trigger.event",
  .title = N_("Event in Enlace"),
  .description = N_("Starts when something happens inside Enlace, such as the failure of another workflow"),
  .documentation = N_("Runs of this workflow itself, test runs and runs that another run began are no events. Runs that were begun by an event can cause "
                      "further ones, up to eight in a row."),
  .output = "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"event\":{\"type\":\"string\"},\"occurred_at\":{},\"received_at\":{},"
            "\"depth\":{\"type\":\"integer\"},\"data\":{\"type\":\"object\"}},\"required\":[\"id\",\"event\",\"occurred_at\",\"received_at\",\"depth\",\"data\"]}",
  .category = "trigger",
  .icon_name = "emblem-important-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
