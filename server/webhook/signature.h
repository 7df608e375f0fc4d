/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/value/value.h"

G_BEGIN_DECLS

typedef enum {
  ENLACE_SIGNATURE_HMAC_SHA1,
  ENLACE_SIGNATURE_HMAC_SHA256,
  ENLACE_SIGNATURE_HMAC_SHA512,
  ENLACE_SIGNATURE_SHA256,      /* a hash of a text that holds the secret */
  ENLACE_SIGNATURE_ED25519,
  ENLACE_SIGNATURE_ECDSA_P256,  /* with SHA-256, DER (RFC 3279) */
  ENLACE_SIGNATURE_TOKEN,       /* the secret itself is sent */
} EnlaceSignatureAlgorithm;

typedef enum {
  ENLACE_SIGNATURE_HEX,
  ENLACE_SIGNATURE_BASE64,
} EnlaceSignatureEncoding;

/* How the secret's text says its bytes. */
typedef enum {
  ENLACE_SIGNATURE_KEY_TEXT,    /* as it stands */
  ENLACE_SIGNATURE_KEY_HEX,
  ENLACE_SIGNATURE_KEY_BASE64,
  ENLACE_SIGNATURE_KEY_WHSEC,   /* base64, with or without `whsec_` before it (Standard Webhooks) */
  ENLACE_SIGNATURE_KEY_WHPK,    /* base64 after `whpk_`, a public key */
} EnlaceSignatureKey;

typedef enum {
  ENLACE_SIGNATURE_SECONDS,
  ENLACE_SIGNATURE_MILLISECONDS,
  ENLACE_SIGNATURE_RFC3339,
} EnlaceSignatureTime;

/* How a sender asks whether the address is ours. */
typedef enum {
  ENLACE_CHALLENGE_NONE,
  ENLACE_CHALLENGE_SLACK,       /* url_verification */
  ENLACE_CHALLENGE_ZOOM,        /* endpoint.url_validation */
  ENLACE_CHALLENGE_META,        /* GET ?hub.challenge */
  ENLACE_CHALLENGE_CRC,         /* GET ?crc_token (X, formerly Twitter) */
  ENLACE_CHALLENGE_DISCORD,     /* an interaction of type 1 */
} EnlaceChallengeKind;

/**
 * EnlaceSignatureRule:
 *
 * One way of signing a request. A place (`signature`, `time`, `event_id`) is the lower-case name of a header, or a JSON Pointer into the body.
 * `signed_text` is a template: `{body}`, `{timestamp}`, `{url}`, `{method}`, `{secret}`, `{parameters}` (form parameters as Twilio orders them),
 * `{header NAME}`, `{/pointer}` and `{escaped /pointer}` (`\` and `:` with a `\` before them).
 */
typedef struct {
  const char               *scheme;
  EnlaceSignatureAlgorithm  algorithm;
  EnlaceSignatureEncoding   encoding;
  EnlaceSignatureKey        key;
  const char               *signature;    /* a place */
  const char               *prefix;       /* of the entry that holds a signature; NULL: none */
  const char               *separators;   /* between the entries of the header; NULL: it is one entry */
  const char               *signed_text;  /* NULL: `{body}` */
  const char               *time;         /* a place, or what begins an entry of the header (`t=`); NULL: not signed */
  EnlaceSignatureTime       time_unit;
  guint                     tolerance_s;  /* 0: a time is not looked at */
  const char               *event_id;     /* a place; nullable */
  const char               *single;       /* pointer of a list that must have one element, as only that is signed; nullable */
  gboolean                  tries_ports;  /* the sender may write the default port into the URL, or leave it out */
  EnlaceChallengeKind       challenge;
} EnlaceSignatureRule;

/* A request as it came. All borrowed. */
typedef struct {
  const char  *method;
  const char  *url;         /* as the sender knows it: the public address with path and query, encoded as they were sent */
  EnlaceValue *headers;     /* lower-case name → text */
  EnlaceValue *query;       /* name → the last value */
  GBytes      *body;        /* nullable */
} EnlaceSignedRequest;

typedef enum {
  ENLACE_SIGNATURE_VALID,
  ENLACE_SIGNATURE_MISSING,     /* no signature, or something that it needs is not there */
  ENLACE_SIGNATURE_WRONG,
  ENLACE_SIGNATURE_STALE,       /* right, but too old or from the future */
  ENLACE_SIGNATURE_NO_SECRET,   /* nobody has said what it is to be checked with */
} EnlaceSignatureVerdict;

/**
 * EnlaceSignature:
 *
 * How the requests of one trigger are signed: the rules of a scheme (one that fits is enough). Immutable.
 */
typedef struct _EnlaceSignature EnlaceSignature;

/**
 * enlace_signature_new:
 * @parameter: what the trigger says: `{ "scheme": …, "tolerance_s": … }`, for the schemes `custom` and `token` with their members
 * @error: an ENLACE_INBOUND_ERROR that says what is wrong with it
 *
 * Takes a reference to @parameter.
 */
EnlaceSignature       *enlace_signature_new           (EnlaceValue                *parameter,
                                                       GError                    **error);
void                   enlace_signature_free          (EnlaceSignature            *self);
/* `secrets`: of text, the present one first. `now`: microseconds since 1970. */
EnlaceSignatureVerdict enlace_signature_verify        (EnlaceSignature            *self,
                                                       const EnlaceSignedRequest  *request,
                                                       GPtrArray                  *secrets,
                                                       gint64                      now);
EnlaceChallengeKind    enlace_signature_get_challenge (EnlaceSignature            *self);
/* The id that the scheme gives the event; NULL: none. Caller frees. */
char                  *enlace_signature_dup_event_id  (EnlaceSignature            *self,
                                                       const EnlaceSignedRequest  *request);

/* Whether one signature (an entry without its prefix) is that of a text. For rules whose text is `signed_bytes`. */
gboolean               enlace_signature_rule_matches  (const EnlaceSignatureRule  *rule,
                                                       const char                 *secret,
                                                       gconstpointer               signed_bytes,
                                                       gsize                       length,
                                                       const char                 *signature);
/* The rules that are built in, those of one scheme beside each other. */
const EnlaceSignatureRule *enlace_signature_rules     (guint                      *n_rules);
/* The text of a form's parameters, names sorted, values of a name sorted and each once, nothing between. */
char                  *enlace_signature_join_form     (const char                 *form,
                                                       gsize                       length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnlaceSignature, enlace_signature_free)

G_END_DECLS
