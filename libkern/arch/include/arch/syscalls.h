/* SPDX-License-Identifier: MIT */
/* The list of system calls. Of it come the prototypes of the handlers, and the table that each port's
 * entry code jumps through. For C and for assembly. */
#ifndef ARCH_SYSCALLS_H
#define ARCH_SYSCALLS_H

#include <abi/syscall.h>

/** Every system call but those of IPC: X(number without TN_SYS_, name), in the order of the numbers. */
#define KERN_SYSCALLS(X)                                                                           \
    X(NULL, null)                                                                                  \
    X(HANDLE_CLOSE, handle_close)                                                                  \
    X(HANDLE_DUPLICATE, handle_duplicate)                                                          \
    X(HANDLE_MINT, handle_mint)                                                                    \
    X(HANDLE_REVOKE, handle_revoke)                                                                \
    X(HANDLE_INSTALL, handle_install)                                                              \
    X(HANDLE_INFO, handle_info)                                                                    \
    X(HANDLE_NEXT, handle_next)                                                                    \
    X(PROCESS_CREATE, process_create)                                                              \
    X(PROCESS_SET_HANDLER, process_set_handler)                                                    \
    X(PROCESS_KILL, process_kill)                                                                  \
    X(PROCESS_EXIT, process_exit)                                                                  \
    X(PROCESS_INFO, process_info)                                                                  \
    X(THREAD_CREATE, thread_create)                                                                \
    X(THREAD_RESUME, thread_resume)                                                                \
    X(THREAD_SUSPEND, thread_suspend)                                                              \
    X(THREAD_EXIT, thread_exit)                                                                    \
    X(THREAD_KILL, thread_kill)                                                                    \
    X(THREAD_READ_REGS, thread_read_regs)                                                          \
    X(THREAD_WRITE_REGS, thread_write_regs)                                                        \
    X(THREAD_SET_STEP, thread_set_step)                                                            \
    X(THREAD_YIELD, thread_yield)                                                                  \
    X(THREAD_SLEEP, thread_sleep)                                                                  \
    X(THREAD_INFO, thread_info)                                                                    \
    X(THREAD_SET_BUFFER, thread_set_buffer)                                                        \
    X(THREAD_CANCEL, thread_cancel)                                                                \
    X(CONTEXT_CREATE, context_create)                                                              \
    X(CONTEXT_CONFIGURE, context_configure)                                                        \
    X(CONTEXT_BIND, context_bind)                                                                  \
    X(CONTEXT_UNBIND, context_unbind)                                                              \
    X(CONTEXT_SET_AFFINITY, context_set_affinity)                                                  \
    X(CONTEXT_SET_TIMEOUT, context_set_timeout)                                                    \
    X(ENDPOINT_CREATE, endpoint_create)                                                            \
    X(ENDPOINT_REBIND, endpoint_rebind)                                                            \
    X(NOTIFICATION_CREATE, notification_create)                                                    \
    X(NOTIFICATION_SIGNAL, notification_signal)                                                    \
    X(NOTIFICATION_WAIT, notification_wait)                                                        \
    X(NOTIFICATION_BIND, notification_bind)                                                        \
    X(TIMER_CREATE, timer_create)                                                                  \
    X(TIMER_SET, timer_set)                                                                        \
    X(WORD_WAIT, word_wait)                                                                        \
    X(WORD_WAKE, word_wake)                                                                        \
    X(GRANT_COPY, grant_copy)                                                                      \
    X(CALL_INFO, call_info)                                                                        \
    X(MEMORY_CREATE, memory_create)                                                                \
    X(MEMORY_DEVICE, memory_device)                                                                \
    X(MEMORY_MAP, memory_map)                                                                      \
    X(MEMORY_UNMAP, memory_unmap)                                                                  \
    X(MEMORY_PROTECT, memory_protect)                                                              \
    X(MEMORY_INFO, memory_info)                                                                    \
    X(CONTAINER_CREATE, container_create)                                                          \
    X(CONTAINER_INFO, container_info)                                                              \
    X(INTERRUPT_CREATE, interrupt_create)                                                          \
    X(INTERRUPT_BIND, interrupt_bind)                                                              \
    X(INTERRUPT_ACK, interrupt_ack)                                                                \
    X(IO_RANGE_CREATE, io_range_create)                                                            \
    X(IO_READ, io_read)                                                                            \
    X(IO_WRITE, io_write)                                                                          \
    X(LOG_WRITE, log_write)                                                                        \
    X(LOG_READ, log_read)                                                                          \
    X(TRACE_READ, trace_read)                                                                      \
    X(MACHINE_INFO, machine_info)                                                                  \
    X(MACHINE_DEVICE, machine_device)                                                              \
    X(MACHINE_POWER, machine_power)

#ifndef __ASSEMBLER__
#    include <arch/arch.h>

/** Declares kern_sys_##name, which does the call in the kernel: all have one form, as the table wants it. */
#    define KERN_SYSCALL_PROTOTYPE(number, name)                                                   \
        struct kern_result kern_sys_##name(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,     \
                                           uint64_t a4, uint64_t a5);
KERN_SYSCALLS(KERN_SYSCALL_PROTOTYPE)

/** What numbers between the groups are for: TN_ERR_NO_SYSCALL. */
KERN_SYSCALL_PROTOTYPE(NONE, none)
#endif

#endif
