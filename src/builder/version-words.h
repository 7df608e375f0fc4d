/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "src/builder/graph.h"

G_BEGIN_DECLS

/* What a difference between two versions is, for people. @change is one of the server's comparison; @graph knows the kinds of the steps and their
 * names. Transfer full. */
char *enlace_version_words_title    (EnlaceValue *change,
                                     EnlaceGraph *graph);
/* What was there and what is now; NULL: the title says it all. Transfer full. */
char *enlace_version_words_subtitle (EnlaceValue *change);

G_END_DECLS
