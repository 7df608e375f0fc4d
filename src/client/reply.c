/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/reply.h"

#include <glib/gi18n.h>

#include "common/value/json.h"
#include "src/client/error.h"

struct _EnlaceClientReply
{
  GBytes      *body;
  char        *etag;
  EnlaceValue *value;   /* parsed at first use */
  JsonNode    *node;    /* parsed at first use */
  guint        status;
};

G_DEFINE_BOXED_TYPE (EnlaceClientReply, enlace_client_reply, enlace_client_reply_ref, enlace_client_reply_unref)

EnlaceClientReply *
enlace_client_reply_new (guint       status,
                         const char *etag,
                         GBytes     *body)
{
  EnlaceClientReply *self = g_rc_box_new0 (EnlaceClientReply);

  self->status = status;
  self->etag = g_strdup (etag);
  self->body = body != NULL ? g_bytes_ref (body) : g_bytes_new (NULL, 0);

  return self;
}

EnlaceClientReply *
enlace_client_reply_ref (EnlaceClientReply *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  EnlaceClientReply *self = data;

  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->value, enlace_value_unref);
  g_clear_pointer (&self->node, json_node_unref);
}

void
enlace_client_reply_unref (EnlaceClientReply *self)
{
  g_rc_box_release_full (self, clear);
}

guint
enlace_client_reply_get_status (EnlaceClientReply *self)
{
  return self->status;
}

const char *
enlace_client_reply_get_etag (EnlaceClientReply *self)
{
  return self->etag;
}

static void
set_not_understood (GError **error)
{
  g_set_error_literal (error, ENLACE_CLIENT_ERROR, ENLACE_CLIENT_ERROR_REPLY,
                       _("The server gave a reply that this application does not understand."));
}

EnlaceValue *
enlace_client_reply_get_value (EnlaceClientReply  *self,
                               GError            **error)
{
  if (self->value == NULL)
    self->value = enlace_json_parse (g_bytes_get_data (self->body, NULL), g_bytes_get_size (self->body), NULL);
  if (self->value == NULL)
    set_not_understood (error);

  return self->value;
}

JsonObject *
enlace_client_reply_get_object (EnlaceClientReply  *self,
                                GError            **error)
{
  if (self->node == NULL && g_bytes_get_size (self->body) > 0)
    {
      g_autoptr(JsonParser) parser = json_parser_new_immutable ();

      if (json_parser_load_from_data (parser, g_bytes_get_data (self->body, NULL), g_bytes_get_size (self->body), NULL))
        self->node = json_parser_steal_root (parser);
    }
  if (self->node == NULL || !JSON_NODE_HOLDS_OBJECT (self->node))
    {
      set_not_understood (error);
      return NULL;
    }

  return json_node_get_object (self->node);
}
