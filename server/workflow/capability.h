/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/workflow/run.h"

G_BEGIN_DECLS

/* Addresses that let whoever knows them do one thing to one waiting step, without a key. A token is base64url of the run's id, a hash under a key
 * of the organisation's, and the step's key: nobody can make one, and one says nothing of another. What one kind allows no other kind does. */

typedef enum {
  ENLACE_CAPABILITY_RESUME,       /* POST /resume/TOKEN */
  ENLACE_CAPABILITY_APPROVE,      /* /approve/TOKEN */
} EnlaceCapability;

/* Of a link that is nobody's in particular. */
#define ENLACE_CAPABILITY_ANYBODY (-1)

typedef struct {
  EnlaceUuid  organisation_id;
  EnlaceUuid  execution_id;
  char       *key;              /* of the step in its run, see enlace_engine_signal() */
  int         person;           /* whose link it is: a place in the list of approvers, or ENLACE_CAPABILITY_ANYBODY */
} EnlaceCapabilityTarget;

char         *enlace_capability_dup_token  (EnlaceVault             *vault,
                                            EnlaceCapability         capability,
                                            const EnlaceUuid        *organisation_id,
                                            const EnlaceUuid        *execution_id,
                                            const char              *key,
                                            int                      person);
/* The whole address; NULL where the engine was not told where it is reached. */
char         *enlace_capability_dup_url    (EnlaceEngine            *engine,
                                            EnlaceCapability         capability,
                                            const EnlaceUuid        *organisation_id,
                                            const EnlaceUuid        *execution_id,
                                            const char              *key,
                                            int                      person);
/* What a token is good for, from any thread. ENLACE_ENGINE_ERROR_NOT_FOUND: it is none. On TRUE the caller clears `target`. */
gboolean      enlace_capability_read       (EnlaceEngine            *engine,
                                            EnlaceCapability         capability,
                                            const char              *token,
                                            EnlaceCapabilityTarget  *target,
                                            GError                 **error);
void          enlace_capability_target_clear (EnlaceCapabilityTarget *self);

/* Whether a step can be told something by an address. */
gboolean      enlace_capability_has_url    (const EnlaceDocumentNode *node);
/* `execution.resume_urls` as it is seen from a frame: a map, step → address, of the steps that can be told something there and outside. */
EnlaceValue  *enlace_capability_dup_urls   (EnlaceRun               *run,
                                            EnlaceFrame             *frame);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnlaceCapabilityTarget, enlace_capability_target_clear)

G_END_DECLS
