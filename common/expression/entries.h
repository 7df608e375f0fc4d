/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/expression/library.h"

G_BEGIN_DECLS

/* Entries of the functions that have none in their own table, and of the macros. */
typedef struct {
  const char                *title;
  const EnlaceFunctionEntry *entries;
  gsize                      n;
} EnlaceEntryGroup;

extern const EnlaceEntryGroup enlace_entry_groups[];
extern const gsize enlace_n_entry_groups;

G_END_DECLS
