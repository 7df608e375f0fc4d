/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/execution.h"

struct _EnlaceExecution
{
  EnlaceResource  parent_instance;

  EnlaceValue    *trigger_data;
};

enum {
  MEMBER_WORKFLOW_ID,
  MEMBER_VERSION,
  MEMBER_STATUS,
  MEMBER_IS_TEST,
  MEMBER_STARTED_AT,
  MEMBER_COMPLETED_AT,
  MEMBER_DURATION_MS,
  MEMBER_ERROR_MESSAGE,
  MEMBER_RETRY_COUNT,
  N_MEMBERS
};

enum {
  PROP_0,
  PROP_TRIGGER_DATA = 100,
};

G_DEFINE_ENUM_TYPE (EnlaceExecutionStatus, enlace_execution_status,
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_COMPLETED, "completed"),
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (ENLACE_EXECUTION_CANCELLED, "cancelled"))

G_DEFINE_FINAL_TYPE (EnlaceExecution, enlace_execution, ENLACE_TYPE_RESOURCE)

EnlaceExecutionStatus
enlace_execution_status_from_name (const char            *name,
                                   EnlaceExecutionStatus  fallback)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (ENLACE_TYPE_EXECUTION_STATUS);
  GEnumValue *value = name != NULL ? g_enum_get_value_by_nick (klass, name) : NULL;

  return value != NULL ? (EnlaceExecutionStatus) value->value : fallback;
}

const char *
enlace_execution_status_get_name (EnlaceExecutionStatus status)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (ENLACE_TYPE_EXECUTION_STATUS);

  return g_enum_get_value (klass, status)->value_nick;
}

gboolean
enlace_execution_status_is_final (EnlaceExecutionStatus status)
{
  return status == ENLACE_EXECUTION_COMPLETED || status == ENLACE_EXECUTION_FAILED ||
         status == ENLACE_EXECUTION_CANCELLED;
}

static void
enlace_execution_finalize (GObject *object)
{
  EnlaceExecution *self = ENLACE_EXECUTION (object);

  g_clear_pointer (&self->trigger_data, enlace_value_unref);

  G_OBJECT_CLASS (enlace_execution_parent_class)->finalize (object);
}

static void
enlace_execution_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  EnlaceExecution *self = ENLACE_EXECUTION (object);

  switch (prop_id)
    {
    case PROP_TRIGGER_DATA:
      g_value_set_boxed (value, self->trigger_data);
      break;

    default:
      G_OBJECT_CLASS (enlace_execution_parent_class)->get_property (object, prop_id, value, pspec);
    }
}

static void
enlace_execution_class_init (EnlaceExecutionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EnlaceResourceClass *resource_class = ENLACE_RESOURCE_CLASS (klass);
  const EnlaceMember members[] = {
    [MEMBER_WORKFLOW_ID] = { "workflow-id", G_TYPE_STRING },
    [MEMBER_VERSION] = { "version", G_TYPE_INT64 },
    [MEMBER_STATUS] = { "status", G_TYPE_STRING },
    [MEMBER_IS_TEST] = { "is-test", G_TYPE_BOOLEAN },
    [MEMBER_STARTED_AT] = { "started-at", G_TYPE_STRING },
    [MEMBER_COMPLETED_AT] = { "completed-at", G_TYPE_STRING },
    [MEMBER_DURATION_MS] = { "duration-ms", G_TYPE_INT64 },
    [MEMBER_ERROR_MESSAGE] = { "error-message", G_TYPE_STRING },
    [MEMBER_RETRY_COUNT] = { "retry-count", G_TYPE_INT64 },
  };

  object_class->finalize = enlace_execution_finalize;
  object_class->get_property = enlace_execution_get_property;

  resource_class->collection = "executions";
  resource_class->kind = "execution";
  enlace_resource_class_install_members (resource_class, members, N_MEMBERS);

  g_object_class_install_property (object_class, PROP_TRIGGER_DATA,
                                   g_param_spec_boxed ("trigger-data", NULL, NULL, ENLACE_TYPE_VALUE,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
enlace_execution_init (EnlaceExecution *self)
{
}

void
enlace_execution_load (EnlaceExecution *self,
                       EnlaceValue     *body)
{
  EnlaceValue *trigger_data;

  g_return_if_fail (ENLACE_IS_EXECUTION (self));
  g_return_if_fail (body != NULL);

  trigger_data = enlace_value_get_member (body, "trigger_data");
  g_clear_pointer (&self->trigger_data, enlace_value_unref);
  self->trigger_data = trigger_data != NULL ? enlace_value_ref (trigger_data) : NULL;
  g_object_notify (G_OBJECT (self), "trigger-data");
}

const char *
enlace_execution_get_workflow_id (EnlaceExecution *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_WORKFLOW_ID);
}

gint64
enlace_execution_get_version (EnlaceExecution *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_VERSION);
}

EnlaceExecutionStatus
enlace_execution_get_status (EnlaceExecution *self)
{
  return enlace_execution_status_from_name (enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_STATUS),
                                            ENLACE_EXECUTION_QUEUED);
}

gboolean
enlace_execution_get_is_test (EnlaceExecution *self)
{
  return enlace_resource_get_bool (ENLACE_RESOURCE (self), MEMBER_IS_TEST);
}

const char *
enlace_execution_get_started_at (EnlaceExecution *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_STARTED_AT);
}

const char *
enlace_execution_get_completed_at (EnlaceExecution *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_COMPLETED_AT);
}

gint64
enlace_execution_get_duration_ms (EnlaceExecution *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_DURATION_MS);
}

const char *
enlace_execution_get_error_message (EnlaceExecution *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_ERROR_MESSAGE);
}

EnlaceValue *
enlace_execution_get_trigger_data (EnlaceExecution *self)
{
  g_return_val_if_fail (ENLACE_IS_EXECUTION (self), NULL);

  return self->trigger_data;
}
