/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * EnlaceSecretsError:
 * @ENLACE_SECRETS_ERROR_NO_KEYRING: this session has no keyring (no Secret Service answers)
 * @ENLACE_SECRETS_ERROR_LOCKED: the keyring stays locked: the person did not unlock it
 * @ENLACE_SECRETS_ERROR_FAILED: a secret could not be read or kept
 */
typedef enum {
  ENLACE_SECRETS_ERROR_NO_KEYRING,
  ENLACE_SECRETS_ERROR_LOCKED,
  ENLACE_SECRETS_ERROR_FAILED,
} EnlaceSecretsError;

#define ENLACE_SECRETS_ERROR (enlace_secrets_error_quark ())
GQuark enlace_secrets_error_quark (void);

typedef enum {
  ENLACE_SECRETS_KEYRING,   /* the person's keyring, by libsecret */
  ENLACE_SECRETS_FILE,      /* a file in the data folder that only this user may read */
} EnlaceSecretsPlace;

#define ENLACE_SECRET_MASTER_KEY "master-key"
#define ENLACE_SECRET_API_KEY "api-key"

/* Where keys are kept in files: in the server's data folder. */
#define ENLACE_SECRETS_FILE_NAME "desktop.keys"

/* The text of a secret of the server whose data is in @data_dir. Resolves to a string, or to NULL where there is none. */
DexFuture *enlace_secrets_lookup (EnlaceSecretsPlace  place,
                                  const char         *data_dir,
                                  const char         *name);
/* Keeps a secret, in place of an earlier one. @data_dir names the server; with FILE, the file goes into @folder. Resolves to TRUE. */
DexFuture *enlace_secrets_store  (EnlaceSecretsPlace  place,
                                  const char         *data_dir,
                                  const char         *folder,
                                  const char         *name,
                                  const char         *secret);

G_END_DECLS
