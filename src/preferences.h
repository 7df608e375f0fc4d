/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENLACE_TYPE_PREFERENCES (enlace_preferences_get_type ())
G_DECLARE_FINAL_TYPE (EnlacePreferences, enlace_preferences, ENLACE, PREFERENCES, AdwPreferencesDialog)

AdwDialog *enlace_preferences_new (GSettings *settings);

G_END_DECLS
