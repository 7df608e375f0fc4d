/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/steps.h"

#include <math.h>
#include <string.h>

#include "common/value/json.h"
#include "server/workflow/engine-private.h"
#include "server/workflow/steps/kept.h"

#define MAX_SEEN 100000
#define LONGEST_MS (G_GINT64_CONSTANT (10) * 366 * 24 * 60 * 60 * 1000)

/* The items of a list by their keys: equal ones once. */
typedef struct {
  GPtrArray  *keys;         /* EnlaceValue, in the order in which they appear */
  GArray     *items;        /* gsize: the number of the item that each key keeps */
  GHashTable *places;       /* key, borrowed → its place in both + 1 */
} Distinct;

static void
clear_distinct (Distinct *self)
{
  g_ptr_array_unref (self->keys);
  g_array_unref (self->items);
  g_hash_table_unref (self->places);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Distinct, clear_distinct)

/* Keys that are seen for the first time, on their way into the commit that records the step. */
typedef struct {
  EnlaceStepChange base;
  GByteArray *hashes;       /* one behind the other */
  EnlaceUuid  organisation_id;
  gboolean    has_workflow;
  EnlaceUuid  workflow_id;
  gint64      now;
  gint64      expires_at;
} Seen;

static gboolean
apply_seen (EnlaceStepChange  *change,
            EnlaceWriter      *writer,
            GError           **error)
{
  Seen *self = (Seen *) change;

  for (guint at = 0; at < self->hashes->len; at += ENLACE_DATA_HASH_SIZE)
    if (!enlace_data_see (writer, self->hashes->data + at, &self->organisation_id, self->has_workflow ? &self->workflow_id : NULL, self->expires_at,
                          self->now, error))
      return FALSE;

  return TRUE;
}

static void
free_seen (EnlaceStepChange *change)
{
  g_byte_array_unref (((Seen *) change)->hashes);
  g_free (change);
}

static Seen *
new_seen (const EnlaceKept *kept,
          gint64            lifetime_ms)
{
  EnlaceRun *run = enlace_step_context_get_run (kept->context);
  Seen *self = g_new0 (Seen, 1);

  self->base.apply = apply_seen;
  self->base.free = free_seen;
  self->hashes = g_byte_array_new ();
  self->organisation_id = run->organisation_id;
  self->has_workflow = !kept->is_organisation;
  self->workflow_id = run->workflow_id;
  self->now = kept->now;
  self->expires_at = kept->now + lifetime_ms * 1000;

  return self;
}

static void
add_key (Distinct    *self,
         EnlaceValue *key,
         gsize        index,
         gboolean     keeps_last)
{
  gsize place = GPOINTER_TO_SIZE (g_hash_table_lookup (self->places, key));

  if (place > 0 && keeps_last)
    g_array_index (self->items, gsize, place - 1) = index;
  if (place > 0)
    return;

  g_ptr_array_add (self->keys, enlace_value_ref (key));
  g_array_append_val (self->items, index);
  g_hash_table_insert (self->places, key, GSIZE_TO_POINTER (self->keys->len));
}

static gboolean
find_distinct (EnlaceStepContext  *context,
               EnlaceValue        *items,
               gboolean            keeps_last,
               Distinct           *self,
               GError            **error)
{
  gboolean has_key = enlace_step_context_has (context, "key");

  for (gsize i = 0; i < enlace_value_get_length (items); i++)
    {
      EnlaceValue *item = enlace_value_get_element (items, i);
      g_autoptr(EnlaceValue) key = has_key ? enlace_step_context_get_for (context, "key", item, i, error) : enlace_value_ref (item);

      if (key == NULL || !enlace_step_context_charge (context, 2, error))
        return FALSE;
      add_key (self, key, i, keeps_last);
    }

  return TRUE;
}

/* As text in one form: a whole number is one however it was written. */
static char *
write_key (EnlaceValue  *key,
           gsize        *length,
           GError      **error)
{
  double real = enlace_value_get_kind (key) == ENLACE_KIND_DOUBLE ? enlace_value_get_double (key) : 0.5;
  gboolean is_whole = fabs (real) <= 1e15 && floor (real) == real;
  g_autoptr(EnlaceValue) whole = is_whole ? enlace_value_new_int ((gint64) real) : enlace_value_ref (key);
  g_autoptr(GError) reason = NULL;
  char *text = enlace_json_format (whole, ENLACE_JSON_COMPACT | ENLACE_JSON_SORTED, length, &reason);

  if (text == NULL)
    g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "A key cannot be kept: %s", reason->message);
  return text;
}

static gboolean
look_up (EnlaceReader  *reader,
         gint64         now,
         const guint8  *hash,
         gboolean      *is_seen,
         GError       **error)
{
  g_autoptr(GError) reason = NULL;

  if (enlace_data_is_seen (reader, hash, now, is_seen, &reason))
    return TRUE;

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "What was seen cannot be read: %s", reason->message);
  return FALSE;
}

/* Leaves in `distinct` only the items whose keys are new, and gives their hashes to `seen`. */
static gboolean
drop_seen (EnlaceKept    *kept,
           EnlaceReader  *reader,
           const char    *name,
           Distinct      *distinct,
           Seen          *seen,
           GError       **error)
{
  guint n_new = 0;

  for (guint i = 0; i < distinct->keys->len; i++)
    {
      guint8 hash[ENLACE_DATA_HASH_SIZE];
      gboolean is_seen;
      gsize length;
      g_autofree char *key = write_key (distinct->keys->pdata[i], &length, error);

      if (key == NULL || enlace_step_context_is_interrupted (kept->context, error))
        return FALSE;
      enlace_kept_hash (kept, ENLACE_KEPT_SEEN, name, key, length, hash);
      if (!look_up (reader, kept->now, hash, &is_seen, error))
        return FALSE;
      if (is_seen)
        continue;
      g_array_index (distinct->items, gsize, n_new++) = g_array_index (distinct->items, gsize, i);
      g_byte_array_append (seen->hashes, hash, sizeof hash);
    }
  g_array_set_size (distinct->items, n_new);

  return TRUE;
}

static gboolean
remember (EnlaceStepContext  *context,
          Distinct           *distinct,
          GError            **error)
{
  EnlaceStore *store = enlace_step_context_get_run (context)->engine->store;
  g_autofree char *name = NULL;
  gint64 lifetime_ms = 0;
  EnlaceReader *reader;
  EnlaceKept kept;
  gboolean is_read;
  Seen *seen;

  if (!enlace_kept_init (&kept, context, error) || !enlace_step_context_get_duration (context, "lifetime", LONGEST_MS, &lifetime_ms, error))
    return FALSE;
  if (distinct->keys->len > MAX_SEEN)
    {
      g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_LIMIT, "At most %d keys are remembered at a time, and these are %u", MAX_SEEN,
                   distinct->keys->len);
      return FALSE;
    }

  name = enlace_step_context_has (context, "name") ? enlace_step_context_dup_text (context, "name", error)
                                                   : g_strdup (enlace_step_context_get_node (context));
  if (name == NULL)
    return FALSE;

  seen = new_seen (&kept, lifetime_ms);
  reader = enlace_store_acquire_reader (store);
  is_read = drop_seen (&kept, reader, name, distinct, seen, error);
  enlace_store_release_reader (store, reader);
  if (is_read && seen->hashes->len > 0)
    enlace_step_context_add_change (context, &seen->base);
  else
    free_seen (&seen->base);

  return is_read;
}

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  gsize one = *(const gsize *) a, other = *(const gsize *) b;

  return (one > other) - (one < other);
}

static EnlaceValue *
collect (EnlaceValue *items,
         GArray      *kept)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();

  g_array_sort (kept, compare_places);
  for (guint i = 0; i < kept->len; i++)
    enlace_list_builder_add (builder, enlace_value_get_element (items, g_array_index (kept, gsize, i)));

  return enlace_list_builder_end (builder);
}

/* The list, or the single value as a list of one. */
static EnlaceValue *
get_items (EnlaceStepContext  *context,
           gboolean            is_single,
           gboolean            is_remembered,
           GError            **error)
{
  g_autoptr(EnlaceListBuilder) builder = NULL;
  EnlaceValue *value;

  if (is_single == enlace_step_context_has (context, "items"))
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "It has “items” or “value”, one of them");
      return NULL;
    }
  if (!is_single)
    return enlace_step_context_get_list (context, "items", error);
  if (!is_remembered)
    {
      g_set_error_literal (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "In one run alone a single value is always new: choose a wider scope");
      return NULL;
    }

  value = enlace_step_context_get (context, "value", error);
  if (value == NULL)
    return NULL;

  builder = enlace_list_builder_new ();
  enlace_list_builder_take (builder, value);
  return enlace_list_builder_end (builder);
}

static EnlaceValue *
data_dedupe_run (EnlaceStepContext  *context,
                 GError            **error)
{
  g_auto(Distinct) self = {
    g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_value_unref),
    g_array_new (FALSE, FALSE, sizeof (gsize)),
    g_hash_table_new ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal),
  };
  g_autofree char *keep = enlace_step_context_dup_text (context, "keep", error);
  g_autofree char *scope = keep != NULL ? enlace_step_context_dup_text (context, "scope", error) : NULL;
  gboolean is_remembered = g_strcmp0 (scope, "run") != 0;
  gboolean is_single = enlace_step_context_has (context, "value");
  g_autoptr(EnlaceValue) items = scope != NULL ? get_items (context, is_single, is_remembered, error) : NULL;
  g_autoptr(EnlaceMapBuilder) builder = NULL;

  if (items == NULL || !find_distinct (context, items, strcmp (keep, "last") == 0, &self, error)
      || (is_remembered && !remember (context, &self, error)))
    return NULL;
  if (!is_single)
    return collect (items, self.items);

  builder = enlace_map_builder_new ();
  enlace_map_builder_add_bool (builder, "is_new", self.items->len > 0);
  return enlace_map_builder_end (builder);
}

const EnlaceStepType enlace_step_data_dedupe = {
  .name = "data.dedupe",
  .run = data_dedupe_run,
};
