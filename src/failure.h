/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the window says of a server that cannot start. */
typedef struct {
  GQuark      (*domain) (void);
  int           code;
  const char   *icon_name;
  const char   *title;          /* translatable */
  const char   *description;    /* translatable; %s is the data folder */
  gboolean      offers_file;    /* to keep the keys in a file, while there are none */
  gboolean      shows_message;  /* what the error says comes below */
} EnlaceFailure;

const EnlaceFailure *enlace_failure_find     (const GError        *error);
/* The description, complete; transfer full. @with_file: the choice of the file is offered. */
char                *enlace_failure_describe (const EnlaceFailure *self,
                                              const GError        *error,
                                              const char          *data_dir,
                                              gboolean             with_file);

G_END_DECLS
