/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdint.h>

/* What the server and enlace-jail say to each other over a socket pair, one call at a time. Both ends are of one build and one machine, so numbers
 * are in its byte order. The process says READY once it is locked up; then each request gets one reply. */

#define ENLACE_JAIL_MAGIC 0x314a4e45u

/* Bounds of what is sent: bytes of a code, of an input and of an output as JSON, and of what the console said. */
#define ENLACE_JAIL_MAX_CODE   (1024u * 1024)
#define ENLACE_JAIL_MAX_INPUT  (8u * 1024 * 1024)
#define ENLACE_JAIL_MAX_OUTPUT (8u * 1024 * 1024)
#define ENLACE_JAIL_MAX_LOGS   (64u * 1024)
#define ENLACE_JAIL_MAX_MESSAGE 4096u
#define ENLACE_JAIL_MAX_DEPTH  512

#define ENLACE_JAIL_MAX_TIMEOUT_MS 5000
#define ENLACE_JAIL_MAX_MEMORY     (64u * 1024 * 1024)   /* what the values of a call may take */
#define ENLACE_JAIL_MAX_STACK      (1024u * 1024)        /* of its calls within calls */

/* Followed by the code and by the input. */
typedef struct {
  uint32_t magic;
  uint32_t code_length;
  uint32_t input_length;
  uint32_t timeout_ms;
  int64_t  now;             /* what Date shows, microseconds since 1970 */
  uint64_t seed;            /* of Math.random() */
} EnlaceJailRequest;

enum {
  ENLACE_JAIL_REPLY_READY,
  ENLACE_JAIL_REPLY_OUTPUT,       /* the text is the output as JSON */
  ENLACE_JAIL_REPLY_THROWN,       /* the text is the message; the line is where, 0: not known */
  ENLACE_JAIL_REPLY_TIME,
  ENLACE_JAIL_REPLY_MEMORY,
  ENLACE_JAIL_REPLY_SIZE,         /* the output is too large */
};

/* Followed by the text and by the logs, a JSON list of { level, text }. */
typedef struct {
  uint32_t magic;
  uint32_t kind;
  uint32_t line;
  uint32_t text_length;
  uint32_t logs_length;
  uint32_t n_dropped;       /* lines of the console that did not fit */
} EnlaceJailReply;

/* How the process ends when it refuses to work. */
enum {
  ENLACE_JAIL_EXIT_LIMITS = 71,       /* the limits of the process cannot be set */
  ENLACE_JAIL_EXIT_FILTER = 72,       /* the filter of system calls cannot be installed */
  ENLACE_JAIL_EXIT_UNFILTERED = 73,   /* it was installed, but is not in force */
  ENLACE_JAIL_EXIT_ENGINE = 74,       /* JavaScript does not behave as it must: its clock is not ours */
  ENLACE_JAIL_EXIT_PROTOCOL = 75,     /* a request that is none */
};
