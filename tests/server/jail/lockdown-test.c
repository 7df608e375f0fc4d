/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/jail/lockdown.h"
#include "server/jail/protocol.h"

/* What enlace-jail cannot do: the same lock-down, in a process that then tries. */

#define DONE 42

typedef struct {
  const char *path;
  void      (*attempt) (void);
} Attempt;

/* What an attempt needs from before. */
static pid_t parent;
static char  secret[] = "secret";

static void
try_open (void)
{
  open ("/etc/hostname", O_RDONLY);
}

static void
try_create (void)
{
  open ("/tmp/enlace-jail-was-here", O_WRONLY | O_CREAT, 0600);
}

static void
try_stat (void)
{
  char buffer[256];

  syscall (SYS_newfstatat, AT_FDCWD, "/etc", buffer, 0);
}

static void
try_read_directory (void)
{
  char buffer[256];

  syscall (SYS_getdents64, 0, buffer, sizeof buffer);
}

static void
try_parent_memory (void)
{
  char path[64];

  g_snprintf (path, sizeof path, "/proc/%d/mem", (int) parent);
  open (path, O_RDONLY);
}

static void
try_read_process (void)
{
  char copy[sizeof secret];
  struct iovec here = { copy, sizeof copy }, there = { secret, sizeof secret };

  process_vm_readv (parent, &here, 1, &there, 1, 0);
}

static void
try_write_process (void)
{
  struct iovec here = { secret, sizeof secret }, there = { secret, sizeof secret };

  process_vm_writev (parent, &here, 1, &there, 1, 0);
}

static void
try_trace_parent (void)
{
  ptrace (PTRACE_ATTACH, parent, NULL, NULL);
}

static void
try_be_traced (void)
{
  ptrace (PTRACE_TRACEME, 0, NULL, NULL);
}

static void
try_kill_parent (void)
{
  kill (parent, 0);
}

static void
try_socket (void)
{
  socket (AF_INET, SOCK_STREAM, 0);
}

static void
try_local_socket (void)
{
  socket (AF_UNIX, SOCK_STREAM, 0);
}

static void
try_receive_descriptor (void)
{
  struct msghdr message = { 0 };

  recvmsg (0, &message, 0);
}

static void
try_send_message (void)
{
  struct msghdr message = { 0 };

  sendmsg (0, &message, 0);
}

static void
try_fork (void)
{
  if (fork () == 0)
    _exit (0);
}

static void
try_clone (void)
{
  if (syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0)
    _exit (0);
}

static void
try_clone3 (void)
{
  syscall (SYS_clone3, NULL, 0);
}

static void
try_execute (void)
{
  char *arguments[] = { (char *) "true", NULL };

  execve ("/bin/true", arguments, arguments + 1);
}

static void
try_execute_descriptor (void)
{
  syscall (SYS_execveat, 0, "", NULL, NULL, AT_EMPTY_PATH);
}

static void
try_code_memory (void)
{
  mmap (NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
try_make_code (void)
{
  static char page[8192] __attribute__ ((aligned (4096)));

  mprotect (page, 4096, PROT_READ | PROT_EXEC);
}

static void
try_map_descriptor (void)
{
  mmap (NULL, 4096, PROT_READ, MAP_PRIVATE, 0, 0);
}

static void
try_share_memory (void)
{
  mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static void
try_write_elsewhere (void)
{
  if (write (2, "x", 1) < 0)
    return;
}

static void
try_read_elsewhere (void)
{
  char c;

  if (read (1, &c, 1) < 0)
    return;
}

static void
try_duplicate (void)
{
  if (dup (0) < 0)
    return;
}

static void
try_control_descriptor (void)
{
  fcntl (0, F_GETFL);
}

static void
try_ioctl (void)
{
  syscall (SYS_ioctl, 0, 0, 0);
}

static void
try_undo (void)
{
  prctl (PR_SET_DUMPABLE, 1);
}

static void
try_filter (void)
{
  syscall (SYS_seccomp, 0, 0, NULL);
}

static void
try_raise_limit (void)
{
  syscall (SYS_prlimit64, 0, 0, NULL, NULL);
}

static void
try_io_uring (void)
{
  syscall (SYS_io_uring_setup, 1, NULL);
}

static void
try_bpf (void)
{
  syscall (SYS_bpf, 0, NULL, 0);
}

static void
try_memory_file (void)
{
  syscall (SYS_memfd_create, "x", 0);
}

static void
try_name_space (void)
{
  unshare (CLONE_NEWUSER);
}

static void
try_pidfd (void)
{
  syscall (SYS_pidfd_open, parent, 0);
}

static void
try_keyring (void)
{
  syscall (SYS_keyctl, 0, 0, 0, 0, 0);
}

static void
try_shared_segment (void)
{
  syscall (SYS_shmget, 0, 4096, 0600);
}

static void
try_user (void)
{
  if (setuid (0) != 0)
    return;
}

static void
try_machine_name (void)
{
  char buffer[1024];

  syscall (SYS_uname, buffer);
}

static void
try_sleep (void)
{
  usleep (1);
}

#ifdef __x86_64__
/* getpid() by the numbers of the 32-bit system, which a filter that only looks at numbers takes for something else. */
static void
try_other_numbers (void)
{
  long result;

  __asm__ volatile ("int $0x80" : "=a" (result) : "0" (20l) : "memory", "r8", "r9", "r10", "r11");
}
#endif

static const Attempt attempts[] = {
  { "files/open", try_open },
  { "files/create", try_create },
  { "files/look", try_stat },
  { "files/list", try_read_directory },
  { "files/memory", try_memory_file },
  { "files/map", try_map_descriptor },
  { "network/socket", try_socket },
  { "network/local-socket", try_local_socket },
  { "network/take-a-descriptor", try_receive_descriptor },
  { "network/give-a-descriptor", try_send_message },
  { "processes/fork", try_fork },
  { "processes/clone", try_clone },
  { "processes/clone3", try_clone3 },
  { "processes/execute", try_execute },
  { "processes/execute-a-descriptor", try_execute_descriptor },
  { "processes/kill", try_kill_parent },
  { "processes/pidfd", try_pidfd },
  { "parent/memory-file", try_parent_memory },
  { "parent/read-memory", try_read_process },
  { "parent/write-memory", try_write_process },
  { "parent/trace", try_trace_parent },
  { "parent/be-traced", try_be_traced },
  { "memory/code", try_code_memory },
  { "memory/make-it-code", try_make_code },
  { "memory/share", try_share_memory },
  { "memory/segment", try_shared_segment },
  { "descriptors/write-another", try_write_elsewhere },
  { "descriptors/read-another", try_read_elsewhere },
  { "descriptors/duplicate", try_duplicate },
  { "descriptors/control", try_control_descriptor },
  { "descriptors/ioctl", try_ioctl },
  { "descriptors/io-uring", try_io_uring },
  { "privileges/undo", try_undo },
  { "privileges/filter", try_filter },
  { "privileges/limits", try_raise_limit },
  { "privileges/bpf", try_bpf },
  { "privileges/name-spaces", try_name_space },
  { "privileges/keys", try_keyring },
  { "privileges/user", try_user },
  { "machine/name", try_machine_name },
  { "machine/sleep", try_sleep },
#ifdef __x86_64__
  { "other-numbers", try_other_numbers },
#endif
};

/* In a child with one end of a socket pair for descriptor 0: locks it up and tries. The wait status. */
static int
run (void (*attempt) (void))
{
  int ends[2];
  int status;
  pid_t child;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  parent = getpid ();
  child = fork ();
  if (child == 0)
    {
      dup2 (ends[1], 0);
      status = enlace_jail_lock_down ();
      if (status != 0)
        _exit (status);
      attempt ();
      _exit (DONE);
    }

  close (ends[0]);
  close (ends[1]);
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static void
test_attempt (gconstpointer data)
{
  const Attempt *attempt = data;
  int status = run (attempt->attempt);

  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGSYS);
}

static void
check_done (void (*attempt) (void))
{
  int status = run (attempt);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, DONE);
}

static void
compute (void)
{
  size_t size = 32 * 1024 * 1024;
  char *memory = malloc (size);

  for (size_t i = 0; memory != NULL && i < size; i += 4096)
    memory[i] = 1;
  if (memory == NULL || (memory = realloc (memory, size * 2)) == NULL)
    _exit (1);
  free (memory);
}

/* A child that only computes gets to its end: the other tests fail for what they try. */
static void
test_compute (void)
{
  check_done (compute);
}

static void
take_much (void)
{
  if (malloc (512ul * 1024 * 1024) != NULL)
    _exit (1);
}

static void
look_at_environment (void)
{
  if (getenv ("ENLACE_JAIL") != NULL || getenv ("PATH") != NULL || (environ != NULL && *environ != NULL))
    _exit (1);
}

static void
test_memory_limit (void)
{
  check_done (take_much);
}

static void
test_environment (void)
{
  g_assert_nonnull (getenv ("ENLACE_JAIL"));
  check_done (look_at_environment);
}

/* A machine on which seccomp() does not do: `result` is its error, 0: it says that it did. */
static void
deny_seccomp (int result)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);

  if (seccomp_rule_add (filter, SCMP_ACT_ERRNO ((guint) result), SCMP_SYS (seccomp), 1, SCMP_A0 (SCMP_CMP_EQ, 1)) != 0
      || seccomp_rule_add (filter, SCMP_ACT_ERRNO ((guint) result), SCMP_SYS (prctl), 1, SCMP_A0 (SCMP_CMP_EQ, PR_SET_SECCOMP)) != 0
      || seccomp_load (filter) != 0)
    _exit (1);
}

/* Starts the program on such a machine: how it ends, and that it said nothing. */
static int
start_denied (int result)
{
  char *arguments[] = { (char *) "enlace-jail", NULL };
  const char *program = getenv ("ENLACE_JAIL");
  int ends[2];
  int status;
  pid_t child;
  char c;

  g_assert_nonnull (program);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  child = fork ();
  if (child == 0)
    {
      dup2 (ends[1], 0);
      if (result >= 0)
        deny_seccomp (result);
      execve (program, arguments, arguments + 1);
      _exit (1);
    }

  close (ends[1]);
  g_assert_cmpint (read (ends[0], &c, 1), ==, result >= 0 ? 0 : 1);
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
test_refused_filter (void)
{
  g_assert_cmpint (start_denied (-1), ==, 0);
  g_assert_cmpint (start_denied (EPERM), ==, ENLACE_JAIL_EXIT_FILTER);
  g_assert_cmpint (start_denied (EINVAL), ==, ENLACE_JAIL_EXIT_FILTER);
  g_assert_cmpint (start_denied (ENOSYS), ==, ENLACE_JAIL_EXIT_FILTER);
}

static void
test_pretended_filter (void)
{
  g_assert_cmpint (start_denied (0), ==, ENLACE_JAIL_EXIT_UNFILTERED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jail/lockdown/lets-it-compute", test_compute);
  g_test_add_func ("/jail/lockdown/bounds-its-memory", test_memory_limit);
  g_test_add_func ("/jail/lockdown/empties-its-environment", test_environment);
  g_test_add_func ("/jail/lockdown/refuses-to-start-without-its-filter", test_refused_filter);
  g_test_add_func ("/jail/lockdown/refuses-to-start-with-a-filter-that-is-not-in-force", test_pretended_filter);
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autofree char *path = g_strconcat ("/jail/lockdown/out-of-reach/", attempts[i].path, NULL);

      g_test_add_data_func (path, &attempts[i], test_attempt);
    }

  return g_test_run ();
}
