/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/nearest.h"

#define MAX_LENGTH 64

/* Edits (a letter put in, taken out, replaced, or two swapped) that make one name of another, case ignored. */
static guint
edit_distance (const char *a,
               gsize       n_a,
               const char *b,
               gsize       n_b)
{
  guint8 rows[3][MAX_LENGTH + 1];
  guint8 *before = rows[0], *previous = rows[1], *current = rows[2];

  for (gsize j = 0; j <= n_b; j++)
    previous[j] = j;
  for (gsize i = 1; i <= n_a; i++)
    {
      guint8 *oldest = before;

      current[0] = i;
      for (gsize j = 1; j <= n_b; j++)
        {
          gboolean same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]);

          current[j] = MIN (MIN (previous[j], current[j - 1]) + 1, previous[j - 1] + (same ? 0 : 1));
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            current[j] = MIN (current[j], before[j - 2] + 1);
        }
      before = previous;
      previous = current;
      current = oldest;
    }
  return previous[n_b];
}

void
enlace_nearest_init (EnlaceNearest *self,
                     const char    *wanted)
{
  *self = (EnlaceNearest) { .wanted = wanted, .distance = G_MAXUINT };
}

void
enlace_nearest_offer (EnlaceNearest *self,
                      const char    *name)
{
  gsize n_wanted = strlen (self->wanted), n_name = strlen (name);
  guint limit = MAX (1, MAX (n_wanted, n_name) / 3);
  guint distance;

  if (n_wanted > MAX_LENGTH || n_name > MAX_LENGTH || n_name == 0)
    return;
  distance = edit_distance (self->wanted, n_wanted, name, n_name);
  if (distance <= limit && distance < self->distance)
    {
      self->best = name;
      self->distance = distance;
    }
}
