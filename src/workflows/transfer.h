/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceTransferError:
 * @ENLACE_TRANSFER_ERROR_NO_WORKFLOW: the file holds no workflow
 * @ENLACE_TRANSFER_ERROR_BAD_BUNDLE: the file is a bundle that cannot be read
 */
typedef enum {
  ENLACE_TRANSFER_ERROR_NO_WORKFLOW,
  ENLACE_TRANSFER_ERROR_BAD_BUNDLE,
} EnlaceTransferError;

#define ENLACE_TRANSFER_ERROR (enlace_transfer_error_quark ())
GQuark       enlace_transfer_error_quark (void);

/* Reads a bundle, or one workflow as { "name", "description", "steps" }, or a document alone, whose name then is @file_name; gives a bundle. */
EnlaceValue *enlace_transfer_read        (GBytes          *bytes,
                                          const char      *file_name,
                                          GError         **error);

/* Writes a workflow to a file as the server exports it: a bundle, without integrations. Resolves to TRUE. */
DexFuture   *enlace_transfer_save        (EnlaceClient    *client,
                                          EnlaceWorkflow  *workflow,
                                          GFile           *file);
/* Makes workflows of what a file holds, all or none. Resolves to the first EnlaceWorkflow. */
DexFuture   *enlace_transfer_load        (EnlaceClient    *client,
                                          GFile           *file);

G_END_DECLS
