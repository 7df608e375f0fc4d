/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <string.h>

#include "server/workflow/engine-private.h"
#include "server/workflow/steps/kept.h"

#define MAX_KEY 512
#define MAX_PAGE 1000
#define LONGEST_MS (G_GINT64_CONSTANT (100) * 366 * 24 * 60 * 60 * 1000)

/* A write or a removal on its way into the commit that records the step. */
typedef struct {
  EnlaceStepChange base;
  EnlaceDataRow   *row;
  gint64           expected_revision;
  gboolean         is_removal;
} Change;

static gboolean
apply_change (EnlaceStepChange  *change,
              EnlaceWriter      *writer,
              GError           **error)
{
  Change *self = (Change *) change;

  return self->is_removal ? enlace_data_remove (writer, self->row->key_hash, self->expected_revision, error)
                          : enlace_data_put (writer, self->row, self->expected_revision, error);
}

static void
free_change (EnlaceStepChange *change)
{
  enlace_data_row_free (((Change *) change)->row);
  g_free (change);
}

/* Takes the row. */
static void
add_change (EnlaceStepContext *context,
            EnlaceDataRow     *row,
            gint64             expected_revision,
            gboolean           is_removal)
{
  Change *self = g_new0 (Change, 1);

  self->base.apply = apply_change;
  self->base.free = free_change;
  self->row = row;
  self->expected_revision = expected_revision;
  self->is_removal = is_removal;
  enlace_step_context_add_change (context, &self->base);
}

static char *
get_key (EnlaceStepContext  *context,
         GError            **error)
{
  g_autoptr(EnlaceValue) value = enlace_step_context_get (context, "key", error);
  const char *text;
  gsize length;

  if (value == NULL)
    return NULL;
  /* Ids are numbers as often as texts. */
  if (enlace_value_get_kind (value) == ENLACE_KIND_INT)
    return g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_int (value));

  text = enlace_value_get_string_len (value, &length);
  if (text != NULL && length > 0 && length <= MAX_KEY && strlen (text) == length)
    return g_strdup (text);

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“key” must be a text of 1 to %d bytes, or a whole number", MAX_KEY);
  return NULL;
}

/* `row` is NULL, without an error, where the key is not there. */
static gboolean
find (EnlaceKept     *self,
      const char     *key,
      EnlaceDataRow **row,
      GError        **error)
{
  EnlaceStore *store = enlace_step_context_get_run (self->context)->engine->store;
  g_autoptr(GError) reason = NULL;
  guint8 hash[ENLACE_DATA_HASH_SIZE];
  EnlaceReader *reader;

  enlace_kept_hash (self, ENLACE_KEPT_VALUES, "", key, strlen (key), hash);
  reader = enlace_store_acquire_reader (store);
  *row = enlace_data_get (reader, hash, self->now, &reason);
  enlace_store_release_reader (store, reader);
  if (reason == NULL)
    return TRUE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "What is kept cannot be read: %s", reason->message);
  return FALSE;
}

static void
add_time (EnlaceMapBuilder *builder,
          const char       *name,
          gint64            time)
{
  if (time != 0)
    enlace_map_builder_take (builder, name, enlace_value_new_timestamp (time / G_USEC_PER_SEC, (guint32) (time % G_USEC_PER_SEC) * 1000));
  else
    enlace_map_builder_add_null (builder, name);
}

static EnlaceValue *
store_get (EnlaceKept  *self,
           GError     **error)
{
  g_autofree char *key = get_key (self->context, error);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceDataRow) row = NULL;
  g_autoptr(EnlaceValue) value = NULL;

  if (key == NULL || !find (self, key, &row, error))
    return NULL;

  value = row != NULL ? enlace_kept_read_value (self, row, error) : enlace_step_context_get (self->context, "default", error);
  if (value == NULL)
    return NULL;

  enlace_map_builder_add_string (builder, "key", key);
  enlace_map_builder_add_bool (builder, "found", row != NULL);
  enlace_map_builder_add (builder, "value", value);
  add_time (builder, "expires_at", row != NULL ? row->expires_at : 0);
  return enlace_map_builder_end (builder);
}

/* The row of the parameters `key`, `value` and `lifetime`. */
static EnlaceDataRow *
make_row (EnlaceKept   *self,
          const char   *key,
          EnlaceValue  *value,
          GError      **error)
{
  gint64 lifetime_ms = 0;

  if (!enlace_step_context_get_duration (self->context, "lifetime", LONGEST_MS, &lifetime_ms, error))
    return NULL;
  if (enlace_step_context_has (self->context, "lifetime") && lifetime_ms == 0)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“lifetime” must be longer than nothing");
      return NULL;
    }

  return enlace_kept_make_row (self, key, value, lifetime_ms, error);
}

static EnlaceValue *
store_set (EnlaceKept  *self,
           GError     **error)
{
  g_autofree char *key = get_key (self->context, error);
  g_autoptr(EnlaceValue) value = key != NULL ? enlace_step_context_get (self->context, "value", error) : NULL;
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  EnlaceDataRow *row = value != NULL ? make_row (self, key, value, error) : NULL;

  if (row == NULL)
    return NULL;

  enlace_map_builder_add_string (builder, "key", key);
  enlace_map_builder_add (builder, "value", value);
  add_time (builder, "expires_at", row->expires_at);
  add_change (self->context, row, -1, FALSE);
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
store_delete (EnlaceKept  *self,
              GError     **error)
{
  g_autofree char *key = get_key (self->context, error);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  EnlaceDataRow *row = NULL;

  if (key == NULL || !find (self, key, &row, error))
    return NULL;

  enlace_map_builder_add_string (builder, "key", key);
  enlace_map_builder_add_bool (builder, "deleted", row != NULL);
  if (row != NULL)
    add_change (self->context, row, row->revision, TRUE);
  return enlace_map_builder_end (builder);
}

/* A key that is not there is as good as one with null. */
static EnlaceValue *
store_compare_and_set (EnlaceKept  *self,
                       GError     **error)
{
  g_autofree char *key = get_key (self->context, error);
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) expected = key != NULL ? enlace_step_context_get (self->context, "expected", error) : NULL;
  g_autoptr(EnlaceValue) value = expected != NULL ? enlace_step_context_get (self->context, "value", error) : NULL;
  g_autoptr(EnlaceValue) present = NULL;
  g_autoptr(EnlaceDataRow) old = NULL;
  EnlaceDataRow *row = NULL;

  if (value == NULL || !find (self, key, &old, error)
      || (present = old != NULL ? enlace_kept_read_value (self, old, error) : enlace_value_new_null ()) == NULL)
    return NULL;

  if (enlace_value_equal (present, expected) && (row = make_row (self, key, value, error)) == NULL)
    return NULL;

  enlace_map_builder_add_string (builder, "key", key);
  enlace_map_builder_add_bool (builder, "swapped", row != NULL);
  enlace_map_builder_add (builder, "value", row != NULL ? value : present);
  add_time (builder, "expires_at", row != NULL ? row->expires_at : old != NULL ? old->expires_at : 0);
  if (row != NULL)
    add_change (self->context, row, old != NULL ? old->revision : 0, FALSE);
  return enlace_map_builder_end (builder);
}

static gboolean
read_cursor (EnlaceStepContext  *context,
             guint8              hash[ENLACE_DATA_HASH_SIZE],
             gboolean           *has_cursor,
             GError            **error)
{
  g_autofree char *text = enlace_step_context_has (context, "cursor") ? enlace_step_context_dup_text (context, "cursor", error) : g_strdup ("");
  g_autofree guchar *bytes = NULL;
  gsize length;

  if (text == NULL)
    return FALSE;
  if (*text == '\0')
    return TRUE;

  bytes = g_base64_decode (text, &length);
  if (length != ENLACE_DATA_HASH_SIZE)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "“cursor” is none that a list has given");
      return FALSE;
    }

  memcpy (hash, bytes, length);
  *has_cursor = TRUE;
  return TRUE;
}

static GPtrArray *
read_page (EnlaceKept    *self,
           const guint8  *after,
           guint          limit,
           GError       **error)
{
  EnlaceRun *run = enlace_step_context_get_run (self->context);
  EnlaceDataFilter filter = { &run->organisation_id, enlace_kept_get_workflow (self), run->is_test != 0, after, self->now, limit };
  EnlaceReader *reader = enlace_store_acquire_reader (run->engine->store);
  g_autoptr(GError) reason = NULL;
  GPtrArray *rows = enlace_data_list (reader, &filter, &reason);

  enlace_store_release_reader (run->engine->store, reader);
  if (rows == NULL)
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "What is kept cannot be read: %s", reason->message);
  return rows;
}

static EnlaceValue *
describe_row (EnlaceKept     *self,
              EnlaceDataRow  *row,
              GError        **error)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  char *key = enlace_kept_read_key (self, row, error);
  EnlaceValue *value = key != NULL ? enlace_kept_read_value (self, row, error) : NULL;

  if (value == NULL)
    {
      g_free (key);
      return NULL;
    }

  enlace_map_builder_take_string (builder, "key", key);
  enlace_map_builder_take (builder, "value", value);
  add_time (builder, "expires_at", row->expires_at);
  add_time (builder, "updated_at", row->updated_at);
  return enlace_map_builder_end (builder);
}

static EnlaceValue *
store_list (EnlaceKept  *self,
            GError     **error)
{
  g_autoptr(EnlaceListBuilder) items = enlace_list_builder_new ();
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(GPtrArray) rows = NULL;
  guint8 after[ENLACE_DATA_HASH_SIZE];
  gboolean has_cursor = FALSE;
  gint64 limit;
  gsize size = 0;

  if (!enlace_step_context_get_number (self->context, "limit", 1, MAX_PAGE, 100, &limit, error)
      || !read_cursor (self->context, after, &has_cursor, error) || (rows = read_page (self, has_cursor ? after : NULL, (guint) limit + 1, error)) == NULL)
    return NULL;

  for (guint i = 0; i < MIN (rows->len, (guint) limit); i++)
    {
      EnlaceDataRow *row = rows->pdata[i];
      EnlaceValue *item = describe_row (self, row, error);

      if (item == NULL)
        return NULL;
      enlace_list_builder_take (items, item);
      size += g_bytes_get_size (row->value);
      if (!enlace_step_context_reserve (self->context, size, error))
        return NULL;
    }

  enlace_map_builder_take (builder, "items", enlace_list_builder_end (items));
  if (rows->len > (guint) limit)
    enlace_map_builder_take_string (builder, "next_cursor", g_base64_encode (((EnlaceDataRow *) rows->pdata[limit - 1])->key_hash, ENLACE_DATA_HASH_SIZE));
  else
    enlace_map_builder_add_null (builder, "next_cursor");
  return enlace_map_builder_end (builder);
}

static const struct {
  const char *name;
  EnlaceValue *(*run) (EnlaceKept *self, GError **error);
} operations[] = {
  { "get", store_get },
  { "set", store_set },
  { "delete", store_delete },
  { "compare_and_set", store_compare_and_set },
  { "list", store_list },
};

static EnlaceValue *
data_store_run (EnlaceStepContext  *context,
                GError            **error)
{
  g_autofree char *operation = enlace_step_context_dup_text (context, "operation", error);
  EnlaceKept self;

  if (operation == NULL || !enlace_kept_init (&self, context, error))
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    if (strcmp (operations[i].name, operation) == 0)
      return operations[i].run (&self, error);

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "There is no operation “%s”", operation);
  return NULL;
}

const EnlaceStepType enlace_step_data_store = {
  .name = "data.store",
  .run = data_store_run,
};
