/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "tests/server/jail/fixture.h"

#include "common/value/json.h"

/* What code sees, and what comes back. */

typedef struct {
  EnlaceJail *jail;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->jail = enlace_jail_new (fixture_get_program (), 2);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  enlace_jail_free (fixture->jail);
}

static void
test_values (Fixture       *fixture,
             gconstpointer  data)
{
  static const char *const same[] = {
    "null", "true", "0", "-1", "1.5", "\"é\\u0000\\n😀\"", "[]", "{}", "[1,[2,{\"a\":[]}]]", "9007199254740991", "9007199254740993", "-9223372036854775808",
    "18446744073709551615", "123456789012345678901234567890", "1e+300", "1e-7", "5e-324", "{\"__proto__\":{\"x\":1},\"constructor\":2,\"toString\":3}",
    "{\"b\":1,\"a\":2}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autoptr(EnlaceJailResult) result = fixture_call (fixture->jail, "return input", same[i]);
      g_autoptr(EnlaceValue) value = enlace_jail_result_dup_output (result, NULL);
      g_autoptr(EnlaceValue) expected = enlace_json_parse (same[i], -1, NULL);
      g_autofree char *text = enlace_json_format (value, ENLACE_JSON_COMPACT, NULL, NULL);
      g_autofree char *expected_text = enlace_json_format (expected, ENLACE_JSON_COMPACT, NULL, NULL);

      g_assert_cmpint (enlace_value_get_kind (value), ==, enlace_value_get_kind (expected));
      g_assert_cmpstr (text, ==, expected_text);
    }

  fixture_check (fixture->jail, "return typeof input.big + typeof input.small", "{\"big\":9007199254740992,\"small\":-9007199254740991}", "\"bigintnumber\"");
  fixture_check (fixture->jail, "return input + 1n", "9223372036854775807", "9223372036854775808");
  fixture_check (fixture->jail, "return 2 ** 64", "null", "18446744073709552000.0");
  fixture_check (fixture->jail, "return [1.0, 3 / 2, -0, 1e21]", "null", "[1,1.5,0,1e+21]");
}

static void
test_output (Fixture       *fixture,
             gconstpointer  data)
{
  fixture_check (fixture->jail, "", "null", "null");
  fixture_check (fixture->jail, "return undefined", "null", "null");
  fixture_check (fixture->jail, "return { a: undefined, b: null, c: [undefined, , 1] }", "null", "{\"b\":null,\"c\":[null,null,1]}");
  fixture_check (fixture->jail, "return { when: new Date(0), to: { toJSON() { return [this.x] }, x: 1 } }", "null",
                 "{\"when\":\"1970-01-01T00:00:00.000Z\",\"to\":[1]}");
  fixture_check (fixture->jail, "return Object.fromEntries(new Map([['a', 1]]))", "null", "{\"a\":1}");
  fixture_check (fixture->jail, "const o = { a: 1 }; return [o, o]", "null", "[{\"a\":1},{\"a\":1}]");
  fixture_check (fixture->jail, "class A { x = 1; get y() { return 2 } } return new A()", "null", "{\"x\":1}");
  fixture_check (fixture->jail, "return input.items.map(x => x * 2) // the end", "{\"items\":[1,2]}", "[2,4]");
}

static void
test_refused_output (Fixture       *fixture,
                     gconstpointer  data)
{
  fixture_check_end (fixture->jail, "return NaN", ENLACE_JAIL_THROWN, "TypeError: output is NaN");
  fixture_check_end (fixture->jail, "return { a: [1, { b: -1 / 0 }] }", ENLACE_JAIL_THROWN, "TypeError: output.a[1].b is infinite");
  fixture_check_end (fixture->jail, "return { f() {} }", ENLACE_JAIL_THROWN, "TypeError: output.f is a function");
  fixture_check_end (fixture->jail, "return [Symbol('x')]", ENLACE_JAIL_THROWN, "TypeError: output[0] is a symbol");
  fixture_check_end (fixture->jail, "return new Map()", ENLACE_JAIL_THROWN, "TypeError: output is a Map or a Set");
  fixture_check_end (fixture->jail, "return [Promise.resolve(1)]", ENLACE_JAIL_THROWN, "TypeError: output[0] is a promise");
  fixture_check_end (fixture->jail, "const a = {}; a.b = { a }; return a", ENLACE_JAIL_THROWN, "TypeError: output.b.a refers to a value that contains it");
  fixture_check_end (fixture->jail, "return '\\ud83d'", ENLACE_JAIL_THROWN, "TypeError: output holds half of a character");
  fixture_check_end (fixture->jail, "return { get x() { throw new RangeError('no') } }", ENLACE_JAIL_THROWN, "RangeError: no");
  fixture_check_end (fixture->jail, "return { toJSON() { throw 'no' } }", ENLACE_JAIL_THROWN, "no");
  fixture_check_end (fixture->jail, "return new Proxy({}, { ownKeys() { throw new Error('trap') } })", ENLACE_JAIL_THROWN, "Error: trap");
  fixture_check_end (fixture->jail, "let a = []; for (let i = 0; i < 600; i++) a = [a]; return a", ENLACE_JAIL_THROWN, "TypeError: output[0][0][0]");
}

static void
test_async (Fixture       *fixture,
            gconstpointer  data)
{
  fixture_check (fixture->jail, "return await Promise.all([1, Promise.resolve(2)])", "null", "[1,2]");
  fixture_check (fixture->jail, "const f = async x => x * 2; let sum = 0; for (const x of input) sum += await f(x); return sum", "[1,2,3]", "12");
  fixture_check_end (fixture->jail, "await Promise.reject(new Error('late'))", ENLACE_JAIL_THROWN, "Error: late");
  fixture_check_end (fixture->jail, "await new Promise(() => {})", ENLACE_JAIL_THROWN, "The code waits for a promise that is never settled");
  fixture_check (fixture->jail, "Promise.reject(new Error('nobody looks')); return 1", "null", "1");
}

static void
check_line (Fixture    *fixture,
            const char *code,
            guint       line,
            const char *message)
{
  g_autoptr(EnlaceJailResult) result = fixture_call (fixture->jail, code, "null");

  g_assert_cmpint (result->outcome, ==, ENLACE_JAIL_THROWN);
  g_assert_cmpstr (result->text, ==, message);
  g_assert_cmpuint (result->line, ==, line);
}

static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
  check_line (fixture, "const x = 1\nconst y = 2\nthrow new Error('third')", 3, "Error: third");
  check_line (fixture, "function f() {\n  null.x\n}\nf()", 2, "TypeError: cannot read property 'x' of null");
  check_line (fixture, "await 1\nawait 2\nmissing()", 3, "ReferenceError: 'missing' is not defined");
  check_line (fixture, "throw { code: 7 }", 0, "{\"code\":7}");
  check_line (fixture, "throw 'half \\ud800 a character'", 0, "half \xef\xbf\xbd a character");
  check_line (fixture, "throw null", 0, "null");
  check_line (fixture, "throw { toJSON() { throw 1 } }", 0, "The code threw something that cannot be shown");
  fixture_check_end (fixture->jail, "undeclared = 1", ENLACE_JAIL_THROWN, "ReferenceError: ");
  fixture_check_end (fixture->jail, "let x = ;", ENLACE_JAIL_THROWN, "SyntaxError");
  fixture_check_end (fixture->jail, "throw new Error('x'.repeat(100000))", ENLACE_JAIL_THROWN, "Error: xxx");
  fixture_check_end (fixture->jail, "const e = new Error('a'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); throw e", ENLACE_JAIL_THROWN, "Error: a");
}

static void
test_console (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr(EnlaceJailResult) result =
    fixture_call (fixture->jail,
                  "console.log('a', 1, { b: [true, undefined, NaN, () => 1] }); console.warn(new Error('no')); console.error(); console.info(12n);"
                  "const o = { }; o.o = o; console.debug(o, Symbol.iterator, 'half \\ud800'); return 1", "null");
  g_autoptr(EnlaceJailResult) thrown = fixture_call (fixture->jail, "console.log('before'); throw 1", "null");
  g_autoptr(EnlaceJailResult) flood = fixture_call (fixture->jail, "for (let i = 0; i < 100000; i++) console.log('line ' + i); return 1", "null");
  g_autoptr(EnlaceJailResult) large = fixture_call (fixture->jail, "console.log('é'.repeat(1000000)); return 1", "null");
  g_autoptr(EnlaceValue) logs = enlace_jail_result_dup_logs (flood, NULL);
  g_autoptr(EnlaceValue) cut = enlace_jail_result_dup_logs (large, NULL);

  g_assert_cmpstr (result->logs, ==,
                   "[{\"level\":\"info\",\"text\":\"a 1 {\\\"b\\\":[true,undefined,NaN,[function]]}\"},{\"level\":\"warning\",\"text\":\"Error: no\"},"
                   "{\"level\":\"error\",\"text\":\"\"},{\"level\":\"info\",\"text\":\"12\"},"
                   "{\"level\":\"debug\",\"text\":\"{\\\"o\\\":[circular]} [symbol] half \xef\xbf\xbd\"}]");
  g_assert_cmpstr (thrown->logs, ==, "[{\"level\":\"info\",\"text\":\"before\"}]");

  g_assert_cmpuint (flood->logs_length, <=, ENLACE_JAIL_MAX_LOGS);
  g_assert_cmpuint (flood->n_dropped, ==, 100000 - enlace_value_get_length (logs));
  g_assert_cmpuint (enlace_value_get_length (logs), >, 1000);
  g_assert_cmpstr (enlace_value_get_member_string (enlace_value_get_element (logs, 0), "text", NULL), ==, "line 0");
  g_assert_cmpuint (strlen (enlace_value_get_member_string (enlace_value_get_element (cut, 0), "text", "")), >, 8000);
}

static void
test_determinism (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(EnlaceJailResult) first = fixture_call (fixture->jail, "return [Math.random(), Math.random()]", "null");
  g_autoptr(EnlaceJailResult) second = fixture_call (fixture->jail, "return [Math.random(), Math.random()]", "null");

  g_assert_cmpstr (first->text, ==, second->text);
  fixture_check (fixture->jail, "return Math.random() !== Math.random()", "null", "true");
  fixture_check (fixture->jail, "return [Date.now(), new Date().toISOString(), new Date().getHours(), new Date().getTimezoneOffset()]", "null",
                 "[1700000000123,\"2023-11-14T22:13:20.123Z\",22,0]");
  fixture_check (fixture->jail, "const t = Date.now(); for (let i = 0; i < 1e6; i++); return Date.now() - t", "null", "0");
  fixture_check (fixture->jail, "return new Date(2024, 0, 1).toISOString()", "null", "\"2024-01-01T00:00:00.000Z\"");
}

/* Nothing that could reach outside is even there. */
static void
test_globals (Fixture       *fixture,
              gconstpointer  data)
{
  fixture_check (fixture->jail,
                 "return ['require', 'process', 'fetch', 'XMLHttpRequest', 'std', 'os', 'bjson', 'scriptArgs', 'print', 'setTimeout', 'load', 'Worker', 'performance']"
                 ".filter(name => name in globalThis)",
                 "null", "[]");
  fixture_check_end (fixture->jail, "return await import('std')", ENLACE_JAIL_THROWN, "ReferenceError");
  fixture_check_end (fixture->jail, "return await import('/etc/passwd')", ENLACE_JAIL_THROWN, "ReferenceError");
}

/* What one call changes, no other sees. */
static void
test_isolation (Fixture       *fixture,
                gconstpointer  data)
{
  static const char *const tricks[] = {
    "Object.prototype.polluted = 1; return 1",
    "Array.prototype.map = () => 'mine'; Array.prototype[Symbol.iterator] = null; return 1",
    "globalThis.kept = input; return 1",
    "Promise.prototype.then = () => {}; Promise = null; return 1",
    "JSON.stringify = () => '\"mine\"'; Object.prototype.toJSON = () => 'mine'; return 1",
    "Math.random = () => 4; Date.now = () => 0; globalThis.Date = null; return 1",
    "new Function('return this')().leak = 1; (0, eval)('globalThis.leak2 = 1'); return 1",
    "Object.setPrototypeOf(globalThis, { leak3: 1 }); return 1",
    "console.log = null; delete globalThis.console; return 1",
    "Object.defineProperty(Object.prototype, 'then', { get() { throw 1 } }); return 1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tricks); i++)
    {
      g_autoptr(EnlaceJailResult) result = fixture_call (fixture->jail, tricks[i], "\"secret\"");

      fixture_check (fixture->jail,
                     "return [typeof {}.polluted, [1].map(x => x + 1), typeof globalThis.kept, typeof {}.toJSON, typeof leak, typeof leak2, typeof leak3,"
                     "Date.now(), Math.random() < 1, typeof console.log, [...[1]], await 1]",
                     "null", "[\"undefined\",[2],\"undefined\",\"undefined\",\"undefined\",\"undefined\",\"undefined\",1700000000123,true,\"function\",[1],1]");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define ADD(path, func) g_test_add ("/jail/calls/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("pass-values-without-losing-a-digit", test_values);
  ADD ("return-output-as-json", test_output);
  ADD ("refuse-what-json-cannot-say", test_refused_output);
  ADD ("await-promises", test_async);
  ADD ("tell-where-code-threw", test_errors);
  ADD ("keep-what-the-console-said", test_console);
  ADD ("show-the-time-and-numbers-that-were-given", test_determinism);
  ADD ("hold-nothing-that-reaches-outside", test_globals);
  ADD ("leave-nothing-for-the-next", test_isolation);
#undef ADD

  return g_test_run ();
}
