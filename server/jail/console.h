/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <quickjs/quickjs.h>

#include "server/jail/buffer.h"

/* What `console` said: a JSON list that is not closed yet. */
typedef struct {
  EnlaceJailBuffer text;
  unsigned         n_dropped;   /* lines that did not fit */
} EnlaceJailConsole;

/* Gives a context `console.{log,info,warn,error,debug}`; the console outlives the context. */
bool enlace_jail_console_install (EnlaceJailConsole *self,
                                  JSContext         *context);
