/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include "server/api/resource.h"

#include "common/value/time.h"

void
enlace_resource_add_id (EnlaceMapBuilder *builder,
                        const char       *name,
                        const EnlaceUuid *id)
{
  char text[ENLACE_UUID_TEXT_SIZE];

  enlace_uuid_format (id, text);
  enlace_map_builder_add_string (builder, name, text);
}

void
enlace_resource_add_time (EnlaceMapBuilder *builder,
                          const char       *name,
                          gint64            usec)
{
  if (usec == 0)
    enlace_map_builder_add_null (builder, name);
  else
    enlace_map_builder_take_string (builder, name, enlace_time_format_usec (usec));
}

EnlaceReply *
enlace_resource_reply_list (EnlaceListBuilder *items,
                            const char        *next)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) body = NULL;

  enlace_map_builder_take (builder, "items", enlace_list_builder_end (items));
  enlace_map_builder_add_string (builder, "next_cursor", next);
  body = enlace_map_builder_end (builder);

  return enlace_reply_new_json (200, body);
}

EnlaceReply *
enlace_resource_reply_page (EnlaceListBuilder *items,
                            const EnlaceUuid  *last)
{
  char text[ENLACE_UUID_TEXT_SIZE];

  if (last == NULL)
    return enlace_resource_reply_list (items, NULL);

  enlace_uuid_format (last, text);

  return enlace_resource_reply_list (items, text);
}
