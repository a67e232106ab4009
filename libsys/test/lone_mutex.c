/* SPDX-License-Identifier: MIT */
/* What the locks need of the rest of libsys, where they are compiled without it. */
#include <libsys/arch/call.h>
#include <libsys/thread.h>

struct sys_thread *sys_thread_self(void)
{
    return sys_arch_thread_word();
}
