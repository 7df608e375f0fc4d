/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A client that sends what it is told, byte by byte, on a socket of its own. */
typedef struct {
  int      fd;
  GString *unread;     /* what came after the last reply */
} Client;

typedef struct {
  guint    status;     /* 0: the connection was closed instead */
  char    *head;       /* status line and fields */
  GString *body;
} ClientReply;

Client      *client_new           (guint16        port);
void         client_free          (Client        *self);
void         client_send          (Client        *self,
                                   const char    *text);
void         client_send_bytes    (Client        *self,
                                   gconstpointer  data,
                                   gsize          length);
/* FALSE: the server has closed the connection. */
gboolean     client_try_send      (Client        *self,
                                   gconstpointer  data,
                                   gsize          length);
/* The next reply, with its body whole; fails the test after 20 seconds without one. */
ClientReply *client_read          (Client        *self);
/* The same for HEAD: no body follows. */
ClientReply *client_read_head     (Client        *self);
/* Reads until `text` has come and returns all that came until then; of a reply that goes on. */
char        *client_read_until    (Client        *self,
                                   const char    *text);
/* TRUE: the server closes the connection within `seconds`, without another byte. */
gboolean     client_is_closed     (Client        *self,
                                   guint          seconds);
void         client_reply_free    (ClientReply   *self);
/* A field's value; NULL: absent. Caller frees. */
char        *client_reply_field   (ClientReply   *self,
                                   const char    *name);

/* On a connection of its own: sends the text, gives the reply. */
ClientReply *client_ask           (guint16        port,
                                   const char    *text);
/* "METHOD TARGET HTTP/1.1", Host, `fields` (nullable, each with CRLF), and the body (nullable) with its length. */
ClientReply *client_request       (guint16        port,
                                   const char    *method,
                                   const char    *target,
                                   const char    *fields,
                                   const char    *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClientReply, client_reply_free)

G_END_DECLS
