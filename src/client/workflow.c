/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "src/client/workflow.h"

struct _EnlaceWorkflow
{
  EnlaceResource  parent_instance;

  EnlaceValue    *document;
  EnlaceValue    *problems;
  char           *address;
  char           *etag;
};

enum {
  MEMBER_NAME,
  MEMBER_DESCRIPTION,
  MEMBER_TRIGGER_TYPE,
  MEMBER_VERSION,
  MEMBER_PUBLISHED_VERSION,
  MEMBER_IS_ACTIVE,
  MEMBER_EXECUTION_COUNT,
  MEMBER_SUCCESS_COUNT,
  MEMBER_ERROR_COUNT,
  MEMBER_LAST_STATUS,
  MEMBER_LAST_EXECUTION_AT,
  MEMBER_CREATED_AT,
  MEMBER_UPDATED_AT,
  N_MEMBERS
};

enum {
  PROP_0,
  PROP_DOCUMENT = 100,
  PROP_PROBLEMS,
  PROP_ADDRESS,
  PROP_ETAG,
};

G_DEFINE_FINAL_TYPE (EnlaceWorkflow, enlace_workflow, ENLACE_TYPE_RESOURCE)

static void
enlace_workflow_finalize (GObject *object)
{
  EnlaceWorkflow *self = ENLACE_WORKFLOW (object);

  g_clear_pointer (&self->document, enlace_value_unref);
  g_clear_pointer (&self->problems, enlace_value_unref);
  g_free (self->address);
  g_free (self->etag);

  G_OBJECT_CLASS (enlace_workflow_parent_class)->finalize (object);
}

static void
enlace_workflow_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  EnlaceWorkflow *self = ENLACE_WORKFLOW (object);

  switch (prop_id)
    {
    case PROP_DOCUMENT:
      g_value_set_boxed (value, self->document);
      break;

    case PROP_PROBLEMS:
      g_value_set_boxed (value, self->problems);
      break;

    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;

    case PROP_ETAG:
      g_value_set_string (value, self->etag);
      break;

    default:
      G_OBJECT_CLASS (enlace_workflow_parent_class)->get_property (object, prop_id, value, pspec);
    }
}

static void
enlace_workflow_class_init (EnlaceWorkflowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  EnlaceResourceClass *resource_class = ENLACE_RESOURCE_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const EnlaceMember members[] = {
    [MEMBER_NAME] = { "name", G_TYPE_STRING },
    [MEMBER_DESCRIPTION] = { "description", G_TYPE_STRING },
    [MEMBER_TRIGGER_TYPE] = { "trigger-type", G_TYPE_STRING },
    [MEMBER_VERSION] = { "version", G_TYPE_INT64 },
    [MEMBER_PUBLISHED_VERSION] = { "published-version", G_TYPE_INT64 },
    [MEMBER_IS_ACTIVE] = { "is-active", G_TYPE_BOOLEAN },
    [MEMBER_EXECUTION_COUNT] = { "execution-count", G_TYPE_INT64 },
    [MEMBER_SUCCESS_COUNT] = { "success-count", G_TYPE_INT64 },
    [MEMBER_ERROR_COUNT] = { "error-count", G_TYPE_INT64 },
    [MEMBER_LAST_STATUS] = { "last-status", G_TYPE_STRING },
    [MEMBER_LAST_EXECUTION_AT] = { "last-execution-at", G_TYPE_STRING },
    [MEMBER_CREATED_AT] = { "created-at", G_TYPE_STRING },
    [MEMBER_UPDATED_AT] = { "updated-at", G_TYPE_STRING },
  };

  object_class->finalize = enlace_workflow_finalize;
  object_class->get_property = enlace_workflow_get_property;

  resource_class->collection = "workflows";
  resource_class->kind = "workflow";
  enlace_resource_class_install_members (resource_class, members, N_MEMBERS);

  g_object_class_install_property (object_class, PROP_DOCUMENT,
                                   g_param_spec_boxed ("document", NULL, NULL, ENLACE_TYPE_VALUE, flags));
  g_object_class_install_property (object_class, PROP_PROBLEMS,
                                   g_param_spec_boxed ("problems", NULL, NULL, ENLACE_TYPE_VALUE, flags));
  g_object_class_install_property (object_class, PROP_ADDRESS,
                                   g_param_spec_string ("address", NULL, NULL, NULL, flags));
  g_object_class_install_property (object_class, PROP_ETAG,
                                   g_param_spec_string ("etag", NULL, NULL, NULL, flags));
}

static void
enlace_workflow_init (EnlaceWorkflow *self)
{
}

static void
set_value (EnlaceValue **field,
           EnlaceValue  *value)
{
  g_clear_pointer (field, enlace_value_unref);
  *field = value != NULL ? enlace_value_ref (value) : NULL;
}

void
enlace_workflow_load (EnlaceWorkflow *self,
                      EnlaceValue    *body,
                      const char     *etag)
{
  EnlaceValue *trigger_config;

  g_return_if_fail (ENLACE_IS_WORKFLOW (self));
  g_return_if_fail (body != NULL);

  trigger_config = enlace_value_get_member (body, "trigger_config");
  set_value (&self->document, enlace_value_get_member (body, "steps"));
  set_value (&self->problems, enlace_value_get_member (body, "problems"));
  g_set_str (&self->address,
             trigger_config != NULL ? enlace_value_get_member_string (trigger_config, "url", NULL) : NULL);
  g_set_str (&self->etag, etag);

  g_object_notify (G_OBJECT (self), "document");
  g_object_notify (G_OBJECT (self), "problems");
  g_object_notify (G_OBJECT (self), "address");
  g_object_notify (G_OBJECT (self), "etag");
}

EnlaceValue *
enlace_workflow_get_document (EnlaceWorkflow *self)
{
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (self), NULL);

  return self->document;
}

EnlaceValue *
enlace_workflow_get_problems (EnlaceWorkflow *self)
{
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (self), NULL);

  return self->problems;
}

const char *
enlace_workflow_get_address (EnlaceWorkflow *self)
{
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (self), NULL);

  return self->address;
}

const char *
enlace_workflow_get_etag (EnlaceWorkflow *self)
{
  g_return_val_if_fail (ENLACE_IS_WORKFLOW (self), NULL);

  return self->etag;
}

const char *
enlace_workflow_get_name (EnlaceWorkflow *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_NAME);
}

const char *
enlace_workflow_get_description (EnlaceWorkflow *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_DESCRIPTION);
}

const char *
enlace_workflow_get_trigger_type (EnlaceWorkflow *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_TRIGGER_TYPE);
}

gint64
enlace_workflow_get_version (EnlaceWorkflow *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_VERSION);
}

gint64
enlace_workflow_get_published_version (EnlaceWorkflow *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_PUBLISHED_VERSION);
}

gboolean
enlace_workflow_get_is_active (EnlaceWorkflow *self)
{
  return enlace_resource_get_bool (ENLACE_RESOURCE (self), MEMBER_IS_ACTIVE);
}

gint64
enlace_workflow_get_execution_count (EnlaceWorkflow *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_EXECUTION_COUNT);
}

gint64
enlace_workflow_get_success_count (EnlaceWorkflow *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_SUCCESS_COUNT);
}

gint64
enlace_workflow_get_error_count (EnlaceWorkflow *self)
{
  return enlace_resource_get_int (ENLACE_RESOURCE (self), MEMBER_ERROR_COUNT);
}

const char *
enlace_workflow_get_last_status (EnlaceWorkflow *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_LAST_STATUS);
}

const char *
enlace_workflow_get_last_execution_at (EnlaceWorkflow *self)
{
  return enlace_resource_get_string (ENLACE_RESOURCE (self), MEMBER_LAST_EXECUTION_AT);
}
