/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/client-private.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "common/value/json.h"
#include "src/client/feed.h"

/* The live feed holds one of them for good. */
#define CONNECTIONS 8
/* Longer than the longest wait that a request may ask for (execute: 30 s). */
#define SILENCE_SECONDS 60
#define USER_AGENT "Enlace/" ENLACE_VERSION

struct _EnlaceClient
{
  GObject       parent_instance;

  SoupSession  *session;
  EnlaceFeed   *feed;        /* NULL while disconnected */
  GSignalGroup *feed_signals;
  /* id → EnlaceResource, neither owned: an entry goes with its object. */
  GHashTable   *resources;
  char         *address;
  char         *key;
  DexPromise   *idle;        /* somebody waits for it, NULL: nobody */
  guint         n_calls;     /* under way */
  gboolean      was_online;
};

enum {
  PROP_0,
  PROP_ONLINE,
  PROP_AWAY,
  N_PROPS
};

enum {
  CHANGED,
  REMOVED,
  RESET,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceClient, enlace_client, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Kept by a resource while it lives: takes it out of the table when it goes, also after the client went. */
typedef struct {
  GHashTable *resources;
  char       *id;
} Registration;

static void
registration_free (gpointer data)
{
  Registration *registration = data;

  g_hash_table_remove (registration->resources, registration->id);
  g_hash_table_unref (registration->resources);
  g_free (registration->id);
  g_free (registration);
}

static void
register_resource (EnlaceClient   *self,
                   EnlaceResource *resource)
{
  Registration *registration = g_new0 (Registration, 1);

  registration->resources = g_hash_table_ref (self->resources);
  registration->id = g_strdup (enlace_resource_get_id (resource));
  g_hash_table_insert (self->resources, registration->id, resource);
  g_object_set_data_full (G_OBJECT (resource), "enlace-registration", registration, registration_free);
}

gpointer
enlace_client_adopt_quietly (EnlaceClient *self,
                             GType         type,
                             JsonObject   *object)
{
  EnlaceResource *resource;
  const char *id;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (g_type_is_a (type, ENLACE_TYPE_RESOURCE), NULL);
  g_return_val_if_fail (object != NULL, NULL);

  id = json_object_get_string_member_with_default (object, "id", NULL);
  if (id == NULL)
    return NULL;

  resource = g_hash_table_lookup (self->resources, id);
  if (resource != NULL)
    {
      g_return_val_if_fail (G_OBJECT_TYPE (resource) == type, NULL);
      g_object_ref (resource);
    }
  else
    {
      resource = g_object_new (type, "id", id, NULL);
      register_resource (self, resource);
    }
  enlace_resource_update (resource, object);

  return resource;
}

void
enlace_client_announce (EnlaceClient   *self,
                        EnlaceResource *resource)
{
  g_return_if_fail (ENLACE_IS_CLIENT (self));
  g_return_if_fail (ENLACE_IS_RESOURCE (resource));

  g_signal_emit (self, signals[CHANGED], 0, resource);
}

gpointer
enlace_client_adopt (EnlaceClient *self,
                     GType         type,
                     JsonObject   *object)
{
  gpointer resource = enlace_client_adopt_quietly (self, type, object);

  if (resource != NULL)
    enlace_client_announce (self, resource);

  return resource;
}

void
enlace_client_forget (EnlaceClient *self,
                      const char   *kind,
                      const char   *id)
{
  g_return_if_fail (ENLACE_IS_CLIENT (self));

  g_signal_emit (self, signals[REMOVED], 0, kind, id);
}

static void
event_cb (EnlaceClient *self,
          const char   *name,
          const char   *data,
          EnlaceFeed   *feed)
{
  g_autoptr(JsonParser) parser = json_parser_new ();
  g_autoptr(GObject) resource = NULL;
  JsonObject *object;

  if (!json_parser_load_from_data (parser, data, -1, NULL) || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_warning ("The live feed sent an event that is no object: %s", name);
      return;
    }
  object = json_node_get_object (json_parser_get_root (parser));

  if (g_str_equal (name, "workflow"))
    resource = enlace_client_adopt (self, ENLACE_TYPE_WORKFLOW, object);
  else if (g_str_equal (name, "execution"))
    resource = enlace_client_adopt (self, ENLACE_TYPE_EXECUTION, object);
  else if (g_str_equal (name, "deleted"))
    enlace_client_forget (self, json_object_get_string_member_with_default (object, "kind", ""),
                          json_object_get_string_member_with_default (object, "id", ""));
}

static void
reset_cb (EnlaceClient *self,
          EnlaceFeed   *feed)
{
  g_signal_emit (self, signals[RESET], 0);
}

static void
notify_online (EnlaceClient *self)
{
  if (enlace_client_get_online (self))
    self->was_online = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AWAY]);
}

static void
enlace_client_dispose (GObject *object)
{
  EnlaceClient *self = ENLACE_CLIENT (object);

  if (self->feed != NULL)
    enlace_feed_stop (self->feed);
  g_clear_object (&self->feed_signals);
  g_clear_object (&self->feed);
  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (enlace_client_parent_class)->dispose (object);
}

static void
enlace_client_finalize (GObject *object)
{
  EnlaceClient *self = ENLACE_CLIENT (object);

  g_hash_table_unref (self->resources);
  g_free (self->address);
  g_free (self->key);

  G_OBJECT_CLASS (enlace_client_parent_class)->finalize (object);
}

static void
enlace_client_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ONLINE:
      g_value_set_boolean (value, enlace_client_get_online (ENLACE_CLIENT (object)));
      break;

    case PROP_AWAY:
      g_value_set_boolean (value, enlace_client_get_away (ENLACE_CLIENT (object)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_client_class_init (EnlaceClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enlace_client_dispose;
  object_class->finalize = enlace_client_finalize;
  object_class->get_property = enlace_client_get_property;

  properties[PROP_ONLINE] =
    g_param_spec_boolean ("online", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_AWAY] =
    g_param_spec_boolean ("away", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, ENLACE_TYPE_RESOURCE);
  signals[REMOVED] = g_signal_new ("removed", ENLACE_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RESET] = g_signal_new ("reset", ENLACE_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enlace_client_init (EnlaceClient *self)
{
  self->session = soup_session_new_with_options ("max-conns", CONNECTIONS,
                                                 "max-conns-per-host", CONNECTIONS,
                                                 "timeout", SILENCE_SECONDS,
                                                 "user-agent", USER_AGENT,
                                                 NULL);
  /* The server on this computer is never behind a proxy, whatever the environment says. */
  soup_session_set_proxy_resolver (self->session, NULL);

  self->resources = g_hash_table_new (g_str_hash, g_str_equal);

  self->feed_signals = g_signal_group_new (ENLACE_TYPE_FEED);
  g_signal_group_connect_swapped (self->feed_signals, "event", G_CALLBACK (event_cb), self);
  g_signal_group_connect_swapped (self->feed_signals, "reset", G_CALLBACK (reset_cb), self);
  g_signal_group_connect_swapped (self->feed_signals, "notify::connected", G_CALLBACK (notify_online), self);
}

EnlaceClient *
enlace_client_new (void)
{
  return g_object_new (ENLACE_TYPE_CLIENT, NULL);
}

void
enlace_client_connect (EnlaceClient *self,
                       const char   *address,
                       const char   *key)
{
  gboolean is_again;

  g_return_if_fail (ENLACE_IS_CLIENT (self));
  g_return_if_fail (address != NULL && key != NULL);

  is_again = self->address != NULL;
  enlace_client_disconnect (self);
  g_set_str (&self->address, address);
  g_set_str (&self->key, key);

  self->feed = enlace_feed_new (self->session, address, key);
  g_signal_group_set_target (self->feed_signals, self->feed);
  enlace_feed_start (self->feed);
  if (is_again)
    g_signal_emit (self, signals[RESET], 0);
}

void
enlace_client_disconnect (EnlaceClient *self)
{
  g_return_if_fail (ENLACE_IS_CLIENT (self));

  if (self->feed == NULL)
    return;

  g_signal_group_set_target (self->feed_signals, NULL);
  enlace_feed_stop (self->feed);
  g_clear_object (&self->feed);
  notify_online (self);
}

const char *
enlace_client_get_address (EnlaceClient *self)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);

  return self->address;
}

gboolean
enlace_client_get_online (EnlaceClient *self)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), FALSE);

  return self->feed != NULL && enlace_feed_get_connected (self->feed);
}

gboolean
enlace_client_get_away (EnlaceClient *self)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), FALSE);

  return self->was_online && !enlace_client_get_online (self);
}

typedef struct {
  EnlaceClient *client;
  SoupMessage  *message;
  DexPromise   *promise;
} Call;

static Call *
call_new (EnlaceClient *client,
          SoupMessage  *message,
          DexPromise   *promise)
{
  Call *call = g_new0 (Call, 1);

  call->client = g_object_ref (client);
  call->message = g_object_ref (message);
  call->promise = dex_ref (promise);
  client->n_calls++;

  return call;
}

static void
call_free (Call *call)
{
  EnlaceClient *client = call->client;

  client->n_calls--;
  if (client->n_calls == 0 && client->idle != NULL)
    dex_promise_resolve_boolean (client->idle, TRUE);
  if (client->n_calls == 0)
    dex_clear (&client->idle);

  g_clear_object (&call->message);
  dex_clear (&call->promise);
  g_free (call);
  g_object_unref (client);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
sent_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(Call) call = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (object), result, &error);
  guint status = soup_message_get_status (call->message);

  if (body == NULL)
    {
      dex_promise_reject (call->promise, enlace_client_error_take_network (g_steal_pointer (&error)));
    }
  else if (!SOUP_STATUS_IS_SUCCESSFUL (status))
    {
      dex_promise_reject (call->promise, enlace_client_error_new_for_reply (status, body));
    }
  else
    {
      SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
      g_autoptr(EnlaceClientReply) reply = NULL;

      reply = enlace_client_reply_new (status, soup_message_headers_get_one (headers, "ETag"), body);
      dex_promise_resolve_boxed (call->promise, ENLACE_TYPE_CLIENT_REPLY, g_steal_pointer (&reply));
    }
}

static SoupMessage *
new_message (EnlaceClient  *self,
             const char    *method,
             const char    *path,
             EnlaceValue   *body,
             const char    *if_match,
             GError       **error)
{
  g_autofree char *uri = g_strconcat (self->address, "/api/integrations/", path, NULL);
  g_autofree char *authorization = g_strconcat ("Bearer ", self->key, NULL);
  g_autoptr(SoupMessage) message = soup_message_new (method, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Authorization", authorization);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (if_match != NULL)
    soup_message_headers_replace (headers, "If-Match", if_match);
  if (body != NULL)
    {
      g_autoptr(GBytes) bytes = NULL;
      gsize length;
      char *text = enlace_json_format (body, ENLACE_JSON_COMPACT, &length, error);

      if (text == NULL)
        return NULL;
      bytes = g_bytes_new_take (text, length);
      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }

  return g_steal_pointer (&message);
}

DexFuture *
enlace_client_call (EnlaceClient *self,
                    const char   *method,
                    const char   *path,
                    EnlaceValue  *body,
                    const char   *if_match)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SoupMessage) message = NULL;
  DexPromise *promise;

  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);
  g_return_val_if_fail (method != NULL && path != NULL, NULL);

  if (self->address == NULL)
    return dex_future_new_reject (ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_OFFLINE, "%s",
                                  _("The server is not reached."));
  message = new_message (self, method, path, body, if_match, &error);
  if (message == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* A call that nobody waits for any more runs to its end, and its reply is dropped: libsoup (3.6) lets go once too often of what belongs to the
   * session when a reply is cut off while it is read. */
  promise = dex_promise_new ();
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, sent_cb, call_new (self, message, promise));

  return DEX_FUTURE (promise);
}

DexFuture *
enlace_client_flush (EnlaceClient *self)
{
  g_return_val_if_fail (ENLACE_IS_CLIENT (self), NULL);

  if (self->n_calls == 0)
    return dex_future_new_for_boolean (TRUE);
  if (self->idle == NULL)
    self->idle = dex_promise_new ();

  return dex_ref (self->idle);
}
