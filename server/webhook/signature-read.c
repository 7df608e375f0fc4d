/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/signature-private.h"

#include <string.h>

#include "server/webhook/inbound.h"

#define MAX_TOLERANCE_S (24 * 3600)

typedef struct {
  const char *name;
  guint       value;
} Choice;

static const Choice algorithms[] = {
  { "hmac-sha256", ENLACE_SIGNATURE_HMAC_SHA256 }, { "hmac-sha1", ENLACE_SIGNATURE_HMAC_SHA1 }, { "hmac-sha512", ENLACE_SIGNATURE_HMAC_SHA512 },
  { "sha256", ENLACE_SIGNATURE_SHA256 }, { "ed25519", ENLACE_SIGNATURE_ED25519 }, { "ecdsa-p256", ENLACE_SIGNATURE_ECDSA_P256 }, { NULL, 0 },
};
static const Choice encodings[] = { { "hex", ENLACE_SIGNATURE_HEX }, { "base64", ENLACE_SIGNATURE_BASE64 }, { NULL, 0 } };
static const Choice keys[] = {
  { "text", ENLACE_SIGNATURE_KEY_TEXT }, { "hex", ENLACE_SIGNATURE_KEY_HEX }, { "base64", ENLACE_SIGNATURE_KEY_BASE64 }, { NULL, 0 },
};
static const Choice units[] = {
  { "seconds", ENLACE_SIGNATURE_SECONDS }, { "milliseconds", ENLACE_SIGNATURE_MILLISECONDS }, { "rfc3339", ENLACE_SIGNATURE_RFC3339 }, { NULL, 0 },
};

static gboolean
fail (GError    **error,
      const char *detail)
{
  g_set_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_SETTINGS, "The trigger's signature cannot be used: %s", detail);

  return FALSE;
}

static gboolean
choose (EnlaceValue   *parameter,
        const char    *name,
        const Choice  *choices,
        guint         *value,
        GError       **error)
{
  const char *text = enlace_value_get_member_string (parameter, name, choices[0].name);
  g_autofree char *detail = NULL;

  for (; choices->name != NULL; choices++)
    if (strcmp (choices->name, text) == 0)
      {
        *value = choices->value;
        return TRUE;
      }

  detail = g_strdup_printf ("%s is none of those that there are", name);

  return fail (error, detail);
}

/* Lower case for a header, as it is for a pointer; NULL: absent. */
static char *
dup_own_place (EnlaceValue *parameter,
               const char  *name)
{
  const char *text = enlace_value_get_member_string (parameter, name, NULL);

  if (text == NULL || *text == '\0')
    return NULL;

  return *text == '/' ? g_strdup (text) : g_ascii_strdown (text, -1);
}

static gboolean
check_template (const char  *text,
                GError     **error)
{
  static const char *const names[] = { "body", "timestamp", "url", "method", "secret", "parameters", NULL };

  for (const char *at = strchr (text, '{'); at != NULL; at = strchr (at + 1, '{'))
    {
      const char *end = strchr (at, '}');
      g_autofree char *name = end != NULL ? g_strndup (at + 1, end - at - 1) : NULL;

      if (name == NULL || !(g_strv_contains (names, name) || *name == '/' || g_str_has_prefix (name, "header ") || g_str_has_prefix (name, "escaped /")))
        return fail (error, "signed_text names something that a request does not have");
    }

  return TRUE;
}

/* By itself, or as a part of the body. */
static gboolean
is_time_signed (const EnlaceSignatureRule *own)
{
  const char *text = own->signed_text != NULL ? own->signed_text : "{body}";

  return strstr (text, "{timestamp}") != NULL || (*own->time == '/' && strstr (text, "{body}") != NULL);
}

static gboolean
read_own (EnlaceSignature  *self,
          gboolean          is_token,
          GError          **error)
{
  EnlaceValue *parameter = self->parameter;
  EnlaceSignatureRule *own = &self->own;
  guint algorithm, encoding, key, unit;

  if ((self->own_header = dup_own_place (parameter, "header")) == NULL)
    return fail (error, "header says where it stands");
  if (!choose (parameter, "algorithm", algorithms, &algorithm, error) || !choose (parameter, "encoding", encodings, &encoding, error) ||
      !choose (parameter, "key", keys, &key, error) || !choose (parameter, "timestamp_unit", units, &unit, error))
    return FALSE;

  own->algorithm = is_token ? ENLACE_SIGNATURE_TOKEN : algorithm;
  own->encoding = encoding;
  own->key = key;
  own->signature = self->own_header;
  own->prefix = enlace_value_get_member_string (parameter, "prefix", NULL);
  own->separators = enlace_value_get_member_string (parameter, "separators", NULL);
  own->signed_text = enlace_value_get_member_string (parameter, "signed_text", NULL);
  own->time = self->own_time = dup_own_place (parameter, "timestamp");
  own->time_unit = unit;
  own->tolerance_s = own->time != NULL ? 300 : 0;
  own->event_id = self->own_event_id = dup_own_place (parameter, "event_id");
  self->rules = own;
  self->n_rules = 1;
  if (own->algorithm == ENLACE_SIGNATURE_SHA256 && (own->signed_text == NULL || strstr (own->signed_text, "{secret}") == NULL))
    return fail (error, "a plain hash protects nothing where {secret} is not in signed_text");
  /* A time that is not signed proves nothing. */
  if (own->time != NULL && !is_time_signed (own))
    return fail (error, "timestamp is named, but {timestamp} is not in signed_text");

  return own->signed_text == NULL || check_template (own->signed_text, error);
}

static gboolean
find_scheme (EnlaceSignature  *self,
             const char       *name,
             GError          **error)
{
  guint n_rules;
  const EnlaceSignatureRule *rules = enlace_signature_rules (&n_rules);

  for (guint i = 0; i < n_rules; i++)
    if (strcmp (rules[i].scheme, name) == 0)
      {
        if (self->rules == NULL)
          self->rules = &rules[i];
        self->n_rules++;
      }

  return self->n_rules > 0 || fail (error, "there is no such scheme");
}

/* A secret in the document would be shown to all who may read it, and go out with each export. */
static gboolean
check_members (EnlaceValue  *parameter,
               GError      **error)
{
  static const char *const known[] = {
    "scheme", "tolerance_s", "header", "algorithm", "encoding", "key", "prefix", "separators", "signed_text", "timestamp", "timestamp_unit",
    "event_id", NULL
  };

  for (gsize i = 0; i < enlace_value_get_length (parameter); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (parameter, i));
      g_autofree char *detail = g_strdup_printf ("it has no member “%.64s”; a secret is set at the workflow, not in its document", name);

      if (!g_strv_contains (known, name))
        return fail (error, detail);
    }

  return TRUE;
}

EnlaceSignature *
enlace_signature_new (EnlaceValue  *parameter,
                      GError      **error)
{
  g_autoptr(EnlaceSignature) self = g_new0 (EnlaceSignature, 1);
  const char *scheme = enlace_value_get_member_string (parameter, "scheme", "");
  EnlaceValue *tolerance = enlace_value_get_member (parameter, "tolerance_s");
  gboolean is_token = strcmp (scheme, "token") == 0;

  self->parameter = enlace_value_ref (parameter);
  self->tolerance_s = -1;
  if (tolerance != NULL && !enlace_value_is_null (tolerance))
    {
      self->tolerance_s = enlace_value_get_int (tolerance);
      if (enlace_value_get_kind (tolerance) != ENLACE_KIND_INT || self->tolerance_s < 1 || self->tolerance_s > MAX_TOLERANCE_S)
        {
          fail (error, "tolerance_s is a whole number of seconds from 1 to 86400");
          return NULL;
        }
    }
  if (!check_members (parameter, error))
    return NULL;
  if (!(is_token || strcmp (scheme, "custom") == 0 ? read_own (self, is_token, error) : find_scheme (self, scheme, error)))
    return NULL;

  return g_steal_pointer (&self);
}

void
enlace_signature_free (EnlaceSignature *self)
{
  g_clear_pointer (&self->parameter, enlace_value_unref);
  g_free (self->own_header);
  g_free (self->own_time);
  g_free (self->own_event_id);
  g_free (self);
}
