/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-workflow"

#include <math.h>
#include <string.h>

#include "common/value/json.h"
#include "common/workflow/check-private.h"

/* Keys and passwords that somebody wrote into a step. A document is shown to everybody who may read it and kept in all versions; in an address or a
 * message they also reach the logs of others, so that there they refuse publishing. */

#define MAX_DEPTH 64
#define MAX_TEXT (64 * 1024)
#define MIN_SECRET 12
#define MIN_ENTROPY 3.0             /* bits a character: words have less at such lengths */

/* How the keys of services begin, and how many characters of their alphabet follow at least. */
static const struct
{
  const char *prefix;
  gsize more;
  const char *what;
} keys[] = {
  { "sk_live_", 16, "a secret key of Stripe" },
  { "sk_test_", 16, "a secret key of Stripe" },
  { "rk_live_", 16, "a restricted key of Stripe" },
  { "whsec_", 16, "the secret of a webhook" },
  { "ghp_", 30, "a token of GitHub" },
  { "gho_", 30, "a token of GitHub" },
  { "ghs_", 30, "a token of GitHub" },
  { "ghu_", 30, "a token of GitHub" },
  { "github_pat_", 30, "a token of GitHub" },
  { "glpat-", 20, "a token of GitLab" },
  { "xoxb-", 20, "a token of Slack" },
  { "xoxp-", 20, "a token of Slack" },
  { "xoxa-", 20, "a token of Slack" },
  { "xapp-", 20, "a token of Slack" },
  { "AKIA", 16, "an access key of AWS" },
  { "ASIA", 16, "an access key of AWS" },
  { "AIza", 35, "an API key of Google" },
  { "ya29.", 20, "an access token of Google" },
  { "SG.", 40, "an API key of SendGrid" },
  { "shpat_", 30, "a token of Shopify" },
  { "sk-ant-", 20, "an API key of Anthropic" },
  { "npm_", 36, "a token of npm" },
  { "enl_", 36, "an API key of this server" },
  { "-----BEGIN PRIVATE KEY-----", 0, "a private key" },
  { "-----BEGIN RSA PRIVATE KEY-----", 0, "a private key" },
  { "-----BEGIN EC PRIVATE KEY-----", 0, "a private key" },
  { "-----BEGIN OPENSSH PRIVATE KEY-----", 0, "a private key" },
};

/* Names after which a secret stands, in lower case without hyphens and underscores. */
static const char *const secret_names[] = {
  "password", "passwd", "secret", "clientsecret", "apikey", "xapikey", "accesstoken", "authtoken", "refreshtoken", "token", "authorization",
  "proxyauthorization", "privatekey", "signature", NULL,
};

static gboolean
is_key_character (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '.';
}

static gsize
count_key_characters (const char *text)
{
  gsize n = 0;

  while (is_key_character (text[n]))
    n++;

  return n;
}

/* What the text holds; NULL: no known key. */
static const char *
find_key (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    for (const char *at = strstr (text, keys[i].prefix); at != NULL; at = strstr (at + 1, keys[i].prefix))
      if ((at == text || !g_ascii_isalnum (at[-1])) && count_key_characters (at + strlen (keys[i].prefix)) >= keys[i].more)
        return keys[i].what;

  return NULL;
}

/* Three parts in base64, of which the first two are JSON (RFC 7519). */
static gboolean
holds_web_token (const char *text)
{
  const char *at = strstr (text, "eyJ");
  gsize n = at != NULL ? count_key_characters (at) : 0;
  g_autofree char *token = g_strndup (at != NULL ? at : "", n);
  g_auto(GStrv) parts = g_strsplit (token, ".", -1);

  return g_strv_length (parts) == 3 && g_str_has_prefix (parts[1], "eyJ") && strlen (parts[2]) >= MIN_SECRET;
}

/* Bits a character. */
static double
get_entropy (const char *text,
             gsize       length)
{
  guint counts[256] = { 0 };
  double entropy = 0;

  for (gsize i = 0; i < length; i++)
    counts[(guchar) text[i]]++;
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > 0)
      entropy -= (double) counts[i] / (double) length * log2 ((double) counts[i] / (double) length);

  return entropy;
}

/* Written down, not computed, and with too little order for a word. */
static gboolean
looks_secret (const char *text,
              gsize       length)
{
  gboolean digit = FALSE, other = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isspace (text[i]) || text[i] == '{' || text[i] == '}')
        return FALSE;
      digit |= g_ascii_isdigit (text[i]);
      other |= !g_ascii_isdigit (text[i]);
    }

  return length >= MIN_SECRET && digit && other && get_entropy (text, length) >= MIN_ENTROPY;
}

static gboolean
is_secret_name (const char *name,
                gsize       length)
{
  g_autoptr(GString) plain = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    if (name[i] != '-' && name[i] != '_')
      g_string_append_c (plain, g_ascii_tolower (name[i]));

  return g_strv_contains (secret_names, plain->str);
}

/* “Bearer …” and “Basic …” stand before what is secret. */
static const char *
skip_scheme (const char *text)
{
  static const char *const schemes[] = { "Bearer ", "Basic ", "Token " };

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return text + strlen (schemes[i]);

  return text;
}

/* https://name:password@host */
static gboolean
has_password (const char *text)
{
  const char *start = strstr (text, "://");
  gsize length = start != NULL ? strcspn (start + 3, "/?#") : 0;
  const char *at = start != NULL ? memchr (start + 3, '@', length) : NULL;
  const char *colon = at != NULL ? memchr (start + 3, ':', at - start - 3) : NULL;

  return colon != NULL && at > colon + 1 && colon[1] != '{';
}

/* ?api_key=… */
static gboolean
has_secret_parameter (const char *text)
{
  for (const char *at = strpbrk (text, "?&"); at != NULL; at = strpbrk (at + 1, "?&"))
    {
      gsize name = strcspn (at + 1, "=&#");
      const char *value = at + 1 + name;

      if (*value == '=' && is_secret_name (at + 1, name) && looks_secret (value + 1, strcspn (value + 1, "&#")))
        return TRUE;
    }

  return FALSE;
}

/* Where a text goes. */
typedef enum {
  GOES_ALONG,                     /* into a request or the data */
  GOES_INTO_ADDRESS,
  GOES_INTO_LOG,
} Way;

typedef struct {
  EnlaceCheck *check;
  GString *pointer;
  Way way;
} Walk;

static void
tell (Walk       *self,
      const char *what)
{
  if (self->way == GOES_INTO_ADDRESS)
    enlace_check_add (self->check, self->pointer->str, "This holds %s, and addresses end up in the logs of everybody on the way", what);
  else if (self->way == GOES_INTO_LOG)
    enlace_check_add (self->check, self->pointer->str, "This holds %s, and is shown in the log of every run", what);
  else
    enlace_check_warn (self->check, self->pointer->str, "This holds %s, which everybody sees who may read the workflow", what);
}

/* `name` of the member that holds it is nullable. */
static void
look_at_text (Walk       *self,
              const char *name,
              const char *text)
{
  const char *what = find_key (text);
  const char *bare = skip_scheme (text);

  if (what != NULL)
    tell (self, what);
  else if (holds_web_token (text))
    tell (self, "a token");
  else if (has_password (text))
    tell (self, "a password");
  else if (has_secret_parameter (text))
    tell (self, "what looks like a key");
  else if ((bare != text || (name != NULL && is_secret_name (name, strlen (name)))) && looks_secret (bare, strlen (bare)))
    tell (self, "what looks like a key or a password");
}

static void
look_at (Walk        *self,
         const char  *name,
         EnlaceValue *value,
         guint        depth)
{
  gsize length = self->pointer->len, text_length = 0;
  gboolean is_map = enlace_value_get_kind (value) == ENLACE_KIND_MAP;
  const char *text = enlace_value_get_string_len (value, &text_length);

  if (text != NULL && text_length <= MAX_TEXT)
    look_at_text (self, name, text);

  for (gsize i = 0; depth < MAX_DEPTH && i < enlace_value_get_length (value); i++)
    {
      const char *key = is_map ? enlace_value_get_string (enlace_value_get_key (value, i)) : NULL;
      g_autofree char *index = g_strdup_printf ("%" G_GSIZE_FORMAT, i);

      enlace_json_pointer_append (self->pointer, key != NULL ? key : index);
      look_at (self, is_map ? key : name, is_map ? enlace_value_get_member_value (value, i) : enlace_value_get_element (value, i), depth + 1);
      g_string_truncate (self->pointer, length);
    }
}

static Way
get_way (const char *parameter)
{
  if (strcmp (parameter, "url") == 0 || strcmp (parameter, "query") == 0)
    return GOES_INTO_ADDRESS;

  return strcmp (parameter, "message") == 0 ? GOES_INTO_LOG : GOES_ALONG;
}

void
enlace_check_secrets (EnlaceCheck *self)
{
  EnlaceValue *parameters = self->node->parameters;

  for (gsize i = 0; i < enlace_value_get_length (parameters); i++)
    {
      const char *name = enlace_value_get_string (enlace_value_get_key (parameters, i));
      g_autoptr(GString) pointer = g_string_new (NULL);
      Walk walk = { self, pointer, name != NULL ? get_way (name) : GOES_ALONG };

      if (name == NULL)
        continue;
      g_string_printf (pointer, "/nodes/%u/parameters", self->node->index);
      enlace_json_pointer_append (pointer, name);
      look_at (&walk, name, enlace_value_get_member_value (parameters, i), 0);
    }
}
