/* SPDX-License-Identifier: MIT */
/* A kernel without the system calls of debuggers: they answer that they are not there. */

#include "syscall.h"

KERN_SYSCALL0(thread_read_regs)
{
    return kern_status(TN_ERR_NOT_SUPPORTED);
}

KERN_SYSCALL0(thread_write_regs)
{
    return kern_status(TN_ERR_NOT_SUPPORTED);
}

KERN_SYSCALL0(thread_set_step)
{
    return kern_status(TN_ERR_NOT_SUPPORTED);
}
