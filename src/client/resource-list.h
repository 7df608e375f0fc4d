/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/client/client.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_LIST_IDLE,       /* nothing asked for yet */
  ENLACE_LIST_LOADING,
  ENLACE_LIST_READY,
  ENLACE_LIST_FAILED,
} EnlaceListState;

/* Whether a resource that came by the live feed belongs in the list. */
typedef gboolean (*EnlaceListFilterFunc) (EnlaceResource *resource,
                                          gpointer        user_data);

/**
 * EnlaceResourceList:
 *
 * A collection of the server as a GListModel, newest first. Pages are read as they are asked for; what the live feed tells of is put
 * in and taken out at once.
 *
 * Properties: "state", "has-more" (there is a further page), "n-items".
 */
#define ENLACE_TYPE_RESOURCE_LIST (enlace_resource_list_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceResourceList, enlace_resource_list, ENLACE, RESOURCE_LIST, GObject)

#define ENLACE_TYPE_LIST_STATE (enlace_list_state_get_type ())
GType               enlace_list_state_get_type        (void);

EnlaceResourceList *enlace_resource_list_new          (EnlaceClient         *client,
                                                       GType                 type);
/* Another selection of the collection: @query without "?" ("status=failed"), nullable; @func says the same of a resource, nullable.
 * Loads anew if anything was loaded before. */
void                enlace_resource_list_set_filter   (EnlaceResourceList   *self,
                                                       const char           *query,
                                                       EnlaceListFilterFunc  func,
                                                       gpointer              user_data,
                                                       GDestroyNotify        destroy);
/* Reads from the start again; what is shown stays until the reply is there. */
void                enlace_resource_list_reload       (EnlaceResourceList   *self);
/* Reads the next page, if there is one and none is being read. */
void                enlace_resource_list_load_more    (EnlaceResourceList   *self);
EnlaceListState     enlace_resource_list_get_state    (EnlaceResourceList   *self);
gboolean            enlace_resource_list_get_has_more (EnlaceResourceList   *self);
/* Why the state is FAILED; borrowed. */
const GError       *enlace_resource_list_get_error    (EnlaceResourceList   *self);

G_END_DECLS
