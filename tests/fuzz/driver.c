/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

/* Runs a fuzz target without the help of a compiler: replays a folder of inputs, then changes them at random.
 *
 *   fuzz-NAME FOLDER | FILE…
 *
 * ENLACE_FUZZ_SECONDS says for how long (3), ENLACE_FUZZ_SEED repeats an earlier run. An input that kills the process or takes
 * more than ENLACE_FUZZ_LIMIT seconds (10) is left in the working directory as fuzz-failure.bin. */

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

#define MAX_SIZE (64 * 1024)
#define MAX_CHANGES 8

typedef struct {
  GRand *rand;
  GPtrArray *inputs;              /* of GBytes: the corpus */
  GByteArray *input;              /* the one that is being made */
} Fuzzer;

/* The signal handler has nothing else to find the input by. */
static const uint8_t *current_data;
static size_t current_size;

static void
failed_cb (int number)
{
  static const char message[] = "The input is in fuzz-failure.bin\n";
  int file = open ("fuzz-failure.bin", O_WRONLY | O_CREAT | O_TRUNC, 0644);

  if (file >= 0 && write (file, current_data, current_size) == (ssize_t) current_size)
    (void) !write (STDERR_FILENO, message, sizeof message - 1);

  signal (number, SIG_DFL);
  raise (number);
  _exit (1);
}

static guint
get_setting (const char *name,
             guint       fallback)
{
  const char *text = g_getenv (name);

  return text != NULL ? strtoul (text, NULL, 10) : fallback;
}

/* A copy of exactly this size, so that a sanitizer sees a read beyond its end. */
static void
run_one (gconstpointer data,
         gsize         size,
         guint         limit)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);

  current_data = copy != NULL ? copy : (const guint8 *) "";
  current_size = size;
  alarm (limit);
  LLVMFuzzerTestOneInput (current_data, size);
  alarm (0);
}

static gboolean
load_file (Fuzzer     *self,
           const char *path)
{
  g_autoptr(GError) error = NULL;
  char *contents;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }

  g_ptr_array_add (self->inputs, g_bytes_new_take (contents, length));

  return TRUE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In the order of the names, so that a seed means the same everywhere. */
static gboolean
load_folder (Fuzzer     *self,
             const char *path)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) folder = g_dir_open (path, 0, &error);
  const char *name;

  if (folder == NULL)
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }

  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));

  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (!load_file (self, g_ptr_array_index (names, i)))
      return FALSE;

  return TRUE;
}

static guint
pick (Fuzzer *self,
      guint   n)
{
  return n > 0 ? g_rand_int (self->rand) % n : 0;
}

static void
insert (GByteArray   *input,
        guint         at,
        const guint8 *data,
        guint         size)
{
  guint tail = input->len - at;

  g_byte_array_set_size (input, input->len + size);
  memmove (input->data + at + size, input->data + at, tail);
  memcpy (input->data + at, data, size);
}

/* A piece of any input, this one included, which is taken from another as often as not. */
static void
insert_piece (Fuzzer *self)
{
  GBytes *other = g_ptr_array_index (self->inputs, pick (self, self->inputs->len));
  gsize size;
  const guint8 *data = g_bytes_get_data (other, &size);
  guint from = pick (self, size);
  guint length = 1 + pick (self, MIN (size - from, 64));

  if (size > 0)
    insert (self->input, pick (self, self->input->len + 1), data + from, MIN (length, size - from));
}

/* The same bytes many times over: what nests or repeats goes deep. */
static void
repeat_piece (Fuzzer *self)
{
  guint from = pick (self, self->input->len);
  guint wanted = 1 + pick (self, 8);
  guint length = MIN (wanted, self->input->len - from);
  g_autofree guint8 *piece = g_memdup2 (self->input->data + from, length);
  guint times = 1 << pick (self, 11);

  for (guint i = 0; i < times && self->input->len < MAX_SIZE; i++)
    insert (self->input, from, piece, length);
}

static void
change_byte (Fuzzer *self)
{
  static const guint8 interesting[] = { 0x00, 0x01, 0x7f, 0x80, 0xc0, 0xed, 0xf4, 0xff, '"', '\\', '{', '}', '[', ']',
                                        '(', ')', ':', ',', '.', '-', '0', '9', 'e', 'u', '\r', '\n', ' ', '%', '/' };
  guint8 *byte = &self->input->data[pick (self, self->input->len)];

  switch (pick (self, 3))
    {
    case 0:
      *byte ^= 1 << pick (self, 8);
      break;

    case 1:
      *byte = interesting[pick (self, sizeof interesting)];
      break;

    default:
      *byte = pick (self, 256);
      break;
    }
}

static void
change (Fuzzer *self)
{
  guint kind = pick (self, 10);
  guint from;
  guint length;

  if (self->input->len == 0 || kind < 2)
    {
      insert_piece (self);
    }
  else if (kind == 2)
    {
      repeat_piece (self);
    }
  else if (kind < 5)
    {
      from = pick (self, self->input->len);
      length = 1 + pick (self, 32);
      g_byte_array_remove_range (self->input, from, MIN (length, self->input->len - from));
    }
  else
    {
      change_byte (self);
    }
}

static guint64
run_for (Fuzzer *self,
         guint   seconds,
         guint   limit)
{
  gint64 end = g_get_monotonic_time () + (gint64) seconds * G_USEC_PER_SEC;
  guint64 n_runs = 0;

  while (g_get_monotonic_time () < end)
    {
      GBytes *start = g_ptr_array_index (self->inputs, pick (self, self->inputs->len));
      guint n_changes = 1 + pick (self, MAX_CHANGES);

      g_byte_array_set_size (self->input, 0);
      g_byte_array_append (self->input, g_bytes_get_data (start, NULL), g_bytes_get_size (start));
      for (guint i = 0; i < n_changes; i++)
        change (self);

      run_one (self->input->data, self->input->len, limit);
      n_runs++;
    }

  return n_runs;
}

int
main (int    argc,
      char **argv)
{
  static const int signals[] = { SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV };
  g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr(GByteArray) input = g_byte_array_new ();
  guint32 seed = get_setting ("ENLACE_FUZZ_SEED", g_random_int ());
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  guint limit = get_setting ("ENLACE_FUZZ_LIMIT", 10);
  Fuzzer self = { rand, inputs, input };
  guint64 n_runs;

  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    signal (signals[i], failed_cb);

  for (int i = 1; i < argc; i++)
    if (!(g_file_test (argv[i], G_FILE_TEST_IS_DIR) ? load_folder (&self, argv[i]) : load_file (&self, argv[i])))
      return 2;

  if (inputs->len == 0)
    {
      g_printerr ("No inputs to begin with\n");
      return 2;
    }

  for (guint i = 0; i < inputs->len; i++)
    run_one (g_bytes_get_data (g_ptr_array_index (inputs, i), NULL),
             g_bytes_get_size (g_ptr_array_index (inputs, i)), limit);

  g_print ("seed %u, %u kept inputs\n", seed, inputs->len);
  n_runs = run_for (&self, get_setting ("ENLACE_FUZZ_SECONDS", 3), limit);
  g_print ("%" G_GUINT64_FORMAT " changed inputs\n", n_runs);

  return 0;
}
