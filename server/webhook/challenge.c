/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/challenge.h"

#include <string.h>

#include "common/value/json.h"
#include "server/webhook/crypto.h"

#define MAX_CHALLENGE 1024

static void
answer_text (EnlaceChallenge *self,
             const char      *text)
{
  self->status = 200;
  self->body = g_strdup (text);
  self->content_type = "text/plain; charset=utf-8";
}

/* `name` → `value`, and another pair where `second` is given; takes the values. */
static void
answer_json (EnlaceChallenge *self,
             const char      *name,
             EnlaceValue     *value,
             const char      *second,
             EnlaceValue     *second_value)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) map = NULL;

  enlace_map_builder_take (builder, name, value);
  if (second != NULL)
    enlace_map_builder_take (builder, second, second_value);
  map = enlace_map_builder_end (builder);
  self->status = 200;
  self->body = enlace_json_format (map, ENLACE_JSON_COMPACT, NULL, NULL);
  self->content_type = "application/json";
}

static GBytes *
sign (const char *secret,
      const char *text)
{
  return enlace_crypto_hmac (G_CHECKSUM_SHA256, secret, strlen (secret), text, strlen (text));
}

/* Meta, “Webhooks: Getting Started”, verification requests. */
static void
answer_meta (EnlaceChallenge *self,
             EnlaceValue     *query,
             GPtrArray       *words)
{
  const char *challenge = enlace_value_get_member_string (query, "hub.challenge", NULL);
  const char *word = enlace_value_get_member_string (query, "hub.verify_token", "");
  gboolean is_ours = FALSE;

  if (challenge == NULL || strlen (challenge) > MAX_CHALLENGE || g_strcmp0 (enlace_value_get_member_string (query, "hub.mode", NULL), "subscribe") != 0)
    return;

  for (guint i = 0; i < words->len; i++)
    is_ours |= enlace_crypto_equal_text (g_ptr_array_index (words, i), word);
  if (is_ours)
    answer_text (self, challenge);
  else
    self->status = 403;
}

/* X, “Account Activity API: Securing webhooks”, challenge-response checks. */
static void
answer_crc (EnlaceChallenge *self,
            EnlaceValue     *query,
            GPtrArray       *secrets)
{
  const char *token = enlace_value_get_member_string (query, "crc_token", NULL);
  g_autofree char *encoded = NULL;
  g_autoptr(GBytes) digest = NULL;

  if (token == NULL || strlen (token) > MAX_CHALLENGE || secrets->len == 0)
    return;

  digest = sign (g_ptr_array_index (secrets, 0), token);
  encoded = g_base64_encode (g_bytes_get_data (digest, NULL), g_bytes_get_size (digest));
  answer_json (self, "response_token", enlace_value_new_string_printf ("sha256=%s", encoded), NULL, NULL);
}

void
enlace_challenge_answer_open (EnlaceChallenge           *self,
                              EnlaceChallengeKind        kind,
                              const EnlaceSignedRequest *request,
                              GPtrArray                 *words,
                              GPtrArray                 *secrets)
{
  if (strcmp (request->method, "GET") != 0)
    return;

  if (kind == ENLACE_CHALLENGE_META)
    answer_meta (self, request->query, words);
  else if (kind == ENLACE_CHALLENGE_CRC)
    answer_crc (self, request->query, secrets);
}

/* Zoom, “Using webhooks”, validate your webhook endpoint. */
static void
answer_zoom (EnlaceChallenge *self,
             EnlaceValue     *body,
             GPtrArray       *secrets)
{
  const char *token = enlace_value_get_string (enlace_json_pointer_get (body, "/payload/plainToken"));
  g_autoptr(GBytes) digest = NULL;
  g_autoptr(GString) hex = g_string_new (NULL);
  const guint8 *bytes;

  if (token == NULL || strlen (token) > MAX_CHALLENGE || secrets->len == 0 ||
      strcmp (enlace_value_get_member_string (body, "event", ""), "endpoint.url_validation") != 0)
    return;

  digest = sign (g_ptr_array_index (secrets, 0), token);
  bytes = g_bytes_get_data (digest, NULL);
  for (gsize i = 0; i < g_bytes_get_size (digest); i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  answer_json (self, "plainToken", enlace_value_new_string (token), "encryptedToken", enlace_value_new_string (hex->str));
}

void
enlace_challenge_answer_signed (EnlaceChallenge     *self,
                                EnlaceChallengeKind  kind,
                                EnlaceValue         *body,
                                GPtrArray           *secrets)
{
  const char *challenge = enlace_value_get_member_string (body, "challenge", NULL);

  if (kind == ENLACE_CHALLENGE_SLACK && challenge != NULL && strlen (challenge) <= MAX_CHALLENGE &&
      strcmp (enlace_value_get_member_string (body, "type", ""), "url_verification") == 0)
    answer_text (self, challenge);
  else if (kind == ENLACE_CHALLENGE_ZOOM)
    answer_zoom (self, body, secrets);
  else if (kind == ENLACE_CHALLENGE_DISCORD && enlace_value_get_member_int (body, "type", 0) == 1)
    answer_json (self, "type", enlace_value_new_int (1), NULL, NULL);
}

void
enlace_challenge_clear (EnlaceChallenge *self)
{
  g_clear_pointer (&self->body, g_free);
}
