/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/**
 * enlace_jail_lock_down:
 *
 * Takes everything from this process that is not needed to compute: descriptors other than 0, environment, privileges, most of its limits, and then,
 * by a seccomp filter, every system call but those that read and write descriptor 0, manage memory that holds no code, tell the time and end the
 * process. Any other call ends the process with SIGSYS.
 *
 * It is not done until the filter has been seen to be in force.
 *
 * Returns: 0, or one of ENLACE_JAIL_EXIT_…, with which the caller ends at once
 */
int enlace_jail_lock_down (void);
