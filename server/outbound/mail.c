/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-outbound"

#include "server/outbound/mail.h"

#include <curl/curl.h>
#include <string.h>

#define N_THREADS 2
#define TIMEOUT_MS 30000l
#define CONNECT_TIMEOUT_MS 10000l

struct _EnlaceMailer {
  char        *server;
  char        *from;          /* as it is shown */
  char        *sender;        /* the address alone */
  char        *user;          /* nullable */
  char        *password;      /* nullable */
  gboolean     is_local;
  int          is_stopping;   /* atomic */
  GThreadPool *threads;
};

/* A message on its way. */
typedef struct {
  EnlaceMailer *mailer;
  GBytes       *message;
  char         *receiver;
  gsize         n_sent;       /* bytes that were handed over */
  DexPromise   *promise;
  GCancellable *cancellable;
} Job;

static void
job_free (Job *job)
{
  g_bytes_unref (job->message);
  g_free (job->receiver);
  g_object_unref (job->cancellable);
  dex_unref (job->promise);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static size_t
read_cb (char   *buffer,
         size_t  size,
         size_t  n,
         void   *data)
{
  Job *job = data;
  gsize length;
  const char *bytes = g_bytes_get_data (job->message, &length);
  gsize chunk = MIN (size * n, length - job->n_sent);

  memcpy (buffer, bytes + job->n_sent, chunk);
  job->n_sent += chunk;

  return chunk;
}

static int
progress_cb (void       *data,
             curl_off_t  download_total,
             curl_off_t  downloaded,
             curl_off_t  upload_total,
             curl_off_t  uploaded)
{
  Job *job = data;

  return g_atomic_int_get (&job->mailer->is_stopping) || g_cancellable_is_cancelled (job->cancellable);
}

static void
set_up (Job               *job,
        CURL              *easy,
        struct curl_slist *receivers)
{
  EnlaceMailer *self = job->mailer;

  curl_easy_setopt (easy, CURLOPT_URL, self->server);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1l);
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1l);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
  curl_easy_setopt (easy, CURLOPT_USE_SSL, self->is_local ? (long) CURLUSESSL_TRY : (long) CURLUSESSL_ALL);
  curl_easy_setopt (easy, CURLOPT_MAIL_FROM, self->sender);
  curl_easy_setopt (easy, CURLOPT_MAIL_RCPT, receivers);
  curl_easy_setopt (easy, CURLOPT_UPLOAD, 1l);
  curl_easy_setopt (easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t) g_bytes_get_size (job->message));
  curl_easy_setopt (easy, CURLOPT_READFUNCTION, read_cb);
  curl_easy_setopt (easy, CURLOPT_READDATA, job);
  curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 0l);
  curl_easy_setopt (easy, CURLOPT_XFERINFOFUNCTION, progress_cb);
  curl_easy_setopt (easy, CURLOPT_XFERINFODATA, job);
  if (self->user != NULL)
    curl_easy_setopt (easy, CURLOPT_USERNAME, self->user);
  if (self->password != NULL)
    curl_easy_setopt (easy, CURLOPT_PASSWORD, self->password);
}

/* What the reply's class says, where there was one; else how far it had come. */
static GError *
describe (Job      *job,
          CURLcode  result,
          long      status)
{
  const char *reason = curl_easy_strerror (result);

  if (result == CURLE_LOGIN_DENIED)
    return g_error_new_literal (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_SETTINGS, "The mail server does not know the user, or the password is another");
  if (status >= 500)
    return g_error_new (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_REFUSED, "The mail server refused the message (%ld)", status);
  if (status >= 400)
    return g_error_new (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_LATER, "The mail server does not take the message now (%ld)", status);
  if (job->n_sent > 0)
    return g_error_new (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_DOUBT, "The connection to the mail server was lost while it took the message: %s", reason);
  if (result == CURLE_ABORTED_BY_CALLBACK)
    return g_error_new_literal (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_CANCELLED, "Sending was given up");
  if (result == CURLE_USE_SSL_FAILED)
    return g_error_new_literal (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_CONNECT, "The mail server does not offer TLS");

  return g_error_new (ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_CONNECT, "The mail server was not reached: %s", reason);
}

/* Takes the job; on one of the threads. */
static void
send_cb (gpointer data,
         gpointer mailer)
{
  g_autoptr(Job) job = data;
  struct curl_slist *receivers = curl_slist_append (NULL, job->receiver);
  CURL *easy = curl_easy_init ();
  long status = 0;
  CURLcode result = CURLE_OUT_OF_MEMORY;

  if (progress_cb (job, 0, 0, 0, 0))
    result = CURLE_ABORTED_BY_CALLBACK;
  else if (easy != NULL && receivers != NULL)
    {
      set_up (job, easy, receivers);
      result = curl_easy_perform (easy);
      curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
    }

  if (result == CURLE_OK)
    dex_promise_resolve_boolean (job->promise, TRUE);
  else
    dex_promise_reject (job->promise, describe (job, result, status));
  curl_easy_cleanup (easy);
  curl_slist_free_all (receivers);
}

/* An address in which nothing but the host and the port is said, and whether it is one of this machine. */
static gboolean
check_server (const char  *server,
              gboolean    *is_local,
              GError     **error)
{
  g_autoptr(GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  const char *path = uri != NULL ? g_uri_get_path (uri) : "";
  g_autoptr(GInetAddress) address = host != NULL ? g_inet_address_new_from_string (host) : NULL;

  *is_local = address != NULL && g_inet_address_get_is_loopback (address);
  if ((strcmp (scheme, "smtp") == 0 || strcmp (scheme, "smtps") == 0) && host != NULL && *host != '\0' && g_uri_get_userinfo (uri) == NULL
      && (*path == '\0' || strcmp (path, "/") == 0) && g_uri_get_query (uri) == NULL && g_uri_get_fragment (uri) == NULL)
    return TRUE;

  g_set_error (error, ENLACE_MAIL_ERROR, ENLACE_MAIL_ERROR_SETTINGS, "“%s” is no mail server: it is smtps://HOST or smtp://HOST, with :PORT behind it where needed",
               server);
  return FALSE;
}

EnlaceMailer *
enlace_mailer_new (const char  *server,
                   const char  *from,
                   const char  *user,
                   const char  *password,
                   GError     **error)
{
  g_autofree char *sender = NULL;
  EnlaceMailer *self;
  gboolean is_local;

  g_return_val_if_fail (server != NULL && from != NULL, NULL);

  if (!check_server (server, &is_local, error) || (sender = enlace_mail_dup_address (from, error)) == NULL)
    return NULL;

  self = g_new0 (EnlaceMailer, 1);
  self->server = g_strdup (server);
  self->from = g_strdup (from);
  self->sender = g_steal_pointer (&sender);
  self->user = g_strdup (user);
  self->password = g_strdup (password);
  self->is_local = is_local;
  self->threads = g_thread_pool_new (send_cb, self, N_THREADS, FALSE, NULL);

  return self;
}

void
enlace_mailer_free (EnlaceMailer *self)
{
  g_atomic_int_set (&self->is_stopping, TRUE);
  g_thread_pool_free (self->threads, FALSE, TRUE);
  g_free (self->server);
  g_free (self->from);
  g_free (self->sender);
  g_free (self->user);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
  g_free (self);
}

DexFuture *
enlace_mailer_send (EnlaceMailer     *self,
                    const EnlaceMail *mail)
{
  GError *error = NULL;
  g_autoptr(GBytes) message = NULL;
  DexFuture *future;
  Job *job;

  g_return_val_if_fail (self != NULL && mail != NULL, NULL);

  message = enlace_mail_compose (mail, self->from, &error);
  if (message == NULL)
    return dex_future_new_for_error (error);

  job = g_new0 (Job, 1);
  job->mailer = self;
  job->message = g_steal_pointer (&message);
  job->receiver = enlace_mail_dup_address (mail->to, NULL);
  job->promise = dex_promise_new_cancellable ();
  job->cancellable = g_object_ref (dex_promise_get_cancellable (job->promise));
  future = dex_ref (DEX_FUTURE (job->promise));
  g_thread_pool_push (self->threads, job, NULL);

  return future;
}
