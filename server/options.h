/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the command line and the configuration file say. The command line wins over the file, the file over the defaults. */
typedef struct {
  char   *data_dir;
  char   *listen;           /* "ADDR:PORT", IPv6 in brackets */
  char   *database;         /* nullable: SQLite in the data directory */
  char   *config;           /* nullable: path of the configuration file */
  char   *log_format;       /* "text" or "json" */
  char  **allow_addresses;  /* CIDR blocks that outbound calls may reach beside the public ones */
  char   *tier;             /* "free", "professional" or "enterprise" */
  char   *public_url;       /* nullable, without a trailing slash */
  char   *mail_server;      /* nullable: this server sends no mail */
  char   *mail_from;        /* with mail_server */
  char   *mail_user;        /* nullable */
  char   *mail_password_file; /* nullable */
  int     key_fd;           /* -1: none */
  int     parent_fd;        /* -1: none */
} EnlaceOptions;

typedef enum {
  ENLACE_OPTIONS_STORE,     /* --data-dir --database --config --key-fd */
  ENLACE_OPTIONS_SERVE,     /* all of them */
} EnlaceOptionsSet;

#define ENLACE_OPTIONS_ERROR (enlace_options_error_quark ())
GQuark         enlace_options_error_quark (void);

/* Takes the options of `set`, and `more` (nullable), out of the arguments; what is left are a command's own. An error is one of usage. */
EnlaceOptions *enlace_options_parse       (EnlaceOptionsSet      set,
                                           const GOptionEntry   *more,
                                           int                  *argc,
                                           char               ***argv,
                                           GError              **error);
void           enlace_options_free        (EnlaceOptions        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceOptions, enlace_options_free)

G_END_DECLS
