/* SPDX-License-Identifier: MIT */
/* Threads of a program: a stack with a guard page, a scheduling context, and joining.
 *
 * Each thread is described by a struct sys_thread; its thread pointer (FS base, TPIDR_EL0) points to
 * a word that holds the structure's address.
 * Rules: the structure is the creator's storage and stays in place until sys_thread_join has
 * returned. Every thread is joined, or aborted, exactly once. Context: any thread. */
#ifndef LIBSYS_THREAD_H
#define LIBSYS_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include <abi/message.h>
#include <abi/object.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

/** A thread of this program. Members are libsys's own; use the functions. */
struct sys_thread {
    struct sys_thread *self;          /**< The word the thread pointer points to: this structure. */
    struct tn_message_buffer *buffer; /**< Where its message buffer is mapped, or NULL. */
    void (*entry)(void *argument);    /**< What it runs. */
    void *argument;                   /**< For entry. */
    uint64_t stack_va;                /**< First byte of its stack, after the guard page. */
    uint64_t stack_bytes;             /**< Size of its stack. */
    tn_handle_t handle;               /**< The kernel's thread. */
    tn_handle_t context;              /**< Its scheduling context. */
    uint32_t done;     /**< 0, then 1 when entry has returned: the word to join on. */
    uint32_t reserved; /**< 0. */
};

/** How a thread is made. Zero members mean the value in brackets. */
struct sys_thread_options {
    size_t stack_bytes; /**< Size of the stack, rounded up to pages [8192]. */
    uint32_t priority;  /**< Of its scheduling context [8]. */
    uint64_t budget_ns; /**< CPU time in each period [the period]. */
    uint64_t period_ns; /**< Length of a period [10 ms]. */
};

/** Start a thread that runs @p entry(@p argument) on a stack of its own, with an unmapped page below.
 *  @param thread   storage of the thread; unused before, or joined.
 *  @param options  NULL for all defaults.
 *  @retval TN_OK, TN_ERR_QUOTA, TN_ERR_NO_MEMORY, TN_ERR_NO_HANDLES, TN_ERR_INVALID (options out of
 *          range); nothing is left behind after a failure.
 *  Cost: about eight system calls, four with the stack of a thread that was joined. */
TN_MUST_USE tn_status_t sys_thread_spawn(struct sys_thread *thread, void (*entry)(void *),
                                         void *argument, const struct sys_thread_options *options);

/** Wait until @p thread has ended and free what it had. One stack of the default size is kept for the
 *  next thread. */
void sys_thread_join(struct sys_thread *thread);

/** End @p thread wherever it is, and free what it had, instead of joining it. What it was doing stays
 *  half done: it must not hold a mutex or use the heap. A call that it waits for is abandoned. */
void sys_thread_abort(struct sys_thread *thread);

/** End the calling thread as if its entry function returned, so that it can be joined; the first
 *  thread ends the program with code 0. */
_Noreturn void sys_thread_finish(void);

/** The calling thread. Cost: O(1), no system call. */
struct sys_thread *sys_thread_self(void);

/** The calling thread's message buffer; the first use in each thread maps it.
 *  @return NULL if there is no memory for it. */
struct tn_message_buffer *sys_thread_buffer(void);

#endif
