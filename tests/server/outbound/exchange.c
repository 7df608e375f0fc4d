/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-test"

#include "tests/server/outbound/exchange.h"

static void
ended_cb (EnlaceOutboundReply *reply, GError *error, gpointer data)
{
  Exchange *exchange = data;

  g_assert_true ((reply != NULL) != (error != NULL));
  g_mutex_lock (&exchange->lock);
  g_assert_false (exchange->is_ended);
  exchange->reply = reply;
  exchange->error = error;
  exchange->is_ended = TRUE;
  g_cond_signal (&exchange->ended);
  g_mutex_unlock (&exchange->lock);
}

Exchange *
exchange_start (EnlaceOutbound *outbound, EnlaceOutboundRequest *request, GCancellable *cancellable)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  g_mutex_init (&exchange->lock);
  g_cond_init (&exchange->ended);
  enlace_outbound_send_async (outbound, request, cancellable, ended_cb, exchange);

  return exchange;
}

Exchange *
exchange_wait (Exchange *exchange)
{
  g_mutex_lock (&exchange->lock);
  while (!exchange->is_ended)
    g_cond_wait (&exchange->ended, &exchange->lock);
  g_mutex_unlock (&exchange->lock);

  return exchange;
}

void
exchange_free (Exchange *exchange)
{
  exchange_wait (exchange);
  g_clear_pointer (&exchange->reply, enlace_outbound_reply_unref);
  g_clear_error (&exchange->error);
  g_mutex_clear (&exchange->lock);
  g_cond_clear (&exchange->ended);
  g_free (exchange);
}

EnlaceOutboundRequest *
exchange_request (const char *method, const char *text)
{
  GError *error = NULL;
  g_autoptr(EnlaceUrl) url = enlace_url_parse (text, &error);
  EnlaceOutboundRequest *request;

  g_assert_no_error (error);
  request = enlace_outbound_request_new (method, url, &error);
  g_assert_no_error (error);

  return request;
}

EnlaceOutbound *
exchange_client (const char *allowed)
{
  const char *list[] = { allowed, NULL };
  GError *error = NULL;
  g_autoptr(EnlaceAddressGuard) guard = enlace_address_guard_new (list, &error);
  EnlaceOutbound *outbound;

  g_assert_no_error (error);
  outbound = enlace_outbound_new (guard, &error);
  g_assert_no_error (error);

  return outbound;
}

EnlaceOutboundReply *
exchange_run (EnlaceOutbound *outbound, EnlaceOutboundRequest *request, GError **error)
{
  g_autoptr(Exchange) exchange = exchange_wait (exchange_start (outbound, request, NULL));

  if (exchange->error != NULL)
    g_propagate_error (error, g_steal_pointer (&exchange->error));

  return g_steal_pointer (&exchange->reply);
}
