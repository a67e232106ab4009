/* SPDX-License-Identifier: MIT */
/* System calls by number: the border between the kernel and everybody else.
 *
 * Two conventions.
 *
 * IPC calls (numbers below TN_SYS_IPC_COUNT) keep words where they are and save almost nothing:
 *                     x86_64                          ARM64
 *   call number       rax bits 8-15                   SVC immediate
 *   tag               rax                             x8
 *   handle / badge    rdi                             x9
 *   reply token       rsi                             x10
 *   deadline          rdx                             x11
 *   words 0-3, 4-7    rbx r8 r9 r10, r12-r15          x0-x3, x4-x7
 *   preserved         rsp rbp, FS base                sp x29 x30, TPIDR_EL0
 *   All other registers, and words the tag does not carry, come back zero.
 *
 * All other calls are like a C function of up to six arguments:
 *   call number       rax bits 8-15                   SVC immediate
 *   arguments         rdi rsi rdx r10 r8 r9           x0-x5
 *   status, value     rax, rdx                        x0, x1
 *   preserved         rbx rbp rsp r12-r15             x19-x29 sp
 *   All other registers come back zero (rcx and r11 hold what SYSCALL puts there; x30 is kept).
 *
 * Rules: numbers are never reused. docs/syscalls has a page for each. */
#ifndef ABI_SYSCALL_H
#define ABI_SYSCALL_H

/* IPC calls. */
#define TN_SYS_IPC_CALL       0 /**< Send a message and wait for its reply. */
#define TN_SYS_IPC_REPLY_RECV 1 /**< Reply to one caller, then wait for the next message. */
#define TN_SYS_IPC_SEND       2 /**< Send a message, wait until it is received; no reply. */
#define TN_SYS_IPC_RECV       3 /**< Wait for a message. */
#define TN_SYS_IPC_REPLY      4 /**< Reply to one caller and go on. */
#define TN_SYS_IPC_COUNT      5 /**< Calls below this number use the IPC convention. */

/* Handles. */
#define TN_SYS_NULL             8  /**< Does nothing: the price of a system call. */
#define TN_SYS_HANDLE_CLOSE     9  /**< (handle). */
#define TN_SYS_HANDLE_DUPLICATE 10 /**< (handle, rights) -> handle. */
#define TN_SYS_HANDLE_MINT      11 /**< (endpoint, rights, badge) -> handle. */
#define TN_SYS_HANDLE_REVOKE    12 /**< (handle): end all that was derived from it. */
#define TN_SYS_HANDLE_INSTALL   13 /**< (process, handle, rights) -> handle in that process. */
#define TN_SYS_HANDLE_INFO      14 /**< (process or 0, handle, *tn_handle_info). */
#define TN_SYS_HANDLE_NEXT      15 /**< (process or 0, handle or 0) -> next handle in the table. */

/* Processes. */
#define TN_SYS_PROCESS_CREATE      16 /**< (container, flags) -> process. */
#define TN_SYS_PROCESS_SET_HANDLER 17 /**< (process, endpoint): where faults and the exit go. */
#define TN_SYS_PROCESS_KILL        18 /**< (process, code). */
#define TN_SYS_PROCESS_EXIT        19 /**< (code); does not return. */
#define TN_SYS_PROCESS_INFO        20 /**< (process or 0, *tn_process_info). */

/* Threads. */
#define TN_SYS_THREAD_CREATE     24 /**< (process or 0, *tn_thread_start) -> thread, suspended. */
#define TN_SYS_THREAD_RESUME     25 /**< (thread). */
#define TN_SYS_THREAD_SUSPEND    26 /**< (thread). */
#define TN_SYS_THREAD_EXIT       27 /**< (); does not return. */
#define TN_SYS_THREAD_KILL       28 /**< (thread). */
#define TN_SYS_THREAD_READ_REGS  29 /**< (thread, *tn_registers). */
#define TN_SYS_THREAD_WRITE_REGS 30 /**< (thread, *tn_registers). */
#define TN_SYS_THREAD_SET_STEP   31 /**< (thread, 0 or 1): trap after each instruction. */
#define TN_SYS_THREAD_YIELD      32 /**< (): behind the equals. */
#define TN_SYS_THREAD_SLEEP      33 /**< (deadline_ns). */
#define TN_SYS_THREAD_INFO       34 /**< (process or 0, index, *tn_thread_info). */
#define TN_SYS_THREAD_SET_BUFFER 35 /**< (va): map the calling thread's message buffer there. */
#define TN_SYS_THREAD_CANCEL     36 /**< (thread): end its wait, or tell its server. */

/* Scheduling contexts. */
#define TN_SYS_CONTEXT_CREATE       40 /**< (container, priority, budget_ns, period_ns) -> context. */
#define TN_SYS_CONTEXT_CONFIGURE    41 /**< (context, priority, budget_ns, period_ns). */
#define TN_SYS_CONTEXT_BIND         42 /**< (context, thread). */
#define TN_SYS_CONTEXT_UNBIND       43 /**< (context). */
#define TN_SYS_CONTEXT_SET_AFFINITY 44 /**< (context, mask of CPUs): where it may run. */
#define TN_SYS_CONTEXT_SET_TIMEOUT  45 /**< (context, 0 or 1): fault when its budget ends. */

/* Endpoints, notifications, timers, waiting on a word. */
#define TN_SYS_ENDPOINT_CREATE     48 /**< (container) -> endpoint. */
#define TN_SYS_ENDPOINT_REBIND     49 /**< (endpoint) -> epoch. */
#define TN_SYS_NOTIFICATION_CREATE 50 /**< (container) -> notification. */
#define TN_SYS_NOTIFICATION_SIGNAL 51 /**< (notification, bits). */
#define TN_SYS_NOTIFICATION_WAIT   52 /**< (notification, deadline_ns) -> bits. */
#define TN_SYS_NOTIFICATION_BIND   53 /**< (notification, thread or 0): 0 unbinds. */
#define TN_SYS_TIMER_CREATE        54 /**< (container, notification, bits) -> timer. */
#define TN_SYS_TIMER_SET           55 /**< (timer, deadline_ns, period_ns); 0, 0 stops it. */
#define TN_SYS_WORD_WAIT           56 /**< (*uint32, expected, deadline_ns, thread or 0). */
#define TN_SYS_WORD_WAKE           57 /**< (*uint32, count) -> threads woken. */
#define TN_SYS_GRANT_COPY          58 /**< (token, *tn_grant_copy, count, bytes done) -> bytes done. */
#define TN_SYS_CALL_INFO           59 /**< (token) -> TN_CALL_ bits. */

/* Memory. */
#define TN_SYS_MEMORY_CREATE  64 /**< (container, size) -> zeroed memory object. */
#define TN_SYS_MEMORY_DEVICE  65 /**< (io range, offset, size) -> memory object of registers. */
#define TN_SYS_MEMORY_MAP     66 /**< (process or 0, memory, *tn_map_request) -> va. */
#define TN_SYS_MEMORY_UNMAP   67 /**< (process or 0, va, size). */
#define TN_SYS_MEMORY_PROTECT 68 /**< (process or 0, va, size, access). */
#define TN_SYS_MEMORY_INFO    69 /**< (memory, *tn_memory_info). */

/* Resource containers. */
#define TN_SYS_CONTAINER_CREATE 72 /**< (container, limit in bytes, threads) -> container. */
#define TN_SYS_CONTAINER_INFO   73 /**< (container, *tn_container_info). */

/* Interrupts and I/O ranges. */
#define TN_SYS_INTERRUPT_CREATE 80 /**< (container, io range, number, flags) -> interrupt. */
#define TN_SYS_INTERRUPT_BIND   81 /**< (interrupt, notification, bits). */
#define TN_SYS_INTERRUPT_ACK    82 /**< (interrupt): handled; let it come again. */
#define TN_SYS_IO_RANGE_CREATE  83 /**< (container, io range, base, length) -> part of it. */
#define TN_SYS_IO_READ          84 /**< (io range of ports, offset, width) -> value. */
#define TN_SYS_IO_WRITE         85 /**< (io range of ports, offset, width, value). */

/* The machine. */
#define TN_SYS_LOG_WRITE      88 /**< (machine, *text, length). */
#define TN_SYS_LOG_READ       89 /**< (machine, *tn_log_request) -> bytes read. */
#define TN_SYS_TRACE_READ     90 /**< (machine, *tn_trace_request) -> records read. */
#define TN_SYS_MACHINE_INFO   91 /**< (machine, *tn_machine_info). */
#define TN_SYS_MACHINE_DEVICE 92 /**< (machine, index, *tn_device). */
#define TN_SYS_MACHINE_POWER  93 /**< (machine, action, code); does not return. */

/** One more than the highest number. */
#define TN_SYS_COUNT 94

#endif
