/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/application.h"

G_BEGIN_DECLS

/**
 * EnlaceWindow:
 *
 * The window: a sidebar with the pages, the page that is chosen, and over both the builder when a workflow is open. Before the server is
 * ready it shows that it starts; when it cannot start, why, and what to do.
 *
 * Actions: win.open-workflow (s id), win.open-execution (s id), win.open-run-in-builder (ss workflow, run), win.show-page (s name).
 */
#define ENLACE_TYPE_WINDOW (enlace_window_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceWindow, enlace_window, ENLACE, WINDOW, AdwApplicationWindow)

GtkWidget *enlace_window_new (EnlaceApplication *application);

G_END_DECLS
