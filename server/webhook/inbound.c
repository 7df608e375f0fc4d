/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/inbound.h"

#include <string.h>

#include "common/value/json.h"
#include "server/webhook/challenge.h"
#include "server/webhook/multipart.h"
#include "server/workflow/message.h"

#define RESPONSE_WAIT_MS (30 * 1000)
#define MAX_EVENT_KEY 512
/* Settings of versions that are kept. */
#define MAX_SETTINGS 1024
/* For the event's id and the body of a reply at once: they are computed on the door's thread. */
#define EXPRESSION_COST 20000

G_DEFINE_QUARK (enlace-inbound-error-quark, enlace_inbound_error)

struct _EnlaceInbound {
  EnlaceEngine      *engine;      /* borrowed */
  EnlaceHookSecrets *secrets;
  EnlaceListeners   *listeners;
  GRWLock            lock;        /* of the table */
  GHashTable        *settings;    /* EnlacePlan (a reference) → EnlaceHookSettings */
  guint64            n_unsigned;  /* atomic, all three */
  guint64            n_stale;
  guint64            n_foreign;
};

/* Headers by which a sender tells a repeated event (Standard Webhooks; IETF draft-ietf-httpapi-idempotency-key-header). */
static const char *const event_id_headers[] = { "webhook-id", "idempotency-key" };

/* A request on its way. */
typedef struct {
  EnlaceInbound              *inbound;
  const EnlaceInboundRequest *request;
  EnlaceOutcomeFunc           func;
  gpointer                    data;
  EnlacePlan                 *plan;       /* owned; NULL for a listener that only takes the event */
  EnlaceListener             *listener;   /* owned, nullable */
  EnlaceHookSettings         *settings;   /* owned */
  EnlaceUuid                  organisation_id;
  EnlaceUuid                  workflow_id;
  EnlaceValue                *params;     /* owned, nullable */
  EnlaceValue                *trigger;    /* owned */
  char                       *event_key;
  EnlaceSignedRequest         signature;
  GPtrArray                  *keys;       /* owned: the texts of the signature's secret; NULL where there is no signature */
} Arrival;

static void
arrival_clear (Arrival *self)
{
  g_clear_pointer (&self->plan, enlace_plan_unref);
  g_clear_pointer (&self->listener, enlace_listener_free);
  g_clear_pointer (&self->settings, enlace_hook_settings_unref);
  g_clear_pointer (&self->params, enlace_value_unref);
  g_clear_pointer (&self->trigger, enlace_value_unref);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_free (self->event_key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arrival, arrival_clear)

/* Life */

EnlaceInbound *
enlace_inbound_new (EnlaceEngine *engine,
                    EnlaceStore  *store,
                    EnlaceVault  *vault)
{
  EnlaceInbound *self = g_new0 (EnlaceInbound, 1);

  self->engine = engine;
  self->secrets = enlace_hook_secrets_new (store, vault);
  self->listeners = enlace_listeners_new ();
  g_rw_lock_init (&self->lock);
  self->settings = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) enlace_plan_unref, (GDestroyNotify) enlace_hook_settings_unref);

  return self;
}

void
enlace_inbound_free (EnlaceInbound *self)
{
  g_hash_table_unref (self->settings);
  g_rw_lock_clear (&self->lock);
  enlace_listeners_free (self->listeners);
  enlace_hook_secrets_free (self->secrets);
  g_free (self);
}

EnlaceHookSecrets *
enlace_inbound_get_secrets (EnlaceInbound *self)
{
  return self->secrets;
}

EnlaceListeners *
enlace_inbound_get_listeners (EnlaceInbound *self)
{
  return self->listeners;
}

void
enlace_inbound_get_figures (EnlaceInbound        *self,
                            EnlaceInboundFigures *figures)
{
  *figures = (EnlaceInboundFigures) {
    .unsigned_events = __atomic_load_n (&self->n_unsigned, __ATOMIC_RELAXED),
    .stale_events = __atomic_load_n (&self->n_stale, __ATOMIC_RELAXED),
    .foreign_addresses = __atomic_load_n (&self->n_foreign, __ATOMIC_RELAXED),
  };
}

/* Whose address it is */

/* The live plan behind the token, if it is begun by a request. */
static EnlacePlan *
find_plan (EnlaceInbound *self,
           const char    *token)
{
  g_autoptr(EnlacePlan) plan = *token != '\0' ? enlace_engine_find_token (self->engine, token) : NULL;

  return plan != NULL && strcmp (enlace_plan_get_trigger_type (plan), "webhook") == 0 ? g_steal_pointer (&plan) : NULL;
}

static EnlaceHookSettings *
lookup_settings (EnlaceInbound *self,
                 EnlacePlan    *plan)
{
  EnlaceHookSettings *settings;

  g_rw_lock_reader_lock (&self->lock);
  settings = g_hash_table_lookup (self->settings, plan);
  if (settings != NULL)
    enlace_hook_settings_ref (settings);
  g_rw_lock_reader_unlock (&self->lock);

  return settings;
}

static EnlaceHookSettings *
load_settings (EnlaceInbound  *self,
               EnlacePlan     *plan,
               GError        **error)
{
  EnlaceHookSettings *settings = lookup_settings (self, plan);

  if (settings != NULL || (settings = enlace_hook_settings_new (enlace_plan_get_trigger_parameters (plan), NULL, error)) == NULL)
    return settings;

  g_rw_lock_writer_lock (&self->lock);
  if (g_hash_table_size (self->settings) >= MAX_SETTINGS)
    g_hash_table_remove_all (self->settings);
  g_hash_table_replace (self->settings, enlace_plan_ref (plan), enlace_hook_settings_ref (settings));
  g_rw_lock_writer_unlock (&self->lock);

  return settings;
}

static gboolean
is_listener (const char *token)
{
  return g_str_has_prefix (token, ENLACE_LISTENER_PREFIX);
}

gboolean
enlace_inbound_has_token (EnlaceInbound *self,
                          const char    *token)
{
  g_autoptr(EnlaceListener) listener = is_listener (token) ? enlace_listeners_find (self->listeners, token) : NULL;
  g_autoptr(EnlacePlan) plan = listener == NULL ? enlace_engine_find_token (self->engine, token) : NULL;

  return listener != NULL || plan != NULL;
}

static gboolean
find_owner (Arrival  *self,
            GError  **error)
{
  const char *token = self->request->token;

  if (is_listener (token) && (self->listener = enlace_listeners_find (self->inbound->listeners, token)) != NULL)
    {
      self->organisation_id = self->listener->organisation_id;
      self->workflow_id = self->listener->workflow_id;
      self->settings = enlace_hook_settings_ref (self->listener->settings);
      self->plan = self->listener->plan != NULL ? enlace_plan_ref (self->listener->plan) : NULL;
      return TRUE;
    }
  if ((self->plan = find_plan (self->inbound, token)) == NULL)
    {
      g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND, "There is no such address");
      return FALSE;
    }

  self->organisation_id = *enlace_plan_get_organisation_id (self->plan);
  self->workflow_id = *enlace_plan_get_workflow_id (self->plan);

  return (self->settings = load_settings (self->inbound, self->plan, error)) != NULL;
}

char **
enlace_inbound_get_methods (EnlaceInbound *self,
                            const char    *token)
{
  const EnlaceInboundRequest request = { .token = token };
  g_auto(Arrival) arrival = { .inbound = self, .request = &request };
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  EnlaceValue *methods;

  if (!find_owner (&arrival, NULL))
    return NULL;

  methods = enlace_value_get_member (arrival.settings->parameters, "methods");
  if (methods == NULL)
    g_strv_builder_add (builder, "POST");
  for (gsize i = 0; methods != NULL && i < enlace_value_get_length (methods); i++)
    {
      const char *method = enlace_value_get_string (enlace_value_get_element (methods, i));

      if (method != NULL)
        g_strv_builder_add (builder, method);
    }

  return g_strv_builder_end (builder);
}

/* What is taken */

static gboolean
check_place (Arrival  *self,
             GError  **error)
{
  if (!enlace_hook_settings_takes_address (self->settings, self->request->address))
    {
      __atomic_add_fetch (&self->inbound->n_foreign, 1, __ATOMIC_RELAXED);
      g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_ADDRESS, "The workflow takes no events from this address.");
      return FALSE;
    }
  if (self->settings->path != NULL && (self->params = enlace_hook_settings_match_path (self->settings, self->request->path)) == NULL)
    {
      g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND, "The trigger has another path");
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_method (Arrival  *self,
              GError  **error)
{
  if (enlace_hook_settings_takes_method (self->settings, self->request->method))
    return TRUE;

  g_set_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_METHOD, "This address does not take %s", self->request->method);

  return FALSE;
}

static gboolean
check_signature (Arrival  *self,
                 GError  **error)
{
  /* One sentence for all that is wrong: it says nothing about the secret. A clock that is wrong is worth telling. */
  static const char *const details[] = {
    [ENLACE_SIGNATURE_MISSING] = "The request is not signed.",
    [ENLACE_SIGNATURE_WRONG] = "The signature is not right.",
    [ENLACE_SIGNATURE_STALE] = "The signature is too old, or the clock of the sender is wrong.",
    [ENLACE_SIGNATURE_NO_SECRET] = "The workflow has no secret yet to check signatures with.",
  };
  EnlaceSignatureVerdict verdict;

  if (self->settings->signature == NULL)
    return TRUE;

  verdict = enlace_signature_verify (self->settings->signature, &self->signature, self->keys, g_get_real_time ());
  if (verdict == ENLACE_SIGNATURE_VALID)
    return TRUE;

  __atomic_add_fetch (verdict == ENLACE_SIGNATURE_STALE ? &self->inbound->n_stale : &self->inbound->n_unsigned, 1, __ATOMIC_RELAXED);
  g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_SIGNATURE, details[verdict]);

  return FALSE;
}

static void
add_body_raw (EnlaceMapBuilder *builder,
              GBytes           *body)
{
  gsize length = 0;
  gconstpointer data = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  enlace_map_builder_take (builder, "body_raw", enlace_value_new_bytes (data != NULL ? data : "", length));
}

static EnlaceValue *
read_body (const EnlaceInboundRequest  *request,
           GError                     **error)
{
  const char *type = enlace_value_get_member_string (request->headers, "content-type", NULL);
  g_autoptr(GError) reason = NULL;
  EnlaceValue *body;

  if (enlace_multipart_is_form (type))
    return enlace_multipart_read (type, request->body, error);

  if ((body = enlace_message_read_body (type, request->body, &reason)) == NULL)
    g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_BODY, reason->message);

  return body;
}

static gboolean
make_trigger (Arrival  *self,
              GError  **error)
{
  const EnlaceInboundRequest *request = self->request;
  g_autoptr(EnlaceMapBuilder) builder = NULL;
  EnlaceValue *body = read_body (request, error);

  if (body == NULL)
    return FALSE;

  builder = enlace_map_builder_new ();
  enlace_map_builder_add_string (builder, "method", request->method);
  enlace_map_builder_add_string (builder, "path", request->path);
  if (self->params != NULL)
    enlace_map_builder_add (builder, "params", self->params);
  enlace_map_builder_add (builder, "query", request->query);
  enlace_map_builder_add (builder, "query_all", request->query_all);
  enlace_map_builder_add (builder, "headers", request->headers);
  enlace_map_builder_take (builder, "body", body);
  add_body_raw (builder, request->body);
  self->trigger = enlace_map_builder_end (builder);

  return TRUE;
}

/* The id of the event */

static EnlaceValue *
evaluate (Arrival         *self,
          EnlaceTemplate  *template,
          GError         **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) members = NULL;
  guint64 cost = EXPRESSION_COST;
  EnlaceMapScope scope;

  enlace_map_builder_add (builder, "trigger", self->trigger);
  members = enlace_map_builder_end (builder);
  enlace_map_scope_init (&scope, members);

  return enlace_template_evaluate (template, &scope.scope, &cost, error);
}

static gboolean
compute_event_key (Arrival  *self,
                   GError  **error)
{
  g_autoptr(GError) reason = NULL;
  g_autoptr(EnlaceValue) value = evaluate (self, self->settings->event_id, &reason);
  EnlaceKind kind = value != NULL ? enlace_value_get_kind (value) : ENLACE_KIND_LIST;

  if (kind == ENLACE_KIND_NULL)
    return TRUE;
  if (kind == ENLACE_KIND_STRING)
    self->event_key = g_strdup (enlace_value_get_string (value));
  else if (kind == ENLACE_KIND_INT || kind == ENLACE_KIND_UINT || kind == ENLACE_KIND_DOUBLE)
    self->event_key = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
  if (self->event_key != NULL)
    return TRUE;

  g_set_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_EVENT_ID, "The event has no id: %s",
               reason != NULL ? reason->message : "it is neither a text nor a number");

  return FALSE;
}

/* The id that the sender gave the event: what the trigger says, else what its scheme says, else a header that is usual. */
static gboolean
find_event_key (Arrival  *self,
                GError  **error)
{
  EnlaceValue *headers = self->request->headers;
  const char *named = enlace_value_get_member_string (self->settings->parameters, "event_id_header", "");
  g_autofree char *name = g_ascii_strdown (named, -1);

  if (self->settings->event_id != NULL)
    return compute_event_key (self, error);

  if (*name != '\0')
    self->event_key = g_strdup (enlace_value_get_member_string (headers, name, NULL));
  if (self->event_key == NULL && self->settings->signature != NULL)
    self->event_key = enlace_signature_dup_event_id (self->settings->signature, &self->signature);
  for (gsize i = 0; self->event_key == NULL && i < G_N_ELEMENTS (event_id_headers); i++)
    self->event_key = g_strdup (enlace_value_get_member_string (headers, event_id_headers[i], NULL));

  return TRUE;
}

static void
shorten_event_key (Arrival *self)
{
  g_autofree char *key = g_steal_pointer (&self->event_key);

  if (key != NULL && strlen (key) > MAX_EVENT_KEY)
    self->event_key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  else if (key != NULL && *key != '\0')
    self->event_key = g_steal_pointer (&key);
}

/* Answers */

static void
answer (Arrival    *self,
        guint       status,
        const char *content_type,
        const char *text)
{
  g_autoptr(GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  const EnlaceOutcome outcome = { .kind = ENLACE_OUTCOME_RESPONDED, .status = status, .body = body, .content_type = content_type };

  self->func (&outcome, self->data);
}

static gboolean
load_keys (Arrival  *self,
           GError  **error)
{
  if (self->settings->signature != NULL)
    self->keys = enlace_hook_secrets_get (self->inbound->secrets, &self->organisation_id, &self->workflow_id, ENLACE_SECRET_SIGNATURE, error);

  return self->settings->signature == NULL || self->keys != NULL;
}

/* TRUE: it was a sender's question whether the address is ours, and is answered; or *`error` is set. */
static gboolean
answer_open_challenge (Arrival  *self,
                       GError  **error)
{
  g_autoptr(GPtrArray) words = NULL;
  g_auto(EnlaceChallenge) challenge = { 0 };
  EnlaceChallengeKind kind = self->settings->signature != NULL ? enlace_signature_get_challenge (self->settings->signature) : ENLACE_CHALLENGE_NONE;

  if (kind != ENLACE_CHALLENGE_META && kind != ENLACE_CHALLENGE_CRC)
    return FALSE;

  words = enlace_hook_secrets_get (self->inbound->secrets, &self->organisation_id, &self->workflow_id, ENLACE_SECRET_VERIFY_TOKEN, error);
  if (words == NULL)
    return TRUE;

  enlace_challenge_answer_open (&challenge, kind, &self->signature, words, self->keys);
  if (challenge.status != 0)
    answer (self, challenge.status, challenge.content_type, challenge.body);

  return challenge.status != 0;
}

static gboolean
answer_signed_challenge (Arrival *self)
{
  g_auto(EnlaceChallenge) challenge = { 0 };

  if (self->settings->signature == NULL)
    return FALSE;

  enlace_challenge_answer_signed (&challenge, enlace_signature_get_challenge (self->settings->signature),
                                  enlace_value_get_member (self->trigger, "body"), self->keys);
  if (challenge.status != 0)
    answer (self, challenge.status, challenge.content_type, challenge.body);

  return challenge.status != 0;
}

/* What is answered at once, in the place of the usual reply. */
typedef struct {
  EnlaceOutcomeFunc func;
  gpointer          data;
  guint             status;
  GBytes           *body;             /* nullable */
  const char       *content_type;     /* static, nullable */
  EnlaceListeners  *listeners;        /* borrowed; of a listener's test run alone */
  EnlaceUuid        listener_id;
} Wrapped;

static void
wrapped_cb (const EnlaceOutcome *outcome,
            gpointer             data)
{
  Wrapped *self = data;
  EnlaceOutcome own = *outcome;

  if (self->listeners != NULL && outcome->kind != ENLACE_OUTCOME_REFUSED)
    enlace_listeners_set_execution (self->listeners, &self->listener_id, &outcome->execution_id);
  if (self->status != 0 && (outcome->kind == ENLACE_OUTCOME_ACCEPTED || outcome->kind == ENLACE_OUTCOME_DUPLICATE))
    {
      own.kind = ENLACE_OUTCOME_RESPONDED;
      own.status = self->status;
      own.headers = NULL;
      own.body = self->body;
      own.content_type = self->content_type;
    }
  self->func (&own, self->data);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static gboolean
make_reply (Arrival  *self,
            Wrapped  *wrapped,
            GError  **error)
{
  EnlaceHookSettings *settings = self->settings;
  g_autoptr(EnlaceValue) body = NULL;
  g_autoptr(GError) reason = NULL;

  if (!settings->responds_now || (settings->status == 0 && settings->body == NULL))
    return TRUE;

  wrapped->status = settings->status != 0 ? settings->status : 200;
  if (settings->body == NULL)
    return TRUE;
  if ((body = evaluate (self, settings->body, &reason)) != NULL &&
      enlace_message_write_body (body, &wrapped->body, &wrapped->content_type, &reason))
    return TRUE;

  g_set_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_EVENT_ID, "The reply to this event cannot be made: %s", reason->message);

  return FALSE;
}

static gboolean
start (Arrival  *self,
       GError  **error)
{
  EnlaceHookSettings *settings = self->settings;
  g_autofree Wrapped *wrapped = g_new0 (Wrapped, 1);
  EnlaceStart event = {
    .plan = self->plan,
    .trigger = self->trigger,
    .event_key = self->listener == NULL ? self->event_key : NULL,
    .is_test = self->listener != NULL,
    .wait = settings->responds_now ? ENLACE_WAIT_DURABLE : ENLACE_WAIT_RESPONSE,
    .wait_ms = RESPONSE_WAIT_MS,
  };

  if (!make_reply (self, wrapped, error))
    return FALSE;
  if (wrapped->status == 0 && self->listener == NULL)
    {
      enlace_engine_start (self->inbound->engine, &event, self->func, self->data);
      return TRUE;
    }

  wrapped->func = self->func;
  wrapped->data = self->data;
  if (self->listener != NULL)
    {
      wrapped->listeners = self->inbound->listeners;
      wrapped->listener_id = self->listener->id;
    }
  enlace_engine_start (self->inbound->engine, &event, wrapped_cb, g_steal_pointer (&wrapped));

  return TRUE;
}

static gboolean
give_to_listener (Arrival  *self,
                  GError  **error)
{
  char id[ENLACE_UUID_TEXT_SIZE], text[64 + ENLACE_UUID_TEXT_SIZE];

  if (!enlace_listeners_receive (self->inbound->listeners, &self->listener->id, self->trigger))
    {
      g_set_error_literal (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_NOT_FOUND, "The address has had its event");
      return FALSE;
    }
  if (self->plan != NULL)
    return start (self, error);

  enlace_uuid_format (&self->listener->id, id);
  g_snprintf (text, sizeof text, "{\"id\":\"%s\"}", id);
  answer (self, 202, "application/json", text);

  return TRUE;
}

gboolean
enlace_inbound_receive (EnlaceInbound               *self,
                        const EnlaceInboundRequest  *request,
                        EnlaceOutcomeFunc            func,
                        gpointer                     data,
                        GError                     **error)
{
  g_autoptr(GError) failure = NULL;
  g_auto(Arrival) arrival = { .inbound = self, .request = request, .func = func, .data = data };

  arrival.signature = (EnlaceSignedRequest) {
    .method = request->method,
    .url = request->url != NULL ? request->url : "",
    .headers = request->headers,
    .query = request->query,
    .body = request->body,
  };

  if (!find_owner (&arrival, error) || !check_place (&arrival, error) || !load_keys (&arrival, error))
    return FALSE;
  if (answer_open_challenge (&arrival, &failure))
    {
      gboolean is_answered = failure == NULL;

      if (!is_answered)
        g_propagate_error (error, g_steal_pointer (&failure));
      return is_answered;
    }
  if (!check_method (&arrival, error) || !check_signature (&arrival, error) || !make_trigger (&arrival, error))
    return FALSE;
  if (answer_signed_challenge (&arrival))
    return TRUE;
  if (!find_event_key (&arrival, error))
    return FALSE;

  shorten_event_key (&arrival);

  return arrival.listener != NULL ? give_to_listener (&arrival, error) : start (&arrival, error);
}
