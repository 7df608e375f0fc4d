/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/draft.h"

G_BEGIN_DECLS

/**
 * EnlacePublishDialog:
 *
 * Says what putting the workflow live changes, does it, and shows its address.
 *
 * Signals: "show-node" (char *id): the person wants to see the step that has a problem; "published" (gint64 version).
 */
#define ENLACE_TYPE_PUBLISH_DIALOG (enlace_publish_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EnlacePublishDialog, enlace_publish_dialog, ENLACE, PUBLISH_DIALOG, AdwDialog)

AdwDialog *enlace_publish_dialog_new (EnlaceClient *client,
                                      EnlaceDraft  *draft);
/* Shows the address alone. */
void       enlace_publish_dialog_show_address (EnlacePublishDialog *self);

/* Saves the changes as a version, if there are any, and puts it live. Resolves to the EnlaceWorkflow. */
DexFuture *enlace_publish             (EnlaceClient *client,
                                       EnlaceDraft  *draft);
/* What it would change. Resolves to an EnlaceClientReply. */
DexFuture *enlace_publish_preview     (EnlaceClient *client,
                                       EnlaceDraft  *draft);

G_END_DECLS
