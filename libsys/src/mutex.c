/* SPDX-License-Identifier: MIT */
/* Mutex, condition and once.
 *
 * No wake-up is lost, because word_wait compares and waits in one step:
 *
 *   mutex      The state is the holder's handle. A waiter adds the mark CONTENDED before it waits, and
 *              waits only while the state is just that. Whoever unlocks swaps in 0 and wakes one if the
 *              mark was there. If the unlock comes before the waiter's comparison, the state has changed
 *              and it does not wait; if it comes after, the waiter is there to be woken. A woken thread
 *              locks with the mark: others may wait too. The kernel is told the holder, which runs in the
 *              waiter's time: with its priority, from its budget.
 *   condition  A waiter reads the sequence while it still has the mutex, and waits only while the
 *              sequence is the same. A signal raises it first and then wakes.
 *   once       A waiter makes the state AWAITED before it waits; DONE is final. */
#include <stdbool.h>

#include <libbase/assert.h>
#include <libsys/mutex.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#define FREE      0u
#define CONTENDED (UINT32_C(1) << 31) /* Handles are shorter. */
enum {
    NOT_BEGUN = 0,
    RUNNING = 1,
    AWAITED = 2,
    DONE = 3
};

/* Wake up to @p count waiters. Only a misaligned word fails, and these are not. */
static void wake(const uint32_t *word, uint32_t count)
{
    uint32_t woken;
    tn_status_t status = sys_word_wake(word, count, &woken);
    (void)status;
}

/* Let @p mutex go from @p *state to @p next. @return whether it was in it; else @p *state is what it is in. */
static bool change(struct sys_mutex *mutex, uint32_t *state, uint32_t next)
{
    /* Acquire: what the last holder wrote is seen from here on. */
    return __atomic_compare_exchange_n(&mutex->state, state, next, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

tn_status_t sys_mutex_try_lock(struct sys_mutex *mutex)
{
    uint32_t state = FREE;
    return change(mutex, &state, sys_thread_self()->handle) ? TN_OK : TN_ERR_BUSY;
}

/* Wait while @p mutex is in @p state, which tells who has it and that somebody waits. */
static void wait(struct sys_mutex *mutex, uint32_t state)
{
    const uint32_t *word = &mutex->state;
    tn_status_t status = sys_word_wait_for(word, state, TN_DEADLINE_NEVER, state & ~CONTENDED);
    switch (status) {
    case TN_ERR_DEADLOCK:
        tn_assert_failed(CONFIG_ASSERT_TEXT ? "no thread waits for itself by mutexes" : "",
                         __FILE_NAME__, __LINE__);
    case TN_ERR_HANDLE: /* The holder has ended: that is for ever. */
    case TN_ERR_DEPTH:  /* Nobody can help so far away. */
        status = sys_word_wait(word, state, TN_DEADLINE_NEVER);
        (void)status;
        break;
    default: /* Woken, changed meanwhile or cancelled: in every case look again. */
        break;
    }
}

/* Lock when it was not free, or may be awaited by others. */
static void lock_contended(struct sys_mutex *mutex)
{
    uint32_t self = sys_thread_self()->handle;
    uint32_t state = FREE;
    while (!change(mutex, &state, self | CONTENDED)) {
        uint32_t contended = state | CONTENDED;
        if (state == contended || change(mutex, &state, contended)) {
            wait(mutex, contended);
        }
        state = FREE;
    }
}

void sys_mutex_lock(struct sys_mutex *mutex)
{
    if (sys_mutex_try_lock(mutex) != TN_OK) {
        lock_contended(mutex);
    }
}

void sys_mutex_unlock(struct sys_mutex *mutex)
{
    /* Release: what this thread wrote is visible to the next holder. */
    if ((__atomic_exchange_n(&mutex->state, FREE, __ATOMIC_RELEASE) & CONTENDED) != 0) {
        wake(&mutex->state, 1);
    }
}

tn_status_t sys_condition_wait(struct sys_condition *condition, struct sys_mutex *mutex,
                               uint64_t deadline_ns)
{
    uint32_t sequence = __atomic_load_n(&condition->sequence, __ATOMIC_RELAXED);
    sys_mutex_unlock(mutex);
    tn_status_t status = sys_word_wait(&condition->sequence, sequence, deadline_ns);
    /* A broadcast wakes many: whoever does not get the mutex must count as waiting for it. */
    lock_contended(mutex);
    return status == TN_ERR_TIMEOUT || status == TN_ERR_WOULD_BLOCK ? TN_ERR_TIMEOUT : TN_OK;
}

void sys_condition_signal(struct sys_condition *condition)
{
    __atomic_fetch_add(&condition->sequence, 1, __ATOMIC_RELAXED);
    wake(&condition->sequence, 1);
}

void sys_condition_broadcast(struct sys_condition *condition)
{
    __atomic_fetch_add(&condition->sequence, 1, __ATOMIC_RELAXED);
    wake(&condition->sequence, UINT32_MAX);
}

/* Wait until @p once, which somebody else runs, is done. */
static void await(struct sys_once *once, uint32_t state)
{
    while (state != DONE) {
        if (state == RUNNING) {
            (void)__atomic_compare_exchange_n(&once->state, &state, AWAITED, false,
                                              __ATOMIC_RELAXED, __ATOMIC_RELAXED);
        }
        tn_status_t status = sys_word_wait(&once->state, AWAITED, TN_DEADLINE_NEVER);
        (void)status;
        state = __atomic_load_n(&once->state, __ATOMIC_ACQUIRE);
    }
}

void sys_once_run(struct sys_once *once, void (*function)(void *argument), void *argument)
{
    uint32_t state = NOT_BEGUN;
    /* Acquire on failure: DONE must bring along what the function wrote. */
    if (!__atomic_compare_exchange_n(&once->state, &state, RUNNING, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_ACQUIRE)) {
        await(once, state);
        return;
    }
    function(argument);
    if (__atomic_exchange_n(&once->state, DONE, __ATOMIC_RELEASE) == AWAITED) {
        wake(&once->state, UINT32_MAX);
    }
}
