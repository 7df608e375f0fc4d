/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/console.h"

#include <stdio.h>

#include "server/jail/json-out.h"
#include "server/jail/protocol.h"

/* A line longer than this is cut. */
#define MAX_LINE (8u * 1024)

typedef struct {
  const char *name;
  const char *level;
} Method;

static const Method methods[] = {
  { "log", "info" },
  { "info", "info" },
  { "warn", "warning" },
  { "error", "error" },
  { "debug", "debug" },
};

static bool
write_line (EnlaceJailConsole *self,
            const char        *level,
            const char        *text,
            size_t             length)
{
  char head[40];
  int size = snprintf (head, sizeof head, "%s{\"level\":\"%s\",\"text\":", self->text.length > 1 ? "," : "", level);

  return enlace_jail_buffer_append (&self->text, head, (size_t) size) && enlace_jail_buffer_append_quoted (&self->text, text, length)
         && enlace_jail_buffer_append (&self->text, "}", 1);
}

/* A line that does not fit is taken back whole. */
static void
add_line (EnlaceJailConsole *self,
          const char        *level,
          const char        *text,
          size_t             length)
{
  size_t before = self->text.length;

  if (write_line (self, level, text, length))
    return;

  self->text.length = before;
  self->text.is_full = false;
  self->n_dropped++;
}

static JSValue
log_cb (JSContext    *context,
        JSValueConst  this_value,
        int           n_arguments,
        JSValueConst *arguments,
        int           method)
{
  EnlaceJailConsole *self = JS_GetContextOpaque (context);
  EnlaceJailBuffer line;
  bool is_written = true;

  enlace_jail_buffer_init (&line, MAX_LINE);
  for (int i = 0; is_written && i < n_arguments; i++)
    is_written = (i == 0 || enlace_jail_buffer_append (&line, " ", 1)) && enlace_jail_write_text (context, arguments[i], &line);

  is_written |= line.is_full;
  enlace_jail_buffer_cut (&line);
  if (is_written)
    add_line (self, methods[method].level, line.data, line.length);
  enlace_jail_buffer_clear (&line);

  return is_written ? JS_UNDEFINED : JS_EXCEPTION;
}

bool
enlace_jail_console_install (EnlaceJailConsole *self,
                             JSContext         *context)
{
  JSValue console = JS_NewObject (context);
  JSValue global = JS_GetGlobalObject (context);
  bool is_installed = !JS_IsException (console);

  JS_SetContextOpaque (context, self);
  for (int i = 0; is_installed && i < (int) (sizeof methods / sizeof methods[0]); i++)
    {
      JSValue function = JS_NewCFunctionMagic (context, log_cb, methods[i].name, 0, JS_CFUNC_generic_magic, i);

      is_installed = JS_DefinePropertyValueStr (context, console, methods[i].name, function, JS_PROP_C_W_E) >= 0;
    }

  is_installed = is_installed && JS_DefinePropertyValueStr (context, global, "console", JS_DupValue (context, console), JS_PROP_C_W_E) >= 0;
  JS_FreeValue (context, console);
  JS_FreeValue (context, global);
  return is_installed;
}
