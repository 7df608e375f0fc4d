/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/jail/lockdown.h"

#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "server/jail/protocol.h"

/* What a call of this fails with once the filter is in force, and never otherwise. */
#define PROBE_CALL  SCMP_SYS (getppid)
#define PROBE_ERRNO 3000

/* Memory of a process: the values of a call, its texts on their way in and out, the program itself. */
#define ADDRESS_SPACE (384ul * 1024 * 1024)
/* Seconds of processor time in the life of a process; the server replaces it long before. */
#define LIFETIME 600

typedef struct {
  int    resource;
  rlim_t limit;
} Limit;

static const Limit limits[] = {
  { RLIMIT_AS, ADDRESS_SPACE },
  { RLIMIT_CPU, LIFETIME },
  { RLIMIT_CORE, 0 },
  { RLIMIT_FSIZE, 0 },
  { RLIMIT_NPROC, 0 },
  { RLIMIT_MEMLOCK, 0 },
  { RLIMIT_MSGQUEUE, 0 },
  { RLIMIT_NOFILE, 1 },
};

/* Free of arguments. The C library asks the kernel for these while it manages memory, measures time and ends. */
static const int calls[] = {
  SCMP_SYS (brk),
  SCMP_SYS (munmap),
  SCMP_SYS (madvise),
  SCMP_SYS (futex),
  SCMP_SYS (clock_gettime),
  SCMP_SYS (rt_sigreturn),
  SCMP_SYS (restart_syscall),
  SCMP_SYS (exit),
  SCMP_SYS (exit_group),
};

static bool
drop_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

  return syscall (SYS_capset, &header, none) == 0;
}

static bool
set_limits (void)
{
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    {
      struct rlimit limit = { limits[i].limit, limits[i].limit };

      if (setrlimit (limits[i].resource, &limit) != 0)
        return false;
    }

  return true;
}

/* The session of its own keeps the terminal's signals away: the server decides when a call ends. */
static bool
let_go (void)
{
  /* Times are shown in UTC. The library reads the rules of the zone now, since it cannot later. */
  if (setenv ("TZ", "UTC0", 1) != 0)
    return false;
  tzset ();
  if (clearenv () != 0)
    return false;

  setsid ();
  signal (SIGPIPE, SIG_IGN);

  return chdir ("/") == 0 && syscall (SYS_close_range, 1u, ~0u, 0u) == 0 && prctl (PR_SET_PDEATHSIG, SIGKILL) == 0
         && prctl (PR_SET_DUMPABLE, 0) == 0 && prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && set_limits () && drop_capabilities ();
}

static bool
allow_memory (scmp_filter_ctx filter)
{
  /* Memory that comes from no file and is never executed. */
  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 3, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                           SCMP_A3 (SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS | MAP_SHARED, MAP_ANONYMOUS),
                           SCMP_A4 (SCMP_CMP_MASKED_EQ, 0xffffffffu, 0xffffffffu)) == 0
         && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1, SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0
         && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mremap), 0) == 0;
}

static bool
fill_filter (scmp_filter_ctx filter)
{
  if (seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0 || seccomp_attr_set (filter, SCMP_FLTATR_CTL_NNP, 1) != 0)
    return false;

  for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
    if (seccomp_rule_add (filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
      return false;

  return seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (read), 1, SCMP_A0 (SCMP_CMP_EQ, 0)) == 0
         && seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (write), 1, SCMP_A0 (SCMP_CMP_EQ, 0)) == 0 && allow_memory (filter)
         && seccomp_rule_add (filter, SCMP_ACT_ERRNO (PROBE_ERRNO), PROBE_CALL, 0) == 0;
}

static bool
install_filter (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  bool is_installed = filter != NULL && fill_filter (filter) && seccomp_load (filter) == 0;

  if (filter != NULL)
    seccomp_release (filter);

  return is_installed;
}

int
enlace_jail_lock_down (void)
{
  if (!let_go ())
    return ENLACE_JAIL_EXIT_LIMITS;
  if (!install_filter ())
    return ENLACE_JAIL_EXIT_FILTER;
  if (syscall (SYS_getppid) != -1 || errno != PROBE_ERRNO)
    return ENLACE_JAIL_EXIT_UNFILTERED;

  return 0;
}
