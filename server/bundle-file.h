/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/bundle.h"

G_BEGIN_DECLS

/**
 * EnlaceBundleFileError:
 * @ENLACE_BUNDLE_FILE_ERROR_UNREADABLE: the file or the folder cannot be read, or holds no bundle
 * @ENLACE_BUNDLE_FILE_ERROR_REFUSED: a bundle that is damaged, or of a newer version; the message has a line a reason
 */
typedef enum {
  ENLACE_BUNDLE_FILE_ERROR_UNREADABLE,
  ENLACE_BUNDLE_FILE_ERROR_REFUSED,
} EnlaceBundleFileError;

#define ENLACE_BUNDLE_FILE_ERROR (enlace_bundle_file_error_quark ())
GQuark        enlace_bundle_file_error_quark (void);

/**
 * enlace_bundle_save:
 * @path: a file; or a folder, where it is one or ends with a slash: then each workflow gets a file KEY.enlace.json in it, and the organisation's variables
 *   _variables.enlace.json. Bundles that lie in the folder from an earlier time and are not written now are removed; other files stay.
 *
 * Files are replaced whole or not at all, and only their owner may read them.
 */
gboolean      enlace_bundle_save             (EnlaceBundle  *bundle,
                                              const char    *path,
                                              GError       **error);
/* Reads what that has written: one file, or all bundles of a folder as one. */
EnlaceBundle *enlace_bundle_load             (const char    *path,
                                              GError       **error);

G_END_DECLS
