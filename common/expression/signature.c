/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-expression"

#include <string.h>

#include "common/expression/library.h"
#include "common/expression/type.h"

/* Signatures of functions as text, and what is read from it. */

#define KIND(name) ENLACE_KIND_MASK (ENLACE_KIND_##name)

/* Several kinds with one name come first. */
static const struct
{
  const char *name;
  guint kinds;
} kind_names[] = {
  { "any", ENLACE_KINDS_ANY },
  { "number", ENLACE_KINDS_NUMBER },
  { "string", KIND (STRING) },
  { "bytes", KIND (BYTES) },
  { "int", KIND (INT) },
  { "uint", KIND (UINT) },
  { "double", KIND (DOUBLE) },
  { "bool", KIND (BOOL) },
  { "list", KIND (LIST) },
  { "map", KIND (MAP) },
  { "timestamp", KIND (TIMESTAMP) },
  { "duration", KIND (DURATION) },
  { "optional", KIND (OPTIONAL) },
  { "type", KIND (TYPE) },
  { "null", KIND (NULL) },
};

char *
enlace_kinds_dup_text (guint kinds)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (kinds != 0 && (kinds & kind_names[i].kinds) == kind_names[i].kinds)
      {
        g_string_append_printf (text, "%s%s", text->len > 0 ? "|" : "", kind_names[i].name);
        kinds &= ~kind_names[i].kinds;
      }

  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* `string|bytes`; 0 when one of the words is no kind. */
static guint
read_kinds (const char *text,
            gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);
  g_auto(GStrv) words = g_strsplit (copy, "|", -1);
  guint kinds = 0;

  for (gsize i = 0; words[i] != NULL; i++)
    {
      guint kind = 0;

      for (gsize j = 0; j < G_N_ELEMENTS (kind_names); j++)
        if (g_str_equal (kind_names[j].name, words[i]))
          kind = kind_names[j].kinds;
      if (kind == 0)
        return 0;
      kinds |= kind;
    }

  return kinds;
}

/* `name`, `name: type`, `name?: type`, `name…: type` */
static void
read_argument (EnlaceSignature *self,
               const char      *start,
               const char      *end)
{
  EnlaceArgument *argument = &self->arguments[self->n_arguments];
  const char *colon = memchr (start, ':', end - start);
  const char *name_end = colon != NULL ? colon : end;

  argument->start = start - self->entry->signature;
  argument->end = end - self->entry->signature;
  argument->optional = name_end > start && name_end[-1] == '?';
  argument->repeated = name_end - start > (gssize) strlen ("…") && strncmp (name_end - strlen ("…"), "…", strlen ("…")) == 0;
  if (colon != NULL)
    argument->kinds = read_kinds (colon + 2, end - colon - 2);
  self->n_arguments++;
}

void
enlace_signature_read (EnlaceSignature           *self,
                       const EnlaceFunctionEntry *entry)
{
  const char *text = entry->signature;
  g_autofree char *call = g_strconcat (entry->name, "(", NULL);
  const char *name = strstr (text, call);
  const char *close = strstr (text, "): ");
  const char *at;

  g_return_if_fail (name != NULL && close != NULL);

  *self = (EnlaceSignature) { .entry = entry, .result = close + strlen ("): "), .member = name > text };
  self->kinds = read_kinds (self->result, strlen (self->result));
  if (self->member)
    self->receiver = read_kinds (text, name - 1 - text);
  for (at = name + strlen (call); at < close && self->n_arguments < G_N_ELEMENTS (self->arguments);)
    {
      const char *comma = g_strstr_len (at, close - at, ", ");

      read_argument (self, at, comma != NULL ? comma : close);
      at = comma != NULL ? comma + strlen (", ") : close;
    }
}

gboolean
enlace_signature_is_macro (const EnlaceSignature *self)
{
  for (guint i = 0; i < self->n_arguments; i++)
    if (self->arguments[i].kinds == 0)
      return TRUE;

  return g_str_equal (self->entry->name, "has");
}

const EnlaceArgument *
enlace_signature_get_argument (const EnlaceSignature *self,
                               guint                  index)
{
  if (self->n_arguments > 0 && index >= self->n_arguments && self->arguments[self->n_arguments - 1].repeated)
    index = self->n_arguments - 1;

  return index < self->n_arguments ? &self->arguments[index] : NULL;
}

void
enlace_signature_get_arity (const EnlaceSignature *self,
                            guint                 *least,
                            guint                 *most)
{
  *least = 0;
  *most = self->n_arguments;
  for (guint i = 0; i < self->n_arguments; i++)
    {
      if (!self->arguments[i].optional)
        *least = i + 1;
      if (self->arguments[i].repeated)
        *most = G_MAXUINT;
    }
}
