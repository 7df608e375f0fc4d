/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-activity"

#include "config.h"

#include "src/activity/page-replay.h"

#include <glib/gi18n.h>

typedef struct {
  EnlacePage   *page;          /* not owned: it drops the work when it goes */
  EnlaceClient *client;
  char         *workflow_id;
} Many;

static Many *
many_new (EnlacePage   *page,
          EnlaceClient *client,
          const char   *workflow_id)
{
  Many *self = g_new0 (Many, 1);

  g_set_weak_pointer (&self->page, page);
  self->client = g_object_ref (client);
  self->workflow_id = g_strdup (workflow_id);

  return self;
}

static void
many_free (gpointer data)
{
  Many *self = data;

  g_clear_weak_pointer (&self->page);
  g_object_unref (self->client);
  g_free (self->workflow_id);
  g_free (self);
}

static void
many_closure_free (gpointer  data,
                   GClosure *closure)
{
  many_free (data);
}

static gint64
get_number (DexFuture  *future,
            const char *name)
{
  const GValue *value = dex_future_get_value (future, NULL);
  EnlaceValue *body = enlace_client_reply_get_value (g_value_get_boxed (value), NULL);

  return body != NULL ? enlace_value_get_member_int (body, name, 0) : 0;
}

static DexFuture *
done_cb (DexFuture *future,
         gpointer   user_data)
{
  Many *self = user_data;
  guint n_begun = (guint) get_number (future, "begun");
  guint n_failed = (guint) get_number (future, "failed");
  g_autofree char *text = g_strdup_printf (g_dngettext (NULL, "%u run was started again", "%u runs were started again", n_begun), n_begun);

  if (n_failed > 0)
    {
      g_autofree char *failed = g_strdup_printf (g_dngettext (NULL, "%u could not be", "%u could not be", n_failed), n_failed);
      g_autofree char *both = g_strdup_printf ("%s, %s", text, failed);

      g_set_str (&text, both);
    }
  if (self->page != NULL)
    enlace_page_toast (self->page, text);

  return dex_future_new_for_boolean (TRUE);
}

static void
replay_cb (AdwAlertDialog *dialog,
           const char     *response,
           Many           *self)
{
  if (self->page != NULL)
    enlace_page_run (self->page, _("Replaying…"),
                     dex_future_then (enlace_client_replay_many (self->client, self->workflow_id, "failed", FALSE), done_cb,
                                      many_new (self->page, self->client, self->workflow_id), many_free));
}

static DexFuture *
counted_cb (DexFuture *future,
            gpointer   user_data)
{
  Many *self = user_data;
  guint count = (guint) get_number (future, "count");
  AdwDialog *dialog;

  if (self->page == NULL)
    return dex_future_new_for_boolean (FALSE);
  if (count == 0)
    {
      enlace_page_toast (self->page, _("No run of this workflow has failed"));
      return dex_future_new_for_boolean (FALSE);
    }

  dialog = adw_alert_dialog_new (NULL, NULL);
  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (dialog),
                                   g_dngettext (NULL, "Replay %u Failed Run?", "Replay %u Failed Runs?", count), count);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog),
                             _("Each begins again with the data that it had, in the version that it ran in. "
                               "What has reached other systems already is sent there again."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "replay", _("_Replay"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "replay", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response::replay", G_CALLBACK (replay_cb), many_new (self->page, self->client, self->workflow_id),
                         many_closure_free, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self->page));

  return dex_future_new_for_boolean (TRUE);
}

void
enlace_replay_failed (EnlacePage   *page,
                      EnlaceClient *client,
                      const char   *workflow_id)
{
  g_return_if_fail (ENLACE_IS_PAGE (page));
  g_return_if_fail (workflow_id != NULL);

  enlace_page_run (page, _("Counting…"),
                   dex_future_then (enlace_client_replay_many (client, workflow_id, "failed", TRUE), counted_cb,
                                    many_new (page, client, workflow_id), many_free));
}
