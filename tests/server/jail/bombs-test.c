/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/server/jail/fixture.h"

/* Code that is after the machine: each kind is ended, named for what it is, and the next call runs as if nothing had been. */

typedef struct {
  const char        *path;
  const char        *code;
  EnlaceJailOutcome  outcome;
  const char        *message;
} Bomb;

#define TIME ENLACE_JAIL_TIME, "The code ran for longer than 400 ms"
#define MEMORY ENLACE_JAIL_MEMORY, "The code needs more than 64 MiB"

static const Bomb bombs[] = {
  { "time/loop", "while (true);", TIME },
  { "time/loop-that-catches", "while (true) { try { while (true); } catch (e) {} finally { continue } }", TIME },
  { "time/async-loop", "while (true) await 1", TIME },
  { "time/promises-without-end", "const f = () => Promise.resolve().then(f); f(); await new Promise(() => {})", ENLACE_JAIL_TIME, NULL },
  { "time/regular-expression", "return /^(a+)+$/.test('a'.repeat(40) + 'b')", TIME },
  { "time/getter", "return { get x() { while (true); } }", TIME },
  { "time/to-json", "return { toJSON() { while (true); } }", TIME },
  { "time/thrown-text", "throw { toString() { while (true); }, toJSON() { while (true); } }", TIME },
  { "time/sort", "[3, 2, 1].sort(() => { while (true); })", TIME },
  { "time/proxy", "return new Proxy({}, { ownKeys() { while (true); } })", TIME },
  { "time/native-code", "let x = 3n; for (let i = 0; i < 40; i++) x = x * x; return 1", ENLACE_JAIL_TIME, NULL },
  { "time/sparse-array", "return new Array(4294967295).join('').length", ENLACE_JAIL_TIME, NULL },
  { "memory/list", "const a = []; while (true) a.push({ a })", MEMORY },
  { "memory/text", "let s = 'x'; while (true) s = s + s", ENLACE_JAIL_TIME, NULL },
  { "memory/repeat", "return 'x'.repeat(2 ** 29).length", MEMORY },
  { "memory/typed-array", "return new Uint8Array(2 ** 30).length", MEMORY },
  { "memory/concatenation", "let s = ''; for (let i = 0; ; i++) s += 'some more text ' + i", ENLACE_JAIL_TIME, NULL },
  { "memory/closures", "let f = () => 1; while (true) { const g = f; f = () => g }", MEMORY },
  { "memory/promises", "const f = () => { for (let i = 0; i < 1000; i++) Promise.resolve().then(f) }; f(); await new Promise(() => {})", ENLACE_JAIL_TIME, NULL },
  { "memory/big-int", "let x = 1n; while (true) x = x << 100000n", ENLACE_JAIL_TIME, NULL },
  { "recursion/function", "function f() { return f() + 1 } return f()", ENLACE_JAIL_THROWN, "InternalError: stack overflow" },
  { "recursion/getter", "const o = { get x() { return this.x } }; return o.x", ENLACE_JAIL_THROWN, "InternalError: stack overflow" },
  { "recursion/to-json", "const f = () => ({ toJSON: f, x: { toJSON: f } }); return f()", ENLACE_JAIL_TIME, NULL },
  { "recursion/json", "return JSON.parse('['.repeat(100000))", ENLACE_JAIL_THROWN, "" },
  { "recursion/source", "return eval('('.repeat(100000))", ENLACE_JAIL_THROWN, "" },
  { "recursion/regular-expression", "return new RegExp('('.repeat(50000) + ')'.repeat(50000)).test('')", ENLACE_JAIL_THROWN, "" },
  { "output/text", "return 'x'.repeat(9000000)", ENLACE_JAIL_SIZE, "The output is larger than 8 MiB" },
  { "output/list", "return new Array(5000000)", ENLACE_JAIL_SIZE, "The output is larger than 8 MiB" },
  { "output/escapes", "return '\\u0001'.repeat(2000000)", ENLACE_JAIL_SIZE, "The output is larger than 8 MiB" },
  { "output/holes", "const a = []; a.length = 4294967295; return a", ENLACE_JAIL_SIZE, "The output is larger than 8 MiB" },
  { "output/members-without-end", "let n = 0; return new Proxy([], { get: (t, k) => k === 'length' ? 1e15 : k === 'toJSON' ? undefined : n++ })",
    ENLACE_JAIL_SIZE, "The output is larger than 8 MiB" },
  { "console/flood", "while (true) console.log('more')", TIME },
  { "console/large", "for (let i = 0; i < 20; i++) console.log('x'.repeat(1000000)); return 1", ENLACE_JAIL_OUTPUT, "1" },
  { "tricks/function", "return new Function('while (true);')()", TIME },
  { "tricks/close-the-function", "}); while (true); (function () {", TIME },
  { "tricks/array-buffer", "const a = []; while (true) a.push(new ArrayBuffer(1000000))", MEMORY },
  { "tricks/atomics", "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)", ENLACE_JAIL_THROWN, "TypeError" },
  { "tricks/then", "Promise.prototype.then = function () {}; Promise.prototype.constructor = null; while (true) await 1", ENLACE_JAIL_TIME, NULL },
  { "tricks/thenable", "return { then(f) { while (true) f() } }", TIME },
};

typedef struct {
  EnlaceJail *jail;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->jail = enlace_jail_new (fixture_get_program (), 2);
  /* So that what is measured is the call. */
  fixture_check (fixture->jail, "return 1", "null", "1");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  enlace_jail_free (fixture->jail);
}

static void
test_bomb (Fixture       *fixture,
           gconstpointer  data)
{
  const Bomb *bomb = data;
  /* What is to run out of something else than time gets all the time there is, so that a busy machine changes nothing. */
  guint timeout_ms = bomb->outcome == ENLACE_JAIL_TIME ? 400 : ENLACE_JAIL_MAX_TIMEOUT_MS;
  gint64 begin = g_get_monotonic_time ();
  g_autoptr(GError) error = NULL;
  g_autoptr(EnlaceJailResult) result = fixture_wait (fixture_begin (fixture->jail, 1, bomb->code, "null", timeout_ms), &error);

  g_assert_no_error (error);
  g_test_message ("%d %.100s", result->outcome, result->text);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, timeout_ms * G_TIME_SPAN_MILLISECOND + 3 * G_USEC_PER_SEC);
  /* Without a message it depends on the machine which limit it meets first. */
  if (bomb->message != NULL)
    {
      g_assert_cmpint (result->outcome, ==, bomb->outcome);
      g_assert_true (g_str_has_prefix (result->text, bomb->message));
    }

  fixture_check (fixture->jail, "return input", "[1]", "[1]");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  for (gsize i = 0; i < G_N_ELEMENTS (bombs); i++)
    {
      g_autofree char *path = g_strconcat ("/jail/bombs/", bombs[i].path, NULL);

      g_test_add (path, Fixture, &bombs[i], set_up, test_bomb, tear_down);
    }

  return g_test_run ();
}
