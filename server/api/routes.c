/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/routes.h"

#include "server/api/approval-page.h"
#include "server/api/approvals.h"
#include "server/api/execution-resource.h"
#include "server/api/executions.h"
#include "server/api/feed-route.h"
#include "server/api/hook-secrets.h"
#include "server/api/hooks.h"
#include "server/api/resume.h"
#include "server/api/schedule.h"
#include "server/api/system.h"
#include "server/api/transfer.h"
#include "server/api/variables.h"
#include "server/api/versions.h"
#include "server/api/workflow-resource.h"
#include "server/api/workflows.h"

static const EnlaceRouteTable *const tables[] = {
  &enlace_workflow_routes,
  &enlace_version_routes,
  &enlace_schedule_routes,
  &enlace_transfer_routes,
  &enlace_variable_routes,
  &enlace_execution_routes,
  &enlace_feed_routes,
  &enlace_approval_routes,
  &enlace_approval_page_routes,
  &enlace_resume_routes,
  &enlace_hook_routes,
  &enlace_hook_secret_routes,
  &enlace_listen_routes,
  &enlace_system_routes,
};

static const EnlaceFeedRender renderers[] = {
  [ENLACE_FEED_WORKFLOW] = enlace_workflow_render,
  [ENLACE_FEED_EXECUTION] = enlace_execution_render,
  [ENLACE_FEED_VARIABLE] = enlace_variable_render,
  [ENLACE_FEED_APPROVAL] = enlace_approval_render,
};

const EnlaceRouteTable *const *
enlace_route_tables (guint *n_tables)
{
  *n_tables = G_N_ELEMENTS (tables);

  return tables;
}

const EnlaceFeedRender *
enlace_route_renderers (void)
{
  return renderers;
}
