/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

/* What putting a version live changes, in words. */
typedef struct {
  const char *icon_name;
  char       *title;      /* "Adds “Tell sales”" */
  char       *subtitle;   /* nullable: "Settings, name" */
} EnlacePublishChange;

void       enlace_publish_change_free   (EnlacePublishChange *change);
/* `preview`: the reply of publish-preview. Element-type EnlacePublishChange; empty: nothing changes. Transfer full. */
GPtrArray *enlace_publish_words_list    (EnlaceValue         *preview);
/* What happens to runs under way; NULL: there are none. Transfer full. */
char      *enlace_publish_words_runs    (EnlaceValue         *preview);
/* A command that sends a sample to the address. Transfer full. */
char      *enlace_publish_words_curl    (const char          *address,
                                         const char          *method);

G_END_DECLS
