/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/feed.h"

#include "src/client/event-stream.h"
#include "src/client/fiber.h"

#define CHUNK 16384
/* Behind the drawing of frames: a flood of events does not freeze what is shown. */
#define READ_PRIORITY G_PRIORITY_DEFAULT_IDLE
/* The server sends a heartbeat every 15 seconds; three missed ones mean that the connection is dead. */
#define SILENCE_SECONDS 45
#define FIRST_DELAY_MS 250
#define LAST_DELAY_MS 15000

struct _EnlaceFeed
{
  GObject            parent_instance;

  SoupSession       *session;
  EnlaceEventStream *events;
  DexCancellable    *stop;      /* ends every wait of the fiber that stays connected */
  char              *address;
  char              *key;
  guint              failures;
  gboolean           connected;
  gboolean           was_connected;
  gboolean           stopped;
};

enum {
  PROP_0,
  PROP_CONNECTED,
  N_PROPS
};

enum {
  EVENT,
  RESET,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceFeed, enlace_feed, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

guint
enlace_feed_get_delay (guint failures)
{
  guint delay = FIRST_DELAY_MS;

  if (failures == 0)
    return 0;
  for (guint i = 1; i < failures && delay < LAST_DELAY_MS; i++)
    delay *= 2;

  return MIN (delay, LAST_DELAY_MS);
}

static void
set_connected (EnlaceFeed *self,
               gboolean    connected)
{
  if (self->connected == connected)
    return;

  self->connected = connected;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTED]);
}

static void
event_cb (const char *name,
          const char *data,
          gpointer    user_data)
{
  EnlaceFeed *self = user_data;

  if (g_str_equal (name, "reset"))
    g_signal_emit (self, signals[RESET], 0);
  else
    g_signal_emit (self, signals[EVENT], 0, name, data);
}

static SoupMessage *
new_message (EnlaceFeed *self)
{
  g_autofree char *uri = g_strconcat (self->address, "/api/integrations/feed", NULL);
  g_autofree char *authorization = g_strconcat ("Bearer ", self->key, NULL);
  SoupMessage *message = soup_message_new ("GET", uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept", "text/event-stream");
  soup_message_headers_replace (headers, "Authorization", authorization);
  if (enlace_event_stream_get_last_id (self->events) != NULL)
    soup_message_headers_replace (headers, "Last-Event-ID", enlace_event_stream_get_last_id (self->events));
  soup_message_set_priority (message, SOUP_MESSAGE_PRIORITY_HIGH);

  return message;
}

static void
send_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(DexPromise) promise = user_data;
  g_autoptr(GError) error = NULL;
  GInputStream *stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);

  if (stream == NULL)
    dex_promise_reject (promise, g_steal_pointer (&error));
  else
    dex_promise_resolve_object (promise, stream);
}

static DexFuture *
send_message (EnlaceFeed  *self,
              SoupMessage *message)
{
  DexPromise *promise = dex_promise_new_cancellable ();

  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, dex_promise_get_cancellable (promise), send_cb,
                           dex_ref (promise));

  return DEX_FUTURE (promise);
}

/* Reads until the connection ends; whatever ends it, the caller connects again. */
static void
read_events (EnlaceFeed   *self,
             GInputStream *stream)
{
  for (;;)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GBytes) bytes = NULL;

      bytes = dex_await_boxed (dex_future_first (dex_input_stream_read_bytes (stream, CHUNK, READ_PRIORITY),
                                                 dex_timeout_new_seconds (SILENCE_SECONDS),
                                                 dex_ref (self->stop),
                                                 NULL),
                               &error);
      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        return;

      enlace_event_stream_push (self->events, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
}

static void
connect_once (EnlaceFeed *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SoupMessage) message = new_message (self);
  g_autoptr(GInputStream) stream = NULL;

  stream = dex_await_object (dex_future_first (send_message (self, message), dex_ref (self->stop), NULL), &error);
  if (stream == NULL || soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      g_debug ("No live feed: %s", error != NULL ? error->message : soup_message_get_reason_phrase (message));
      return;
    }

  self->failures = 0;
  /* Nothing can be taken up where no event was seen before the connection broke. */
  if (self->was_connected && enlace_event_stream_get_last_id (self->events) == NULL)
    g_signal_emit (self, signals[RESET], 0);
  self->was_connected = TRUE;

  set_connected (self, TRUE);
  read_events (self, stream);
  set_connected (self, FALSE);
}

static DexFuture *
live_fiber (gpointer user_data)
{
  EnlaceFeed *self = user_data;

  while (!self->stopped)
    {
      connect_once (self);
      self->failures++;
      dex_await (dex_future_first (dex_timeout_new_msec (enlace_feed_get_delay (self->failures)),
                                   dex_ref (self->stop),
                                   NULL),
                 NULL);
    }

  return dex_future_new_for_boolean (TRUE);
}

static void
enlace_feed_finalize (GObject *object)
{
  EnlaceFeed *self = ENLACE_FEED (object);

  dex_clear (&self->stop);
  g_clear_pointer (&self->events, enlace_event_stream_free);
  g_clear_object (&self->session);
  g_free (self->address);
  g_free (self->key);

  G_OBJECT_CLASS (enlace_feed_parent_class)->finalize (object);
}

static void
enlace_feed_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CONNECTED:
      g_value_set_boolean (value, enlace_feed_get_connected (ENLACE_FEED (object)));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enlace_feed_class_init (EnlaceFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enlace_feed_finalize;
  object_class->get_property = enlace_feed_get_property;

  properties[PROP_CONNECTED] =
    g_param_spec_boolean ("connected", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EVENT] = g_signal_new ("event", ENLACE_TYPE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RESET] = g_signal_new ("reset", ENLACE_TYPE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enlace_feed_init (EnlaceFeed *self)
{
  self->events = enlace_event_stream_new (event_cb, self);
  self->stop = dex_cancellable_new ();
}

EnlaceFeed *
enlace_feed_new (SoupSession *session,
                 const char  *address,
                 const char  *key)
{
  EnlaceFeed *self;

  g_return_val_if_fail (SOUP_IS_SESSION (session), NULL);
  g_return_val_if_fail (address != NULL && key != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_FEED, NULL);
  self->session = g_object_ref (session);
  self->address = g_strdup (address);
  self->key = g_strdup (key);

  return self;
}

void
enlace_feed_start (EnlaceFeed *self)
{
  g_return_if_fail (ENLACE_IS_FEED (self));
  g_return_if_fail (!self->stopped);

  dex_future_disown (enlace_fiber_spawn (live_fiber, g_object_ref (self), g_object_unref));
}

void
enlace_feed_stop (EnlaceFeed *self)
{
  g_return_if_fail (ENLACE_IS_FEED (self));

  if (self->stopped)
    return;

  self->stopped = TRUE;
  dex_cancellable_cancel (self->stop);
}

gboolean
enlace_feed_get_connected (EnlaceFeed *self)
{
  g_return_val_if_fail (ENLACE_IS_FEED (self), FALSE);

  return self->connected;
}
