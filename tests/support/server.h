/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/* A real enlaced on a free loopback port, with a store of its own in a temporary folder. */
typedef struct {
  char        *data_dir;
  char        *key;          /* the administrator's API key */
  char        *address;      /* "http://127.0.0.1:PORT" */
  guint        port;
  GSubprocess *process;      /* NULL while it does not run */
  int          life;         /* the server ends when this is closed */
  char       **options;      /* more options of the command line, nullable */
} TestServer;

/* Makes the store by `enlaced init` and starts the server. The program is the build's (ENLACED in the environment of the test). */
TestServer  *test_server_new       (const char *const *options);
/* The same in this folder, which is removed with it. Where it holds a store already, that is served, and `key` is NULL. */
TestServer  *test_server_new_in    (const char        *data_dir,
                                    const char *const *options);
/* Starts it again on the same port; waits for the ready line. */
void         test_server_start     (TestServer        *self);
/* SIGKILL, and waits for its end. */
void         test_server_kill      (TestServer        *self);
/* SIGTERM; gives the exit status. */
int          test_server_stop      (TestServer        *self);
void         test_server_free      (TestServer        *self);

/* A reply over HTTP. */
typedef struct {
  guint        status;       /* 0: no reply */
  char        *text;
  EnlaceValue *body;         /* the JSON body, nullable */
  char        *etag;         /* nullable */
  char        *headers;      /* as they came, one a line */
} TestReply;

/* One request with the administrator's key; `path` begins with "/" or "http"; `body` (nullable) is sent as JSON; `headers` (nullable): lines. */
TestReply   *test_server_call      (TestServer        *self,
                                    const char        *method,
                                    const char        *path,
                                    const char        *body,
                                    const char *const *headers);
/* The same, and asserts the status. */
TestReply   *test_server_expect    (TestServer        *self,
                                    guint              status,
                                    const char        *method,
                                    const char        *path,
                                    const char        *body);
void         test_reply_free       (TestReply         *reply);
const char  *test_reply_get        (TestReply         *reply,
                                    const char        *member); /* a member of the body that is text */

/* Creates a workflow of this document (JSON text) and puts it live. `address` (nullable out): its inbound address. Gives its id. */
char        *test_server_publish   (TestServer        *self,
                                    const char        *name,
                                    const char        *document,
                                    char             **address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestReply, test_reply_free)

/* A folder of data that others made, beside the source tree or where ENLACE_TEST_DATA says; NULL: it is absent (skip the test). */
char        *test_data_path        (const char        *relative);
/* Removes a folder and all in it. */
void         test_remove_tree      (const char        *path);

G_END_DECLS
