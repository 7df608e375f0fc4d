/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/webhook/signature.h"

G_BEGIN_DECLS

/* A question of the sender whether the address is ours, and the answer; no event comes of it. */
typedef struct {
  guint       status;         /* 0: the request is no such question */
  char       *body;           /* owned, nullable */
  const char *content_type;   /* static, nullable */
} EnlaceChallenge;

/* Questions that are not signed: `words` are the texts of ENLACE_SECRET_VERIFY_TOKEN, `secrets` those of ENLACE_SECRET_SIGNATURE. */
void enlace_challenge_answer_open   (EnlaceChallenge            *self,
                                     EnlaceChallengeKind         kind,
                                     const EnlaceSignedRequest  *request,
                                     GPtrArray                  *words,
                                     GPtrArray                  *secrets);
/* Questions in a request whose signature was right. `body`: its value. */
void enlace_challenge_answer_signed (EnlaceChallenge            *self,
                                     EnlaceChallengeKind         kind,
                                     EnlaceValue                *body,
                                     GPtrArray                  *secrets);
void enlace_challenge_clear         (EnlaceChallenge            *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnlaceChallenge, enlace_challenge_clear)

G_END_DECLS
