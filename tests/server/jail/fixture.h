/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/jail/jail.h"

/* The real program that was built with this test. */
const char       *fixture_get_program (void);

/* Calls that belong to one organisation each, at a fixed time. */
DexFuture        *fixture_begin       (EnlaceJail   *jail,
                                       guint8        organisation,
                                       const char   *code,
                                       const char   *input,
                                       guint         timeout_ms);
/* Waits for what came of it; NULL with an error. Takes the future. */
EnlaceJailResult *fixture_wait        (DexFuture    *future,
                                       GError      **error);
/* Both, and there is no error. */
EnlaceJailResult *fixture_call        (EnlaceJail   *jail,
                                       const char   *code,
                                       const char   *input);
/* The code gives this output. */
void              fixture_check       (EnlaceJail   *jail,
                                       const char   *code,
                                       const char   *input,
                                       const char   *output);
/* It ends otherwise, with a message that begins so. */
void              fixture_check_end   (EnlaceJail   *jail,
                                       const char   *code,
                                       EnlaceJailOutcome outcome,
                                       const char   *message);
