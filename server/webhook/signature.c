/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/signature.h"

#include <string.h>

#include "common/value/json.h"
#include "common/value/time.h"
#include "server/webhook/crypto.h"
#include "server/webhook/inbound.h"

#define MAX_ENTRIES 32
#define MAX_TOLERANCE_S (24 * 3600)

struct _EnlaceSignature {
  EnlaceValue               *parameter;
  const EnlaceSignatureRule *rules;       /* of the scheme, beside each other */
  guint                      n_rules;
  gint64                     tolerance_s; /* -1: each rule's own */
  EnlaceSignatureRule        own;         /* of the schemes `custom` and `token` */
  char                      *own_header;
  char                      *own_time;
  char                      *own_event_id;
};

/* A request while it is looked at. */
typedef struct {
  const EnlaceSignedRequest *request;
  const EnlaceSignatureRule *rule;
  const char                *secret;
  const char                *url;
  const char                *timestamp;
  EnlaceValue               *json;        /* owned: the body; NULL until it is needed, or where it is no JSON */
  gboolean                   was_parsed;
} Look;

static EnlaceValue *
get_json (Look *look)
{
  gsize length = 0;
  const char *text = look->request->body != NULL ? g_bytes_get_data (look->request->body, &length) : NULL;

  if (!look->was_parsed && length > 0)
    look->json = enlace_json_parse (text, (gssize) length, NULL);
  look->was_parsed = TRUE;

  return look->json;
}

/* The text of a scalar, as it stands in JSON. NULL: it is no scalar. Caller frees. */
static char *
dup_scalar (EnlaceValue *value)
{
  EnlaceKind kind = value != NULL ? enlace_value_get_kind (value) : ENLACE_KIND_LIST;

  if (kind == ENLACE_KIND_STRING)
    return g_strdup (enlace_value_get_string (value));
  if (kind == ENLACE_KIND_LIST || kind == ENLACE_KIND_MAP || kind == ENLACE_KIND_NULL)
    return NULL;

  return enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
}

/* What stands in a header or in the body; NULL: nothing. Caller frees. */
static char *
dup_place (Look       *look,
           const char *place)
{
  if (*place == '/')
    return get_json (look) != NULL ? dup_scalar (enlace_json_pointer_get (look->json, place)) : NULL;

  return g_strdup (enlace_value_get_member_string (look->request->headers, place, NULL));
}

/* The signed text */

static gboolean
append_member (Look       *look,
               GString    *out,
               const char *pointer,
               gboolean    is_escaped)
{
  g_autofree char *text = dup_place (look, pointer);

  /* Adyen signs an absent member as an empty text. */
  if (text == NULL)
    return is_escaped;

  for (const char *at = text; *at != '\0'; at++)
    {
      if (is_escaped && (*at == '\\' || *at == ':'))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *at);
    }

  return TRUE;
}

static void
append_body (Look    *look,
             GString *out)
{
  gsize length = 0;
  const char *text = look->request->body != NULL ? g_bytes_get_data (look->request->body, &length) : NULL;

  if (length > 0)
    g_string_append_len (out, text, (gssize) length);
}

/* A form's parameters are signed; of another body its hash, which stands in the query (Twilio). */
static gboolean
append_parameters (Look    *look,
                   GString *out)
{
  const char *type = enlace_value_get_member_string (look->request->headers, "content-type", "");
  const char *expected = enlace_value_get_member_string (look->request->query, "bodySHA256", NULL);
  g_autofree char *joined = NULL, *hash = NULL;
  gsize length = 0;
  const char *text = look->request->body != NULL ? g_bytes_get_data (look->request->body, &length) : NULL;

  if (g_ascii_strncasecmp (type, "application/x-www-form-urlencoded", 33) == 0)
    {
      joined = enlace_signature_join_form (text, length);
      g_string_append (out, joined);
      return TRUE;
    }
  if (length == 0)
    return TRUE;

  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, length);

  return expected != NULL && g_ascii_strcasecmp (hash, expected) == 0;
}

static gboolean
append_placeholder (Look       *look,
                    GString    *out,
                    const char *name)
{
  if (strcmp (name, "body") == 0)
    append_body (look, out);
  else if (strcmp (name, "timestamp") == 0)
    g_string_append (out, look->timestamp != NULL ? look->timestamp : "");
  else if (strcmp (name, "url") == 0)
    g_string_append (out, look->url);
  else if (strcmp (name, "method") == 0)
    g_string_append (out, look->request->method);
  else if (strcmp (name, "secret") == 0)
    g_string_append (out, look->secret);
  else if (strcmp (name, "parameters") == 0)
    return append_parameters (look, out);
  else if (g_str_has_prefix (name, "header "))
    return append_member (look, out, name + 7, FALSE);
  else if (g_str_has_prefix (name, "escaped "))
    return append_member (look, out, name + 8, TRUE);
  else
    return append_member (look, out, name, FALSE);

  return TRUE;
}

/* NULL: something that is signed is not there. */
static GString *
make_signed_text (Look *look)
{
  g_autoptr(GString) out = g_string_new (NULL);
  const char *at = look->rule->signed_text != NULL ? look->rule->signed_text : "{body}";

  while (*at != '\0')
    {
      const char *end = *at == '{' ? strchr (at, '}') : NULL;
      g_autofree char *name = end != NULL ? g_strndup (at + 1, end - at - 1) : NULL;

      if (name == NULL)
        g_string_append_c (out, *at++);
      else if (append_placeholder (look, out, name))
        at = end + 1;
      else
        return NULL;
    }

  return g_steal_pointer (&out);
}

/* Time */

static gboolean
parse_time (const char          *text,
            EnlaceSignatureTime  unit,
            gint64              *seconds)
{
  guint64 number;
  guint32 nanoseconds;

  if (unit == ENLACE_SIGNATURE_RFC3339)
    return enlace_time_parse (text, seconds, &nanoseconds);
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;

  *seconds = (gint64) (unit == ENLACE_SIGNATURE_MILLISECONDS ? number / 1000 : number);

  return TRUE;
}

static gboolean
is_timely (EnlaceSignature           *self,
           const EnlaceSignatureRule *rule,
           gint64                     seconds,
           gint64                     now)
{
  gint64 tolerance = self->tolerance_s >= 0 ? self->tolerance_s : (gint64) rule->tolerance_s;
  gint64 present = now / G_USEC_PER_SEC;

  return rule->tolerance_s == 0 || (seconds >= present - tolerance && seconds <= present + tolerance);
}

/* Looking */

/* The entries of the header; NULL-terminated, caller frees. */
static char **
split_entries (const EnlaceSignatureRule *rule,
               const char                *text)
{
  g_auto(GStrv) entries = NULL;

  if (rule->separators == NULL)
    {
      const char *const one[] = { text, NULL };

      return g_strdupv ((char **) one);
    }

  entries = g_strsplit_set (text, rule->separators, MAX_ENTRIES);
  for (char **entry = entries; *entry != NULL; entry++)
    g_strstrip (*entry);

  return g_steal_pointer (&entries);
}

/* What follows `prefix` in the first entry that begins so. Borrowed; NULL: none does. */
static const char *
find_entry (char       **entries,
            const char  *prefix)
{
  for (; *entries != NULL; entries++)
    if (g_str_has_prefix (*entries, prefix))
      return *entries + strlen (prefix);

  return NULL;
}

static char *
dup_timestamp (Look  *look,
               char **entries)
{
  const char *time = look->rule->time;

  if (g_str_has_suffix (time, "="))
    return g_strdup (find_entry (entries, time));

  return dup_place (look, time);
}

/* One URL, one secret: whether one of the entries is its signature. */
static gboolean
matches (Look  *look,
         char **entries)
{
  const char *prefix = look->rule->prefix != NULL ? look->rule->prefix : "";
  g_autoptr(GString) text = make_signed_text (look);

  for (; text != NULL && *entries != NULL; entries++)
    if (g_str_has_prefix (*entries, prefix) &&
        enlace_signature_rule_matches (look->rule, look->secret, text->str, text->len, *entries + strlen (prefix)))
      return TRUE;

  return FALSE;
}

/* The URL with its default port where it has none, without it where it has; NULL: neither. Caller frees. */
static char *
dup_other_port (const char *url)
{
  gboolean is_secure = g_str_has_prefix (url, "https://");
  const char *host = strstr (url, "://");
  const char *port = is_secure ? ":443" : ":80";
  gsize length;

  if (host == NULL)
    return NULL;

  host += 3;
  length = strcspn (host, "/?#");
  if (length > strlen (port) && strncmp (host + length - strlen (port), port, strlen (port)) == 0)
    return g_strdup_printf ("%.*s%s", (int) (host + length - strlen (port) - url), url, host + length);
  if (memchr (host, ':', length) != NULL)
    return NULL;

  return g_strdup_printf ("%.*s%s%s", (int) (host + length - url), url, port, host + length);
}

static gboolean
matches_any (Look      *look,
             char     **entries,
             GPtrArray *secrets)
{
  g_autofree char *other = look->rule->tries_ports ? dup_other_port (look->request->url) : NULL;

  for (guint i = 0; i < secrets->len; i++)
    {
      look->secret = g_ptr_array_index (secrets, i);
      look->url = look->request->url;
      if (matches (look, entries))
        return TRUE;
      look->url = other;
      if (other != NULL && matches (look, entries))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_single (Look *look)
{
  const char *pointer = look->rule->single;

  return pointer == NULL || (get_json (look) != NULL && enlace_value_get_length (enlace_json_pointer_get (look->json, pointer)) == 1);
}

static EnlaceSignatureVerdict
verify_rule (EnlaceSignature           *self,
             const EnlaceSignatureRule *rule,
             Look                      *look,
             GPtrArray                 *secrets,
             gint64                     now)
{
  g_autofree char *text = NULL, *timestamp = NULL;
  g_auto(GStrv) entries = NULL;
  gint64 seconds = 0;

  look->rule = rule;
  look->timestamp = NULL;
  if ((text = dup_place (look, rule->signature)) == NULL)
    return ENLACE_SIGNATURE_MISSING;

  entries = split_entries (rule, text);
  if (rule->time != NULL && (timestamp = dup_timestamp (look, entries)) == NULL)
    return ENLACE_SIGNATURE_MISSING;
  look->timestamp = timestamp;
  if (timestamp != NULL && !parse_time (timestamp, rule->time_unit, &seconds))
    return ENLACE_SIGNATURE_WRONG;
  if (!is_single (look) || !matches_any (look, entries, secrets))
    return ENLACE_SIGNATURE_WRONG;

  return timestamp == NULL || is_timely (self, rule, seconds, now) ? ENLACE_SIGNATURE_VALID : ENLACE_SIGNATURE_STALE;
}

EnlaceSignatureVerdict
enlace_signature_verify (EnlaceSignature           *self,
                         const EnlaceSignedRequest *request,
                         GPtrArray                 *secrets,
                         gint64                     now)
{
  EnlaceSignatureVerdict worst = ENLACE_SIGNATURE_MISSING;
  Look look = { .request = request };

  if (secrets->len == 0)
    return ENLACE_SIGNATURE_NO_SECRET;

  for (guint i = 0; i < self->n_rules; i++)
    {
      EnlaceSignatureVerdict verdict = verify_rule (self, &self->rules[i], &look, secrets, now);

      if (verdict == ENLACE_SIGNATURE_VALID)
        {
          worst = verdict;
          break;
        }
      worst = MAX (worst, verdict);
    }
  g_clear_pointer (&look.json, enlace_value_unref);

  return worst;
}

char *
enlace_signature_dup_event_id (EnlaceSignature           *self,
                               const EnlaceSignedRequest *request)
{
  Look look = { .request = request };
  char *id = NULL;

  for (guint i = 0; id == NULL && i < self->n_rules; i++)
    if (self->rules[i].event_id != NULL)
      id = dup_place (&look, self->rules[i].event_id);
  g_clear_pointer (&look.json, enlace_value_unref);

  return id;
}

EnlaceChallengeKind
enlace_signature_get_challenge (EnlaceSignature *self)
{
  return self->rules[0].challenge;
}

/* What a trigger says of it */

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
  if (own->time != NULL && (own->signed_text == NULL || strstr (own->signed_text, "{timestamp}") == NULL) && *own->time != '/')
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
