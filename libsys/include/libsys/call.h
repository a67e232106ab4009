/* SPDX-License-Identifier: MIT */
/* What the system calls of all architectures share: their result, and which registers the kernel reads.
 *
 * A port's <libsys/arch/call.h> is made from it. Context: any thread of a program. */
#ifndef LIBSYS_CALL_H
#define LIBSYS_CALL_H

#include <stdint.h>

#include <abi/message.h>
#include <abi/syscall.h>
#include <libbase/status.h>

/** What an ordinary system call returns. */
struct sys_result {
    tn_status_t status; /**< TN_OK or an error. */
    uint64_t value;     /**< The call's value, 0 where it has none. */
};

/** Set @p variable, which lives in a register, to @p value if @p condition holds, which the compiler
 *  knows; else it may hold anything: no instruction for what the kernel does not read. */
#define SYS_CALL_SET_IF(condition, variable, value)                                                \
    do {                                                                                           \
        if (condition) {                                                                           \
            (variable) = (value);                                                                  \
        } else {                                                                                   \
            __asm__ volatile("" : "=r"(variable));                                                 \
        }                                                                                          \
    } while (0)

/** Whether the kernel reads the token of IPC call @p number. */
#define SYS_CALL_READS_TOKEN(number)                                                               \
    ((number) == TN_SYS_IPC_REPLY_RECV || (number) == TN_SYS_IPC_REPLY)

/** Whether the kernel may read the deadline, as far as the compiler knows @p tag. */
#define SYS_CALL_READS_DEADLINE(tag)                                                               \
    (!__builtin_constant_p((tag)&TN_TAG_DEADLINE) || ((tag)&TN_TAG_DEADLINE) != 0)

#endif
