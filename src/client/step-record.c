/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/step-record.h"

struct _EnlaceStepRecord
{
  GObject      parent_instance;

  EnlaceValue *value;       /* the whole record */
  char        *path;        /* "2.0" */
  char        *iteration;   /* "3.1" */
};

G_DEFINE_FINAL_TYPE (EnlaceStepRecord, enlace_step_record, G_TYPE_OBJECT)

static void
enlace_step_record_finalize (GObject *object)
{
  EnlaceStepRecord *self = ENLACE_STEP_RECORD (object);

  g_clear_pointer (&self->value, enlace_value_unref);
  g_free (self->path);
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

/* The numbers with dots between them, counted from `base`. */
static char *
describe_path (EnlaceValue *path,
               gint64       base)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (path == NULL || enlace_value_get_kind (path) != ENLACE_KIND_LIST)
    return g_string_free_and_steal (g_steal_pointer (&text));

  for (gsize i = 0; i < enlace_value_get_length (path); i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? "." : "",
                            enlace_value_get_int (enlace_value_get_element (path, i)) + base);

  return g_string_free_and_steal (g_steal_pointer (&text));
}

EnlaceStepRecord *
enlace_step_record_new (EnlaceValue *value)
{
  EnlaceStepRecord *self;

  g_return_val_if_fail (value != NULL, NULL);

  self = g_object_new (ENLACE_TYPE_STEP_RECORD, NULL);
  self->value = enlace_value_ref (value);
  self->path = describe_path (enlace_value_get_member (value, "path"), 0);
  self->iteration = describe_path (enlace_value_get_member (value, "path"), 1);

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
enlace_step_record_get_path (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return self->path;
}

static EnlaceValue *
get_path_list (EnlaceStepRecord *self)
{
  EnlaceValue *path = enlace_value_get_member (self->value, "path");

  return path != NULL && enlace_value_get_kind (path) == ENLACE_KIND_LIST ? path : NULL;
}

EnlaceValue *
enlace_step_record_get_place (EnlaceStepRecord *self)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), NULL);

  return *self->path != '\0' ? get_path_list (self) : NULL;
}

guint
enlace_step_record_get_depth (EnlaceStepRecord *self)
{
  EnlaceValue *path;

  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), 0);

  path = get_path_list (self);

  return path != NULL ? (guint) enlace_value_get_length (path) : 0;
}

gint64
enlace_step_record_get_number (EnlaceStepRecord *self,
                               guint             depth)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), 0);
  g_return_val_if_fail (depth < enlace_step_record_get_depth (self), 0);

  return enlace_value_get_int (enlace_value_get_element (get_path_list (self), depth));
}

gboolean
enlace_step_record_is_same_step (EnlaceStepRecord *self,
                                 EnlaceStepRecord *other)
{
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (self), FALSE);
  g_return_val_if_fail (ENLACE_IS_STEP_RECORD (other), FALSE);

  return g_str_equal (self->path, other->path) &&
         g_str_equal (enlace_step_record_get_node (self), enlace_step_record_get_node (other));
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
