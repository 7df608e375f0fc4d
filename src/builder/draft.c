/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/draft.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "src/builder/draft-file.h"
#include "src/client/fiber.h"

#define FIRST_RETRY_MS 2000
#define LONGEST_RETRY_MS 30000

struct _EnlaceDraft
{
  GObject           parent_instance;

  EnlaceClient     *client;
  EnlaceGraph      *graph;
  EnlaceWorkflow   *workflow;       /* NULL until it was loaded */
  char             *workflow_id;
  char             *folder;         /* nullable */
  GError           *error;          /* of the last save; nullable */
  DexPromise       *flushed;        /* who waits for the server to have it all; nullable */
  guint64           saved_revision; /* of the graph, that the server has */
  gint64            base_version;
  gint64            first_change;   /* monotonic, of what is not saved */
  guint             timer;          /* source: the next save */
  guint             copying;        /* source */
  guint             retry_ms;
  EnlaceDraftState  state;
  guint             has_changes : 1;
  guint             is_loading : 1;
  guint             is_versioning : 1;
  guint             is_conflict : 1;
};

enum {
  PROP_0,
  PROP_STATE,
  PROP_CONFLICT,
  PROP_WORKFLOW,
  PROP_HAS_CHANGES,
  N_PROPS
};

G_DEFINE_ENUM_TYPE (EnlaceDraftState, enlace_draft_state,
                    G_DEFINE_ENUM_VALUE (ENLACE_DRAFT_CLEAN, "clean"),
                    G_DEFINE_ENUM_VALUE (ENLACE_DRAFT_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (ENLACE_DRAFT_SAVING, "saving"),
                    G_DEFINE_ENUM_VALUE (ENLACE_DRAFT_SAVED, "saved"),
                    G_DEFINE_ENUM_VALUE (ENLACE_DRAFT_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (ENLACE_DRAFT_REFUSED, "refused"))

G_DEFINE_FINAL_TYPE (EnlaceDraft, enlace_draft, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static void start_save (EnlaceDraft *self);

static void
set_state (EnlaceDraft      *self,
           EnlaceDraftState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_has_changes (EnlaceDraft *self,
                 gboolean     has_changes)
{
  if (self->has_changes == (guint) has_changes)
    return;

  self->has_changes = has_changes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_CHANGES]);
}

/* Whether somebody made a version after the one that the changes began with. */
static void
update_conflict (EnlaceDraft *self)
{
  gboolean is_conflict = self->workflow != NULL && self->has_changes && !self->is_loading && !self->is_versioning &&
                         enlace_workflow_get_version (self->workflow) > self->base_version;

  if (self->is_conflict == (guint) is_conflict)
    return;

  self->is_conflict = is_conflict;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONFLICT]);
}

static void
settle (EnlaceDraft  *self,
        const GError *error)
{
  DexPromise *flushed = g_steal_pointer (&self->flushed);

  if (flushed == NULL)
    return;

  if (error != NULL)
    dex_promise_reject (flushed, g_error_copy (error));
  else
    dex_promise_resolve_boolean (flushed, TRUE);
  dex_unref (flushed);
}

static gboolean
timer_cb (gpointer user_data)
{
  EnlaceDraft *self = user_data;

  self->timer = 0;
  start_save (self);

  return G_SOURCE_REMOVE;
}

static void
schedule (EnlaceDraft *self,
          guint        delay_ms)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (delay_ms, timer_cb, self);
}

static void
write_copy (EnlaceDraft *self)
{
  g_autoptr(EnlaceValue) document = enlace_graph_to_value (self->graph);
  g_autoptr(GError) error = NULL;

  if (!enlace_draft_file_write (self->folder, self->workflow_id, document, self->base_version, &error))
    g_warning ("A draft cannot be kept on this computer: %s", error->message);
}

static gboolean
copy_cb (gpointer user_data)
{
  EnlaceDraft *self = user_data;

  self->copying = 0;
  write_copy (self);

  return G_SOURCE_REMOVE;
}

static void
saved (EnlaceDraft *self,
       guint64      revision)
{
  g_clear_error (&self->error);
  self->saved_revision = revision;
  self->retry_ms = FIRST_RETRY_MS;
  if (enlace_graph_get_revision (self->graph) != revision)
    {
      set_state (self, ENLACE_DRAFT_CHANGED);
      schedule (self, self->flushed != NULL ? 0 : ENLACE_DRAFT_DELAY_MS);
      return;
    }

  g_clear_handle_id (&self->copying, g_source_remove);
  if (self->folder != NULL)
    enlace_draft_file_remove (self->folder, self->workflow_id);
  set_state (self, ENLACE_DRAFT_SAVED);
  settle (self, NULL);
}

static void
failed (EnlaceDraft  *self,
        const GError *error)
{
  gboolean is_final = error->domain == ENLACE_CLIENT_ERROR &&
                      (error->code == ENLACE_CLIENT_ERROR_INVALID || error->code == ENLACE_CLIENT_ERROR_REFUSED ||
                       error->code == ENLACE_CLIENT_ERROR_NOT_FOUND);

  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  if (!is_final)
    {
      schedule (self, self->retry_ms);
      self->retry_ms = MIN (self->retry_ms * 2, LONGEST_RETRY_MS);
    }
  /* The words of the state are about the new error. */
  self->state = is_final ? ENLACE_DRAFT_REFUSED : ENLACE_DRAFT_OFFLINE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  settle (self, error);
}

typedef struct {
  EnlaceDraft *draft;
  guint64      revision;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_object_unref (save->draft);
  g_free (save);
}

static DexFuture *
save_done_cb (DexFuture *future,
              gpointer   user_data)
{
  Save *save = user_data;
  g_autoptr(GError) error = NULL;

  if (dex_future_get_value (future, &error) != NULL)
    saved (save->draft, save->revision);
  else
    failed (save->draft, error);

  return dex_future_new_for_boolean (TRUE);
}

/* The save goes on when whoever holds the draft lets go of it: a window that is closed loses nothing. */
static void
start_save (EnlaceDraft *self)
{
  g_autoptr(EnlaceValue) document = NULL;
  DexFuture *future;
  Save *save;

  g_clear_handle_id (&self->timer, g_source_remove);
  /* While a version is made of the document, or it is dropped, nothing may cross that: what is left is saved after it. */
  if (self->state == ENLACE_DRAFT_SAVING || self->is_versioning || !self->has_changes)
    return;

  document = enlace_graph_to_value (self->graph);
  save = g_new0 (Save, 1);
  save->draft = g_object_ref (self);
  save->revision = enlace_graph_get_revision (self->graph);
  self->first_change = 0;
  set_state (self, ENLACE_DRAFT_SAVING);
  future = enlace_client_put_draft (self->client, self->workflow_id, document, self->base_version);
  dex_future_disown (dex_future_finally (future, save_done_cb, save, save_free));
}

static void
changed_cb (EnlaceDraft *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 waited_ms;

  if (self->is_loading || self->workflow == NULL)
    return;

  if (self->first_change == 0)
    self->first_change = now;
  waited_ms = (now - self->first_change) / 1000;
  if (self->folder != NULL && self->copying == 0)
    self->copying = g_idle_add_full (G_PRIORITY_HIGH_IDLE, copy_cb, self, NULL);

  set_has_changes (self, TRUE);
  update_conflict (self);
  if (self->state == ENLACE_DRAFT_SAVING)
    return;

  set_state (self, ENLACE_DRAFT_CHANGED);
  if (waited_ms < ENLACE_DRAFT_LONGEST_DELAY_MS || self->timer == 0)
    schedule (self, ENLACE_DRAFT_DELAY_MS);
}

static void
online_cb (EnlaceDraft *self)
{
  if (enlace_client_get_online (self->client) && self->state == ENLACE_DRAFT_OFFLINE)
    start_save (self);
}

static gboolean
load_document (EnlaceDraft  *self,
               EnlaceValue  *document,
               GError      **error)
{
  gboolean is_loaded;
  gboolean was_loading = self->is_loading;

  self->is_loading = TRUE;
  is_loaded = enlace_graph_load (self->graph, document, error);
  self->is_loading = was_loading;
  self->saved_revision = enlace_graph_get_revision (self->graph);

  return is_loaded;
}

static DexFuture *
follow_version_fiber (gpointer user_data)
{
  EnlaceDraft *self = user_data;
  g_autoptr(EnlaceWorkflow) workflow = dex_await_object (enlace_client_load_workflow (self->client, self->workflow_id), NULL);

  /* Nothing of mine is in the way, so what was made elsewhere is shown. */
  if (workflow != NULL && !self->has_changes && enlace_workflow_get_version (workflow) > self->base_version &&
      load_document (self, enlace_workflow_get_document (workflow), NULL))
    self->base_version = enlace_workflow_get_version (workflow);

  return dex_future_new_for_boolean (TRUE);
}

static void
version_cb (EnlaceDraft *self)
{
  if (self->is_loading || self->is_versioning || enlace_workflow_get_version (self->workflow) <= self->base_version)
    return;

  update_conflict (self);
  if (!self->has_changes)
    dex_future_disown (enlace_fiber_spawn (follow_version_fiber, g_object_ref (self), g_object_unref));
}

static void
enlace_draft_dispose (GObject *object)
{
  EnlaceDraft *self = ENLACE_DRAFT (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->copying != 0)
    {
      g_clear_handle_id (&self->copying, g_source_remove);
      write_copy (self);
    }
  dex_clear (&self->flushed);
  g_clear_object (&self->workflow);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (enlace_draft_parent_class)->dispose (object);
}

static void
enlace_draft_finalize (GObject *object)
{
  EnlaceDraft *self = ENLACE_DRAFT (object);

  g_clear_object (&self->graph);
  g_free (self->workflow_id);
  g_free (self->folder);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (enlace_draft_parent_class)->finalize (object);
}

static void
enlace_draft_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  EnlaceDraft *self = ENLACE_DRAFT (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_CONFLICT:
      g_value_set_boolean (value, self->is_conflict);
      break;

    case PROP_WORKFLOW:
      g_value_set_object (value, self->workflow);
      break;

    case PROP_HAS_CHANGES:
      g_value_set_boolean (value, self->has_changes);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_draft_class_init (EnlaceDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enlace_draft_dispose;
  object_class->finalize = enlace_draft_finalize;
  object_class->get_property = enlace_draft_get_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, ENLACE_TYPE_DRAFT_STATE, ENLACE_DRAFT_CLEAN,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONFLICT] =
    g_param_spec_boolean ("conflict", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_WORKFLOW] =
    g_param_spec_object ("workflow", NULL, NULL, ENLACE_TYPE_WORKFLOW, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_CHANGES] =
    g_param_spec_boolean ("has-changes", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enlace_draft_init (EnlaceDraft *self)
{
  self->retry_ms = FIRST_RETRY_MS;
}

EnlaceDraft *
enlace_draft_new (EnlaceClient *client,
                  const char   *workflow_id,
                  EnlaceGraph  *graph,
                  const char   *folder)
{
  EnlaceDraft *self;

  g_return_val_if_fail (ENLACE_IS_CLIENT (client), NULL);
  g_return_val_if_fail (workflow_id != NULL, NULL);
  g_return_val_if_fail (ENLACE_IS_GRAPH (graph), NULL);

  self = g_object_new (ENLACE_TYPE_DRAFT, NULL);
  self->client = g_object_ref (client);
  self->graph = g_object_ref (graph);
  self->workflow_id = g_strdup (workflow_id);
  self->folder = g_strdup (folder);
  g_signal_connect_object (graph, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::online", G_CALLBACK (online_cb), self, G_CONNECT_SWAPPED);

  return self;
}

static void
set_workflow (EnlaceDraft    *self,
              EnlaceWorkflow *workflow)
{
  if (!g_set_object (&self->workflow, workflow))
    return;

  g_signal_connect_object (workflow, "notify::version", G_CALLBACK (version_cb), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKFLOW]);
}

/* What was changed after the newest version: the copy on this computer, which the server never got, before the server's draft.
 * NULL without an error: nothing. */
static EnlaceValue *
await_changes (EnlaceDraft  *self,
               gint64       *base_version,
               gboolean     *is_copy,
               GError      **error)
{
  g_autoptr(EnlaceClientReply) reply = NULL;
  g_autoptr(GError) reason = NULL;
  EnlaceValue *value;
  EnlaceValue *document;

  *is_copy = FALSE;
  if (self->folder != NULL && (value = enlace_draft_file_read (self->folder, self->workflow_id, base_version, &reason)) != NULL)
    {
      *is_copy = TRUE;
      return value;
    }
  if (reason != NULL)
    g_warning ("A draft that was kept on this computer cannot be read: %s", reason->message);
  g_clear_error (&reason);

  reply = dex_await_boxed (enlace_client_get_draft (self->client, self->workflow_id), &reason);
  if (reply == NULL)
    {
      if (!g_error_matches (reason, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  if ((value = enlace_client_reply_get_value (reply, error)) == NULL || (document = enlace_value_get_member (value, "steps")) == NULL)
    return NULL;

  *base_version = enlace_value_get_member_int (value, "base_version", 1);

  return enlace_value_ref (document);
}

static DexFuture *
load_fiber (gpointer user_data)
{
  EnlaceDraft *self = user_data;
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(EnlaceValue) changes = NULL;
  g_autoptr(GError) error = NULL;
  gint64 base_version = 0;
  gboolean is_copy;

  workflow = dex_await_object (enlace_client_load_workflow (self->client, self->workflow_id), &error);
  if (workflow == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  changes = await_changes (self, &base_version, &is_copy, &error);
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  if (!load_document (self, changes != NULL ? changes : enlace_workflow_get_document (workflow), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  self->base_version = changes != NULL ? base_version : enlace_workflow_get_version (workflow);
  set_workflow (self, workflow);
  set_has_changes (self, changes != NULL);
  set_state (self, changes == NULL ? ENLACE_DRAFT_CLEAN : is_copy ? ENLACE_DRAFT_CHANGED : ENLACE_DRAFT_SAVED);
  update_conflict (self);
  if (is_copy)
    schedule (self, 0);

  return dex_future_new_for_boolean (TRUE);
}

DexFuture *
enlace_draft_load (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), NULL);

  return enlace_fiber_spawn (load_fiber, g_object_ref (self), g_object_unref);
}

DexFuture *
enlace_draft_flush (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), NULL);

  if (self->state == ENLACE_DRAFT_SAVED || (self->state == ENLACE_DRAFT_CLEAN && !self->has_changes))
    return dex_future_new_for_boolean (TRUE);

  if (self->flushed == NULL)
    self->flushed = dex_promise_new ();
  start_save (self);

  return DEX_FUTURE (dex_ref (self->flushed));
}

/* The document is the newest version now. */
static void
became_version (EnlaceDraft *self)
{
  self->base_version = enlace_workflow_get_version (self->workflow);
  self->saved_revision = enlace_graph_get_revision (self->graph);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->copying, g_source_remove);
  if (self->folder != NULL)
    enlace_draft_file_remove (self->folder, self->workflow_id);
  set_has_changes (self, FALSE);
  set_state (self, ENLACE_DRAFT_CLEAN);
  settle (self, NULL);
}

/* Lets a save that is on its way arrive first, so that it cannot come after what follows. How it ends is said by the state. */
static void
await_quiet (EnlaceDraft *self)
{
  while (self->state == ENLACE_DRAFT_SAVING)
    dex_await (enlace_draft_flush (self), NULL);
  self->is_versioning = TRUE;
}

static void
end_quiet (EnlaceDraft *self)
{
  self->is_versioning = FALSE;
  update_conflict (self);
  if (self->has_changes && (self->state == ENLACE_DRAFT_CHANGED || self->state == ENLACE_DRAFT_OFFLINE || self->flushed != NULL))
    schedule (self, 0);
}

/* The etag of the workflow as it is now, unless somebody made a version meanwhile: a change of its name alone is in nobody's way. */
static gboolean
await_fresh (EnlaceDraft  *self,
             GError      **error)
{
  g_autoptr(EnlaceWorkflow) workflow = dex_await_object (enlace_client_load_workflow (self->client, self->workflow_id), error);

  if (workflow == NULL)
    return FALSE;
  if (enlace_workflow_get_version (workflow) <= self->base_version)
    return TRUE;

  g_set_error (error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_CHANGED,
               _("Somebody made version %" PRId64 " meanwhile. Decide first which changes to keep."),
               enlace_workflow_get_version (workflow));

  return FALSE;
}

static DexFuture *
save_version_fiber (gpointer user_data)
{
  EnlaceDraft *self = user_data;
  g_autoptr(EnlaceValue) document = NULL;
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(GError) error = NULL;
  guint64 revision = 0;

  await_quiet (self);
  if (await_fresh (self, &error))
    {
      document = enlace_graph_to_value (self->graph);
      revision = enlace_graph_get_revision (self->graph);
      workflow = dex_await_object (enlace_client_save_workflow (self->client, self->workflow, document), &error);
    }
  if (workflow != NULL && enlace_graph_get_revision (self->graph) == revision)
    {
      became_version (self);
      dex_await (enlace_client_delete_draft (self->client, self->workflow_id), NULL);
    }
  else if (workflow != NULL)
    {
      /* Something was changed meanwhile: that is a draft on top of the new version. */
      self->base_version = enlace_workflow_get_version (workflow);
    }
  end_quiet (self);

  if (workflow == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_take_object (g_steal_pointer (&workflow));
}

DexFuture *
enlace_draft_save_version (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), NULL);
  g_return_val_if_fail (self->workflow != NULL, NULL);

  if (!self->has_changes)
    return dex_future_new_take_object (g_object_ref (self->workflow));

  return enlace_fiber_spawn (save_version_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
discard_fiber (gpointer user_data)
{
  EnlaceDraft *self = user_data;
  g_autoptr(EnlaceWorkflow) workflow = NULL;
  g_autoptr(GError) error = NULL;

  g_clear_handle_id (&self->timer, g_source_remove);
  await_quiet (self);
  if (dex_await (enlace_client_delete_draft (self->client, self->workflow_id), &error))
    workflow = dex_await_object (enlace_client_load_workflow (self->client, self->workflow_id), &error);
  if (workflow != NULL && load_document (self, enlace_workflow_get_document (workflow), &error))
    became_version (self);
  end_quiet (self);

  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_for_boolean (TRUE);
}

DexFuture *
enlace_draft_discard (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), NULL);
  g_return_val_if_fail (self->workflow != NULL, NULL);

  return enlace_fiber_spawn (discard_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
keep_fiber (gpointer user_data)
{
  EnlaceDraft *self = user_data;
  g_autoptr(EnlaceWorkflow) workflow = dex_await_object (enlace_client_load_workflow (self->client, self->workflow_id), NULL);

  /* The next version is made from the one that is now the newest, whose etag this brought. */
  if (workflow != NULL)
    self->base_version = enlace_workflow_get_version (workflow);
  update_conflict (self);
  start_save (self);

  return dex_future_new_for_boolean (TRUE);
}

void
enlace_draft_keep (EnlaceDraft *self)
{
  g_return_if_fail (ENLACE_IS_DRAFT (self));
  g_return_if_fail (self->workflow != NULL);

  dex_future_disown (enlace_fiber_spawn (keep_fiber, g_object_ref (self), g_object_unref));
}

EnlaceDraftState
enlace_draft_get_state (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), ENLACE_DRAFT_CLEAN);

  return self->state;
}

const GError *
enlace_draft_get_error (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), NULL);

  return self->error;
}

gboolean
enlace_draft_get_conflict (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), FALSE);

  return self->is_conflict;
}

gboolean
enlace_draft_get_has_changes (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), FALSE);

  return self->has_changes;
}

gint64
enlace_draft_get_base_version (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), 0);

  return self->base_version;
}

EnlaceWorkflow *
enlace_draft_get_workflow (EnlaceDraft *self)
{
  g_return_val_if_fail (ENLACE_IS_DRAFT (self), NULL);

  return self->workflow;
}
