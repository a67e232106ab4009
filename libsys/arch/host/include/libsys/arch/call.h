/* SPDX-License-Identifier: MIT */
/* System calls in unit tests on the host: functions that the test supplies.
 *
 * A test that exercises a part of libsys or a server defines the functions below (usually from
 * tests/support) and so decides what the kernel answers. */
#ifndef LIBSYS_ARCH_CALL_H
#define LIBSYS_ARCH_CALL_H

#include <stdint.h>

#include <abi/bundle.h>
#include <libsys/call.h>

/** Whose programs and bundles this program understands. */
#define SYS_ARCH_MACHINE TN_BUNDLE_X86_64

struct sys_message;

/** Ordinary call @p number of a test; unused arguments are 0. */
struct sys_result sys_host_call(unsigned number, uint64_t a, uint64_t b, uint64_t c, uint64_t d);

/** IPC call @p number of a test; @p message is read and written as by the kernel. */
void sys_host_ipc(unsigned number, struct sys_message *message, uint64_t deadline);

/** The current thread's struct sys_thread, as the test has it; see sys_arch_thread_word. */
void *sys_host_thread_word(void);

/** The cycle counter as the test has it. */
uint64_t sys_host_counter(void);

#define SYS_ARCH_CALL0(number) sys_host_call((number), 0, 0, 0, 0)
#define SYS_ARCH_CALL3(number, a, b, c)                                                            \
    sys_host_call((number), (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0)
#define SYS_ARCH_CALL4(number, a, b, c, d)                                                         \
    sys_host_call((number), (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d))
#define SYS_ARCH_IPC0(number, m, deadline) sys_host_ipc((number), (m), (deadline))
#define SYS_ARCH_IPC4(number, m, deadline) sys_host_ipc((number), (m), (deadline))
#define SYS_ARCH_IPC8(number, m, deadline) sys_host_ipc((number), (m), (deadline))

/** The word that the thread pointer points to, as the test has it. */
static inline void *sys_arch_thread_word(void)
{
    return sys_host_thread_word();
}

/** The counter that the clock page is about, as the test has it. */
static inline uint64_t sys_arch_counter(void)
{
    return sys_host_counter();
}

#endif
