/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/builder/graph.h"
#include "src/client/client.h"

G_BEGIN_DECLS

/**
 * EnlaceVersionsDialog:
 *
 * The versions of a workflow, newest first.
 *
 * Signals: "restore" (gint64 version, EnlaceValue *document): edit on from that version; "make-live" (gint64 version).
 */
#define ENLACE_TYPE_VERSIONS_DIALOG (enlace_versions_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceVersionsDialog, enlace_versions_dialog, ENLACE, VERSIONS_DIALOG, AdwDialog)

AdwDialog *enlace_versions_dialog_new (EnlaceClient   *client,
                                       EnlaceWorkflow *workflow);
/* What the versions are compared with: the graph that is edited, and whether it has changes that no version has. */
void       enlace_versions_dialog_set_draft (EnlaceVersionsDialog *self,
                                             EnlaceGraph          *graph,
                                             gboolean              has_changes);

G_END_DECLS
