/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/security/api-key.h"
#include "server/security/initialise.h"
#include "server/security/permissions.h"
#include "server/store/organisations.h"

#define PLAIN "Ada's card number"

typedef struct {
  char        *data_dir;
  char        *api_key;
  guint8       master_key[ENLACE_MASTER_KEY_SIZE];
  EnlaceStore *store;
  EnlaceVault *vault;
  EnlaceUuid   organisation_id;
  EnlaceUuid   other_id;        /* another organisation */
  EnlaceUuid   row;
} Fixture;

static void
remove_data_dir (const char *data_dir)
{
  g_autoptr(GDir) dir = g_dir_open (data_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data_dir, name, NULL);

      g_unlink (path);
    }

  g_rmdir (data_dir);
}

static char *
make_data_dir (void)
{
  g_autoptr(GError) error = NULL;
  char *data_dir = g_dir_make_tmp ("enlace-security-XXXXXX", &error);

  g_assert_no_error (error);

  return data_dir;
}

static gboolean
apply_other (EnlaceWriter  *writer,
             gpointer       data,
             GError       **error)
{
  Fixture *fixture = data;
  g_autoptr(GBytes) wrapped = enlace_vault_make_data_key (fixture->master_key, &fixture->other_id);
  EnlaceOrganisationRow row = { .id = fixture->other_id, .name = (char *) "Other", .wrapped_key = wrapped };

  return enlace_organisations_insert (writer, &row, error);
}

static void
open_store (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->store = enlace_store_open (fixture->data_dir, 0, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GPtrArray) organisations = NULL;
  g_autoptr(GError) error = NULL;
  EnlaceReader *reader;

  fixture->data_dir = make_data_dir ();
  memset (fixture->master_key, 7, sizeof fixture->master_key);
  enlace_store_initialise (fixture->data_dir, "ada@example.org", fixture->master_key, &fixture->api_key, &error);
  g_assert_no_error (error);
  open_store (fixture);

  reader = enlace_store_acquire_reader (fixture->store);
  organisations = enlace_organisations_list (reader, &error);
  enlace_store_release_reader (fixture->store, reader);
  g_assert_cmpuint (organisations->len, ==, 1);
  fixture->organisation_id = ((EnlaceOrganisationRow *) g_ptr_array_index (organisations, 0))->id;

  enlace_uuid_generate (&fixture->other_id);
  enlace_uuid_generate (&fixture->row);
  enlace_store_submit_and_wait (fixture->store, apply_other, fixture, &error);
  g_assert_no_error (error);

  fixture->vault = enlace_vault_open (fixture->store, fixture->master_key, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->vault, enlace_vault_free);
  g_clear_pointer (&fixture->store, enlace_store_close);
  remove_data_dir (fixture->data_dir);
  g_clear_pointer (&fixture->data_dir, g_free);
  g_clear_pointer (&fixture->api_key, g_free);
}

static GBytes *
seal (Fixture *fixture)
{
  return enlace_vault_seal (fixture->vault, &fixture->organisation_id, "executions", &fixture->row, "record", PLAIN, strlen (PLAIN));
}

static void
assert_sealed (Fixture          *fixture,
               const EnlaceUuid *organisation_id,
               const char       *table,
               const EnlaceUuid *row,
               const char       *field,
               GBytes           *sealed)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (enlace_vault_unseal (fixture->vault, organisation_id, table, row, field, sealed, &error));
  g_assert_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_SEALED);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr(GBytes) sealed = seal (fixture);
  g_autoptr(GBytes) again = seal (fixture);
  g_autoptr(GBytes) opened = NULL;
  g_autoptr(GBytes) nothing = NULL;
  g_autoptr(GBytes) opened_nothing = NULL;
  g_autoptr(GError) error = NULL;

  opened = enlace_vault_unseal (fixture->vault, &fixture->organisation_id, "executions", &fixture->row, "record", sealed, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened), PLAIN, strlen (PLAIN));

  /* A nonce of its own each time, and nothing of the text is to be seen. */
  g_assert_false (g_bytes_equal (sealed, again));
  g_assert_null (memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), "card", 4));

  nothing = enlace_vault_seal (fixture->vault, &fixture->organisation_id, "t", &fixture->row, "f", NULL, 0);
  opened_nothing = enlace_vault_unseal (fixture->vault, &fixture->organisation_id, "t", &fixture->row, "f", nothing, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (opened_nothing), ==, 0);
}

static void
test_tampering (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GBytes) sealed = seal (fixture);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (sealed, &size);

  for (gsize i = 0; i < size; i++)
    for (guint bit = 0; bit < 8; bit++)
      {
        g_autofree guint8 *copy = g_memdup2 (bytes, size);
        g_autoptr(GBytes) altered = NULL;

        copy[i] ^= 1 << bit;
        altered = g_bytes_new_take (g_steal_pointer (&copy), size);
        assert_sealed (fixture, &fixture->organisation_id, "executions", &fixture->row, "record", altered);
      }

  for (gsize length = 0; length < size; length++)
    {
      g_autoptr(GBytes) shorter = g_bytes_new (bytes, length);

      assert_sealed (fixture, &fixture->organisation_id, "executions", &fixture->row, "record", shorter);
    }
}

static void
test_moving (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GBytes) sealed = seal (fixture);
  EnlaceUuid elsewhere, unknown;

  enlace_uuid_generate (&elsewhere);
  enlace_uuid_generate (&unknown);
  assert_sealed (fixture, &fixture->organisation_id, "executions", &elsewhere, "record", sealed);
  assert_sealed (fixture, &fixture->organisation_id, "executions", &fixture->row, "trigger_data", sealed);
  assert_sealed (fixture, &fixture->organisation_id, "workflows", &fixture->row, "record", sealed);
  assert_sealed (fixture, &fixture->other_id, "executions", &fixture->row, "record", sealed);
  assert_sealed (fixture, &unknown, "executions", &fixture->row, "record", sealed);

  /* Names do not run into each other. */
  assert_sealed (fixture, &fixture->organisation_id, "execution", &fixture->row, "srecord", sealed);
}

static char *
hash_store (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->data_dir, "enlace.db", NULL);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) contents, length);
}

static void
test_wrong_key (Fixture       *fixture,
                gconstpointer  data)
{
  guint8 wrong[ENLACE_MASTER_KEY_SIZE] = { 1, 2, 3 };
  g_autoptr(GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_clear_pointer (&fixture->vault, enlace_vault_free);
  g_clear_pointer (&fixture->store, enlace_store_close);
  before = hash_store (fixture);

  open_store (fixture);
  g_assert_null (enlace_vault_open (fixture->store, wrong, &error));
  g_assert_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_KEY);
  g_clear_pointer (&fixture->store, enlace_store_close);

  after = hash_store (fixture);
  g_assert_cmpstr (after, ==, before);
}

static void
test_second_init (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *key = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_clear_pointer (&fixture->vault, enlace_vault_free);
  g_clear_pointer (&fixture->store, enlace_store_close);
  before = hash_store (fixture);
  g_assert_false (enlace_store_initialise (fixture->data_dir, "bob@example.org", fixture->master_key, &key, &error));
  g_assert_error (error, ENLACE_STORE_ERROR, ENLACE_STORE_ERROR_EXISTS);
  g_assert_null (key);
  after = hash_store (fixture);
  g_assert_cmpstr (after, ==, before);
}

static void
test_first_key (Fixture       *fixture,
                gconstpointer  data)
{
  EnlaceReader *reader = enlace_store_acquire_reader (fixture->store);
  g_autoptr(EnlaceApiKeyRow) row = NULL;
  g_autoptr(EnlacePermissions) permissions = NULL;
  g_autoptr(GError) error = NULL;
  guint8 hash[32];

  g_assert_true (enlace_api_key_is_valid (fixture->api_key));
  enlace_api_key_hash (fixture->api_key, hash);
  row = enlace_api_keys_find (reader, hash, &error);
  g_assert_no_error (error);
  g_assert_nonnull (row);
  g_assert_true (row->is_active);
  g_assert_cmpint (row->rate_limit, ==, 0);
  g_assert_true (g_str_has_prefix (fixture->api_key, row->key_prefix));
  g_assert_cmpuint (strlen (row->key_prefix), ==, ENLACE_API_KEY_PREFIX_LENGTH);

  permissions = enlace_permissions_parse (row->permissions, &error);
  g_assert_no_error (error);
  for (const char *const *scope = enlace_permissions_list (); *scope != NULL; scope++)
    g_assert_true (enlace_permissions_allow (permissions, *scope));
  enlace_store_release_reader (fixture->store, reader);
}

static void
test_check (Fixture       *fixture,
            gconstpointer  data)
{
  const guint8 wrong[ENLACE_MASTER_KEY_SIZE] = { 1 };
  g_autoptr(GPtrArray) sound = NULL;
  g_autoptr(GPtrArray) defects = NULL;
  g_autoptr(GError) error = NULL;

  sound = enlace_store_check (fixture->data_dir, fixture->master_key, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sound->len, ==, 0);

  defects = enlace_store_check (fixture->data_dir, wrong, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (defects->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (defects, 0), "master key"));
}

/* -- The master key -- */

static void
assert_load_fails (const char *data_dir,
                   int         fd,
                   gboolean    create,
                   const char *part)
{
  guint8 key[ENLACE_MASTER_KEY_SIZE];
  g_autoptr(GError) error = NULL;

  g_assert_false (enlace_master_key_load (data_dir, fd, create, key, &error));
  g_assert_error (error, ENLACE_VAULT_ERROR, ENLACE_VAULT_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_key_file (void)
{
  g_autofree char *data_dir = make_data_dir ();
  g_autofree char *path = g_build_filename (data_dir, "master.key", NULL);
  guint8 made[ENLACE_MASTER_KEY_SIZE], read[ENLACE_MASTER_KEY_SIZE];
  g_autoptr(GError) error = NULL;
  struct stat status;

  assert_load_fails (data_dir, -1, FALSE, "no master key");

  g_assert_true (enlace_master_key_load (data_dir, -1, TRUE, made, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (status.st_size, ==, ENLACE_MASTER_KEY_SIZE);

  g_assert_true (enlace_master_key_load (data_dir, -1, TRUE, read, &error));
  g_assert_cmpmem (made, sizeof made, read, sizeof read);

  g_assert_cmpint (chmod (path, 0640), ==, 0);
  assert_load_fails (data_dir, -1, FALSE, "chmod 600");
  g_assert_cmpint (chmod (path, 0604), ==, 0);
  assert_load_fails (data_dir, -1, FALSE, "chmod 600");

  g_assert_cmpint (chmod (path, 0600), ==, 0);
  g_assert_true (g_file_set_contents_full (path, "short", -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  assert_load_fails (data_dir, -1, FALSE, "32 bytes");
  remove_data_dir (data_dir);
}

static void
test_key_descriptor (void)
{
  guint8 key[ENLACE_MASTER_KEY_SIZE], sent[ENLACE_MASTER_KEY_SIZE];
  g_autoptr(GError) error = NULL;
  int ends[2];

  memset (sent, 9, sizeof sent);
  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_cmpint (write (ends[1], sent, 10), ==, 10);
  g_assert_cmpint (write (ends[1], sent + 10, sizeof sent - 10), ==, sizeof sent - 10);
  close (ends[1]);
  g_assert_true (enlace_master_key_load ("/nonexistent", ends[0], FALSE, key, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (key, sizeof key, sent, sizeof sent);
  close (ends[0]);

  g_assert_cmpint (pipe (ends), ==, 0);
  close (ends[1]);
  assert_load_fails ("/nonexistent", ends[0], FALSE, "32 bytes");
  close (ends[0]);
}

static void
test_key_credential (void)
{
  g_autofree char *credentials = make_data_dir ();
  g_autofree char *path = g_build_filename (credentials, "master-key", NULL);
  g_autofree char *text = g_strnfill (ENLACE_MASTER_KEY_SIZE, 'k');
  guint8 key[ENLACE_MASTER_KEY_SIZE];
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv ("CREDENTIALS_DIRECTORY", credentials, TRUE);
  g_assert_true (enlace_master_key_load ("/nonexistent", -1, FALSE, key, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (key, sizeof key, text, ENLACE_MASTER_KEY_SIZE);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  remove_data_dir (credentials);
}

/* A store without its key is not given a new one. */
static void
test_lost_key (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->data_dir, "master.key", NULL);

  assert_load_fails (fixture->data_dir, -1, TRUE, "no master key");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

#define ADD(path, func) g_test_add ("/security/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("vault/opens-what-it-sealed", test_round_trip);
  ADD ("vault/notices-every-altered-bit", test_tampering);
  ADD ("vault/notices-a-moved-value", test_moving);
  ADD ("vault/refuses-a-wrong-key-and-changes-nothing", test_wrong_key);
  ADD ("initialise/happens-once", test_second_init);
  ADD ("initialise/gives-a-key-that-may-do-all", test_first_key);
  ADD ("check/tells-a-wrong-master-key", test_check);
  ADD ("master-key/is-not-made-for-an-old-store", test_lost_key);
  g_test_add_func ("/security/master-key/is-kept-in-a-private-file", test_key_file);
  g_test_add_func ("/security/master-key/comes-from-a-descriptor", test_key_descriptor);
  g_test_add_func ("/security/master-key/comes-from-a-credential", test_key_credential);

  return g_test_run ();
}
