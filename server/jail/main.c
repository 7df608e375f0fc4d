/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/jail/lockdown.h"
#include "server/jail/script.h"

/* enlace-jail: answers calls on descriptor 0 until the other end closes it. It is started by the server, and is of no use to people. */

static bool
read_all (void   *data,
          size_t  length)
{
  while (length > 0)
    {
      ssize_t n = read (0, data, length);

      if (n == 0 || (n < 0 && errno != EINTR))
        return false;
      if (n > 0)
        {
          data = (char *) data + n;
          length -= (size_t) n;
        }
    }

  return true;
}

static bool
write_all (const void *data,
           size_t      length)
{
  while (length > 0)
    {
      ssize_t n = write (0, data, length);

      if (n < 0 && errno != EINTR)
        return false;
      if (n > 0)
        {
          data = (const char *) data + n;
          length -= (size_t) n;
        }
    }

  return true;
}

static bool
reply (const EnlaceJailScript *script)
{
  EnlaceJailReply header = {
    .magic = ENLACE_JAIL_MAGIC,
    .kind = script->kind,
    .line = script->line,
    .text_length = (uint32_t) script->text.length,
    .logs_length = (uint32_t) script->console.text.length,
    .n_dropped = script->console.n_dropped,
  };

  return write_all (&header, sizeof header) && write_all (script->text.data, script->text.length)
         && write_all (script->console.text.data, script->console.text.length);
}

static bool
is_sound (const EnlaceJailRequest *request)
{
  return request->magic == ENLACE_JAIL_MAGIC && request->code_length <= ENLACE_JAIL_MAX_CODE && request->input_length <= ENLACE_JAIL_MAX_INPUT
         && request->timeout_ms > 0 && request->timeout_ms <= ENLACE_JAIL_MAX_TIMEOUT_MS;
}

/* One request. The process ends where it cannot go on: after a call that passed a limit, nobody knows what the engine still holds. */
static bool
serve (void)
{
  EnlaceJailRequest request;
  EnlaceJailScript script;
  bool is_sent;
  char *body;

  if (!read_all (&request, sizeof request))
    return false;
  if (!is_sound (&request) || (body = malloc ((size_t) request.code_length + request.input_length + 2)) == NULL)
    _exit (ENLACE_JAIL_EXIT_PROTOCOL);

  /* The code is followed by a NUL, then comes the input with one. */
  body[request.code_length] = '\0';
  body[request.code_length + 1 + request.input_length] = '\0';
  if (!read_all (body, request.code_length) || !read_all (body + request.code_length + 1, request.input_length))
    return false;

  enlace_jail_script_run (&script, &request, body, body + request.code_length + 1);
  is_sent = reply (&script);
  if (script.kind != ENLACE_JAIL_REPLY_OUTPUT && script.kind != ENLACE_JAIL_REPLY_THROWN)
    return false;

  enlace_jail_script_clear (&script);
  free (body);
  return is_sent;
}

/* That the engine shows our time, and draws its random numbers from our seed, is a matter of how it was built: it is tried before the first call. */
static bool
is_engine_ours (void)
{
  static const char code[] = "const a = new Date(); return [a.getTime(), Date.now(), a.getHours(), Math.random()]";
  static const char expected[] = "[86400000,86400000,0,0.";
  EnlaceJailRequest request = { ENLACE_JAIL_MAGIC, sizeof code - 1, 4, 1000, 86400000000, 42 };
  EnlaceJailScript first, second;
  bool is_ours;

  enlace_jail_script_run (&first, &request, code, "null");
  enlace_jail_script_run (&second, &request, code, "null");
  is_ours = first.kind == ENLACE_JAIL_REPLY_OUTPUT && second.kind == ENLACE_JAIL_REPLY_OUTPUT && first.text.length >= strlen (expected)
            && memcmp (first.text.data, expected, strlen (expected)) == 0 && first.text.length == second.text.length
            && memcmp (first.text.data, second.text.data, first.text.length) == 0;
  if (is_ours)
    {
      enlace_jail_script_clear (&first);
      enlace_jail_script_clear (&second);
    }

  return is_ours;
}

int
main (void)
{
  EnlaceJailReply ready = { .magic = ENLACE_JAIL_MAGIC, .kind = ENLACE_JAIL_REPLY_READY };
  int status = enlace_jail_lock_down ();

  if (status != 0)
    _exit (status);
  if (!is_engine_ours ())
    _exit (ENLACE_JAIL_EXIT_ENGINE);

  if (write_all (&ready, sizeof ready))
    while (serve ())
      continue;

  _exit (0);
}
