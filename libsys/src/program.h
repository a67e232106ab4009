/* SPDX-License-Identifier: MIT */
/* What the parts of libsys know about the running program, beyond libsys/start.h.
 *
 * Rules: written once, before main. */
#ifndef LIBSYS_PROGRAM_INTERNAL_H
#define LIBSYS_PROGRAM_INTERNAL_H

#include <libsys/start.h>
#include <libsys/thread.h>

/** The first thread; its stack came from the parent. */
extern struct sys_thread sys_first_thread;

/** Fill sys_program() from the two arguments of the first thread; exactly one is not NULL. */
void sys_program_init(const struct tn_root_info *root, const struct sys_start *start);

#endif
