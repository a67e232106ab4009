/* SPDX-License-Identifier: MIT */
/* Each system call but those of IPC leaves a record before it is handled: the table of the port's entry code
 * (arch/syscall_table.inc) leads here where CONFIG_TRACE_DETAILS is 1. */
#include <arch/syscalls.h>

#include "../syscall.h"
#include "../trace.h"

#define TRACED(number, name)                                                                       \
    struct kern_result kern_traced_##name(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,      \
                                          uint64_t a4, uint64_t a5);                               \
    struct kern_result kern_traced_##name(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,      \
                                          uint64_t a4, uint64_t a5)                                \
    {                                                                                              \
        trace(TN_TRACE_SYSCALL, TN_SYS_##number, a0);                                              \
        return kern_sys_##name(a0, a1, a2, a3, a4, a5);                                            \
    }

KERN_SYSCALLS(TRACED)
