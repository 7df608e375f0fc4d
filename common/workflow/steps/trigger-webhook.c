/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const webhook_methods[] = { "POST", "GET", "PUT", "PATCH", "DELETE", NULL };

static const char *const webhook_responses[] = { "auto", "now", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "methods",
    .title = N_("Methods"),
    .hint = N_("Requests by another method are refused"),
    .kind = ENLACE_PARAMETER_CHOICES,
    .choices = webhook_methods,
    .fallback = "[\"POST\"]",
  },
  {
    .name = "path",
    .title = N_("Path"),
    .hint = N_("What follows the address, such as /orders/{id}; the parts are in trigger.params. Empty takes any path"),
    .kind = ENLACE_PARAMETER_TEXT,
  },
  {
    .name = "signature",
    .title = N_("Signature"),
    .hint = N_("How the sender signs its requests, such as { \"scheme\": \"github\" }. The secret is set apart from the document"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "allow_addresses",
    .title = N_("Allowed Addresses"),
    .hint = N_("A list of ranges such as 192.0.2.0/24; others are refused. Empty allows all"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "event_id",
    .title = N_("Event ID"),
    .hint = N_("What tells a repeated event, such as {{ trigger.body.id }}"),
    .kind = ENLACE_PARAMETER_TEXT,
  },
  {
    .name = "event_id_header",
    .title = N_("Event ID Header"),
    .hint = N_("The header by which the sender tells a repeated event, besides webhook-id and Idempotency-Key"),
    .kind = ENLACE_PARAMETER_HEADER_NAME,
  },
  {
    .name = "respond",
    .title = N_("Respond"),
    .hint = N_("“now” as soon as the event is safe; “auto” waits for a Reply step where there is one"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = webhook_responses,
    .fallback = "\"auto\"",
  },
  {
    .name = "status",
    .title = N_("Status"),
    .hint = N_("Of the reply that is sent now"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .minimum = 200,
    .maximum = 599,
  },
  {
    .name = "body",
    .title = N_("Body"),
    .hint = N_("Of the reply that is sent now"),
    .kind = ENLACE_PARAMETER_JSON,
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
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
