/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-builder"

#include "config.h"

#include "src/builder/sample.h"

#include <string.h>

#include "common/expression/template.h"
#include "common/value/json.h"
#include "src/builder/step-id.h"

/* A tenth of what a run may use: this is done at every pause in typing. */
#define COST (ENLACE_EXPRESSION_DEFAULT_COST / 10)

struct _EnlaceSample
{
  GObject      parent_instance;

  EnlaceValue *trigger;       /* nullable */
  GHashTable  *records;       /* node → EnlaceStepRecord, the last of each */
  EnlaceValue *steps;         /* as expressions see them */
  char        *workflow_id;
  char        *workflow_name;
  gboolean     has_run;
};

enum {
  CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (EnlaceSample, enlace_sample, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static void
enlace_sample_finalize (GObject *object)
{
  EnlaceSample *self = ENLACE_SAMPLE (object);

  g_clear_pointer (&self->trigger, enlace_value_unref);
  g_clear_pointer (&self->steps, enlace_value_unref);
  g_hash_table_unref (self->records);
  g_free (self->workflow_id);
  g_free (self->workflow_name);

  G_OBJECT_CLASS (enlace_sample_parent_class)->finalize (object);
}

static void
enlace_sample_class_init (EnlaceSampleClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_sample_finalize;

  signals[CHANGED] = g_signal_new ("changed", ENLACE_TYPE_SAMPLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enlace_sample_init (EnlaceSample *self)
{
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
}

EnlaceSample *
enlace_sample_new (void)
{
  return g_object_new (ENLACE_TYPE_SAMPLE, NULL);
}

static EnlaceValue *
steps_to_value (EnlaceSample *self)
{
  g_autoptr(EnlaceMapBuilder) steps = enlace_map_builder_new ();
  GHashTableIter iter;
  gpointer node;
  gpointer record;

  g_hash_table_iter_init (&iter, self->records);
  while (g_hash_table_iter_next (&iter, &node, &record))
    {
      g_autoptr(EnlaceMapBuilder) step = enlace_map_builder_new ();
      EnlaceValue *output = enlace_step_record_get_output (record);
      EnlaceValue *error = enlace_step_record_get_error (record);

      /* A skipped step is absent. */
      if (g_str_equal (enlace_step_record_get_status (record), "skipped"))
        continue;
      if (output != NULL)
        enlace_map_builder_add (step, "output", output);
      if (error != NULL && !enlace_value_is_null (error))
        enlace_map_builder_add (step, "error", error);
      enlace_map_builder_take (steps, node, enlace_map_builder_end (step));
    }

  return enlace_map_builder_end (steps);
}

/* The last record of a step is taken; of a loop's iterations the first that failed. */
static void
take_record (EnlaceSample     *self,
             EnlaceStepRecord *record)
{
  const char *node = enlace_step_record_get_node (record);
  EnlaceStepRecord *before = g_hash_table_lookup (self->records, node);

  if (before != NULL && g_str_equal (enlace_step_record_get_status (before), "failed") &&
      !enlace_step_record_is_same_step (before, record))
    return;

  g_hash_table_replace (self->records, (gpointer) node, g_object_ref (record));
}

void
enlace_sample_set_run (EnlaceSample *self,
                       EnlaceValue  *trigger,
                       GListModel   *records)
{
  g_return_if_fail (ENLACE_IS_SAMPLE (self));
  g_return_if_fail (G_IS_LIST_MODEL (records));

  if (trigger != NULL)
    enlace_value_ref (trigger);
  g_clear_pointer (&self->trigger, enlace_value_unref);
  self->trigger = trigger;

  g_hash_table_remove_all (self->records);
  for (guint i = 0; i < g_list_model_get_n_items (records); i++)
    {
      g_autoptr(EnlaceStepRecord) record = g_list_model_get_item (records, i);

      take_record (self, record);
    }
  g_clear_pointer (&self->steps, enlace_value_unref);
  self->steps = steps_to_value (self);
  self->has_run = TRUE;

  g_signal_emit (self, signals[CHANGED], 0);
}

void
enlace_sample_set_workflow (EnlaceSample *self,
                            const char   *id,
                            const char   *name)
{
  g_return_if_fail (ENLACE_IS_SAMPLE (self));

  g_set_str (&self->workflow_id, id);
  g_set_str (&self->workflow_name, name);
}

gboolean
enlace_sample_has_run (EnlaceSample *self)
{
  g_return_val_if_fail (ENLACE_IS_SAMPLE (self), FALSE);

  return self->has_run;
}

EnlaceValue *
enlace_sample_get_trigger (EnlaceSample *self)
{
  g_return_val_if_fail (ENLACE_IS_SAMPLE (self), NULL);

  return self->trigger;
}

EnlaceStepRecord *
enlace_sample_find_record (EnlaceSample *self,
                           const char   *node)
{
  g_return_val_if_fail (ENLACE_IS_SAMPLE (self), NULL);

  return node != NULL ? g_hash_table_lookup (self->records, node) : NULL;
}

EnlaceValue *
enlace_sample_dup_scope (EnlaceSample *self)
{
  g_autoptr(EnlaceMapBuilder) members = enlace_map_builder_new ();
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  gint64 now = g_get_real_time ();

  g_return_val_if_fail (ENLACE_IS_SAMPLE (self), NULL);

  if (self->trigger != NULL)
    enlace_map_builder_add (members, "trigger", self->trigger);
  if (self->steps != NULL)
    enlace_map_builder_add (members, "steps", self->steps);
  enlace_map_builder_take (members, "vars", enlace_map_builder_end (map));
  enlace_map_builder_add_string (map, "id", self->workflow_id);
  enlace_map_builder_add_string (map, "name", self->workflow_name);
  enlace_map_builder_take (members, "workflow", enlace_map_builder_end (map));
  enlace_map_builder_take (members, "now", enlace_value_new_timestamp (now / G_USEC_PER_SEC, (guint32) (now % G_USEC_PER_SEC) * 1000));

  return enlace_map_builder_end (members);
}

EnlaceValue *
enlace_sample_evaluate (EnlaceSample  *self,
                        EnlaceValue   *value,
                        GError       **error)
{
  g_autoptr(EnlaceTemplate) template = NULL;
  g_autoptr(EnlaceValue) members = NULL;
  EnlaceMapScope scope;
  guint64 cost = COST;

  g_return_val_if_fail (ENLACE_IS_SAMPLE (self), NULL);
  g_return_val_if_fail (value != NULL, NULL);

  if ((template = enlace_template_compile (value, NULL, error)) == NULL)
    return NULL;

  members = enlace_sample_dup_scope (self);
  enlace_map_scope_init (&scope, members);

  return enlace_template_evaluate (template, &scope.scope, &cost, error);
}

gboolean
enlace_sample_is_template (EnlaceValue *value)
{
  g_autoptr(EnlaceTemplate) template = NULL;

  g_return_val_if_fail (value != NULL, FALSE);

  template = enlace_template_compile (value, NULL, NULL);

  return template == NULL || !enlace_template_is_constant (template);
}

char *
enlace_sample_join_path (const char  *path,
                         EnlaceValue *key)
{
  const char *name = enlace_value_get_string (key);
  g_autofree char *quoted = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (name == NULL)
    return g_strdup_printf ("%s[%" G_GINT64_FORMAT "]", path, enlace_value_get_int (key));
  if (enlace_step_id_is_valid (name))
    return g_strdup_printf ("%s.%s", path, name);

  quoted = enlace_json_format (key, ENLACE_JSON_COMPACT, NULL, NULL);

  return g_strdup_printf ("%s[%s]", path, quoted);
}
