/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "src/client/client.h"
#include "src/client/server-process.h"

G_BEGIN_DECLS

/**
 * EnlaceApplication:
 *
 * The desktop application: its settings, its server, the client of that server, and the window.
 */
#define ENLACE_TYPE_APPLICATION (enlace_application_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceApplication, enlace_application, ENLACE, APPLICATION, AdwApplication)

EnlaceApplication   *enlace_application_new          (void);
EnlaceClient        *enlace_application_get_client   (EnlaceApplication *self);
EnlaceServerProcess *enlace_application_get_server   (EnlaceApplication *self);
GSettings           *enlace_application_get_settings (EnlaceApplication *self);

G_END_DECLS
