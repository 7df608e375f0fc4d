/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-http"

#include "server/http/respond.h"

#define STREAM_BLOCK 4096

typedef struct {
  EnlaceStream *stream;
  struct MHD_Connection *connection;
} Source;

static void
sleep_cb (gpointer data)
{
  MHD_suspend_connection (((Source *) data)->connection);
}

static void
wake_cb (gpointer data)
{
  MHD_resume_connection (((Source *) data)->connection);
}

static const EnlaceStreamReader reader = { sleep_cb, wake_cb };

static ssize_t
read_cb (void    *data,
         uint64_t position,
         char    *buffer,
         size_t   size)
{
  Source *source = data;
  gssize length = enlace_stream_read (source->stream, buffer, size);

  return length < 0 ? MHD_CONTENT_READER_END_OF_STREAM : length;
}

static void
source_free_cb (void *data)
{
  Source *source = data;

  enlace_stream_abandon (source->stream);
  enlace_stream_unref (source->stream);
  g_free (source);
}

static struct MHD_Response *
new_stream_response (struct MHD_Connection *connection,
                     EnlaceStream          *stream)
{
  Source *source = g_new0 (Source, 1);

  source->stream = enlace_stream_ref (stream);
  source->connection = connection;
  enlace_stream_set_reader (stream, &reader, source);

  return MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_cb, source, source_free_cb);
}

static void
unref_bytes_cb (void *data)
{
  g_bytes_unref (data);
}

static struct MHD_Response *
new_response (struct MHD_Connection *connection,
              EnlaceReply           *reply)
{
  EnlaceStream *stream = enlace_reply_get_stream (reply);
  GBytes *body = enlace_reply_get_body (reply);
  gconstpointer data;
  gsize length;

  if (stream != NULL)
    return new_stream_response (connection, stream);
  if (body == NULL)
    return MHD_create_response_empty (MHD_RF_NONE);

  data = g_bytes_get_data (body, &length);

  return MHD_create_response_from_buffer_with_free_callback_cls (length, data, unref_bytes_cb, g_bytes_ref (body));
}

static void
add_headers (struct MHD_Response *response,
             EnlaceReply         *reply,
             EnlaceRequestClass   class)
{
  gboolean has_cache_control = FALSE;

  if (enlace_reply_get_content_type (reply) != NULL)
    MHD_add_response_header (response, "Content-Type", enlace_reply_get_content_type (reply));
  for (guint i = 0; i < enlace_reply_get_n_headers (reply); i++)
    {
      const char *name, *value;

      enlace_reply_get_header (reply, i, &name, &value);
      has_cache_control |= g_ascii_strcasecmp (name, "Cache-Control") == 0;
      if (MHD_add_response_header (response, name, value) != MHD_YES)
        g_warning ("The header field %s of a reply was not sent: it is none that a server may set", name);
    }

  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  if (class != ENLACE_CLASS_HOOK && !has_cache_control)
    MHD_add_response_header (response, "Cache-Control", "no-store");
}

enum MHD_Result
enlace_respond (struct MHD_Connection *connection,
                EnlaceReply           *reply,
                EnlaceRequestClass     class,
                gboolean               must_close)
{
  struct MHD_Response *response = new_response (connection, reply);
  enum MHD_Result result;

  if (response == NULL)
    return MHD_NO;

  add_headers (response, reply, class);
  if (must_close)
    MHD_add_response_header (response, "Connection", "close");
  result = MHD_queue_response (connection, enlace_reply_get_status (reply), response);
  MHD_destroy_response (response);

  return result;
}
