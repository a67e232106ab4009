/* SPDX-License-Identifier: MIT */
/* Mutex, condition and once, between real threads; run under ThreadSanitizer as well. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include <libbase/compiler.h>
#include <libsys/mutex.h>

#include "fake_kernel.h"

#define THREADS 4
#define ROUNDS  20000

static struct sys_mutex mutex;
static struct sys_condition condition;
static struct sys_once once;
static unsigned shared;

static int reset(void **state)
{
    (void)state;
    mutex = (struct sys_mutex){0};
    condition = (struct sys_condition){0};
    once = (struct sys_once){0};
    shared = 0;
    return 0;
}

static void run_threads(void (*entry)(void *))
{
    unsigned long threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        fake_thread_start(&threads[i], entry, NULL);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        fake_thread_join(threads[i]);
    }
}

static void an_uncontended_lock_makes_no_system_call(void **state)
{
    (void)state;
    /* No hook is set: a call other than waiting and waking would end the test. */
    sys_mutex_lock(&mutex);
    assert_int_equal(mutex.state, sys_thread_self()->handle);
    sys_mutex_unlock(&mutex);
    assert_int_equal(mutex.state, 0);
}

static void try_lock_tells_when_it_is_taken(void **state)
{
    (void)state;
    assert_int_equal(sys_mutex_try_lock(&mutex), TN_OK);
    assert_int_equal(sys_mutex_try_lock(&mutex), TN_ERR_BUSY);
    sys_mutex_unlock(&mutex);
    assert_int_equal(sys_mutex_try_lock(&mutex), TN_OK);
}

static void count(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        sys_mutex_lock(&mutex);
        shared++;
        if (i % 16 == 0) {
            sched_yield(); /* Let others find it locked. */
        }
        sys_mutex_unlock(&mutex);
    }
}

static void one_thread_at_a_time(void **state)
{
    (void)state;
    run_threads(count);
    assert_int_equal(shared, THREADS * ROUNDS);
    assert_int_equal(mutex.state, 0);
}

/* Threads take turns: each waits for its number. A lost wake-up would let the test hang. */
static void take_turns(void *argument)
{
    unsigned own = (unsigned)(uintptr_t)argument;
    for (unsigned i = 0; i < 500; i++) {
        sys_mutex_lock(&mutex);
        while (shared % THREADS != own) {
            assert_int_equal(sys_condition_wait(&condition, &mutex, TN_DEADLINE_NEVER), TN_OK);
        }
        shared++;
        sys_condition_broadcast(&condition);
        sys_mutex_unlock(&mutex);
    }
}

static void a_condition_wakes_who_waits_for_it(void **state)
{
    unsigned long threads[THREADS];
    (void)state;
    for (uintptr_t i = 0; i < THREADS; i++) {
        fake_thread_start(&threads[i], take_turns, (void *)i);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        fake_thread_join(threads[i]);
    }
    assert_int_equal(shared, THREADS * 500);
}

static void consume(void *argument)
{
    (void)argument;
    sys_mutex_lock(&mutex);
    while (shared == 0) {
        assert_int_equal(sys_condition_wait(&condition, &mutex, TN_DEADLINE_NEVER), TN_OK);
    }
    shared--;
    sys_mutex_unlock(&mutex);
}

static void each_signal_wakes_one(void **state)
{
    unsigned long threads[THREADS];
    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        fake_thread_start(&threads[i], consume, NULL);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        sys_mutex_lock(&mutex);
        shared++;
        sys_condition_signal(&condition);
        sys_mutex_unlock(&mutex);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        fake_thread_join(threads[i]);
    }
    assert_int_equal(shared, 0);
}

static void a_wait_ends_at_its_deadline_with_the_mutex(void **state)
{
    (void)state;
    sys_mutex_lock(&mutex);
    assert_int_equal(sys_condition_wait(&condition, &mutex, 1), TN_ERR_TIMEOUT);
    assert_int_equal(sys_mutex_try_lock(&mutex), TN_ERR_BUSY);
    assert_int_equal(sys_condition_wait(&condition, &mutex, TN_DEADLINE_POLL), TN_ERR_TIMEOUT);
    sys_mutex_unlock(&mutex);
}

static void set_up(void *argument)
{
    (void)argument;
    sched_yield();
    shared++;
}

static void use(void *argument)
{
    (void)argument;
    sys_once_run(&once, set_up, NULL);
    assert_int_equal(shared, 1);
}

static void once_is_done_once_before_anybody_goes_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        reset(NULL);
        run_threads(use);
        assert_int_equal(shared, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_uncontended_lock_makes_no_system_call, reset),
        cmocka_unit_test_setup(try_lock_tells_when_it_is_taken, reset),
        cmocka_unit_test_setup(one_thread_at_a_time, reset),
        cmocka_unit_test_setup(a_condition_wakes_who_waits_for_it, reset),
        cmocka_unit_test_setup(each_signal_wakes_one, reset),
        cmocka_unit_test_setup(a_wait_ends_at_its_deadline_with_the_mutex, reset),
        cmocka_unit_test_setup(once_is_done_once_before_anybody_goes_on, reset),
    };
    (void)alarm(30); /* Who sleeps through a wake-up sleeps for ever: end the test instead. */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
