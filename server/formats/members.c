/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-formats"

#include "server/formats/members.h"

typedef struct {
  EnlaceValue       *name;
  EnlaceListBuilder *values;
  gboolean           is_list;
} Member;

struct _EnlaceMembers {
  GPtrArray  *members;    /* Member */
  GHashTable *by_name;    /* borrowed */
};

static void
free_member (gpointer data)
{
  Member *self = data;

  enlace_value_unref (self->name);
  enlace_list_builder_free (self->values);
  g_free (self);
}

EnlaceMembers *
enlace_members_new (void)
{
  EnlaceMembers *self = g_new0 (EnlaceMembers, 1);

  self->members = g_ptr_array_new_with_free_func (free_member);
  self->by_name = g_hash_table_new ((GHashFunc) enlace_value_hash, (GEqualFunc) enlace_value_equal);

  return self;
}

void
enlace_members_free (EnlaceMembers *self)
{
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->members);
  g_free (self);
}

void
enlace_members_take (EnlaceMembers *self,
                     EnlaceValue   *name,
                     EnlaceValue   *value,
                     gboolean       is_list)
{
  Member *member = g_hash_table_lookup (self->by_name, name);

  if (member == NULL)
    {
      member = g_new0 (Member, 1);
      member->name = enlace_value_ref (name);
      member->values = enlace_list_builder_new ();
      g_ptr_array_add (self->members, member);
      g_hash_table_insert (self->by_name, member->name, member);
    }
  member->is_list |= is_list || enlace_list_builder_get_length (member->values) > 0;
  enlace_list_builder_take (member->values, value);
}

gsize
enlace_members_count (EnlaceMembers *self)
{
  return self->members->len;
}

EnlaceValue *
enlace_members_end (EnlaceMembers *self)
{
  g_autoptr(EnlaceMapBuilder) record = enlace_map_builder_new ();

  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];
      g_autoptr(EnlaceValue) list = enlace_list_builder_end (member->values);

      enlace_map_builder_insert (record, member->name, member->is_list ? list : enlace_value_get_element (list, 0));
    }

  return enlace_map_builder_end (record);
}
