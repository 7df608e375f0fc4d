/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The text that people and version control see: reading it gives what was written, and writing that gives the same text. */

#include <stdint.h>

#include "common/value/json.h"
#include "common/workflow/bundle.h"
#include "common/workflow/diff-format.h"
#include "common/workflow/document.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

static void
check_text (EnlaceValue *value)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = enlace_document_format (value, &error);
  g_autoptr(EnlaceValue) again = NULL;
  g_autofree char *second = NULL;

  /* What was JSON text once has one. */
  g_assert_no_error (error);
  again = enlace_json_parse (text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (enlace_value_equal (value, again));
  g_assert_true (g_str_has_suffix (text, "\n"));

  second = enlace_document_format (again, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, second);
}

/* A bundle that can be read is written as one that gives the same text. */
static void
check_bundle (EnlaceValue *value)
{
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceBundle) bundle = enlace_bundle_read (value, problems);
  g_autoptr(EnlaceBundle) again = NULL;
  g_autoptr(EnlaceValue) written = NULL, rewritten = NULL;
  g_autofree char *text = NULL, *second = NULL;

  g_assert_true ((bundle == NULL) == (problems->len > 0));
  if (bundle == NULL)
    return;

  written = enlace_bundle_to_value (bundle);
  text = enlace_bundle_format (written, NULL);
  again = enlace_bundle_read (written, problems);
  g_assert_nonnull (again);
  rewritten = enlace_bundle_to_value (again);
  second = enlace_bundle_format (rewritten, NULL);
  g_assert_cmpstr (text, ==, second);
}

/* The order of members says nothing to a reader: the same steps, in the same order. */
static void
check_document (EnlaceValue *value)
{
  g_autoptr(GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify) enlace_problem_free);
  g_autoptr(EnlaceDocument) document = enlace_document_read (value, refusals);
  g_autoptr(EnlaceDocument) again = NULL;
  g_autoptr(EnlaceValue) arranged = NULL;

  if (document == NULL)
    return;

  arranged = enlace_document_arrange (value);
  again = enlace_document_read (arranged, refusals);
  g_assert_nonnull (again);
  g_assert_cmpuint (enlace_document_get_n_nodes (document), ==, enlace_document_get_n_nodes (again));
  for (guint i = 0; i < enlace_document_get_n_nodes (document); i++)
    g_assert_cmpstr (enlace_document_get_node (document, i)->id, ==, enlace_document_get_node (again, i)->id);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse ((const char *) data, size, NULL);

  if (value == NULL)
    return 0;

  check_text (value);
  check_document (value);
  check_bundle (value);

  return 0;
}
