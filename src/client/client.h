/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "src/client/error.h"
#include "src/client/execution.h"
#include "src/client/reply.h"
#include "src/client/step-list.h"
#include "src/client/workflow.h"

G_BEGIN_DECLS

/**
 * EnlaceClient:
 *
 * A connection to one server: requests, the live feed, and the one object for each resource.
 *
 * Properties: "online" (the live feed is connected, so that what is shown is true), "away" (it was connected and is not now).
 *
 * Signals:
 * - "changed" (EnlaceResource *resource): it was made or changed, here or elsewhere
 * - "removed" (char *kind, char *id)
 * - "reset" (): changes may have been missed; lists load anew
 */
#define ENLACE_TYPE_CLIENT (enlace_client_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceClient, enlace_client, ENLACE, CLIENT, GObject)

EnlaceClient *enlace_client_new             (void);
/* Uses this server (without a trailing slash) from now on, and follows its live feed. */
void          enlace_client_connect         (EnlaceClient   *self,
                                             const char     *address,
                                             const char     *key);
void          enlace_client_disconnect      (EnlaceClient   *self);
const char   *enlace_client_get_address     (EnlaceClient   *self); /* nullable */
gboolean      enlace_client_get_online      (EnlaceClient   *self);
gboolean      enlace_client_get_away        (EnlaceClient   *self);

/**
 * enlace_client_call:
 * @method: "GET", "POST", "PUT" or "DELETE"
 * @path: below "/api/integrations/", with its query: "workflows?limit=50"
 * @body: (nullable): sent as JSON
 * @if_match: (nullable): an ETag, or "*"
 *
 * One request. Dropping the future cancels it.
 *
 * Returns: (transfer full): a future that resolves to an [struct@ClientReply], or rejects with an [error@ClientError]
 */
DexFuture    *enlace_client_call            (EnlaceClient   *self,
                                             const char     *method,
                                             const char     *path,
                                             EnlaceValue    *body,
                                             const char     *if_match);

/* Resolves to TRUE when no request is under way. */
DexFuture    *enlace_client_flush           (EnlaceClient   *self);

/* The one object of that resource, brought up to date; transfer full. NULL: the object has no id. Emits "changed". */
gpointer      enlace_client_adopt           (EnlaceClient   *self,
                                             GType           type,
                                             JsonObject     *object);
/* The same without "changed": for what a list has read. */
gpointer      enlace_client_adopt_quietly   (EnlaceClient   *self,
                                             GType           type,
                                             JsonObject     *object);
/* Tells the lists that it is gone, before the feed does. */
void          enlace_client_forget          (EnlaceClient   *self,
                                             const char     *kind,
                                             const char     *id);

/* Workflows: each resolves to the EnlaceWorkflow, loaded, unless said otherwise. */
DexFuture    *enlace_client_load_workflow   (EnlaceClient   *self,
                                             const char     *id);
DexFuture    *enlace_client_create_workflow (EnlaceClient   *self,
                                             const char     *name,
                                             const char     *description, /* nullable */
                                             EnlaceValue    *document);
/* Makes a new version; CHANGED when the workflow is not the one that was loaded (its "etag"). */
DexFuture    *enlace_client_save_workflow   (EnlaceClient   *self,
                                             EnlaceWorkflow *workflow,
                                             EnlaceValue    *document);
DexFuture    *enlace_client_rename_workflow (EnlaceClient   *self,
                                             EnlaceWorkflow *workflow,
                                             const char     *name,
                                             const char     *description); /* nullable: as it is */
/* On: the version that was live before, or the newest. */
DexFuture    *enlace_client_set_active      (EnlaceClient   *self,
                                             EnlaceWorkflow *workflow,
                                             gboolean        is_active);
/* Puts a version live. INVALID with the problems (see enlace_client_error_get_problem()) when it has some. */
DexFuture    *enlace_client_publish         (EnlaceClient   *self,
                                             EnlaceWorkflow *workflow,
                                             gint64          version);
/* Resolves to TRUE. */
DexFuture    *enlace_client_delete_workflow (EnlaceClient   *self,
                                             EnlaceWorkflow *workflow);
/* Resolves to an EnlaceClientReply `{ steps, base_version, … }`; NOT_FOUND: there is no draft. */
DexFuture    *enlace_client_get_draft       (EnlaceClient   *self,
                                             const char     *workflow_id);
/* Resolves to an EnlaceClientReply. */
DexFuture    *enlace_client_put_draft       (EnlaceClient   *self,
                                             const char     *workflow_id,
                                             EnlaceValue    *document,
                                             gint64          base_version);
/* Resolves to TRUE, also when there was none. */
DexFuture    *enlace_client_delete_draft    (EnlaceClient   *self,
                                             const char     *workflow_id);
/* Resolves to an EnlaceClientReply, the version with its `steps`. */
DexFuture    *enlace_client_get_version     (EnlaceClient   *self,
                                             const char     *workflow_id,
                                             gint64          version);

/* Executions. */
/* @version: a number, 0 (the live one, else the newest) or -1 (the draft, as a test). @data: `trigger`, nullable. @until: the step after
 * which a test ends, nullable. Resolves to the EnlaceExecution, at once or when it ended, at most after @wait_seconds. */
DexFuture    *enlace_client_execute         (EnlaceClient   *self,
                                             const char     *workflow_id,
                                             EnlaceValue    *data,
                                             gint64          version,
                                             gboolean        test,
                                             const char     *until,
                                             guint           wait_seconds);
/* Resolves to the EnlaceExecution, loaded. */
DexFuture    *enlace_client_load_execution  (EnlaceClient   *self,
                                             const char     *id);
/* How many steps of a run are read at most. */
#define ENLACE_CLIENT_MOST_STEPS 2000
/* Resolves to an EnlaceStepList. */
DexFuture    *enlace_client_list_steps      (EnlaceClient   *self,
                                             const char     *execution_id);
/* Resolves to the EnlaceExecution. */
DexFuture    *enlace_client_cancel_execution (EnlaceClient  *self,
                                             const char     *id);
/* Resolves to the EnlaceExecution. @done: it had its effect, and gave @output (nullable). */
DexFuture    *enlace_client_resolve_step    (EnlaceClient   *self,
                                             const char     *execution_id,
                                             const char     *node,
                                             gboolean        done,
                                             EnlaceValue    *output);

/**
 * EnlaceReplay:
 * @version: a number, 0 (that of the run) or -1 (the draft, as a test)
 * @data: (nullable): in the place of what started the run; a manual trigger's is `trigger.data`
 * @from: (nullable): the step to go on from; what does not come after it is kept
 * @path: (nullable): a list of numbers, where `from` is in loops and branches
 * @only: (nullable): run this step alone, with the results of the others
 * @until: (nullable): end after this step
 * @outputs: (nullable): a map of step to output, in the place of those recorded
 * @is_test: as a test
 *
 * How a run is made from another. All members are borrowed.
 */
typedef struct {
  gint64       version;
  EnlaceValue *data;
  const char  *from;
  EnlaceValue *path;
  const char  *only;
  const char  *until;
  EnlaceValue *outputs;
  gboolean     is_test;
} EnlaceReplay;

/* Resolves to the new EnlaceExecution, which has begun. */
DexFuture    *enlace_client_replay          (EnlaceClient       *self,
                                             const char         *execution_id,
                                             const EnlaceReplay *replay);
/* Runs all of a workflow's runs with that status again, or only counts them. Resolves to an EnlaceClientReply `{ count, begun, failed }`. */
DexFuture    *enlace_client_replay_many     (EnlaceClient   *self,
                                             const char     *workflow_id,
                                             const char     *status,
                                             gboolean        count_only);

G_END_DECLS
