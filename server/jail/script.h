/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/jail/console.h"
#include "server/jail/protocol.h"

/**
 * EnlaceJailScript:
 *
 * One call: a runtime and a context of its own for a code, from its first line to its output. Nothing of an earlier call is in it.
 */
typedef struct {
  uint32_t           kind;        /* ENLACE_JAIL_REPLY_… */
  uint32_t           line;
  EnlaceJailBuffer   text;        /* output or message */
  EnlaceJailConsole  console;

  JSRuntime         *runtime;
  JSContext         *context;
  int64_t            deadline;    /* monotonic, microseconds */
  uint32_t           timeout_ms;
  bool               is_late;
  bool               is_exhausted; /* it was refused memory */
  int                state;       /* of the promise that the code gives */
  JSValue            result;      /* what it was settled with */
} EnlaceJailScript;

/* Runs the code, which is the body of a function with the parameter `input`; `code` has a NUL behind it. */
void enlace_jail_script_run   (EnlaceJailScript        *self,
                               const EnlaceJailRequest *request,
                               const char              *code,
                               const char              *input);
/* Not for one that ran out of time or memory: its process ends. */
void enlace_jail_script_clear (EnlaceJailScript        *self);
