/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "tests/server/http/fixture.h"

#include "server/security/api-key.h"
#include "server/security/initialise.h"

static int n_made;
static EnlaceStream *last_stream;
static EnlaceRequest *never;

/* Things: a resource of the management API */

static gboolean
find_thing (EnlaceRequest  *request,
            gint64         *revision,
            GError        **error)
{
  EnlaceUuid thing;

  g_assert_true (enlace_uuid_parse (THING_ID, &thing));
  if (!enlace_uuid_equal (&thing, enlace_request_get_id (request)))
    {
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_NOT_FOUND, "no such thing in table thing");
      return FALSE;
    }
  *revision = THING_REVISION;
  enlace_request_set_object (request, g_strdup ("the thing"), g_free);

  return TRUE;
}

static void
list_things (EnlaceRequest *request)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;
  char member[ENLACE_UUID_TEXT_SIZE];
  gboolean has_cursor;
  EnlaceUuid before;
  guint limit;

  if (!enlace_request_get_page (request, &limit, &before, &has_cursor))
    return;

  enlace_uuid_format (enlace_request_get_member (request), member);
  enlace_map_builder_add_int (map, "limit", limit);
  enlace_map_builder_add_bool (map, "has_cursor", has_cursor);
  enlace_map_builder_add_string (map, "member", member);
  body = enlace_map_builder_end (map);
  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

static void
get_thing (EnlaceRequest *request)
{
  EnlaceReply *reply = enlace_reply_new (200);

  g_assert_cmpstr (enlace_request_get_object (request), ==, "the thing");
  enlace_reply_set_etag (reply, THING_REVISION);
  enlace_request_reply (request, reply);
}

static void
put_thing (EnlaceRequest *request)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  enlace_map_builder_add_int (map, "revision", enlace_request_get_revision (request));
  enlace_map_builder_add (map, "sent", enlace_request_get_body (request));
  body = enlace_map_builder_end (map);
  enlace_request_reply (request, enlace_reply_new_json (200, body));
}

typedef struct {
  EnlaceApiChange change;
  gboolean fails;
  int n;
} Make;

static gboolean
make_apply (EnlaceApiChange  *change,
            EnlaceWriter     *writer,
            GError          **error)
{
  Make *make = (Make *) change;

  if (make->fails)
    {
      g_set_error_literal (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_CONFLICT, "The name is taken.");
      return FALSE;
    }
  make->n = g_atomic_int_add (&n_made, 1) + 1;

  return TRUE;
}

static EnlaceReply *
make_reply (EnlaceApiChange *change)
{
  g_autofree char *text = g_strdup_printf ("{\"n\":%d,\"secret\":\"hush\"}", ((Make *) change)->n);
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));
  EnlaceReply *reply = enlace_reply_new_bytes (201, "application/json", body);

  enlace_reply_set_etag (reply, 1);

  return reply;
}

static void
make_free (EnlaceApiChange *change)
{
  g_free (change);
}

static void
submit_make (EnlaceRequest *request,
             gboolean       fails)
{
  static const char *const secrets[] = { "secret", NULL };
  EnlaceValue *body = enlace_request_get_body (request);
  Make *make = g_new0 (Make, 1);

  make->change.apply = make_apply;
  make->change.reply = make_reply;
  make->change.free = make_free;
  make->change.has_secret_reply = enlace_value_get_member_bool (body, "secret", FALSE);
  make->change.secret_members = secrets;
  make->fails = fails;
  enlace_request_reply_after (request, &make->change);
}

static void
make_thing (EnlaceRequest *request)
{
  submit_make (request, FALSE);
}

static void
fail_thing (EnlaceRequest *request)
{
  submit_make (request, TRUE);
}

/* The rest */

static void
echo (EnlaceRequest *request)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) value = NULL;
  GBytes *body = enlace_request_get_raw_body (request);

  enlace_map_builder_add_string (map, "method", enlace_request_get_method (request));
  enlace_map_builder_add_string (map, "token", enlace_request_get_param (request, "token"));
  enlace_map_builder_add_string (map, "rest", enlace_request_get_param (request, "rest"));
  enlace_map_builder_add (map, "query", enlace_request_get_query_map (request, FALSE));
  enlace_map_builder_add (map, "query_all", enlace_request_get_query_map (request, TRUE));
  enlace_map_builder_add (map, "headers", enlace_request_get_headers (request));
  enlace_map_builder_add_int (map, "length", body != NULL ? (gint64) g_bytes_get_size (body) : -1);
  if (body != NULL && g_bytes_get_size (body) < 1000)
    enlace_map_builder_take (map, "body", enlace_value_new_string_len (g_bytes_get_data (body, NULL), g_bytes_get_size (body)));
  value = enlace_map_builder_end (map);
  enlace_request_reply (request, enlace_reply_new_json (200, value));
}

static void
empty (EnlaceRequest *request)
{
  enlace_request_reply (request, enlace_reply_new (204));
}

static gpointer
answer_later (gpointer data)
{
  enlace_request_reply (data, enlace_reply_new (204));

  return NULL;
}

static void
later (EnlaceRequest *request)
{
  enlace_request_hold (request);
  g_thread_unref (g_thread_new ("later", answer_later, request));
}

static void
never_answer (EnlaceRequest *request)
{
  enlace_request_hold (request);
  g_atomic_pointer_set (&never, request);
}

static void
stream (EnlaceRequest *request)
{
  EnlaceStream *made = enlace_stream_new (64 * 1024);

  enlace_stream_write (made, ": hello\n\n", 9);
  enlace_request_reply (request, enlace_reply_new_stream (200, "text/event-stream", made));
  g_atomic_pointer_set (&last_stream, made);
}

static const EnlaceRoute routes[] = {
  { "GET", "/api/integrations/things", "workflows:read", list_things },
  { "POST", "/api/integrations/things", "workflows:write", make_thing, .body = "thing", .status = 201 },
  { "GET", "/api/integrations/things/:id", "workflows:read", get_thing, .find = find_thing },
  { "PUT", "/api/integrations/things/:id", "workflows:write", put_thing, ENLACE_ROUTE_IF_MATCH, .body = "thing", .find = find_thing },
  { "POST", "/api/integrations/things/:id/fail", "workflows:write", fail_thing, .body = "thing", .find = find_thing },
  { "GET", "/api/integrations/any", ENLACE_PERMISSION_ANY, empty },
  { "POST", "/echo/:token", ENLACE_PERMISSION_NONE, echo, ENLACE_ROUTE_RAW_BODY | ENLACE_ROUTE_ANY_METHOD },
  { "POST", "/echo/:token/:rest", ENLACE_PERMISSION_NONE, echo, ENLACE_ROUTE_RAW_BODY | ENLACE_ROUTE_ANY_METHOD | ENLACE_ROUTE_REST },
  { "GET", "/later", ENLACE_PERMISSION_NONE, later },
  { "GET", "/never", ENLACE_PERMISSION_NONE, never_answer },
  { "GET", "/stream", ENLACE_PERMISSION_NONE, stream },
  { "GET", "/any-host", ENLACE_PERMISSION_NONE, empty, ENLACE_ROUTE_ANY_HOST },
  { "GET", "/local", "metrics:read", empty, ENLACE_ROUTE_LOCAL },
};

static const EnlaceRouteTable table = { "tests", routes, G_N_ELEMENTS (routes) };
static const EnlaceRouteTable *const tables[] = { &table };

/* Life */

static gboolean
insert_key (EnlaceWriter  *writer,
            gpointer       data,
            GError       **error)
{
  return enlace_api_keys_insert (writer, data, error);
}

char *
fixture_bearer (const char *key)
{
  return g_strdup_printf ("Authorization: Bearer %s\r\n", key);
}

char *
fixture_add_key (Fixture    *fixture,
                 const char *permissions,
                 gint64      rate_limit,
                 gint64      expires_at)
{
  g_autoptr(EnlaceApiKeyRow) row = g_new0 (EnlaceApiKeyRow, 1);
  g_autoptr(GError) error = NULL;
  char *key = enlace_api_key_generate ();

  enlace_uuid_generate (&row->id);
  row->organisation_id = fixture->organisation_id;
  row->member_id = fixture->member_id;
  row->name = g_strdup ("of a test");
  row->key_prefix = g_strndup (key, ENLACE_API_KEY_PREFIX_LENGTH);
  row->permissions = g_strdup (permissions);
  row->rate_limit = rate_limit;
  row->expires_at = expires_at;
  row->is_active = TRUE;
  enlace_api_key_hash (key, row->key_hash);
  g_assert_true (enlace_store_submit_and_wait (fixture->store, insert_key, row, &error));
  g_assert_no_error (error);

  return key;
}

static void
read_owner (Fixture *fixture)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(EnlaceApiKeyRow) row = NULL;
  guint8 hash[32];

  enlace_api_key_hash (fixture->key, hash);
  row = enlace_api_keys_find (reader, hash, NULL);
  enlace_store_release_reader (fixture->store, reader);
  g_assert_nonnull (row);
  fixture->organisation_id = row->organisation_id;
  fixture->member_id = row->member_id;
}

static void
open_store (Fixture *fixture)
{
  guint8 master_key[ENLACE_MASTER_KEY_SIZE];
  g_autoptr(GError) error = NULL;

  memset (master_key, 5, sizeof master_key);
  fixture->data_dir = g_dir_make_tmp ("enlace-http-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_true (enlace_store_initialise (fixture->data_dir, "owner@example.com", master_key, &fixture->key, &error));
  g_assert_no_error (error);
  fixture->store = enlace_store_open (fixture->data_dir, 0, &error);
  g_assert_no_error (error);
  fixture->vault = enlace_vault_open (fixture->store, master_key, &error);
  g_assert_no_error (error);
  read_owner (fixture);
  fixture->bearer = fixture_bearer (fixture->key);
  fixture->reader = fixture_add_key (fixture, "[\"workflows:read\"]", 0, 0);
}

void
fixture_set_up_with (Fixture                       *fixture,
                     const EnlaceDoorOptions       *given,
                     const EnlaceRouteTable *const *route_tables,
                     guint                          n_tables,
                     const EnlaceFeedRender        *renderers)
{
  EnlaceDoorOptions options = ENLACE_DOOR_OPTIONS_INIT;
  g_autoptr(GError) error = NULL;

  n_made = 0;
  if (given != NULL)
    options = *given;
  options.listen = "127.0.0.1:0";
  options.threads = 2;
  open_store (fixture);

  fixture->services.store = fixture->store;
  fixture->services.vault = fixture->vault;
  fixture->state = enlace_api_state_new (&fixture->services, route_tables, n_tables, renderers);
  fixture->services.state = fixture->state;
  fixture->door = enlace_door_new (&options, &fixture->services, route_tables, n_tables, &error);
  g_assert_no_error (error);
  fixture->services.public_url = enlace_door_get_url (fixture->door);
  g_assert_true (enlace_door_start (fixture->door, &error));
  g_assert_no_error (error);
  fixture->port = enlace_door_get_port (fixture->door);
}

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture_set_up_with (fixture, data, tables, G_N_ELEMENTS (tables), NULL);
}

static void
remove_dir (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_remove (file);
    }
  g_rmdir (path);
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  EnlaceRequest *unanswered;

  enlace_api_state_stop (fixture->state);
  enlace_door_free (fixture->door);

  /* Its connection was answered 503 by the stop: this answer must go nowhere. */
  unanswered = g_atomic_pointer_exchange (&never, NULL);
  if (unanswered != NULL)
    enlace_request_reply (unanswered, enlace_reply_new (204));

  g_clear_pointer (&last_stream, enlace_stream_unref);
  enlace_api_state_free (fixture->state);
  enlace_vault_free (fixture->vault);
  enlace_store_close (fixture->store);
  remove_dir (fixture->data_dir);
  g_free (fixture->data_dir);
  g_free (fixture->key);
  g_free (fixture->reader);
  g_free (fixture->bearer);
}

guint
fixture_count_made (void)
{
  return (guint) g_atomic_int_get (&n_made);
}

EnlaceStream *
fixture_get_stream (void)
{
  EnlaceStream *made;

  while ((made = g_atomic_pointer_get (&last_stream)) == NULL)
    g_thread_yield ();

  return enlace_stream_ref (made);
}
