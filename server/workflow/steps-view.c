/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include "server/workflow/engine-private.h"

#include "server/workflow/journal.h"

/* What people see of the steps of a run: its record and journal, told as attempts of steps. */

/* What an attempt of a step that has no result yet is doing. */
static const char *
describe_open (const EnlaceEntry        *entry,
               const EnlaceExecutionRow *row)
{
  if (entry->kind == ENLACE_ENTRY_NOT_DONE)
    return "queued";
  if (enlace_status_is_final (row->status))
    return entry->kind == ENLACE_ENTRY_UNKNOWN ? "unknown" : "cancelled";
  if (entry->kind == ENLACE_ENTRY_WAIT)
    return "waiting";
  if (entry->kind == ENLACE_ENTRY_OPEN)
    return "running";

  return entry->kind == ENLACE_ENTRY_UNKNOWN || (row->status == ENLACE_STATUS_UNKNOWN && !entry->is_repeatable) ? "unknown" : "running";
}

static const char *
describe_entry (const EnlaceEntry        *entry,
                const EnlaceExecutionRow *row)
{
  switch (entry->kind)
    {
    case ENLACE_ENTRY_RESULT:
      return entry->is_failed ? "failed" : "completed";
    case ENLACE_ENTRY_DONE:
      return "completed";
    case ENLACE_ENTRY_ATTEMPT:
      return "failed";
    case ENLACE_ENTRY_INTENT:
    case ENLACE_ENTRY_UNKNOWN:
    case ENLACE_ENTRY_NOT_DONE:
    case ENLACE_ENTRY_WAIT:
    case ENLACE_ENTRY_OPEN:
    case ENLACE_ENTRY_FRAME:
    case ENLACE_ENTRY_OPTIONS:
    default:
      return describe_open (entry, row);
    }
}

static void
add_nullable (EnlaceMapBuilder *builder,
              const char       *name,
              EnlaceValue      *value)
{
  if (value != NULL)
    enlace_map_builder_add (builder, name, value);
  else
    enlace_map_builder_add_null (builder, name);
}

/* Where in loops and branches: numbers from the outermost one, as a list. */
static EnlaceValue *
read_path (const char *iteration)
{
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  char *at = (char *) iteration;

  while (at != NULL && *at != '\0')
    {
      enlace_list_builder_take (builder, enlace_value_new_int (g_ascii_strtoll (at, &at, 10)));
      if (*at == '.')
        at++;
    }

  return enlace_list_builder_end (builder);
}

static void
add_place (EnlaceMapBuilder *builder,
           const char       *iteration)
{
  g_autoptr(EnlaceValue) path = read_path (iteration);
  gsize length = enlace_value_get_length (path);

  enlace_map_builder_add_int (builder, "iteration", length > 0 ? enlace_value_get_int (enlace_value_get_element (path, length - 1)) : 0);
  enlace_map_builder_add (builder, "path", path);
}

static gboolean
is_open (const EnlaceEntry *entry)
{
  return entry->kind != ENLACE_ENTRY_RESULT && entry->kind != ENLACE_ENTRY_DONE && entry->kind != ENLACE_ENTRY_ATTEMPT;
}

static EnlaceValue *
describe_step (const EnlaceEntry        *entry,
               EnlaceValue              *input,
               EnlaceValue              *trigger,
               const EnlaceExecutionRow *row)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "node", entry->node);
  add_place (builder, entry->iteration);
  enlace_map_builder_add_int (builder, "attempt", MAX (entry->attempt, 1));
  enlace_map_builder_add_string (builder, "status", describe_entry (entry, row));
  enlace_map_builder_take (builder, "started_at",
                           enlace_value_new_timestamp (entry->started_at / G_USEC_PER_SEC, (guint32) (entry->started_at % G_USEC_PER_SEC) * 1000));
  if (is_open (entry))
    enlace_map_builder_add_null (builder, "duration_ms");
  else
    enlace_map_builder_add_int (builder, "duration_ms", (entry->duration + 500) / 1000);
  add_nullable (builder, "input", entry->input != NULL ? entry->input : input);
  add_nullable (builder, "output", entry->output != NULL ? entry->output : trigger);
  add_nullable (builder, "error", entry->error);

  return enlace_map_builder_end (builder);
}

static char *
dup_key (const EnlaceEntry *entry)
{
  return g_strdup_printf ("%s/%s", entry->node, entry->iteration != NULL ? entry->iteration : "");
}

/* By place: the first entry with an input (what the step acted on). */
static GHashTable *
index_inputs (GPtrArray *entries)
{
  GHashTable *inputs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const EnlaceEntry *entry = entries->pdata[i];
      g_autofree char *key = entry->input != NULL ? dup_key (entry) : NULL;

      if (key != NULL && entry->kind != ENLACE_ENTRY_OPEN && !g_hash_table_contains (inputs, key))
        g_hash_table_insert (inputs, g_steal_pointer (&key), entry->input);
    }

  return inputs;
}

/* What is open is shown as its outcome once that is known. Marks the entries that are shown. */
static guint8 *
mark_shown (GPtrArray *entries)
{
  g_autoptr(GHashTable) later = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint8 *is_shown = g_new0 (guint8, entries->len + 1);

  for (guint i = entries->len; i > 0; i--)
    {
      const EnlaceEntry *entry = entries->pdata[i - 1];
      g_autofree char *key = NULL;
      const EnlaceEntry *next;

      if (entry->kind == ENLACE_ENTRY_FRAME || entry->kind == ENLACE_ENTRY_OPTIONS)
        continue;

      key = dup_key (entry);
      next = g_hash_table_lookup (later, key);
      is_shown[i - 1] = !is_open (entry) || next == NULL
                        || (next->attempt != entry->attempt && entry->kind != ENLACE_ENTRY_NOT_DONE && entry->kind != ENLACE_ENTRY_OPEN
                            && entry->kind != ENLACE_ENTRY_WAIT);
      g_hash_table_insert (later, g_steal_pointer (&key), (gpointer) entry);
    }

  return is_shown;
}

static gboolean
is_first_result (GPtrArray *entries,
                 guint      index)
{
  for (guint i = 0; i < index; i++)
    if (((EnlaceEntry *) entries->pdata[i])->kind != ENLACE_ENTRY_OPTIONS)
      return FALSE;

  return TRUE;
}

EnlaceValue *
enlace_engine_read_steps (EnlaceEngine              *self,
                          const EnlaceExecutionRow  *row,
                          GPtrArray                 *journal,
                          GError                   **error)
{
  g_autoptr(GPtrArray) entries = enlace_journal_read (self->vault, row, journal, error);
  g_autoptr(EnlaceListBuilder) builder = enlace_list_builder_new ();
  g_autoptr(EnlaceValue) trigger = NULL;
  g_autoptr(GHashTable) inputs = NULL;
  g_autofree guint8 *is_shown = NULL;

  if (entries == NULL || (trigger = enlace_engine_read_trigger (self, row, error)) == NULL)
    return NULL;

  inputs = index_inputs (entries);
  is_shown = mark_shown (entries);
  for (guint i = 0; i < entries->len; i++)
    {
      const EnlaceEntry *entry = entries->pdata[i];
      g_autofree char *key = dup_key (entry);

      /* A run begins with its trigger, whose output is not kept twice. */
      if (is_shown[i])
        enlace_list_builder_take (builder, describe_step (entry, g_hash_table_lookup (inputs, key), i < 2 && is_first_result (entries, i) ? trigger : NULL, row));
    }

  return enlace_list_builder_end (builder);
}
