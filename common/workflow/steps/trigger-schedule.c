/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <glib/gi18n.h>

#include "common/workflow/step-tables.h"

static const char *const units[] = { "seconds", "minutes", "hours", "days", "weeks", NULL };

static const char *const missed[] = { "once", "all", "skip", NULL };

static const char *const overlaps[] = { "allow", "queue", "skip", NULL };

static const char *const one_of[] = { "cron", "every", NULL };

static const EnlaceParameter parameters[] = {
  {
    .name = "cron",
    .title = N_("Cron Expression"),
    .hint = N_("Minute, hour, day of the month, month and day of the week, such as 0 9 * * mon-fri; with six fields, seconds come first"),
    .kind = ENLACE_PARAMETER_CRON,
  },
  {
    .name = "every",
    .title = N_("Every"),
    .hint = N_("In place of a cron expression: so many units apart"),
    .kind = ENLACE_PARAMETER_NUMBER,
    .minimum = 1,
    .maximum = 100000,
  },
  {
    .name = "unit",
    .title = N_("Unit"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = units,
    .fallback = "\"minutes\"",
  },
  {
    .name = "timezone",
    .title = N_("Time Zone"),
    .hint = N_("A name such as Europe/Madrid; UTC if empty"),
    .kind = ENLACE_PARAMETER_TIME_ZONE,
  },
  {
    .name = "missed",
    .title = N_("Missed Times"),
    .hint = N_("What is done about times that passed while the server was not running: run once, run for all of them, or skip them"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = missed,
    .fallback = "\"once\"",
  },
  {
    .name = "overlap",
    .title = N_("Overlap"),
    .hint = N_("When a run is still under way at the next time: allow both, queue the next one, or skip it"),
    .kind = ENLACE_PARAMETER_CHOICE,
    .choices = overlaps,
    .fallback = "\"allow\"",
  },
  {
    .name = "from",
    .title = N_("From"),
    .hint = N_("Not before this time; intervals are counted from it"),
    .kind = ENLACE_PARAMETER_TIME,
  },
  {
    .name = "until",
    .title = N_("Until"),
    .hint = N_("Not after this time"),
    .kind = ENLACE_PARAMETER_TIME,
  },
};

const EnlaceStepInfo enlace_step_info_trigger_schedule = {
  .name = "trigger.schedule",
  .title = N_("Schedule"),
  .description = N_("Starts at fixed times, or again and again after a length of time"),
  .output = "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"scheduled_at\":{},\"received_at\":{},\"timezone\":{\"type\":\"string\"}},"
            "\"required\":[\"id\",\"scheduled_at\",\"received_at\",\"timezone\"]}",
  .category = "trigger",
  .icon_name = "x-office-calendar-symbolic",
  .flags = ENLACE_STEP_TRIGGER,
  .ports = enlace_step_ports_out,
  .one_of = one_of,
  .parameters = parameters,
  .n_parameters = G_N_ELEMENTS (parameters),
};
