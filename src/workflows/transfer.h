/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceTransferError:
 * @ENLACE_TRANSFER_ERROR_NO_WORKFLOW: the file holds no workflow
 */
typedef enum {
  ENLACE_TRANSFER_ERROR_NO_WORKFLOW,
} EnlaceTransferError;

#define ENLACE_TRANSFER_ERROR (enlace_transfer_error_quark ())
GQuark       enlace_transfer_error_quark (void);

/* A workflow as a file: { "name", "description", "steps" }; which integrations it uses is this organisation's affair and left out. */
EnlaceValue *enlace_transfer_export      (EnlaceWorkflow  *workflow);
/* Reads such a file, or a document alone, whose name then is @file_name. */
gboolean     enlace_transfer_import      (GBytes          *bytes,
                                          const char      *file_name,
                                          char           **name,
                                          char           **description, /* nullable result */
                                          EnlaceValue    **document,
                                          GError         **error);

/* Writes a workflow (loaded) to a file. Resolves to TRUE. */
DexFuture   *enlace_transfer_save        (EnlaceWorkflow  *workflow,
                                          GFile           *file);
/* Makes a workflow of what a file holds. Resolves to the EnlaceWorkflow. */
DexFuture   *enlace_transfer_load        (EnlaceClient    *client,
                                          GFile           *file);

G_END_DECLS
