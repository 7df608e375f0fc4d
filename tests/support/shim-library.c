/* SPDX-License-Identifier: GPL-3.0-or-later */

/* See shim.h. Without GLib: it is loaded into programs before anything of theirs runs. */

/* Both names of pwrite are meant. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* As TestShimState. */
typedef struct {
  int64_t clock_offset;
  int32_t is_disk_full;
} State;

static State *state;

static int (*real_clock_gettime) (clockid_t, struct timespec *);
static ssize_t (*real_pwrite) (int, const void *, size_t, off_t);
static ssize_t (*real_write) (int, const void *, size_t);

static void __attribute__ ((constructor))
load (void)
{
  const char *path = getenv ("ENLACE_TEST_SHIM");
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *memory = fd >= 0 ? mmap (NULL, sizeof (State), PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

  real_clock_gettime = dlsym (RTLD_NEXT, "clock_gettime");
  real_pwrite = dlsym (RTLD_NEXT, "pwrite64");
  real_write = dlsym (RTLD_NEXT, "write");
  if (memory != MAP_FAILED)
    state = memory;
  if (fd >= 0)
    close (fd);
}

static void
shift (struct timespec *time)
{
  int64_t offset = state != NULL ? __atomic_load_n (&state->clock_offset, __ATOMIC_SEQ_CST) : 0;

  time->tv_sec += offset / 1000000;
  time->tv_nsec += offset % 1000000 * 1000;
  if (time->tv_nsec < 0)
    {
      time->tv_nsec += 1000000000;
      time->tv_sec--;
    }
  else if (time->tv_nsec >= 1000000000)
    {
      time->tv_nsec -= 1000000000;
      time->tv_sec++;
    }
}

__attribute__ ((visibility ("default"))) int
clock_gettime (clockid_t        clock,
               struct timespec *time)
{
  int result;

  if (real_clock_gettime == NULL)
    real_clock_gettime = dlsym (RTLD_NEXT, "clock_gettime");
  result = real_clock_gettime (clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    shift (time);

  return result;
}

__attribute__ ((visibility ("default"))) int
gettimeofday (struct timeval *restrict time,
              void           *restrict zone)
{
  struct timespec precise;

  (void) zone;
  if (clock_gettime (CLOCK_REALTIME, &precise) != 0)
    return -1;
  time->tv_sec = precise.tv_sec;
  time->tv_usec = precise.tv_nsec / 1000;

  return 0;
}

__attribute__ ((visibility ("default"))) time_t
time (time_t *result)
{
  struct timespec precise;

  clock_gettime (CLOCK_REALTIME, &precise);
  if (result != NULL)
    *result = precise.tv_sec;

  return precise.tv_sec;
}

/* A name server that does not answer, for the names that say so. */
__attribute__ ((visibility ("default"))) int
getaddrinfo (const char                     *restrict name,
             const char                     *restrict service,
             const struct addrinfo          *restrict hints,
             struct addrinfo               **restrict result)
{
  static int (*real_getaddrinfo) (const char *, const char *, const struct addrinfo *, struct addrinfo **);

  if (real_getaddrinfo == NULL)
    real_getaddrinfo = dlsym (RTLD_NEXT, "getaddrinfo");
  if (name != NULL && strncmp (name, "hangs.", 6) == 0)
    sleep (60);

  return real_getaddrinfo (name, service, hints, result);
}

static int
is_full_for (int fd)
{
  char link[64], name[4096];
  ssize_t length;

  if (state == NULL || !__atomic_load_n (&state->is_disk_full, __ATOMIC_SEQ_CST))
    return 0;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, name, sizeof name - 1);
  if (length < 0)
    return 0;
  name[length] = '\0';

  return strstr (name, "enlace.db") != NULL;
}

__attribute__ ((visibility ("default"))) ssize_t
pwrite64 (int         fd,
          const void *bytes,
          size_t      length,
          off_t       place)
{
  if (is_full_for (fd))
    {
      errno = ENOSPC;
      return -1;
    }

  return real_pwrite (fd, bytes, length, place);
}

__attribute__ ((visibility ("default"))) ssize_t
pwrite (int         fd,
        const void *bytes,
        size_t      length,
        off_t       place)
{
  return pwrite64 (fd, bytes, length, place);
}

__attribute__ ((visibility ("default"))) ssize_t
write (int         fd,
       const void *bytes,
       size_t      length)
{
  if (real_write == NULL)
    real_write = dlsym (RTLD_NEXT, "write");
  if (is_full_for (fd))
    {
      errno = ENOSPC;
      return -1;
    }

  return real_write (fd, bytes, length);
}
