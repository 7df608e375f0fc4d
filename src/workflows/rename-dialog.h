/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include <libdex.h>

G_BEGIN_DECLS

/* Asks for another name. Resolves to a string, or to NULL when it was dismissed or is the same. */
DexFuture *enlace_rename_dialog_ask (GtkWidget  *parent,
                                     const char *name);

G_END_DECLS
