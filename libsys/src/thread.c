/* SPDX-License-Identifier: MIT */
/* Threads: where the current one is found. */
#include <libsys/thread.h>
#include <libsys/arch/call.h>

#include "program.h"

struct sys_thread sys_first_thread;

struct sys_thread *sys_thread_self(void)
{
    return sys_arch_thread_word();
}
