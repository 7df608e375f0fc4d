/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/step-record.h"

struct _EnlaceStepRecord
{
  GObject      parent_instance;

  EnlaceValue *value;       /* the whole record */
  char        *iteration;
};

G_DEFINE_FINAL_TYPE (EnlaceStepRecord, enlace_step_record, G_TYPE_OBJECT)

static void
enlace_step_record_finalize (GObject *object)
{
  EnlaceStepRecord *self = ENLACE_STEP_RECORD (object);

  g_clear_pointer (&self->value, enlace_value_unref);
  g_free (self->iteration);

  G_OBJECT_CLASS (enlace_step_record_parent_class)->finalize (object);
}

static void
enlace_step_record_class_init (EnlaceStepRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enlace_step_record_finalize;
}

static void
enlace_step_record_init (EnlaceStepRecord *self)
{
}

static char *
describe_iteration (EnlaceValue *iteration)
{
  if (iteration == NULL || enlace_value_is_null (iteration))
    return g_strdup ("");
  if (enlace_value_get_kind (iteration) == ENLACE_KIND_STRING)
    return g_strdup (enlace_value_get_string (iteration));
  if (enlace_value_get_int (iteration) == 0)
    return g_strdup ("");

  return g_strdup_printf ("%" G_GINT64_FORMAT, enlace_value_get_int (iteration));
}

EnlaceStepRecord *
enlace_step_record_new (EnlaceValue *value)
{
  EnlaceStepRecord *self;

  g_return_val_if_fail (value != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_STEP_RECORD, NULL);
  self->value = enlace_value_ref (value);
  self->iteration = describe_iteration (enlace_value_get_member (value, "iteration"));

  return self;
}

const char *
enlace_step_record_get_node (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return enlace_value_get_member_string (self->value, "node", "");
}

gint64
enlace_step_record_get_attempt (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), 0);

  return enlace_value_get_member_int (self->value, "attempt", 1);
}

const char *
enlace_step_record_get_iteration (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return self->iteration;
}

const char *
enlace_step_record_get_status (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return enlace_value_get_member_string (self->value, "status", "");
}

const char *
enlace_step_record_get_started_at (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return enlace_value_get_member_string (self->value, "started_at", NULL);
}

gint64
enlace_step_record_get_duration_ms (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), -1);

  return enlace_value_get_member_int (self->value, "duration_ms", -1);
}

static EnlaceValue *
get_part (EnlaceStepRecord *self,
          const char       *name)
{
  EnlaceValue *part = enlace_value_get_member (self->value, name);

  return part != NULL && !enlace_value_is_null (part) ? part : NULL;
}

EnlaceValue *
enlace_step_record_get_input (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return get_part (self, "input");
}

EnlaceValue *
enlace_step_record_get_output (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return get_part (self, "output");
}

EnlaceValue *
enlace_step_record_get_error (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return get_part (self, "error");
}

const char *
enlace_step_record_get_error_message (EnlaceStepRecord *self)
{
  EnlaceValue *error;

  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  error = get_part (self, "error");
  if (error == NULL)
    return NULL;
  if (enlace_value_get_kind (error) == ENLACE_KIND_STRING)
    return enlace_value_get_string (error);

  return enlace_value_get_member_string (error, "message", enlace_value_get_member_string (error, "detail", NULL));
}
