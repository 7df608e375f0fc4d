/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "server/api/system.h"

#include "server/api/openapi.h"
#include "server/api/state.h"

static void
reply_text (EnlaceRequest *request,
            const char    *content_type,
            const char    *text)
{
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));

  enlace_request_reply (request, enlace_reply_new_bytes (200, content_type, body));
}

/* /healthz and /readyz */

static void
get_health (EnlaceRequest *request)
{
  reply_text (request, "application/json", "{\"status\":\"ok\"}");
}

static void
get_readiness (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(EnlaceListBuilder) reasons = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = NULL;
  g_autoptr(EnlaceValue) more = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReply *reply;

  if (g_atomic_int_get (&services->state->is_stopping))
    enlace_list_builder_take (reasons, enlace_value_new_string ("stopping"));
  if (!enlace_store_is_ready (services->store, &error))
    {
      g_debug ("Not ready: %s", error->message);
      enlace_list_builder_take (reasons, enlace_value_new_string (g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_FULL)
                                                                  ? "store full" : "store unavailable"));
    }
  if (enlace_list_builder_get_length (reasons) == 0)
    {
      reply_text (request, "application/json", "{\"status\":\"ready\"}");
      return;
    }

  map = enlace_map_builder_new ();
  enlace_map_builder_take (map, "reasons", enlace_list_builder_end (reasons));
  more = enlace_map_builder_end (map);
  reply = enlace_reply_new_problem (503, NULL, "The server takes no work now.", NULL, more);
  enlace_reply_add_header (reply, "Retry-After", "2");
  enlace_request_reply (request, reply);
}

/* /metrics */

static void
append_process (GString        *out,
                EnlaceApiState *state)
{
  g_autofree char *text = NULL;
  gint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    {
      const char *resident = strchr (text, ' ');

      pages = resident != NULL ? g_ascii_strtoll (resident, NULL, 10) : 0;
    }
  enlace_metric_append (out, "process_resident_memory_bytes", "gauge", "Memory that the server holds.",
                        (double) pages * (double) sysconf (_SC_PAGESIZE));
  enlace_metric_append (out, "process_start_time_seconds", "gauge", "When the server began, since 1970.",
                        (double) state->started_at / G_USEC_PER_SEC);
}

static void
append_store (GString     *out,
              EnlaceStore *store)
{
  EnlaceStoreFigures figures;

  enlace_store_get_figures (store, &figures);
  enlace_metric_append (out, "enlace_store_changes", "counter", "Changes committed.", (double) figures.changes);
  enlace_metric_append (out, "enlace_store_commits", "counter", "Groups of changes committed.", (double) figures.groups);
  enlace_metric_append (out, "enlace_store_failures", "counter", "Changes that were not committed.", (double) figures.failed);
  enlace_metric_append (out, "enlace_store_queue", "gauge", "Changes that wait for the writer.", (double) figures.queued);
  enlace_metric_append (out, "enlace_store_wal_bytes", "gauge", "Size of the write-ahead log.", (double) figures.wal_bytes);
}

static void
append_engine (GString      *out,
               EnlaceEngine *engine)
{
  EnlaceEngineFigures figures;

  enlace_engine_get_figures (engine, &figures);
  enlace_metric_append (out, "enlace_runs_started", "counter", "Runs begun.", (double) figures.started);
  enlace_metric_append (out, "enlace_runs_completed", "counter", "Runs completed.", (double) figures.completed);
  enlace_metric_append (out, "enlace_runs_failed", "counter", "Runs failed.", (double) figures.failed);
  enlace_metric_append (out, "enlace_runs_running", "gauge", "Runs at work.", (double) figures.running);
  enlace_metric_append (out, "enlace_runs_waiting", "gauge", "Runs whose fiber waits.", (double) figures.waiting_fibers);
  enlace_metric_append (out, "enlace_runs_queued", "gauge", "Runs that wait to begin.", (double) figures.queued);
  enlace_metric_append (out, "enlace_live_workflows", "gauge", "Workflows that are live.", (double) figures.live_workflows);
}

static void
append_inbound (GString       *out,
                EnlaceInbound *inbound)
{
  EnlaceInboundFigures figures;

  enlace_inbound_get_figures (inbound, &figures);
  enlace_metric_append (out, "enlace_events_unsigned", "counter", "Events refused for a missing or wrong signature.", (double) figures.unsigned_events);
  enlace_metric_append (out, "enlace_events_stale", "counter", "Events refused for an old signature.", (double) figures.stale_events);
  enlace_metric_append (out, "enlace_events_foreign", "counter", "Events refused for their sender's address.", (double) figures.foreign_addresses);
}

static void
get_metrics (EnlaceRequest *request)
{
  const EnlaceServices *services = enlace_request_get_services (request);
  g_autoptr(GString) out = g_string_new (NULL);

  g_string_append (out, "# TYPE enlace_build info\n# HELP enlace_build What was built.\n"
                        "enlace_build_info{version=\"" ENLACE_VERSION "\"} 1\n");
  append_process (out, services->state);
  enlace_figures_append (services->state->figures, out);
  append_store (out, services->store);
  if (services->engine != NULL)
    append_engine (out, services->engine);
  if (services->inbound != NULL)
    append_inbound (out, services->inbound);
  g_string_append (out, "# EOF\n");
  reply_text (request, "application/openmetrics-text; version=1.0.0; charset=utf-8", out->str);
}

/* /api/openapi.json and /docs */

static void
get_openapi (EnlaceRequest *request)
{
  GBytes *document = enlace_api_state_get_openapi (enlace_request_get_services (request)->state);

  enlace_request_reply (request, enlace_reply_new_bytes (200, "application/json", document));
}

static void
get_docs (EnlaceRequest *request)
{
  GBytes *page = enlace_api_state_get_page (enlace_request_get_services (request)->state);
  g_autofree char *policy = enlace_openapi_get_policy ();
  EnlaceReply *reply = enlace_reply_new_bytes (200, "text/html; charset=utf-8", page);

  enlace_reply_add_header (reply, "Content-Security-Policy", policy);
  enlace_reply_add_header (reply, "Referrer-Policy", "no-referrer");
  enlace_request_reply (request, reply);
}

static const EnlaceRoute routes[] = {
  { "GET", "/healthz", ENLACE_PERMISSION_NONE, get_health, ENLACE_ROUTE_ANY_HOST, "Whether the server is alive.", .reply = "health-check" },
  { "GET", "/readyz", ENLACE_PERMISSION_NONE, get_readiness, ENLACE_ROUTE_ANY_HOST, "Whether the server takes work.", .reply = "readiness" },
  { "GET", "/metrics", "metrics:read", get_metrics, ENLACE_ROUTE_LOCAL, "Figures, as OpenMetrics text.",
    .media_type = "application/openmetrics-text" },
  { "GET", "/api/openapi.json", ENLACE_PERMISSION_NONE, get_openapi, 0, "This document.", .reply = "openapi" },
  { "GET", "/docs", ENLACE_PERMISSION_NONE, get_docs, 0, "This document, as a page.", .media_type = "text/html" },
};

const EnlaceRouteTable enlace_system_routes = { "system", routes, G_N_ELEMENTS (routes) };
