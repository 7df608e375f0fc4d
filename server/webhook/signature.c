/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/signature.h"

#include <string.h>

#include "common/value/json.h"
#include "common/value/time.h"
#include "server/webhook/signature-private.h"

#define MAX_ENTRIES 32

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
    {
      g_autofree char *header = g_ascii_strdown (name + 7, -1);

      return append_member (look, out, header, FALSE);
    }
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
