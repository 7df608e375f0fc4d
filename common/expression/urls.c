/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/function.h"
#include "common/value/json.h"
#include "common/value/utf8.h"

/* URLs (RFC 3986) and the queries and forms that they carry (application/x-www-form-urlencoded). */

#define URL_COST 4  /* units for 16 bytes that are taken apart */

/* A text without U+0000, charged; NULL with a failure. */
static const char *
plain_text (EnlaceEvaluation    *evaluation,
            const EnlaceOperand *argument)
{
  gsize length;
  const char *text = enlace_operand_get_string (argument, &length);

  if (!enlace_evaluation_charge_bytes (evaluation, URL_COST * length))
    return NULL;
  if (strlen (text) == length)
    return text;
  enlace_evaluation_fail (evaluation, "the text has a character U+0000");
  return NULL;
}

/* All but the unreserved characters, byte by byte. */
static void
append_encoded (GString    *result,
                const char *data,
                gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (data[i]) || (data[i] != '\0' && strchr ("-._~", data[i]) != NULL))
      g_string_append_c (result, data[i]);
    else
      g_string_append_printf (result, "%%%02X", (guchar) data[i]);
}

/* FALSE when what comes out is no text. A percent sign without two digits behind it stands for itself in a form, and nowhere else. */
static gboolean
decode (const char *data,
        gsize       length,
        gboolean    form,
        GString    *result)
{
  for (gsize i = 0; i < length; i++)
    if (data[i] == '%' && i + 2 < length && g_ascii_isxdigit (data[i + 1]) && g_ascii_isxdigit (data[i + 2]))
      {
        g_string_append_c (result, g_ascii_xdigit_value (data[i + 1]) << 4 | g_ascii_xdigit_value (data[i + 2]));
        i += 2;
      }
    else if (data[i] == '%' && !form)
      return FALSE;
    else
      g_string_append_c (result, form && data[i] == '+' ? ' ' : data[i]);
  return enlace_utf8_validate (result->str, result->len);
}

static gboolean
call_encode (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  const char *data;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "s"))
    return FALSE;
  data = enlace_operand_get_string (arguments, &length);
  if (!enlace_evaluation_charge_bytes (evaluation, URL_COST * length))
    return FALSE;
  append_encoded (result, data, length);
  return enlace_call_set_text (out, result);
}

static gboolean
call_decode (EnlaceEvaluation    *evaluation,
             const EnlaceNode    *node,
             const EnlaceOperand *arguments,
             EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);
  const char *data;
  gsize length;

  if (!enlace_call_accept (evaluation, node, arguments, "s"))
    return FALSE;
  data = enlace_operand_get_string (arguments, &length);
  if (!decode (data, length, FALSE, result))
    return enlace_evaluation_fail (evaluation, "the text is not percent-encoded UTF-8");
  return enlace_call_set_text (out, result);
}

/* One `name=value`. With `all`, values are lists; else the last one counts. */
static gboolean
add_pair (EnlaceEvaluation *evaluation,
          GHashTable       *lists,
          EnlaceMapBuilder *map,
          const char       *pair,
          gsize             length)
{
  const char *equals = memchr (pair, '=', length);
  gsize n_name = equals != NULL ? (gsize) (equals - pair) : length;
  g_autoptr(GString) name = g_string_new (NULL), text = g_string_new (NULL);
  g_autoptr(EnlaceValue) key = NULL, value = NULL;
  EnlaceListBuilder *list;

  if (!enlace_evaluation_charge (evaluation, 4 + length / ENLACE_COST_BYTES))
    return FALSE;
  if (!decode (pair, n_name, TRUE, name) || (equals != NULL && !decode (equals + 1, length - n_name - 1, TRUE, text))
      || strlen (name->str) != name->len)
    return enlace_evaluation_fail (evaluation, "the query is not percent-encoded UTF-8");
  value = enlace_value_new_string_len (text->str, text->len);
  if (lists == NULL)
    {
      enlace_map_builder_add (map, name->str, value);
      return TRUE;
    }
  if ((list = g_hash_table_lookup (lists, name->str)) == NULL)
    {
      list = enlace_list_builder_new ();
      enlace_map_builder_add_null (map, name->str);
      g_hash_table_insert (lists, g_strdup (name->str), list);
    }
  enlace_list_builder_add (list, value);
  return TRUE;
}

static EnlaceValue *
parse_query (EnlaceEvaluation *evaluation,
             const char       *text,
             gboolean          all)
{
  g_autoptr(EnlaceMapBuilder) map = enlace_map_builder_new ();
  g_autoptr(GHashTable) lists = all ? g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enlace_list_builder_free)
                                    : NULL;
  GHashTableIter iter;
  gpointer name, list;

  if (*text == '?')
    text++;
  while (*text != '\0')
    {
      gsize length = strcspn (text, "&");

      if (length > 0 && !add_pair (evaluation, lists, map, text, length))
        return NULL;
      text += length + (text[length] == '&' ? 1 : 0);
    }
  if (lists != NULL)
    {
      g_hash_table_iter_init (&iter, lists);
      while (g_hash_table_iter_next (&iter, &name, &list))
        enlace_map_builder_take (map, name, enlace_list_builder_end (list));
    }
  return enlace_map_builder_end (map);
}

static gboolean
call_query_parse (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  const char *text;
  EnlaceValue *map;

  if (!enlace_call_accept (evaluation, node, arguments, "s") || (text = plain_text (evaluation, arguments)) == NULL)
    return FALSE;
  if ((map = parse_query (evaluation, text, g_str_equal (node->call.name, "query.parseAll"))) == NULL)
    return FALSE;
  enlace_operand_take (out, map);
  return TRUE;
}

/* A scalar as it stands in a query. */
static gboolean
append_scalar (EnlaceEvaluation *evaluation,
               GString          *result,
               EnlaceValue      *value)
{
  EnlaceKind kind = enlace_value_get_kind (value);
  g_autofree char *json = NULL;
  const char *text;
  gsize length;

  if (kind == ENLACE_KIND_NULL)
    return TRUE;
  if (kind == ENLACE_KIND_LIST || kind == ENLACE_KIND_MAP || kind == ENLACE_KIND_OPTIONAL)
    return enlace_evaluation_fail (evaluation, "a query holds texts, numbers and lists of them, not %s", enlace_kind_type_name (kind));
  if (kind == ENLACE_KIND_STRING)
    text = enlace_value_get_string_len (value, &length);
  else
    {
      g_autoptr(GError) error = NULL;

      json = enlace_json_format (value, ENLACE_JSON_COMPACT, &length, &error);
      if (json == NULL)
        return enlace_evaluation_fail (evaluation, "%s", error->message);
      text = json;
      if (*text == '"')
        {
          text++;
          length -= 2;
        }
    }
  if (!enlace_evaluation_charge_bytes (evaluation, URL_COST * length))
    return FALSE;
  append_encoded (result, text, length);
  return TRUE;
}

static gboolean
append_member (EnlaceEvaluation *evaluation,
               GString          *result,
               EnlaceValue      *key,
               EnlaceValue      *value)
{
  if (!enlace_evaluation_charge (evaluation, 2))
    return FALSE;
  if (result->len > 0)
    g_string_append_c (result, '&');
  if (!append_scalar (evaluation, result, key))
    return FALSE;
  g_string_append_c (result, '=');
  return append_scalar (evaluation, result, value);
}

static gboolean
format_query (EnlaceEvaluation *evaluation,
              EnlaceValue      *map,
              GString          *result)
{
  for (gsize i = 0; i < enlace_value_get_length (map); i++)
    {
      EnlaceValue *key = enlace_value_get_key (map, i), *value = enlace_value_get_member_value (map, i);

      if (enlace_value_get_kind (value) != ENLACE_KIND_LIST)
        {
          if (!append_member (evaluation, result, key, value))
            return FALSE;
          continue;
        }
      for (gsize j = 0; j < enlace_value_get_length (value); j++)
        if (!append_member (evaluation, result, key, enlace_value_get_element (value, j)))
          return FALSE;
    }
  return TRUE;
}

static gboolean
call_query_format (EnlaceEvaluation    *evaluation,
                   const EnlaceNode    *node,
                   const EnlaceOperand *arguments,
                   EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL);

  return enlace_call_accept (evaluation, node, arguments, "m") && format_query (evaluation, arguments->value, result)
         && enlace_call_set_text (out, result);
}

/* The readable form of a part of a URL; where it is no text, as it stands. */
static void
add_decoded (EnlaceMapBuilder *map,
             const char       *name,
             const char       *text)
{
  g_autoptr(GString) decoded = g_string_new (NULL);

  if (text == NULL)
    enlace_map_builder_add_null (map, name);
  else if (decode (text, strlen (text), FALSE, decoded))
    enlace_map_builder_take (map, name, enlace_value_new_string_len (decoded->str, decoded->len));
  else
    enlace_map_builder_add_string (map, name, text);
}

static gboolean
call_url_parse (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *arguments,
                EnlaceOperand       *out)
{
  g_autoptr(EnlaceMapBuilder) map = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GUri) uri = NULL;
  const char *text;
  EnlaceValue *query;

  if (!enlace_call_accept (evaluation, node, arguments, "s") || (text = plain_text (evaluation, arguments)) == NULL)
    return FALSE;
  if ((uri = g_uri_parse (text, G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD, &error)) == NULL)
    return enlace_evaluation_fail (evaluation, "the text is no URL: %s", error->message);
  if ((query = parse_query (evaluation, g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "", FALSE)) == NULL)
    return FALSE;
  map = enlace_map_builder_new ();
  enlace_map_builder_add_string (map, "scheme", g_uri_get_scheme (uri));
  add_decoded (map, "user", g_uri_get_user (uri));
  add_decoded (map, "password", g_uri_get_password (uri));
  enlace_map_builder_add_string (map, "host", g_uri_get_host (uri));
  if (g_uri_get_port (uri) >= 0)
    enlace_map_builder_add_int (map, "port", g_uri_get_port (uri));
  else
    enlace_map_builder_add_null (map, "port");
  add_decoded (map, "path", g_uri_get_path (uri));
  enlace_map_builder_take (map, "query", query);
  add_decoded (map, "fragment", g_uri_get_fragment (uri));
  enlace_operand_take (out, enlace_map_builder_end (map));
  return TRUE;
}

/* The path keeps its slashes. */
static void
append_path (GString    *result,
             const char *path)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (result, '/');
      append_encoded (result, parts[i], strlen (parts[i]));
    }
}

static void
append_authority (GString     *result,
                  EnlaceValue *map)
{
  const char *user = enlace_value_get_member_string (map, "user", NULL);
  const char *password = enlace_value_get_member_string (map, "password", NULL);
  const char *host = enlace_value_get_member_string (map, "host", "");
  gint64 port = enlace_value_get_member_int (map, "port", -1);

  g_string_append (result, "://");
  if (user != NULL)
    append_encoded (result, user, strlen (user));
  if (password != NULL)
    {
      g_string_append_c (result, ':');
      append_encoded (result, password, strlen (password));
    }
  if (user != NULL || password != NULL)
    g_string_append_c (result, '@');
  g_string_append_printf (result, strchr (host, ':') != NULL ? "[%s]" : "%s", host);
  if (port >= 0)
    g_string_append_printf (result, ":%" G_GINT64_FORMAT, port);
}

static gboolean
call_url_build (EnlaceEvaluation    *evaluation,
                const EnlaceNode    *node,
                const EnlaceOperand *arguments,
                EnlaceOperand       *out)
{
  g_autoptr(GString) result = g_string_new (NULL), query = g_string_new (NULL);
  g_autoptr(GUri) uri = NULL;
  EnlaceValue *map = arguments->value, *members;
  const char *path, *fragment;

  if (!enlace_call_accept (evaluation, node, arguments, "m") || !enlace_evaluation_charge_value (evaluation, map))
    return FALSE;
  if (enlace_value_get_member_string (map, "host", NULL) == NULL)
    return enlace_evaluation_fail (evaluation, "“url.build” wants a “host”");
  members = enlace_value_get_member (map, "query");
  if (members != NULL && enlace_value_get_kind (members) == ENLACE_KIND_MAP && !format_query (evaluation, members, query))
    return FALSE;
  g_string_append (result, enlace_value_get_member_string (map, "scheme", "https"));
  append_authority (result, map);
  path = enlace_value_get_member_string (map, "path", "");
  if (*path != '\0' && *path != '/')
    g_string_append_c (result, '/');
  append_path (result, path);
  if (query->len > 0)
    g_string_append_printf (result, "?%s", query->str);
  if ((fragment = enlace_value_get_member_string (map, "fragment", NULL)) != NULL)
    {
      g_string_append_c (result, '#');
      append_encoded (result, fragment, strlen (fragment));
    }
  if (!enlace_evaluation_charge_bytes (evaluation, URL_COST * result->len))
    return FALSE;
  /* Neither host nor scheme may be something that moves the host elsewhere. */
  uri = g_uri_parse (result->str, G_URI_FLAGS_ENCODED | G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (uri == NULL || g_strcmp0 (g_uri_get_host (uri), enlace_value_get_member_string (map, "host", NULL)) != 0)
    return enlace_evaluation_fail (evaluation, "these parts make no URL");
  return enlace_call_set_text (out, result);
}

static gboolean
call_url_resolve (EnlaceEvaluation    *evaluation,
                  const EnlaceNode    *node,
                  const EnlaceOperand *arguments,
                  EnlaceOperand       *out)
{
  g_autoptr(GError) error = NULL;
  const char *base, *reference;
  char *text;

  if (!enlace_call_accept (evaluation, node, arguments, "ss") || (base = plain_text (evaluation, &arguments[0])) == NULL
      || (reference = plain_text (evaluation, &arguments[1])) == NULL)
    return FALSE;
  if ((text = g_uri_resolve_relative (base, reference, G_URI_FLAGS_ENCODED, &error)) == NULL)
    return enlace_evaluation_fail (evaluation, "the text is no URL: %s", error->message);
  enlace_operand_take (out, enlace_value_new_string_take (text));
  return TRUE;
}

#define GLOBAL(name, n, call) name, ENLACE_CALL_GLOBAL, n, n, FALSE, call, NULL

static const EnlaceFunction functions[] = {
  { GLOBAL ("url.build", 1, call_url_build),
    { "url.build", "url.build(parts: map): string",
      "A URL from the parts that `url.parse` gives; `scheme` is https where it is left out, and everything is encoded as needed.",
      "url.build({'host': 'example.com', 'path': '/a b', 'query': {'q': 'ñ'}})", "\"https://example.com/a%20b?q=%C3%B1\"" } },
  { GLOBAL ("url.decode", 1, call_decode),
    { "url.decode", "url.decode(text: string): string", "The text that a percent-encoded one says.", "url.decode('a%20b%2Fc')", "\"a b/c\"" } },
  { GLOBAL ("url.encode", 1, call_encode),
    { "url.encode", "url.encode(text: string): string", "Percent-encodes everything but letters, digits and `-._~`, for a part of a path or a value in a query.",
      "url.encode('a b/c')", "\"a%20b%2Fc\"" } },
  { GLOBAL ("url.parse", 1, call_url_parse),
    { "url.parse", "url.parse(url: string): map",
      "The parts of an absolute URL: `scheme`, `user`, `password`, `host`, `port`, `path`, `query` (a map) and `fragment`; null where there is none.",
      "url.parse('https://example.com:8080/a?x=1#top').pick(['host', 'port', 'query'])", "{\"host\":\"example.com\",\"port\":8080,\"query\":{\"x\":\"1\"}}" } },
  { GLOBAL ("url.resolve", 2, call_url_resolve),
    { "url.resolve", "url.resolve(base: string, reference: string): string", "The absolute URL that a reference means on a page.",
      "url.resolve('https://example.com/a/b', '../c')", "\"https://example.com/c\"" } },
  { GLOBAL ("query.format", 1, call_query_format),
    { "query.format", "query.format(members: map): string", "A query or form body; a list gives its name once for each element.",
      "query.format({'q': 'a b', 'tag': ['x', 'y']})", "\"q=a%20b&tag=x&tag=y\"" } },
  { GLOBAL ("query.parse", 1, call_query_parse),
    { "query.parse", "query.parse(text: string): map", "The members of a query or form body as texts; of a repeated name the last.",
      "query.parse('q=a+b&tag=x&tag=y')", "{\"q\":\"a b\",\"tag\":\"y\"}" } },
  { GLOBAL ("query.parseAll", 1, call_query_parse),
    { "query.parseAll", "query.parseAll(text: string): map", "The members of a query or form body, each a list of texts.",
      "query.parseAll('tag=x&tag=y')", "{\"tag\":[\"x\",\"y\"]}" } },
};

const EnlaceFunctionLibrary enlace_url_library = { functions, G_N_ELEMENTS (functions), "URLs and queries" };
