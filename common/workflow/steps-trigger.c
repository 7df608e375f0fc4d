/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const webhook_methods[] = { "POST", "GET", "PUT", "PATCH", "DELETE", NULL };

static const EnlaceParameter webhook_parameters[] = {
  {
    .name = "methods",
    .title = N_("Methods"),
    .hint = N_("Requests by another method are refused"),
    .kind = ENLACE_PARAMETER_CHOICES,
    .choices = webhook_methods,
    .fallback = "[\"POST\"]",
  },
  {
    .name = "event_id_header",
    .title = N_("Event ID Header"),
    .hint = N_("The header by which the sender tells a repeated event, besides webhook-id and Idempotency-Key"),
    .kind = ENLACE_PARAMETER_HEADER_NAME,
  },
};

const EnlaceStepInfo enlace_step_info_trigger_webhook = {
  .name = "trigger.webhook",
  .title = N_("Webhook"),
  .description = N_("Starts when another system sends a request to this workflow’s address"),
  .category = "trigger",
  .icon_name = "network-receive-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
  .parameters = webhook_parameters,
  .n_parameters = G_N_ELEMENTS (webhook_parameters),
};

const EnlaceStepInfo enlace_step_info_trigger_manual = {
  .name = "trigger.manual",
  .title = N_("Manual Start"),
  .description = N_("Starts when a person runs the workflow"),
  .category = "trigger",
  .icon_name = "media-playback-start-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
};
