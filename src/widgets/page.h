/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include <libdex.h>

G_BEGIN_DECLS

/**
 * EnlacePage:
 *
 * A page of the window. What it shows is its "content"; above that it shows what goes on, and what went wrong, where it happened.
 *
 * Properties: "content" (a widget), "busy" (something that the person asked for is under way; read-only).
 */
#define ENLACE_TYPE_PAGE (enlace_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (EnlacePage, enlace_page, ENLACE, PAGE, AdwNavigationPage)

struct _EnlacePageClass
{
  AdwNavigationPageClass parent_class;
};

GtkWidget *enlace_page_get_content (EnlacePage      *self);
void       enlace_page_set_content (EnlacePage      *self,
                                    GtkWidget       *content);
gboolean   enlace_page_get_busy    (EnlacePage      *self);

/**
 * enlace_page_run:
 * @title: what is being done, in words ("Publishing…")
 * @future: (transfer full): the work
 *
 * Follows work that the person asked for: shows that it goes on once it takes longer than a moment, says so when it fails, and drops
 * it when the page goes. To do something with its result, chain that before with dex_future_then().
 */
void       enlace_page_run         (EnlacePage      *self,
                                    const char      *title,
                                    DexFuture       *future);
/* The same for work that is not to be seen while it goes well: loading. */
void       enlace_page_follow      (EnlacePage      *self,
                                    DexFuture       *future);
/* Says that something went wrong. A cancellation is passed over. */
void       enlace_page_fail        (EnlacePage      *self,
                                    const GError    *error);
/* Shows a toast; takes it. */
void       enlace_page_add_toast   (EnlacePage      *self,
                                    AdwToast        *toast);
void       enlace_page_toast       (EnlacePage      *self,
                                    const char      *text);

G_END_DECLS
