/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The published and computed vectors of each vendor's signature, each through the scheme that is built in. */

#include <string.h>

#include "common/value/json.h"
#include "common/value/time.h"
#include "server/webhook/inbound.h"

typedef struct {
  const char *file;
  const char *scheme;
  guint       n_looked_at;   /* vectors at least */
} Vectors;

static const Vectors files[] = {
  { "adyen", "adyen-body", 5 },       { "calendly", "calendly", 1 },     { "discord", "discord", 7 },   { "github", "github", 8 },
  { "hubspot", "hubspot", 4 },        { "intercom", "intercom", 1 },     { "line", "line", 2 },         { "linear", "linear", 2 },
  { "mailgun", "mailgun", 3 },        { "mandrill", "mandrill", 1 },     { "paddle", "paddle", 5 },     { "pagerduty", "pagerduty", 4 },
  { "razorpay", "razorpay", 3 },      { "sendgrid", "sendgrid", 7 },     { "shopify", "shopify", 6 },   { "slack", "slack", 5 },
  { "square", "square", 4 },          { "standard-webhooks", "standard-webhooks", 17 },                 { "stripe", "stripe", 9 },
  { "svix", "svix", 7 },              { "trello", "trello", 2 },         { "twilio", "twilio", 8 },     { "typeform", "typeform", 2 },
  { "zendesk", "zendesk", 1 },        { "zoom", "zoom", 2 },
};

/* How requests to other servers are signed, or tokens: no scheme of an event that comes in. */
static const char *const outgoing[] = { "aws-sigv4.json", "jws.json", "oauth1.json", "pkce.json", NULL };

static const char *
get (EnlaceValue *vector,
     const char  *name)
{
  return enlace_value_get_member_string (vector, name, NULL);
}

static const EnlaceSignatureRule *
find_rule (const char *scheme)
{
  guint n_rules;
  const EnlaceSignatureRule *rules = enlace_signature_rules (&n_rules);

  for (guint i = 0; i < n_rules; i++)
    if (strcmp (rules[i].scheme, scheme) == 0)
      return &rules[i];

  g_error ("There is no scheme %s", scheme);
}

static EnlaceSignature *
new_scheme (const char *scheme)
{
  g_autofree char *text = g_strdup_printf ("{\"scheme\":\"%s\"}", scheme);
  g_autoptr(EnlaceValue) parameter = enlace_json_parse (text, -1, NULL);
  g_autoptr(GError) error = NULL;
  EnlaceSignature *signature = enlace_signature_new (parameter, &error);

  g_assert_no_error (error);

  return signature;
}

/* The text of a form with these parameters, of which a list is a name that comes again. */
static char *
make_form (EnlaceValue *parameters)
{
  g_autoptr(GString) form = g_string_new (NULL);

  for (gsize i = 0; i < enlace_value_get_length (parameters); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (parameters, i));
      EnlaceValue *value = enlace_value_get_member_value (parameters, i);
      gboolean is_list = enlace_value_get_kind (value) == ENLACE_KIND_LIST;

      for (gsize j = 0; j < (is_list ? enlace_value_get_length (value) : 1); j++)
        {
          const char *text = enlace_value_get_string (is_list ? enlace_value_get_element (value, j) : value);
          g_autofree char *escaped = g_uri_escape_string (text, NULL, FALSE);

          g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
        }
    }

  return g_string_free_and_steal (g_steal_pointer (&form));
}

static char *
make_body (EnlaceValue *vector)
{
  EnlaceValue *parameters = enlace_value_get_member (vector, "parameters");

  if (parameters != NULL)
    return make_form (parameters);
  if (get (vector, "token") != NULL)
    return g_strdup_printf ("{\"signature\":{\"timestamp\":\"%s\",\"token\":\"%s\",\"signature\":\"%s\"},\"event-data\":{}}",
                            get (vector, "timestamp"), get (vector, "token"), get (vector, "signature"));

  return g_strdup (get (vector, "payload") != NULL ? get (vector, "payload") : "");
}

static EnlaceValue *
make_headers (EnlaceValue               *vector,
              const EnlaceSignatureRule *rule)
{
  g_autoptr(EnlaceMapBuilder) headers = enlace_map_builder_new ();
  gboolean is_form = enlace_value_get_member (vector, "parameters") != NULL;

  enlace_map_builder_add_string (headers, "content-type", is_form ? "application/x-www-form-urlencoded" : "application/json");
  if (*rule->signature != '/' && get (vector, "signature") != NULL)
    enlace_map_builder_add_string (headers, rule->signature, get (vector, "signature"));
  if (rule->time != NULL && *rule->time != '/' && !g_str_has_suffix (rule->time, "=") && get (vector, "timestamp") != NULL)
    enlace_map_builder_add_string (headers, rule->time, get (vector, "timestamp"));
  if (get (vector, "id") != NULL)
    enlace_map_builder_add_string (headers, rule->event_id, get (vector, "id"));

  return enlace_map_builder_end (headers);
}

static EnlaceValue *
make_query (const char *url)
{
  g_autoptr(EnlaceMapBuilder) query = enlace_map_builder_new ();
  const char *hash = url != NULL ? strstr (url, "bodySHA256=") : NULL;

  if (hash != NULL)
    enlace_map_builder_add_string (query, "bodySHA256", hash + strlen ("bodySHA256="));

  return enlace_map_builder_end (query);
}

/* The clock of the vector, in seconds. */
static gint64
get_time (EnlaceValue               *vector,
          const EnlaceSignatureRule *rule)
{
  const char *text = get (vector, "timestamp");
  g_autoptr(EnlaceValue) payload = NULL;
  gint64 seconds;
  guint32 nanoseconds;

  if (text != NULL && enlace_time_parse (text, &seconds, &nanoseconds))
    return seconds;
  if (text != NULL)
    return g_ascii_strtoll (text, NULL, 10) / (rule->time_unit == ENLACE_SIGNATURE_MILLISECONDS ? 1000 : 1);

  payload = get (vector, "payload") != NULL ? enlace_json_parse (get (vector, "payload"), -1, NULL) : NULL;

  return payload != NULL ? enlace_value_get_member_int (payload, "webhookTimestamp", 0) / 1000 : 0;
}

static const char *
get_secret (EnlaceValue *vector)
{
  static const char *const names[] = { "secret", "public_key", "key_hex", "auth_token" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (get (vector, names[i]) != NULL)
      return get (vector, names[i]);

  return NULL;
}

static EnlaceSignatureVerdict
verify (EnlaceSignature           *signature,
        const EnlaceSignedRequest *request,
        const char                *first,
        const char                *second,
        gint64                     seconds)
{
  g_autoptr(GPtrArray) secrets = g_ptr_array_new ();

  if (first != NULL)
    g_ptr_array_add (secrets, (gpointer) first);
  if (second != NULL)
    g_ptr_array_add (secrets, (gpointer) second);

  return enlace_signature_verify (signature, request, secrets, seconds * G_USEC_PER_SEC);
}

/* What must hold of a request that is signed right. */
static void
check_valid (EnlaceSignature           *signature,
             const EnlaceSignatureRule *rule,
             EnlaceSignedRequest       *request,
             EnlaceValue               *vector,
             const char                *secret,
             gint64                     now)
{
  EnlaceSignedRequest bare = *request;
  g_autoptr(EnlaceMapBuilder) nothing = enlace_map_builder_new ();
  g_autoptr(EnlaceValue) headers = enlace_map_builder_end (nothing);

  g_assert_cmpint (verify (signature, request, secret, NULL, now), ==, ENLACE_SIGNATURE_VALID);
  g_assert_cmpint (verify (signature, request, "whsec_AAAA", secret, now), ==, ENLACE_SIGNATURE_VALID);
  g_assert_cmpint (verify (signature, request, "not it", NULL, now), ==, ENLACE_SIGNATURE_WRONG);
  g_assert_cmpint (verify (signature, request, NULL, NULL, now), ==, ENLACE_SIGNATURE_NO_SECRET);
  if (rule->tolerance_s > 0)
    {
      g_assert_cmpint (verify (signature, request, secret, NULL, now + rule->tolerance_s), ==, ENLACE_SIGNATURE_VALID);
      g_assert_cmpint (verify (signature, request, secret, NULL, now + rule->tolerance_s + 1), ==, ENLACE_SIGNATURE_STALE);
      g_assert_cmpint (verify (signature, request, secret, NULL, now - rule->tolerance_s - 1), ==, ENLACE_SIGNATURE_STALE);
    }
  if (*rule->signature != '/')
    {
      bare.headers = headers;
      g_assert_cmpint (verify (signature, &bare, secret, NULL, now), ==, ENLACE_SIGNATURE_MISSING);
    }
  if (get (vector, "also_valid_for") != NULL)
    {
      request->url = get (vector, "also_valid_for");
      g_assert_cmpint (verify (signature, request, secret, NULL, now), ==, ENLACE_SIGNATURE_VALID);
    }
}

/* Vectors that give the signed text instead of a request. FALSE: it is none of these. */
static gboolean
check_text (EnlaceValue *vector,
            const char  *file)
{
  const EnlaceSignatureRule hex = { .scheme = "custom", .algorithm = ENLACE_SIGNATURE_HMAC_SHA256, .encoding = ENLACE_SIGNATURE_HEX };
  const EnlaceSignatureRule *rule = strcmp (file, "adyen") == 0 ? find_rule ("adyen") : find_rule (strcmp (file, "discord") == 0 ? "discord" : "github");
  g_autofree char *text = NULL;

  if (get (vector, "signed") != NULL)
    text = g_strdup (get (vector, "signed"));
  else if (get (vector, "query") != NULL)
    {
      text = g_strdup (get (vector, "query"));
      rule = &hex;
    }
  else if (strcmp (file, "discord") == 0 && g_strcmp0 (get (vector, "timestamp"), "") == 0)
    text = g_strdup (get (vector, "payload"));
  else
    return FALSE;

  g_assert_cmpint (enlace_signature_rule_matches (rule, get_secret (vector), text, strlen (text), get (vector, "signature")), ==,
                   enlace_value_get_member_bool (vector, "valid", FALSE));

  return TRUE;
}

static const char *
choose_scheme (EnlaceValue   *vector,
               const Vectors *vectors)
{
  if (g_strcmp0 (get (vector, "header"), "X-Hub-Signature") == 0)
    return "github-sha1";
  if (g_strcmp0 (get (vector, "version"), "v1") == 0)
    return "hubspot-v1";
  if (g_strcmp0 (get (vector, "version"), "v2") == 0)
    return "hubspot-v2";

  return vectors->scheme;
}

static void
check_vector (EnlaceValue   *vector,
              const Vectors *vectors)
{
  const char *scheme = choose_scheme (vector, vectors);
  const EnlaceSignatureRule *rule = find_rule (scheme);
  g_autoptr(EnlaceSignature) signature = new_scheme (scheme);
  g_autofree char *text = make_body (vector);
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr(EnlaceValue) headers = make_headers (vector, rule), query = make_query (get (vector, "url"));
  EnlaceSignedRequest request = {
    .method = get (vector, "method") != NULL ? get (vector, "method") : "POST",
    .url = get (vector, "url") != NULL ? get (vector, "url") : "https://example.com/hooks/x",
    .headers = headers,
    .query = query,
    .body = body,
  };
  EnlaceValue *valid = enlace_value_get_member (vector, "valid");
  gint64 now = get_time (vector, rule);

  g_test_message ("%s: %s", vectors->file, get (vector, "name"));
  if (check_text (vector, vectors->file))
    return;
  /* No key is published: the header is read, and no other key fits it. */
  if (enlace_value_is_null (valid))
    g_assert_cmpint (verify (signature, &request, "whsec_AAAA", NULL, now), ==, ENLACE_SIGNATURE_WRONG);
  else if (enlace_value_get_bool (valid))
    check_valid (signature, rule, &request, vector, get_secret (vector), now);
  else
    g_assert_cmpint (verify (signature, &request, get_secret (vector), NULL, now), !=, ENLACE_SIGNATURE_VALID);
}

static void
test_vectors (gconstpointer data)
{
  const Vectors *vectors = data;
  const char *root = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *name = g_strconcat (vectors->file, ".json", NULL);
  g_autofree char *path = root != NULL ? g_build_filename (root, "signature-vectors", name, NULL) : NULL;
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) file = NULL;
  EnlaceValue *list;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return g_test_skip ("the signature vectors are not here");

  file = enlace_json_parse (text, -1, NULL);
  list = enlace_value_get_member (file, "vectors");
  g_assert_cmpuint (enlace_value_get_length (list), >=, vectors->n_looked_at);
  for (gsize i = 0; i < enlace_value_get_length (list); i++)
    check_vector (enlace_value_get_element (list, i), vectors);
}

/* No file of vectors is passed over. */
static void
test_all_files (void)
{
  const char *root = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *path = root != NULL ? g_build_filename (root, "signature-vectors", NULL) : NULL;
  g_autoptr(GDir) dir = path != NULL ? g_dir_open (path, 0, NULL) : NULL;
  const char *name;

  if (dir == NULL)
    return g_test_skip ("the signature vectors are not here");

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      gboolean is_known = !g_str_has_suffix (name, ".json") || g_strv_contains (outgoing, name);

      for (gsize i = 0; !is_known && i < G_N_ELEMENTS (files); i++)
        is_known = g_str_has_prefix (name, files[i].file) && strcmp (name + strlen (files[i].file), ".json") == 0;
      g_test_message ("%s", name);
      g_assert_true (is_known);
    }
}

static EnlaceSignatureVerdict
verify_own (const char *parameter,
            const char *headers,
            const char *text,
            const char *secret)
{
  g_autoptr(EnlaceValue) value = enlace_json_parse (parameter, -1, NULL);
  g_autoptr(EnlaceValue) fields = enlace_json_parse (headers, -1, NULL), query = enlace_json_parse ("{}", -1, NULL);
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceSignature) signature = enlace_signature_new (value, &error);
  const EnlaceSignedRequest request = { .method = "POST", .url = "https://example.com/", .headers = fields, .query = query, .body = body };

  g_assert_no_error (error);

  return verify (signature, &request, secret, NULL, 1700000000);
}

static void
test_custom (void)
{
  static const char parameter[] =
    "{\"scheme\":\"custom\",\"header\":\"X-Sig\",\"algorithm\":\"hmac-sha512\",\"encoding\":\"base64\",\"prefix\":\"s=\",\"separators\":\";\","
    "\"timestamp\":\"t=\",\"signed_text\":\"{timestamp}|{header X-Kind}|{/a/b}|{body}\",\"tolerance_s\":10}";
  static const char body[] = "{\"a\":{\"b\":7}}";
  static const char text[] = "1700000000|k|7|{\"a\":{\"b\":7}}";
  g_autoptr(GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA512, (const guchar *) "key", 3);
  guint8 digest[64];
  gsize length = sizeof digest;
  g_autofree char *encoded = NULL, *headers = NULL, *late = NULL;

  g_hmac_update (hmac, (const guchar *) text, (gssize) strlen (text));
  g_hmac_get_digest (hmac, digest, &length);
  encoded = g_base64_encode (digest, length);
  headers = g_strdup_printf ("{\"x-sig\":\"t=1700000000;s=AAAA;s=%s\",\"x-kind\":\"k\"}", encoded);
  late = g_strdup_printf ("{\"x-sig\":\"t=1700000011;s=%s\",\"x-kind\":\"k\"}", encoded);
  g_assert_cmpint (verify_own (parameter, headers, body, "key"), ==, ENLACE_SIGNATURE_VALID);
  g_assert_cmpint (verify_own (parameter, headers, "{\"a\":{\"b\":8}}", "key"), ==, ENLACE_SIGNATURE_WRONG);
  g_assert_cmpint (verify_own (parameter, headers, "[", "key"), ==, ENLACE_SIGNATURE_WRONG);
  g_assert_cmpint (verify_own (parameter, late, body, "key"), ==, ENLACE_SIGNATURE_WRONG);

  g_assert_cmpint (verify_own ("{\"scheme\":\"token\",\"header\":\"authorization\",\"prefix\":\"Bearer \"}", "{\"authorization\":\"Bearer abc\"}", "", "abc"),
                   ==, ENLACE_SIGNATURE_VALID);
  g_assert_cmpint (verify_own ("{\"scheme\":\"token\",\"header\":\"authorization\",\"prefix\":\"Bearer \"}", "{\"authorization\":\"Bearer abcd\"}", "", "abc"),
                   ==, ENLACE_SIGNATURE_WRONG);
}

/* A batch in which only the first item is signed is not taken. */
static void
test_adyen_items (void)
{
  static const char item[] = "{\"NotificationRequestItem\":{\"pspReference\":\"p\",\"merchantAccountCode\":\"m:a\",\"merchantReference\":\"r\","
                             "\"amount\":{\"value\":1000,\"currency\":\"EUR\"},\"eventCode\":\"AUTHORISATION\",\"success\":\"true\","
                             "\"additionalData\":{\"hmacSignature\":\"%s\"}}}";
  static const char text[] = "p::m\\:a:r:1000:EUR:AUTHORISATION:true";
  static const guint8 key[] = { 0x44, 0x78, 0x2d, 0xef };
  g_autoptr(GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, sizeof key);
  g_autofree char *encoded = NULL, *signed_item = NULL, *one = NULL, *two = NULL;
  guint8 digest[32];
  gsize length = sizeof digest;

  g_hmac_update (hmac, (const guchar *) text, (gssize) strlen (text));
  g_hmac_get_digest (hmac, digest, &length);
  encoded = g_base64_encode (digest, length);
  {
    g_auto(GStrv) halves = g_strsplit (item, "%s", 2);

    signed_item = g_strconcat (halves[0], encoded, halves[1], NULL);
  }
  one = g_strdup_printf ("{\"notificationItems\":[%s]}", signed_item);
  two = g_strdup_printf ("{\"notificationItems\":[%s,%s]}", signed_item, signed_item);
  g_assert_cmpint (verify_own ("{\"scheme\":\"adyen\"}", "{}", one, "44782DEF"), ==, ENLACE_SIGNATURE_VALID);
  g_assert_cmpint (verify_own ("{\"scheme\":\"adyen\"}", "{}", two, "44782DEF"), ==, ENLACE_SIGNATURE_WRONG);
}

static void
test_bad_parameters (void)
{
  static const char *const parameters[] = {
    "{}",
    "{\"scheme\":\"nobody\"}",
    "{\"scheme\":\"github\",\"secret\":\"x\"}",
    "{\"scheme\":\"github\",\"tolerance_s\":0}",
    "{\"scheme\":\"github\",\"tolerance_s\":\"300\"}",
    "{\"scheme\":\"custom\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"algorithm\":\"md5\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"encoding\":\"rot13\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"signed_text\":\"{everything}\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"signed_text\":\"{body\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"algorithm\":\"sha256\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"timestamp\":\"x-time\",\"signed_text\":\"{body}\"}",
    "{\"scheme\":\"custom\",\"header\":\"x\",\"timestamp\":\"/at\",\"signed_text\":\"{method}\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      g_autoptr(EnlaceValue) value = enlace_json_parse (parameters[i], -1, NULL);
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", parameters[i]);
      g_assert_null (enlace_signature_new (value, &error));
      g_assert_error (error, ENLACE_INBOUND_ERROR, ENLACE_INBOUND_ERROR_SETTINGS);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strconcat ("/webhook/signature/", files[i].file, NULL);

      g_test_add_data_func (path, &files[i], test_vectors);
    }
  g_test_add_func ("/webhook/signature/looks-at-all-vectors", test_all_files);
  g_test_add_func ("/webhook/signature/of-ones-own-making", test_custom);
  g_test_add_func ("/webhook/signature/covers-all-items", test_adyen_items);
  g_test_add_func ("/webhook/signature/refuses-what-cannot-be-used", test_bad_parameters);

  return g_test_run ();
}
