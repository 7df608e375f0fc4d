/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "common/value/value.h"

G_BEGIN_DECLS

/**
 * EnlaceTestDialog:
 *
 * Asks for the data of a test run, or another value, as JSON.
 *
 * Signals: "run" (EnlaceValue *data): start it with these members of `trigger` (a webhook) or with this as its data.
 */
#define ENLACE_TYPE_TEST_DIALOG (enlace_test_dialog_get_type ())
G_DECLARE_FINAL_TYPE (EnlaceTestDialog, enlace_test_dialog, ENLACE, TEST_DIALOG, AdwDialog)

/* @trigger_type: "webhook", "manual" … @last: `trigger` of the last run, nullable. @fallback: what to offer else. */
AdwDialog *enlace_test_dialog_new (const char  *trigger_type,
                                   EnlaceValue *last,
                                   EnlaceValue *fallback);
/* Another title, and another label (with its mnemonic) of the button. */
void       enlace_test_dialog_set_purpose (EnlaceTestDialog *self,
                                           const char       *title,
                                           const char       *label);
/* Asks for another value than the data of a test, which "run" has as it was written. @label: of the button, with its mnemonic.
 * @value: nullable. */
AdwDialog *enlace_test_dialog_new_for_value (const char  *title,
                                             const char  *explanation,
                                             const char  *label,
                                             EnlaceValue *value);
/* The name of the member of `trigger` that the person writes. */
const char *enlace_test_dialog_get_root (const char *trigger_type);
/* What the execute call takes, from what the person wrote (nullable: nothing) and `trigger` of the last run (nullable), of which a
 * webhook keeps method, path, query and headers. Transfer full. */
EnlaceValue *enlace_test_dialog_make_data (const char  *trigger_type,
                                           EnlaceValue *written,
                                           EnlaceValue *last);

G_END_DECLS
