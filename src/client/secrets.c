/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-client"

#include "config.h"

#include "src/client/secrets.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <libsecret/secret.h>

#define GROUP "keys"

/* In a Flatpak only the secret_password_… functions use the portal's file: nothing else of libsecret is called here. */
static const SecretSchema schema = {
  ENLACE_APPLICATION_ID ".Server", SECRET_SCHEMA_NONE,
  {
    { "data-dir", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  }
};

G_DEFINE_QUARK (enlace-secrets-error-quark, enlace_secrets_error)

static GError *
translate (GError *error)
{
  g_autoptr(GError) source = error;

  g_debug ("Keyring: %s", source->message);
  /* Cancelled: the keyring's question was dismissed. (Of work that was dropped nobody hears.) */
  if (g_error_matches (source, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) || g_error_matches (source, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_new_literal (ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_LOCKED, _("The keyring is locked."));
  if (source->domain == G_DBUS_ERROR || source->domain == G_IO_ERROR || source->domain == G_SPAWN_ERROR)
    return g_error_new_literal (ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_NO_KEYRING,
                                _("This session has no keyring."));

  return g_error_new (ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_FAILED, _("The keyring did not do it: %s"),
                      source->message);
}

static void
looked_up_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(DexPromise) promise = user_data;
  g_autoptr(GError) error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    {
      dex_promise_reject (promise, translate (g_steal_pointer (&error)));
      return;
    }

  dex_promise_resolve_string (promise, g_strdup (secret));
  secret_password_free (secret);
}

static void
stored_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(DexPromise) promise = user_data;
  g_autoptr(GError) error = NULL;

  if (secret_password_store_finish (result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else
    dex_promise_reject (promise, translate (g_steal_pointer (&error)));
}

static GKeyFile *
load_file (const char  *path,
           GError     **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autoptr(GError) failure = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &failure) &&
      !g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error (error, ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_FAILED, _("The file with the keys, %s, is not read: %s"),
                   path, failure->message);
      return NULL;
    }

  return g_steal_pointer (&file);
}

static DexFuture *
lookup_in_file (const char *data_dir,
                const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (data_dir, ENLACE_SECRETS_FILE_NAME, NULL);
  g_autoptr(GKeyFile) file = load_file (path, &error);

  if (file == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_take_string (g_key_file_get_string (file, GROUP, name, NULL));
}

static DexFuture *
store_in_file (const char *folder,
               const char *name,
               const char *secret)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, ENLACE_SECRETS_FILE_NAME, NULL);
  g_autoptr(GKeyFile) file = NULL;
  g_autofree char *text = NULL;
  gsize length;

  file = load_file (path, &error);
  if (file == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  g_key_file_set_string (file, GROUP, name, secret);
  text = g_key_file_to_data (file, &length, NULL);
  if (g_mkdir_with_parents (folder, 0700) < 0)
    return dex_future_new_reject (ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_FAILED,
                                  _("The folder %s is not made: %s"), folder, g_strerror (errno));
  if (!g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &error))
    return dex_future_new_reject (ENLACE_SECRETS_ERROR, ENLACE_SECRETS_ERROR_FAILED,
                                  _("The file with the keys is not written: %s"), error->message);

  return dex_future_new_for_boolean (TRUE);
}

DexFuture *
enlace_secrets_lookup (EnlaceSecretsPlace  place,
                       const char         *data_dir,
                       const char         *name)
{
  DexPromise *promise;

  g_return_val_if_fail (data_dir != NULL && name != NULL, NULL);

  if (place == ENLACE_SECRETS_FILE)
    return lookup_in_file (data_dir, name);

  promise = dex_promise_new_cancellable ();
  secret_password_lookup (&schema, dex_promise_get_cancellable (promise), looked_up_cb, dex_ref (promise),
                          "data-dir", data_dir, "name", name, NULL);

  return DEX_FUTURE (promise);
}

DexFuture *
enlace_secrets_store (EnlaceSecretsPlace  place,
                      const char         *data_dir,
                      const char         *folder,
                      const char         *name,
                      const char         *secret)
{
  g_autofree char *label = NULL;
  DexPromise *promise;

  g_return_val_if_fail (data_dir != NULL && name != NULL && secret != NULL, NULL);

  if (place == ENLACE_SECRETS_FILE)
    return store_in_file (folder, name, secret);

  /* Translators: the name of an entry of the keyring; %s is "master-key" or "api-key" */
  label = g_strdup_printf (_("Enlace: %s of the server on this computer"), name);
  promise = dex_promise_new_cancellable ();
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, dex_promise_get_cancellable (promise), stored_cb,
                         dex_ref (promise), "data-dir", data_dir, "name", name, NULL);

  return DEX_FUTURE (promise);
}
