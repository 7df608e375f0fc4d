/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-widgets"

#include "config.h"

#include "src/widgets/list-state.h"

#include <glib/gi18n.h>

const char *
enlace_list_state_choose (gboolean      is_known,
                          const GError *error,
                          guint         n_all,
                          guint         n_shown)
{
  if (n_shown > 0)
    return "list";
  if (error != NULL)
    return "error";
  if (!is_known)
    return "loading";

  return n_all > 0 ? "nothing" : "empty";
}

void
enlace_list_state_explain (AdwStatusPage *page,
                           const GError  *error,
                           GQuark         offline_domain,
                           int            offline_code)
{
  g_autofree char *markup = NULL;

  g_return_if_fail (ADW_IS_STATUS_PAGE (page));
  g_return_if_fail (error != NULL);

  if (g_error_matches (error, offline_domain, offline_code))
    {
      adw_status_page_set_icon_name (page, "network-offline-symbolic");
      adw_status_page_set_title (page, _("Server Away"));
      adw_status_page_set_description (page, _("What it has will be shown as soon as it is back."));
      return;
    }

  markup = g_markup_escape_text (error->message, -1);
  adw_status_page_set_icon_name (page, "dialog-error-symbolic");
  adw_status_page_set_title (page, _("Not Loaded"));
  adw_status_page_set_description (page, markup);
}
