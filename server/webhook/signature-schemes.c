/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "enlace-webhook"

#include "server/webhook/signature.h"

#define ADYEN_ITEM "/notificationItems/0/NotificationRequestItem"

#define HMAC_SHA256_HEX    .algorithm = ENLACE_SIGNATURE_HMAC_SHA256, .encoding = ENLACE_SIGNATURE_HEX
#define HMAC_SHA256_BASE64 .algorithm = ENLACE_SIGNATURE_HMAC_SHA256, .encoding = ENLACE_SIGNATURE_BASE64
#define HMAC_SHA1_HEX      .algorithm = ENLACE_SIGNATURE_HMAC_SHA1, .encoding = ENLACE_SIGNATURE_HEX
#define HMAC_SHA1_BASE64   .algorithm = ENLACE_SIGNATURE_HMAC_SHA1, .encoding = ENLACE_SIGNATURE_BASE64

/* Each as its vendor's documentation says; standard-webhooks: the specification 1.0.0. */
static const EnlaceSignatureRule rules[] = {
  { "standard-webhooks", HMAC_SHA256_BASE64, .key = ENLACE_SIGNATURE_KEY_WHSEC, .signature = "webhook-signature", .prefix = "v1,", .separators = " ",
    .signed_text = "{header webhook-id}.{timestamp}.{body}", .time = "webhook-timestamp", .tolerance_s = 300, .event_id = "webhook-id" },
  { "standard-webhooks", ENLACE_SIGNATURE_ED25519, ENLACE_SIGNATURE_BASE64, ENLACE_SIGNATURE_KEY_WHPK, "webhook-signature", "v1a,", " ",
    .signed_text = "{header webhook-id}.{timestamp}.{body}", .time = "webhook-timestamp", .tolerance_s = 300, .event_id = "webhook-id" },
  { "svix", HMAC_SHA256_BASE64, .key = ENLACE_SIGNATURE_KEY_WHSEC, .signature = "svix-signature", .prefix = "v1,", .separators = " ",
    .signed_text = "{header svix-id}.{timestamp}.{body}", .time = "svix-timestamp", .tolerance_s = 300, .event_id = "svix-id" },
  { "svix", ENLACE_SIGNATURE_ED25519, ENLACE_SIGNATURE_BASE64, ENLACE_SIGNATURE_KEY_WHPK, "svix-signature", "v1a,", " ",
    .signed_text = "{header svix-id}.{timestamp}.{body}", .time = "svix-timestamp", .tolerance_s = 300, .event_id = "svix-id" },
  { "svix", HMAC_SHA256_BASE64, .key = ENLACE_SIGNATURE_KEY_WHSEC, .signature = "webhook-signature", .prefix = "v1,", .separators = " ",
    .signed_text = "{header webhook-id}.{timestamp}.{body}", .time = "webhook-timestamp", .tolerance_s = 300, .event_id = "webhook-id" },
  { "svix", ENLACE_SIGNATURE_ED25519, ENLACE_SIGNATURE_BASE64, ENLACE_SIGNATURE_KEY_WHPK, "webhook-signature", "v1a,", " ",
    .signed_text = "{header webhook-id}.{timestamp}.{body}", .time = "webhook-timestamp", .tolerance_s = 300, .event_id = "webhook-id" },

  { "adyen", HMAC_SHA256_BASE64, .key = ENLACE_SIGNATURE_KEY_HEX, .signature = ADYEN_ITEM "/additionalData/hmacSignature",
    .signed_text = "{escaped " ADYEN_ITEM "/pspReference}:{escaped " ADYEN_ITEM "/originalReference}:{escaped " ADYEN_ITEM "/merchantAccountCode}:"
                   "{escaped " ADYEN_ITEM "/merchantReference}:{escaped " ADYEN_ITEM "/amount/value}:{escaped " ADYEN_ITEM "/amount/currency}:"
                   "{escaped " ADYEN_ITEM "/eventCode}:{escaped " ADYEN_ITEM "/success}",
    .single = "/notificationItems" },
  { "adyen-body", HMAC_SHA256_BASE64, .key = ENLACE_SIGNATURE_KEY_HEX, .signature = "hmacsignature" },
  { "cal-com", HMAC_SHA256_HEX, .signature = "x-cal-signature-256" },
  { "calendly", HMAC_SHA256_HEX, .signature = "calendly-webhook-signature", .prefix = "v1=", .separators = ",",
    .signed_text = "{timestamp}.{body}", .time = "t=", .tolerance_s = 300 },
  { "discord", ENLACE_SIGNATURE_ED25519, ENLACE_SIGNATURE_HEX, ENLACE_SIGNATURE_KEY_HEX, "x-signature-ed25519",
    .signed_text = "{timestamp}{body}", .time = "x-signature-timestamp", .tolerance_s = 300, .challenge = ENLACE_CHALLENGE_DISCORD },
  { "gitea", HMAC_SHA256_HEX, .signature = "x-gitea-signature", .event_id = "x-gitea-delivery" },
  { "github", HMAC_SHA256_HEX, .signature = "x-hub-signature-256", .prefix = "sha256=", .event_id = "x-github-delivery" },
  { "github-sha1", HMAC_SHA1_HEX, .signature = "x-hub-signature", .prefix = "sha1=", .event_id = "x-github-delivery" },
  { "gitlab", .algorithm = ENLACE_SIGNATURE_TOKEN, .signature = "x-gitlab-token", .event_id = "x-gitlab-event-uuid" },
  { "hub", HMAC_SHA256_HEX, .signature = "x-hub-signature", .prefix = "sha256=", .event_id = "x-request-uuid" },
  { "hubspot", HMAC_SHA256_BASE64, .signature = "x-hubspot-signature-v3", .signed_text = "{method}{url}{body}{timestamp}",
    .time = "x-hubspot-request-timestamp", .time_unit = ENLACE_SIGNATURE_MILLISECONDS, .tolerance_s = 300 },
  { "hubspot-v1", ENLACE_SIGNATURE_SHA256, ENLACE_SIGNATURE_HEX, .signature = "x-hubspot-signature", .signed_text = "{secret}{body}" },
  { "hubspot-v2", ENLACE_SIGNATURE_SHA256, ENLACE_SIGNATURE_HEX, .signature = "x-hubspot-signature", .signed_text = "{secret}{method}{url}{body}" },
  { "intercom", HMAC_SHA1_HEX, .signature = "x-hub-signature", .prefix = "sha1=" },
  { "line", HMAC_SHA256_BASE64, .signature = "x-line-signature" },
  { "linear", HMAC_SHA256_HEX, .signature = "linear-signature", .time = "/webhookTimestamp", .time_unit = ENLACE_SIGNATURE_MILLISECONDS,
    .tolerance_s = 60, .event_id = "linear-delivery" },
  { "mailgun", HMAC_SHA256_HEX, .signature = "/signature/signature", .signed_text = "{timestamp}{/signature/token}", .time = "/signature/timestamp",
    .tolerance_s = 300, .event_id = "/signature/token" },
  { "mandrill", HMAC_SHA1_BASE64, .signature = "x-mandrill-signature", .signed_text = "{url}{parameters}" },
  { "meta", HMAC_SHA256_HEX, .signature = "x-hub-signature-256", .prefix = "sha256=", .challenge = ENLACE_CHALLENGE_META },
  { "paddle", HMAC_SHA256_HEX, .signature = "paddle-signature", .prefix = "h1=", .separators = ";", .signed_text = "{timestamp}:{body}",
    .time = "ts=", .tolerance_s = 300, .event_id = "/event_id" },
  { "pagerduty", HMAC_SHA256_HEX, .signature = "x-pagerduty-signature", .prefix = "v1=", .separators = ", ", .event_id = "/event/id" },
  { "quickbooks", HMAC_SHA256_BASE64, .signature = "intuit-signature" },
  { "razorpay", HMAC_SHA256_HEX, .signature = "x-razorpay-signature", .event_id = "x-razorpay-event-id" },
  { "sendgrid", ENLACE_SIGNATURE_ECDSA_P256, ENLACE_SIGNATURE_BASE64, ENLACE_SIGNATURE_KEY_BASE64, "x-twilio-email-event-webhook-signature",
    .signed_text = "{timestamp}{body}", .time = "x-twilio-email-event-webhook-timestamp", .tolerance_s = 300 },
  { "sentry", HMAC_SHA256_HEX, .signature = "sentry-hook-signature", .event_id = "request-id" },
  { "shopify", HMAC_SHA256_BASE64, .signature = "x-shopify-hmac-sha256", .event_id = "x-shopify-webhook-id" },
  { "slack", HMAC_SHA256_HEX, .signature = "x-slack-signature", .prefix = "v0=", .signed_text = "v0:{timestamp}:{body}",
    .time = "x-slack-request-timestamp", .tolerance_s = 300, .event_id = "/event_id", .challenge = ENLACE_CHALLENGE_SLACK },
  { "square", HMAC_SHA256_BASE64, .signature = "x-square-hmacsha256-signature", .signed_text = "{url}{body}", .event_id = "/event_id" },
  { "stripe", HMAC_SHA256_HEX, .signature = "stripe-signature", .prefix = "v1=", .separators = ",", .signed_text = "{timestamp}.{body}",
    .time = "t=", .tolerance_s = 300, .event_id = "/id" },
  { "telegram", .algorithm = ENLACE_SIGNATURE_TOKEN, .signature = "x-telegram-bot-api-secret-token", .event_id = "/update_id" },
  { "trello", HMAC_SHA1_BASE64, .signature = "x-trello-webhook", .signed_text = "{body}{url}", .event_id = "/action/id" },
  { "twilio", HMAC_SHA1_BASE64, .signature = "x-twilio-signature", .signed_text = "{url}{parameters}", .event_id = "i-twilio-idempotency-token",
    .tries_ports = TRUE },
  { "twitter", HMAC_SHA256_BASE64, .signature = "x-twitter-webhooks-signature", .prefix = "sha256=", .challenge = ENLACE_CHALLENGE_CRC },
  { "typeform", HMAC_SHA256_BASE64, .signature = "typeform-signature", .prefix = "sha256=", .event_id = "/event_id" },
  { "woocommerce", HMAC_SHA256_BASE64, .signature = "x-wc-webhook-signature", .event_id = "x-wc-webhook-delivery-id" },
  { "xero", HMAC_SHA256_BASE64, .signature = "x-xero-signature" },
  { "zendesk", HMAC_SHA256_BASE64, .signature = "x-zendesk-webhook-signature", .signed_text = "{timestamp}{body}",
    .time = "x-zendesk-webhook-signature-timestamp", .time_unit = ENLACE_SIGNATURE_RFC3339, .tolerance_s = 300,
    .event_id = "x-zendesk-webhook-invocation-id" },
  { "zoom", HMAC_SHA256_HEX, .signature = "x-zm-signature", .prefix = "v0=", .signed_text = "v0:{timestamp}:{body}",
    .time = "x-zm-request-timestamp", .tolerance_s = 300, .challenge = ENLACE_CHALLENGE_ZOOM },
};

const EnlaceSignatureRule *
enlace_signature_rules (guint *n_rules)
{
  *n_rules = G_N_ELEMENTS (rules);

  return rules;
}
