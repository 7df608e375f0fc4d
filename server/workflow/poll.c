/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/schedule-private.h"

#include <string.h>

#include "common/value/json.h"
#include "common/value/time.h"
#include "server/store/schedules.h"
#include "server/workflow/poll-request.h"
#include "server/workflow/sealed.h"

#define TABLE "trigger_states"
#define FIELD "cursor"

/* Items of one reply, and IDs that are kept of it. */
#define MAX_ITEMS 10000
#define MAX_KEY 200
/* Seconds. */
#define MIN_PERIOD 10
#define MAX_BACK_OFF (60 * 60)

struct _EnlacePoll {
  EnlaceTemplate *url;
  EnlaceTemplate *query;      /* nullable */
  EnlaceTemplate *headers;    /* nullable */
  EnlaceTemplate *items;
  EnlaceTemplate *key;
  EnlaceTemplate *cursor;     /* nullable */
  gint64          period;     /* seconds */
  gboolean        starts_all;
  gboolean        is_batch;

  /* Of the one who polls, or under the lock while nobody does. */
  EnlaceValue    *state;      /* { cursor, seen }: after a poll that worked; NULL: there was none yet */
  gint64          failures;   /* in a row */
};

static gboolean
compile (EnlaceValue     *parameters,
         const char      *name,
         EnlaceTemplate **template,
         GError         **error)
{
  EnlaceValue *value = enlace_value_get_member (parameters, name);

  if (value == NULL || enlace_value_is_null (value))
    return TRUE;

  *template = enlace_template_compile (value, NULL, error);
  return *template != NULL;
}

static gint64
read_period (EnlaceValue *parameters)
{
  EnlaceValue *every = enlace_value_get_member (parameters, "every");
  gint64 milliseconds = 5 * 60 * 1000;

  if (every != NULL && enlace_value_get_kind (every) == ENLACE_KIND_INT)
    milliseconds = enlace_value_get_int (every);
  else if (every != NULL && enlace_value_get_string (every) != NULL)
    enlace_time_span_parse (enlace_value_get_string (every), &milliseconds);

  return MAX (milliseconds / 1000, MIN_PERIOD);
}

void
enlace_poll_free (EnlacePoll *self)
{
  g_clear_pointer (&self->url, enlace_template_unref);
  g_clear_pointer (&self->query, enlace_template_unref);
  g_clear_pointer (&self->headers, enlace_template_unref);
  g_clear_pointer (&self->items, enlace_template_unref);
  g_clear_pointer (&self->key, enlace_template_unref);
  g_clear_pointer (&self->cursor, enlace_template_unref);
  g_clear_pointer (&self->state, enlace_value_unref);
  g_free (self);
}

EnlacePoll *
enlace_poll_new (EnlacePlan  *plan,
                 GError     **error)
{
  EnlaceValue *parameters = plan->trigger_parameters;
  EnlacePoll *self = g_new0 (EnlacePoll, 1);

  if (!compile (parameters, "url", &self->url, error) || !compile (parameters, "query", &self->query, error)
      || !compile (parameters, "headers", &self->headers, error) || !compile (parameters, "items", &self->items, error)
      || !compile (parameters, "key", &self->key, error) || !compile (parameters, "cursor", &self->cursor, error))
    g_clear_pointer (&self, enlace_poll_free);
  else if (self->url == NULL || self->items == NULL || self->key == NULL)
    {
      g_set_error_literal (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "A poll wants “url”, “items” and “key”");
      g_clear_pointer (&self, enlace_poll_free);
    }
  else
    {
      self->period = read_period (parameters);
      self->starts_all = strcmp (enlace_value_get_member_string (parameters, "start", "now"), "all") == 0;
      self->is_batch = enlace_value_get_member_bool (parameters, "batch", FALSE);
    }

  return self;
}

void
enlace_poll_restore (EnlacePoll   *self,
                     EnlaceEngine *engine,
                     EnlacePlan   *plan,
                     GBytes       *cursor,
                     gint64        failures)
{
  g_autoptr(GError) error = NULL;

  self->failures = failures;
  if (cursor == NULL)
    return;

  self->state = enlace_sealed_value_read (engine->vault, &plan->organisation_id, TABLE, &plan->workflow_id, FIELD, cursor, &error);
  if (self->state == NULL)
    g_warning ("Where a poll stood cannot be read; it begins anew: %s", error->message);
}

void
enlace_poll_inherit (EnlacePoll *self,
                     EnlacePoll *earlier)
{
  g_clear_pointer (&self->state, enlace_value_unref);
  self->state = earlier->state != NULL ? enlace_value_ref (earlier->state) : NULL;
  self->failures = earlier->failures;
}

gint64
enlace_poll_get_period (EnlacePoll *self)
{
  return self->period;
}

/* One poll that is under way. */
typedef struct {
  EnlaceTimed *timed;       /* a reference */
  gint64       now;         /* seconds */
  EnlaceValue *state;       /* what it will have come to, where it worked */
  GBytes      *sealed;      /* the same */
  gint64       failures;
  gint64       due;         /* microseconds */
  GPtrArray   *triggers;    /* EnlaceValue */
  GPtrArray   *event_keys;  /* text, nullable elements */
} Polling;

static void
polling_free (Polling *self)
{
  EnlaceEngine *engine = enlace_timed_get_engine (self->timed);

  g_clear_pointer (&self->state, enlace_value_unref);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->triggers, g_ptr_array_unref);
  g_clear_pointer (&self->event_keys, g_ptr_array_unref);
  enlace_timed_unref (self->timed);
  g_free (self);
  enlace_scheduler_end_commit (engine);
}

static EnlaceValue *
make_names (EnlaceValue *reply,
            EnlaceValue *cursor,
            EnlaceValue *item,
            gsize        index)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  if (cursor != NULL)
    enlace_map_builder_add (builder, "cursor", cursor);
  else
    enlace_map_builder_add_null (builder, "cursor");
  if (reply != NULL)
    enlace_map_builder_add (builder, "reply", reply);
  if (item != NULL)
    {
      enlace_map_builder_add (builder, "item", item);
      enlace_map_builder_add_int (builder, "index", (gint64) index);
    }

  return enlace_map_builder_end (builder);
}

static EnlaceValue *
evaluate (EnlaceTemplate  *template,
          EnlaceValue     *names,
          const char      *what,
          GError         **error)
{
  guint64 cost = ENLACE_EXPRESSION_DEFAULT_COST;
  EnlaceMapScope scope;
  EnlaceValue *value;

  enlace_map_scope_init (&scope, names);
  value = enlace_template_evaluate (template, &scope.scope, &cost, error);
  if (value == NULL)
    g_prefix_error (error, "“%s”: ", what);

  return value;
}

/* The ID of an item as text; one that is long is hashed. */
static char *
dup_key (EnlacePoll   *poll,
         EnlaceValue  *reply,
         EnlaceValue  *cursor,
         EnlaceValue  *item,
         gsize         index,
         GError      **error)
{
  g_autoptr(EnlaceValue) names = make_names (reply, cursor, item, index);
  g_autoptr(EnlaceValue) value = evaluate (poll->key, names, "key", error);
  g_autofree char *text = NULL;

  if (value == NULL)
    return NULL;
  if (enlace_value_is_null (value))
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "“key”: item %" G_GSIZE_FORMAT " has no ID", index);
      return NULL;
    }

  text = enlace_value_get_kind (value) == ENLACE_KIND_STRING ? g_strdup (enlace_value_get_string (value))
                                                             : enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, error);
  if (text != NULL && strlen (text) > MAX_KEY)
    return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_steal_pointer (&text);
}

static void
add_start (Polling     *self,
           EnlaceValue *content,
           gboolean     is_list,
           const char  *key)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add (builder, is_list ? "items" : "item", content);
  g_ptr_array_add (self->triggers, enlace_map_builder_end (builder));
  g_ptr_array_add (self->event_keys, key != NULL ? g_strconcat ("poll:", key, NULL) : NULL);
}

static GHashTable *
make_seen (EnlaceValue *state)
{
  GHashTable *seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  EnlaceValue *list = state != NULL ? enlace_value_get_member (state, "seen") : NULL;

  for (gsize i = 0; list != NULL && i < enlace_value_get_length (list); i++)
    g_hash_table_add (seen, g_strdup (enlace_value_get_string (enlace_value_get_element (list, i))));

  return seen;
}

/* Which items are new, and which IDs this reply had. */
static gboolean
sort_out (Polling      *self,
          EnlaceValue  *reply,
          EnlaceValue  *cursor,
          EnlaceValue  *items,
          EnlaceValue **ids,
          GError      **error)
{
  EnlacePoll *poll = self->timed->poll;
  g_autoptr(GHashTable) seen = make_seen (poll->state);
  g_autoptr(EnlaceListBuilder) present = enlace_list_builder_new (), fresh = enlace_list_builder_new ();
  gboolean is_wanted = poll->state != NULL || poll->starts_all;

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);
      g_autofree char *key = dup_key (poll, reply, cursor, item, i, error);

      if (key == NULL)
        return FALSE;
      enlace_list_builder_take (present, enlace_value_new_string (key));
      if (!is_wanted || g_hash_table_contains (seen, key))
        continue;
      if (poll->is_batch)
        enlace_list_builder_add (fresh, item);
      else
        add_start (self, item, FALSE, key);
      g_hash_table_add (seen, g_steal_pointer (&key));
    }

  if (enlace_list_builder_get_length (fresh) > 0)
    {
      g_autoptr(EnlaceValue) list = enlace_list_builder_end (fresh);

      add_start (self, list, TRUE, NULL);
    }
  *ids = enlace_list_builder_end (present);
  return TRUE;
}

/* An expression that gives null leaves the cursor where it is. */
static EnlaceValue *
move_cursor (EnlacePoll   *poll,
             EnlaceValue  *names,
             EnlaceValue  *cursor,
             GError      **error)
{
  g_autoptr(EnlaceValue) next = poll->cursor != NULL ? evaluate (poll->cursor, names, "cursor", error) : enlace_value_new_null ();

  if (next == NULL)
    return NULL;

  return enlace_value_is_null (next) && cursor != NULL ? enlace_value_ref (cursor) : g_steal_pointer (&next);
}

static gboolean
read_items (Polling      *self,
            EnlaceValue  *reply,
            GError      **error)
{
  EnlacePoll *poll = self->timed->poll;
  EnlacePlan *plan = self->timed->plan;
  EnlaceValue *cursor = poll->state != NULL ? enlace_value_get_member (poll->state, "cursor") : NULL;
  g_autoptr(EnlaceValue) names = make_names (reply, cursor, NULL, 0);
  g_autoptr(EnlaceValue) items = evaluate (poll->items, names, "items", error);
  g_autoptr(EnlaceValue) ids = NULL, next = NULL;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  if (items == NULL)
    return FALSE;
  if (enlace_value_get_kind (items) != ENLACE_KIND_LIST || enlace_value_get_length (items) > MAX_ITEMS)
    {
      g_set_error (error, ENLACE_ENGINE_ERROR, ENLACE_ENGINE_ERROR_INVALID, "“items” gives no list of up to %d items", MAX_ITEMS);
      return FALSE;
    }
  if ((next = move_cursor (poll, names, cursor, error)) == NULL || !sort_out (self, reply, cursor, items, &ids, error))
    return FALSE;

  enlace_map_builder_add (builder, "cursor", next);
  enlace_map_builder_add (builder, "seen", ids);
  self->state = enlace_map_builder_end (builder);
  self->sealed = enlace_sealed_value_write (enlace_timed_get_engine (self->timed)->vault, &plan->organisation_id, TABLE, &plan->workflow_id, FIELD, self->state);
  return TRUE;
}

static gboolean
note_cb (EnlaceWriter  *writer,
         gpointer       data,
         GError       **error)
{
  Polling *self = data;

  return enlace_schedules_note_poll (writer, &self->timed->plan->workflow_id, self->now, self->failures, self->sealed, error);
}

/* What could not be written has not happened: the same is asked for again. */
static void
noted_cb (guint         n_begun,
          const GError *error,
          gpointer      data)
{
  Polling *self = data;
  EnlacePoll *poll = self->timed->poll;

  if (error == NULL)
    {
      poll->failures = self->failures;
      if (self->state != NULL)
        {
          g_clear_pointer (&poll->state, enlace_value_unref);
          poll->state = g_steal_pointer (&self->state);
        }
    }
  else if (!g_error_matches (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT))
    g_warning ("What a poll found could not be written and is asked for again: %s", error->message);

  enlace_timed_finish (self->timed, error == NULL ? self->now : 0, self->due);
  polling_free (self);
}

/* Full jitter: between one period and, at the end, an hour. */
static gint64
choose_wait (EnlacePoll *poll,
             gint64      failures)
{
  gint64 bound = poll->period;

  for (gint64 i = 1; i < failures && bound < MAX_BACK_OFF; i++)
    bound *= 2;
  bound = MAX (MIN (bound, MAX_BACK_OFF), poll->period);

  return poll->period + (gint64) (g_random_double () * (double) (bound - poll->period));
}

static void
note_failure (Polling      *self,
              const GError *error)
{
  EnlaceEngine *engine = enlace_timed_get_engine (self->timed);

  g_ptr_array_set_size (self->triggers, 0);
  g_ptr_array_set_size (self->event_keys, 0);
  g_clear_pointer (&self->state, enlace_value_unref);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  self->failures = self->timed->poll->failures + 1;
  if (self->failures == 1)
    enlace_trigger_record_failure (engine, self->timed->plan, NULL, error->message);
}

static EnlaceOutboundReply *
ask (Polling  *self,
     GError  **error)
{
  EnlacePoll *poll = self->timed->poll;
  EnlaceEngine *engine = enlace_timed_get_engine (self->timed);
  g_autoptr(EnlaceValue) names = make_names (NULL, poll->state != NULL ? enlace_value_get_member (poll->state, "cursor") : NULL, NULL, 0);
  g_autoptr(EnlaceOutboundRequest) request = NULL;
  EnlaceMapScope scope;

  enlace_map_scope_init (&scope, names);
  request = enlace_poll_request_new (poll->url, poll->query, poll->headers, &scope.scope, error);
  if (request == NULL)
    return NULL;

  return dex_await_boxed (dex_future_first (enlace_outbound_send (engine->outbound, request), enlace_timed_dup_end (self->timed), NULL), error);
}

static DexFuture *
poll_fiber (gpointer data)
{
  Polling *self = data;
  EnlacePoll *poll = self->timed->poll;
  EnlaceEngine *engine = enlace_timed_get_engine (self->timed);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceOutboundReply) answer = ask (self, &error);
  g_autoptr(EnlaceValue) reply = answer != NULL ? enlace_poll_reply_read (answer, &error) : NULL;
  g_autofree EnlaceStart *starts = NULL;

  if (g_atomic_int_get (&engine->is_stopping) || enlace_timed_is_ended (self->timed))
    {
      polling_free (self);
      return dex_future_new_true ();
    }

  if (reply == NULL || !read_items (self, reply, &error))
    note_failure (self, error);
  self->due = (self->now + choose_wait (poll, self->failures)) * G_USEC_PER_SEC;

  starts = g_new0 (EnlaceStart, self->triggers->len + 1);
  for (guint i = 0; i < self->triggers->len; i++)
    {
      starts[i].plan = self->timed->plan;
      starts[i].trigger = self->triggers->pdata[i];
      starts[i].event_key = self->event_keys->pdata[i];
    }
  enlace_engine_accept (engine, starts, self->triggers->len, note_cb, noted_cb, self);

  return dex_future_new_true ();
}

void
enlace_poll_fire (EnlaceTimed *timed,
                  gint64       now)
{
  Polling *self = g_new0 (Polling, 1);

  self->timed = enlace_timed_ref (timed);
  self->now = now;
  self->triggers = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref);
  self->event_keys = g_ptr_array_new_with_free_func (g_free);
  /* The engine waits for it when it stops. */
  enlace_scheduler_begin_commit (enlace_timed_get_engine (timed));
  dex_unref (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), ENLACE_ENGINE_STACK_SIZE, poll_fiber, self, NULL));
}
