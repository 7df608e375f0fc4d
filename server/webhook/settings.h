/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/template.h"
#include "server/webhook/signature.h"

G_BEGIN_DECLS

/**
 * EnlaceHookSettings:
 *
 * The parameters of a webhook trigger, made ready. Immutable, reference-counted, thread-safe.
 */
typedef struct {
  gatomicrefcount   ref_count;
  EnlaceValue      *parameters;
  char            **path;         /* segments, of which `{name}` takes any one and a last `{name*}` what is left; NULL: any path */
  GPtrArray        *addresses;    /* element-type GInetAddressMask; NULL: any */
  EnlaceSignature  *signature;    /* nullable */
  EnlaceTemplate   *event_id;     /* nullable */
  gboolean          responds_now;
  guint             status;       /* 0: the usual reply */
  EnlaceTemplate   *body;         /* nullable */
} EnlaceHookSettings;

/* NULL with ENLACE_INBOUND_ERROR_SETTINGS: they cannot be used. *`pointer` (nullable out, static): the member that is at fault. */
EnlaceHookSettings *enlace_hook_settings_new           (EnlaceValue          *parameters,
                                                        const char          **pointer,
                                                        GError              **error);
EnlaceHookSettings *enlace_hook_settings_ref           (EnlaceHookSettings   *self);
void                enlace_hook_settings_unref         (EnlaceHookSettings   *self);
gboolean            enlace_hook_settings_takes_method  (EnlaceHookSettings   *self,
                                                        const char           *method);
/* What the pattern takes out of a path: a map, NULL where it does not match. For a trigger with a pattern. */
EnlaceValue        *enlace_hook_settings_match_path    (EnlaceHookSettings   *self,
                                                        const char           *path);
/* `address`: text; NULL: unknown, which no list holds. */
gboolean            enlace_hook_settings_takes_address (EnlaceHookSettings   *self,
                                                        const char           *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceHookSettings, enlace_hook_settings_unref)

G_END_DECLS
