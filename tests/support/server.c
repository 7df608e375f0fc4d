/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/support/server.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "common/value/json.h"

#define READY_PREFIX "enlaced: ready on "
#define PARENT_FD 7

static const char *
program (void)
{
  const char *path = g_getenv ("ENLACED");

  g_assert_nonnull (path);
  return path;
}

static char *
run_init (const char *data_dir)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;
  char *output = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program (), "init", "--data-dir", data_dir,
                              "--admin-email", "admin@example.org", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));

  return g_strchomp (output);
}

static char **
command_line (TestServer *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", self->port);

  g_strv_builder_add_many (builder, program (), "--data-dir", self->data_dir, "--listen", listen, "--parent-fd", G_STRINGIFY (PARENT_FD), NULL);
  if (self->options != NULL)
    g_strv_builder_addv (builder, (const char **) self->options);

  return g_strv_builder_end (builder);
}

void
test_server_start (TestServer *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr(GDataInputStream) lines = NULL;
  g_auto(GStrv) arguments = command_line (self);
  g_autofree char *line = NULL;
  int ends[2];

  /* The server ends with this process, however it ends. */
  g_assert_null (self->process);
  g_assert_true (g_unix_open_pipe (ends, O_CLOEXEC, &error));
  g_subprocess_launcher_take_fd (launcher, ends[0], PARENT_FD);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments, &error);
  g_assert_no_error (error);
  g_clear_fd (&self->life, NULL);
  self->life = ends[1];

  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, READY_PREFIX "http://127.0.0.1:"));

  g_set_str (&self->address, line + strlen (READY_PREFIX));
  self->port = atoi (strrchr (self->address, ':') + 1);
}

TestServer *
test_server_new_in (const char        *data_dir,
                    const char *const *options)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_autofree char *database = g_build_filename (data_dir, "enlace.db", NULL);

  self->life = -1;
  self->data_dir = g_strdup (data_dir);
  self->options = g_strdupv ((char **) options);
  self->key = g_file_test (database, G_FILE_TEST_EXISTS) ? NULL : run_init (self->data_dir);
  test_server_start (self);

  return self;
}

TestServer *
test_server_new (const char *const *options)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *data_dir = g_dir_make_tmp ("enlace-test-XXXXXX", &error);

  g_assert_no_error (error);

  return test_server_new_in (data_dir, options);
}

static void
end (TestServer *self,
     int         signal)
{
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (self->process);
  g_subprocess_send_signal (self->process, signal);
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
}

void
test_server_kill (TestServer *self)
{
  end (self, SIGKILL);
  g_clear_object (&self->process);
}

int
test_server_stop (TestServer *self)
{
  int status;

  end (self, SIGTERM);
  status = g_subprocess_get_if_exited (self->process) ? g_subprocess_get_exit_status (self->process) : -1;
  g_clear_object (&self->process);

  return status;
}

void
test_server_free (TestServer *self)
{
  if (self->process != NULL)
    test_server_kill (self);
  g_clear_fd (&self->life, NULL);
  test_remove_tree (self->data_dir);
  g_free (self->data_dir);
  g_free (self->key);
  g_free (self->address);
  g_strfreev (self->options);
  g_free (self);
}

static size_t
append_cb (char   *data,
           size_t  size,
           size_t  count,
           void   *out)
{
  g_string_append_len (out, data, size * count);

  return size * count;
}

static char *
find_etag (const char *headers)
{
  g_auto(GStrv) lines = g_strsplit (headers, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], "etag:", 5) == 0)
      return g_strdup (g_strstrip (lines[i] + 5));

  return NULL;
}

static gboolean
names_type (const char *const *headers)
{
  for (gsize i = 0; headers != NULL && headers[i] != NULL; i++)
    if (g_ascii_strncasecmp (headers[i], "content-type:", strlen ("content-type:")) == 0)
      return TRUE;

  return FALSE;
}

static struct curl_slist *
header_list (TestServer        *self,
             const char        *body,
             const char *const *headers)
{
  g_autofree char *authorization = g_strdup_printf ("Authorization: Bearer %s", self->key);
  struct curl_slist *list = curl_slist_append (NULL, authorization);

  list = curl_slist_append (list, "Expect:");
  if (body != NULL && !names_type (headers))
    list = curl_slist_append (list, "Content-Type: application/json");
  for (gsize i = 0; headers != NULL && headers[i] != NULL; i++)
    list = curl_slist_append (list, headers[i]);

  return list;
}

TestReply *
test_server_call (TestServer        *self,
                  const char        *method,
                  const char        *path,
                  const char        *body,
                  const char *const *headers)
{
  TestReply *reply = g_new0 (TestReply, 1);
  g_autofree char *url = g_str_has_prefix (path, "http") ? g_strdup (path) : g_strconcat (self->address, path, NULL);
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GString) lines = g_string_new (NULL);
  struct curl_slist *list = header_list (self, body, headers);
  CURL *curl = curl_easy_init ();
  CURLcode code;
  long status = 0;

  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt (curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT_MS, 40000L);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, list);
  if (body != NULL)
    curl_easy_setopt (curl, CURLOPT_POSTFIELDS, body);
  if (strcmp (method, "HEAD") == 0)
    curl_easy_setopt (curl, CURLOPT_NOBODY, 1L);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, append_cb);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, text);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, append_cb);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, lines);
  if ((code = curl_easy_perform (curl)) == CURLE_OK)
    curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  else
    g_string_assign (text, curl_easy_strerror (code));
  curl_easy_cleanup (curl);
  curl_slist_free_all (list);

  reply->status = status;
  reply->body = enlace_json_parse (text->str, text->len, NULL);
  reply->text = g_strdup (text->str);
  reply->headers = g_strdup (lines->str);
  reply->etag = find_etag (lines->str);

  return reply;
}

TestReply *
test_server_expect (TestServer *self,
                    guint       status,
                    const char *method,
                    const char *path,
                    const char *body)
{
  const char *const any_revision[] = { "If-Match: *", NULL };
  TestReply *reply = test_server_call (self, method, path, body, any_revision);

  if (reply->status != status)
    g_error ("%s %s: %u instead of %u: %s", method, path, reply->status, status, reply->text);

  return reply;
}

void
test_reply_free (TestReply *reply)
{
  g_free (reply->text);
  g_free (reply->etag);
  g_free (reply->headers);
  g_clear_pointer (&reply->body, enlace_value_unref);
  g_free (reply);
}

const char *
test_reply_get (TestReply  *reply,
                const char *member)
{
  const char *value;

  g_assert_nonnull (reply->body);
  value = enlace_value_get_member_string (reply->body, member, NULL);
  g_assert_nonnull (value);

  return value;
}

char *
test_server_publish (TestServer  *self,
                     const char  *name,
                     const char  *document,
                     char       **address)
{
  g_autofree char *body = g_strdup_printf ("{\"name\":\"%s\",\"steps\":%s}", name, document);
  g_autoptr(TestReply) created = test_server_expect (self, 201, "POST", "/api/integrations/workflows", body);
  g_autofree char *path = g_strconcat ("/api/integrations/workflows/", test_reply_get (created, "id"), NULL);
  g_autoptr(TestReply) live = test_server_expect (self, 200, "PUT", path, "{\"is_active\":true}");

  if (address != NULL)
    *address = g_strdup (enlace_value_get_member_string (enlace_value_get_member (live->body, "trigger_config"), "url", NULL));

  return g_strdup (test_reply_get (created, "id"));
}

char *
test_data_path (const char *relative)
{
  const char *root = g_getenv ("ENLACE_TEST_DATA");
  g_autofree char *path = root != NULL ? g_build_filename (root, relative, NULL) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

void
test_remove_tree (const char *path)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && (dir = g_dir_open (path, 0, NULL)) != NULL)
    while ((name = g_dir_read_name (dir)) != NULL)
      {
        g_autofree char *child = g_build_filename (path, name, NULL);

        test_remove_tree (child);
      }

  g_remove (path);
}
