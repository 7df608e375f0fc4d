/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/server/outbound/vectors.h"

yyjson_doc *
enlace_test_load_vectors (const char *name)
{
  const char *directory = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *path = NULL;
  yyjson_doc *document;

  path = g_build_filename (directory != NULL ? directory : ENLACE_TEST_DATA_FALLBACK, "http-vectors", name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the shared test data is not there; set ENLACE_TEST_DATA");
      return NULL;
    }

  document = yyjson_read_file (path, YYJSON_READ_NOFLAG, NULL, NULL);
  g_assert_nonnull (document);

  return document;
}
