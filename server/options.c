/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-options"

#include "server/options.h"

#include <string.h>

#define CONFIG_GROUP "enlaced"

G_DEFINE_QUARK (enlace-options-error-quark, enlace_options_error)

static const char *const tiers[] = { "free", "professional", "enterprise", NULL };
static const char *const log_formats[] = { "text", "json", NULL };

/* The options that a configuration file may name, and where each goes. */
typedef struct {
  const char *name;
  gsize       offset;
  gboolean    is_list;
} ConfigKey;

static const ConfigKey config_keys[] = {
  { "data-dir",      G_STRUCT_OFFSET (EnlaceOptions, data_dir),        FALSE },
  { "listen",        G_STRUCT_OFFSET (EnlaceOptions, listen),          FALSE },
  { "database",      G_STRUCT_OFFSET (EnlaceOptions, database),        FALSE },
  { "log-format",    G_STRUCT_OFFSET (EnlaceOptions, log_format),      FALSE },
  { "allow-address", G_STRUCT_OFFSET (EnlaceOptions, allow_addresses), TRUE },
  { "tier",          G_STRUCT_OFFSET (EnlaceOptions, tier),            FALSE },
  { "public-url",    G_STRUCT_OFFSET (EnlaceOptions, public_url),      FALSE },
  { "mail-server",   G_STRUCT_OFFSET (EnlaceOptions, mail_server),     FALSE },
  { "mail-from",     G_STRUCT_OFFSET (EnlaceOptions, mail_from),       FALSE },
  { "mail-user",     G_STRUCT_OFFSET (EnlaceOptions, mail_user),       FALSE },
  { "mail-password-file", G_STRUCT_OFFSET (EnlaceOptions, mail_password_file), FALSE },
};

static const ConfigKey *
find_config_key (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (config_keys); i++)
    if (strcmp (config_keys[i].name, name) == 0)
      return &config_keys[i];

  return NULL;
}

/* A list of the file joins what the command line said. */
static gboolean
add_list (GKeyFile     *file,
          const char   *name,
          char       ***list,
          GError      **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) values = g_key_file_get_string_list (file, CONFIG_GROUP, name, NULL, error);

  if (values == NULL)
    return FALSE;

  if (*list != NULL)
    g_strv_builder_addv (builder, (const char **) *list);
  g_strv_builder_addv (builder, (const char **) values);
  g_strfreev (*list);
  *list = g_strv_builder_end (builder);

  return TRUE;
}

static gboolean
apply_config_key (EnlaceOptions *self,
                  GKeyFile      *file,
                  const char    *name,
                  GError       **error)
{
  const ConfigKey *key = find_config_key (name);
  gpointer *slot;

  if (key == NULL)
    {
      g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "%s: there is no setting “%s”", self->config, name);
      return FALSE;
    }

  slot = G_STRUCT_MEMBER_P (self, key->offset);
  if (key->is_list)
    return add_list (file, name, (char ***) slot, error);
  if (*slot != NULL)  /* the command line has said it */
    return TRUE;

  return (*slot = g_key_file_get_string (file, CONFIG_GROUP, name, error)) != NULL;
}

static gboolean
load_config (EnlaceOptions *self,
             GError       **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_auto(GStrv) names = NULL;

  if (self->config == NULL)
    return TRUE;

  if (!g_key_file_load_from_file (file, self->config, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s: ", self->config);
      return FALSE;
    }

  if ((names = g_key_file_get_keys (file, CONFIG_GROUP, NULL, error)) == NULL)
    {
      g_prefix_error (error, "%s: ", self->config);
      return FALSE;
    }

  for (gsize i = 0; names[i] != NULL; i++)
    if (!apply_config_key (self, file, names[i], error))
      return FALSE;

  return TRUE;
}

static void
apply_defaults (EnlaceOptions *self)
{
  if (self->data_dir == NULL)
    self->data_dir = g_build_filename (g_get_user_data_dir (), "enlace", NULL);
  if (self->listen == NULL)
    self->listen = g_strdup ("127.0.0.1:7200");
  if (self->log_format == NULL)
    self->log_format = g_strdup ("text");
  if (self->tier == NULL)
    self->tier = g_strdup ("free");
  if (self->allow_addresses == NULL)
    self->allow_addresses = g_new0 (char *, 1);
}

static gboolean
check_choice (const char        *option,
              const char        *value,
              const char *const *choices,
              GError           **error)
{
  g_autofree char *all = NULL;

  if (g_strv_contains (choices, value))
    return TRUE;

  all = g_strjoinv (", ", (char **) choices);
  g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "%s: “%s” is none of %s", option, value, all);
  return FALSE;
}

static gboolean
check_public_url (EnlaceOptions *self,
                  GError       **error)
{
  g_autoptr(GUri) uri = NULL;
  const char *scheme;

  if (self->public_url == NULL)
    return TRUE;

  if ((uri = g_uri_parse (self->public_url, G_URI_FLAGS_NONE, error)) == NULL)
    {
      g_prefix_error (error, "public-url: ");
      return FALSE;
    }

  scheme = g_uri_get_scheme (uri);
  if ((strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0) || g_uri_get_host (uri) == NULL ||
      g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    {
      g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "public-url: “%s” is no http or https address", self->public_url);
      return FALSE;
    }

  if (g_str_has_suffix (self->public_url, "/"))
    self->public_url[strlen (self->public_url) - 1] = '\0';

  return TRUE;
}

/* A literal address and a port; IPv6 in brackets. */
static gboolean
check_listen (EnlaceOptions *self,
              GError       **error)
{
  const char *colon = strrchr (self->listen, ':');
  g_autofree char *host = colon != NULL ? g_strndup (self->listen, colon - self->listen) : NULL;
  guint64 port;

  if (host != NULL && *host == '[' && g_str_has_suffix (host, "]"))
    {
      memmove (host, host + 1, strlen (host));
      host[strlen (host) - 1] = '\0';
    }

  if (host != NULL && g_hostname_is_ip_address (host) && g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &port, NULL))
    return TRUE;

  g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "listen: “%s” is no address and port such as 127.0.0.1:7200", self->listen);
  return FALSE;
}

static gboolean
check_mail (EnlaceOptions *self,
            GError       **error)
{
  const char *lone = self->mail_from != NULL ? "mail-from" : self->mail_user != NULL ? "mail-user" : self->mail_password_file != NULL ? "mail-password-file" : NULL;

  if (self->mail_server != NULL && self->mail_from == NULL)
    g_set_error_literal (error, ENLACE_OPTIONS_ERROR, 0, "mail-server: there is no “mail-from” beside it");
  else if (self->mail_server == NULL && lone != NULL)
    g_set_error (error, ENLACE_OPTIONS_ERROR, 0, "%s: there is no “mail-server” beside it", lone);
  else
    return TRUE;

  return FALSE;
}

static gboolean
check (EnlaceOptions *self,
       GError       **error)
{
  return check_choice ("log-format", self->log_format, log_formats, error) &&
         check_choice ("tier", self->tier, tiers, error) &&
         check_listen (self, error) &&
         check_public_url (self, error) &&
         check_mail (self, error);
}

EnlaceOptions *
enlace_options_parse (EnlaceOptionsSet      set,
                      const GOptionEntry   *more,
                      int                  *argc,
                      char               ***argv,
                      GError              **error)
{
  g_autoptr(EnlaceOptions) self = g_new0 (EnlaceOptions, 1);
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry store[] = {
    { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, &self->data_dir, "Folder of the store", "DIR" },
    { "database", 0, 0, G_OPTION_ARG_STRING, &self->database, "Address of the database", "URI" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self->config, "Configuration file", "FILE" },
    { "key-fd", 0, 0, G_OPTION_ARG_INT, &self->key_fd, "File descriptor that gives the master key", "FD" },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry serve[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING, &self->listen, "Address to listen on", "ADDR:PORT" },
    { "log-format", 0, 0, G_OPTION_ARG_STRING, &self->log_format, "text or json", "FORMAT" },
    { "allow-address", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->allow_addresses, "Addresses that outbound calls may reach", "CIDR" },
    { "tier", 0, 0, G_OPTION_ARG_STRING, &self->tier, "Tier of organisations without a licence", "TIER" },
    { "public-url", 0, 0, G_OPTION_ARG_STRING, &self->public_url, "How the server is reached from outside", "URL" },
    { "parent-fd", 0, 0, G_OPTION_ARG_INT, &self->parent_fd, "File descriptor whose end stops the server", "FD" },
    G_OPTION_ENTRY_NULL
  };

  self->key_fd = self->parent_fd = -1;
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, store, NULL);
  if (set == ENLACE_OPTIONS_SERVE)
    g_option_context_add_main_entries (context, serve, NULL);
  if (more != NULL)
    g_option_context_add_main_entries (context, more, NULL);

  if (!g_option_context_parse (context, argc, argv, error) || !load_config (self, error))
    return NULL;

  apply_defaults (self);
  if (!check (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
enlace_options_free (EnlaceOptions *self)
{
  if (self == NULL)
    return;

  g_free (self->data_dir);
  g_free (self->listen);
  g_free (self->database);
  g_free (self->config);
  g_free (self->log_format);
  g_strfreev (self->allow_addresses);
  g_free (self->tier);
  g_free (self->public_url);
  g_free (self->mail_server);
  g_free (self->mail_from);
  g_free (self->mail_user);
  g_free (self->mail_password_file);
  g_free (self);
}
