/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/request-private.h"

#include "server/api/state.h"

#define MAX_PAGE 200
#define DEFAULT_PAGE 50

/* Life */

EnlaceRequest *
enlace_request_new (const EnlaceServices *services)
{
  EnlaceRequest *self = g_new0 (EnlaceRequest, 1);

  self->refs = 1;
  self->services = services;
  self->headers = self->inline_headers;
  self->revision = -1;

  return self;
}

EnlaceRequest *
enlace_request_ref (EnlaceRequest *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
enlace_request_unref (EnlaceRequest *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  if (self->free_object != NULL)
    self->free_object (self->object);
  if (self->n_allocated > 0)
    g_free (self->headers);
  enlace_target_clear (&self->target);
  g_free (self->rest);
  g_clear_pointer (&self->header_map, enlace_value_unref);
  g_clear_pointer (&self->query_last, enlace_value_unref);
  g_clear_pointer (&self->query_all, enlace_value_unref);
  g_clear_pointer (&self->raw_body, g_bytes_unref);
  g_clear_pointer (&self->body, enlace_value_unref);
  g_clear_pointer (&self->credential, enlace_credential_unref);
  g_clear_pointer (&self->call, enlace_idempotent_call_end);
  g_clear_pointer (&self->reply, enlace_reply_free);
  g_free (self);
}

/* Head */

void
enlace_request_take_header (EnlaceRequest *self,
                            const char    *name,
                            gsize          name_length,
                            const char    *value,
                            gsize          value_length)
{
  gsize room = self->n_allocated > 0 ? self->n_allocated : ENLACE_REQUEST_INLINE_HEADERS;
  EnlaceHeader *header;

  if (self->n_headers == room)
    {
      EnlaceHeader *headers = g_new (EnlaceHeader, room * 2);

      memcpy (headers, self->headers, room * sizeof *headers);
      if (self->n_allocated > 0)
        g_free (self->headers);
      self->headers = headers;
      self->n_allocated = (guint) room * 2;
    }

  header = &self->headers[self->n_headers++];
  header->name = name;
  header->name_length = name_length;
  header->value = value != NULL ? value : "";
  header->value_length = value_length;
}

const char *
enlace_request_find_header (EnlaceRequest *self,
                            const char    *name,
                            guint         *count)
{
  gsize length = strlen (name);
  const char *value = NULL;

  *count = 0;
  for (guint i = 0; i < self->n_headers; i++)
    if (self->headers[i].name_length == length && g_ascii_strncasecmp (self->headers[i].name, name, length) == 0)
      {
        if (value == NULL)
          value = self->headers[i].value;
        ++*count;
      }

  return value;
}

void
enlace_request_forget_head (EnlaceRequest *self)
{
  self->n_headers = 0;
}

const EnlaceServices *
enlace_request_get_services (EnlaceRequest *self)
{
  return self->services;
}

const char *
enlace_request_get_method (EnlaceRequest *self)
{
  return self->method;
}

const char *
enlace_request_get_param (EnlaceRequest *self,
                          const char    *name)
{
  gsize wanted = strlen (name);
  const char *candidate;
  gsize length;

  for (guint i = 0; (candidate = enlace_route_get_param_name (self->route, i, &length)) != NULL; i++)
    if (length == wanted && strncmp (candidate, name, length) == 0)
      return i < self->n_params ? self->params[i] : NULL;

  return NULL;
}

const EnlaceUuid *
enlace_request_get_id (EnlaceRequest *self)
{
  return &self->id;
}

const char *
enlace_request_get_header (EnlaceRequest *self,
                           const char    *name)
{
  guint count;

  return enlace_request_find_header (self, name, &count);
}

static EnlaceValue *
header_value (EnlaceRequest *self,
              guint          first,
              guint64       *seen)
{
  g_autoptr(GString) joined = g_string_new_len (self->headers[first].value, (gssize) self->headers[first].value_length);

  for (guint i = first + 1; i < self->n_headers; i++)
    if (self->headers[i].name_length == self->headers[first].name_length
        && g_ascii_strncasecmp (self->headers[i].name, self->headers[first].name, self->headers[i].name_length) == 0)
      {
        g_string_append (joined, ", ");
        g_string_append_len (joined, self->headers[i].value, (gssize) self->headers[i].value_length);
        seen[i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
      }

  if (!g_utf8_validate_len (joined->str, joined->len, NULL))
    return enlace_value_new_string_take (g_utf8_make_valid (joined->str, (gssize) joined->len));

  return enlace_value_new_string_len (joined->str, joined->len);
}

EnlaceValue *
enlace_request_get_headers (EnlaceRequest *self)
{
  g_autoptr(EnlaceMapBuilder) map = NULL;
  g_autofree guint64 *seen = NULL;

  if (self->header_map != NULL)
    return self->header_map;

  map = enlace_map_builder_new ();
  seen = g_new0 (guint64, self->n_headers / 64 + 1);
  for (guint i = 0; i < self->n_headers; i++)
    if ((seen[i / 64] >> (i % 64) & 1) == 0)
      {
        char name[64];
        gsize length = self->headers[i].name_length;
        g_autofree char *long_name = NULL;

        if (length < sizeof name)
          {
            for (gsize j = 0; j < length; j++)
              name[j] = g_ascii_tolower (self->headers[i].name[j]);
            name[length] = '\0';
          }
        else
          long_name = g_ascii_strdown (self->headers[i].name, (gssize) length);
        enlace_map_builder_take (map, long_name != NULL ? long_name : name, header_value (self, i, seen));
      }
  self->header_map = enlace_map_builder_end (map);

  return self->header_map;
}

EnlaceValue *
enlace_request_get_query_map (EnlaceRequest *self,
                              gboolean       all)
{
  EnlaceValue **map = all ? &self->query_all : &self->query_last;

  if (*map == NULL)
    *map = enlace_query_to_map (self->target.query, all);

  return *map;
}

const char *
enlace_request_get_query (EnlaceRequest *self,
                          const char    *name)
{
  if (self->target.query == NULL)
    return NULL;

  return enlace_value_get_member_string (enlace_request_get_query_map (self, FALSE), name, NULL);
}

const char *
enlace_request_get_raw_target (EnlaceRequest *self)
{
  return self->target.raw;
}

char *
enlace_request_dup_address (EnlaceRequest *self)
{
  g_autofree char *forwarded = NULL;
  const char *last;

  if (self->is_from_loopback)
    forwarded = g_strdup (enlace_value_get_member_string (enlace_request_get_headers (self), "x-forwarded-for", NULL));
  if (forwarded == NULL)
    return *self->address != '\0' ? g_strdup (self->address) : NULL;

  last = strrchr (forwarded, ',');

  return g_strdup (g_strstrip (last != NULL ? (char *) last + 1 : forwarded));
}

/* Body and caller */

EnlaceValue *
enlace_request_get_body (EnlaceRequest *self)
{
  return self->body;
}

GBytes *
enlace_request_get_raw_body (EnlaceRequest *self)
{
  return self->raw_body;
}

void
enlace_request_set_object (EnlaceRequest  *self,
                           gpointer        object,
                           GDestroyNotify  free_func)
{
  g_return_if_fail (self->object == NULL);

  self->object = object;
  self->free_object = free_func;
}

gpointer
enlace_request_get_object (EnlaceRequest *self)
{
  return self->object;
}

const char *
enlace_request_get_idempotency_key (EnlaceRequest *self)
{
  return self->call != NULL ? enlace_idempotent_call_get_key (self->call) : NULL;
}

const EnlaceUuid *
enlace_request_get_organisation (EnlaceRequest *self)
{
  g_return_val_if_fail (self->credential != NULL, NULL);

  return &self->credential->row->organisation_id;
}

const EnlaceUuid *
enlace_request_get_member (EnlaceRequest *self)
{
  g_return_val_if_fail (self->credential != NULL, NULL);

  return &self->credential->row->member_id;
}

gboolean
enlace_request_may (EnlaceRequest *self,
                    const char    *scope)
{
  return self->credential != NULL && enlace_permissions_allow (self->credential->permissions, scope);
}

gint64
enlace_request_get_revision (EnlaceRequest *self)
{
  return self->revision;
}

static void
fail_query (EnlaceRequest *self,
            const char    *detail)
{
  enlace_request_reply (self, enlace_reply_new_problem (400, NULL, detail, NULL, NULL));
}

static gboolean
get_limit (EnlaceRequest *self,
           guint         *limit)
{
  const char *text = enlace_request_get_query (self, "limit");
  guint64 number = DEFAULT_PAGE;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 1, MAX_PAGE, &number, NULL))
    {
      fail_query (self, "limit is a number from 1 to 200.");
      return FALSE;
    }

  *limit = (guint) number;
  return TRUE;
}

gboolean
enlace_request_get_window (EnlaceRequest *self,
                           guint         *limit,
                           guint64       *first)
{
  const char *text = enlace_request_get_query (self, "cursor");

  if (!get_limit (self, limit))
    return FALSE;

  *first = 0;
  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, first, NULL))
    {
      fail_query (self, "cursor is not one that a list gave.");
      return FALSE;
    }

  return TRUE;
}

gboolean
enlace_request_get_page (EnlaceRequest *self,
                         guint         *limit,
                         EnlaceUuid    *before,
                         gboolean      *has_before)
{
  const char *text = enlace_request_get_query (self, "cursor");

  if (!get_limit (self, limit))
    return FALSE;

  *has_before = text != NULL;
  if (text != NULL && !enlace_uuid_parse (text, before))
    {
      fail_query (self, "cursor is not one that a list gave.");
      return FALSE;
    }

  return TRUE;
}

/* Answer */

static void
deliver (EnlaceRequest *self,
         EnlaceReply   *reply)
{
  self->reply = reply;
  if (__atomic_exchange_n (&self->state, ENLACE_REQUEST_ANSWERED, __ATOMIC_ACQ_REL) == ENLACE_REQUEST_WAITING)
    self->resume (self);
}

static gboolean
claim (EnlaceRequest *self)
{
  return g_atomic_int_compare_and_exchange (&self->is_answered, FALSE, TRUE);
}

/* The handler's one answer: its reference ends here. */
static void
answer (EnlaceRequest *self,
        EnlaceReply   *reply)
{
  /* Before the client can see the answer and come again. */
  g_clear_pointer (&self->call, enlace_idempotent_call_end);

  if (claim (self))
    deliver (self, reply);
  else
    enlace_reply_free (reply);
  enlace_request_unref (self);
}

gboolean
enlace_request_abandon (EnlaceRequest *self,
                        EnlaceReply   *reply)
{
  if (!claim (self))
    {
      enlace_reply_free (reply);
      return FALSE;
    }
  deliver (self, reply);

  return TRUE;
}

void
enlace_request_run (EnlaceRequest *self)
{
  enlace_request_ref (self);
  self->route->handle (self);

  if (!self->is_held && !g_atomic_int_get (&self->is_answered))
    {
      g_critical ("The handler of %s %s has not answered", self->route->method, self->route->path);
      answer (self, enlace_reply_new_problem (500, NULL, "The server could not do this. Its log says more.", NULL, NULL));
    }
}

void
enlace_request_hold (EnlaceRequest *self)
{
  self->is_held = TRUE;
}

void
enlace_request_fail (EnlaceRequest *self,
                     GError        *error)
{
  EnlaceReply *reply = enlace_reply_new_error (error);

  g_error_free (error);
  answer (self, reply);
}

void
enlace_request_fail_body (EnlaceRequest *self,
                          EnlaceValue   *errors)
{
  EnlaceReply *reply = enlace_reply_new_problem (400, NULL, "The body of the request is not valid.", errors, NULL);

  enlace_value_unref (errors);
  answer (self, reply);
}

/* A change with its reply */

typedef struct {
  EnlaceChange change;
  EnlaceRequest *request;
  EnlaceApiChange *work;   /* NULL: only the reply is stored */
  EnlaceReply *reply;
} After;

static gboolean
is_success (EnlaceReply *reply)
{
  return enlace_reply_get_status (reply) / 100 == 2;
}

static gboolean
after_apply (EnlaceChange  *change,
             EnlaceWriter  *writer,
             GError       **error)
{
  After *self = (After *) change;
  EnlaceApiChange *work = self->work;

  if (work != NULL)
    {
      if (!work->apply (work, writer, error))
        return FALSE;
      g_clear_pointer (&self->reply, enlace_reply_free);
      self->reply = work->reply (work);
    }
  if (self->request->call == NULL || !is_success (self->reply))
    return TRUE;

  return enlace_idempotent_call_store (self->request->call, writer, self->reply,
                                       work != NULL && work->has_secret_reply,
                                       work != NULL ? work->secret_members : NULL, error);
}

static void
after_done (EnlaceChange *change,
            const GError *error)
{
  After *self = (After *) change;
  EnlaceReply *reply = g_steal_pointer (&self->reply);

  if (error != NULL && self->work != NULL)
    {
      g_clear_pointer (&reply, enlace_reply_free);
      reply = enlace_reply_new_error (error);
    }
  else if (error != NULL)
    g_warning ("A reply was not kept for its Idempotency-Key: %s", error->message);
  else if (self->work != NULL && self->work->committed != NULL)
    self->work->committed (self->work);

  answer (self->request, reply);
  if (self->work != NULL)
    self->work->free (self->work);
  g_free (self);
}

static void
submit (EnlaceRequest   *self,
        EnlaceApiChange *work,
        EnlaceReply     *reply)
{
  After *after = g_new0 (After, 1);

  after->change.apply = after_apply;
  after->change.done = after_done;
  after->request = self;
  after->work = work;
  after->reply = reply;
  self->is_held = TRUE;
  enlace_store_submit (self->services->store, &after->change);
}

void
enlace_request_reply_after (EnlaceRequest   *self,
                            EnlaceApiChange *change)
{
  submit (self, change, NULL);
}

void
enlace_request_reply (EnlaceRequest *self,
                      EnlaceReply   *reply)
{
  if (self->call != NULL && is_success (reply) && enlace_reply_get_stream (reply) == NULL)
    submit (self, NULL, reply);
  else
    answer (self, reply);
}
