/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdint.h>
#include <string.h>

#include "server/webhook/inbound.h"
#include "server/webhook/multipart.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* Nobody who does not know it can sign with it. */
static const char *const secret_texts[] = { "8b1c77f0e2a94c1d", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };

static EnlaceValue *
make_headers (const EnlaceSignatureRule *rule,
              const char                *line)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  enlace_map_builder_add_string (builder, "content-type", "application/x-www-form-urlencoded");
  enlace_map_builder_add_string (builder, "webhook-id", line);
  enlace_map_builder_add_string (builder, "svix-id", line);
  if (rule->time != NULL)
    enlace_map_builder_add_string (builder, rule->time, "1700000000");
  enlace_map_builder_add_string (builder, rule->signature, line);

  return enlace_map_builder_end (builder);
}

static void
try_signature (const EnlaceSignatureRule *rule,
               const char                *line,
               GBytes                    *body)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) parameter = NULL, nothing = enlace_map_builder_end (builder), headers = make_headers (rule, line);
  g_autoptr(EnlaceSignature) signature = NULL;
  g_autoptr(GPtrArray) secrets = g_ptr_array_new ();
  const EnlaceSignedRequest request = { .method = "POST", .url = line, .headers = headers, .query = nothing, .body = body };
  g_autofree char *id = NULL;

  enlace_map_builder_add_string (builder, "scheme", rule->scheme);
  parameter = enlace_map_builder_end (builder);
  signature = enlace_signature_new (parameter, NULL);
  g_assert_nonnull (signature);
  for (gsize i = 0; i < G_N_ELEMENTS (secret_texts); i++)
    g_ptr_array_add (secrets, (gpointer) secret_texts[i]);
  g_assert_cmpint (enlace_signature_verify (signature, &request, secrets, G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC), !=, ENLACE_SIGNATURE_VALID);
  id = enlace_signature_dup_event_id (signature, &request);
}

static void
try_path (const char *pattern,
          const char *path)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceHookSettings) settings = NULL;
  g_autoptr(EnlaceValue) parameters = NULL, params = NULL;

  enlace_map_builder_add_string (builder, "path", pattern);
  parameters = enlace_map_builder_end (builder);
  settings = enlace_hook_settings_new (parameters, NULL, NULL);
  if (settings != NULL)
    params = enlace_hook_settings_match_path (settings, path);
}

static void
try_form (const char *line,
          GBytes     *body)
{
  g_autofree char *type = g_strconcat ("multipart/form-data; ", line, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceValue) form = enlace_multipart_read (type, body, &error);

  g_assert_true ((form == NULL) == (error != NULL));
  if (form != NULL)
    g_assert_cmpint (enlace_value_get_kind (form), ==, ENLACE_KIND_MAP);
}

/* The first line is a header, or a pattern; what follows is the body, or a path. */
int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;
  g_autofree char *line = end != NULL ? g_utf8_make_valid ((const char *) data, end - data) : g_strdup ("");
  g_autofree char *rest = end != NULL ? g_utf8_make_valid ((const char *) end + 1, size - (gsize) (end - data) - 1) : g_strdup ("");
  g_autoptr(GBytes) body = end != NULL ? g_bytes_new (end + 1, size - (gsize) (end - data) - 1) : g_bytes_new (data, size);
  guint n_rules;
  const EnlaceSignatureRule *rules = enlace_signature_rules (&n_rules);

  for (guint i = 0; i < n_rules; i++)
    try_signature (&rules[i], line, body);
  try_path (line, rest);
  try_form (line, body);

  return 0;
}
