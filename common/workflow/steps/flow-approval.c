/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const ports[] = { "approved", "rejected", "expired", NULL };

static const char *const errors[] = { "expression", "parameter", "mail", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "title",
    .title = N_("Question"),
    .hint = N_("What is to be approved, in one line"),
    .kind = ENLACE_PARAMETER_TEXT,
    .required = TRUE,
  },
  {
    .name = "text",
    .title = N_("Text"),
    .hint = N_("What a person has to know to decide; may have **bold** text, `code` and lists"),
    .kind = ENLACE_PARAMETER_LONG_TEXT,
  },
  {
    .name = "approvers",
    .title = N_("Who Decides"),
    .hint = N_("Mail addresses, separated by commas, or a list; each gets a link of their own"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "deadline",
    .title = N_("Deadline"),
    .hint = N_("How long there is to decide, such as 2h or 3d; it goes on by “expired” then"),
    .kind = ENLACE_PARAMETER_DURATION,
  },
  {
    .name = "allow_link",
    .title = N_("By Link"),
    .hint = N_("Who has the link may decide, without an account"),
    .kind = ENLACE_PARAMETER_SWITCH,
    .fallback = "true",
  },
};

const EnlaceStepInfo enlace_step_info_flow_approval = {
  .name = "flow.approval",
  .title = N_("Approval"),
  .description = N_("Waits until a person says yes or no"),
  .documentation = N_("A person decides in Enlace, or on a small page behind a link that nobody can guess. Where the server sends mail, each approver gets a link. "
                      "The address of the page for a step of your own is execution.resume_urls.STEP, where STEP is the id of this step. "
                      "A decision is taken once. Approved and rejected are ports, and so is the end of the time; the output says who decided, and with what comment."),
  .output = "{\"type\":\"object\",\"properties\":{\"decision\":{\"enum\":[\"approved\",\"rejected\",\"expired\"]},\"by\":{\"type\":[\"string\",\"null\"]},"
            "\"comment\":{\"type\":[\"string\",\"null\"]},\"decided_at\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}},"
            "\"required\":[\"decision\",\"by\",\"comment\",\"decided_at\"]}",
  .category = "flow",
  .icon_name = "checkmark-symbolic",
  .flags = ENLACE_STEP_WAITS,
  .ports = ports,
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
