/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", NULL };
static const char *const repeats[] = { "auto", "always", "never", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "method",
    .title = N_("Method"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = methods,
    .fallback = "\"GET\"",
  },
  {
    .name = "url",
    /* Translators: the address that a request is sent to */
    .title = N_("Address"),
    .hint = N_("Where the request goes, such as https://example.com/orders"),
    .kind = ENLACE_PARAMETER_TEXT,
    .required = TRUE,
  },
  {
    .name = "query",
    .title = N_("Query"),
    .hint = N_("Added to the address behind the question mark"),
    .kind = ENLACE_PARAMETER_PAIRS,
  },
  {
    .name = "headers",
    .title = N_("Headers"),
    .kind = ENLACE_PARAMETER_PAIRS,
  },
  {
    .name = "body",
    .title = N_("Body"),
    .hint = N_("Text is sent as text, anything else as JSON"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "timeout_ms",
    .title = N_("Time Limit in Milliseconds"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "30000",
    .minimum = 1,
    .maximum = 300000,
  },
  {
    .name = "repeat",
    .title = N_("Send Again After an Interruption"),
    .hint = N_("Automatic sends again what is safe to repeat and asks a person about the rest"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = repeats,
    .fallback = "\"auto\"",
  },
};

const EnlaceStepInfo enlace_step_info_http_request = {
  .name = "http.request",
  .title = N_("HTTP Request"),
  .description = N_("Sends a request to another system and reads its reply"),
  .category = "http",
  .icon_name = "send-to-symbolic",
  .flags = ENLACE_STEP_EFFECT,
  .ports = enlace_step_ports_out,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
