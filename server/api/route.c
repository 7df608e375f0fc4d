/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-api"

#include <string.h>

#include "server/api/route.h"

const char *
enlace_route_get_param_name (const EnlaceRoute *self,
                             guint              index,
                             gsize             *length)
{
  const char *p = strstr (self->path, "/:");

  for (guint i = 0; p != NULL && i < index; i++)
    p = strstr (p + 2, "/:");
  if (p == NULL)
    return NULL;
  *length = strcspn (p + 2, "/");

  return p + 2;
}
