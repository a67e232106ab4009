/* SPDX-License-Identifier: MIT */
/* The kernel as a unit test of user space sees it: system calls end here, and the test decides what
 * they answer.
 *
 * word_wait and word_wake work by themselves, between POSIX threads, with the meaning of
 * docs/syscalls. All other calls go to hooks; without a hook they fail the test.
 * Rules: set hooks before the code under test runs. */
#ifndef LIBSYS_TEST_FAKE_KERNEL_H
#define LIBSYS_TEST_FAKE_KERNEL_H

#include <abi/message.h>
#include <abi/object.h>
#include <abi/syscall.h>
#include <libsys/ipc.h>
#include <libsys/start.h>
#include <libsys/thread.h>

/** Arguments of an ordinary system call. */
struct fake_call {
    unsigned number; /**< TN_SYS_ number. */
    uint64_t a;      /**< First argument. */
    uint64_t b;      /**< Second argument. */
    uint64_t c;      /**< Third argument. */
    uint64_t d;      /**< Fourth argument. */
};

/** Answers ordinary system calls. */
typedef struct sys_result (*fake_call_hook)(const struct fake_call *call);

/** Answers IPC system calls: changes @p message as the kernel would. */
typedef void (*fake_ipc_hook)(unsigned number, struct sys_message *message, uint64_t deadline);

/** What answers from now on; NULL: a call fails the test. */
void fake_kernel_set(fake_call_hook call, fake_ipc_hook ipc);

/** The answer TN_OK with @p value. */
struct sys_result fake_ok(uint64_t value);

/** The answer @p status. */
struct sys_result fake_status(tn_status_t status);

/** What the clock's counter shows from now on. */
void fake_counter_set(uint64_t counter);

/** How many threads wait on a word now. */
unsigned fake_word_waiters(void);

/** Make @p start the start block of the program under test. */
void fake_start(const struct sys_start *start);

/** Start a POSIX thread; its message buffer and struct sys_thread are its own. */
void fake_thread_start(unsigned long *thread, void (*entry)(void *), void *argument);

/** Wait for the end of a thread of fake_thread_start. */
void fake_thread_join(unsigned long thread);

#endif
