/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Recorded events of many vendors: each is read, and each whose vendor signs the body is signed anew, checked, and refused when a byte differs. */

#include <libdex.h>
#include <string.h>

#include "common/value/json.h"
#include "server/webhook/inbound.h"
#include "tests/server/workflow/fixture.h"

#define NOW G_GINT64_CONSTANT (1700000000)
#define URL "https://example.com/hooks/x"
#define KEY "0123456789abcdef"

typedef struct {
  char        *vendor;
  char        *signature_header;    /* nullable */
  EnlaceValue *headers;             /* lower-case names */
  EnlaceValue *value;               /* nullable: the JSON */
  char        *body;
} Payload;

static void
payload_free (Payload *self)
{
  g_free (self->vendor);
  g_free (self->signature_header);
  g_free (self->body);
  g_clear_pointer (&self->headers, enlace_value_unref);
  g_clear_pointer (&self->value, enlace_value_unref);
  g_free (self);
}

static EnlaceValue *
lower_names (EnlaceValue *headers)
{
  g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();

  for (gsize i = 0; i < enlace_value_get_length (headers); i++)
    {
      g_autofree char *name = g_ascii_strdown (enlace_value_get_string (enlace_value_get_key (headers, i)), -1);

      enlace_map_builder_add (builder, name, enlace_value_get_member_value (headers, i));
    }

  return enlace_map_builder_end (builder);
}

static Payload *
load (const char *path)
{
  Payload *self = g_new0 (Payload, 1);
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) file = NULL;
  const char *raw;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  file = parse (text);
  raw = enlace_value_get_member_string (file, "body_raw", NULL);
  self->vendor = g_strdup (enlace_value_get_member_string (file, "vendor", ""));
  self->headers = lower_names (enlace_value_get_member (file, "headers"));
  if (enlace_value_get_member_string (file, "signature_header", NULL) != NULL)
    self->signature_header = g_ascii_strdown (enlace_value_get_member_string (file, "signature_header", NULL), -1);
  if (raw == NULL)
    self->value = enlace_value_ref (enlace_value_get_member (file, "body"));
  self->body = raw != NULL ? g_strdup (raw) : format (self->value);

  return self;
}

/* All recorded requests; NULL: they are not here. */
static GPtrArray *
load_all (void)
{
  const char *root = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *folder = root != NULL ? g_build_filename (root, "webhook-payloads", NULL) : NULL;
  g_autofree char *index_path = folder != NULL ? g_build_filename (folder, "index.json", NULL) : NULL;
  g_autofree char *text = NULL;
  g_autoptr(EnlaceValue) index = NULL;
  GPtrArray *payloads;

  if (index_path == NULL || !g_file_get_contents (index_path, &text, NULL, NULL))
    return NULL;

  payloads = g_ptr_array_new_with_free_func ((GDestroyNotify) payload_free);
  index = parse (text);
  for (gsize i = 0; i < enlace_value_get_length (index); i++)
    {
      g_autofree char *path = g_build_filename (folder, enlace_value_get_member_string (enlace_value_get_element (index, i), "file", ""), NULL);

      g_ptr_array_add (payloads, load (path));
    }

  return payloads;
}

typedef struct {
  Fixture        base;
  EnlaceInbound *inbound;
} HookFixture;

static void
set_up (HookFixture   *self,
        gconstpointer  data)
{
  fixture_set_up (&self->base, data);
  self->inbound = enlace_inbound_new (self->base.engine, self->base.store, self->base.vault);
}

static void
tear_down (HookFixture   *self,
           gconstpointer  data)
{
  enlace_inbound_free (self->inbound);
  fixture_tear_down (&self->base, data);
}

static void
test_reading (HookFixture   *fixture,
              gconstpointer  data)
{
  g_autofree char *document = make_document ("hook trigger.webhook\nreply flow.respond {\"body\":[\"{{ trigger.body }}\"]}\nhook > reply");
  g_autoptr(EnlacePlan) plan = fixture_publish (&fixture->base, "token", document);
  g_autoptr(GPtrArray) payloads = load_all ();
  g_autoptr(EnlaceValue) nothing = parse ("{}");

  if (payloads == NULL)
    return g_test_skip ("the payloads are not here");

  g_assert_cmpuint (payloads->len, >=, 400);
  for (guint i = 0; i < payloads->len; i++)
    {
      Payload *payload = g_ptr_array_index (payloads, i);
      g_autoptr(GBytes) body = g_bytes_new (payload->body, strlen (payload->body));
      EnlaceInboundRequest request = { .token = "token", .method = "POST", .path = "", .query = nothing, .query_all = nothing,
                                       .headers = payload->headers, .body = body };
      g_autoptr(GError) error = NULL;
      g_autoptr(EnlaceValue) seen = NULL;
      Answer answer;

      g_test_message ("%s %u", payload->vendor, i);
      answer_init (&answer);
      enlace_inbound_receive (fixture->inbound, &request, answer_func, &answer, &error);
      g_assert_no_error (error);
      answer_wait (&answer);
      g_assert_cmpint (answer.kind, ==, ENLACE_OUTCOME_RESPONDED);
      seen = parse (answer.body);
      if (payload->value != NULL && strstr (enlace_value_get_member_string (payload->headers, "content-type", ""), "json") != NULL)
        g_assert_true (enlace_value_equal (enlace_value_get_element (seen, 0), payload->value));
      answer_clear (&answer);
    }
}

static const EnlaceSignatureRule *
find_rule (const Payload *payload)
{
  guint n_rules;
  const EnlaceSignatureRule *rules = enlace_signature_rules (&n_rules);

  for (guint i = 0; payload->signature_header != NULL && i < n_rules; i++)
    if (strcmp (rules[i].signature, payload->signature_header) == 0 && rules[i].algorithm <= ENLACE_SIGNATURE_HMAC_SHA512 &&
        (rules[i].time == NULL || *rules[i].time != '/') && (rules[i].signed_text == NULL || strstr (rules[i].signed_text, "{parameters}") == NULL))
      return &rules[i];

  return NULL;
}

static const char *
get_secret (const EnlaceSignatureRule *rule)
{
  if (rule->key == ENLACE_SIGNATURE_KEY_WHSEC)
    return "whsec_MDEyMzQ1Njc4OWFiY2RlZg==";

  return rule->key == ENLACE_SIGNATURE_KEY_HEX ? "30313233343536373839616263646566" : KEY;
}

static char *
get_time (const EnlaceSignatureRule *rule)
{
  if (rule->time_unit == ENLACE_SIGNATURE_MILLISECONDS)
    return g_strdup_printf ("%" G_GINT64_FORMAT, NOW * 1000);

  return rule->time_unit == ENLACE_SIGNATURE_RFC3339 ? g_strdup ("2023-11-14T22:13:20Z") : g_strdup_printf ("%" G_GINT64_FORMAT, NOW);
}

/* What the vendor would write into its header. */
static char *
sign (const EnlaceSignatureRule *rule,
      const Payload             *payload,
      const char                *time)
{
  static const GChecksumType types[] = { G_CHECKSUM_SHA1, G_CHECKSUM_SHA256, G_CHECKSUM_SHA512 };
  g_autoptr(GString) text = g_string_new (rule->signed_text != NULL ? rule->signed_text : "{body}");
  g_autoptr(GHmac) hmac = g_hmac_new (types[rule->algorithm], (const guchar *) KEY, strlen (KEY));
  g_autofree char *encoded = NULL;
  guint8 digest[64];
  gsize length = sizeof digest;

  g_string_replace (text, "{timestamp}", time, 0);
  g_string_replace (text, "{header svix-id}", "m1", 0);
  g_string_replace (text, "{url}", URL, 0);
  g_string_replace (text, "{method}", "POST", 0);
  g_string_replace (text, "{body}", payload->body, 1);
  g_hmac_update (hmac, (const guchar *) text->str, (gssize) text->len);
  if (rule->encoding == ENLACE_SIGNATURE_HEX)
    encoded = g_strdup (g_hmac_get_string (hmac));
  else
    {
      g_hmac_get_digest (hmac, digest, &length);
      encoded = g_base64_encode (digest, length);
    }
  if (rule->time != NULL && g_str_has_suffix (rule->time, "="))
    return g_strdup_printf ("%s%s%c%s%s", rule->time, time, *rule->separators, rule->prefix, encoded);

  return g_strconcat (rule->prefix != NULL ? rule->prefix : "", encoded, NULL);
}

static EnlaceSignatureVerdict
verify (const EnlaceSignatureRule *rule,
        EnlaceValue               *headers,
        const char                *text)
{
  g_autofree char *json = g_strdup_printf ("{\"scheme\":\"%s\"}", rule->scheme);
  g_autoptr(EnlaceValue) parameter = parse (json), query = parse ("{}");
  g_autoptr(EnlaceSignature) signature = enlace_signature_new (parameter, NULL);
  g_autoptr(GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr(GPtrArray) secrets = g_ptr_array_new ();
  const EnlaceSignedRequest request = { .method = "POST", .url = URL, .headers = headers, .query = query, .body = body };

  g_ptr_array_add (secrets, (gpointer) get_secret (rule));

  return enlace_signature_verify (signature, &request, secrets, NOW * G_USEC_PER_SEC);
}

static void
test_signing (void)
{
  g_autoptr(GPtrArray) payloads = load_all ();
  g_autoptr(GHashTable) vendors = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_signed = 0;

  if (payloads == NULL)
    return g_test_skip ("the payloads are not here");

  for (guint i = 0; i < payloads->len; i++)
    {
      Payload *payload = g_ptr_array_index (payloads, i);
      const EnlaceSignatureRule *rule = find_rule (payload);
      g_autofree char *time = rule != NULL ? get_time (rule) : NULL, *header = NULL, *other = NULL;
      g_autoptr(EnlaceMapBuilder) builder = enlace_map_builder_new ();
      g_autoptr(EnlaceValue) headers = NULL;

      if (rule == NULL)
        continue;

      header = sign (rule, payload, time);
      enlace_map_builder_add_string (builder, rule->signature, header);
      enlace_map_builder_add_string (builder, "svix-id", "m1");
      if (rule->time != NULL && !g_str_has_suffix (rule->time, "="))
        enlace_map_builder_add_string (builder, rule->time, time);
      headers = enlace_map_builder_end (builder);
      other = g_strconcat (payload->body, " ", NULL);
      g_test_message ("%s: %s", payload->vendor, rule->scheme);
      g_assert_cmpint (verify (rule, headers, payload->body), ==, ENLACE_SIGNATURE_VALID);
      g_assert_cmpint (verify (rule, headers, other), ==, ENLACE_SIGNATURE_WRONG);
      g_hash_table_add (vendors, payload->vendor);
      n_signed++;
    }

  g_test_message ("%u events of %u vendors", n_signed, g_hash_table_size (vendors));
  g_assert_cmpuint (n_signed, >=, 200);
  g_assert_cmpuint (g_hash_table_size (vendors), >=, 15);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add ("/webhook/payloads/are-read", HookFixture, NULL, set_up, test_reading, tear_down);
  g_test_add_func ("/webhook/payloads/are-signed-as-their-vendors-do", test_signing);

  return g_test_run ();
}
