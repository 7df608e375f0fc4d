/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/jail/allocator.h"
#include "server/jail/clock.h"
#include "server/jail/json-in.h"
#include "server/jail/json-out.h"

/* On the first line of the code, so that lines count as in the code. */
#define PROLOGUE "(async function (input) {"
#define EPILOGUE "\n})"
/* What errors say of the place: "(code:3:7)". */
#define FILE_NAME "code"

/* Memory to say in that there was too little. */
#define RESERVE (1024u * 1024)

enum { PENDING, FULFILLED, REJECTED };

static int
interrupt_cb (JSRuntime *runtime,
              void      *data)
{
  EnlaceJailScript *self = data;

  self->is_late |= enlace_jail_clock_monotonic () >= self->deadline;
  return self->is_late;
}

static void
fail (EnlaceJailScript *self,
      uint32_t          kind,
      const char       *message)
{
  self->kind = kind;
  self->text.length = 0;
  self->text.is_full = false;
  enlace_jail_buffer_append_text (&self->text, message);
}

static void
fail_late (EnlaceJailScript *self)
{
  char message[80];

  snprintf (message, sizeof message, "The code ran for longer than %u ms", self->timeout_ms);
  fail (self, ENLACE_JAIL_REPLY_TIME, message);
}

static void
fail_memory (EnlaceJailScript *self)
{
  fail (self, ENLACE_JAIL_REPLY_MEMORY, "The code needs more than 64 MiB of memory");
}

static bool
has_text (JSContext    *context,
          JSValueConst  object,
          const char   *name,
          const char   *expected)
{
  JSValue value = JS_GetPropertyStr (context, object, name);
  const char *text = JS_IsString (value) ? JS_ToCString (context, value) : NULL;
  bool is_same = text != NULL && strcmp (text, expected) == 0;

  if (text != NULL)
    JS_FreeCString (context, text);
  JS_FreeValue (context, value);
  return is_same;
}

/* The engine throws an error of its own where memory is short, or, where there is none even for that, nothing. */
static bool
is_out_of_memory (EnlaceJailScript *self,
                  JSValueConst      exception)
{
  if (JS_IsObject (exception))
    return has_text (self->context, exception, "name", "InternalError") && has_text (self->context, exception, "message", "out of memory");

  return JS_IsNull (exception) && self->is_exhausted;
}

/* The line of the first place in the code that a stack names; 0: none. */
static uint32_t
find_line (EnlaceJailScript *self,
           JSValueConst      exception)
{
  JSValue stack = JS_IsObject (exception) ? JS_GetPropertyStr (self->context, exception, "stack") : JS_UNDEFINED;
  const char *text = JS_IsString (stack) ? JS_ToCString (self->context, stack) : NULL;
  const char *place = text;
  uint32_t line = 0;

  while (line == 0 && place != NULL && (place = strstr (place, FILE_NAME ":")) != NULL)
    {
      bool is_place = place > text && (place[-1] == '(' || place[-1] == ' ');

      place += strlen (FILE_NAME ":");
      if (is_place)
        line = (uint32_t) strtoul (place, NULL, 10);
    }

  if (text != NULL)
    JS_FreeCString (self->context, text);
  JS_FreeValue (self->context, stack);
  return line;
}

/* UTF-8 whatever was thrown. */
static void
append_message (EnlaceJailScript *self,
                const char       *text,
                size_t            length)
{
  while (length > 0)
    {
      size_t sound = enlace_jail_find_surrogate (text, length);

      enlace_jail_buffer_append (&self->text, text, sound);
      if (sound == length)
        break;
      enlace_jail_buffer_append_text (&self->text, "\xef\xbf\xbd");
      text += sound + 3;
      length -= sound + 3;
    }
}

static void
describe (EnlaceJailScript *self,
          JSValueConst      exception)
{
  EnlaceJailBuffer text;

  enlace_jail_buffer_init (&text, ENLACE_JAIL_MAX_MESSAGE);
  if (enlace_jail_write_text (self->context, exception, &text) || text.is_full)
    enlace_jail_buffer_cut (&text);
  else
    text.length = 0;
  if (text.length > 0)
    append_message (self, text.data, text.length);
  if (self->text.length == 0)
    enlace_jail_buffer_append_text (&self->text, "The code threw something that cannot be shown");
  enlace_jail_buffer_clear (&text);
}

/* What came of an exception; takes it. */
static void
fail_thrown (EnlaceJailScript *self,
             JSValue           exception)
{
  JS_SetMemoryLimit (self->runtime, ENLACE_JAIL_MAX_MEMORY + RESERVE);
  if (self->is_late)
    fail_late (self);
  else if (is_out_of_memory (self, exception))
    fail_memory (self);
  else
    {
      fail (self, ENLACE_JAIL_REPLY_THROWN, "");
      self->line = find_line (self, exception);
      describe (self, exception);
      if (self->is_late)
        fail_late (self);
    }
  JS_FreeValue (self->context, exception);
}

static JSValue
settle_cb (JSContext    *context,
           JSValueConst  this_value,
           int           n_arguments,
           JSValueConst *arguments,
           int           state)
{
  EnlaceJailScript *self = JS_GetRuntimeOpaque (JS_GetRuntime (context));

  if (self->state == PENDING)
    {
      self->state = state;
      self->result = n_arguments > 0 ? JS_DupValue (context, arguments[0]) : JS_UNDEFINED;
    }

  return JS_UNDEFINED;
}

/* The code as a function; an exception where it is not one. */
static JSValue
compile (EnlaceJailScript *self,
         const char       *code,
         size_t            length)
{
  size_t size = strlen (PROLOGUE) + length + strlen (EPILOGUE);
  char *text = malloc (size + 1);
  JSValue function;

  if (text == NULL)
    return JS_ThrowOutOfMemory (self->context);

  memcpy (text, PROLOGUE, strlen (PROLOGUE));
  memcpy (text + strlen (PROLOGUE), code, length);
  memcpy (text + strlen (PROLOGUE) + length, EPILOGUE, strlen (EPILOGUE) + 1);
  function = JS_Eval (self->context, text, size, FILE_NAME, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT);
  free (text);

  if (!JS_IsException (function) && !JS_IsFunction (self->context, function))
    {
      JS_FreeValue (self->context, function);
      return JS_ThrowSyntaxError (self->context, "The code is not the body of a function");
    }

  return function;
}

/* Reads the input while the context is as it was made, then calls the code with it: gives its promise. */
static JSValue
call (EnlaceJailScript        *self,
      const EnlaceJailRequest *request,
      const char              *code,
      const char              *input)
{
  JSValue global = JS_GetGlobalObject (self->context);
  JSValue big_int = JS_GetPropertyStr (self->context, global, "BigInt");
  JSValue argument = enlace_jail_read_json (self->context, big_int, input, request->input_length);
  JSValue function = JS_IsException (argument) ? JS_EXCEPTION : compile (self, code, request->code_length);
  JSValue promise = JS_IsException (function) ? JS_EXCEPTION : JS_Call (self->context, function, JS_UNDEFINED, 1, &argument);

  JS_FreeValue (self->context, function);
  JS_FreeValue (self->context, argument);
  JS_FreeValue (self->context, big_int);
  JS_FreeValue (self->context, global);
  return promise;
}

/* `Promise.prototype.then`, taken before the code can change it. */
static JSValue
take_then (JSContext *context)
{
  JSValue global = JS_GetGlobalObject (context);
  JSValue promise = JS_GetPropertyStr (context, global, "Promise");
  JSValue prototype = JS_GetPropertyStr (context, promise, "prototype");
  JSValue then = JS_GetPropertyStr (context, prototype, "then");

  JS_FreeValue (context, prototype);
  JS_FreeValue (context, promise);
  JS_FreeValue (context, global);
  return then;
}

static bool
watch (EnlaceJailScript *self,
       JSValueConst      then,
       JSValueConst      promise)
{
  JSValue functions[] = {
    JS_NewCFunctionMagic (self->context, settle_cb, "", 1, JS_CFUNC_generic_magic, FULFILLED),
    JS_NewCFunctionMagic (self->context, settle_cb, "", 1, JS_CFUNC_generic_magic, REJECTED),
  };
  JSValue chained = JS_Call (self->context, then, promise, 2, functions);
  bool is_watched = !JS_IsException (chained);

  JS_FreeValue (self->context, chained);
  JS_FreeValue (self->context, functions[0]);
  JS_FreeValue (self->context, functions[1]);
  return is_watched;
}

/* Runs what the promises of the code still have to do, until the code is settled. */
static void
run_jobs (EnlaceJailScript *self)
{
  JSContext *context;

  while (self->state == PENDING && !interrupt_cb (self->runtime, self))
    {
      int n_done = JS_ExecutePendingJob (self->runtime, &context);

      if (n_done < 0)
        JS_FreeValue (context, JS_GetException (context));
      if (n_done == 0)
        break;
    }
}

static void
take_result (EnlaceJailScript *self)
{
  if (self->is_late)
    fail_late (self);
  else if (self->state == PENDING && self->is_exhausted)
    fail_memory (self);
  else if (self->state == PENDING)
    fail (self, ENLACE_JAIL_REPLY_THROWN, "The code waits for a promise that is never settled");
  else if (self->state == REJECTED)
    fail_thrown (self, JS_DupValue (self->context, self->result));
  else if (enlace_jail_write_json (self->context, self->result, &self->text))
    self->kind = ENLACE_JAIL_REPLY_OUTPUT;
  else if (self->text.is_full)
    fail (self, ENLACE_JAIL_REPLY_SIZE, "The output is larger than 8 MiB");
  else
    fail_thrown (self, JS_GetException (self->context));
}

static void
execute (EnlaceJailScript        *self,
         const EnlaceJailRequest *request,
         const char              *code,
         const char              *input)
{
  JSValue then = take_then (self->context);
  JSValue promise = call (self, request, code, input);

  if (JS_IsException (promise) || !watch (self, then, promise))
    fail_thrown (self, JS_GetException (self->context));
  else
    {
      run_jobs (self);
      take_result (self);
    }

  JS_FreeValue (self->context, promise);
  JS_FreeValue (self->context, then);
}

static bool
set_up (EnlaceJailScript        *self,
        const EnlaceJailRequest *request)
{
  self->runtime = enlace_jail_runtime_new (&self->is_exhausted);
  if (self->runtime == NULL)
    return false;

  JS_SetRuntimeOpaque (self->runtime, self);
  JS_SetMemoryLimit (self->runtime, ENLACE_JAIL_MAX_MEMORY);
  JS_SetMaxStackSize (self->runtime, ENLACE_JAIL_MAX_STACK);
  JS_SetInterruptHandler (self->runtime, interrupt_cb, self);

  /* The context asks for the time once, for its random numbers. */
  enlace_jail_clock_set ((int64_t) (request->seed >> 2));
  self->context = JS_NewContext (self->runtime);
  enlace_jail_clock_set (request->now);

  return self->context != NULL && enlace_jail_console_install (&self->console, self->context);
}

void
enlace_jail_script_run (EnlaceJailScript        *self,
                        const EnlaceJailRequest *request,
                        const char              *code,
                        const char              *input)
{
  *self = (EnlaceJailScript) {
    .timeout_ms = request->timeout_ms,
    .deadline = enlace_jail_clock_monotonic () + (int64_t) request->timeout_ms * 1000,
    .result = JS_UNDEFINED,
  };
  enlace_jail_buffer_init (&self->text, ENLACE_JAIL_MAX_OUTPUT);
  enlace_jail_buffer_init (&self->console.text, ENLACE_JAIL_MAX_LOGS - 1);
  enlace_jail_buffer_append (&self->console.text, "[", 1);

  if (set_up (self, request))
    execute (self, request, code, input);
  else
    fail_memory (self);

  self->console.text.limit++;
  enlace_jail_buffer_append (&self->console.text, "]", 1);
}

void
enlace_jail_script_clear (EnlaceJailScript *self)
{
  JS_FreeValue (self->context, self->result);
  JS_FreeContext (self->context);
  JS_FreeRuntime (self->runtime);
  enlace_jail_buffer_clear (&self->text);
  enlace_jail_buffer_clear (&self->console.text);
}
