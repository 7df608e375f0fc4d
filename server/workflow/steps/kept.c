/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/steps/kept.h"

#include <string.h>

#include "server/workflow/engine-private.h"
#include "server/workflow/sealed.h"

#define TABLE "data_values"
#define MAX_VALUE (256 * 1024)
/* What sealing adds. */
#define SEAL_SIZE 64

gboolean
enlace_kept_init (EnlaceKept         *self,
                  EnlaceStepContext  *context,
                  GError            **error)
{
  g_autofree char *scope = enlace_step_context_dup_text (context, "scope", error);

  if (scope == NULL)
    return FALSE;

  *self = (EnlaceKept) { context, strcmp (scope, "organisation") == 0, enlace_step_context_get_time (context) };
  return TRUE;
}

const EnlaceUuid *
enlace_kept_get_workflow (const EnlaceKept *self)
{
  return self->is_organisation ? NULL : &enlace_step_context_get_run (self->context)->workflow_id;
}

void
enlace_kept_hash (const EnlaceKept *self,
                  const char       *purpose,
                  const char       *name,
                  const char       *key,
                  gsize             length,
                  guint8            hash[ENLACE_DATA_HASH_SIZE])
{
  EnlaceRun *run = enlace_step_context_get_run (self->context);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  static const EnlaceUuid none;
  guint8 is_test = run->is_test != 0;

  g_byte_array_append (bytes, self->is_organisation ? none.bytes : run->workflow_id.bytes, sizeof none.bytes);
  g_byte_array_append (bytes, &is_test, 1);
  g_byte_array_append (bytes, (const guint8 *) name, strlen (name) + 1);
  g_byte_array_append (bytes, (const guint8 *) key, length);
  enlace_vault_hash (run->engine->vault, &run->organisation_id, purpose, bytes->data, bytes->len, hash);
}

/* Values are sealed for the place of their key, which is as unique as an id. */
static EnlaceUuid
get_place (const EnlaceDataRow *row)
{
  EnlaceUuid place;

  memcpy (place.bytes, row->key_hash, sizeof place.bytes);
  return place;
}

EnlaceDataRow *
enlace_kept_make_row (const EnlaceKept  *self,
                      const char        *key,
                      EnlaceValue       *value,
                      gint64             lifetime_ms,
                      GError           **error)
{
  EnlaceRun *run = enlace_step_context_get_run (self->context);
  g_autoptr(EnlaceDataRow) row = g_new0 (EnlaceDataRow, 1);
  EnlaceUuid place;

  enlace_kept_hash (self, ENLACE_KEPT_VALUES, "", key, strlen (key), row->key_hash);
  row->organisation_id = run->organisation_id;
  row->has_workflow = !self->is_organisation;
  row->workflow_id = run->workflow_id;
  row->is_test = run->is_test != 0;
  row->created_at = row->updated_at = self->now;
  row->expires_at = lifetime_ms > 0 ? self->now + lifetime_ms * 1000 : 0;
  place = get_place (row);
  row->key = enlace_vault_seal (run->engine->vault, &run->organisation_id, TABLE, &place, "key", key, strlen (key));
  row->value = enlace_sealed_value_write (run->engine->vault, &run->organisation_id, TABLE, &place, "value", value);
  if (g_bytes_get_size (row->value) <= MAX_VALUE + SEAL_SIZE)
    return g_steal_pointer (&row);

  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_PARAMETER, "A value that is kept has at most %d KiB", MAX_VALUE / 1024);
  return NULL;
}

static void
take_error (GError **error,
            GError  *reason)
{
  g_set_error (error, ENLACE_STEP_ERROR, ENLACE_STEP_ERROR_STATE, "What is kept cannot be read: %s", reason->message);
  g_error_free (reason);
}

EnlaceValue *
enlace_kept_read_value (const EnlaceKept     *self,
                        const EnlaceDataRow  *row,
                        GError              **error)
{
  EnlaceRun *run = enlace_step_context_get_run (self->context);
  EnlaceUuid place = get_place (row);
  GError *reason = NULL;
  EnlaceValue *value = enlace_sealed_value_read (run->engine->vault, &run->organisation_id, TABLE, &place, "value", row->value, &reason);

  if (value == NULL)
    take_error (error, reason);
  return value;
}

char *
enlace_kept_read_key (const EnlaceKept     *self,
                      const EnlaceDataRow  *row,
                      GError              **error)
{
  EnlaceRun *run = enlace_step_context_get_run (self->context);
  EnlaceUuid place = get_place (row);
  GError *reason = NULL;
  g_autoptr(GBytes) bytes = enlace_vault_unseal (run->engine->vault, &run->organisation_id, TABLE, &place, "key", row->key, &reason);
  gconstpointer data;
  gsize length;

  if (bytes == NULL)
    {
      take_error (error, reason);
      return NULL;
    }

  data = g_bytes_get_data (bytes, &length);
  return g_strndup (data, length);
}
