/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const operations[] = { "get", "set", "delete", "compare_and_set", "list", NULL };
static const char *const scopes[] = { "workflow", "organisation", NULL };
static const char *const errors[] = { "expression", "parameter", "state", "memory_limit", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "operation",
    .title = N_("Operation"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = operations,
    .fallback = "\"get\"",
  },
  {
    .name = "scope",
    /* Translators: whether data belongs to one workflow or to the whole organisation */
    .title = N_("Belongs To"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = scopes,
    .fallback = "\"workflow\"",
  },
  {
    .name = "key",
    .title = N_("Key"),
    .hint = N_("By which the value is found again; for all operations but list"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
  {
    .name = "value",
    .title = N_("Value"),
    .hint = N_("What is kept, up to 256 KiB; for set and compare_and_set"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "expected",
    .title = N_("Expected Value"),
    .hint = N_("The value is only written where this one is there; null: none. For compare_and_set"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "default",
    .title = N_("Otherwise"),
    .hint = N_("What get gives where the key is not there"),
    .kind = ENLACE_PARAMETER_JSON,
  },
  {
    .name = "lifetime",
    .title = N_("Keep For"),
    .hint = N_("Without it, the value is kept until it is deleted"),
    .kind = ENLACE_PARAMETER_DURATION,
  },
  {
    .name = "limit",
    .title = N_("At Most"),
    .hint = N_("Keys that list gives at a time"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .fallback = "100",
    .minimum = 1,
    .maximum = 1000,
  },
  {
    .name = "cursor",
    .title = N_("Go On From"),
    .hint = N_("The next_cursor of the list before"),
    .kind = ENLACE_PARAMETER_EXPRESSION,
  },
};

const EnlaceStepInfo enlace_step_info_data_store = {
  .name = "data.store",
  .title = N_("Store"),
  .description = N_("Keeps values by key beyond the run, such as the ids of the same thing in two systems"),
  .documentation = N_("What is written is kept in the same commit as the result of the step: both are there, or neither. get gives { key, found, value, expires_at }, "
                      "delete { key, deleted }, compare_and_set { key, swapped, value, expires_at }, list { items, next_cursor } in no particular order. "
                      "Test runs see only what test runs have kept."),
  .category = "data",
  .icon_name = "drive-harddisk-symbolic",
  .flags = ENLACE_STEP_WAITS,
  .ports = enlace_step_ports_out,
  .errors = errors,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
