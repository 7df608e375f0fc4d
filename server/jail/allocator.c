/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/allocator.h"

#include <malloc.h>
#include <stdlib.h>

/* What the C library takes beside each piece of memory. */
#define OVERHEAD 8

static size_t
get_size (const void *memory)
{
  return malloc_usable_size ((void *) memory);
}

static void *
refuse (JSMallocState *state)
{
  bool *is_exhausted = state->opaque;

  *is_exhausted = true;
  return NULL;
}

static void *
take (JSMallocState *state,
      size_t         size)
{
  void *memory = state->malloc_size + size > state->malloc_limit ? NULL : malloc (size);

  if (memory == NULL)
    return refuse (state);

  state->malloc_count++;
  state->malloc_size += get_size (memory) + OVERHEAD;
  return memory;
}

static void
give_back (JSMallocState *state,
           void          *memory)
{
  if (memory == NULL)
    return;

  state->malloc_count--;
  state->malloc_size -= get_size (memory) + OVERHEAD;
  free (memory);
}

static void *
change (JSMallocState *state,
        void          *memory,
        size_t         size)
{
  size_t before;

  if (memory == NULL)
    return size > 0 ? take (state, size) : NULL;
  if (size == 0)
    {
      give_back (state, memory);
      return NULL;
    }

  before = get_size (memory);
  if (state->malloc_size + size - before > state->malloc_limit || (memory = realloc (memory, size)) == NULL)
    return refuse (state);

  state->malloc_size += get_size (memory) - before;
  return memory;
}

JSRuntime *
enlace_jail_runtime_new (bool *is_exhausted)
{
  static const JSMallocFunctions functions = { take, give_back, change, get_size };

  return JS_NewRuntime2 (&functions, is_exhausted);
}
