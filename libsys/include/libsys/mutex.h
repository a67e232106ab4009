/* SPDX-License-Identifier: MIT */
/* Mutual exclusion, conditions and once, over the system calls word_wait and word_wake.
 *
 * Idea after U. Drepper, "Futexes Are Tricky" (2011): the word tells whether anybody waits, so that
 * neither an uncontended lock nor its unlock enters the kernel.
 * Rules: all-zero storage is a valid unlocked mutex, condition or once. They live in memory of one
 * process and are never copied. A mutex is not recursive and is unlocked by the thread that locked
 * it. While a thread waits for a mutex, the holder runs with its priority and in its time (priority
 * inheritance; a kernel without CONFIG_HELPING does not), and mutexes go to the most urgent first. A
 * circle of threads that wait for each other's mutexes, or a second lock by the holder, ends the program
 * with a sentence (with CONFIG_HELPING; else it waits for ever). Context: any thread. */
#ifndef LIBSYS_MUTEX_H
#define LIBSYS_MUTEX_H

#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/** At most one thread holds it; zeroed memory is a free one. */
struct sys_mutex {
    uint32_t state; /**< 0 free; else the holder's handle, and bit 31 if perhaps somebody waits. */
};

/** A condition; one mutex at a time is used with it. */
struct sys_condition {
    uint32_t sequence; /**< Raised by every signal and broadcast. */
};

/** Something to be done once. */
struct sys_once {
    uint32_t state; /**< 0 not begun, 1 being done, 2 being done and somebody waits, 3 done. */
};

/** Lock @p mutex; waits while another thread has it. Cost: one atomic operation if it is free. */
void sys_mutex_lock(struct sys_mutex *mutex);

/** Lock @p mutex if it is free. @retval TN_ERR_BUSY another thread has it. Never waits. */
TN_MUST_USE tn_status_t sys_mutex_try_lock(struct sys_mutex *mutex);

/** Unlock @p mutex. Cost: one atomic operation if nobody waits. */
void sys_mutex_unlock(struct sys_mutex *mutex);

/** Unlock @p mutex, wait for a signal that comes after that, lock it again. Wakes up without reason
 *  too: call it in a loop over what is waited for.
 *  @param deadline_ns  point in time of sys_clock_now_ns(), or TN_DEADLINE_NEVER.
 *  @retval TN_OK, TN_ERR_TIMEOUT; in both cases the mutex is locked. */
TN_MUST_USE tn_status_t sys_condition_wait(struct sys_condition *condition, struct sys_mutex *mutex,
                                           uint64_t deadline_ns);

/** Wake one thread that waits for @p condition, if there is one. With or without the mutex. */
void sys_condition_signal(struct sys_condition *condition);

/** Wake all threads that wait for @p condition. */
void sys_condition_broadcast(struct sys_condition *condition);

/** Call @p function(@p argument) if no call for @p once was made; when this returns, the function
 *  has returned, whichever thread called it. It must not use the same once. */
void sys_once_run(struct sys_once *once, void (*function)(void *argument), void *argument);

#endif
