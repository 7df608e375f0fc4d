/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * EnlaceResource:
 *
 * What the API calls a resource: an object with an id, whose other properties are the members of its JSON (`trigger_type` is
 * "trigger-type"). There is one object for a resource as long as anybody holds it (see [method@Client.adopt]), so that the
 * widgets bound to it follow every change, whoever made it.
 */
#define ENLACE_TYPE_RESOURCE (enlace_resource_get_type ())
G_DECLARE_DERIVABLE_TYPE (EnlaceResource, enlace_resource, ENLACE, RESOURCE, GObject)

/* A property of a resource and a member of its JSON. */
typedef struct {
  const char *name;      /* the property: "trigger-type" */
  GType       type;      /* G_TYPE_STRING, G_TYPE_INT64 or G_TYPE_BOOLEAN; null in JSON is NULL, 0, FALSE */
} EnlaceMember;

struct _EnlaceResourceClass
{
  GObjectClass parent_class;

  const char *collection;   /* below "/api/integrations/": "workflows" */
  const char *kind;         /* what the live feed calls it: "workflow" */
  guint       n_members;
};

/* Once, in a subclass's class_init. */
void        enlace_resource_class_install_members (EnlaceResourceClass *klass,
                                                   const EnlaceMember  *members,
                                                   guint                n_members);

const char *enlace_resource_get_id                (EnlaceResource      *self);
/* Sets the properties that the object names; other members are passed over. */
void        enlace_resource_update                (EnlaceResource      *self,
                                                   JsonObject          *object);

/* Values of members by their place in the table; strings are borrowed and nullable. */
const char *enlace_resource_get_string            (EnlaceResource      *self,
                                                   guint                member);
gint64      enlace_resource_get_int               (EnlaceResource      *self,
                                                   guint                member);
gboolean    enlace_resource_get_bool              (EnlaceResource      *self,
                                                   guint                member);

G_END_DECLS
