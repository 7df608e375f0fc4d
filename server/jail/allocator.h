/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>

#include <quickjs/quickjs.h>

/* A runtime that remembers in `is_exhausted` when it was refused memory: what its code can catch and hide, this does not. */
JSRuntime *enlace_jail_runtime_new (bool *is_exhausted);
