/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/workflow/document.h"

G_BEGIN_DECLS

/* What the API shows of a document besides the document itself. The trigger's type is enlace_document_get_trigger_type(). */

/* The parameters of the one trigger, else an empty map. Transfer full. */
EnlaceValue *enlace_document_derive_trigger_config (EnlaceDocument *self);
/* [ { "node", "condition" } … ] of each flow.if, in the order of the document. Transfer full. */
EnlaceValue *enlace_document_derive_conditions     (EnlaceDocument *self);

G_END_DECLS
